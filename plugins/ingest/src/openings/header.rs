//! The metadata lines before an article and the footer after it.

use chrono::NaiveDate;
use docmill_sdk::Span;

use crate::dates;

/// What the lines before the prose say.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Header<'a> {
    pub(super) url: Option<&'a str>,
    pub(super) title: Option<&'a str>,
    pub(super) published: Option<NaiveDate>,
    pub(super) byline: Option<&'a str>,
    pub(super) publisher: Option<&'a str>,
    /// The first char after the lines that is no white space.
    pub(super) end: usize,
}

/// The line at an article's end that names its newspaper.
#[derive(Clone, Copy, Debug)]
pub(super) struct Footer<'a> {
    pub(super) publisher: &'a str,
    pub(super) published: Option<NaiveDate>,
    pub(super) span: Span,
}

/// No header has more lines than this; it bounds the work on a text made of headers.
const MAX_LINES: usize = 24;

/// The longest line that can be a byline, a key or a footer, in bytes.
const MAX_LINE: usize = 160;

/// Reads the metadata lines at `start`.
pub(super) fn header(text: &str, start: usize) -> Header<'_> {
    let mut header = Header { end: skip_blank(text, start), ..Header::default() };
    for _ in 0..MAX_LINES {
        let line = line_at(text, header.end);
        let Some(len) = header.line(text, line) else { break };
        header.end = skip_blank(text, header.end + len);
    }
    header
}

/// Finds the footer among the last three lines of prose after `body`.
pub(super) fn footer(text: &str, body: usize) -> Option<Footer<'_>> {
    let mut end = text.len();
    for _ in 0..3 {
        let above = text.get(body..end)?.trim_end();
        if above.is_empty() {
            return None;
        }
        let start = memchr::memrchr(b'\n', above.as_bytes()).map_or(0, |at| at + 1);
        let line = above.get(start..)?;
        if let Some((publisher, published)) = published_in(line.trim()) {
            let from = body + start + (line.len() - line.trim_start().len());
            return Some(Footer { publisher, published, span: Span::new(text, from, body + above.len())? });
        }
        end = body + start;
    }
    None
}

impl<'a> Header<'a> {
    /// Takes in one line of metadata; gives its length in bytes, or `None` if the line is none.
    fn line(&mut self, text: &'a str, line: &'a str) -> Option<usize> {
        if self.url.is_none()
            && let Some((url, len)) = url(line)
        {
            self.url = Some(url);
            return Some(len);
        }
        if let Some(len) = self.flattened(line) {
            return Some(len);
        }
        if let Some((date, len)) = dated(line) {
            self.published = self.published.or(Some(date));
            return Some(len);
        }
        if line.len() > MAX_LINE {
            return None;
        }
        if let Some(names) = by_names(line) {
            if self.byline.is_some() {
                return None;
            }
            self.byline = Some(names);
            return Some(line.len());
        }
        self.key(text, line).then_some(line.len())
    }

    /// Takes in a page's header that lost its line ends: `By . Jane Doe . PUBLISHED: . 14:11 EST, 25 October
    /// 2013 . | . UPDATED: . 15:36 EST, 25 October 2013 . Text`.
    fn flattened(&mut self, line: &'a str) -> Option<usize> {
        let (mut rest, mut byline, mut published) = (line, None, None);
        if let Some((first, after)) = line.strip_prefix("By . ").and_then(|rest| rest.split_once(" . ")) {
            byline = Some(names(first)?);
            rest = after;
            while let Some((_, after)) = rest.split_once(" . ").filter(|(next, _)| next.starts_with("and ")) {
                rest = after;
            }
        }
        loop {
            if let Some(after) = rest.strip_prefix("| . ") {
                rest = after;
                continue;
            }
            let stamp = rest.strip_prefix("PUBLISHED: . ").or_else(|| rest.strip_prefix("UPDATED: . "));
            let Some((stamp, after)) = stamp.and_then(|stamp| stamp.split_once(" . ")) else { break };
            let (_, date) = stamp.split_once(", ")?;
            published = published.or(Some(dates::stated(date)?));
            rest = after;
        }
        if byline.is_none() && published.is_none() {
            return None;
        }
        self.byline = self.byline.or(byline);
        self.published = self.published.or(published);
        Some(line.len() - rest.len())
    }

