//! Direct quotations: the words between quotation marks, pieces of one quotation sharing a group.

use crate::abbreviations::{abbreviation, reports_speech};
use crate::chars::{back_over_space, char_at, char_before, char_within, stop, trim};
use crate::kernel::ByteSet;
use crate::lines::lines;
use docmill_sdk::Span;

/// One piece of a direct quotation, with its marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote {
    /// The piece; it lies within one line.
    pub span: Span,
    /// Pieces of one quotation share this number, which counts from 0 within a document.
    pub group: u32,
}

/// Appends the direct quotations in `paragraphs`, which must be sorted spans of `text`, to `out`.
///
/// Curly, straight, low, angle and corner marks count, double or single; a quotation within another belongs
/// to the outer one. A piece never crosses a line end. Pieces share a group when only an attribution parts
/// them (`“A,” he said. “B.”`), when the quotation goes on in the next line, or when it was left open at a
/// paragraph's end and the next paragraph opens it again. Apostrophes, marks of inches and marks that are
/// never closed are no quotations. Pieces are in text order and do not overlap. Linear time.
pub fn quotes(text: &str, paragraphs: &[Span], out: &mut Vec<Quote>) {
    let mut finder = Finder { text, out, groups: 0, carried: None };
    for (i, &paragraph) in paragraphs.iter().enumerate() {
        let next = paragraphs.get(i + 1).and_then(|next| char_at(text, next.start()));
        finder.paragraph(paragraph, next);
    }
}

/// The double marks: how a quotation was opened, and so how it is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    /// `“…”`
    Curly,
    /// `„…“`
    Low,
    /// `"…"`
    Straight,
    /// `«…»`
    Angle,
    /// `»…«`
    Reversed,
    /// `「…」`
    Corner,
    /// `『…』`
    WhiteCorner,
}

/// What a mark does to a quotation of some style.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Effect {
    Opens,
    Closes,
    Nothing,
}

/// A quotation whose end was not met yet.
#[derive(Clone, Copy)]
struct Open {
    start: usize,
    style: Style,
    depth: u32,
    /// The end of the last mark that closed a quotation within this one.
    inner: Option<usize>,
    group: u32,
}

/// The last finished piece of the paragraph.
#[derive(Clone, Copy)]
struct Piece {
    end: usize,
    group: u32,
    /// True when it ends in a comma or a stop, so that an attribution may follow.
    pauses: bool,
}

struct Finder<'a, 'b> {
    text: &'a str,
    out: &'b mut Vec<Quote>,
    groups: u32,
    /// Style and group of the quotation that the last paragraph left open.
    carried: Option<(Style, u32)>,
}

impl Finder<'_, '_> {
    /// Finds the quotations of one paragraph; `next` is the first char of the one after it.
    fn paragraph(&mut self, paragraph: Span, next: Option<char>) {
        let (mut open, mut last): (Option<Open>, Option<Piece>) = (None, None);
        let mut carried = self.carried.take();
        let end = paragraph.end();
        let bytes = self.text.as_bytes().get(..end).unwrap_or_default();
        let mut at = paragraph.start();
        while let Some(hit) = next_mark(bytes, at) {
            let Some(c) = char_at(self.text, hit) else { break };
            at = hit + c.len_utf8();
            if let Some(after) = ornament(bytes, hit, at) {
                at = after;
                continue;
            }
            if let Some(mut quote) = open {
                match self.effect(quote.style, c, hit) {
                    Effect::Opens => quote.depth += 1,
                    Effect::Closes if quote.depth > 0 => {
                        (quote.depth, quote.inner) = (quote.depth - 1, Some(at));
                    }
                    Effect::Closes => {
                        last = Some(self.finish(quote, at));
                        open = None;
                        continue;
                    }
                    Effect::Nothing => {}
                }
                open = Some(quote);
            } else if let Some(style) = self.opening(c, hit) {
                let again = carried.take().filter(|&(before, _)| before == style && hit == paragraph.start());
                let group = again.map(|(_, group)| group).or_else(|| self.continued(last, hit));
                let group = group.unwrap_or_else(|| self.new_group());
                open = Some(Open { start: hit, style, depth: 0, inner: None, group });
            } else if let Some(close) = self.single_end(c, hit, end) {
                let group = self.continued(last, hit).unwrap_or_else(|| self.new_group());
                let quote = Open { start: hit, style: Style::Curly, depth: 0, inner: None, group };
                last = Some(self.finish(quote, close));
                at = close;
            }
        }
        if let Some(quote) = open {
            self.unclosed(quote, paragraph, next);
        }
    }

