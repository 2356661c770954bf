//! The C interface between docmill and its plugins: structs, status codes, version.
//!
//! `include/docmill.h` says the same in C. Rules that hold for every call:
//!
//! - Strings are pointer and length, UTF-8; a [`dm_str`] is borrowed for the length of the call.
//! - Input arrays and schemas are moved on call, whatever is returned; output is written on [`DM_OK`] only.
//! - Everything owned carries its own `release`, which may be called on any thread at any time.
//! - Every struct begins with its `size`; new members are appended, and read only when `size` covers them.
//! - Nothing unwinds across the boundary.
#![allow(non_camel_case_types, reason = "the names are those of the C header")]

use core::ffi::{c_char, c_int, c_void};

/// Major version of the interface: part of the entry symbol's name, so two majors can never meet.
pub const DM_ABI_MAJOR: u32 = 1;
/// Minor version: grows when structs grow at their end.
pub const DM_ABI_MINOR: u32 = 0;
/// Name of the entry function without the crate's name.
pub const DM_ENTRY_PREFIX: &str = "docmill_plugin_v1_";

/// Done.
pub const DM_OK: c_int = 0;
/// The parameters are wrong; `detail_json` of the error is `{"path": ["key", …]}`, with
/// `"bytes": [start, end]` where a part of a string is wrong.
pub const DM_CONFIG: c_int = 1;
/// The input's columns are not those that the stage needs.
pub const DM_SCHEMA: c_int = 2;
/// A document cannot be worked on.
pub const DM_DATA: c_int = 3;
/// Reading or writing failed.
pub const DM_IO: c_int = 4;
/// A defect of the plugin.
pub const DM_INTERNAL: c_int = 5;
/// The plugin panicked; this instance must be released and not called again.
pub const DM_PANIC: c_int = 6;
/// The stage has no such call.
pub const DM_UNSUPPORTED: c_int = 7;
/// The host asked to stop.
pub const DM_CANCELLED: c_int = 8;

/// Flag of [`dm_error`]: the same call may succeed when tried again.
pub const DM_ERROR_RETRYABLE: u64 = 1;
/// Flag of [`dm_error`]: only the document `row` is at fault.
pub const DM_ERROR_ONLY_ROW: u64 = 2;
/// Flag of [`dm_host`]: the plugin is linked into the host and shares its logging.
pub const DM_HOST_LINKED: u32 = 1;
/// Flag of [`dm_library`]: the library aborts on panic and must run in a process of its own.
pub const DM_LIBRARY_ABORTS: u32 = 1;

/// Name of the host extension that gives the folder relative paths in params start from: a
/// `const dm_str*` that lives as long as the process.
pub const DM_EXT_BASE_FOLDER: &str = "docmill.base_folder";
/// Name of the host extension that gives about how many bytes of input a source's unit of work should hold: a
/// `const uint64_t*` that lives as long as the process.
pub const DM_EXT_BLOCK_BYTES: &str = "docmill.block_bytes";
/// Name of the host extension that gives the files that the run writes, which a source must not read: a
/// `const dm_str*` that lives as long as the process, a JSON list of absolute paths.
pub const DM_EXT_TARGETS: &str = "docmill.targets";

/// Name of the stage extension by which a source tells the content of a block: a `const dm_fingerprint*`.
pub const DM_EXT_FINGERPRINT: &str = "docmill.fingerprint";

/// What a source offers under [`DM_EXT_FINGERPRINT`]. Lives as long as the process.
#[repr(C)]
#[derive(Debug)]
pub struct dm_fingerprint {
    /// `sizeof(dm_fingerprint)` as the plugin knows it.
    pub size: u32,
    /// Zero.
    pub reserved: u32,
    /// A digest of all that the block with this key holds, names and places included where documents depend on
    /// them: the same when and only when [`dm_stage::read`] would give the same documents. Empty where the source
    /// cannot tell. Not of when or where the files lie.
    pub fingerprint:
        Option<unsafe extern "C" fn(*mut dm_stage, dm_str, *mut dm_bytes, *mut dm_error) -> c_int>,
}

