//! CSV: a header, then one line a document; commas, double quotes where needed, line feeds.
//!
//! Scalars stand as they are, lists, structs and maps as compact JSON in one cell. A null is an empty
//! cell, and so is an empty string. Cells are not altered for the sake of spreadsheets: a text that
//! begins with `=`, `+`, `-` or `@` may be taken for a formula there, so import such files as text.

use std::io::Write;

use arrow_array::RecordBatch;
use arrow_json::writer::EncoderOptions;
use arrow_schema::Schema;

use crate::cells::Cells;
use crate::error::{ErrorKind, ExportError};
use crate::json;

/// Writes batches as CSV. No rows give a file with the header alone.
pub(crate) struct Csv<W: Write> {
    writer: csv::Writer<W>,
    options: EncoderOptions,
}

impl<W: Write> Csv<W> {
    /// # Errors
    /// [`ErrorKind::Column`] for a type that JSON cannot express, [`ErrorKind::Io`] if the header cannot
    /// be written.
    pub(crate) fn new(out: W, schema: &Schema) -> Result<Self, ExportError> {
        json::check(schema)?;
        let mut writer = csv::WriterBuilder::new().from_writer(out);
        writer.write_record(schema.fields().iter().map(|field| field.name())).map_err(refused)?;
        Ok(Self { writer, options: json::options() })
    }

    pub(crate) fn write(&mut self, batch: &RecordBatch) -> Result<(), ExportError> {
        let schema = batch.schema_ref();
        let columns = schema.fields().iter().zip(batch.columns());
        let mut columns = columns
            .map(|(field, array)| Cells::new(field, array, &self.options))
            .collect::<Result<Vec<_>, ExportError>>()?;
        for row in 0..batch.num_rows() {
            for cells in &mut columns {
                self.writer.write_field(cells.text(row).as_bytes()).map_err(refused)?;
            }
            self.writer.write_record(None::<&[u8]>).map_err(refused)?;
        }
        Ok(())
    }

    pub(crate) fn finish(self) -> Result<W, ExportError> {
        self.writer.into_inner().map_err(|failed| refused(csv::Error::from(failed.into_error())))
    }
}

fn refused(source: csv::Error) -> ExportError {
    ExportError::new(ErrorKind::Io, "write a line").because(source)
}

#[cfg(test)]
mod tests;
