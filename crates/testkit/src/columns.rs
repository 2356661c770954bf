//! Arrow columns of any type that a stage says it reads.

use arrow_array::{ArrayRef, ListArray, new_empty_array, new_null_array};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{DataType, Field, Fields, TimeUnit};
use docmill_pipeline::ColumnType;
use docmill_sdk::columns;
use std::sync::Arc;

/// The arrow type behind a notation.
pub(crate) fn data_type(ty: &ColumnType) -> DataType {
    match ty {
        ColumnType::Bool => DataType::Boolean,
        ColumnType::U8 => DataType::UInt8,
        ColumnType::U16 => DataType::UInt16,
        ColumnType::U32 => DataType::UInt32,
        ColumnType::U64 => DataType::UInt64,
        ColumnType::I8 => DataType::Int8,
        ColumnType::I16 => DataType::Int16,
        ColumnType::I32 => DataType::Int32,
        ColumnType::I64 => DataType::Int64,
        ColumnType::F32 => DataType::Float32,
        ColumnType::F64 => DataType::Float64,
        ColumnType::Binary => DataType::Binary,
        ColumnType::Date32 => DataType::Date32,
        ColumnType::Timestamp => DataType::Timestamp(TimeUnit::Second, None),
        ColumnType::Map(..) => columns::meta().data_type().clone(),
        ColumnType::List(item) => DataType::List(Arc::new(Field::new("item", data_type(item), false))),
        ColumnType::Struct(fields) => {
            let fields = fields.iter().map(|f| Field::new(&f.name, data_type(&f.ty), f.nullable));
            DataType::Struct(fields.collect::<Fields>())
        }
        ColumnType::Utf8 => DataType::Utf8,
    }
}

/// A column that says nothing: nulls, or empty lists where a null would break the type.
pub(crate) fn blank(data_type: &DataType, rows: usize) -> ArrayRef {
    match data_type {
        DataType::List(item) => {
            let offsets = OffsetBuffer::from_lengths(std::iter::repeat_n(0, rows));
            Arc::new(ListArray::new(item.clone(), offsets, new_empty_array(item.data_type()), None))
        }
        other => new_null_array(other, rows),
    }
}
