//! JSON Lines: one document a line.

use serde_json::{Map, Value};

use crate::decode::decode;
use crate::format::Format;
use crate::input::{Fault, Line, Source, as_utf8, read_line};
use crate::read::{Draft, Entries, Outcome, Rejected};

/// Reads the lines of a file or of a range of it.
pub(crate) fn read(source: Source, entries: Entries) -> Box<dyn Iterator<Item = Outcome> + Send> {
    let number = entries.range.map_or(0, |range| range.entries_before);
    // A range in the middle of a file has no byte order mark.
    let opened = if number > 0 { Ok((source, None)) } else { as_utf8(source) };
    match opened {
        Ok((source, encoding)) => {
            Box::new(Lines { source, entries, encoding, number, buffer: Vec::new(), done: false })
        }
        Err(error) => {
            let fault = Fault::of(&error);
            Box::new(std::iter::once(Err(Rejected::new(entries.uri.clone(), fault))))
        }
    }
}

struct Lines {
    source: Source,
    entries: Entries,
    encoding: Option<&'static str>,
    number: u64,
    buffer: Vec<u8>,
    done: bool,
}

impl Iterator for Lines {
    type Item = Outcome;

    fn next(&mut self) -> Option<Outcome> {
        let limit = self.entries.options.max_document_bytes;
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
        let (mut encoding, mut replaced) = (self.encoding, 0);
        let object = if std::str::from_utf8(&self.buffer).is_ok() {
            serde_json::from_slice(&self.buffer)
        } else {
            let decoded = decode(std::mem::take(&mut self.buffer), None);
            (encoding, replaced) = (decoded.encoding, decoded.replaced);
            serde_json::from_str(&decoded.text)
        };
        let object: Map<String, Value> = match object {
            Ok(object) => object,
            Err(error) => return self.reject(Fault { code: "bad_json", message: error.to_string() }),
        };
        let fields = &self.entries.options.fields;
        let Some(mut draft) = Draft::of_columns(fields.columns(object)) else {
            let message = format!("no text in the field `{}`", fields.text_name());
            return self.reject(Fault { code: "no_text", message });
        };
        draft.note_decoding(encoding, replaced);
        Ok(draft.finish(self.uri(), Format::Jsonl))
    }
}
