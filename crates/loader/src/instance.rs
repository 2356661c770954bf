//! One instance of a stage, called through the C interface and never trusted.
#![expect(unsafe_code, reason = "calls the plugin's C functions")]

use crate::CallError;
use crate::blocks::BlockReader;
use crate::call::call;
use crate::foreign::{bad, empty_array, empty_schema, empty_stream, release_schema, schema_of, validated};
use crate::vet::is_known;
use arrow_array::cast::AsArray;
use arrow_array::types::{UInt32Type, UInt64Type};
use arrow_array::{Array, RecordBatch, UInt32Array};
use arrow_schema::{FieldRef, Schema, SchemaRef};
use docmill_sdk::abi::{ArrowArray, DM_EXT_FINGERPRINT, dm_fingerprint, dm_stage};
use docmill_sdk::export::boundary::{
    block_fields, empty_bytes, fate_fields, lend, put_array, put_schema, string_from, struct_of, take_array,
};
use docmill_sdk::{Block, ErrorKind, Fate, Kind, StageError};
use std::sync::Arc;

/// One instance of a stage; released when dropped. May move between threads, one call at a time.
#[derive(Debug)]
pub struct Instance {
    raw: dm_stage,
    kind: Kind,
    changes_rows: bool,
    input: Option<SchemaRef>,
    output: Option<SchemaRef>,
}

// SAFETY: the interface lets any thread call an instance, one at a time: `&mut self` sees to that.
unsafe impl Send for Instance {}

/// How the rows of an output come from those of the input.
#[derive(Clone, Debug, PartialEq)]
pub enum Rows {
    /// Row for row.
    Same,
    /// Each output row comes from this input row.
    From(UInt32Array),
}

/// What a stage gave for a batch, checked: types, lengths and values are sound, row numbers in range.
#[derive(Debug)]
pub struct Output {
    /// The added columns.
    pub columns: RecordBatch,
    /// How rows relate to the input.
    pub rows: Rows,
    /// Documents that go no further.
    pub fates: Vec<Fate>,
}

impl Output {
    /// Puts together what a stage gave for `rows` documents: arrays whose values were checked already, with a
    /// column `__parent` if the stage changes rows.
    ///
    /// # Errors
    /// When rows are missing or too many, when a parent or a fate names a row that was not sent, when parents
    /// fall, or when a row has two fates.
    pub fn checked(
        columns: RecordBatch,
        mut fates: Vec<Fate>,
        rows: usize,
        changes_rows: bool,
    ) -> Result<Self, CallError> {
        if let Some(fate) = fates.iter().find(|fate| fate.row as usize >= rows) {
            return Err(CallError::BadOutput(format!("row {} of {rows} was rejected", fate.row)));
        }
        fates.sort_by_key(|fate| fate.row);
        if let Some(pair) = fates.windows(2).find(|pair| pair[0].row == pair[1].row) {
            return Err(CallError::BadOutput(format!("row {} has two fates", pair[0].row)));
        }
        if changes_rows {
            let (rows, columns) = split_parents(&columns, rows)?;
            return Ok(Self { columns, rows, fates });
        }
        if columns.num_rows() != rows {
            let got = columns.num_rows();
            return Err(CallError::BadRows(format!("{got} rows came back for {rows} documents")));
        }
        Ok(Self { columns, rows: Rows::Same, fates })
    }
}

/// Refuses columns of types that no column may have.
///
/// # Errors
/// Names the first such column.
pub fn check_types(schema: &Schema) -> Result<(), CallError> {
    let Some(field) = schema.fields().iter().find(|field| !is_known(field.data_type())) else {
        return Ok(());
    };
    let what =
        format!("column `{}` has a type that columns may not have: {}", field.name(), field.data_type());
    Err(CallError::BadOutput(what))
}

fn missing(name: &str) -> CallError {
    CallError::Failed(StageError::new(ErrorKind::Unsupported, format!("the stage has no call `{name}`")))
}

impl Instance {
    /// Takes an instance over; one that lacks a call of its kind is refused.
    pub(crate) fn new(raw: dm_stage, kind: Kind, changes_rows: bool) -> Result<Self, StageError> {
        let made = Self { raw, kind, changes_rows, input: None, output: None };
        let calls = &made.raw;
        let complete = calls.open.is_some()
            && match kind {
                Kind::Source => calls.blocks.is_some() && calls.read.is_some(),
                Kind::Transform => calls.process.is_some(),
                Kind::Sink => calls.process.is_some() && calls.flush.is_some(),
            };
        let lacking = || StageError::new(ErrorKind::Unsupported, "the stage lacks a call of its kind");
        if complete { Ok(made) } else { Err(lacking()) }
    }

