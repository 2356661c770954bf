//! The formats and compressions that files are read in, told by their names.

use docmill_sdk::schemars::{self, JsonSchema};
use serde::{Deserialize, Serialize};

/// What a file's bytes mean once they are decompressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Format {
    /// Plain text, one document a file.
    Text,
    /// Markdown with optional front matter, one document a file.
    Markdown,
    /// A web page, one document a file.
    Html,
    /// JSON Lines, one document a line.
    Jsonl,
    /// Comma-separated values with a header, one document a row.
    Csv,
    /// Tab-separated values with a header, one document a row.
    Tsv,
    /// Documents as the quarantine of a run keeps them, one a line, with every column as it was. No suffix
    /// tells this format.
    Documents,
}

/// How a file's bytes are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Compression {
    None,
    Gzip,
    Zstd,
}

impl Format {
    /// The format that a file's name promises, with or without `.gz` or `.zst` behind it; `None` if the
    /// suffix is not supported. The case of the suffix does not matter.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        let (stem, _) = Compression::split(name);
        let (rest, suffix) = stem.rsplit_once('.')?;
        if rest.is_empty() || rest.ends_with(['/', '\\']) {
            return None;
        }
        match suffix.to_ascii_lowercase().as_str() {
            "txt" | "text" => Some(Self::Text),
            "md" | "markdown" => Some(Self::Markdown),
            "html" | "htm" | "xhtml" => Some(Self::Html),
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "csv" => Some(Self::Csv),
            "tsv" => Some(Self::Tsv),
            _ => None,
        }
    }

    /// The media type that documents of this format carry.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Text => "text/plain",
            Self::Markdown => "text/markdown",
            Self::Html => "text/html",
            Self::Jsonl | Self::Documents => "application/x-ndjson",
            Self::Csv => "text/csv",
            Self::Tsv => "text/tab-separated-values",
        }
    }

    /// True if one file holds many documents.
    pub(crate) fn has_entries(self) -> bool {
        matches!(self, Self::Jsonl | Self::Csv | Self::Tsv | Self::Documents)
    }
}

impl Compression {
    /// Takes the compression's suffix off a name.
    pub(crate) fn split(name: &str) -> (&str, Self) {
        let suffixes = [(".gz", Self::Gzip), (".zst", Self::Zstd)];
        for (suffix, compression) in suffixes {
            let at = name.len().saturating_sub(suffix.len());
            if name.get(at..).is_some_and(|end| end.eq_ignore_ascii_case(suffix)) {
                return (name.get(..at).unwrap_or_default(), compression);
            }
        }
        (name, Self::None)
    }
}
