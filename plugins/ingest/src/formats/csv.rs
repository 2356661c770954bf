//! Comma- and tab-separated values with a header: one document a row.

use std::io;

use serde_json::{Map, Value};

use crate::decode::decode;
use crate::format::Format;
use crate::input::{self, Fault, Source, as_utf8};
use crate::read::{Draft, Entries, Outcome, Rejected};

/// Follows the state of a stream of separated values byte by byte.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scanner {
    /// `None` for plain lines, which have neither values nor quotes.
    delimiter: Option<u8>,
    state: State,
}

/// Where an entry ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EntryEnd {
    /// Before this offset.
    At(usize),
    /// Not in these bytes.
    Beyond,
    /// Unknown: a line end stands between quotes, so that line ends are no borders.
    QuotedLine,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// At the start of a value.
    Start,
    /// In a value without quotes.
    Plain,
    /// Between quotes.
    Quoted,
    /// After a quote that may end the value or stand for itself.
    QuoteSeen,
}

/// What a byte means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// It belongs to the value.
    Keep,
    /// It is a mark of quotation.
    Skip,
    /// It ends the value.
    ValueEnd,
    /// It ends the row.
    RowEnd,
}

impl Scanner {
    /// A scanner of values between `delimiter`s.
    pub(crate) fn new(delimiter: u8) -> Self {
        Self { delimiter: Some(delimiter), state: State::Start }
    }

    /// A scanner of plain lines.
    pub(crate) fn lines() -> Self {
        Self { delimiter: None, state: State::Plain }
    }

    /// Where the first entry ends that ends in `bytes`.
    pub(crate) fn entry_end(&mut self, bytes: &[u8]) -> EntryEnd {
        if self.delimiter.is_none() {
            return memchr::memchr(b'\n', bytes).map_or(EntryEnd::Beyond, |at| EntryEnd::At(at + 1));
        }
        for (at, byte) in bytes.iter().enumerate() {
            if *byte == b'\n' && self.state == State::Quoted {
                return EntryEnd::QuotedLine;
            }
            if self.step(*byte) == Step::RowEnd {
                return EntryEnd::At(at + 1);
            }
        }
        EntryEnd::Beyond
    }

    fn step(&mut self, byte: u8) -> Step {
        let (state, step) = match (self.state, byte) {
            (State::Start, b'"') => (State::Quoted, Step::Skip),
            (State::Quoted, b'"') => (State::QuoteSeen, Step::Skip),
            (State::QuoteSeen, b'"') | (State::Quoted, _) => (State::Quoted, Step::Keep),
            (_, b'\n') => (State::Start, Step::RowEnd),
            (_, byte) if Some(byte) == self.delimiter => (State::Start, Step::ValueEnd),
            (State::QuoteSeen, b'\r') => (State::QuoteSeen, Step::Skip),
            _ => (State::Plain, Step::Keep),
        };
        self.state = state;
        step
    }
}

/// Reads the rows of a file or of a range of it.
pub(crate) fn read(
    source: Source,
    entries: Entries,
    delimiter: u8,
) -> Box<dyn Iterator<Item = Outcome> + Send> {
    let uri = entries.uri.clone();
    match Rows::open(source, entries, delimiter) {
        Ok(rows) => Box::new(rows),
        Err(fault) => Box::new(std::iter::once(Err(Rejected::new(uri, fault)))),
    }
}

struct Rows {
    source: Source,
    entries: Entries,
    encoding: Option<&'static str>,
    delimiter: u8,
    header: Vec<String>,
    number: u64,
    row: Row,
    done: bool,
}

/// The values of one row, one after the other.
#[derive(Debug, Default)]
struct Row {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Row {
    fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    fn end_value(&mut self) {
        self.ends.push(self.bytes.len());
    }

    /// How many bytes the row takes in memory.
    fn held(&self) -> u64 {
        (self.bytes.len() + self.ends.len() * size_of::<usize>()) as u64
    }

    fn is_blank(&self) -> bool {
        self.ends.len() <= 1 && self.bytes.trim_ascii().is_empty()
    }

    fn values(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| self.bytes.get(start..*end).unwrap_or_default())
    }
}

impl Rows {
    fn open(source: Source, entries: Entries, delimiter: u8) -> Result<Self, Fault> {
        let io_fault = |error: io::Error| Fault::of(&error);
        let first = entries.range.filter(|range| range.entries_before > 0);
        // A range in the middle of a file takes the header from the file's start.
        let start = if first.is_some() { input::open(&entries.path, &entries.uri) } else { Ok(source) };
        let (start, encoding) = as_utf8(start.map_err(io_fault)?).map_err(io_fault)?;
        let mut rows = Self {
            source: start,
            entries,
            encoding,
            delimiter,
            header: Vec::new(),
            number: 0,
            row: Row::default(),
            done: false,
        };
        rows.read_header()?;
        if let Some(range) = first {
            rows.source = input::open_range(&rows.entries.path, range).map_err(io_fault)?;
            rows.number = range.entries_before;
        }
        Ok(rows)
    }