    /// Binds the columns of the input (none for a source) and learns those of the output.
    ///
    /// # Errors
    /// When the stage refuses the columns, or answers with something that is no schema.
    pub fn open(&mut self, input: Option<&SchemaRef>) -> Result<Option<SchemaRef>, CallError> {
        let open = self.raw.open.ok_or_else(|| missing("open"))?;
        let mut sent = empty_schema();
        if let Some(input) = input {
            // SAFETY: `sent` is a released local struct.
            unsafe { put_schema(input.fields(), &raw mut sent) }.map_err(bad)?;
        }
        let sent_ptr = if input.is_some() { &raw mut sent } else { std::ptr::null_mut() };
        let mut got = empty_schema();
        let got_ptr = if self.kind == Kind::Sink { std::ptr::null_mut() } else { &raw mut got };
        // SAFETY: a plugin's function, called as the header demands.
        let result = call(|error| unsafe { open(&raw mut self.raw, sent_ptr, got_ptr, error) });
        release_schema(&mut sent);
        result.map_err(CallError::Failed)?;
        if got.release.is_some() {
            // SAFETY: filled by the plugin on success.
            let schema = unsafe { schema_of(&mut got) }?;
            check_types(&schema)?;
            self.output = Some(schema);
        }
        self.input = input.cloned();
        Ok(self.output.clone())
    }

    /// Sends a batch through a transform.
    ///
    /// # Errors
    /// When the stage fails or its output breaks a rule.
    pub fn process(&mut self, batch: &RecordBatch) -> Result<Output, CallError> {
        let mut out = empty_array();
        let mut fates = empty_array();
        self.send(batch, &raw mut out, &raw mut fates)?;
        let rows = batch.num_rows();
        let output = self.output.clone().unwrap_or_else(|| Arc::new(Schema::empty()));
        // Both are taken before either is judged, so that neither leaks.
        // SAFETY: filled by the plugin on success, or still empty.
        let columns = unsafe { validated(&raw mut out, output.fields()) };
        let fates = fates_of(&raw mut fates)?;
        let Some(columns) = columns? else {
            return Err(CallError::BadOutput("the stage gave no output".to_owned()));
        };
        Output::checked(columns, fates, rows, self.changes_rows)
    }

