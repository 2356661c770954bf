//! Looks at a foreign array before arrow does: what arrow takes for granted, and may not be.
//!
//! Importing reads the last offset of a string or list to learn how long its data is, and the number of
//! buffers and children to know what to read. `validate_full` comes after that, so these are checked here.
#![expect(unsafe_code, reason = "reads the C structs")]

use arrow_schema::{DataType, Fields};
use docmill_sdk::abi::{ArrowArray, ArrowSchema};

/// Checks the shape of a struct array of these fields.
///
/// # Errors
/// What is wrong with it, in words.
///
/// # Safety
/// `array` is null or points to an array of the C Data Interface whose pointers are null or readable as far
/// as its own counts say.
pub(crate) unsafe fn vet(array: *const ArrowArray, fields: &Fields) -> Result<(), String> {
    // SAFETY: the caller vouches for the pointer.
    unsafe { vet_array(array, &DataType::Struct(fields.clone()), 0) }
}

/// Nesting beyond which no column is: a bound for the recursion.
const MAX_DEPTH: usize = 32;

unsafe fn vet_array(array: *const ArrowArray, data_type: &DataType, depth: usize) -> Result<(), String> {
    // SAFETY: the caller vouches for the pointer.
    let Some(array) = (unsafe { array.as_ref() }) else { return Err("an array is missing".to_owned()) };
    if array.release.is_none() {
        return Err("an array was released already".to_owned());
    }
    if array.length < 0
        || array.offset < 0
        || array.length.checked_add(array.offset).is_none_or(|n| n > 1 << 40)
    {
        return Err(format!("an array of {} rows from {} makes no sense", array.length, array.offset));
    }
    if depth > MAX_DEPTH {
        return Err(format!("arrays are nested more than {MAX_DEPTH} deep"));
    }
    if let DataType::Dictionary(_, values) = data_type {
        // SAFETY: a dictionary's values are null or an array, as the caller vouches.
        unsafe { vet_array(array.dictionary, values, depth + 1) }?;
    }
    let children = children(data_type);
    if array.n_children != children.len() as i64 || (!children.is_empty() && array.children.is_null()) {
        return Err(format!("{data_type} came with {} children, not {}", array.n_children, children.len()));
    }
    let buffers = buffers(data_type);
    if array.n_buffers != buffers as i64 || (buffers > 0 && array.buffers.is_null()) {
        return Err(format!("{data_type} came with {} buffers, not {buffers}", array.n_buffers));
    }
    if has_offsets(data_type) {
        // SAFETY: there are at least two buffers, as checked above.
        unsafe { vet_offsets(array, data_type) }?;
    }
    for (n, child) in children.iter().enumerate() {
        // SAFETY: there are as many children as the type demands, as checked above.
        let pointer = unsafe { *array.children.add(n) };
        // SAFETY: a child is null or an array, as the caller vouches.
        unsafe { vet_array(pointer, child, depth + 1) }?;
    }
    Ok(())
}

/// Offsets must begin at 0 or above and never fall: arrow trusts the last one for the data's length.
unsafe fn vet_offsets(array: &ArrowArray, data_type: &DataType) -> Result<(), String> {
    // SAFETY: the caller checked that there are two buffers.
    let offsets = unsafe { *array.buffers.add(1) }.cast::<i32>();
    let rows = (array.length + array.offset) as usize;
    if rows == 0 {
        // A producer need not give any offset then.
        return Ok(());
    }
    if offsets.is_null() {
        return Err(format!("{data_type} came without offsets"));
    }
    if !offsets.is_aligned() {
        // Arrow reads the last of them through the pointer as it is.
        return Err(format!("the offsets of {data_type} do not lie at a multiple of four bytes"));
    }
    let mut before = 0;
    for row in 0..=rows {
        // SAFETY: the specification promises one offset more than rows, and they are aligned.
        let offset = unsafe { offsets.add(row).read() };
        if offset < before {
            return Err(format!("offset {offset} of row {row} comes after {before}"));
        }
        before = offset;
    }
    Ok(())
}

/// Checks the shape of a schema before arrow walks it: depth, counts, strings.
///
/// # Errors
/// What is wrong with it, in words.
///
/// # Safety
/// `schema` is null or points to a schema of the C Data Interface.
pub(crate) unsafe fn vet_schema(schema: *const ArrowSchema) -> Result<(), String> {
    // SAFETY: the caller vouches for the pointer.
    unsafe { vet_schema_at(schema, 0, &mut 0) }
}

/// Fields beyond which no batch has columns.
const MAX_FIELDS: usize = 10_000;

unsafe fn vet_schema_at(schema: *const ArrowSchema, depth: usize, seen: &mut usize) -> Result<(), String> {
    // SAFETY: the caller vouches for the pointer.
    let Some(schema) = (unsafe { schema.as_ref() }) else { return Err("a schema is missing".to_owned()) };
    *seen += 1;
    if depth > MAX_DEPTH || *seen > MAX_FIELDS {
        return Err(format!("a schema is more than {MAX_DEPTH} deep or has more than {MAX_FIELDS} fields"));
    }
    if schema.release.is_none() || schema.format.is_null() {
        return Err("a schema was released already or has no format".to_owned());
    }
    if schema.n_children < 0 || (schema.n_children > 0 && schema.children.is_null()) {
        return Err(format!("a schema with {} children makes no sense", schema.n_children));
    }
    if !schema.dictionary.is_null() {
        // SAFETY: a dictionary's schema, as the caller vouches.
        unsafe { vet_schema_at(schema.dictionary, depth + 1, seen) }?;
    }
    for n in 0..schema.n_children as usize {
        // SAFETY: there are as many children as the count says, as the caller vouches.
        let child = unsafe { *schema.children.add(n) };
        // SAFETY: a child is null or a schema, as the caller vouches.
        unsafe { vet_schema_at(child, depth + 1, seen) }?;
    }
    Ok(())
}

fn children(data_type: &DataType) -> Vec<DataType> {
    match data_type {
        DataType::Struct(fields) => fields.iter().map(|field| field.data_type().clone()).collect(),
        DataType::List(item) | DataType::Map(item, _) => vec![item.data_type().clone()],
        _ => Vec::new(),
    }
}

fn buffers(data_type: &DataType) -> usize {
    match data_type {
        DataType::Null => 0,
        DataType::Struct(_) => 1,
        DataType::Utf8 | DataType::Binary => 3,
        _ => 2,
    }
}

fn has_offsets(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Utf8 | DataType::Binary | DataType::List(_) | DataType::Map(..))
}

/// True for a type that [`vet`] knows and that columns may therefore have.
pub(crate) fn is_known(data_type: &DataType) -> bool {
    let plain = matches!(
        data_type,
        DataType::Null
            | DataType::Boolean
            | DataType::Utf8
            | DataType::Binary
            | DataType::Date32
            | DataType::Timestamp(..)
    );
    match data_type {
        DataType::Dictionary(key, value) => key.is_dictionary_key_type() && is_known(value),
        DataType::Struct(_) | DataType::List(_) | DataType::Map(..) => {
            children(data_type).iter().all(is_known)
        }
        other => plain || other.is_numeric(),
    }
}
