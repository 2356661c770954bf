//! Offsets in the unit that a reader counts in.
//!
//! Inside, every offset is a byte of its document's `text`. Readers in other languages index by code
//! point (Python) or by UTF-16 unit (JavaScript, Java, C#); this module turns the one into the other.
//!
//! Columns are told by name and type: a `u32` attribute called `start`, `end`, `first`, `…_start` or
//! `…_end` inside a struct, and a `u32` document column called `…_start` or `…_end`, such as
//! `body_start`. Structs are searched at any depth, also within lists.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::UInt32Type;
use arrow_array::{
    Array, ArrayRef, GenericListArray, OffsetSizeTrait, RecordBatch, StringArray, StructArray, UInt32Array,
};
use arrow_buffer::{BooleanBufferBuilder, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field, FieldRef};

use crate::error::{ErrorKind, ExportError};

/// The unit of exported offsets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Offsets {
    /// Bytes of the UTF-8 text, as inside.
    #[default]
    Bytes,
    /// Unicode code points.
    Chars,
    /// UTF-16 code units: two for a character outside the basic plane.
    Utf16,
}

/// Bytes between two counts kept of a text. Small enough that an offset costs a few instructions, large
/// enough that the counts are a sixteenth of the text.
const STEP: usize = 64;

impl Offsets {
    /// The name by which the unit is chosen: `bytes`, `chars` or `utf16`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Bytes => "bytes",
            Self::Chars => "chars",
            Self::Utf16 => "utf16",
        }
    }

    /// Counts the units that begin in `bytes`, which may start or end within a character.
    fn count(self, bytes: &[u8]) -> u32 {
        // One byte opens each character, and four bytes make the two units of a surrogate pair.
        let opens = bytes.iter().map(|byte| u32::from(byte & 0xC0 != 0x80)).sum::<u32>();
        match self {
            Self::Bytes => bytes.len() as u32,
            Self::Chars => opens,
            Self::Utf16 => opens + bytes.iter().map(|byte| u32::from(*byte >= 0xF0)).sum::<u32>(),
        }
    }

    /// Checks that the offsets among `fields` can be converted: the text they count in must be there.
    pub(crate) fn check<'a>(
        self,
        text: Option<&Field>,
        mut fields: impl Iterator<Item = &'a FieldRef>,
    ) -> Result<(), ExportError> {
        if self == Self::Bytes || text.is_some_and(|text| *text.data_type() == DataType::Utf8) {
            return Ok(());
        }
        match fields.find(|field| holds_offsets(field, Depth::Document)) {
            None => Ok(()),
            Some(field) => Err(ExportError::new(
                ErrorKind::Column,
                format!("count `{}` in {}: there is no utf8 column `text`", field.name(), self.name()),
            )
            .with_help("export offsets in bytes, or keep the column `text` up to here")),
        }
    }

    /// Converts the offsets of the columns `wanted` of a batch and returns these columns in their order.
    ///
    /// A null stays null, and what lies under a null is left alone. Linear in text and offsets.
    ///
    /// # Errors
    /// [`ErrorKind::Offset`] if an offset lies outside its text or within a character.
    pub(crate) fn convert(self, batch: &RecordBatch, wanted: &[usize]) -> Result<Vec<ArrayRef>, ExportError> {
        let schema = batch.schema_ref();
        let has_offsets = |index: &usize| holds_offsets(schema.field(*index), Depth::Document);
        let columns = wanted.iter().map(|index| Arc::clone(batch.column(*index)));
        if self == Self::Bytes || batch.num_rows() == 0 || !wanted.iter().any(has_offsets) {
            return Ok(columns.collect());
        }
        let text = batch.column_by_name("text").and_then(|text| text.as_string_opt::<i32>());
        let Some(text) = text else { return Ok(columns.collect()) };
        let ruler = Ruler::new(self, text);
        let bounds: Vec<usize> = (0..=batch.num_rows()).collect();
        let elements = Elements { bounds: &bounds, live: None };
        wanted
            .iter()
            .map(|&index| {
                let field = schema.field(index);
                ruler.column(field, batch.column(index), &elements, Depth::Document).map_err(|stray| {
                    let ids = batch.column_by_name("id").and_then(|ids| ids.as_string_opt::<i32>());
                    let id = ids.map_or("", |ids| ids.value(stray.row));
                    ExportError::new(
                        ErrorKind::Offset,
                        format!(
                            "convert offset {} in `{}` of document `{id}`: it is no character boundary of the text",
                            stray.offset,
                            field.name(),
                        ),
                    )
                })
            })
            .collect()
    }
}

impl fmt::Display for Offsets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Offsets {
    type Err = ExportError;

    fn from_str(name: &str) -> Result<Self, ExportError> {
        [Self::Bytes, Self::Chars, Self::Utf16].into_iter().find(|unit| unit.name() == name).ok_or_else(
            || {
                ExportError::new(ErrorKind::Offset, format!("know the unit of offsets `{name}`"))
                    .with_help("units: bytes, chars, utf16")
            },
        )
    }
}

/// Whether a field is a document's column or an attribute within one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    Document,
    Attribute,
}

fn is_offset(field: &Field, depth: Depth) -> bool {
    let name = field.name().as_str();
    *field.data_type() == DataType::UInt32
        && (name.ends_with("_start")
            || name.ends_with("_end")
            || depth == Depth::Attribute && matches!(name, "start" | "end" | "first"))
}

fn holds_offsets(field: &Field, depth: Depth) -> bool {
    match field.data_type() {
        DataType::Struct(fields) => fields.iter().any(|field| holds_offsets(field, Depth::Attribute)),
        DataType::List(element) | DataType::LargeList(element) if element.data_type().is_nested() => {
            holds_offsets(element, Depth::Attribute)
        }
        _ => is_offset(field, depth),
    }
}

