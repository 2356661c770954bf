//! Markdown: one document a file, whose front matter tells its columns.

use crate::read::Draft;

/// The file's decoded text with its front matter is the document's text, so offsets are those of the file;
/// the body begins after the front matter. Without a title there, the first heading `# …` is the title.
pub(crate) fn draft(bytes: Vec<u8>) -> Draft {
    let mut draft = super::text::draft(bytes);
    let text = std::mem::take(&mut draft.text);
    if let Some((front, body)) = front_matter(&text) {
        draft.start = body;
        for (key, value) in front.lines().filter_map(key_and_value) {
            set(&mut draft, key, value);
        }
    }
    if draft.title.is_none() {
        draft.title = text.get(draft.start..).and_then(heading).map(str::to_owned);
    }
    draft.text = text;
    draft
}

/// The lines between `---` and `---` at the text's start, and the offset after them.
fn front_matter(text: &str) -> Option<(&str, usize)> {
    let rest = text.strip_prefix("---")?;
    let start = text.len() - rest.len() + end_of_line(rest)?;
    let mut at = start;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let len = memchr::memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |end| end + 1);
        let line = rest.get(..len)?.trim_end();
        if line == "---" || line == "..." {
            return Some((text.get(start..at)?, at + len));
        }
        at += len;
    }
    None
}

/// The length of the white space and line end at the start of `text`, if nothing else stands in the line.
fn end_of_line(text: &str) -> Option<usize> {
    let end = text.find('\n')?;
    text.get(..end)?.trim().is_empty().then_some(end + 1)
}

/// `key: value` at the start of a line, the value without quotes; lists in brackets keep them.
fn key_and_value(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    let plain = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    let value = value.trim();
    let unquoted = ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote));
    let value = unquoted.unwrap_or(value);
    (plain && !value.is_empty()).then_some((key, value))
}

fn set(draft: &mut Draft, key: &str, value: &str) {
    let slot = match key.to_ascii_lowercase().as_str() {
        "id" => &mut draft.id,
        "title" | "headline" => &mut draft.title,
        "author" | "authors" | "byline" => &mut draft.byline,
        "publisher" | "source" => &mut draft.publisher,
        "lang" | "language" => &mut draft.lang,
        "date" | "published" | "pubdate" => &mut draft.published,
        _ => {
            draft.meta.insert(key.to_owned(), value.to_owned());
            return;
        }
    };
    slot.get_or_insert_with(|| value.to_owned());
}

fn heading(text: &str) -> Option<&str> {
    let line = text.trim_start().lines().next()?;
    let title = line.strip_prefix("# ")?.trim().trim_end_matches('#').trim_end();
    (!title.is_empty()).then_some(title)
}
