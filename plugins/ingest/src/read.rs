//! Reads a block's documents.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::blocks::{Block, BlockFile};
use crate::dates;
use crate::fields::{Columns, Fields};
use crate::format::Format;
use crate::formats::{csv, documents, html, jsonl, markdown, text};
use crate::input::{self, Fault};
use crate::openings::{Dateline, opening_after};

/// How blocks are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadOptions {
    /// The format of all files; by default each file's suffix tells it.
    pub format: Option<Format>,
    /// Where the columns of JSON Lines and CSV entries are.
    pub fields: Fields,
    /// The largest document in bytes, decompressed but not yet decoded.
    pub max_document_bytes: u64,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self { format: None, fields: Fields::default(), max_document_bytes: 64 << 20 }
    }
}

impl ReadOptions {
    /// The longest line that one document may take. What the quarantine keeps of a document that was not too
    /// large may be six times as long, which is a NUL in JSON, and has its metadata beside it.
    pub(crate) fn max_line_bytes(&self) -> u64 {
        match self.format {
            Some(Format::Documents) => self.max_document_bytes.saturating_mul(6).saturating_add(1 << 24),
            _ => self.max_document_bytes,
        }
    }
}

/// One text with all that its source says about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// From the data, else 16 hex digits that depend on the uri alone.
    pub id: String,
    /// The file's uri, with `#line=17` or `#row=17` (both from 1; a header is row 1) for an entry of it.
    pub uri: String,
    /// The text that all offsets refer to.
    pub text: String,
    /// The title, if the source has one apart from the text.
    pub title: Option<String>,
    /// The authors, without "By".
    pub byline: Option<String>,
    /// The newspaper or site.
    pub publisher: Option<String>,
    /// The language as the source names it.
    pub lang: Option<String>,
    /// The media type of the file that the document was in.
    pub media_type: Option<Cow<'static, str>>,
    /// The day of publication.
    pub published: Option<NaiveDate>,
    /// The dateline, if the prose opens with one.
    pub dateline: Option<Dateline<'static>>,
    /// The first byte of prose; the text's length if there is none.
    pub body_start: usize,
    /// Everything else the source says, sorted by name.
    pub meta: Vec<(String, String)>,
}

/// What could not be read as a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// Where it stands, as [`Document::uri`].
    pub uri: String,
    /// The id that a document without one of its own would have had there.
    pub id: String,
    /// The kind of fault: `unreadable`, `unsupported`, `too_large`, `truncated`, `corrupt`, `ratio`,
    /// `bad_json`, `bad_csv`, `bad_html`, `bad_document` or `no_text`.
    pub code: &'static str,
    /// What is wrong, with the limit or the place in the data.
    pub message: String,
}

/// A document or the reason why there is none.
pub type Outcome = Result<Document, Rejected>;

/// Reads a block's documents in the order of its files and their entries.
///
/// Files are opened one after the other and entries are read one by one, so that no more than one document
/// is held. A fault in one entry costs that entry; a stream that breaks off keeps what came before and gives
/// one rejection. Blank documents are documents; blank lines and rows between entries are not. Ids are not
/// checked for being unique.
pub fn read(block: Block, options: Arc<ReadOptions>) -> impl Iterator<Item = Outcome> + Send {
    (0..block.files().len()).flat_map(move |n| read_file(&block, &block.files()[n], &options))
}

/// The documents of one file.
type Outcomes = Box<dyn Iterator<Item = Outcome> + Send>;

fn read_file(block: &Block, file: &BlockFile, options: &Arc<ReadOptions>) -> Outcomes {
    let reject =
        |fault: Fault| -> Outcomes { Box::new(std::iter::once(Err(Rejected::new(file.uri.clone(), fault)))) };
    let by_name = || if file.uri == "stdin" { Some(Format::Text) } else { Format::of_name(&file.uri) };
    let Some(format) = options.format.or_else(by_name) else {
        let message = "the suffix promises no supported format".to_owned();
        return reject(Fault { code: "unsupported", message });
    };
    let source = match block.range() {
        Some(range) => input::open_range(&file.path, range),
        None => input::open(&file.path, &file.uri),
    };
    let source = match source {
        Ok(source) => source,
        Err(error) => return reject(Fault::of(&error)),
    };
    if !format.has_entries() {
        return Box::new(whole(source, file, format, options));
    }
    let (uri, path, options) = (file.uri.clone(), file.path.clone(), Arc::clone(options));
    let place = Entries { uri, path, range: block.range(), options };
    match format {
        Format::Csv => csv::read(source, place, b','),
        Format::Tsv => csv::read(source, place, b'\t'),
        Format::Documents => jsonl::read(source, place, documents::document),
        _ => jsonl::read(source, place, jsonl::document),
    }
}

