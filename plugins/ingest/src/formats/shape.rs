//! What a page's tags would cost a parser, told before one sees them.

use std::collections::HashMap;

/// Bounds of what parsing a page builds up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shape {
    /// How many elements may be open at once.
    pub(crate) open: usize,
    /// The most attributes of one tag.
    pub(crate) attributes: usize,
    /// Elements and comments, without those that a parser adds by itself.
    pub(crate) nodes: usize,
}

/// Elements that cannot nest, or whose start closes the one before.
const NEVER_DEEP: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr", "p", "li", "option", "dt", "dd", "td", "th", "tr", "tbody",
];

/// Elements whose content is text up to their end tag.
const TEXT: &[&str] = &["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"];

/// Looks over a page as a tokenizer does, in one pass and with no tree.
///
/// An end tag closes an element of its name and nothing else, so that the bound holds for pages made to mislead;
/// elements that a page leaves open count to its end, those that cannot nest not at all. What stands in comments,
/// in quoted values and in scripts is no tag.
pub(crate) fn shape(html: &str) -> Shape {
    let bytes = html.as_bytes();
    let mut shape = Shape::default();
    // An end tag of a paragraph that is not open makes one.
    let mut paragraphs = 0_usize;
    let mut open: HashMap<String, usize> = HashMap::new();
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(found) = memchr::memchr(b'<', bytes.get(at..).unwrap_or_default()) {
        at += found + 1;
        let rest = bytes.get(at..).unwrap_or_default();
        let is_end = rest.first() == Some(&b'/');
        let named = rest.get(usize::from(is_end)..).unwrap_or_default();
        if !named.first().is_some_and(u8::is_ascii_alphabetic) {
            let len = markup(rest);
            shape.nodes += usize::from(len > 0);
            at += len;
            continue;
        }
        let tag = Tag::read(named);
        at += usize::from(is_end) + tag.len;
        shape.attributes = shape.attributes.max(tag.attributes);
        let is_paragraph = tag.name == "p" || tag.name == "br";
        let makes_one = if is_end { is_paragraph && paragraphs == 0 } else { true };
        shape.nodes += usize::from(makes_one);
        if is_paragraph {
            paragraphs = if is_end { paragraphs.saturating_sub(1) } else { paragraphs + 1 };
        }
        if NEVER_DEEP.contains(&tag.name.as_str()) {
            continue;
        }
        if is_end {
            let count = open.entry(tag.name).or_default();
            depth -= usize::from(*count > 0);
            *count = count.saturating_sub(1);
        } else if TEXT.contains(&tag.name.as_str()) && !tag.closed {
            at += text_len(bytes.get(at..).unwrap_or_default(), &tag.name);
        } else {
            *open.entry(tag.name).or_default() += 1;
            depth += 1;
            shape.open = shape.open.max(depth);
        }
    }
    shape
}

/// The length of a comment, or of whatever else is no tag, after its `<`.
fn markup(rest: &[u8]) -> usize {
    let end = |range: std::ops::Range<usize>, what: &[u8]| {
        let found = memchr::memmem::find(rest.get(range.clone()).unwrap_or_default(), what);
        found.map(|found| range.start + found + what.len())
    };
    if rest.starts_with(b"!--") {
        // `<!-->` and `<!--->` are whole comments: their dashes are those of the start. The other end of a comment is
        // looked for before the common one alone: to the end of the page it would take quadratic time.
        let common = end(1..rest.len(), b"-->").unwrap_or(rest.len());
        return end(3..common, b"--!>").unwrap_or(common);
    }
    match rest.first() {
        Some(b'!' | b'?' | b'/') => end(0..rest.len(), b">").unwrap_or(rest.len()),
        _ => 0,
    }
}

/// The length of text up to an element's end tag; all of it if there is none.
fn text_len(text: &[u8], name: &str) -> usize {
    let is_end = |at: &usize| {
        let found = text.get(at + 2..at + 2 + name.len());
        found.is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
    };
    memchr::memmem::find_iter(text, b"</").find(is_end).unwrap_or(text.len())
}

/// A tag as the tokenizer cuts it.
struct Tag {
    name: String,
    attributes: usize,
    /// Ends in `/>`.
    closed: bool,
    len: usize,
}

/// Where in a tag a byte stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum In {
    Space,
    Name,
    Equals,
    Plain,
    Quoted(u8),
}

impl Tag {
    /// Reads a tag from its name on; one that does not end goes to the end of the page.
    fn read(bytes: &[u8]) -> Self {
        let is_name = |byte: &u8| !byte.is_ascii_whitespace() && !matches!(byte, b'/' | b'>');
        let start = bytes.iter().take_while(|byte| is_name(byte)).count();
        let name = bytes.get(..start.min(32)).unwrap_or_default();
        let name = String::from_utf8_lossy(name).to_ascii_lowercase();
        let mut tag = Self { name, attributes: 0, closed: false, len: bytes.len() };
        let mut state = In::Space;
        for (at, byte) in bytes.iter().enumerate().skip(start) {
            state = match (state, byte) {
                (In::Quoted(quote), byte) if *byte == quote => In::Space,
                (In::Quoted(quote), _) => In::Quoted(quote),
                (_, b'>') => {
                    tag.closed = at > 0 && bytes.get(at - 1) == Some(&b'/') && state != In::Plain;
                    tag.len = at + 1;
                    break;
                }
                (In::Equals, byte) if byte.is_ascii_whitespace() => In::Equals,
                (In::Equals, b'"' | b'\'') => In::Quoted(*byte),
                (In::Equals, _) => In::Plain,
                (In::Plain, byte) if !byte.is_ascii_whitespace() => In::Plain,
                (In::Name, b'=') => In::Equals,
                (_, byte) if byte.is_ascii_whitespace() => In::Space,
                (In::Space | In::Name, b'/') => In::Space,
                // After white space a name that was ended may still get its value.
                (In::Space, b'=') if tag.attributes > 0 => In::Equals,
                (In::Space, _) => {
                    tag.attributes += 1;
                    In::Name
                }
                (_, _) => state,
            };
        }
        tag
    }
}

#[cfg(test)]
mod tests;
