//! Building the batch that a source sends.

use crate::{Span, columns};
use arrow_array::builder::{MapBuilder, StringBuilder};
use arrow_array::{ArrayRef, Date32Array, RecordBatch, StringArray, StructArray, UInt32Array};
use arrow_buffer::NullBuffer;
use arrow_schema::{Schema, SchemaRef};
use std::sync::Arc;

/// The dateline of an article, borrowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dateline<'a> {
    /// The place in ordinary spelling.
    pub place: Option<&'a str>,
    /// Days since 1970-01-01.
    pub date: Option<i32>,
    /// The agency, if named.
    pub agency: Option<&'a str>,
    /// The bytes of the text that the dateline takes.
    pub span: Span,
}

/// One document as a source has read it, borrowed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document<'a> {
    /// Unique in a run, stable between runs.
    pub id: &'a str,
    /// Where it came from.
    pub uri: &'a str,
    /// The text that all offsets refer to.
    pub text: &'a str,
    /// The headline, if the source gave one.
    pub title: Option<&'a str>,
    /// The authors, without "By".
    pub byline: Option<&'a str>,
    /// Who published it.
    pub publisher: Option<&'a str>,
    /// BCP 47 language tag.
    pub lang: Option<&'a str>,
    /// Media type of the source, such as `text/plain`.
    pub media_type: Option<&'a str>,
    /// Day of publication in days since 1970-01-01.
    pub published: Option<i32>,
    /// The dateline, if there is one.
    pub dateline: Option<Dateline<'a>>,
    /// Byte offset at which the article proper begins.
    pub body_start: usize,
    /// Everything else, sorted by key.
    pub meta: &'a [(String, String)],
}

type Strings = Vec<Option<String>>;

/// Collects documents and rejections into one batch of the standard columns and `__error`.
#[derive(Debug, Default)]
pub struct DocumentsBuilder {
    required: [StringBuilder; 3],
    strings: [Strings; 5],
    published: Vec<Option<i32>>,
    datelines: Datelines,
    body_start: Vec<u32>,
    meta: Option<MapBuilder<StringBuilder, StringBuilder>>,
    errors: Vec<Option<(String, String)>>,
}

#[derive(Debug, Default)]
struct Datelines {
    valid: Vec<bool>,
    place: Strings,
    date: Vec<Option<i32>>,
    agency: Strings,
    start: Vec<u32>,
    end: Vec<u32>,
}

impl DocumentsBuilder {
    /// The schema of the batches it makes: [`columns::document`] and [`columns::error`].
    #[must_use]
    pub fn schema() -> SchemaRef {
        let mut fields = columns::document();
        fields.push(columns::error());
        Arc::new(Schema::new(fields))
    }

    /// The number of rows so far, rejections included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.errors.len()
    }

    /// True before the first row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    /// Adds a document.
    pub fn push(&mut self, document: &Document<'_>) {
        let required = [document.id, document.uri, document.text];
        self.required.iter_mut().zip(required).for_each(|(column, value)| column.append_value(value));
        let strings =
            [document.title, document.byline, document.publisher, document.lang, document.media_type];
        let owned = strings.map(|value| value.map(str::to_owned));
        self.strings.iter_mut().zip(owned).for_each(|(column, value)| column.push(value));
        self.published.push(document.published);
        self.datelines.push(document.dateline);
        self.body_start.push(document.body_start as u32);
        let meta = self
            .meta
            .get_or_insert_with(|| MapBuilder::new(None, StringBuilder::new(), StringBuilder::new()));
        for (key, value) in document.meta {
            meta.keys().append_value(key);
            meta.values().append_value(value);
        }
        meta.append(true).expect("keys and values are pushed in pairs");
        self.errors.push(None);
    }

    /// Adds a document that could not be read: `code` is one word such as `unreadable`.
    pub fn reject(&mut self, id: &str, uri: &str, code: &str, message: &str) {
        self.push(&Document { id, uri, ..Document::default() });
        if let Some(last) = self.errors.last_mut() {
            *last = Some((code.to_owned(), message.to_owned()));
        }
    }

    /// The batch of all rows pushed.
    #[must_use]
    pub fn finish(self) -> RecordBatch {
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(13);
        for mut column in self.required {
            arrays.push(Arc::new(column.finish()));
        }
        for column in self.strings {
            arrays.push(Arc::new(StringArray::from(column)));
        }
        arrays.push(Arc::new(Date32Array::from(self.published)));
        arrays.push(Arc::new(self.datelines.finish()));
        arrays.push(Arc::new(UInt32Array::from(self.body_start)));
        let mut meta =
            self.meta.unwrap_or_else(|| MapBuilder::new(None, StringBuilder::new(), StringBuilder::new()));
        arrays.push(Arc::new(meta.finish()));
        arrays.push(Arc::new(errors(&self.errors)));
        RecordBatch::try_new(Self::schema(), arrays).expect("the arrays were made for this schema")
    }
}

