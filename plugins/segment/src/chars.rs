//! Reading single bytes and chars of a text at a byte offset, and the classes of chars all rules share.

use docmill_sdk::Span;

/// The byte at `at`, or 0 past the end.
#[inline]
pub(crate) fn byte(text: &str, at: usize) -> u8 {
    text.as_bytes().get(at).copied().unwrap_or(0)
}

/// The char that starts at `at`; `None` past the end or inside a char.
#[inline]
pub(crate) fn char_at(text: &str, at: usize) -> Option<char> {
    match byte(text, at) {
        0 if at >= text.len() => None,
        b if b < 0x80 => Some(char::from(b)),
        _ => text.get(at..)?.chars().next(),
    }
}

/// The char that ends at `at`; `None` at the start or inside a char.
#[inline]
pub(crate) fn char_before(text: &str, at: usize) -> Option<char> {
    match at.checked_sub(1).map(|last| byte(text, last))? {
        b if b < 0x80 => Some(char::from(b)),
        _ => text.get(..at)?.chars().next_back(),
    }
}

/// The char that starts at `at`, if it starts before `end`.
#[inline]
pub(crate) fn char_within(text: &str, at: usize, end: usize) -> Option<char> {
    if at < end { char_at(text, at) } else { None }
}

/// The first offset in `[at, end]` where no white space starts.
#[inline]
pub(crate) fn skip_space(text: &str, mut at: usize, end: usize) -> usize {
    while let Some(c) = char_within(text, at, end).filter(|c| c.is_whitespace()) {
        at += c.len_utf8();
    }
    at.min(end)
}

/// The end of the last char in `[start, end)` that is no white space; `start` if there is none.
#[inline]
pub(crate) fn back_over_space(text: &str, start: usize, mut end: usize) -> usize {
    while end > start {
        match char_before(text, end) {
            Some(c) if c.is_whitespace() => end -= c.len_utf8(),
            _ => return end,
        }
    }
    start
}

/// `[start, end)` without the white space around it; `None` when nothing else is there.
pub(crate) fn trim(text: &str, start: usize, end: usize) -> Option<Span> {
    let start = skip_space(text, start, end);
    let end = back_over_space(text, start, end);
    if start < end { Span::new(text, start, end) } else { None }
}

/// The next char boundary at or after `at`, or the text's end.
pub(crate) fn ceil_boundary(text: &str, at: usize) -> usize {
    (at..text.len()).find(|&i| text.is_char_boundary(i)).unwrap_or(text.len())
}

/// The last char boundary at or before `at`.
pub(crate) fn floor_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0)
}

/// How a char can end a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The full stop of the Latin alphabet, which abbreviations share.
    Period,
    /// `!`, `?` and their like: white space must follow.
    Mark,
    /// `…`
    Ellipsis,
    /// A stop of a script that may do without white space after it.
    Full,
}

/// How `c` ends a sentence, if it does.
pub(crate) fn stop(c: char) -> Option<Stop> {
    match c {
        '.' => Some(Stop::Period),
        '!' | '?' | '‼' | '⁇' | '⁈' | '⁉' | '؟' | '۔' | '\u{37e}' | '։' => Some(Stop::Mark),
        '…' => Some(Stop::Ellipsis),
        '。' | '｡' | '．' | '！' | '？' | '︒' | '।' | '॥' | '።' | '፧' | '፨' | '။' | '។' | '៕' | '᙮'
        | '᠃' | '꓿' => Some(Stop::Full),
        _ => None,
    }
}

/// True for marks that close a quotation or a bracket and so stay with the sentence before them.
pub(crate) fn is_closer(c: char) -> bool {
    matches!(
        c,
        '"' | '\''
            | '”'
            | '’'
            | '»'
            | '›'
            | ')'
            | ']'
            | '}'
            | '」'
            | '』'
            | '】'
            | '》'
            | '〉'
            | '）'
            | '］'
            | '〕'
    )
}

/// True for marks that open a quotation or a bracket before a sentence's first word.
pub(crate) fn is_opener(c: char) -> bool {
    matches!(
        c,
        '"' | '\''
            | '“'
            | '‘'
            | '„'
            | '‚'
            | '«'
            | '‹'
            | '('
            | '['
            | '{'
            | '¿'
            | '¡'
            | '「'
            | '『'
            | '【'
            | '《'
            | '（'
            | '»'
            | '›'
    )
}

/// True for bullets that begin a list item wherever they begin a line, with or without a space.
pub(crate) fn is_bullet(c: char) -> bool {
    matches!(
        c,
        '•' | '‣'
            | '⁃'
            | '◦'
            | '▪'
            | '▫'
            | '●'
            | '○'
            | '■'
            | '□'
            | '►'
            | '▶'
            | '➤'
            | '✓'
            | '✔'
            | '∙'
    )
}

/// True for the letters of scripts written without spaces in which every char is read on its own.
pub(crate) fn is_ideographic(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{309f}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' | '々' | '〆' | '〇')
}

/// True for chars that make up words: letters, digits and the marks that sit on them.
pub(crate) fn is_word(c: char) -> bool {
    match c {
        '\0'..='\u{7f}' => c.is_ascii_alphanumeric(),
        // What most texts hold is settled without a look into the tables of Unicode.
        '\u{2010}'..='\u{205e}' => false,
        '\u{c0}'..='\u{24f}' => !matches!(c, '×' | '÷'),
        '\u{400}'..='\u{481}'
        | '\u{620}'..='\u{64a}'
        | '\u{671}'..='\u{6d3}'
        | '\u{3041}'..='\u{3096}'
        | '\u{4e00}'..='\u{9fff}' => true,
        _ => is_word_by_tables(c),
    }
}

fn is_word_by_tables(c: char) -> bool {
    c.is_alphanumeric()
        || matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}'
            | '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{3099}' | '\u{309a}' | '\u{ad}')
        || matches!(c, '\u{900}'..='\u{109f}' | '\u{1780}'..='\u{17d3}' | '\u{17dd}')
            && !matches!(c, '।' | '॥' | '\u{970}' | '\u{e4f}' | '\u{e5a}' | '\u{e5b}' | '\u{f0b}'..='\u{f14}'
                | '\u{104a}'..='\u{104f}')
}

#[cfg(test)]
mod tests;
