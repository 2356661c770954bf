//! The `export` stage: documents out, as JSON Lines, CSV, Markdown or Parquet.
//!
//! [`Export`] writes record batches to a file that appears when it is complete; the bytes do not depend on
//! how documents were batched.

mod cells;
mod csv;
mod error;
mod escape;
mod export;
mod fields;
mod format;
mod json;
mod jsonl;
mod markdown;
mod offsets;
mod output;
mod parquet;
mod words;

pub use error::{ErrorKind, ExportError};
pub use export::{Export, ExportOptions};
pub use format::Format;
pub use offsets::Offsets;

use docmill_sdk::arrow_schema::SchemaRef;
use docmill_sdk::schemars::{self, JsonSchema};
use docmill_sdk::serde::Deserialize;
use docmill_sdk::{About, Column, Documents, Host, Sink, StageError, columns};
use std::path::{Path, PathBuf};

/// A format, as `format` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(crate = "docmill_sdk::serde", rename_all = "lowercase")]
pub enum FormatName {
    /// JSON Lines: one object a document.
    Jsonl,
    /// Comma-separated values with a header; layers are JSON in a cell.
    Csv,
    /// A digest for people.
    Markdown,
    /// Parquet, compressed with zstd.
    Parquet,
}

/// A unit of offsets, as `offsets` names it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(crate = "docmill_sdk::serde", rename_all = "lowercase")]
pub enum OffsetUnit {
    /// Bytes of UTF-8.
    #[default]
    Bytes,
    /// Unicode code points, as Python counts.
    Chars,
    /// UTF-16 code units, as JavaScript and Java count.
    Utf16,
}

/// The options of the stage.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(crate = "docmill_sdk::serde", deny_unknown_fields)]
pub struct Params {
    /// The file to write; folders are made. It appears when the run is complete.
    #[schemars(extend("format" = "output-path"))]
    pub path: String,
    /// The format, where the file's suffix does not tell it.
    #[serde(default)]
    pub format: Option<FormatName>,
    /// The columns to write, in order, such as `id` or `meta.url`; all of them by default.
    #[serde(default)]
    pub fields: Vec<String>,
    /// The unit of all offsets.
    #[serde(default)]
    pub offsets: OffsetUnit,
}

/// Writes documents to a file.
pub struct Exporter {
    target: PathBuf,
    options: ExportOptions,
    open: Option<Export>,
}

fn format(params: &Params) -> Option<Format> {
    params.format.map(|name| match name {
        FormatName::Jsonl => Format::Jsonl,
        FormatName::Csv => Format::Csv,
        FormatName::Markdown => Format::Markdown,
        FormatName::Parquet => Format::Parquet,
    })
}

fn failed(error: &ExportError) -> StageError {
    let key = match error.kind() {
        ErrorKind::Field => "fields",
        ErrorKind::Format => "format",
        ErrorKind::Io => "path",
        _ => return StageError::new(docmill_sdk::ErrorKind::Data, error.to_string()),
    };
    let help = error.help().map_or_else(String::new, |help| format!(" ({help})"));
    StageError::param([key], format!("{error}{help}"))
}

impl Sink for Exporter {
    type Params = Params;

    fn about() -> About {
        About::new("export", env!("CARGO_PKG_VERSION"), "writes JSON Lines, CSV, Markdown or Parquet")
            .reads([columns::text()])
    }

    fn check(params: &Params) -> Result<(), StageError> {
        if params.path.is_empty() {
            return Err(StageError::param(["path"], "the path is empty"));
        }
        if params.path == "-" {
            return Err(StageError::param(
                ["path"],
                "there is no export to standard output yet: give a file",
            ));
        }
        if format(params).or_else(|| Format::of_path(Path::new(&params.path))).is_none() {
            let message = "the suffix tells no format: give `format`, or a file that ends in .jsonl, .csv, .md or .parquet";
            return Err(StageError::param(["path"], message));
        }
        Ok(())
    }

    fn reads(params: &Params, input: &[Column]) -> Result<Vec<Column>, StageError> {
        let mut reads = Self::about().read().to_vec();
        for (at, field) in params.fields.iter().enumerate() {
            let column = fields::column_of(field, input.iter().map(|column| column.name.as_str()));
            let column = column.and_then(|name| input.iter().find(|column| column.name == name));
            let Some(column) = column else {
                let known: Vec<&str> = input.iter().map(|column| column.name.as_str()).collect();
                let message =
                    format!("there is no column for the field `{field}`; columns here: {}", known.join(", "));
                return Err(StageError::param(["fields", at.to_string().as_str()], message));
            };
            if !reads.iter().any(|known| known.name == column.name) {
                reads.push(Column { optional: false, ..column.clone() });
            }
        }
        Ok(reads)
    }

    fn new(params: Params, host: Host) -> Result<Self, StageError> {
        let offsets = match params.offsets {
            OffsetUnit::Bytes => Offsets::Bytes,
            OffsetUnit::Chars => Offsets::Chars,
            OffsetUnit::Utf16 => Offsets::Utf16,
        };
        let format = format(&params);
        let target = host.resolve(Path::new(&params.path));
        Ok(Self { target, options: ExportOptions { format, fields: params.fields, offsets }, open: None })
    }

    fn open(&mut self, schema: SchemaRef) -> Result<(), StageError> {
        self.open = Some(Export::open(&self.target, schema, &self.options).map_err(|e| failed(&e))?);
        Ok(())
    }

    fn write(&mut self, documents: &Documents<'_>) -> Result<(), StageError> {
        let open = self.open.as_mut().ok_or_else(|| StageError::data("nothing is open"))?;
        open.write(documents.batch()).map_err(|e| failed(&e))
    }

    fn commit(&mut self) -> Result<(), StageError> {
        self.open.take().map_or(Ok(()), |open| open.finish().map_err(|e| failed(&e)))
    }
}

docmill_sdk::export!(sink Exporter);

#[cfg(test)]
mod contract {
    use crate as docmill_export;
    docmill_testkit::contract!(docmill_export, { "path": "x.jsonl" });
}
