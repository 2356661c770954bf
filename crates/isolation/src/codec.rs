//! Batches as plain buffers in shared memory, and back.
//!
//! Arrays are walked in the order of the schema, which both sides know: a node tells the rows of an array and
//! whether it has nulls, a part where one of its buffers lies. Slices are sent for their own rows alone.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, make_array};
use arrow_buffer::{ArrowNativeType, Buffer};
use arrow_data::{ArrayData, ArrayDataBuilder};
use arrow_schema::{ArrowError, DataType, SchemaRef};
use serde::{Deserialize, Serialize};
use std::slice;

/// Where the buffers of a batch lie.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Layout {
    rows: usize,
    /// Rows of each array, and whether a buffer of nulls comes first.
    nodes: Vec<(usize, bool)>,
    /// Offset and length of each buffer, in bytes.
    parts: Vec<(usize, usize)>,
    /// All of it, in bytes.
    pub(crate) bytes: usize,
}

/// Buffers begin at multiples of this, as arrow wishes.
const ALIGNMENT: usize = 64;

/// A batch taken apart: its layout, and each buffer with its offset.
#[derive(Debug, Default)]
pub(crate) struct Encoded {
    pub(crate) layout: Layout,
    pub(crate) buffers: Vec<(usize, Buffer)>,
}

/// Takes a batch apart; no bytes of text are copied.
pub(crate) fn encode(columns: &[ArrayRef], rows: usize) -> Encoded {
    let mut encoded = Encoded::default();
    encoded.layout.rows = rows;
    columns.iter().for_each(|column| encoded.array(column.as_ref()));
    encoded
}

impl Encoded {
    fn push(&mut self, buffer: Buffer) {
        let (at, len) = (self.layout.bytes, buffer.len());
        self.layout.parts.push((at, len));
        self.layout.bytes = (at + len).next_multiple_of(ALIGNMENT);
        if len > 0 {
            self.buffers.push((at, buffer));
        }
    }

    fn array(&mut self, array: &dyn Array) {
        let nulls = array.nulls().filter(|nulls| nulls.null_count() > 0);
        let (rows, is_null) = (array.len(), matches!(array.data_type(), DataType::Null));
        self.layout.nodes.push((rows, nulls.is_some() && !is_null));
        if let Some(nulls) = nulls.filter(|_| !is_null) {
            self.push(nulls.inner().sliced());
        }
        match array.data_type() {
            DataType::Null => {}
            DataType::Boolean => self.push(array.as_boolean().values().sliced()),
            DataType::Utf8 => {
                let strings = array.as_string::<i32>();
                let (start, end) = self.offsets(strings.value_offsets());
                self.push(strings.values().slice_with_length(start, end - start));
            }
            DataType::Binary => {
                let bytes = array.as_binary::<i32>();
                let (start, end) = self.offsets(bytes.value_offsets());
                self.push(bytes.values().slice_with_length(start, end - start));
            }
            DataType::List(_) => {
                let list = array.as_list::<i32>();
                let (start, end) = self.offsets(list.value_offsets());
                self.array(list.values().slice(start, end - start).as_ref());
            }
            DataType::Map(..) => {
                let map = array.as_map();
                let (start, end) = self.offsets(map.value_offsets());
                self.array(&map.entries().slice(start, end - start));
            }
            DataType::Struct(_) => {
                array.as_struct().columns().iter().for_each(|column| self.array(column.as_ref()));
            }
            DataType::Dictionary(..) => {
                let keys = array.as_any_dictionary();
                self.plain(keys.keys());
                self.array(keys.values().as_ref());
            }
            _ => self.plain(array),
        }
    }

    /// The values of numbers, dates and the like.
    fn plain(&mut self, array: &dyn Array) {
        let data = array.to_data();
        let width = array.data_type().primitive_width().unwrap_or(0);
        let values = data.buffers().first();
        let values = values.map(|all| all.slice_with_length(data.offset() * width, data.len() * width));
        self.push(values.unwrap_or_default());
    }

