//! What can go wrong while exporting.

use std::error::Error;
use std::fmt;
use std::path::Path;

use arrow_schema::ArrowError;

/// A failure to export: what kind it is, what it concerns and, where there is one, the remedy.
///
/// The message fits after "failed to …": lower case, no full stop.
#[derive(Debug)]
pub struct ExportError {
    kind: ErrorKind,
    message: String,
    help: Option<String>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// What an [`ExportError`] is about.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The path or the name tells no format, or a compression that the format cannot carry.
    Format,
    /// A selected field does not exist, is named twice or cannot be taken alone.
    Field,
    /// A column's type cannot be written, or the column that another one needs is missing.
    Column,
    /// A batch does not have the columns that the export was opened with.
    Schema,
    /// An offset points outside its text or into the middle of a character.
    Offset,
    /// The file system refused.
    Io,
    /// The encoder of a format refused.
    Encode,
}

impl ExportError {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), help: None, source: None }
    }

    pub(crate) fn io(action: &str, path: &Path, source: std::io::Error) -> Self {
        Self::new(ErrorKind::Io, format!("{action} `{}`", path.display())).because(source)
    }

    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn because(mut self, source: impl Error + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    /// Says what the error is about.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The remedy, if one is known.
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        self.help.as_deref()
    }
}

impl fmt::Display for ExportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.source {
            Some(source) => write!(f, ": {source}"),
            None => Ok(()),
        }
    }
}

impl Error for ExportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn Error + 'static))
    }
}

impl From<ArrowError> for ExportError {
    fn from(source: ArrowError) -> Self {
        Self::new(ErrorKind::Encode, "write rows").because(source)
    }
}
