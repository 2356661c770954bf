//! Values as JSON: what the line format and the cells of the others share.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, Int32Array, StringArray, new_empty_array};
use arrow_json::writer::{Encoder, EncoderFactory, EncoderOptions, NullableEncoder, make_encoder};
use arrow_schema::{ArrowError, FieldRef, Schema};

use crate::error::{ErrorKind, ExportError};

/// The settings of every JSON value written: nulls are spelled out, so that each row has the same shape.
pub(crate) fn options() -> EncoderOptions {
    EncoderOptions::default().with_explicit_nulls(true).with_encoder_factory(factory())
}

pub(crate) fn factory() -> Arc<dyn EncoderFactory> {
    Arc::new(Labels)
}

/// Checks that every column has a type that JSON can express, before there is any row.
pub(crate) fn check(schema: &Schema) -> Result<(), ExportError> {
    let options = options();
    for field in schema.fields() {
        let array: ArrayRef = new_empty_array(field.data_type());
        make_encoder(field, &array, &options).map_err(|source| {
            let message = format!("write the column `{}` of type {}", field.name(), field.data_type());
            ExportError::new(ErrorKind::Column, message)
                .because(source)
                .with_help("leave it out by naming `fields`, or export to Parquet")
        })?;
    }
    Ok(())
}

/// Encodes labels, for the one case that arrow's own encoder gets wrong: a null among the values of a
/// dictionary, which it takes for an empty string.
#[derive(Debug)]
struct Labels;

impl EncoderFactory for Labels {
    fn make_default_encoder<'a>(
        &self,
        _field: &'a FieldRef,
        array: &'a dyn Array,
        _options: &'a EncoderOptions,
    ) -> Result<Option<NullableEncoder<'a>>, ArrowError> {
        let Some(labels) = array.as_dictionary_opt::<Int32Type>() else { return Ok(None) };
        let Some(values) = labels.values().as_string_opt::<i32>() else { return Ok(None) };
        if values.null_count() == 0 {
            return Ok(None);
        }
        let encoder = Label { keys: labels.keys(), values };
        Ok(Some(NullableEncoder::new(Box::new(encoder), array.logical_nulls())))
    }
}

struct Label<'a> {
    keys: &'a Int32Array,
    values: &'a StringArray,
}

impl Encoder for Label<'_> {
    fn encode(&mut self, row: usize, out: &mut Vec<u8>) {
        push_string(self.values.value(self.keys.value(row) as usize), out);
    }
}

fn push_string(text: &str, out: &mut Vec<u8>) {
    serde_json::to_writer(out, text).expect("a string always serializes into memory");
}
