//! Arrays and schemas that come from the other side of the boundary: taken over, looked at, never trusted.
#![expect(unsafe_code, reason = "takes the C structs over")]

use crate::CallError;
use crate::vet::{vet, vet_schema};
use arrow_array::{RecordBatch, StructArray};
use arrow_schema::{ArrowError, Fields, Schema, SchemaRef};
use docmill_sdk::abi::{ArrowArray, ArrowArrayStream, ArrowSchema};
use docmill_sdk::export::boundary::{batch_of, import, take_array, take_schema};
use docmill_sdk::export::catch;
use std::sync::Arc;

/// Takes an array out of the C struct and looks at every count, offset, length, key and string in it; none
/// when the struct is empty.
///
/// # Safety
/// `array` is a released struct, or one that a plugin has filled.
pub(crate) unsafe fn validated(
    array: *mut ArrowArray,
    fields: &Fields,
) -> Result<Option<RecordBatch>, CallError> {
    // SAFETY: the caller vouches for the pointer.
    if unsafe { array.as_ref() }.is_none_or(|array| array.release.is_none()) {
        return Ok(None);
    }
    // SAFETY: as above; what the array points to is as far readable as its own counts say, by the interface.
    let sound = unsafe { vet(array, fields) };
    // SAFETY: as above. Taken even when it is not sound, so that it is released.
    let Some(taken) = (unsafe { take_array(array) }) else { return Ok(None) };
    sound.map_err(CallError::BadOutput)?;
    guarded(|| {
        // SAFETY: the shape was vetted above; the values are validated below, before any use.
        let mut data = unsafe { import(taken, fields) }?;
        data.align_buffers();
        if data.is_empty() {
            return Ok(RecordBatch::new_empty(Arc::new(Schema::new(fields.clone()))));
        }
        data.validate_full()?;
        batch_of(StructArray::from(data))
    })
    .map(Some)
}

#[expect(clippy::needless_pass_by_value, reason = "a mapper for map_err")]
pub(crate) fn bad(error: ArrowError) -> CallError {
    CallError::BadOutput(error.to_string())
}

/// Runs arrow code over foreign data: a wrong child count makes it panic.
pub(crate) fn guarded<T>(read: impl FnOnce() -> Result<T, ArrowError>) -> Result<T, CallError> {
    match catch(read) {
        Ok(result) => result.map_err(bad),
        Err(_) => Err(CallError::BadOutput("the arrays do not have the shape their types demand".to_owned())),
    }
}

/// Takes a schema that a plugin has filled, or says what is wrong with it.
///
/// # Safety
/// `schema` is a released struct, or one that a plugin has filled.
pub(crate) unsafe fn schema_of(schema: &mut ArrowSchema) -> Result<SchemaRef, CallError> {
    // SAFETY: the caller vouches for the struct.
    if let Err(what) = unsafe { vet_schema(schema) } {
        release_schema(schema);
        return Err(CallError::BadOutput(what));
    }
    // SAFETY: as above, and its shape was vetted.
    guarded(|| unsafe { take_schema(schema) })
}

pub(crate) fn release_schema(schema: &mut ArrowSchema) {
    if let Some(release) = schema.release {
        // SAFETY: the producer's own function on its own struct, called once: it marks the struct released.
        unsafe { release(schema) };
        schema.release = None;
    }
}

pub(crate) fn empty_array() -> ArrowArray {
    ArrowArray {
        length: 0,
        null_count: 0,
        offset: 0,
        n_buffers: 0,
        n_children: 0,
        buffers: std::ptr::null_mut(),
        children: std::ptr::null_mut(),
        dictionary: std::ptr::null_mut(),
        release: None,
        private_data: std::ptr::null_mut(),
    }
}

pub(crate) fn empty_schema() -> ArrowSchema {
    ArrowSchema {
        format: std::ptr::null(),
        name: std::ptr::null(),
        metadata: std::ptr::null(),
        flags: 0,
        n_children: 0,
        children: std::ptr::null_mut(),
        dictionary: std::ptr::null_mut(),
        release: None,
        private_data: std::ptr::null_mut(),
    }
}

pub(crate) fn empty_stream() -> ArrowArrayStream {
    ArrowArrayStream {
        get_schema: None,
        get_next: None,
        get_last_error: None,
        release: None,
        private_data: std::ptr::null_mut(),
    }
}

#[cfg(test)]
mod tests;