/// Arrow C Data Interface, verbatim.
#[repr(C)]
#[derive(Debug)]
pub struct ArrowSchema {
    /// Type of the column.
    pub format: *const c_char,
    /// Name of the column.
    pub name: *const c_char,
    /// Key-value pairs, or null.
    pub metadata: *const c_char,
    /// Nullability, dictionary order, map sortedness.
    pub flags: i64,
    /// Number of children.
    pub n_children: i64,
    /// Children.
    pub children: *mut *mut ArrowSchema,
    /// Type of a dictionary's values, or null.
    pub dictionary: *mut ArrowSchema,
    /// Frees what the producer owns; null in a released schema.
    pub release: Option<unsafe extern "C" fn(*mut ArrowSchema)>,
    /// The producer's own.
    pub private_data: *mut c_void,
}

/// Arrow C Data Interface, verbatim.
#[repr(C)]
#[derive(Debug)]
pub struct ArrowArray {
    /// Rows.
    pub length: i64,
    /// Nulls, -1 when not counted.
    pub null_count: i64,
    /// Rows to skip in every buffer.
    pub offset: i64,
    /// Number of buffers.
    pub n_buffers: i64,
    /// Number of children.
    pub n_children: i64,
    /// Buffers.
    pub buffers: *mut *const c_void,
    /// Children.
    pub children: *mut *mut ArrowArray,
    /// A dictionary's values, or null.
    pub dictionary: *mut ArrowArray,
    /// Frees what the producer owns; null in a released array.
    pub release: Option<unsafe extern "C" fn(*mut ArrowArray)>,
    /// The producer's own.
    pub private_data: *mut c_void,
}

/// Arrow C Stream Interface, verbatim.
#[repr(C)]
#[derive(Debug)]
pub struct ArrowArrayStream {
    /// Writes the schema of all batches.
    pub get_schema: Option<unsafe extern "C" fn(*mut ArrowArrayStream, *mut ArrowSchema) -> c_int>,
    /// Writes the next batch; a released array at the end.
    pub get_next: Option<unsafe extern "C" fn(*mut ArrowArrayStream, *mut ArrowArray) -> c_int>,
    /// What went wrong in the last call, or null.
    pub get_last_error: Option<unsafe extern "C" fn(*mut ArrowArrayStream) -> *const c_char>,
    /// Frees the stream.
    pub release: Option<unsafe extern "C" fn(*mut ArrowArrayStream)>,
    /// The producer's own.
    pub private_data: *mut c_void,
}

/// Borrowed UTF-8; valid for the length of the call.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct dm_str {
    /// First byte; may be null when `len` is 0.
    pub ptr: *const u8,
    /// Bytes.
    pub len: usize,
}

/// Owned bytes, freed by whoever receives them through `release`.
#[repr(C)]
#[derive(Debug)]
pub struct dm_bytes {
    /// First byte; may be null when `len` is 0.
    pub ptr: *mut u8,
    /// Bytes.
    pub len: usize,
    /// The producer's own.
    pub private_data: *mut c_void,
    /// Frees the bytes; null when there is nothing to free.
    pub release: Option<unsafe extern "C" fn(*mut dm_bytes)>,
}

/// What went wrong. The caller gives it zeroed but for `size`; the callee fills it when it returns
/// anything but [`DM_OK`]; the caller releases both strings.
#[repr(C)]
#[derive(Debug)]
pub struct dm_error {
    /// `sizeof(dm_error)` as the caller knows it.
    pub size: u32,
    /// The status that was returned.
    pub code: c_int,
    /// Row of the input at fault, -1 when unknown.
    pub row: i64,
    /// [`DM_ERROR_RETRYABLE`], [`DM_ERROR_ONLY_ROW`].
    pub flags: u64,
    /// For people, UTF-8.
    pub message: dm_bytes,
    /// For the host, a JSON object or empty.
    pub detail_json: dm_bytes,
}

/// What the host offers; lives as long as the process.
#[repr(C)]
#[derive(Debug)]
pub struct dm_host {
    /// `sizeof(dm_host)` as the host knows it.
    pub size: u32,
    /// [`DM_ABI_MAJOR`] of the host.
    pub abi_major: u32,
    /// [`DM_ABI_MINOR`] of the host.
    pub abi_minor: u32,
    /// Most detailed level the host listens to: 0 none, 1 error … 5 trace.
    pub max_level: u32,
    /// [`DM_HOST_LINKED`].
    pub flags: u32,
    /// Zero.
    pub reserved: u32,
    /// First argument of every call below.
    pub ctx: *mut c_void,
    /// Takes a log event: level, target, message, fields as a JSON object. Any thread.
    pub log: Option<unsafe extern "C" fn(*mut c_void, u32, dm_str, dm_str, dm_str)>,
    /// Non-zero when the stage should stop soon. Any thread.
    pub should_cancel: Option<unsafe extern "C" fn(*mut c_void) -> c_int>,
    /// A named extension of the host, or null.
    pub get_extension: Option<unsafe extern "C" fn(*mut c_void, dm_str) -> *const c_void>,
}