/// An offset that fits no character boundary, and the row it was found in.
struct Stray {
    row: usize,
    offset: u32,
}

/// Which elements of an array belong to which row: those of row `r` are `bounds[r]..bounds[r + 1]`.
struct Elements<'a> {
    bounds: &'a [usize],
    /// Null where something that encloses the element is null.
    live: Option<NullBuffer>,
}

/// The texts of a batch with the units counted up to every [`STEP`]th byte.
struct Ruler<'a> {
    unit: Offsets,
    ends: &'a [i32],
    /// Where the first text begins in the buffer that `ends` counts in; `bytes` begins there.
    base: usize,
    bytes: &'a [u8],
    marks: Vec<u32>,
}

impl<'a> Ruler<'a> {
    fn new(unit: Offsets, text: &'a StringArray) -> Self {
        let ends = text.value_offsets();
        let (base, last) = match ends {
            [first, .., last] => (*first as usize, *last as usize),
            _ => (0, 0),
        };
        let bytes = text.value_data().get(base..last).unwrap_or_default();
        let mut marks = Vec::with_capacity(bytes.len() / STEP + 2);
        let mut total = 0_u32;
        for step in bytes.chunks(STEP) {
            marks.push(total);
            total += unit.count(step);
        }
        marks.push(total);
        Self { unit, ends, base, bytes, marks }
    }

    /// Counts the units before a byte of the text buffer.
    fn before(&self, at: usize) -> u32 {
        let mark = at / STEP;
        let rest = self.bytes.get(mark * STEP..at).unwrap_or_default();
        self.marks.get(mark).map_or(0, |total| total + self.unit.count(rest))
    }

    fn column(
        &self,
        field: &Field,
        array: &ArrayRef,
        elements: &Elements<'_>,
        depth: Depth,
    ) -> Result<ArrayRef, Stray> {
        if !holds_offsets(field, depth) {
            return Ok(Arc::clone(array));
        }
        match field.data_type() {
            DataType::Struct(_) => self.structs(array.as_struct(), elements),
            DataType::List(element) => self.lists(array.as_list::<i32>(), element, elements),
            DataType::LargeList(element) => self.lists(array.as_list::<i64>(), element, elements),
            _ => self.numbers(array.as_primitive(), elements),
        }
    }

    fn structs(&self, array: &StructArray, elements: &Elements<'_>) -> Result<ArrayRef, Stray> {
        let live = NullBuffer::union(elements.live.as_ref(), array.nulls());
        let inner = Elements { bounds: elements.bounds, live };
        let columns = array
            .fields()
            .iter()
            .zip(array.columns())
            .map(|(field, column)| self.column(field, column, &inner, Depth::Attribute))
            .collect::<Result<Vec<_>, Stray>>()?;
        Ok(Arc::new(StructArray::new(array.fields().clone(), columns, array.nulls().cloned())))
    }

    fn lists<O: OffsetSizeTrait>(
        &self,
        array: &GenericListArray<O>,
        element: &FieldRef,
        elements: &Elements<'_>,
    ) -> Result<ArrayRef, Stray> {
        // A slice of a large batch must not pay for the whole of it: cut the elements to those in use.
        let first = array.value_offsets().first().map_or(0, |start| start.as_usize());
        let starts: Vec<usize> = array.value_offsets().iter().map(|start| start.as_usize() - first).collect();
        let length = starts.last().copied().unwrap_or(0);
        let values = array.values().slice(first, length);
        let bounds: Vec<usize> = elements.bounds.iter().filter_map(|at| starts.get(*at).copied()).collect();
        let live = NullBuffer::union(elements.live.as_ref(), array.nulls()).map(|live| {
            let mut inner = BooleanBufferBuilder::new(length);
            for (list, (start, end)) in live.iter().zip(starts.iter().zip(starts.iter().skip(1))) {
                inner.append_n(end - start, list);
            }
            NullBuffer::new(inner.finish())
        });
        let values = self.column(element, &values, &Elements { bounds: &bounds, live }, Depth::Attribute)?;
        let starts = starts.into_iter().map(O::usize_as).collect::<ScalarBuffer<O>>();
        let array = GenericListArray::<O>::new(
            Arc::clone(element),
            OffsetBuffer::new(starts),
            values,
            array.nulls().cloned(),
        );
        Ok(Arc::new(array))
    }

    fn numbers(&self, array: &UInt32Array, elements: &Elements<'_>) -> Result<ArrayRef, Stray> {
        let live = NullBuffer::union(elements.live.as_ref(), array.nulls());
        let mut values = array.values().to_vec();
        for (row, (bounds, text)) in elements.bounds.windows(2).zip(self.ends.windows(2)).enumerate() {
            let (&[first, last], &[start, end]) = (bounds, text) else { continue };
            if first == last {
                continue;
            }
            let (start, end) = (start as usize - self.base, end as usize - self.base);
            let origin = self.before(start);
            let ascii = self.before(end) - origin == (end - start) as u32;
            for (index, value) in values.iter_mut().enumerate().take(last).skip(first) {
                if live.as_ref().is_some_and(|live| live.is_null(index)) {
                    continue;
                }
                let at = start + *value as usize;
                let inside = self.bytes.get(at).is_none_or(|byte| byte & 0xC0 == 0x80);
                if at > end || at < end && inside {
                    return Err(Stray { row, offset: *value });
                }
                if !ascii {
                    *value = self.before(at) - origin;
                }
            }
        }
        Ok(Arc::new(arrow_array::PrimitiveArray::<UInt32Type>::new(values.into(), array.nulls().cloned())))
    }
}

#[cfg(test)]
mod tests;
