//! Documents beside those of a golden folder.

use crate::testing::bench::{Came, Document};
use crate::testing::judge::{covered, shown};
use docmill_store::AtomicFile;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

/// Most lines of a difference that are told.
const LINES: usize = 60;

/// What differs, as lines for people, and how many documents do; `None` where nothing does.
pub(crate) fn difference(expected: &[Document], came: &Came) -> Option<(usize, String)> {
    let known: BTreeMap<&str, &Document> = expected.iter().map(|document| (id(document), document)).collect();
    let found: BTreeMap<&str, &Document> =
        came.documents.iter().map(|document| (id(document), document)).collect();
    let (mut lines, mut count) = (Vec::new(), 0);
    for document in expected {
        let before = lines.len();
        match found.get(id(document)) {
            None => lines.push(format!("- document `{}` is gone", id(document))),
            Some(now) => of_document(document, now, &mut lines),
        }
        count += usize::from(lines.len() > before);
    }
    for document in came.documents.iter().filter(|document| !known.contains_key(id(document))) {
        lines.push(format!("+ document `{}` is new", id(document)));
        count += 1;
    }
    let order = |documents: &[Document]| documents.iter().map(|d| id(d).to_owned()).collect::<Vec<_>>();
    if lines.is_empty() && order(expected) != order(&came.documents) {
        lines.push("the documents come in another order".to_owned());
        count = came.documents.len();
    }
    if lines.is_empty() {
        return None;
    }
    for (id, code, message) in came.rejected.iter().take(LINES) {
        lines.push(format!("document `{id}` was rejected: {code}: {message}"));
    }
    let more = lines.len().saturating_sub(LINES);
    lines.truncate(LINES);
    if more > 0 {
        lines.push(format!("… and {more} lines more"));
    }
    Some((count, indented(&lines, "  ")))
}

/// The lines one after the other, each behind this.
pub(crate) fn indented<S: AsRef<str>>(lines: &[S], before: &str) -> String {
    lines.iter().flat_map(|line| [before, line.as_ref(), "\n"]).collect()
}

/// Writes the documents as what is expected from now on: the whole file or nothing.
pub(crate) fn bless(path: &Path, came: &Came) -> io::Result<()> {
    let mut file = AtomicFile::create(path)?;
    for document in &came.documents {
        serde_json::to_writer(&mut file, document)?;
        file.write_all(b"\n")?;
    }
    file.commit()
}

fn id(document: &Document) -> &str {
    document.get("id").and_then(Value::as_str).unwrap_or_default()
}

fn of_document(expected: &Document, came: &Document, lines: &mut Vec<String>) {
    let mut told = Vec::new();
    for (column, now) in came {
        match expected.get(column) {
            None => told.push(format!("+ column {column} is new")),
            Some(before) if before == now => {}
            Some(before) => match (spans(before, expected), spans(now, came)) {
                (Some(before), Some(now)) => layer(column, &before, &now, &mut told),
                _ => told.push(format!("~ {column}: {} -> {}", shown(before), shown(now))),
            },
        }
    }
    let gone = expected.keys().filter(|column| !came.contains_key(*column));
    told.extend(gone.map(|column| format!("- column {column} is gone")));
    if !told.is_empty() {
        lines.push(format!("document `{}`", id(came)));
        lines.extend(told.into_iter().map(|line| format!("  {line}")));
    }
}

/// An annotation: its place, its label, the text it covers, and all of it.
struct Annotation<'a> {
    place: (u64, u64),
    label: &'a str,
    text: &'a str,
    all: &'a Value,
}

/// The annotations of a layer; `None` of any other value.
fn spans<'a>(value: &'a Value, document: &'a Document) -> Option<Vec<Annotation<'a>>> {
    let whole = document.get("text").and_then(Value::as_str).unwrap_or_default();
    let span = |element: &'a Value| {
        let offset = |key: &str| element.get(key).and_then(Value::as_u64);
        let label = element.get("label").and_then(Value::as_str).unwrap_or_default();
        let text = covered(element, whole).unwrap_or_default();
        Some(Annotation { place: (offset("start")?, offset("end")?), label, text, all: element })
    };
    value.as_array()?.iter().map(span).collect()
}

// What stayed goes first, then what kept its place, then what kept its text and label; the rest came or went.
fn layer(column: &str, before: &[Annotation<'_>], now: &[Annotation<'_>], told: &mut Vec<String>) {
    let mut gone: Vec<&Annotation<'_>> = before.iter().collect();
    let mut here: Vec<&Annotation<'_>> = now.iter().collect();
    pair(&mut gone, &mut here, |annotation| annotation.all.to_string());
    for (a, b) in pair(&mut gone, &mut here, |annotation| format!("{:?}", annotation.place)) {
        let how = if a.label == b.label { changed(a.all, b.all) } else { format!("was {}", a.label) };
        told.push(format!("~ {column}: {}: {how}", drawn(b)));
    }
    for (a, b) in pair(&mut gone, &mut here, |annotation| format!("{} {}", annotation.label, annotation.text))
    {
        told.push(format!("~ {column}: {}: moved from {}..{}", drawn(b), a.place.0, a.place.1));
    }
    told.extend(gone.iter().map(|annotation| format!("- {column}: {}", drawn(annotation))));
    told.extend(here.iter().map(|annotation| format!("+ {column}: {}", drawn(annotation))));
}

type Pair<'a> = (&'a Annotation<'a>, &'a Annotation<'a>);

/// Takes out what has one key on both sides, each with the first of its kind.
fn pair<'a>(
    gone: &mut Vec<&'a Annotation<'a>>,
    here: &mut Vec<&'a Annotation<'a>>,
    key: impl Fn(&Annotation<'a>) -> String,
) -> Vec<Pair<'a>> {
    let mut waiting: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, annotation) in here.iter().enumerate().rev() {
        waiting.entry(key(annotation)).or_default().push(at);
    }
    let (mut pairs, mut taken) = (Vec::new(), vec![false; here.len()]);
    gone.retain(|annotation| match waiting.get_mut(&key(annotation)).and_then(Vec::pop) {
        Some(at) => {
            pairs.push((*annotation, here[at]));
            taken[at] = true;
            false
        }
        None => true,
    });
    let mut taken = taken.into_iter();
    here.retain(|_| !taken.next().unwrap_or_default());
    pairs
}

fn drawn(annotation: &Annotation<'_>) -> String {
    let Annotation { place: (start, end), label, text, .. } = annotation;
    let gap = if label.is_empty() { "" } else { " " };
    format!("{label}{gap}{} {start}..{end}", shown(&Value::from(*text)))
}

fn changed(before: &Value, now: &Value) -> String {
    let Some(now) = now.as_object() else { return String::new() };
    let differs = |(key, value): &(&String, &Value)| before.get(key.as_str()) != Some(*value);
    let told = now.iter().filter(differs).map(|(key, value)| {
        let before = before.get(key.as_str()).unwrap_or(&Value::Null);
        format!("{key} {} -> {}", shown(before), shown(value))
    });
    told.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