/// One instance of a stage. Called by one thread at a time; released on any thread.
///
/// A call that the stage's kind does not have is null.
#[repr(C)]
#[derive(Debug)]
pub struct dm_stage {
    /// `sizeof(dm_stage)` as the plugin knows it.
    pub size: u32,
    /// Zero.
    pub flags: u32,
    /// The plugin's own.
    pub private_data: *mut c_void,
    /// Binds the schema, once, before any other call. `in` is null for a source; `out` is not written by a
    /// sink. A transform writes the columns it adds, a source the columns of its batches.
    pub open: Option<
        unsafe extern "C" fn(*mut dm_stage, *mut ArrowSchema, *mut ArrowSchema, *mut dm_error) -> c_int,
    >,
    /// Transform: one batch in, the added columns out, and `fates` when documents were dropped or
    /// rejected. Sink: one batch in; `out` and `fates` are null.
    pub process: Option<
        unsafe extern "C" fn(
            *mut dm_stage,
            *mut ArrowArray,
            *mut ArrowArray,
            *mut ArrowArray,
            *mut dm_error,
        ) -> c_int,
    >,
    /// Source: its units of work, `struct<key: utf8, uri: utf8, bytes: u64, fingerprint: utf8>`, in a fixed
    /// order.
    pub blocks: Option<
        unsafe extern "C" fn(*mut dm_stage, *mut ArrowSchema, *mut ArrowArray, *mut dm_error) -> c_int,
    >,
    /// Source: the documents of the block with this key.
    pub read:
        Option<unsafe extern "C" fn(*mut dm_stage, dm_str, *mut ArrowArrayStream, *mut dm_error) -> c_int>,
    /// Sink: commits everything written. A sink released without it leaves no trace.
    pub flush: Option<unsafe extern "C" fn(*mut dm_stage, *mut dm_error) -> c_int>,
    /// A named extension of the stage, or null.
    pub get_extension: Option<unsafe extern "C" fn(*mut dm_stage, dm_str) -> *const c_void>,
    /// Frees the instance.
    pub release: Option<unsafe extern "C" fn(*mut dm_stage)>,
}

/// What a library ships. Filled by the entry function, read-only afterwards, never freed.
#[repr(C)]
#[derive(Debug)]
pub struct dm_library {
    /// `sizeof(dm_library)`, set by the host before the call.
    pub size: u32,
    /// [`DM_ABI_MAJOR`] of the plugin.
    pub abi_major: u32,
    /// [`DM_ABI_MINOR`] of the plugin.
    pub abi_minor: u32,
    /// [`DM_LIBRARY_ABORTS`].
    pub flags: u32,
    /// Number of stages.
    pub n_stages: u32,
    /// Zero.
    pub reserved: u32,
    /// The plugin's own.
    pub private_data: *mut c_void,
    /// Describes stage `i` as JSON. Pure.
    pub describe: Option<unsafe extern "C" fn(u32, *mut dm_bytes, *mut dm_error) -> c_int>,
    /// Checks the params of stage `i` and tells which columns it adds to the given ones, both as JSON
    /// arrays of `{"name", "type", "optional"}`. Pure. May be null: then the description decides.
    pub plan: Option<unsafe extern "C" fn(u32, dm_str, dm_str, *mut dm_bytes, *mut dm_error) -> c_int>,
    /// Makes an instance of stage `i` from its params as a JSON object.
    pub create:
        Option<unsafe extern "C" fn(u32, dm_str, *const dm_host, *mut dm_stage, *mut dm_error) -> c_int>,
}

/// The entry function that a library exports as `docmill_plugin_v1_<crate>`.
pub type EntryFn = unsafe extern "C" fn(*const dm_host, *mut dm_library, *mut dm_error) -> c_int;
