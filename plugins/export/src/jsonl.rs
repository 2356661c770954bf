//! JSON lines: one object a document, with every column by its name.
//!
//! A layer is a list of objects. Nulls are written as `null`, dates as `YYYY-MM-DD`, numbers with the
//! fewest digits that give them back; a number that is not finite is `null`, for JSON has no other word.

use std::io::Write;

use arrow_array::RecordBatch;
use arrow_json::WriterBuilder;
use arrow_json::writer::{LineDelimited, Writer};
use arrow_schema::Schema;

use crate::error::ExportError;
use crate::json;

/// Writes batches as JSON lines. No rows give an empty file.
pub(crate) struct JsonLines<W: Write> {
    writer: Writer<W, LineDelimited>,
}

impl<W: Write> JsonLines<W> {
    /// # Errors
    /// [`crate::ErrorKind::Column`] for a type that JSON cannot express.
    pub(crate) fn new(out: W, schema: &Schema) -> Result<Self, ExportError> {
        json::check(schema)?;
        let builder = WriterBuilder::new().with_explicit_nulls(true).with_encoder_factory(json::factory());
        Ok(Self { writer: builder.build(out) })
    }

    pub(crate) fn write(&mut self, batch: &RecordBatch) -> Result<(), ExportError> {
        Ok(self.writer.write(batch)?)
    }

    pub(crate) fn finish(mut self) -> Result<W, ExportError> {
        self.writer.finish()?;
        Ok(self.writer.into_inner())
    }
}

#[cfg(test)]
mod tests;
