//! Parquet: the columns with their types, compressed with Zstandard.
//!
//! The bytes depend on the rows alone, not on how they come in batches: rows are gathered into groups
//! whose borders are counted document by document.

use std::io::Write;

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_schema::SchemaRef;
use arrow_select::concat::concat_batches;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::schema::types::ColumnPath;

use crate::error::{ErrorKind, ExportError};

/// A row group ends with the document that makes it this many …
const GROUP_DOCUMENTS: usize = 1024;
/// … or brings its text to this many bytes, whichever comes first.
const GROUP_BYTES: usize = 16 << 20;

/// Writes batches as Parquet. Holds the rows of one group; no rows give a file with the schema alone.
pub(crate) struct Parquet<W: Write + Send> {
    writer: ArrowWriter<W>,
    schema: SchemaRef,
    group: Vec<RecordBatch>,
    documents: usize,
    bytes: usize,
}

impl<W: Write + Send> Parquet<W> {
    /// # Errors
    /// [`ErrorKind::Column`] for a type that Parquet cannot express.
    pub(crate) fn new(out: W, schema: SchemaRef) -> Result<Self, ExportError> {
        let mut properties =
            WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default()));
        // These never repeat; looking for repetitions only costs time.
        for unique in ["id", "uri", "text"] {
            properties = properties.set_column_dictionary_enabled(ColumnPath::from(unique), false);
        }
        let writer =
            ArrowWriter::try_new(out, schema.clone(), Some(properties.build())).map_err(|source| {
                ExportError::new(ErrorKind::Column, "write these columns as Parquet").because(source)
            })?;
        Ok(Self { writer, schema, group: Vec::new(), documents: 0, bytes: 0 })
    }

    /// Adds rows; `source` is the batch that `batch` was taken from, in which texts are counted.
    pub(crate) fn write(&mut self, source: &RecordBatch, batch: &RecordBatch) -> Result<(), ExportError> {
        let text = source.column_by_name("text").and_then(|text| text.as_string_opt::<i32>());
        let mut first = 0;
        for row in 0..batch.num_rows() {
            self.documents += 1;
            self.bytes += text.map_or(0, |text| text.value_length(row) as usize);
            if self.documents == GROUP_DOCUMENTS || self.bytes >= GROUP_BYTES {
                self.group.push(batch.slice(first, row + 1 - first));
                first = row + 1;
                self.end_group()?;
            }
        }
        if first < batch.num_rows() {
            self.group.push(batch.slice(first, batch.num_rows() - first));
        }
        Ok(())
    }

    pub(crate) fn finish(mut self) -> Result<W, ExportError> {
        self.end_group()?;
        self.writer.into_inner().map_err(refused)
    }

    fn end_group(&mut self) -> Result<(), ExportError> {
        if self.group.is_empty() {
            return Ok(());
        }
        let rows = concat_batches(&self.schema, &self.group)?;
        self.group.clear();
        (self.documents, self.bytes) = (0, 0);
        self.writer.write(&rows).map_err(refused)?;
        self.writer.flush().map_err(refused)
    }
}

fn refused(source: ParquetError) -> ExportError {
    ExportError::new(ErrorKind::Encode, "write a row group").because(source)
}

#[cfg(test)]
pub(crate) mod tests;
