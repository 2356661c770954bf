//! Web pages: the main text of each, one document a file.

use dom_smoothie::{Config, Readability, TextMode};

use crate::decode::decode;
use crate::formats::shape::shape;
use crate::input::Fault;
use crate::read::Draft;

/// The page's main text with a blank line between paragraphs; title, authors, date, site and language as
/// the page states them. A page without text is rejected as `no_text`.
pub(crate) fn draft(bytes: Vec<u8>) -> Result<Draft, Fault> {
    let named = charset(&bytes);
    let decoded = decode(bytes, named.as_deref());
    let too_deep =
        || Fault { code: "bad_html", message: format!("elements are nested deeper than {MAX_DEPTH}") };
    let shape = shape(&decoded.text);
    if shape.open > MAX_OPEN {
        return Err(too_deep());
    }
    if shape.attributes > MAX_ATTRIBUTES {
        let message = format!("a tag has more than {MAX_ATTRIBUTES} attributes");
        return Err(Fault { code: "bad_html", message });
    }
    if shape.nodes > MAX_ELEMENTS {
        let message = format!("the page has more than {MAX_ELEMENTS} elements");
        return Err(Fault { code: "bad_html", message });
    }
    let config =
        Config { text_mode: TextMode::Formatted, max_elements_to_parse: MAX_ELEMENTS, ..Config::default() };
    let bad = |error: dom_smoothie::ReadabilityError| Fault { code: "no_text", message: error.to_string() };
    let mut page = Readability::new(decoded.text, None, Some(config)).map_err(bad)?;
    if is_too_deep(&page) {
        return Err(too_deep());
    }
    let article = page.parse().map_err(bad)?;
    let mut draft = Draft {
        text: paragraphs(&article.text_content),
        title: Some(article.title),
        byline: article.byline,
        publisher: article.site_name,
        lang: article.lang,
        published: article.published_time,
        ..Draft::default()
    };
    let further =
        [("url", article.url), ("description", article.excerpt), ("modified", article.modified_time)];
    for (name, value) in further {
        if let Some(value) = value.filter(|value| !value.trim().is_empty()) {
            draft.meta.insert(name.to_owned(), value.trim().to_owned());
        }
    }
    draft.note_decoding(decoded.encoding, decoded.replaced);
    Ok(draft)
}

/// Deeper pages are no articles, and walking them would exhaust the stack.
const MAX_DEPTH: usize = 512;

/// With more elements open at once, sloppily or on purpose, parsing takes quadratic time.
const MAX_OPEN: usize = 4096;

/// A parser compares each attribute with all before it in its tag: 320 000 of them took 37 seconds.
const MAX_ATTRIBUTES: usize = 1024;

/// Pages of more elements are listings; extraction would take too long, and a tree of them 28 times the memory of
/// the page.
const MAX_ELEMENTS: usize = 200_000;

/// How many bytes of a page are searched for its encoding's name.
const CHARSET_BYTES: usize = 2048;

/// The encoding that the page names in a `meta` element near its start.
fn charset(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..bytes.len().min(CHARSET_BYTES))?.to_ascii_lowercase();
    let at = memchr::memmem::find(&head, b"charset=")? + b"charset=".len();
    let rest = head.get(at..)?;
    let quote = usize::from(rest.first().is_some_and(|byte| matches!(byte, b'"' | b'\'')));
    let label: Vec<u8> = rest
        .iter()
        .skip(quote)
        .copied()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':'))
        .collect();
    String::from_utf8(label).ok().filter(|label| !label.is_empty())
}

/// True if the tree is deeper than [`MAX_DEPTH`]; walks it without recursion.
fn is_too_deep(page: &Readability) -> bool {
    let mut node = page.doc.root();
    let mut depth = 0_usize;
    loop {
        if let Some(child) = node.first_child() {
            node = child;
            depth += 1;
            if depth > MAX_DEPTH {
                return true;
            }
            continue;
        }
        loop {
            if let Some(sibling) = node.next_sibling() {
                node = sibling;
                break;
            }
            let Some(parent) = node.parent() else { return false };
            node = parent;
            depth -= 1;
        }
    }
}

/// The lines of a page's text as paragraphs: one blank line between, no white space around.
fn paragraphs(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 64);
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if !out.is_empty() {
            out.push_str("\n\n");
        }
        out.push_str(line);
    }
    out
}
