//! Markdown: a digest of each document to read.
//!
//! A heading with the title (else the id), a line with date, place and source, the sentences of the
//! summary, the entities by label with their mentions, the keyphrases. What a document lacks is left
//! out. Text is escaped, so that it reads as it was written; line breaks in it become spaces.
//!
//! Chosen fields restrict the digest to their parts; `text` among them adds the text itself, and a field
//! that has no part in the digest becomes a line of its own. Offsets are never shown.

use std::collections::BTreeMap;
use std::io::Write;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ListArray, RecordBatch, StringArray, UInt32Array};
use arrow_json::writer::EncoderOptions;
use arrow_schema::Schema;

use crate::cells::Cells;
use crate::error::{ErrorKind, ExportError};
use crate::escape::{push_block, push_text};
use crate::json;
use crate::words::{Elements, Words};

/// The columns that have a part in the digest.
const PARTS: [&str; 10] = [
    "id",
    "title",
    "published",
    "dateline",
    "dateline.place",
    "uri",
    "summary",
    "entity_list",
    "entities",
    "keyphrases",
];

/// Writes batches as a Markdown digest. No rows give an empty file.
pub(crate) struct Markdown<W: Write> {
    out: W,
    /// The chosen fields, or `None` for the whole digest.
    fields: Option<Vec<String>>,
    options: EncoderOptions,
    page: String,
    started: bool,
}

impl<W: Write> Markdown<W> {
    /// Prepares a digest of the `fields`, which `chosen` has; of everything if there are none.
    ///
    /// # Errors
    /// [`ErrorKind::Column`] for a chosen type that cannot be written as text.
    pub(crate) fn new(out: W, chosen: &Schema, fields: &[String]) -> Result<Self, ExportError> {
        if !fields.is_empty() {
            json::check(chosen)?;
        }
        let fields = (!fields.is_empty()).then(|| fields.to_vec());
        Ok(Self { out, fields, options: json::options(), page: String::new(), started: false })
    }

    /// Writes rows; `chosen` was taken from `source`, whose text the summary is cut from.
    pub(crate) fn write(&mut self, source: &RecordBatch, chosen: &RecordBatch) -> Result<(), ExportError> {
        let mut digest = Digest::new(source, chosen, self.fields.as_deref(), &self.options)?;
        for row in 0..source.num_rows() {
            if self.started {
                self.page.push('\n');
            }
            self.started = true;
            digest.push(row, &mut self.page);
            if self.page.len() > 64 << 10 {
                flush(&mut self.page, &mut self.out)?;
            }
        }
        flush(&mut self.page, &mut self.out)
    }

    pub(crate) fn finish(self) -> W {
        self.out
    }
}

/// The columns of a batch that the digest is made of; each is `None` if it is absent or not chosen.
struct Digest<'a> {
    id: Option<&'a StringArray>,
    title: Option<&'a StringArray>,
    published: Option<Cells<'a>>,
    place: Option<(&'a StringArray, &'a dyn Array)>,
    uri: Option<&'a StringArray>,
    text: Option<&'a StringArray>,
    body: Option<&'a StringArray>,
    summary: Option<&'a ListArray>,
    entity_list: Option<&'a ListArray>,
    entities: Option<&'a ListArray>,
    keyphrases: Option<&'a ListArray>,
    others: Vec<(&'a str, Cells<'a>)>,
}

impl<'a> Digest<'a> {
    fn new(
        source: &'a RecordBatch,
        chosen: &'a RecordBatch,
        fields: Option<&[String]>,
        options: &'a EncoderOptions,
    ) -> Result<Self, ExportError> {
        let shows = |name: &str| fields.is_none_or(|fields| fields.iter().any(|field| field == name));
        let column = |name: &str| source.column_by_name(name).filter(|_| shows(name));
        let words = |name: &str| column(name).and_then(|array| array.as_string_opt::<i32>());
        let list = |name: &str| column(name).and_then(|array| array.as_list_opt::<i32>());
        let published = source.schema_ref().index_of("published").ok().filter(|_| shows("published"));
        let published = published.and_then(|index| {
            let field = source.schema_ref().fields().get(index)?;
            Some(Cells::new(field, source.column(index), options))
        });
        let dateline = source.column_by_name("dateline").and_then(|array| array.as_struct_opt());
        let place = dateline.filter(|_| shows("dateline") || shows("dateline.place")).and_then(|dateline| {
            Some((dateline.column_by_name("place")?.as_string_opt::<i32>()?, dateline as &dyn Array))
        });
        let mut others = Vec::new();
        for (field, array) in chosen.schema_ref().fields().iter().zip(chosen.columns()) {
            let name = field.name().as_str();
            if fields.is_some() && name != "text" && !PARTS.contains(&name) {
                others.push((name, Cells::new(field, array, options)?));
            }
        }
        let text = source.column_by_name("text").and_then(|array| array.as_string_opt::<i32>());
        Ok(Self {
            id: source.column_by_name("id").and_then(|array| array.as_string_opt::<i32>()),
            title: words("title"),
            published: published.transpose()?,
            place,
            uri: words("uri"),
            text,
            body: text.filter(|_| fields.is_some() && shows("text")),
            summary: list("summary"),
            entity_list: list("entity_list"),
            entities: list("entities"),
            keyphrases: list("keyphrases"),
            others,
        })
    }

