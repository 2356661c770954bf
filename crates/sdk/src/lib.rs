//! What a docmill plugin author imports.
//!
//! A plugin is a crate of type `cdylib` (and `rlib`, to be linked in) that implements one of four traits
//! for each stage it ships and names them in [`export!`]:
//!
//! | trait | gets | gives |
//! |---|---|---|
//! | [`Annotate`] | one document's text | annotations of one new layer |
//! | [`Transform`] | a batch of documents | added columns, or changed rows |
//! | [`Source`] | its params | blocks, and the documents of a block |
//! | [`Sink`] | batches in order | files, committed at the end |
//!
//! No `unsafe` is needed, nothing may panic the host, and the same crate works linked in or loaded.
//!
//! ```
//! use docmill_sdk::{About, Annotate, AttributeKind, Found, Host, LayerType, Span, StageError, Value};
//! use schemars::JsonSchema;
//! use serde::Deserialize;
//!
//! /// Options of the stage.
//! #[derive(Deserialize, JsonSchema)]
//! #[serde(deny_unknown_fields)]
//! pub struct Params {
//!     /// The words to find.
//!     words: Vec<String>,
//! }
//!
//! /// Finds given words.
//! pub struct Topics(Params);
//!
//! impl Annotate for Topics {
//!     type Params = Params;
//!
//!     fn about() -> About {
//!         About::new("topics", env!("CARGO_PKG_VERSION"), "finds given words")
//!     }
//!
//!     fn layer() -> LayerType {
//!         LayerType::new("topics").with("label", AttributeKind::Label)
//!     }
//!
//!     fn new(params: Params, _host: Host) -> Result<Self, StageError> {
//!         Ok(Self(params))
//!     }
//!
//!     fn annotate(&mut self, text: &str, found: &mut Found<'_>) -> Result<(), StageError> {
//!         for word in &self.0.words {
//!             for (start, hit) in text.match_indices(word.as_str()) {
//!                 let span = Span::new(text, start, start + hit.len());
//!                 span.into_iter().for_each(|span| found.push(span, &[Value::Text(word)]));
//!             }
//!         }
//!         Ok(())
//!     }
//! }
//!
//! docmill_sdk::export!(annotate Topics);
//! # fn main() {}
//! ```

mod about;
mod annotate;
mod error;
pub mod export;
mod host;
mod sink;
mod source;
mod transform;

pub use about::{About, Column, Kind};
pub use annotate::{Annotate, Found};
pub use docmill_abi as abi;
pub use docmill_doc::{
    AttributeKind, ColumnError, Dateline, Document, Documents, DocumentsBuilder, Layer, LayerBuilder,
    LayerType, Span, Value, columns,
};
pub use error::{ErrorKind, StageError};
pub use host::Host;
pub use sink::Sink;
pub use source::{Batches, Block, Source};
pub use transform::{Added, Fate, Transform};

pub use {arrow_array, arrow_buffer, arrow_schema, schemars, serde, serde_json, tracing};