    fn new_group(&mut self) -> u32 {
        self.groups += 1;
        self.groups - 1
    }

    /// Appends the quotation that ends at `end`, one piece for each line.
    fn finish(&mut self, quote: Open, end: usize) -> Piece {
        let text = self.text;
        let pieces = lines(text, quote.start, end).filter_map(|line| trim(text, line.start, line.end));
        self.out.extend(pieces.map(|span| Quote { span, group: quote.group }));
        let mark = char_before(text, end).map_or(0, char::len_utf8);
        let inner = back_over_space(text, quote.start, end.saturating_sub(mark));
        let pauses = char_before(text, inner).is_some_and(|c| is_pause(c) || matches!(c, '’' | '\''));
        Piece { end, group: quote.group, pauses }
    }

    /// Ends a quotation that its paragraph left open: it goes on when the next paragraph opens again.
    fn unclosed(&mut self, quote: Open, paragraph: Span, next: Option<char>) {
        let goes_on = next.is_some_and(|c| style_of(c) == Some(quote.style));
        let spoken = quote.start == paragraph.start() && self.ends_in_stop(paragraph);
        if goes_on && quote.depth == 0 {
            self.finish(quote, paragraph.end());
            self.carried = Some((quote.style, quote.group));
        } else if let Some(end) = quote.inner {
            self.finish(quote, end);
        } else if spoken {
            self.finish(quote, paragraph.end());
        } else if quote.group + 1 == self.groups {
            self.groups -= 1;
        }
    }

    fn ends_in_stop(&self, paragraph: Span) -> bool {
        char_before(self.text, paragraph.end()).is_some_and(|c| stop(c).is_some())
    }

    /// The style of the quotation that the mark `c` at `at` opens, if it opens one.
    fn opening(&self, c: char, at: usize) -> Option<Style> {
        let style = style_of(c)?;
        let (before, after) = self.around(c, at);
        let free = before.is_none_or(|c| !c.is_alphanumeric());
        let follows = after.is_some_and(|c| !c.is_whitespace() && !matches!(c, ',' | ';' | ')' | ']'));
        let opens = match c {
            '"' | '”' | '»' => free && follows && before.is_none_or(|c| c.is_whitespace() || !is_pause(c)),
            _ => true,
        };
        opens.then_some(style)
    }

    fn around(&self, c: char, at: usize) -> (Option<char>, Option<char>) {
        (char_before(self.text, at), char_at(self.text, at + c.len_utf8()))
    }

    /// What the mark `c` at `at` does to an open quotation of `style`.
    fn effect(&self, style: Style, c: char, at: usize) -> Effect {
        let (before, after) = self.around(c, at);
        let opens = before.is_none_or(char::is_whitespace) && after.is_some_and(|c| !c.is_whitespace());
        match (style, c) {
            (Style::Curly, '“') | (Style::Straight, '"') if opens => Effect::Opens,
            (Style::Curly | Style::Low, '“' | '”')
            | (Style::Straight, '"')
            | (Style::Angle, '»')
            | (Style::Reversed, '«')
            | (Style::Corner, '」')
            | (Style::WhiteCorner, '』') => Effect::Closes,
            (Style::Low, '„') | (Style::Angle, '«') | (Style::Corner, '「') => Effect::Opens,
            _ => Effect::Nothing,
        }
    }

    /// The end of the quotation in single marks that the mark `c` at `at` opens, if it opens one that is
    /// closed in its line. Among several marks that may close it, one after a comma or stop is taken first.
    fn single_end(&self, c: char, at: usize, end: usize) -> Option<usize> {
        let close = match c {
            '‘' => '’',
            '\'' => '\'',
            _ => return None,
        };
        let start = at + c.len_utf8();
        let free = |before: char| before.is_whitespace() || matches!(before, '(' | '[' | '—' | '–');
        if !char_before(self.text, at).is_none_or(free)
            || !char_at(self.text, start).is_some_and(char::is_alphanumeric)
            || self.is_clipped(start)
        {
            return None;
        }
        let rest = self.text.get(start..end)?;
        let (mut weak, mut doubles) = (None, 0_i32);
        let mut before = c;
        for (i, mark) in rest.char_indices() {
            let next = start + i + mark.len_utf8();
            match mark {
                '\n' | '\r' | '\u{2028}' | '\u{2029}' => break,
                '“' => doubles += 1,
                '”' => doubles -= 1,
                '"' => doubles = 1 - doubles,
                _ if mark == c && free(before) => break,
                _ if mark == close && doubles == 0 && !before.is_whitespace() => {
                    let apart = char_within(self.text, next, end).is_none_or(|c| !c.is_alphanumeric());
                    if apart && is_pause(before) {
                        return Some(next);
                    }
                    if apart && before != 's' && weak.is_none() {
                        weak = Some(next);
                    }
                }
                _ => {}
            }
            before = mark;
        }
        weak
    }

