//! The file formats and how a path names them.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use crate::error::{ErrorKind, ExportError};

/// A file format that documents can be exported to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One JSON object a document and line.
    Jsonl,
    /// A table with a header; nested columns as JSON in a cell.
    Csv,
    /// A digest to read.
    Markdown,
    /// Columns with their types, compressed.
    Parquet,
}

/// How the bytes of a file are packed, beyond what the format itself does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compression {
    None,
    Gzip,
    Zstd,
}

impl Format {
    const NAMES: [(&'static str, Self); 4] = [
        ("jsonl", Self::Jsonl),
        ("csv", Self::Csv),
        ("markdown", Self::Markdown),
        ("parquet", Self::Parquet),
    ];

    /// Tells the format from a path's suffix, whatever its case; a final `.gz` or `.zst` is skipped.
    ///
    /// Known are `.jsonl`, `.ndjson`, `.csv`, `.md`, `.markdown` and `.parquet`; anything else is `None`.
    #[must_use]
    pub fn of_path(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?.to_ascii_lowercase();
        let stem = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(&name);
        let (_, suffix) = stem.rsplit_once('.')?;
        match suffix {
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "csv" => Some(Self::Csv),
            "md" | "markdown" => Some(Self::Markdown),
            "parquet" => Some(Self::Parquet),
            _ => None,
        }
    }

    /// The name by which the format is chosen: `jsonl`, `csv`, `markdown` or `parquet`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Markdown => "markdown",
            Self::Parquet => "parquet",
        }
    }

    /// Settles format and compression of a file; a chosen format wins over the path's suffix.
    pub(crate) fn settle(chosen: Option<Self>, path: &Path) -> Result<(Self, Compression), ExportError> {
        let Some(format) = chosen.or_else(|| Self::of_path(path)) else {
            let message = format!("tell the format of `{}` from its suffix", path.display());
            return Err(ExportError::new(ErrorKind::Format, message).with_help(
                "end the path in .jsonl, .csv, .md or .parquet (the first three also .gz or .zst), or set `format`",
            ));
        };
        let compression = Compression::of(path);
        if format == Format::Parquet && compression != Compression::None {
            let message =
                format!("write `{}`: a Parquet file cannot be compressed as a whole", path.display());
            return Err(ExportError::new(ErrorKind::Format, message)
                .with_help("leave the last suffix out: its columns are compressed already"));
        }
        Ok((format, compression))
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Format {
    type Err = ExportError;

    fn from_str(name: &str) -> Result<Self, ExportError> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, format)| *format).ok_or_else(|| {
            ExportError::new(ErrorKind::Format, format!("know the format `{name}`"))
                .with_help("formats: jsonl, csv, markdown, parquet")
        })
    }
}

impl Compression {
    fn of(path: &Path) -> Self {
        let ends = |wanted: &str| path.extension().is_some_and(|suffix| suffix.eq_ignore_ascii_case(wanted));
        if ends("gz") {
            Self::Gzip
        } else if ends("zst") {
            Self::Zstd
        } else {
            Self::None
        }
    }
}

#[cfg(test)]
mod tests;
