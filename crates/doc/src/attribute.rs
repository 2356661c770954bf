//! What an annotation can carry beside its span.

use crate::{columns, label_type};
use arrow_schema::{DataType, Field};

/// The type of one attribute of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttributeKind {
    /// A string from a small closed set, dictionary-encoded.
    Label,
    /// Free text, nullable.
    Text,
    /// A count, an index, or a byte offset of the document's text, nullable.
    U32,
    /// A score, nullable.
    F32,
    /// A flag, nullable.
    Bool,
}

impl AttributeKind {
    /// The arrow type that stores it.
    #[must_use]
    pub fn data_type(self) -> DataType {
        match self {
            Self::Label => label_type(),
            Self::Text => DataType::Utf8,
            Self::U32 => DataType::UInt32,
            Self::F32 => DataType::Float32,
            Self::Bool => DataType::Boolean,
        }
    }

    // A label is always given; everything else may be unknown.
    fn nullable(self) -> bool {
        self != Self::Label
    }
}

/// One attribute's value, borrowed: nothing is allocated to hand it over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// A label or free text.
    Text(&'a str),
    /// A count, index or offset.
    U32(u32),
    /// A score.
    F32(f32),
    /// A flag.
    Bool(bool),
    /// Unknown.
    Null,
}

/// The name of a layer and its attributes, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerType {
    name: String,
    attributes: Vec<(String, AttributeKind)>,
}

impl LayerType {
    /// A layer of bare spans.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), attributes: Vec::new() }
    }

    /// The same layer with one attribute more, behind those it has.
    #[must_use]
    pub fn with(mut self, name: &str, kind: AttributeKind) -> Self {
        self.attributes.push((name.to_owned(), kind));
        self
    }

    /// The column's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The attributes in the order in which [`crate::LayerBuilder::push`] takes their values.
    #[must_use]
    pub fn attributes(&self) -> &[(String, AttributeKind)] {
        &self.attributes
    }

    /// The layer as an arrow column.
    #[must_use]
    pub fn field(&self) -> Field {
        let attributes =
            self.attributes.iter().map(|(name, kind)| Field::new(name, kind.data_type(), kind.nullable()));
        columns::layer(&self.name, attributes)
    }
}
