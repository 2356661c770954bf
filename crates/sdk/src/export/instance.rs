//! The C functions of one stage instance.
#![expect(unsafe_code, reason = "implements the C interface")]

use crate::export::boundary::{
    self, batch_of, block_fields, fates_array, import, put_array, put_schema, take_array, take_schema,
};
use crate::export::guard::{guarded, new_error};
use crate::export::table::Stage;
use crate::{Added, Batches, ErrorKind, Host, StageError};
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchReader, StructArray, UInt32Array};
use arrow_schema::{ArrowError, Fields, SchemaRef};
use docmill_abi::{
    ArrowArray, ArrowArrayStream, ArrowSchema, DM_EXT_FINGERPRINT, dm_bytes, dm_error, dm_fingerprint,
    dm_stage, dm_str,
};
use std::ffi::c_void;
use std::sync::Arc;

/// What `private_data` of a stage points to.
pub(crate) struct Instance {
    stage: Box<dyn Stage>,
    host: Host,
    input: Option<SchemaRef>,
    output: Option<SchemaRef>,
    // Set while a call runs: a call that panicked leaves it set, and no call is let in again.
    entered: bool,
}

pub(crate) fn instance(stage: Box<dyn Stage>, host: Host) -> dm_stage {
    let instance = Box::new(Instance { stage, host, input: None, output: None, entered: false });
    dm_stage {
        size: size_of::<dm_stage>() as u32,
        flags: 0,
        private_data: Box::into_raw(instance).cast::<c_void>(),
        open: Some(open),
        process: Some(process),
        blocks: Some(blocks),
        read: Some(read),
        flush: Some(flush),
        get_extension: Some(get_extension),
        release: Some(release),
    }
}

/// Runs a call on the instance behind `stage`, guarded.
///
/// # Safety
/// `stage` was made by [`instance`] and is not released; `error` is null or valid for writes.
unsafe fn enter(
    stage: *mut dm_stage,
    error: *mut dm_error,
    call: impl FnOnce(&mut Instance) -> Result<(), StageError>,
) -> i32 {
    // SAFETY: the caller vouches for the stage; calls on one instance never overlap.
    let instance = unsafe { (*stage).private_data.cast::<Instance>().as_mut() };
    let host = instance.as_ref().map_or(Host::none(), |i| i.host);
    let call = move || {
        let instance = instance.ok_or_else(|| internal("the stage was released"))?;
        if instance.entered {
            return Err(StageError::new(
                ErrorKind::Panic,
                "the stage panicked before and is not called again",
            ));
        }
        instance.entered = true;
        let result = call(instance);
        instance.entered = false;
        result
    };
    // SAFETY: the caller vouches for `error`.
    unsafe { guarded(host, error, call) }
}

fn internal(message: impl Into<String>) -> StageError {
    StageError::new(ErrorKind::Internal, message)
}

fn schema_error(error: &ArrowError) -> StageError {
    StageError::new(ErrorKind::Schema, error.to_string())
}

unsafe extern "C" fn open(
    stage: *mut dm_stage,
    input: *mut ArrowSchema,
    out: *mut ArrowSchema,
    error: *mut dm_error,
) -> i32 {
    // Moved before anything can fail: the input is ours whatever is returned.
    // SAFETY: the host hands a schema over as the header demands, or none.
    let input = (!input.is_null()).then(|| unsafe { take_schema(input) });
    let call = |instance: &mut Instance| {
        let input = input.transpose().map_err(|e| schema_error(&e))?;
        if instance.output.is_some() || instance.input.is_some() {
            return Err(internal("open was called twice"));
        }
        let output = instance.stage.open(input.clone())?;
        if let (Some(output), false) = (&output, out.is_null()) {
            // SAFETY: the host gives room for a schema as the header demands.
            unsafe { put_schema(output.fields(), out) }.map_err(|e| schema_error(&e))?;
        }
        (instance.input, instance.output) = (input, output);
        Ok(())
    };
    // SAFETY: stage and error come from the host as the header demands.
    unsafe { enter(stage, error, call) }
}

