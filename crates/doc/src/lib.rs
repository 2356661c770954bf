//! The vocabulary of docmill: spans, layers, and the columns of a batch.
//!
//! Documents travel in batches, one row a document. A [`Span`] is a half-open byte range of a document's
//! own text; a [`Layer`] is a column that holds, for each document, a sorted list of spans with attributes.
//! This crate is pure values over arrow: it opens no file, logs nothing and knows nothing of plugins.
//!
//! ```
//! use docmill_doc::{AttributeKind, Documents, LayerBuilder, LayerType, Span, Value, columns};
//!
//! let topics = LayerType::new("topics").with("label", AttributeKind::Label);
//! let mut builder = LayerBuilder::new(&topics);
//! let text = "Rain in Lima";
//! builder.push(Span::new(text, 8, 12).expect("on char boundaries"), &[Value::Text("city")]);
//! builder.end_document();
//! assert_eq!(builder.finish().len(), 1);
//! assert_eq!(columns::notation(topics.field().data_type()), "layer<label: utf8>");
//! ```

mod attribute;
mod batch;
mod builder;
pub mod columns;
mod layer;
mod span;

pub use attribute::{AttributeKind, LayerType, Value};
pub use batch::{ColumnError, Documents};
pub use builder::{Dateline, Document, DocumentsBuilder};
pub use layer::{Layer, LayerBuilder};
pub use span::Span;

/// Arrow's name for the dictionary type of labels.
pub(crate) fn label_type() -> arrow_schema::DataType {
    use arrow_schema::DataType;
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
}
