//! Conversions between Rust and the C structs, used on both sides of the boundary.
#![expect(unsafe_code, reason = "reads and writes the C structs")]

use crate::{Block, Fate, StageError};
use arrow_array::builder::{BooleanBuilder, StringBuilder};
use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi_and_data_type};
use arrow_array::{
    Array, ArrayRef, RecordBatch, RecordBatchOptions, StringArray, StructArray, UInt32Array, UInt64Array,
};
use arrow_data::ArrayData;
use arrow_schema::{ArrowError, DataType, Field, Fields, Schema, SchemaRef};
use docmill_abi::{ArrowArray, ArrowSchema, dm_bytes, dm_str};
use std::ffi::c_void;
use std::sync::Arc;

/// The columns of [`Fate`]s as they cross the boundary.
#[must_use]
pub fn fate_fields() -> Fields {
    Fields::from(vec![
        Field::new("row", DataType::UInt32, false),
        Field::new("dropped", DataType::Boolean, false),
        Field::new("code", DataType::Utf8, false),
        Field::new("message", DataType::Utf8, false),
    ])
}

/// The columns of [`Block`]s as they cross the boundary.
#[must_use]
pub fn block_fields() -> Fields {
    Fields::from(vec![
        Field::new("key", DataType::Utf8, false),
        Field::new("uri", DataType::Utf8, false),
        Field::new("bytes", DataType::UInt64, false),
        Field::new("fingerprint", DataType::Utf8, false),
    ])
}

pub(crate) fn blocks_array(blocks: &[Block]) -> StructArray {
    let strings = |of: fn(&Block) -> &str| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(blocks.iter().map(of)))
    };
    let bytes = UInt64Array::from_iter_values(blocks.iter().map(|b| b.bytes));
    let arrays = vec![strings(|b| &b.key), strings(|b| &b.uri), Arc::new(bytes), strings(|b| &b.fingerprint)];
    StructArray::try_new_with_length(block_fields(), arrays, None, blocks.len())
        .expect("the arrays were made for these fields")
}

pub(crate) fn fates_array(fates: &[Fate]) -> StructArray {
    let (mut dropped, mut code, mut message) =
        (BooleanBuilder::new(), StringBuilder::new(), StringBuilder::new());
    for fate in fates {
        dropped.append_value(fate.dropped);
        code.append_value(&fate.code);
        message.append_value(&fate.message);
    }
    let rows = UInt32Array::from_iter_values(fates.iter().map(|f| f.row));
    let arrays: Vec<ArrayRef> =
        vec![Arc::new(rows), Arc::new(dropped.finish()), Arc::new(code.finish()), Arc::new(message.finish())];
    StructArray::try_new_with_length(fate_fields(), arrays, None, fates.len())
        .expect("the arrays were made for these fields")
}

/// A batch as one struct array; a batch without columns keeps its row count.
#[must_use]
pub fn struct_of(batch: &RecordBatch) -> StructArray {
    let (fields, columns) = (batch.schema_ref().fields().clone(), batch.columns().to_vec());
    StructArray::try_new_with_length(fields, columns, None, batch.num_rows())
        .expect("a batch's columns fit its schema")
}

/// A struct array as a batch; its own nulls, which a batch cannot have, are an error.
///
/// # Errors
/// When the struct has null rows.
pub fn batch_of(array: StructArray) -> Result<RecordBatch, ArrowError> {
    let rows = array.len();
    if array.null_count() > 0 {
        return Err(ArrowError::CDataInterface("a batch has null rows".to_owned()));
    }
    let (fields, columns, _) = array.into_parts();
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), columns, &options)
}

/// Moves an array out of the C struct; what stays behind is released.
///
/// # Safety
/// `array` is null or a valid array of the C Data Interface.
#[must_use]
pub unsafe fn take_array(array: *mut ArrowArray) -> Option<FFI_ArrowArray> {
    let array = array.cast::<FFI_ArrowArray>();
    // SAFETY: the caller vouches for the pointer; both types are the struct of the Arrow specification.
    let taken = (!array.is_null()).then(|| unsafe { FFI_ArrowArray::from_raw(array) })?;
    (!taken.is_released()).then_some(taken)
}

/// Moves a schema out of the C struct.
///
/// # Errors
/// When there is none or it is no struct of columns.
///
/// # Safety
/// `schema` is null or a valid schema of the C Data Interface.
pub unsafe fn take_schema(schema: *mut ArrowSchema) -> Result<SchemaRef, ArrowError> {
    let schema = schema.cast::<FFI_ArrowSchema>();
    if schema.is_null() {
        return Err(ArrowError::CDataInterface("a schema is missing".to_owned()));
    }
    // SAFETY: the caller vouches for the pointer; both types are the struct of the Arrow specification.
    let taken = unsafe { FFI_ArrowSchema::from_raw(schema) };
    Ok(Arc::new(Schema::try_from(&taken)?))
}

