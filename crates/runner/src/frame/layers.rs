//! Offsets of layers in a form that packs well and fast.
//!
//! Most of what is kept are the offsets of tokens: sorted numbers, each a little larger than the one before. They are
//! written as differences (a start from the start before, an end from its own start), the lowest bytes of all first,
//! then the second ones, and so on: three quarters of that are zeros.

use arrow_array::cast::AsArray;
use arrow_array::types::UInt32Type;
use arrow_array::{Array, ArrayRef, ListArray, RecordBatch, StructArray, UInt32Array};
use arrow_buffer::{OffsetBuffer, ScalarBuffer};
use arrow_schema::ArrowError;
use docmill_sdk::columns;
use std::sync::Arc;

/// A batch with the offsets of its layers packed.
pub(super) fn pack(batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    changed(batch, |starts, ends| {
        let before = std::iter::once(&0).chain(starts);
        let steps: Vec<u32> =
            starts.iter().zip(before).map(|(start, before)| start.wrapping_sub(*before)).collect();
        let lengths: Vec<u32> =
            ends.iter().zip(starts).map(|(end, start)| end.wrapping_sub(*start)).collect();
        [split(&steps), split(&lengths)]
    })
}

/// The batch that was packed.
pub(super) fn unpack(batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    changed(batch, |steps, lengths| {
        let mut at = 0_u32;
        let mut starts = join(steps);
        for start in &mut starts {
            at = at.wrapping_add(*start);
            *start = at;
        }
        let mut ends = join(lengths);
        ends.iter_mut().zip(&starts).for_each(|(end, start)| *end = end.wrapping_add(*start));
        [starts, ends]
    })
}

/// The bytes of numbers, those of one weight together, as numbers again.
fn split(numbers: &[u32]) -> Vec<u32> {
    let mut bytes = vec![0; 4 * numbers.len()];
    for (weight, bytes) in bytes.chunks_exact_mut(numbers.len().max(1)).enumerate() {
        bytes.iter_mut().zip(numbers).for_each(|(byte, number)| *byte = (number >> (8 * weight)) as u8);
    }
    let (numbers, _) = bytes.as_chunks::<4>();
    numbers.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect()
}

/// The numbers that were split.
fn join(numbers: &[u32]) -> Vec<u32> {
    let bytes: Vec<[u8; 4]> = numbers.iter().map(|number| number.to_le_bytes()).collect();
    let mut joined = vec![0; numbers.len()];
    for (weight, bytes) in bytes.as_flattened().chunks_exact(numbers.len().max(1)).enumerate() {
        joined.iter_mut().zip(bytes).for_each(|(number, byte)| *number |= u32::from(*byte) << (8 * weight));
    }
    joined
}

/// The batch with other starts and ends in its layers.
fn changed(
    batch: &RecordBatch,
    change: impl Fn(&[u32], &[u32]) -> [Vec<u32>; 2] + Copy,
) -> Result<RecordBatch, ArrowError> {
    let fields = batch.schema_ref().fields().iter().zip(batch.columns());
    let columns = fields.map(|(field, column)| {
        let is_layer = columns::is_layer(field.data_type());
        let list = column.as_list_opt::<i32>().filter(|_| is_layer);
        list.map_or_else(|| Ok(column.clone()), |list| layer(list, change))
    });
    let columns: Result<Vec<ArrayRef>, ArrowError> = columns.collect();
    crate::rows::batch(batch.schema_ref(), columns?, batch.num_rows())
}

fn layer(list: &ListArray, change: impl Fn(&[u32], &[u32]) -> [Vec<u32>; 2]) -> Result<ArrayRef, ArrowError> {
    // A slice has the annotations of other documents around its own.
    let (from, to) = (list.value_offsets().first(), list.value_offsets().last());
    let (from, to) = (from.copied().unwrap_or(0), to.copied().unwrap_or(0));
    let offsets: ScalarBuffer<i32> = list.value_offsets().iter().map(|offset| offset - from).collect();
    let spans = list.values().slice(from as usize, (to - from) as usize);
    let Some(spans) = spans.as_struct_opt() else { return Ok(Arc::new(list.clone())) };
    let (fields, mut columns, nulls) = spans.clone().into_parts();
    let place = |name: &str| fields.iter().position(|field| field.name() == name);
    let (Some(start), Some(end)) = (place("start"), place("end")) else { return Ok(Arc::new(list.clone())) };
    let numbers = |at: usize| columns.get(at).and_then(|column| column.as_primitive_opt::<UInt32Type>());
    let (Some(starts), Some(ends)) = (numbers(start), numbers(end)) else {
        return Ok(Arc::new(list.clone()));
    };
    let changed = change(starts.values(), ends.values());
    for (at, numbers) in [start, end].into_iter().zip(changed) {
        let nulls = columns[at].nulls().cloned();
        columns[at] = Arc::new(UInt32Array::new(numbers.into(), nulls));
    }
    let spans = StructArray::try_new_with_length(fields, columns, nulls, (to - from) as usize)?;
    let (field, nulls) = match list.data_type() {
        arrow_schema::DataType::List(field) => (field.clone(), list.nulls().cloned()),
        other => return Err(ArrowError::SchemaError(format!("a layer is a {other}"))),
    };
    let list = ListArray::try_new(field, OffsetBuffer::new(offsets), Arc::new(spans), nulls)?;
    Ok(Arc::new(list))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back() {
        for numbers in [vec![], vec![7], vec![1, 0, u32::MAX], (0..1000).map(|n| n * n * 1013).collect()] {
            assert_eq!(join(&split(&numbers)), numbers);
        }
    }
}