    fn key(&mut self, text: &'a str, line: &'a str) -> bool {
        let Some((key, value)) = key_and_value(line) else { return false };
        let slot = match key {
            Key::Title => {
                // "Title: …" alone may be a headline; among other keys it is none.
                let next = line_at(text, skip_blank(text, self.end + line.len()));
                let among = self.url.is_some() || self.published.is_some() || self.byline.is_some();
                if !among && key_and_value(next).is_none() && dated(next).is_none() {
                    return false;
                }
                &mut self.title
            }
            Key::Byline => &mut self.byline,
            Key::Publisher => &mut self.publisher,
            Key::Url => &mut self.url,
        };
        let new = slot.is_none();
        slot.get_or_insert(value);
        new
    }
}

enum Key {
    Title,
    Byline,
    Publisher,
    Url,
}

fn key_and_value(line: &str) -> Option<(Key, &str)> {
    let line = line.get(..line.len().min(MAX_LINE)).unwrap_or_default();
    let colon = line.find(':').filter(|colon| *colon < 12)?;
    let value = line.get(colon + 1..)?.trim();
    let name = line.get(..colon)?.trim();
    let is = |names: &[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
    let key = if is(&["title", "headline"]) {
        Key::Title
    } else if is(&["author", "authors", "byline", "by"]) {
        Key::Byline
    } else if is(&["source", "publisher", "publication"]) {
        Key::Publisher
    } else if is(&["url", "link"]) {
        Key::Url
    } else {
        return None;
    };
    let fits = match key {
        Key::Title => true,
        Key::Url => is_url(value),
        Key::Byline | Key::Publisher => {
            value.split_whitespace().count() <= 8 && !value.ends_with(['.', '?', '!']) && starts_upper(value)
        }
    };
    (fits && !value.is_empty()).then_some((key, value))
}

/// An address at the start of a line and its length, if nothing follows or a sentence does.
fn url(line: &str) -> Option<(&str, usize)> {
    let len = line.find(char::is_whitespace).unwrap_or(line.len());
    let first = line.get(..len)?;
    let rest = line.get(len..)?.trim_start();
    (is_url(first) && (rest.is_empty() || starts_upper(rest))).then_some((first, len))
}

/// A lone address, with its scheme or at least `www.`.
fn is_url(line: &str) -> bool {
    let starts = ["http://", "https://", "www."]
        .iter()
        .any(|start| line.get(..start.len()).is_some_and(|found| found.eq_ignore_ascii_case(start)));
    starts && line.len() > 8 && !line.contains(char::is_whitespace)
}

/// Reads `date 2025-09-24`, `Published: July 18, 2022 5:36 pm` or a date that has the line to itself; gives
/// the date and how much of the line it takes.
fn dated(line: &str) -> Option<(NaiveDate, usize)> {
    let key = date_key(line);
    let mut at = key + if key > 0 { clock_before(line.get(key..)?) } else { 0 };
    at += dates::skip_weekday(line.get(at..)?);
    let rest = line.get(at..)?;
    let (date, len) = dates::numeric(rest)
        .or_else(|| dates::spelled(rest).and_then(|(partial, len)| Some((partial.full()?, len))))?;
    at += len;
    at += clock(line.get(at..)?);
    let rest = line.get(at..)?;
    let trimmed = rest.trim_start_matches([' ', '\t', ',', ';', '|', '.']);
    if trimmed.trim().is_empty() {
        return Some((date, line.len()));
    }
    // Without a key, prose may well begin with a date: "July 26, 2022 was a hot day".
    let follows = rest.starts_with([' ', '\t', ',', ';', '|']);
    (key > 0 && follows && starts_upper(trimmed)).then_some((date, line.len() - trimmed.len()))
}

/// The length of `date`, `Published on:` and the like with the space after it, else 0.
fn date_key(line: &str) -> usize {
    const KEYS: &[&str] = &[
        "date published",
        "publication date",
        "published on",
        "published at",
        "published",
        "pubdate",
        "date",
        "dated",
        "last updated at",
        "last updated",
        "last modified",
        "updated on",
        "updated",
        "posted on",
        "posted",
    ];
    let found = KEYS.iter().find(|key| {
        line.get(..key.len()).is_some_and(|start| start.eq_ignore_ascii_case(key))
            && line.get(key.len()..).is_some_and(|rest| rest.starts_with([' ', ':', '\t']))
    });
    found.map_or(0, |key| {
        let rest = line.get(key.len()..).unwrap_or_default();
        key.len() + rest.bytes().take_while(|byte| matches!(byte, b' ' | b'\t' | b':')).count()
    })
}

/// The length of a time of day with its zone at the start of `text`, else 0.
fn clock(text: &str) -> usize {
    let start = text.bytes().take_while(|byte| matches!(byte, b' ' | b',' | b'|' | b'T')).count();
    let Some(rest) = text.get(start..) else { return 0 };
    let rest_start = rest.strip_prefix("at ").map_or(0, |_| 3);
    let digits = rest.get(rest_start..).unwrap_or_default();
    let len = digits.bytes().take_while(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.')).count();
    if start == 0 || len < 3 || !digits.get(..len).is_some_and(|clock| clock.contains(':')) {
        return 0;
    }
    let mut at = start + rest_start + len;
    for _ in 0..2 {
        let Some(rest) = text.get(at..) else { break };
        let gap = rest.bytes().take_while(|byte| *byte == b' ').count();
        let word =
            rest.get(gap..).unwrap_or_default().split([' ', '\t', ',', '|']).next().unwrap_or_default();
        let half = ["am", "pm", "a.m.", "p.m."].iter().any(|half| half.eq_ignore_ascii_case(word));
        let zone = word.starts_with(['+', '-', 'Z'])
            || (2..=5).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_uppercase());
        if word.is_empty() || !(half || zone) {
            break;
        }
        at += gap + word.len();
    }
    at
}

/// The length of `1:25 AM on ` at the start of `text`, else 0.
fn clock_before(text: &str) -> usize {
    let clock = text.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b':').count();
    let Some((before, _)) = text.split_once(" on ").filter(|(before, _)| before.len() <= 12) else {
        return 0;
    };
    if clock >= 4 && clock <= before.len() && before.contains(':') { before.len() + 4 } else { 0 }
}

