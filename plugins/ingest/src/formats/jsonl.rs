//! JSON Lines: one document a line.

use serde_json::{Map, Value};

use crate::decode::decode;
use crate::format::Format;
use crate::input::{Fault, Line, Source, as_utf8, read_line};
use crate::read::{Document, Draft, Entries, Outcome, ReadOptions, Rejected};

/// How a line is understood.
pub(crate) type Understand = fn(&mut Entry<'_>, &ReadOptions) -> Result<Document, Fault>;

/// A line and what is known of it.
pub(crate) struct Entry<'a> {
    pub(crate) bytes: &'a mut Vec<u8>,
    /// Of the whole file, unless that is UTF-8.
    pub(crate) encoding: Option<&'static str>,
    pub(crate) uri: String,
}

/// Reads the lines of a file or of a range of it.
pub(crate) fn read(
    source: Source,
    entries: Entries,
    understand: Understand,
) -> Box<dyn Iterator<Item = Outcome> + Send> {
    let number = entries.range.map_or(0, |range| range.entries_before);
    // A range in the middle of a file has no byte order mark.
    let opened = if number > 0 { Ok((source, None)) } else { as_utf8(source) };
    match opened {
        Ok((source, encoding)) => {
            let buffer = Vec::new();
            Box::new(Lines { source, entries, encoding, number, buffer, done: false, understand })
        }
        Err(error) => {
            let fault = Fault::of(&error);
            Box::new(std::iter::once(Err(Rejected::new(entries.uri.clone(), fault))))
        }
    }
}

/// Takes a line for an object whose fields hold the document's columns.
pub(crate) fn document(entry: &mut Entry<'_>, options: &ReadOptions) -> Result<Document, Fault> {
    let (mut encoding, mut replaced) = (entry.encoding, 0);
    let object = if std::str::from_utf8(entry.bytes).is_ok() {
        serde_json::from_slice(entry.bytes)
    } else {
        let decoded = decode(std::mem::take(entry.bytes), None);
        (encoding, replaced) = (decoded.encoding, decoded.replaced);
        serde_json::from_str(&decoded.text)
    };
    let object: Map<String, Value> = object.map_err(|error| Fault::bad_json(&error))?;
    let Some(mut draft) = Draft::of_columns(options.fields.columns(object)) else {
        let message = format!("no text in the field `{}`", options.fields.text_name());
        return Err(Fault { code: "no_text", message });
    };
    draft.note_decoding(encoding, replaced);
    Ok(draft.finish(std::mem::take(&mut entry.uri), Format::Jsonl))
}

struct Lines {
    source: Source,
    entries: Entries,
    encoding: Option<&'static str>,
    number: u64,
    buffer: Vec<u8>,
    done: bool,
    understand: Understand,
}

impl Iterator for Lines {
    type Item = Outcome;

    fn next(&mut self) -> Option<Outcome> {
        let limit = self.entries.options.max_line_bytes();
        while !self.done {
            let line = read_line(&mut self.source, &mut self.buffer, limit);
            self.number += 1;
            match line {
                Line::End => return None,
                Line::TooLong => return Some(self.reject(Fault::too_large(limit))),
                Line::Failed(fault) => {
                    self.done = true;
                    return Some(self.reject(fault));
                }
                Line::Whole if self.buffer.trim_ascii().is_empty() => {}
                Line::Whole => return Some(self.document()),
            }
        }
        None
    }
}

impl Lines {
    fn uri(&self) -> String {
        format!("{}#line={}", self.entries.uri, self.number)
    }

    fn reject(&self, fault: Fault) -> Outcome {
        Err(Rejected::new(self.uri(), fault))
    }

    fn document(&mut self) -> Outcome {
        let mut entry = Entry { uri: self.uri(), bytes: &mut self.buffer, encoding: self.encoding };
        let understood = (self.understand)(&mut entry, &self.entries.options);
        understood.map_err(|fault| Rejected::new(self.uri(), fault))
    }
}
