//! What came of a group of documents as bytes, to be kept by the store.
//!
//! A frame is the length of a header (u32, little-endian), the header as JSON, and the columns as an Arrow IPC
//! stream of one batch.

mod layers;

use crate::attempt::Outcome;
use crate::rows;
use arrow_array::cast::AsArray;
use arrow_array::types::UInt32Type;
use arrow_array::{ArrayRef, RecordBatch, UInt32Array};
use arrow_ipc::reader::StreamReader;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{ArrowError, DataType, Field, Schema};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The column of the rows that documents come from.
const ROW: &str = "__row";

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Header {
    /// How many documents the group had.
    documents: usize,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    failures: Vec<(u32, String, String)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    drops: Vec<(u32, String)>,
    #[serde(default)]
    skipped: u64,
}

/// A source's batch as a frame.
pub(crate) fn of_batch(batch: &RecordBatch) -> Result<Vec<u8>, ArrowError> {
    frame(&Header { documents: batch.num_rows(), ..Header::default() }, batch)
}

/// A source's batch from its frame.
pub(crate) fn to_batch(frame: &[u8]) -> Result<RecordBatch, ArrowError> {
    let (header, batch) = unframe(frame)?;
    if header.documents == batch.num_rows() { Ok(batch) } else { Err(wrong("a batch of another length")) }
}

/// What came of a group of so many documents, as a frame.
pub(crate) fn of_outcome(outcome: &Outcome, documents: usize) -> Result<Vec<u8>, ArrowError> {
    let header = Header {
        documents,
        failures: outcome.failures.clone(),
        drops: outcome.drops.clone(),
        skipped: outcome.skipped,
    };
    let Some(rows) = &outcome.rows else { return frame(&header, &outcome.columns) };
    let schema = outcome.columns.schema_ref();
    let row = Arc::new(Field::new(ROW, DataType::UInt32, false));
    let schema =
        Arc::new(Schema::new([row].into_iter().chain(schema.fields().iter().cloned()).collect::<Vec<_>>()));
    let row: ArrayRef = Arc::new(UInt32Array::from(rows.clone()));
    let columns = [row].into_iter().chain(outcome.columns.columns().iter().cloned()).collect();
    frame(&header, &rows::batch(&schema, columns, rows.len())?)
}

/// What came of a group, from its frame; none if it tells of another number of documents.
pub(crate) fn to_outcome(frame: &[u8], documents: usize) -> Result<Option<Outcome>, ArrowError> {
    let (header, batch) = unframe(frame)?;
    let (mut rows, mut columns) = (None, batch);
    if let Some((at, _)) = columns.schema_ref().column_with_name(ROW) {
        let told = columns.remove_column(at);
        rows = told.as_primitive_opt::<UInt32Type>().map(|rows| rows.values().to_vec());
    }
    let is_ours = header.documents == documents
        && match &rows {
            Some(rows) => {
                rows.len() == columns.num_rows() && rows.iter().all(|&row| (row as usize) < documents)
            }
            None => columns.num_rows() == documents,
        }
        && header.failures.iter().all(|failure| (failure.0 as usize) < documents)
        && header.drops.iter().all(|drop| (drop.0 as usize) < documents);
    let Header { failures, drops, skipped, .. } = header;
    Ok(is_ours.then_some(Outcome { failures, again: Vec::new(), drops, skipped, rows, columns }))
}

fn wrong(what: &str) -> ArrowError {
    ArrowError::IpcError(format!("a kept frame has {what}"))
}