/// Where a file's entries come from and how they are read.
#[derive(Clone)]
pub(crate) struct Entries {
    pub(crate) uri: String,
    pub(crate) path: PathBuf,
    pub(crate) range: Option<crate::blocks::ByteRange>,
    pub(crate) options: Arc<ReadOptions>,
}

/// Reads a file that is one document.
///
/// Of a compressed file that breaks off, the good part is a document marked `truncated`, and there is a
/// rejection besides.
fn whole(
    mut source: input::Source,
    file: &BlockFile,
    format: Format,
    options: &ReadOptions,
) -> impl Iterator<Item = Outcome> + use<> {
    let (bytes, fault) = input::read_whole(&mut source, options.max_document_bytes);
    let truncated = fault.is_some();
    let document = (!truncated || !bytes.is_empty()).then(|| {
        let mut draft = match format {
            Format::Markdown => Ok(markdown::draft(bytes)),
            Format::Html => html::draft(bytes),
            _ => Ok(text::draft(bytes)),
        }
        .map_err(|fault| Rejected::new(file.uri.clone(), fault))?;
        if truncated {
            draft.meta.insert("truncated".to_owned(), "true".to_owned());
        }
        Ok(draft.finish(file.uri.clone(), format))
    });
    let place = if document.is_some() { format!("{}#truncated", file.uri) } else { file.uri.clone() };
    document.into_iter().chain(fault.map(|fault| Err(Rejected::new(place, fault))))
}

impl Rejected {
    pub(crate) fn new(uri: String, fault: Fault) -> Self {
        Self { id: id_of(&uri), uri, code: fault.code, message: fault.message }
    }
}

/// A document whose opening is not read yet.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub(crate) id: Option<String>,
    pub(crate) text: String,
    /// Where other metadata at the text's start ends.
    pub(crate) start: usize,
    pub(crate) title: Option<String>,
    pub(crate) byline: Option<String>,
    pub(crate) publisher: Option<String>,
    pub(crate) lang: Option<String>,
    /// As the source states it.
    pub(crate) published: Option<String>,
    pub(crate) meta: BTreeMap<String, String>,
}

impl Draft {
    /// A draft of an entry's columns; `None` if it has no text.
    pub(crate) fn of_columns(columns: Columns) -> Option<Self> {
        let Columns { id, text, title, byline, publisher, lang, published, rest } = columns;
        let meta = rest.into_iter().collect();
        Some(Self { id, text: text?, start: 0, title, byline, publisher, lang, published, meta })
    }

    /// Notes how the text was decoded, where that is not plain UTF-8.
    pub(crate) fn note_decoding(&mut self, encoding: Option<&str>, replaced: usize) {
        if let Some(encoding) = encoding {
            self.meta.insert("encoding".to_owned(), encoding.to_owned());
        }
        if replaced > 0 {
            self.meta.insert("replaced".to_owned(), replaced.to_string());
        }
    }

    /// Reads the opening and makes the document; what the source states goes before what the text says.
    pub(crate) fn finish(mut self, uri: String, format: Format) -> Document {
        let stated = self.published.as_deref().and_then(dates::stated);
        let opening = opening_after(&self.text, self.start, stated);
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let title = filled(self.title).or_else(|| owned(opening.title));
        let byline = filled(self.byline).map(without_by).or_else(|| owned(opening.byline));
        let publisher = filled(self.publisher).or_else(|| owned(opening.publisher));
        if let Some(url) = opening.url {
            self.meta.entry("url".to_owned()).or_insert_with(|| url.to_owned());
        }
        let (day, body_start) = (opening.published, opening.body_start);
        let dateline = opening.dateline.map(Dateline::into_owned);
        // A time of day, or a date that cannot be read, would be lost otherwise.
        if let Some(published) = filled(self.published)
            && stated.is_none_or(|date| date.to_string() != published)
        {
            self.meta.entry("published".to_owned()).or_insert(published);
        }
        Document {
            id: self.id.unwrap_or_else(|| id_of(&uri)),
            uri,
            text: self.text,
            title,
            byline,
            publisher,
            lang: filled(self.lang),
            media_type: Some(Cow::Borrowed(format.media_type())),
            published: day,
            dateline,
            body_start,
            meta: self.meta.into_iter().collect(),
        }
    }
}

/// The id of a document without one of its own: 16 hex digits of its uri's hash.
pub(crate) fn id_of(uri: &str) -> String {
    let mut id = blake3::hash(uri.as_bytes()).to_hex().to_string();
    id.truncate(16);
    id
}

/// The text without the white space around it, or `None` if nothing is left.
fn filled(text: Option<String>) -> Option<String> {
    let text = text?;
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return None;
    }
    Some(if trimmed.len() == text.len() { text } else { trimmed.to_owned() })
}

fn without_by(byline: String) -> String {
    let rest = ["By ", "BY ", "by "].iter().find_map(|by| byline.strip_prefix(by)).map(str::to_owned);
    rest.unwrap_or(byline)
}

#[cfg(test)]
mod tests;
