//! Reading a column row by row, without knowing its type in advance.

use crate::row::Value;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, BooleanArray, LargeStringArray, RecordBatch, StringArray, StringViewArray, StructArray,
};
use arrow_schema::{DataType, TimeUnit};
use std::borrow::Cow;
use std::ops::Range;

/// A column, or a field of one, whose type was looked at once for the batch.
pub(super) struct Column<'a> {
    array: &'a dyn Array,
    /// The structs that it is a field of; where one is null, it is.
    within: Vec<&'a StructArray>,
    cells: Cells<'a>,
}

enum Cells<'a> {
    Bool(&'a BooleanArray),
    U8(&'a [u8]),
    U16(&'a [u16]),
    U32(&'a [u32]),
    U64(&'a [u64]),
    I8(&'a [i8]),
    I16(&'a [i16]),
    I32(&'a [i32]),
    I64(&'a [i64]),
    F32(&'a [f32]),
    F64(&'a [f64]),
    Text(Strings<'a>),
    Date(&'a [i32]),
    Time { values: &'a [i64], nanos: i128 },
    List { offsets: &'a [i32], items: Box<Column<'a>> },
    Layer { offsets: &'a [i32], items: &'a StructArray, labels: Option<Strings<'a>> },
    Map { offsets: &'a [i32] },
    Entry { offsets: &'a [i32], keys: Strings<'a>, values: Strings<'a>, key: &'a str },
    Other,
    Null,
}

impl<'a> Column<'a> {
    /// The column at a path: fields of structs, or a key of a map at its end.
    pub(super) fn find(batch: &'a RecordBatch, path: &'a [String]) -> Option<Column<'a>> {
        let (first, mut rest) = path.split_first()?;
        let mut array: &dyn Array = batch.column_by_name(first)?;
        let mut within = Vec::new();
        while let Some((next, after)) = rest.split_first() {
            if let Some(map) = array.as_map_opt() {
                let (keys, values) = (Strings::new(map.keys())?, Strings::new(map.values())?);
                let cells = Cells::Entry { offsets: map.value_offsets(), keys, values, key: next };
                return after.is_empty().then_some(Column { array, within, cells });
            }
            let parent = array.as_struct_opt()?;
            within.push(parent);
            array = parent.column_by_name(next)?;
            rest = after;
        }
        Some(Column { array, within, cells: Cells::new(array) })
    }

    pub(super) fn value(&self, row: usize) -> Value<'_> {
        if self.is_null(row) {
            return Value::Missing;
        }
        match &self.cells {
            Cells::Bool(values) => Value::Bool(values.value(row)),
            Cells::U8(values) => whole(values, row),
            Cells::U16(values) => whole(values, row),
            Cells::U32(values) => whole(values, row),
            Cells::U64(values) => whole(values, row),
            Cells::I8(values) => whole(values, row),
            Cells::I16(values) => whole(values, row),
            Cells::I32(values) => whole(values, row),
            Cells::I64(values) => whole(values, row),
            Cells::F32(values) => values.get(row).map(|&value| f64::from(value)).into(),
            Cells::F64(values) => values.get(row).copied().into(),
            Cells::Text(values) => values.get(row).into(),
            Cells::Date(values) => values.get(row).map_or(Value::Missing, |&day| Value::Date(day)),
            Cells::Time { values, nanos } => {
                values.get(row).map_or(Value::Missing, |&time| Value::Timestamp(i128::from(time) * nanos))
            }
            Cells::Entry { offsets, keys, values, key } => {
                let entry = range(offsets, row).find(|&entry| keys.get(entry) == Some(*key));
                entry.and_then(|entry| values.get(entry)).into()
            }
            Cells::List { .. } | Cells::Layer { .. } | Cells::Map { .. } | Cells::Other => Value::Present,
            Cells::Null => Value::Missing,
        }
    }

    pub(super) fn count(&self, row: usize, label: Option<&str>) -> Option<u64> {
        if self.is_null(row) {
            return None;
        }
        let count = match (&self.cells, label) {
            (Cells::List { offsets, .. } | Cells::Map { offsets } | Cells::Layer { offsets, .. }, None) => {
                range(offsets, row).len()
            }
            (Cells::Layer { offsets, items, labels: Some(labels) }, Some(label)) => range(offsets, row)
                .filter(|&item| items.is_valid(item) && labels.get(item) == Some(label))
                .count(),
            _ => return None,
        };
        Some(count as u64)
    }

    pub(super) fn holds(&self, row: usize, wanted: Value<'_>) -> bool {
        let Cells::List { offsets, items } = &self.cells else { return false };
        !self.is_null(row) && range(offsets, row).any(|item| items.value(item).is_same(wanted))
    }

    fn is_null(&self, row: usize) -> bool {
        self.array.is_null(row) || self.within.iter().any(|parent| parent.is_null(row))
    }
}

impl<'a> Cells<'a> {
    fn new(array: &'a dyn Array) -> Cells<'a> {
        match array.data_type() {
            DataType::Boolean => Cells::Bool(array.as_boolean()),
            DataType::UInt8 => Cells::U8(values::<UInt8Type>(array)),
            DataType::UInt16 => Cells::U16(values::<UInt16Type>(array)),
            DataType::UInt32 => Cells::U32(values::<UInt32Type>(array)),
            DataType::UInt64 => Cells::U64(values::<UInt64Type>(array)),
            DataType::Int8 => Cells::I8(values::<Int8Type>(array)),
            DataType::Int16 => Cells::I16(values::<Int16Type>(array)),
            DataType::Int32 => Cells::I32(values::<Int32Type>(array)),
            DataType::Int64 => Cells::I64(values::<Int64Type>(array)),
            DataType::Float32 => Cells::F32(values::<Float32Type>(array)),
            DataType::Float64 => Cells::F64(values::<Float64Type>(array)),
            DataType::Date32 => Cells::Date(values::<Date32Type>(array)),
            DataType::Timestamp(unit, _) => time(array, *unit),
            DataType::List(_) => list(array),
            DataType::Map(..) => Cells::Map { offsets: array.as_map().value_offsets() },
            DataType::Null => Cells::Null,
            _ => Strings::new(array).map_or(Cells::Other, Cells::Text),
        }
    }
}

fn values<T: ArrowPrimitiveType>(array: &dyn Array) -> &[T::Native] {
    array.as_primitive::<T>().values()
}

fn whole<'a, T: Copy + Into<i128>>(values: &[T], row: usize) -> Value<'a> {
    values.get(row).map_or(Value::Missing, |&value| Value::Whole(value.into()))
}

fn time(array: &dyn Array, unit: TimeUnit) -> Cells<'_> {
    let (values, nanos) = match unit {
        TimeUnit::Second => (values::<TimestampSecondType>(array), 1_000_000_000),
        TimeUnit::Millisecond => (values::<TimestampMillisecondType>(array), 1_000_000),
        TimeUnit::Microsecond => (values::<TimestampMicrosecondType>(array), 1_000),
        TimeUnit::Nanosecond => (values::<TimestampNanosecondType>(array), 1),
    };
    Cells::Time { values, nanos }
}

fn list(array: &dyn Array) -> Cells<'_> {
    let list = array.as_list::<i32>();
    let (offsets, items) = (list.value_offsets(), list.values().as_ref());
    if let Some(items) = items.as_struct_opt() {
        let labels = items.column_by_name("label").and_then(|labels| Strings::new(labels));
        return Cells::Layer { offsets, items, labels };
    }
    let items = Box::new(Column { array: items, within: Vec::new(), cells: Cells::new(items) });
    Cells::List { offsets, items }
}

/// The elements that belong to a row.
fn range(offsets: &[i32], row: usize) -> Range<usize> {
    match (offsets.get(row), offsets.get(row + 1)) {
        (Some(&start), Some(&end)) => start as usize..end as usize,
        _ => 0..0,
    }
}

/// Text in any of arrow's encodings.
enum Strings<'a> {
    Plain(&'a StringArray),
    Large(&'a LargeStringArray),
    View(&'a StringViewArray),
    /// Dictionary-encoded: labels have keys of 32 bits, others are brought to them once a batch.
    Coded {
        coded: &'a dyn Array,
        keys: Cow<'a, [i32]>,
        values: Box<Strings<'a>>,
    },
}

impl<'a> Strings<'a> {
    fn new(array: &'a dyn Array) -> Option<Strings<'a>> {
        match array.data_type() {
            DataType::Utf8 => Some(Strings::Plain(array.as_string())),
            DataType::LargeUtf8 => Some(Strings::Large(array.as_string())),
            DataType::Utf8View => Some(Strings::View(array.as_string_view())),
            DataType::Dictionary(key, _) => {
                let dictionary = array.as_any_dictionary_opt()?;
                let values = Box::new(Strings::new(dictionary.values().as_ref())?);
                let keys = match key.as_ref() {
                    DataType::Int32 => Cow::Borrowed(self::values::<Int32Type>(dictionary.keys())),
                    // An empty dictionary has no keys to bring anywhere.
                    _ if dictionary.values().is_empty() => Cow::Owned(Vec::new()),
                    _ => dictionary.normalized_keys().into_iter().map(|key| key as i32).collect(),
                };
                Some(Strings::Coded { coded: array, keys, values })
            }
            _ => None,
        }
    }

    /// The text at a place; `None` when it is null.
    fn get(&self, at: usize) -> Option<&str> {
        match self {
            Strings::Plain(array) => (at < array.len() && array.is_valid(at)).then(|| array.value(at)),
            Strings::Large(array) => (at < array.len() && array.is_valid(at)).then(|| array.value(at)),
            Strings::View(array) => (at < array.len() && array.is_valid(at)).then(|| array.value(at)),
            Strings::Coded { coded, keys, values } => {
                let key = *keys.get(at)?;
                if coded.is_null(at) { None } else { values.get(usize::try_from(key).ok()?) }
            }
        }
    }
}
