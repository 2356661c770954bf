//! The `ingest` stage: finds files, reads articles, recognises how they open.
//!
//! [`openings`] reads the opening of an article from `&str`, without arrow.

mod adapter;
pub mod blocks;
mod dates;
mod decode;
mod fields;
pub mod find;
mod format;
mod formats;
mod input;
pub mod openings;
mod own;
mod patterns;
pub mod read;

pub use adapter::Ingest;
pub use fields::Fields;
pub use format::Format;
pub use patterns::Patterns;

use docmill_sdk::schemars::{self, JsonSchema};
use docmill_sdk::serde::Deserialize;

/// The options of the stage.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(crate = "docmill_sdk::serde", deny_unknown_fields)]
pub struct Params {
    /// What to read: a file, a folder, a glob such as `articles/**/*.txt`, or several of them; `-` is
    /// standard input. Files that the run itself writes are left out.
    pub path: Patterns,
    /// The format of all files, where their suffixes do not tell it.
    #[serde(default)]
    pub format: Option<Format>,
    /// Where JSON Lines and CSV entries hold what: JSON pointers such as `/headline`, or names.
    #[serde(default)]
    pub fields: Fields,
    /// The largest document in MiB; a larger one is rejected as `too_large`.
    #[serde(default = "max_document_mib")]
    #[schemars(range(min = 1, max = 1024))]
    pub max_document_mib: u32,
}

fn max_document_mib() -> u32 {
    64
}

docmill_sdk::export!(source Ingest);

#[cfg(test)]
mod contract {
    use crate as docmill_ingest;
    docmill_testkit::contract!(docmill_ingest, { "path": "x.jsonl" });
}