unsafe extern "C" fn process(
    stage: *mut dm_stage,
    input: *mut ArrowArray,
    out: *mut ArrowArray,
    fates: *mut ArrowArray,
    error: *mut dm_error,
) -> i32 {
    // Moved before anything can fail: the input is ours whatever is returned.
    // SAFETY: the host hands an array over as the header demands.
    let input = unsafe { take_array(input) };
    let call = move |instance: &mut Instance| {
        let schema = instance.input.as_ref().ok_or_else(|| internal("process was called before open"))?;
        let input = input.ok_or_else(|| internal("the input is missing"))?;
        // SAFETY: the host keeps to the C Data Interface and sends what the schema said at open.
        let data = unsafe { import(input, schema.fields()) }.map_err(|e| schema_error(&e))?;
        let batch = batch_of(StructArray::from(data)).map_err(|e| schema_error(&e))?;
        let Some(added) = instance.stage.process(&batch)? else { return Ok(()) };
        let told = fates_array(&added.fates);
        let columns = output(added, &batch, instance.output.as_ref().map(|s| s.fields()))?;
        if out.is_null() || (fates.is_null() && told.len() > 0) {
            return Err(internal("the host gave no room for the output"));
        }
        // SAFETY: the host gives room for both arrays as the header demands.
        unsafe { put_array(&columns, out) };
        if told.len() > 0 {
            // SAFETY: as above.
            unsafe { put_array(&told, fates) };
        }
        Ok(())
    };
    // SAFETY: stage and error come from the host as the header demands.
    unsafe { enter(stage, error, call) }
}

/// The added columns as one struct, with `__parent` first for a stage that changes rows.
fn output(added: Added, batch: &RecordBatch, fields: Option<&Fields>) -> Result<StructArray, StageError> {
    let fields = fields.ok_or_else(|| internal("process was called before open"))?;
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(fields.len());
    let rows = match added.parents {
        Some(parents) => {
            let parents = UInt32Array::from(parents);
            let rows = parents.len();
            columns.push(Arc::new(parents));
            rows
        }
        None => batch.num_rows(),
    };
    columns.extend(added.columns);
    StructArray::try_new_with_length(fields.clone(), columns, None, rows)
        .map_err(|e| internal(format!("the columns are not those declared: {e}")))
}

unsafe extern "C" fn blocks(
    stage: *mut dm_stage,
    schema: *mut ArrowSchema,
    out: *mut ArrowArray,
    error: *mut dm_error,
) -> i32 {
    let call = |instance: &mut Instance| {
        let blocks = instance.stage.blocks()?;
        // SAFETY: the host gives room for schema and array as the header demands.
        unsafe { put_schema(&block_fields(), schema) }.map_err(|e| schema_error(&e))?;
        // SAFETY: as above.
        unsafe { put_array(&blocks, out) };
        Ok(())
    };
    // SAFETY: stage and error come from the host as the header demands.
    unsafe { enter(stage, error, call) }
}

unsafe extern "C" fn read(
    stage: *mut dm_stage,
    key: dm_str,
    out: *mut ArrowArrayStream,
    error: *mut dm_error,
) -> i32 {
    let call = |instance: &mut Instance| {
        // SAFETY: the key is readable for the length of the call.
        let key = unsafe { boundary::text_of(key) }?;
        let schema = instance.output.clone().ok_or_else(|| internal("read was called before open"))?;
        let stream = Stream { batches: Some(instance.stage.read(key)?), schema };
        let stream = FFI_ArrowArrayStream::new(Box::new(stream));
        // SAFETY: the host gives room for a stream as the header demands.
        unsafe { out.cast::<FFI_ArrowArrayStream>().write(stream) };
        Ok(())
    };
    // SAFETY: stage and error come from the host as the header demands.
    unsafe { enter(stage, error, call) }
}

