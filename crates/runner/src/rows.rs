//! Choosing and joining the rows of batches.

use crate::Failure;
use arrow_array::builder::StringBuilder;
use arrow_array::cast::AsArray;
use arrow_array::{ArrayRef, BooleanArray, RecordBatch, RecordBatchOptions, UInt32Array, new_null_array};
use arrow_schema::{ArrowError, SchemaRef};
use arrow_select::concat::concat_batches;
use arrow_select::filter::filter_record_batch;
use std::borrow::Cow;
use std::sync::Arc;

/// Documents on their way, each with the row of the source's batch that it came from.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) batch: RecordBatch,
    pub(crate) origins: Vec<u32>,
}

#[expect(clippy::needless_pass_by_value, reason = "a mapper for map_err")]
pub(crate) fn failed(error: ArrowError) -> Failure {
    Failure::new("internal", error.to_string())
}

impl Group {
    /// The rows for which `keep` holds.
    pub(crate) fn filter(self, keep: &[bool]) -> Result<Self, Failure> {
        if keep.iter().all(|&keep| keep) {
            return Ok(self);
        }
        let batch = filter_record_batch(&self.batch, &BooleanArray::from(keep.to_vec())).map_err(failed)?;
        let origins = self.origins.iter().zip(keep).filter(|(_, keep)| **keep).map(|(row, _)| *row);
        Ok(Self { batch, origins: origins.collect() })
    }

    /// The rows for which a condition holds and those for which it does not, each with its row in this group
    /// in place of its origin.
    pub(crate) fn split(&self, holds: &BooleanArray) -> Result<(Self, Self), Failure> {
        let (mut taken, mut past) = (Vec::new(), Vec::new());
        for (row, holds) in holds.values().iter().enumerate() {
            if holds { &mut taken } else { &mut past }.push(row as u32);
        }
        let chosen = |rows: Vec<u32>| {
            let origins = rows.clone();
            Ok(Self { batch: self.take(&UInt32Array::from(rows))?.batch, origins })
        };
        Ok((chosen(taken)?, chosen(past)?))
    }

    /// The rows named, in that order; a row may come more than once.
    pub(crate) fn take(&self, rows: &UInt32Array) -> Result<Self, Failure> {
        let batch = take(&self.batch, rows).map_err(failed)?;
        let origins = rows.values().iter().map(|&row| self.origins[row as usize]).collect();
        Ok(Self { batch, origins })
    }

    /// Gives the parts of a document that was split ids of their own: `ID/1`, `ID/2`, …
    pub(crate) fn number_parts(self, parents: &UInt32Array) -> Result<Self, Failure> {
        let rows = parents.values();
        let Ok(at) = self.batch.schema_ref().index_of("id") else { return Ok(self) };
        if rows.windows(2).all(|pair| pair[0] != pair[1]) {
            return Ok(self);
        }
        let ids = self.batch.column(at).as_string::<i32>();
        let (mut numbered, mut part) = (StringBuilder::new(), 0);
        for (n, row) in rows.iter().enumerate() {
            part = if n > 0 && rows[n - 1] == *row { part + 1 } else { 1 };
            let split = part > 1 || rows.get(n + 1) == Some(row);
            let id = ids.value(n);
            numbered.append_value(if split { Cow::from(format!("{id}/{part}")) } else { Cow::from(id) });
        }
        let mut columns = self.batch.columns().to_vec();
        columns[at] = Arc::new(numbered.finish());
        let batch = RecordBatch::try_new(self.batch.schema(), columns).map_err(failed)?;
        Ok(Self { batch, origins: self.origins })
    }

    /// The same rows with the columns of `schema` alone.
    pub(crate) fn project(&self, schema: &SchemaRef) -> Result<Self, Failure> {
        Ok(Self { batch: project(&self.batch, schema)?, origins: self.origins.clone() })
    }

    /// Several groups of one schema as one, in the order of the source's rows; documents from the same row
    /// keep the order of the groups.
    pub(crate) fn union(schema: &SchemaRef, groups: &[Self]) -> Result<Self, Failure> {
        let batch = concat_batches(schema, groups.iter().map(|group| &group.batch)).map_err(failed)?;
        let origins: Vec<u32> = groups.iter().flat_map(|group| group.origins.iter().copied()).collect();
        let mut order: Vec<u32> = (0..origins.len() as u32).collect();
        order.sort_by_key(|&row| origins[row as usize]);
        Self { batch, origins }.take(&UInt32Array::from(order))
    }
}

/// The columns of `schema` by name.
pub(crate) fn project(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, Failure> {
    if batch.schema_ref() == schema {
        return Ok(batch.clone());
    }
    let found: Result<Vec<usize>, ArrowError> =
        schema.fields().iter().map(|field| batch.schema_ref().index_of(field.name())).collect();
    found.and_then(|columns| batch.project(&columns)).map_err(failed)
}

/// A batch of so many rows, columns or none.
pub(crate) fn batch(
    schema: &SchemaRef,
    columns: Vec<ArrayRef>,
    rows: usize,
) -> Result<RecordBatch, ArrowError> {
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(schema.clone(), columns, &options)
}

/// So many rows in which every column is null.
pub(crate) fn nulls(schema: &SchemaRef, rows: usize) -> Result<RecordBatch, ArrowError> {
    let columns = schema.fields().iter().map(|field| new_null_array(field.data_type(), rows)).collect();
    batch(schema, columns, rows)
}

/// The rows named, in that order.
pub(crate) fn take(whole: &RecordBatch, rows: &UInt32Array) -> Result<RecordBatch, ArrowError> {
    let columns: Result<Vec<ArrayRef>, ArrowError> =
        whole.columns().iter().map(|column| arrow_select::take::take(column, rows, None)).collect();
    batch(whole.schema_ref(), columns?, rows.len())
}

/// What a batch keeps alive while it waits for its sink, by estimate: a slice counts for its own rows.
pub(crate) fn held_bytes(batch: &RecordBatch) -> usize {
    batch.columns().iter().map(|c| c.to_data().get_slice_memory_size().unwrap_or(0)).sum()
}