impl Datelines {
    fn push(&mut self, dateline: Option<Dateline<'_>>) {
        self.valid.push(dateline.is_some());
        self.place.push(dateline.and_then(|d| d.place).map(str::to_owned));
        self.date.push(dateline.and_then(|d| d.date));
        self.agency.push(dateline.and_then(|d| d.agency).map(str::to_owned));
        self.start.push(dateline.map_or(0, |d| d.span.start() as u32));
        self.end.push(dateline.map_or(0, |d| d.span.end() as u32));
    }

    fn finish(self) -> StructArray {
        let arrays: Vec<ArrayRef> = vec![
            Arc::new(StringArray::from(self.place)),
            Arc::new(Date32Array::from(self.date)),
            Arc::new(StringArray::from(self.agency)),
            Arc::new(UInt32Array::from(self.start)),
            Arc::new(UInt32Array::from(self.end)),
        ];
        nullable(columns::dateline_fields(), arrays, self.valid)
    }
}

fn errors(rows: &[Option<(String, String)>]) -> StructArray {
    let code = rows.iter().map(|row| Some(row.as_ref().map_or("", |e| e.0.as_str())));
    let message = rows.iter().map(|row| Some(row.as_ref().map_or("", |e| e.1.as_str())));
    let arrays: Vec<ArrayRef> =
        vec![Arc::new(code.collect::<StringArray>()), Arc::new(message.collect::<StringArray>())];
    nullable(columns::error_fields(), arrays, rows.iter().map(Option::is_some).collect())
}

fn nullable(fields: arrow_schema::Fields, arrays: Vec<ArrayRef>, valid: Vec<bool>) -> StructArray {
    let rows = valid.len();
    StructArray::try_new_with_length(fields, arrays, Some(NullBuffer::from(valid)), rows)
        .expect("the arrays were made from these fields")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Documents;
    use arrow_array::Array;

    #[test]
    fn documents_and_rejections_become_one_batch() {
        let text = "LIMA: Rain.";
        let dateline =
            Dateline { place: Some("Lima"), date: None, agency: None, span: Span::new(text, 0, 5).unwrap() };
        let meta = [("url".to_owned(), "x".to_owned())];
        let mut builder = DocumentsBuilder::default();
        builder.push(&Document {
            id: "1",
            uri: "a.txt",
            text,
            dateline: Some(dateline),
            body_start: 6,
            published: Some(20_000),
            meta: &meta,
            ..Document::default()
        });
        builder.reject("2", "b.txt", "unreadable", "permission denied");
        let batch = builder.finish();
        let documents = Documents::new(&batch);
        assert_eq!(documents.len(), 2);
        assert_eq!(documents.texts().unwrap().value(0), text);
        assert_eq!(documents.numbers("body_start").unwrap().value(0), 6);
        assert!(documents.structs("__error").unwrap().is_valid(1));
        assert!(documents.structs("dateline").unwrap().is_null(1));
        assert_eq!(documents.layer("text").unwrap_err().to_string(), "column `text` is utf8, not layer");
    }

    #[test]
    fn no_documents_make_an_empty_batch() {
        assert_eq!(DocumentsBuilder::default().finish().num_rows(), 0);
    }
}