    /// Offsets that begin at 0, and the values that they are for.
    fn offsets(&mut self, offsets: &[i32]) -> (usize, usize) {
        let (first, last) = (offsets.first().copied().unwrap_or(0), offsets.last().copied().unwrap_or(0));
        self.push(offsets.iter().map(|offset| offset - first).collect());
        (first.as_usize(), last.as_usize())
    }
}

/// Makes an array of its parts.
pub(crate) type Finish = fn(ArrayDataBuilder) -> Result<ArrayData, ArrowError>;

/// Makes an array of parts that may be anything: every offset, key and string is looked at.
pub(crate) fn checked(builder: ArrayDataBuilder) -> Result<ArrayData, ArrowError> {
    builder.align_buffers(true).build()
}

/// Puts a batch together whose buffers lie in `memory`, without copying them.
///
/// # Errors
/// When the layout does not fit the schema or the memory, or `finish` refuses an array.
pub(crate) fn decode(
    schema: &SchemaRef,
    layout: &Layout,
    (memory, finish): (&Buffer, Finish),
) -> Result<RecordBatch, ArrowError> {
    let mut reader = Reader { nodes: layout.nodes.iter(), parts: layout.parts.iter(), memory, finish };
    let columns: Result<Vec<ArrayRef>, ArrowError> =
        schema.fields().iter().map(|field| reader.array(field.data_type()).map(make_array)).collect();
    if reader.nodes.next().is_some() || reader.parts.next().is_some() {
        return Err(damaged("there are more arrays than columns"));
    }
    let options = RecordBatchOptions::new().with_row_count(Some(layout.rows));
    RecordBatch::try_new_with_options(schema.clone(), columns?, &options)
}

fn damaged(what: &str) -> ArrowError {
    ArrowError::CDataInterface(what.to_owned())
}

struct Reader<'a> {
    nodes: slice::Iter<'a, (usize, bool)>,
    parts: slice::Iter<'a, (usize, usize)>,
    memory: &'a Buffer,
    finish: Finish,
}

impl Reader<'_> {
    fn node(&mut self) -> Result<(usize, bool), ArrowError> {
        self.nodes.next().copied().ok_or_else(|| damaged("there are fewer arrays than columns"))
    }

    fn buffer(&mut self) -> Result<Buffer, ArrowError> {
        let (at, len) = self.parts.next().copied().ok_or_else(|| damaged("an array lacks a buffer"))?;
        let fits = at.checked_add(len).is_some_and(|end| end <= self.memory.len());
        if fits { Ok(self.memory.slice_with_length(at, len)) } else { Err(damaged("a buffer lies outside")) }
    }

    fn array(&mut self, data_type: &DataType) -> Result<ArrayData, ArrowError> {
        let (rows, has_nulls) = self.node()?;
        let mut builder = ArrayDataBuilder::new(data_type.clone()).len(rows);
        if has_nulls {
            let nulls = self.buffer()?;
            if nulls.len() < rows.div_ceil(8) {
                return Err(damaged("the nulls of an array are not complete"));
            }
            builder = builder.null_bit_buffer(Some(nulls));
        }
        builder = match data_type {
            DataType::Null => builder,
            DataType::Utf8 | DataType::Binary => {
                builder.add_buffer(self.buffer()?).add_buffer(self.buffer()?)
            }
            DataType::List(item) | DataType::Map(item, _) => {
                builder.add_buffer(self.buffer()?).add_child_data(self.array(item.data_type())?)
            }
            DataType::Struct(fields) => {
                let children: Result<_, _> =
                    fields.iter().map(|field| self.array(field.data_type())).collect();
                builder.child_data(children?)
            }
            DataType::Dictionary(_, values) => {
                builder.add_buffer(self.buffer()?).add_child_data(self.array(values)?)
            }
            _ => builder.add_buffer(self.buffer()?),
        };
        (self.finish)(builder)
    }
}

#[cfg(test)]
mod tests;
