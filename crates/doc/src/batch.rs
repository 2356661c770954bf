//! Reading a batch of documents by column name.

use crate::{Layer, columns};
use arrow_array::{Array, Date32Array, RecordBatch, StringArray, StructArray, UInt32Array};
use std::fmt;

/// A column that a stage needs and the batch lacks, or has with another type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnError {
    name: String,
    wanted: &'static str,
    found: Option<String>,
}

impl fmt::Display for ColumnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.found {
            None => write!(f, "the batch has no column `{}: {}`", self.name, self.wanted),
            Some(found) => write!(f, "column `{}` is {found}, not {}", self.name, self.wanted),
        }
    }
}

impl std::error::Error for ColumnError {}

/// A batch of documents, one row a document, with typed access to its columns.
#[derive(Clone, Copy, Debug)]
pub struct Documents<'a> {
    batch: &'a RecordBatch,
}

impl<'a> Documents<'a> {
    /// Reads `batch`; nothing is copied or checked until a column is asked for.
    #[must_use]
    pub fn new(batch: &'a RecordBatch) -> Self {
        Self { batch }
    }

    /// The number of documents.
    #[must_use]
    pub fn len(&self) -> usize {
        self.batch.num_rows()
    }

    /// True for a batch without documents.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The arrow batch itself.
    #[must_use]
    pub fn batch(&self) -> &'a RecordBatch {
        self.batch
    }

    /// The documents' texts.
    ///
    /// # Errors
    /// When the batch has no `text` column of strings.
    pub fn texts(&self) -> Result<&'a StringArray, ColumnError> {
        self.column("text", "utf8")
    }

    /// A column of strings such as `title`.
    ///
    /// # Errors
    /// When it is missing or of another type.
    pub fn strings(&self, name: &str) -> Result<&'a StringArray, ColumnError> {
        self.column(name, "utf8")
    }

    /// A column of days such as `published`.
    ///
    /// # Errors
    /// When it is missing or of another type.
    pub fn dates(&self, name: &str) -> Result<&'a Date32Array, ColumnError> {
        self.column(name, "date32")
    }

    /// A column of counts or offsets such as `body_start`.
    ///
    /// # Errors
    /// When it is missing or of another type.
    pub fn numbers(&self, name: &str) -> Result<&'a UInt32Array, ColumnError> {
        self.column(name, "u32")
    }

    /// A struct column such as `dateline`.
    ///
    /// # Errors
    /// When it is missing or of another type.
    pub fn structs(&self, name: &str) -> Result<&'a StructArray, ColumnError> {
        self.column(name, "struct")
    }

    /// A layer such as `sentences`.
    ///
    /// # Errors
    /// When it is missing or no layer.
    pub fn layer(&self, name: &str) -> Result<Layer<'a>, ColumnError> {
        let column = self.find(name, "layer")?;
        Layer::new(column).ok_or_else(|| mismatch(name, "layer", column))
    }

    fn column<T: 'static>(self, name: &str, wanted: &'static str) -> Result<&'a T, ColumnError> {
        let column = self.find(name, wanted)?;
        column.as_any().downcast_ref().ok_or_else(|| mismatch(name, wanted, column))
    }

    fn find(self, name: &str, wanted: &'static str) -> Result<&'a dyn Array, ColumnError> {
        let column = self.batch.column_by_name(name).map(AsRef::as_ref);
        column.ok_or_else(|| ColumnError { name: name.to_owned(), wanted, found: None })
    }
}

fn mismatch(name: &str, wanted: &'static str, column: &dyn Array) -> ColumnError {
    ColumnError { name: name.to_owned(), wanted, found: Some(columns::notation(column.data_type())) }
}