unsafe extern "C" fn get_extension(_stage: *mut dm_stage, id: dm_str) -> *const c_void {
    static FINGERPRINT: dm_fingerprint = dm_fingerprint {
        size: size_of::<dm_fingerprint>() as u32,
        reserved: 0,
        fingerprint: Some(fingerprint),
    };
    // SAFETY: the id is readable for the length of the call.
    match unsafe { boundary::text_of(id) } {
        Ok(DM_EXT_FINGERPRINT) => (&raw const FINGERPRINT).cast::<c_void>(),
        _ => std::ptr::null(),
    }
}

unsafe extern "C" fn fingerprint(
    stage: *mut dm_stage,
    key: dm_str,
    out: *mut dm_bytes,
    error: *mut dm_error,
) -> i32 {
    let call = |instance: &mut Instance| {
        // SAFETY: the key is readable for the length of the call.
        let key = unsafe { boundary::text_of(key) }?;
        let told = instance.stage.fingerprint(key)?.unwrap_or_default();
        // SAFETY: the host gives room for the text as the header demands.
        unsafe { out.write(boundary::bytes_from(told)) };
        Ok(())
    };
    // SAFETY: stage and error come from the host as the header demands.
    unsafe { enter(stage, error, call) }
}

/// The batches of a block; a panic while reading ends the stream with an error.
struct Stream {
    batches: Option<Batches>,
    schema: SchemaRef,
}

impl Iterator for Stream {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut found = None;
        let fields = self.schema.fields();
        let batches = self.batches.as_mut()?;
        let mut failure = new_error();
        let call = || {
            found = batches.next().transpose()?;
            // The consumer reads buffers by the types it was told: another type would be read past its end.
            if found.as_ref().is_some_and(|batch| batch.schema_ref().fields() != fields) {
                return Err(internal("a batch has other columns than those of `schema`"));
            }
            Ok(())
        };
        // SAFETY: the error is a local struct.
        let status = unsafe { guarded(crate::export::guard::current_host(), &raw mut failure, call) };
        if status == docmill_abi::DM_OK {
            return found.map(Ok);
        }
        self.end();
        // SAFETY: filled by `guarded` on this side.
        let message = unsafe { boundary::string_from(failure.message) };
        // It crosses as a C string, which a NUL would end.
        Some(Err(ArrowError::ExternalError(message.replace('\0', "\u{fffd}").into())))
    }
}

impl Stream {
    /// Drops the source's iterator, whose destructor is not to be trusted either.
    fn end(&mut self) {
        let batches = self.batches.take();
        let call = || {
            drop(batches);
            Ok(())
        };
        // SAFETY: no error struct is given.
        unsafe { guarded(crate::export::guard::current_host(), std::ptr::null_mut(), call) };
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.end();
    }
}

impl RecordBatchReader for Stream {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }
}

unsafe extern "C" fn flush(stage: *mut dm_stage, error: *mut dm_error) -> i32 {
    // SAFETY: stage and error come from the host as the header demands.
    unsafe { enter(stage, error, |instance| instance.stage.commit()) }
}

unsafe extern "C" fn release(stage: *mut dm_stage) {
    // SAFETY: the host owns the struct and releases it once.
    let Some(stage) = (unsafe { stage.as_mut() }) else { return };
    let instance = std::mem::replace(&mut stage.private_data, std::ptr::null_mut()).cast::<Instance>();
    stage.release = None;
    if !instance.is_null() {
        let call = || {
            // SAFETY: made by `instance` with Box::into_raw, freed once, being nulled above.
            drop(unsafe { Box::from_raw(instance) });
            Ok(())
        };
        // SAFETY: no error struct is given.
        unsafe { guarded(Host::none(), std::ptr::null_mut(), call) };
    }
}