    fn read_header(&mut self) -> Result<(), Fault> {
        loop {
            match self.next_row() {
                Ok(true) if self.row.is_blank() => {}
                Ok(true) => break,
                Ok(false) => {
                    self.done = true;
                    return Ok(());
                }
                Err(fault) => return Err(fault),
            }
        }
        self.header =
            self.row.values().map(|name| decode(name.to_vec(), None).text.trim().to_owned()).collect();
        Ok(())
    }

    /// Reads the next row into `self.row`; false at the end.
    fn next_row(&mut self) -> Result<bool, Fault> {
        let limit = self.entries.options.max_document_bytes;
        let mut scanner = Scanner::new(self.delimiter);
        self.row.clear();
        self.number += 1;
        let (mut any, mut too_large) = (false, false);
        loop {
            let available = match self.source.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    self.done = true;
                    return Err(Fault::of(&error));
                }
            };
            if available.is_empty() {
                self.done = true;
                break;
            }
            any = true;
            let (used, ended) = self.row.take(&mut scanner, available, too_large);
            too_large |= self.row.held() > limit;
            if too_large {
                self.row.clear();
            }
            self.source.consume(used);
            if ended {
                break;
            }
        }
        if too_large {
            return Err(Fault::too_large(limit));
        }
        if self.done && any {
            if scanner.state == State::Quoted {
                let message = "a quote is opened and never closed".to_owned();
                return Err(Fault { code: "bad_csv", message });
            }
            self.row.end_row(scanner.state);
        }
        Ok(any)
    }

    fn reject(&self, fault: Fault) -> Outcome {
        Err(Rejected::new(self.uri(), fault))
    }

    fn uri(&self) -> String {
        format!("{}#row={}", self.entries.uri, self.number)
    }

    fn document(&self) -> Outcome {
        let (found, expected) = (self.row.ends.len(), self.header.len());
        if found != expected {
            let message = format!("{found} values where the header has {expected}");
            return self.reject(Fault { code: "bad_csv", message });
        }
        let (mut object, mut encoding, mut replaced) = (Map::new(), self.encoding, 0);
        for (name, value) in self.header.iter().zip(self.row.values()) {
            let decoded = decode(value.to_vec(), None);
            encoding = encoding.or(decoded.encoding);
            replaced += decoded.replaced;
            object.insert(name.clone(), Value::String(decoded.text));
        }
        let fields = &self.entries.options.fields;
        let mut columns = fields.columns(object);
        // An empty value says nothing, but an empty text is a document.
        columns.rest.retain(|(_, value)| !value.is_empty());
        let Some(mut draft) = Draft::of_columns(columns) else {
            let message = format!("no text in the column `{}`", fields.text_name());
            return self.reject(Fault { code: "no_text", message });
        };
        draft.note_decoding(encoding, replaced);
        let format = if self.delimiter == b'\t' { Format::Tsv } else { Format::Csv };
        Ok(draft.finish(self.uri(), format))
    }
}

impl Row {
    /// Takes bytes up to the row's end; gives how many were used and whether the row ended. If `passing`,
    /// nothing is kept.
    fn take(&mut self, scanner: &mut Scanner, bytes: &[u8], passing: bool) -> (usize, bool) {
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            if scanner.state == State::Quoted {
                // Long texts are quoted: everything up to the next quote is theirs.
                let rest = bytes.get(at..).unwrap_or_default();
                let len = memchr::memchr(b'"', rest).unwrap_or(rest.len());
                if !passing {
                    self.bytes.extend_from_slice(rest.get(..len).unwrap_or_default());
                }
                at += len;
                if at == bytes.len() {
                    break;
                }
                scanner.step(b'"');
                at += 1;
                continue;
            }
            at += 1;
            let before = scanner.state;
            match scanner.step(*byte) {
                Step::Keep if !passing => self.bytes.push(*byte),
                Step::ValueEnd if !passing => self.end_value(),
                Step::RowEnd => {
                    self.end_row(before);
                    return (at, true);
                }
                _ => {}
            }
        }
        (at, false)
    }

    /// Ends the last value, whose `\r` belongs to the line end unless it was quoted.
    fn end_row(&mut self, state: State) {
        if state == State::Plain && self.bytes.last() == Some(&b'\r') {
            self.bytes.pop();
        }
        self.end_value();
    }
}

impl Iterator for Rows {
    type Item = Outcome;

    fn next(&mut self) -> Option<Outcome> {
        while !self.done {
            match self.next_row() {
                Ok(false) => return None,
                Ok(true) if self.row.is_blank() => {}
                Ok(true) => return Some(self.document()),
                Err(fault) => return Some(self.reject(fault)),
            }
        }
        None
    }
}
