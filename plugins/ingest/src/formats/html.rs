//! Web pages: the main text of each, one document a file.

use std::collections::HashMap;

use dom_smoothie::{Config, Readability, TextMode};

use crate::decode::decode;
use crate::input::Fault;
use crate::read::Draft;

/// The page's main text with a blank line between paragraphs; title, authors, date, site and language as
/// the page states them. A page without text is rejected as `no_text`.
pub(crate) fn draft(bytes: Vec<u8>) -> Result<Draft, Fault> {
    let named = charset(&bytes);
    let decoded = decode(bytes, named.as_deref());
    let too_deep =
        || Fault { code: "bad_html", message: format!("elements are nested deeper than {MAX_DEPTH}") };
    if open_elements(&decoded.text) > MAX_OPEN {
        return Err(too_deep());
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

/// Pages of more elements are listings; extraction would take too long.
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

/// An upper bound of how deep the parser may have to nest the page's elements.
///
/// An end tag closes an element of its name and nothing else, so that the bound holds for pages made to
/// mislead; elements that a page leaves open count to its end, those that cannot nest not at all.
fn open_elements(html: &str) -> usize {
    const NEVER_DEEP: &[&str] = &[
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
        "track", "wbr", "p", "li", "option", "dt", "dd", "td", "th", "tr", "tbody",
    ];
    let mut open: HashMap<String, usize> = HashMap::new();
    let (mut depth, mut deepest) = (0_usize, 0_usize);
    let mut passed = 0;
    for at in memchr::memchr_iter(b'<', html.as_bytes()) {
        let Some(rest) = html.get(at + 1..).filter(|_| at >= passed) else { continue };
        let end_tag = rest.starts_with('/');
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        let len =
            rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'-').take(32).count();
        let name = rest.get(..len).unwrap_or_default().to_ascii_lowercase();
        if name.is_empty() || NEVER_DEEP.contains(&name.as_str()) {
            continue;
        }
        if !end_tag && (name == "script" || name == "style") {
            let close = memchr::memmem::find(rest.as_bytes(), b"</").unwrap_or(rest.len());
            passed = html.len() - rest.len() + close;
            continue;
        }
        let count = open.entry(name).or_default();
        if end_tag {
            depth -= usize::from(*count > 0);
            *count = count.saturating_sub(1);
        } else {
            *count += 1;
            depth += 1;
            deepest = deepest.max(depth);
        }
    }
    deepest
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
