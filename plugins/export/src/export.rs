//! One export: from batches to a finished file.

use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use arrow_schema::{Schema, SchemaRef};

use crate::csv::Csv;
use crate::error::{ErrorKind, ExportError};
use crate::fields::Selection;
use crate::format::Format;
use crate::jsonl::JsonLines;
use crate::markdown::Markdown;
use crate::offsets::Offsets;
use crate::output::Output;
use crate::parquet::Parquet;

/// What is exported, and how.
#[derive(Debug, Clone, Default)]
pub struct ExportOptions {
    /// The format; by default the one that the path's suffix names.
    pub format: Option<Format>,
    /// The fields in their order: columns (`entities`), attributes (`dateline.place`) or keys of a map
    /// (`meta.url`). None means every column.
    pub fields: Vec<String>,
    /// The unit of all offsets.
    pub offsets: Offsets,
}

/// A file being written, which appears under its name when it is [finished](Export::finish).
///
/// The same rows give the same bytes, however they come in batches. Dropped unfinished, the export leaves
/// nothing behind and an older file untouched. Two exports to one path at a time get in each other's way.
pub struct Export {
    path: PathBuf,
    source: SchemaRef,
    selection: Selection,
    offsets: Offsets,
    writer: Writer,
    broken: bool,
}

enum Writer {
    Jsonl(JsonLines<Output>),
    Csv(Box<Csv<Output>>),
    Markdown(Markdown<Output>),
    Parquet(Box<Parquet<Output>>),
}

impl Export {
    /// Checks the options against the `schema` that every batch will have, and creates a temporary file
    /// `.NAME.part` beside `path`, with the folder if it is absent.
    ///
    /// # Errors
    /// [`ErrorKind::Format`] if no format can be told, [`ErrorKind::Field`] for fields that are not there,
    /// [`ErrorKind::Column`] for types that the format cannot express or offsets without their text,
    /// [`ErrorKind::Io`] if the file cannot be created.
    pub fn open(path: &Path, schema: SchemaRef, options: &ExportOptions) -> Result<Self, ExportError> {
        let (format, compression) = Format::settle(options.format, path)?;
        let selection = Selection::new(&schema, &options.fields)?;
        // A digest shows no offsets, but cuts sentences out of the text by them.
        let offsets = if format == Format::Markdown { Offsets::Bytes } else { options.offsets };
        let text = schema.column_with_name("text").map(|(_, field)| field);
        offsets.check(text, selection.columns().iter().filter_map(|index| schema.fields().get(*index)))?;
        let chosen = selection.schema();
        let output = Output::create(path, compression)?;
        let writer = match format {
            Format::Jsonl => Writer::Jsonl(JsonLines::new(output, chosen)?),
            Format::Csv => Writer::Csv(Box::new(Csv::new(output, chosen)?)),
            Format::Markdown => Writer::Markdown(Markdown::new(output, chosen, &options.fields)?),
            Format::Parquet => Writer::Parquet(Box::new(Parquet::new(output, chosen.clone())?)),
        };
        Ok(Self { path: path.to_owned(), source: schema, selection, offsets, writer, broken: false })
    }

    /// Writes the rows of a batch, of which there may be none.
    ///
    /// # Errors
    /// [`ErrorKind::Schema`] if the columns are not those of [`Export::open`], [`ErrorKind::Offset`] for an
    /// offset that fits no character, [`ErrorKind::Encode`] and [`ErrorKind::Io`] if the rows cannot be
    /// written. After an error the export cannot be finished any more.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), ExportError> {
        let written = self.write_rows(batch);
        self.broken |= written.is_err();
        written
    }

    /// Writes what is left, makes the file durable and moves it to its name.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] or [`ErrorKind::Encode`] if that fails, or a write before it did; the target is
    /// untouched then.
    pub fn finish(self) -> Result<(), ExportError> {
        if self.broken {
            let message = format!("finish `{}`: a write to it failed", self.path.display());
            return Err(ExportError::new(ErrorKind::Encode, message));
        }
        let output = match self.writer {
            Writer::Jsonl(writer) => writer.finish()?,
            Writer::Csv(writer) => writer.finish()?,
            Writer::Markdown(writer) => writer.finish(),
            Writer::Parquet(writer) => writer.finish()?,
        };
        output.commit()
    }

    fn write_rows(&mut self, batch: &RecordBatch) -> Result<(), ExportError> {
        check_columns(&self.source, batch.schema_ref())?;
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let columns = self.offsets.convert(batch, self.selection.columns())?;
        let chosen = self.selection.apply(&columns, batch.num_rows())?;
        match &mut self.writer {
            Writer::Jsonl(writer) => writer.write(&chosen),
            Writer::Csv(writer) => writer.write(&chosen),
            Writer::Markdown(writer) => writer.write(batch, &chosen),
            Writer::Parquet(writer) => writer.write(batch, &chosen),
        }
    }
}

/// Compares names and types; the metadata of columns may differ.
fn check_columns(expected: &Schema, found: &Schema) -> Result<(), ExportError> {
    let (expected, found) = (expected.fields(), found.fields());
    let differs = expected
        .iter()
        .zip(found)
        .find(|(expected, found)| {
            expected.name() != found.name() || expected.data_type() != found.data_type()
        })
        .map(|(expected, _)| expected.name().clone());
    if expected.len() == found.len() && differs.is_none() {
        return Ok(());
    }
    let message = match differs {
        Some(name) => format!("write a batch whose column `{name}` is not as announced"),
        None => format!("write a batch of {} columns instead of {}", found.len(), expected.len()),
    };
    Err(ExportError::new(ErrorKind::Schema, message))
}

#[cfg(test)]
pub(crate) mod tests;