    /// True when a mark before `start` stands for letters left out: `’90s`, `’em`.
    fn is_clipped(&self, start: usize) -> bool {
        let rest = self.text.get(start..).unwrap_or_default();
        let end = rest.char_indices().take(8).find(|(_, c)| !c.is_alphanumeric()).map_or(0, |(i, _)| i);
        let word = rest.get(..end).unwrap_or_default();
        word.len() <= 3 && word.starts_with(|c: char| c.is_ascii_digit())
            || matches!(word, "em" | "tis" | "twas" | "til" | "cause" | "n" | "s" | "im" | "er")
    }

    /// The group of the piece before, when only an attribution parts it from the mark at `at`.
    fn continued(&self, last: Option<Piece>, at: usize) -> Option<u32> {
        let last = last.filter(|piece| at - piece.end <= LONGEST_ATTRIBUTION)?;
        let between = self.text.get(last.end..at)?;
        let starts = between.trim_start().starts_with(',');
        let mut spoken = false;
        let mut words = between.split_whitespace().peekable();
        while let Some(word) = words.next() {
            spoken |= reports_speech(word.trim_matches(|c: char| !c.is_alphanumeric()));
            let stopped = word.ends_with(['.', '!', '?']);
            if stopped && words.peek().is_some() && !is_abbreviated(word) {
                return None;
            }
        }
        (spoken && (last.pauses || starts)).then_some(last.group)
    }
}

/// An attribution is shorter than this, in bytes.
const LONGEST_ATTRIBUTION: usize = 160;

fn is_abbreviated(word: &str) -> bool {
    let word = word.trim_end_matches('.').trim_start_matches(|c: char| !c.is_alphanumeric());
    word.chars().count() == 1 || word.contains('.') || abbreviation(word).is_some()
}

fn is_pause(c: char) -> bool {
    matches!(c, ',' | '—' | '–' | '-' | '，') || stop(c).is_some()
}

/// The style that an opening mark begins; the closing marks that writers take for opening ones count too.
fn style_of(c: char) -> Option<Style> {
    match c {
        '“' | '”' => Some(Style::Curly),
        '„' => Some(Style::Low),
        '"' => Some(Style::Straight),
        '«' => Some(Style::Angle),
        '»' => Some(Style::Reversed),
        '「' => Some(Style::Corner),
        '『' => Some(Style::WhiteCorner),
        _ => None,
    }
}

/// Where a row of more than three of the mark in `[start, end)` ends: such a row is an ornament.
fn ornament(bytes: &[u8], start: usize, end: usize) -> Option<usize> {
    let mark = bytes.get(start..end)?;
    let rest = bytes.get(end..)?;
    if !rest.starts_with(mark) {
        return None;
    }
    let row = rest.chunks_exact(mark.len()).take_while(|next| *next == mark).count();
    (row > 2).then_some(end + row * mark.len())
}

/// Bytes at which a mark that matters to quotations may start.
static MARKS: ByteSet = {
    let mut marks = [false; 256];
    let starts = b"\"'\xc2\xe2\xe3";
    let mut i = 0;
    while i < starts.len() {
        marks[starts[i] as usize] = true;
        i += 1;
    }
    ByteSet::new(marks)
};

/// The next offset at which a char may start that matters to quotations.
fn next_mark(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let hit = MARKS.find(bytes, at)?;
        match bytes.get(hit..) {
            Some(
                [b'"' | b'\'', ..]
                | [0xc2, 0xab | 0xbb, ..]
                | [0xe2, 0x80, 0x98..=0x9f, ..]
                | [0xe3, 0x80, 0x8c..=0x8f, ..],
            ) => return Some(hit),
            _ => at = hit + 1,
        }
    }
}

#[cfg(test)]
mod tests;
