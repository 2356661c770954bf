//! Documents as JSON objects, and their values as people read them.

use crate::marks::Mark;
use arrow_array::RecordBatch;
use arrow_json::WriterBuilder;
use arrow_json::writer::LineDelimited;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// One document: its columns by name, in order.
pub(crate) type Row = Map<String, Value>;

/// Batches as JSON Lines, an object a document with all columns, nulls spelled out.
///
/// # Errors
/// When a column has a type that JSON cannot express.
pub(crate) fn lines(batches: &[RecordBatch]) -> Result<String, String> {
    let mut writer = WriterBuilder::new().with_explicit_nulls(true).build::<_, LineDelimited>(Vec::new());
    for batch in batches.iter().filter(|batch| batch.num_rows() > 0) {
        writer.write(batch).map_err(|error| error.to_string())?;
    }
    writer.finish().map_err(|error| error.to_string())?;
    String::from_utf8(writer.into_inner()).map_err(|error| error.to_string())
}

/// The same as objects.
///
/// # Errors
/// As for [`lines`].
pub(crate) fn rows(batches: &[RecordBatch]) -> Result<Vec<Row>, String> {
    lines(batches)?.lines().map(|line| serde_json::from_str(line).map_err(|e| e.to_string())).collect()
}

/// The annotations of a layer, each with its `label`, or else its `kind`; `None` when the value is no layer.
pub(crate) fn marks(value: &Value) -> Option<Vec<Mark>> {
    value.as_array()?.iter().map(mark).collect()
}

fn mark(span: &Value) -> Option<Mark> {
    let offset = |name| usize::try_from(span.get(name)?.as_u64()?).ok();
    let label = ["label", "kind"].iter().find_map(|name| span.get(name)?.as_str());
    let label = label.unwrap_or_default().to_owned();
    Some(Mark { start: offset("start")?, end: offset("end")?, label })
}

/// How many annotations of each label a layer has, the most first; unlabelled ones are not counted.
pub(crate) fn labels(marks: &[Mark]) -> Vec<(&str, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for mark in marks.iter().filter(|mark| !mark.label.is_empty()) {
        *counts.entry(&mark.label).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}

/// A value in one line, harmless to a terminal and shortened; layers are counted.
pub(crate) fn brief(name: &str, value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) if name == "text" => {
            format!("{} bytes {}", crate::terminal::number(text.len() as u64), quoted(text))
        }
        Value::String(text) => quoted(text),
        Value::Array(elements) if !elements.is_empty() => match marks(value) {
            Some(marks) => counted(&marks),
            None => format!("{}: {}", elements.len(), shortened(&value.to_string())),
        },
        Value::Array(_) => "0".to_owned(),
        other => shortened(&other.to_string()),
    }
}

fn counted(marks: &[Mark]) -> String {
    let labels = labels(marks);
    let told: Vec<String> = labels.iter().take(MAX_LABELS).map(|(l, n)| format!("{l} {n}")).collect();
    let more = if labels.len() > MAX_LABELS { ", …" } else { "" };
    let gap = if told.is_empty() { "" } else { ": " };
    docmill_pipeline::harmless(&format!("{}{gap}{}{more}", marks.len(), told.join(", ")))
}

/// Labels of a layer that are told apart in one line.
const MAX_LABELS: usize = 12;
/// Chars of a value that are shown.
const MAX_CHARS: usize = 72;

fn quoted(text: &str) -> String {
    format!("\"{}\"", shortened(text))
}

/// White space of any sort becomes one blank, so that a text shows its words.
fn shortened(text: &str) -> String {
    let mut out = String::new();
    let mut left = MAX_CHARS;
    for word in text.split_whitespace() {
        let gap = usize::from(!out.is_empty());
        if left <= gap {
            out.push('…');
            break;
        }
        if gap == 1 {
            out.push(' ');
        }
        left -= gap;
        let taken: String = word.chars().take(left).collect();
        let count = taken.chars().count();
        let is_cut = taken.len() < word.len();
        out += &docmill_pipeline::harmless(&taken);
        left -= count;
        if is_cut {
            out.push('…');
            break;
        }
    }
    out
}

/// Names and brief values under each other, indented.
pub(crate) fn listed<'a>(values: impl Iterator<Item = (&'a String, &'a Value)> + Clone) -> String {
    let width = values.clone().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let line = |(name, value): (&String, &Value)| {
        format!(
            "  {}{}  {}\n",
            docmill_pipeline::harmless(name),
            " ".repeat(width - name.chars().count()),
            brief(name, value)
        )
    };
    values.map(line).collect()
}

#[cfg(test)]
mod tests;
