//! Values as plain text: what fills a cell of a table or a line of a digest.

use std::borrow::Cow;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, StringArray};
use arrow_json::writer::{EncoderOptions, NullableEncoder, make_encoder};
use arrow_schema::FieldRef;

use crate::error::ExportError;

/// The values of one column as text.
pub(crate) enum Cells<'a> {
    /// A string column, which needs no conversion.
    Texts(&'a StringArray),
    /// Any other: scalars bare, lists, structs and maps as compact JSON.
    Values { encoder: NullableEncoder<'a>, scalar: bool, buffer: Vec<u8> },
}

impl<'a> Cells<'a> {
    pub(crate) fn new(
        field: &'a FieldRef,
        array: &'a ArrayRef,
        options: &'a EncoderOptions,
    ) -> Result<Self, ExportError> {
        if let Some(texts) = array.as_string_opt::<i32>() {
            return Ok(Self::Texts(texts));
        }
        let encoder = make_encoder(field, array, options)?;
        Ok(Self::Values { encoder, scalar: !field.data_type().is_nested(), buffer: Vec::new() })
    }

    /// The text of a row; a null, and a number that is not finite, is empty.
    pub(crate) fn text(&mut self, row: usize) -> Cow<'_, str> {
        match self {
            Self::Texts(texts) if texts.is_null(row) => Cow::Borrowed(""),
            Self::Texts(texts) => Cow::Borrowed(texts.value(row)),
            Self::Values { encoder, .. } if encoder.is_null(row) => Cow::Borrowed(""),
            Self::Values { encoder, scalar, buffer } => {
                buffer.clear();
                encoder.encode(row, buffer);
                let json = std::str::from_utf8(buffer).unwrap_or_default();
                if *scalar { bare(json) } else { Cow::Borrowed(json) }
            }
        }
    }
}

/// Takes the quotes and escapes off a JSON scalar.
fn bare(json: &str) -> Cow<'_, str> {
    match json.strip_prefix('"').and_then(|json| json.strip_suffix('"')) {
        None if json == "null" => Cow::Borrowed(""),
        None => Cow::Borrowed(json),
        Some(inner) if !inner.contains('\\') => Cow::Borrowed(inner),
        Some(inner) => Cow::Owned(serde_json::from_str(json).unwrap_or_else(|_| inner.to_owned())),
    }
}