/// The names of a line such as `By Jane Doe, Staff Writer`, without "By" and without their posts.
fn by_names(line: &str) -> Option<&str> {
    let line = line.trim();
    let rest = ["By ", "BY ", "by "].iter().find_map(|by| line.strip_prefix(by))?;
    names(rest).filter(|names| !line.starts_with("by ") || names.contains(' '))
}

/// The names that `text` begins with, up to a comma or dash; `None` if they are no names.
fn names(text: &str) -> Option<&str> {
    let text = text.trim();
    if text.len() > MAX_LINE {
        return None;
    }
    let names = text.strip_suffix('.').unwrap_or(text);
    let first = names.split([',', '|', '–', '—']).next()?.trim();
    let words = first.split_whitespace();
    let count = words.clone().count();
    let (mut capitals, mut others) = (0, 0);
    for word in words {
        let particle = PARTICLES.contains(&word);
        let letters = word.chars().all(|c| c.is_alphabetic() || matches!(c, '.' | '-' | '\'' | '’' | '&'));
        if !letters || !(particle || starts_upper(word) || word.starts_with("al-")) {
            return None;
        }
        if particle { others += 1 } else { capitals += 1 }
    }
    // "By July" and "By Monday night" open sentences; a name has two capitalised words or is an agency's.
    let dated = dates::skip_weekday(first) > 0 || dates::spelled(first).is_some();
    let single = capitals == 1 && names == first;
    let plausible = capitals >= 2 || single;
    (plausible && !dated && count <= 12 && others <= capitals).then_some(first)
}

/// Words in lower case that a byline may contain.
const PARTICLES: &[&str] = &[
    "and", "with", "in", "for", "of", "von", "van", "der", "den", "de", "del", "della", "da", "dos", "di",
    "du", "la", "le", "bin", "ibn", "al", "el", "ul", "ur", "zu", "af", "av", "ten", "ter", "y", "e",
];

/// Reads `Published in Dawn, September 24th, 2025`.
fn published_in(line: &str) -> Option<(&str, Option<NaiveDate>)> {
    const START: &str = "published in ";
    if line.len() > MAX_LINE || !line.get(..START.len())?.eq_ignore_ascii_case(START) {
        return None;
    }
    let rest = line.get(START.len()..)?;
    let comma = rest.find(',')?;
    let name = rest.get(..comma)?.trim();
    let named = name.split_whitespace().count() <= 6 && starts_upper(name);
    let date = dates::stated(rest.get(comma + 1..)?.trim().trim_end_matches('.'));
    (named && date.is_some()).then_some((name, date))
}

pub(super) fn starts_upper(text: &str) -> bool {
    text.starts_with(|c: char| c.is_uppercase() || (c.is_alphabetic() && !c.is_lowercase()))
}

/// The offset of the first char at or after `at` that is neither white space nor a byte order mark.
pub(super) fn skip_blank(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    text.len() - rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}').len()
}

/// The line that begins at `at`, without its end.
pub(super) fn line_at(text: &str, at: usize) -> &str {
    let rest = text.get(at..).unwrap_or_default();
    let end = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default()
}
