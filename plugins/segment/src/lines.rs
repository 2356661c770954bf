//! Lines of a text and the marks that make one a list item.

use crate::chars::{byte, char_at, is_bullet};
use crate::kernel::ByteSet;

/// One line: `start..end` without its line end, `next` the offset after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) next: usize,
}

/// The lines of `text` from offset `at` on, up to `end`; both must be char boundaries.
///
/// Lines end at LF, CR, CR LF, U+2028 and U+2029.
pub(crate) fn lines(text: &str, mut at: usize, end: usize) -> impl Iterator<Item = Line> + '_ {
    std::iter::from_fn(move || {
        if at >= end {
            return None;
        }
        let line = line_at(text, at, end);
        at = line.next;
        Some(line)
    })
}

/// The bytes that can be the last of a line end, or its only one. The first of U+2028 would not do: it is the
/// first of every curly quotation mark too.
static LAST_BYTES: ByteSet = {
    let mut last = [false; 256];
    last[b'\n' as usize] = true;
    last[b'\r' as usize] = true;
    last[0xa8] = true;
    last[0xa9] = true;
    ByteSet::new(last)
};

fn line_at(text: &str, start: usize, end: usize) -> Line {
    let bytes = text.as_bytes().get(..end).unwrap_or_default();
    let mut at = start;
    while let Some(hit) = LAST_BYTES.find(bytes, at) {
        let next = hit + 1;
        match bytes.get(hit) {
            Some(b'\r') if bytes.get(next) == Some(&b'\n') => {
                return Line { start, end: hit, next: next + 1 };
            }
            Some(b'\n' | b'\r') => return Line { start, end: hit, next },
            _ if bytes.get(start..hit).is_some_and(|before| before.ends_with(&[0xe2, 0x80])) => {
                return Line { start, end: hit - 2, next };
            }
            _ => at = next,
        }
    }
    Line { start, end, next: end }
}

/// What begins a list item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Marker {
    /// A bullet that is used for nothing else, such as `•`.
    Bullet(char),
    /// `-`, `*` or a dash followed by a space, which can also be a dash within a sentence.
    Dash,
    /// A number of at most three digits and what stands after it: `.`, `)` or `.)`.
    Number(u32, &'static str),
    /// A letter and what stands after it.
    Letter(u8, &'static str),
    /// A number or letter in brackets: `(1)`, `(a)`.
    Bracketed,
}

/// The list marker at `at`, which should be the first char of a line that is no white space, and the
/// offset after it. A number or letter counts only when white space follows its suffix.
pub(crate) fn marker(text: &str, at: usize) -> Option<(Marker, usize)> {
    let c = char_at(text, at)?;
    let after = at + c.len_utf8();
    match c {
        c if is_bullet(c) => Some((Marker::Bullet(c), after)),
        '-' | '*' | '–' | '—' if is_space_at(text, after) => Some((Marker::Dash, after)),
        '(' => bracketed(text, at),
        '0'..='9' => {
            let mut end = at;
            let mut number = 0;
            while byte(text, end).is_ascii_digit() && end - at < 3 {
                number = number * 10 + u32::from(byte(text, end) - b'0');
                end += 1;
            }
            let (suffix, end) = suffix(text, end)?;
            Some((Marker::Number(number, suffix), end))
        }
        'a'..='z' | 'A'..='Z' => {
            let (suffix, end) = suffix(text, after)?;
            // "A. Khan" is a name far more often than the first of a list.
            (c.is_ascii_lowercase() || suffix == ")").then_some((Marker::Letter(c as u8, suffix), end))
        }
        _ => None,
    }
}

fn is_space_at(text: &str, at: usize) -> bool {
    char_at(text, at).is_some_and(char::is_whitespace)
}

fn suffix(text: &str, at: usize) -> Option<(&'static str, usize)> {
    let found = match (byte(text, at), byte(text, at + 1)) {
        (b'.', b')') => ".)",
        (b')', _) => ")",
        (b'.', _) => ".",
        _ => return None,
    };
    let end = at + found.len();
    is_space_at(text, end).then_some((found, end))
}

fn bracketed(text: &str, at: usize) -> Option<(Marker, usize)> {
    let inner = text.as_bytes().get(at + 1..)?;
    let width = inner.iter().take(3).take_while(|b| b.is_ascii_alphanumeric()).count();
    let digits = inner.iter().take(width).all(u8::is_ascii_digit);
    let end = at + 1 + width;
    let closed = byte(text, end) == b')' && is_space_at(text, end + 1);
    (closed && (width == 1 || width > 1 && digits)).then_some((Marker::Bracketed, end + 1))
}