/// Imports a struct array of these fields without looking at its values.
///
/// # Errors
/// When the layout does not fit the fields.
///
/// # Safety
/// The producer kept to the C Data Interface; lengths and offsets inside the buffers are trusted until
/// [`ArrayData::validate_full`] has looked at them.
pub unsafe fn import(array: FFI_ArrowArray, fields: &Fields) -> Result<ArrayData, ArrowError> {
    // SAFETY: the caller vouches for the array.
    unsafe { from_ffi_and_data_type(array, DataType::Struct(fields.clone())) }
}

/// Writes an array into the C struct; its consumer releases it.
///
/// # Safety
/// `out` is valid for writes and holds nothing that must be released.
pub unsafe fn put_array(array: &StructArray, out: *mut ArrowArray) {
    let array = FFI_ArrowArray::new(&array.to_data());
    // SAFETY: the caller vouches for the pointer; both types are the struct of the Arrow specification.
    unsafe { out.cast::<FFI_ArrowArray>().write(array) };
}

/// Writes a schema into the C struct; its consumer releases it.
///
/// # Errors
/// When a column's type has no C form.
///
/// # Safety
/// `out` is valid for writes and holds nothing that must be released.
pub unsafe fn put_schema(fields: &Fields, out: *mut ArrowSchema) -> Result<(), ArrowError> {
    let schema = FFI_ArrowSchema::try_from(&DataType::Struct(fields.clone()))?;
    // SAFETY: the caller vouches for the pointer; both types are the struct of the Arrow specification.
    unsafe { out.cast::<FFI_ArrowSchema>().write(schema) };
    Ok(())
}

/// The text of a borrowed C string.
///
/// # Errors
/// When it is not UTF-8.
///
/// # Safety
/// `text` is readable for its length for as long as the result is used.
pub unsafe fn text_of<'a>(text: dm_str) -> Result<&'a str, StageError> {
    if text.len == 0 || text.ptr.is_null() {
        return Ok("");
    }
    // SAFETY: the caller vouches for pointer and length.
    let bytes = unsafe { std::slice::from_raw_parts(text.ptr, text.len) };
    std::str::from_utf8(bytes)
        .map_err(|e| StageError::new(crate::ErrorKind::Config, format!("a string is not UTF-8: {e}")))
}

/// Lends a string to a C call.
#[must_use]
pub fn lend(text: &str) -> dm_str {
    dm_str { ptr: text.as_ptr(), len: text.len() }
}

/// Hands a string over to a C struct that frees it.
#[must_use]
pub fn bytes_from(text: String) -> dm_bytes {
    unsafe extern "C" fn release(bytes: *mut dm_bytes) {
        // SAFETY: called by the owner with the struct that `bytes_from` made.
        let Some(bytes) = (unsafe { bytes.as_mut() }) else { return };
        if !bytes.private_data.is_null() {
            // SAFETY: private_data is the Box<String> made below; it is freed once, being nulled here.
            drop(unsafe { Box::from_raw(bytes.private_data.cast::<String>()) });
        }
        *bytes = empty_bytes();
    }
    let mut owned = Box::new(text);
    let (ptr, len) = (owned.as_mut_ptr(), owned.len());
    let private_data = Box::into_raw(owned).cast::<c_void>();
    dm_bytes { ptr, len, private_data, release: Some(release) }
}

/// Bytes that hold nothing.
#[must_use]
pub fn empty_bytes() -> dm_bytes {
    dm_bytes { ptr: std::ptr::null_mut(), len: 0, private_data: std::ptr::null_mut(), release: None }
}

/// Copies owned C bytes into a string, replacing what is not UTF-8, and frees them.
///
/// # Safety
/// `bytes` was filled by the other side as the header demands, or is empty.
#[must_use]
pub unsafe fn string_from(mut bytes: dm_bytes) -> String {
    let text = if bytes.ptr.is_null() || bytes.len == 0 {
        String::new()
    } else {
        // SAFETY: the producer vouches for pointer and length.
        let slice = unsafe { std::slice::from_raw_parts(bytes.ptr, bytes.len) };
        String::from_utf8_lossy(slice).into_owned()
    };
    if let Some(release) = bytes.release {
        // SAFETY: the producer's own function on the producer's struct, called once.
        unsafe { release(&raw mut bytes) };
    }
    text
}
