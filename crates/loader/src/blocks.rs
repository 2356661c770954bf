//! The batches of one block, read from a source's stream.
#![expect(unsafe_code, reason = "calls the functions of a C stream")]

use crate::CallError;
use crate::foreign::{empty_array, empty_schema, schema_of, validated};
use arrow_array::RecordBatch;
use arrow_schema::{Fields, SchemaRef};
use docmill_sdk::abi::ArrowArrayStream;
use docmill_sdk::{ErrorKind, StageError};
use std::ffi::CStr;

/// The batches of one block, in order, each checked; ends after the first error.
#[derive(Debug)]
pub struct BlockReader {
    stream: ArrowArrayStream,
    fields: Fields,
    ended: bool,
}

// SAFETY: the C stream interface lets any thread call a stream, one at a time: `&mut self` sees to that.
unsafe impl Send for BlockReader {}

impl BlockReader {
    /// Takes a stream over and checks that it has the columns that the stage promised.
    pub(crate) fn new(stream: ArrowArrayStream, expected: Option<&SchemaRef>) -> Result<Self, CallError> {
        let mut reader = Self { stream, fields: Fields::empty(), ended: false };
        let bad = |what: &str| CallError::BadOutput(what.to_owned());
        if reader.stream.get_next.is_none() {
            return Err(bad("the stage's stream has no `get_next`"));
        }
        let get_schema = reader.stream.get_schema.ok_or_else(|| bad("the stage gave no stream"))?;
        let mut schema = empty_schema();
        // SAFETY: the stream's own function, called as the interface demands.
        if unsafe { get_schema(&raw mut reader.stream, &raw mut schema) } != 0 {
            return Err(reader.failure());
        }
        // SAFETY: filled by the stream on success.
        let schema = unsafe { schema_of(&mut schema) }?;
        if expected.is_none_or(|expected| expected.fields() != schema.fields()) {
            return Err(bad("the stream has other columns than those of `open`"));
        }
        reader.fields = schema.fields().clone();
        Ok(reader)
    }

    /// What the stream says of its last call. Arrow puts its own words before those of the producer.
    fn failure(&mut self) -> CallError {
        let words = self.stream.get_last_error.and_then(|get_last_error| {
            // SAFETY: the stream's own function; what it gives is null or a C string until the next call.
            let text = unsafe { get_last_error(&raw mut self.stream) };
            // SAFETY: as above.
            (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned())
        });
        let words = words.unwrap_or_else(|| "the stream ended without a word".to_owned());
        let words = words.rsplit("External error: ").next().unwrap_or(&words);
        CallError::Failed(StageError::new(ErrorKind::Io, words))
    }

    fn read(&mut self) -> Result<Option<RecordBatch>, CallError> {
        let Some(get_next) = self.stream.get_next else { return Ok(None) };
        let mut array = empty_array();
        // SAFETY: the stream's own function, called as the interface demands.
        if unsafe { get_next(&raw mut self.stream, &raw mut array) } != 0 {
            return Err(self.failure());
        }
        // SAFETY: filled by the stream, or still released at its end.
        unsafe { validated(&raw mut array, &self.fields) }
    }
}

impl Iterator for BlockReader {
    type Item = Result<RecordBatch, CallError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let next = self.read().transpose();
        self.ended = !matches!(next, Some(Ok(_)));
        next
    }
}

impl Drop for BlockReader {
    fn drop(&mut self) {
        if let Some(release) = self.stream.release {
            // SAFETY: the stream's own function on its own struct, called once.
            unsafe { release(&raw mut self.stream) };
        }
    }
}
