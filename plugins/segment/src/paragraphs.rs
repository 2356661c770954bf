//! Paragraphs: the blocks of a text, whether it has blank lines between them, one line for each, or lines
//! wrapped at a fixed width.

use crate::chars::{back_over_space, ceil_boundary, char_at, char_before, is_closer, skip_space, stop, trim};
use crate::lines::{Line, Marker, lines, marker};
use docmill_sdk::Span;

/// Lines longer than this many chars were not wrapped by a mail program or a wire service.
const WIDEST_WRAP: usize = 100;
/// Lines shorter than this are headings, scores or addresses, and their ends mean something.
const NARROWEST_WRAP: usize = 40;

/// Appends the paragraphs of `text` to `out`, in text order.
///
/// `from` is the byte offset where the body (or its dateline) starts; nothing before it belongs to a
/// paragraph. Within a char it counts as the next char's start, past the end as the end. Every char from
/// there on that is no white space belongs to exactly one paragraph, and none begins or ends with white
/// space. A blank line always parts two paragraphs; a single line end does unless the lines look like the
/// wrapped lines of one paragraph. Three passes over the line ends, no allocation. A text of white space
/// alone gives none.
pub fn paragraphs(text: &str, from: usize, out: &mut Vec<Span>) {
    let from = ceil_boundary(text, from.min(text.len()));
    let wrap = wrap_width(text, from);
    let mut open: Option<Span> = None;
    let mut before: Option<Line> = None;
    for line in lines(text, from, text.len()) {
        let Some(span) = trim(text, line.start, line.end) else {
            out.extend(open.take());
            before = None;
            continue;
        };
        open = match (open, before) {
            (Some(paragraph), Some(last)) if joins(text, last, line, wrap) => Some(paragraph.cover(span)),
            (finished, _) => {
                out.extend(finished);
                Some(span)
            }
        };
        before = Some(line);
    }
    out.extend(open);
}

/// True when `next` goes on with the paragraph of `line`.
fn joins(text: &str, line: Line, next: Line, wrap: Option<usize>) -> bool {
    let begin = skip_space(text, next.start, next.end);
    let ended = is_terminated(text, line);
    let full = wrap.is_some_and(|width| is_full(text, line, next, width));
    match marker(text, begin) {
        // A dash can begin a wrapped line by chance.
        Some((Marker::Dash, _)) => return full && !ended,
        Some(_) => return false,
        None => {}
    }
    if full {
        return begin - next.start <= skip_space(text, line.start, line.end) - line.start;
    }
    !ended && (char_at(text, begin).is_some_and(char::is_lowercase) || is_unfinished(text, line))
}

/// The width at which the document's lines are wrapped; `None` when they are not.
fn wrap_width(text: &str, from: usize) -> Option<usize> {
    let (mut longest, mut count, mut long) = (0, 0, 0);
    for line in lines(text, from, text.len()) {
        let width = width(text, line);
        count += usize::from(width > 0);
        if width > WIDEST_WRAP {
            long += 1;
        } else {
            longest = longest.max(width);
        }
    }
    // A stray long line, such as a web address, does not make a text unwrapped.
    if longest < NARROWEST_WRAP || long * 20 > count {
        return None;
    }
    let (mut pairs, mut full) = (0, 0);
    let mut before: Option<Line> = None;
    for line in lines(text, from, text.len()) {
        if width(text, line) == 0 {
            before = None;
            continue;
        }
        if let Some(last) = before.replace(line) {
            pairs += 1;
            full += usize::from(!is_terminated(text, last) && is_full(text, last, line, longest));
        }
    }
    (full >= 2 && full * 2 >= pairs).then_some(longest)
}

/// The number of chars of a line, without the white space at its end.
fn width(text: &str, line: Line) -> usize {
    let end = back_over_space(text, line.start, line.end);
    if end - line.start > WIDEST_WRAP * 4 {
        return end - line.start;
    }
    text.get(line.start..end).map_or(0, |content| content.chars().count())
}

/// True when the first word of `next` would not have found room at the end of `line`.
fn is_full(text: &str, line: Line, next: Line, wrap: usize) -> bool {
    let width = width(text, line);
    let begin = skip_space(text, next.start, next.end);
    let rest = text.get(begin..next.end).unwrap_or_default();
    let word = rest.chars().take(WIDEST_WRAP).take_while(|c| !c.is_whitespace()).count();
    width <= WIDEST_WRAP && width + 1 + word > wrap
}

/// True when a line ends in a sentence's last mark.
fn is_terminated(text: &str, line: Line) -> bool {
    let mut end = back_over_space(text, line.start, line.end);
    while let Some(c) = char_before(text, end).filter(|&c| is_closer(c) && end > line.start) {
        end -= c.len_utf8();
    }
    end > line.start && char_before(text, end).is_some_and(|c| stop(c).is_some() || c == ':')
}

/// True when a line breaks off after a comma or after a word that never ends a heading.
fn is_unfinished(text: &str, line: Line) -> bool {
    let end = back_over_space(text, line.start, line.end);
    if char_before(text, end) == Some(',') {
        return true;
    }
    let tail = text.as_bytes().get(line.start..end).unwrap_or_default();
    let word = tail.rsplit(|&b| b == b' ').next().unwrap_or_default();
    matches!(
        word,
        b"the"
            | b"a"
            | b"an"
            | b"of"
            | b"and"
            | b"or"
            | b"to"
            | b"in"
            | b"at"
            | b"for"
            | b"with"
            | b"by"
            | b"from"
            | b"that"
            | b"his"
            | b"her"
            | b"its"
            | b"their"
    )
}

#[cfg(test)]
mod tests;
