//! Checks annotations against the texts that they lie in.

use arrow_array::RecordBatch;
use docmill_sdk::{Documents, Layer, columns};

/// The layers among a batch's columns, by name.
pub(crate) fn layers_of(batch: &RecordBatch) -> Vec<(&str, Layer<'_>)> {
    let documents = Documents::new(batch);
    let layers = batch.schema_ref().fields().iter().filter(|field| columns::is_layer(field.data_type()));
    layers.filter_map(|field| Some((field.name().as_str(), documents.layer(field.name()).ok()?))).collect()
}

/// What is wrong with a document's annotations, if anything is.
pub(crate) fn broken_span(layers: &[(&str, Layer<'_>)], row: usize, text: &str) -> Option<String> {
    layers
        .iter()
        .find_map(|(name, layer)| layer.check(row, text).err().map(|what| format!("layer `{name}`: {what}")))
}
