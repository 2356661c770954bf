//! Web and mail addresses within a run of text without white space.

use crate::chars::{byte, char_before};

/// The longest local part of a mail address, by its standard. It bounds the work for each word.
const LOCAL: usize = 64;

/// The end of the web or mail address that starts at `at`, before `end`, if one does. Punctuation that
/// closes the sentence or bracket around it is not part of it.
pub(crate) fn address(text: &str, at: usize, end: usize) -> Option<usize> {
    let rest = text.as_bytes().get(at..end)?;
    if is_web(rest) {
        return Some(trimmed(text, at, at + reach(rest)));
    }
    mail(text, at, end, rest)
}

/// The first byte of quotation marks, dashes and their like, which begin no host.
const PUNCTUATION: u8 = 0xe2;

/// True when `rest` starts as a web address does.
fn is_web(rest: &[u8]) -> bool {
    let starts =
        |prefix: &[u8]| rest.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix));
    let long = |prefix: &[u8]| {
        starts(prefix)
            && rest
                .get(prefix.len())
                .is_some_and(|&b| b.is_ascii_alphanumeric() || b >= 0x80 && b != PUNCTUATION)
    };
    long(b"http://") || long(b"https://") || long(b"ftp://") || long(b"www.")
}

/// How many bytes can belong to an address.
fn reach(rest: &[u8]) -> usize {
    rest.iter()
        .position(|b| matches!(b, b'<' | b'>' | b'"' | b'\\' | b'^' | b'`' | b'{' | b'}' | b'|'))
        .unwrap_or(rest.len())
}

fn mail(text: &str, at: usize, end: usize, rest: &[u8]) -> Option<usize> {
    let local = rest
        .iter()
        .take(LOCAL)
        .take_while(|&&b| {
            b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'+' | b'%' | b'&' | b'\'')
        })
        .count();
    let host = rest.get(local..)?.strip_prefix(b"@")?;
    let width =
        host.iter().take_while(|&&b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_')).count();
    let stop = trimmed(text, at, (at + local + 1 + width).min(end));
    let domain = text.as_bytes().get(at + local + 1..stop)?;
    (local > 0 && domain.contains(&b'.')).then_some(stop)
}

/// The end without the punctuation before it; a closing bracket stays if one was opened inside.
fn trimmed(text: &str, at: usize, mut end: usize) -> usize {
    let opened = text.as_bytes().get(at..end).unwrap_or_default().contains(&b'(');
    while end > at {
        match char_before(text, end) {
            Some('.' | ',' | ';' | ':' | '!' | '?' | '\'' | ']' | '*') => end -= 1,
            Some(')') if !opened || byte(text, end - 2) == b'.' => end -= 1,
            Some(c) if !c.is_ascii() && !c.is_alphanumeric() => end -= c.len_utf8(),
            _ => break,
        }
    }
    end
}