    fn push(&mut self, row: usize, page: &mut String) {
        page.push_str("## ");
        let heading = word(self.title, row).or_else(|| word(self.id, row)).unwrap_or("Untitled");
        push_block(heading, page);
        page.push('\n');
        self.push_source(row, page);
        self.push_summary(row, page);
        self.push_entities(row, page);
        self.push_keyphrases(row, page);
        for (name, cells) in &mut self.others {
            let value = cells.text(row);
            if !value.trim().is_empty() {
                page.push_str("\n**");
                push_text(name, page);
                page.push_str(":** ");
                push_text(&value, page);
                page.push('\n');
            }
        }
        for line in word(self.body, row).unwrap_or_default().lines().filter(|line| !line.trim().is_empty()) {
            page.push('\n');
            push_block(line, page);
            page.push('\n');
        }
    }

    /// The line of date, place and source.
    fn push_source(&mut self, row: usize, page: &mut String) {
        let published = self.published.as_mut().map(|cells| cells.text(row));
        let place = self.place.filter(|(_, dateline)| dateline.is_valid(row));
        let parts =
            [published.as_deref(), place.and_then(|(place, _)| word(Some(place), row)), word(self.uri, row)];
        let mut before = "\n";
        for part in parts.into_iter().flatten().filter(|part| !part.trim().is_empty()) {
            page.push_str(before);
            match before {
                "\n" => push_block(part, page),
                _ => push_text(part, page),
            }
            before = " · ";
        }
        if before != "\n" {
            page.push('\n');
        }
    }

    fn push_summary(&self, row: usize, page: &mut String) {
        let (Some(summary), Some(text)) = (self.summary, word(self.text, row)) else { return };
        let sentences = Elements::of(summary, row);
        let mut before = "\n";
        for sentence in sentences.spans().filter_map(|span| text.get(span)) {
            page.push_str(before);
            page.push_str("- ");
            push_block(sentence, page);
            page.push('\n');
            before = "";
        }
    }

    fn push_entities(&self, row: usize, page: &mut String) {
        let mut groups: BTreeMap<&str, Vec<(&str, u32)>> = BTreeMap::new();
        if let Some(list) = self.entity_list {
            let listed = Elements::of(list, row);
            let mentions = listed.column("mentions").and_then(|array| array.as_primitive_opt());
            let (names, labels) = (listed.words("name"), listed.words("label"));
            for index in listed.indexes() {
                let Some(name) = names.as_ref().and_then(|names| names.get(index)) else { continue };
                let label = labels.as_ref().and_then(|labels| labels.get(index)).unwrap_or("");
                let count = mentions.map_or(1, |mentions: &UInt32Array| mentions.value(index));
                groups.entry(label).or_default().push((name, count));
            }
        } else if let (Some(layer), Some(text)) = (self.entities, word(self.text, row)) {
            count_mentions(&Elements::of(layer, row), text, &mut groups);
        }
        if groups.is_empty() {
            return;
        }
        page.push_str("\n**Entities**\n\n");
        for (label, mut names) in groups {
            names.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
            page.push_str("- ");
            push_block(label, page);
            let mut before = if label.is_empty() { "" } else { ": " };
            for (name, count) in names {
                page.push_str(before);
                push_text(name, page);
                page.push_str(" (");
                page.push_str(&count.to_string());
                page.push(')');
                before = ", ";
            }
            page.push('\n');
        }
    }

    fn push_keyphrases(&self, row: usize, page: &mut String) {
        let Some(list) = self.keyphrases else { return };
        let listed = Elements::of(list, row);
        let Some(phrases) = listed.words("text") else { return };
        let mut before = "\n**Keyphrases:** ";
        for phrase in listed.indexes().filter_map(|index| phrases.get(index)) {
            page.push_str(before);
            push_text(phrase, page);
            before = ", ";
        }
        if before == ", " {
            page.push('\n');
        }
    }
}

fn flush(page: &mut String, out: &mut impl Write) -> Result<(), ExportError> {
    let written = out.write_all(page.as_bytes());
    page.clear();
    written.map_err(|source| ExportError::new(ErrorKind::Io, "write a digest").because(source))
}

/// Counts the mentions of a layer by label and wording, in the order of their first.
fn count_mentions<'a>(
    layer: &Elements<'a>,
    text: &'a str,
    groups: &mut BTreeMap<&'a str, Vec<(&'a str, u32)>>,
) {
    let labels: Option<Words<'a>> = layer.words("label");
    let mut seen: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (index, span) in layer.indexes().zip(layer.spans()) {
        let Some(name) = text.get(span) else { continue };
        let label = labels.as_ref().and_then(|labels| labels.get(index)).unwrap_or("");
        let names = groups.entry(label).or_default();
        let place = *seen.entry((label, name)).or_insert(names.len());
        match names.get_mut(place) {
            Some((_, count)) => *count += 1,
            None => names.push((name, 1)),
        }
    }
}

/// A row's text, if it is there and not blank.
fn word(texts: Option<&StringArray>, row: usize) -> Option<&str> {
    let text = texts.filter(|texts| texts.is_valid(row))?.value(row);
    (!text.trim().is_empty()).then_some(text)
}

#[cfg(test)]
mod tests;