fn frame(header: &Header, batch: &RecordBatch) -> Result<Vec<u8>, ArrowError> {
    let header = serde_json::to_vec(header).map_err(|error| wrong(&error.to_string()))?;
    let mut bytes = Vec::with_capacity(batch.get_array_memory_size().min(1 << 24));
    bytes.extend_from_slice(&(header.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&header);
    let mut writer = StreamWriter::try_new(&mut bytes, batch.schema_ref())?;
    writer.write(&layers::pack(batch)?)?;
    writer.finish()?;
    drop(writer);
    Ok(bytes)
}

fn unframe(frame: &[u8]) -> Result<(Header, RecordBatch), ArrowError> {
    let (length, rest) = frame.split_first_chunk::<4>().ok_or_else(|| wrong("no header"))?;
    let header =
        rest.split_at_checked(u32::from_le_bytes(*length) as usize).ok_or_else(|| wrong("half a header"))?;
    let (header, stream) = header;
    let header = serde_json::from_slice(header).map_err(|error| wrong(&error.to_string()))?;
    let mut batches = StreamReader::try_new(stream, None)?;
    let batch = batches.next().ok_or_else(|| wrong("no columns"))??;
    Ok((header, layers::unpack(&batch)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::{Array, DictionaryArray, ListArray, StringArray, StructArray};
    use arrow_buffer::OffsetBuffer;

    fn labelled() -> RecordBatch {
        let labels: DictionaryArray<arrow_array::types::Int32Type> =
            ["PERSON", "ORG", "PERSON"].into_iter().collect();
        let start: ArrayRef = Arc::new(UInt32Array::from(vec![0, 3, 0]));
        let end: ArrayRef = Arc::new(UInt32Array::from(vec![3, 300, 70_000]));
        let label: ArrayRef = Arc::new(labels);
        let spans = StructArray::from(vec![
            (Arc::new(Field::new("start", DataType::UInt32, false)), start),
            (Arc::new(Field::new("end", DataType::UInt32, false)), end),
            (Arc::new(Field::new("label", label.data_type().clone(), false)), label),
        ]);
        let item = Arc::new(Field::new("item", spans.data_type().clone(), false));
        let list = ListArray::new(item, OffsetBuffer::new(vec![0, 2, 2, 3].into()), Arc::new(spans), None);
        let list: ArrayRef = Arc::new(list);
        RecordBatch::try_from_iter([("entities", list)]).unwrap()
    }

    #[test]
    fn an_outcome_comes_back_as_it_was() {
        let all = labelled();
        let outcome = Outcome {
            failures: vec![(2, "panic".into(), "no".into())],
            again: vec![],
            drops: vec![(3, "short".into())],
            skipped: 1,
            rows: Some(vec![0, 1, 4]),
            columns: all.clone(),
        };
        let frame = of_outcome(&outcome, 5).unwrap();
        assert_eq!(to_outcome(&frame, 5).unwrap(), Some(outcome));
        assert_eq!(to_outcome(&frame, 4).unwrap(), None);
        // A slice brings only its own rows.
        let slice = Outcome {
            failures: vec![],
            again: vec![],
            drops: vec![],
            skipped: 0,
            rows: None,
            columns: all.slice(1, 2),
        };
        assert_eq!(to_outcome(&of_outcome(&slice, 2).unwrap(), 2).unwrap(), Some(slice));
    }

    #[test]
    fn columns_may_be_none() {
        let schema = Arc::new(Schema::empty());
        let columns = rows::batch(&schema, Vec::new(), 2).unwrap();
        for rows in [None, Some(vec![1, 1])] {
            let outcome = Outcome {
                failures: vec![],
                again: vec![],
                drops: vec![],
                skipped: 0,
                rows,
                columns: columns.clone(),
            };
            assert_eq!(to_outcome(&of_outcome(&outcome, 2).unwrap(), 2).unwrap(), Some(outcome));
        }
    }

    #[test]
    fn a_cut_frame_is_an_error() {
        let batch =
            RecordBatch::try_from_iter([("id", Arc::new(StringArray::from(vec!["a"])) as ArrayRef)]).unwrap();
        let frame = of_batch(&batch).unwrap();
        assert_eq!(to_batch(&frame).unwrap(), batch);
        assert!((0..frame.len() - 8).all(|at| to_batch(&frame[..at]).is_err()));
    }
}