    /// Sends a batch to a sink.
    ///
    /// # Errors
    /// When the stage fails.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), CallError> {
        self.send(batch, std::ptr::null_mut(), std::ptr::null_mut())
    }

    fn send(
        &mut self,
        batch: &RecordBatch,
        out: *mut ArrowArray,
        fates: *mut ArrowArray,
    ) -> Result<(), CallError> {
        let process = self.raw.process.ok_or_else(|| missing("process"))?;
        // The plugin reads buffers by the types it was told at `open`.
        if self.input.as_ref().is_none_or(|schema| schema.fields() != batch.schema_ref().fields()) {
            let message = "the batch has other columns than those of `open`";
            return Err(CallError::Failed(StageError::new(ErrorKind::Schema, message)));
        }
        // A slice without rows may begin beyond its buffers, which importers take for damage.
        let empty = (batch.num_rows() == 0).then(|| RecordBatch::new_empty(batch.schema()));
        let mut sent = empty_array();
        // SAFETY: `sent` is a released local struct.
        unsafe { put_array(&struct_of(empty.as_ref().unwrap_or(batch)), &raw mut sent) };
        // SAFETY: a plugin's function, called as the header demands; it moves `sent` out.
        let result = call(|error| unsafe { process(&raw mut self.raw, &raw mut sent, out, fates, error) });
        // A plugin that forgot to take the input must not leak it. SAFETY: ours, or released and so empty.
        drop(unsafe { take_array(&raw mut sent) });
        result.map_err(CallError::Failed)
    }

    /// Asks a source for its units of work.
    ///
    /// # Errors
    /// When the stage fails or its answer breaks a rule.
    pub fn blocks(&mut self) -> Result<Vec<Block>, CallError> {
        let blocks = self.raw.blocks.ok_or_else(|| missing("blocks"))?;
        let (mut schema, mut out) = (empty_schema(), empty_array());
        // SAFETY: a plugin's function, called as the header demands.
        call(|error| unsafe { blocks(&raw mut self.raw, &raw mut schema, &raw mut out, error) })
            .map_err(CallError::Failed)?;
        // Both are taken before either is judged, so that neither leaks.
        // SAFETY: filled by the plugin on success.
        let schema = unsafe { schema_of(&mut schema) };
        // SAFETY: filled by the plugin on success, or still empty.
        let told = unsafe { validated(&raw mut out, &block_fields()) };
        let (fields, wanted) = (schema?.fields().clone(), block_fields());
        let same = |(one, other): (&FieldRef, &FieldRef)| {
            one.name() == other.name() && one.data_type() == other.data_type()
        };
        if fields.len() != wanted.len() || !fields.iter().zip(&wanted).all(same) {
            let message = "blocks must have the columns key: utf8, uri: utf8, bytes: u64, fingerprint: utf8";
            return Err(CallError::BadOutput(message.to_owned()));
        }
        let Some(told) = told? else { return Ok(Vec::new()) };
        let text = |column: usize, n: usize| told.column(column).as_string::<i32>().value(n).to_owned();
        let bytes = told.column(2).as_primitive::<UInt64Type>();
        let block =
            |n| Block { key: text(0, n), uri: text(1, n), bytes: bytes.value(n), fingerprint: text(3, n) };
        Ok((0..told.num_rows()).map(block).collect())
    }

    /// A digest of what a block of a source holds; none where the source cannot tell.
    ///
    /// # Errors
    /// When the stage fails.
    pub fn fingerprint(&mut self, key: &str) -> Result<Option<String>, CallError> {
        let Some(get_extension) = self.raw.get_extension else { return Ok(None) };
        // SAFETY: a plugin's function, called as the header demands.
        let told = unsafe { get_extension(&raw mut self.raw, lend(DM_EXT_FINGERPRINT)) };
        // SAFETY: the header says that this extension is null or a dm_fingerprint that lives as long as the process.
        let Some(extension) = (unsafe { told.cast::<dm_fingerprint>().as_ref() }) else { return Ok(None) };
        let Some(fingerprint) = extension.fingerprint else { return Ok(None) };
        let mut out = empty_bytes();
        // SAFETY: a plugin's function, called as the header demands; the key outlives the call.
        call(|error| unsafe { fingerprint(&raw mut self.raw, lend(key), &raw mut out, error) })
            .map_err(CallError::Failed)?;
        // SAFETY: filled by the plugin on success.
        let text = unsafe { string_from(out) };
        Ok((!text.is_empty()).then_some(text))
    }

    /// Reads one block of a source; each batch is checked before it is given.
    ///
    /// # Errors
    /// When the stage cannot begin.
    pub fn read(&mut self, key: &str) -> Result<BlockReader, CallError> {
        let read = self.raw.read.ok_or_else(|| missing("read"))?;
        let mut stream = empty_stream();
        // SAFETY: a plugin's function, called as the header demands.
        call(|error| unsafe { read(&raw mut self.raw, lend(key), &raw mut stream, error) })
            .map_err(CallError::Failed)?;
        BlockReader::new(stream, self.output.as_ref())
    }

    /// Commits what a sink has written.
    ///
    /// # Errors
    /// When the stage fails.
    pub fn flush(&mut self) -> Result<(), CallError> {
        let flush = self.raw.flush.ok_or_else(|| missing("flush"))?;
        // SAFETY: a plugin's function, called as the header demands.
        call(|error| unsafe { flush(&raw mut self.raw, error) }).map_err(CallError::Failed)
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        if let Some(release) = self.raw.release {
            // SAFETY: the plugin's own function on its own struct, called once.
            unsafe { release(&raw mut self.raw) };
        }
    }
}

fn fates_of(array: *mut ArrowArray) -> Result<Vec<Fate>, CallError> {
    // SAFETY: filled by the plugin on success, or still empty.
    let Some(told) = (unsafe { validated(array, &fate_fields()) })? else { return Ok(Vec::new()) };
    let row = told.column(0).as_primitive::<UInt32Type>();
    let dropped = told.column(1).as_boolean();
    let (code, message) = (told.column(2).as_string::<i32>(), told.column(3).as_string::<i32>());
    let fate = |n| {
        let (code, message) = (code.value(n).to_owned(), message.value(n).to_owned());
        Fate { row: row.value(n), dropped: dropped.value(n), code, message }
    };
    Ok((0..told.num_rows()).map(fate).collect())
}

/// Takes `__parent` off the output of a stage that changes rows.
fn split_parents(output: &RecordBatch, rows: usize) -> Result<(Rows, RecordBatch), CallError> {
    let parents = output.column_by_name("__parent").and_then(|c| c.as_primitive_opt::<UInt32Type>());
    let parents =
        parents.ok_or_else(|| CallError::BadOutput("there is no column `__parent: u32`".to_owned()))?;
    if parents.null_count() > 0 || parents.values().iter().any(|&row| row as usize >= rows) {
        return Err(CallError::BadOutput("`__parent` names a row outside the batch".to_owned()));
    }
    if !parents.values().is_sorted() {
        // Documents would come in another order with batches of another size.
        return Err(CallError::BadRows("`__parent` falls: documents must stay in order".to_owned()));
    }
    let parents = parents.clone();
    let keep: Vec<usize> =
        (0..output.num_columns()).filter(|&n| output.schema_ref().field(n).name() != "__parent").collect();
    let columns = output.project(&keep).map_err(bad)?;
    Ok((Rows::From(parents), columns))
}
