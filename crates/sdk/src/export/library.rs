//! The C functions of a library.
#![expect(unsafe_code, reason = "implements the C interface")]

use crate::export::boundary::{bytes_from, text_of};
use crate::export::forward;
use crate::export::guard::{guarded, quiet_panics};
use crate::export::instance::instance;
use crate::export::table::Entry;
use crate::{Column, ErrorKind, Host, StageError};
use docmill_abi::{
    DM_ABI_MAJOR, DM_ABI_MINOR, DM_HOST_LINKED, dm_bytes, dm_error, dm_host, dm_library, dm_stage, dm_str,
};

type DescribeFn = unsafe extern "C" fn(u32, *mut dm_bytes, *mut dm_error) -> i32;
type PlanFn = unsafe extern "C" fn(u32, dm_str, dm_str, *mut dm_bytes, *mut dm_error) -> i32;
type CreateFn = unsafe extern "C" fn(u32, dm_str, *const dm_host, *mut dm_stage, *mut dm_error) -> i32;

fn internal(message: impl Into<String>) -> StageError {
    StageError::new(ErrorKind::Internal, message)
}

fn entry(stages: &[Entry], stage: u32) -> Result<&Entry, StageError> {
    let count = stages.len();
    stages.get(stage as usize).ok_or_else(|| internal(format!("stage {stage} of {count} was asked for")))
}

/// Fills the library struct.
///
/// # Safety
/// As `docmill.h` says of the entry function.
pub unsafe fn fill(
    stages: usize,
    (describe, plan, create): (DescribeFn, PlanFn, CreateFn),
    (host, out, error): (*const dm_host, *mut dm_library, *mut dm_error),
) -> i32 {
    let call = || {
        // SAFETY: the host vouches that it lives as long as the process.
        let host = unsafe { host.as_ref() }.ok_or_else(|| internal("the host is null"))?;
        if host.abi_major != DM_ABI_MAJOR {
            let message = format!("the host speaks interface {}, the plugin {DM_ABI_MAJOR}", host.abi_major);
            return Err(StageError::new(ErrorKind::Unsupported, message));
        }
        // SAFETY: the host gives room for the struct.
        let out = unsafe { out.as_mut() }.ok_or_else(|| internal("there is no room for the library"))?;
        if (out.size as usize) < size_of::<dm_library>() {
            return Err(StageError::new(ErrorKind::Unsupported, "the host is older than the plugin"));
        }
        if host.flags & DM_HOST_LINKED == 0 {
            quiet_panics();
            forward::install(Host::new(Some(host)));
        }
        *out = dm_library {
            size: size_of::<dm_library>() as u32,
            abi_major: DM_ABI_MAJOR,
            abi_minor: DM_ABI_MINOR,
            flags: if cfg!(panic = "abort") { docmill_abi::DM_LIBRARY_ABORTS } else { 0 },
            n_stages: stages as u32,
            reserved: 0,
            private_data: std::ptr::null_mut(),
            describe: Some(describe),
            plan: Some(plan),
            create: Some(create),
        };
        Ok(())
    };
    // SAFETY: error comes from the host as the header demands.
    unsafe { guarded(Host::none(), error, call) }
}

/// Writes the description of a stage.
///
/// # Safety
/// As `docmill.h` says of `describe`.
pub unsafe fn describe(stages: &[Entry], stage: u32, out: *mut dm_bytes, error: *mut dm_error) -> i32 {
    let call = || {
        let text = (entry(stages, stage)?.describe)();
        // SAFETY: the host gives room for the string.
        unsafe { out.write(bytes_from(text)) };
        Ok(())
    };
    // SAFETY: error comes from the host as the header demands.
    unsafe { guarded(Host::none(), error, call) }
}

/// Checks params and writes the columns that a stage reads and adds.
///
/// # Safety
/// As `docmill.h` says of `plan`.
pub unsafe fn plan(
    stages: &[Entry],
    stage: u32,
    [params, columns]: [dm_str; 2],
    out: *mut dm_bytes,
    error: *mut dm_error,
) -> i32 {
    let call = || {
        // SAFETY: the string is readable for the length of the call.
        let params = unsafe { text_of(params) }?;
        // SAFETY: as above.
        let columns = unsafe { text_of(columns) }?;
        let columns: Vec<Column> = serde_json::from_str(columns)
            .map_err(|e| internal(format!("the host's columns cannot be read: {e}")))?;
        let planned = (entry(stages, stage)?.plan)(params, &columns)?;
        let text = serde_json::to_string(&planned).map_err(|e| internal(e.to_string()))?;
        // SAFETY: the host gives room for the string.
        unsafe { out.write(bytes_from(text)) };
        Ok(())
    };
    // SAFETY: error comes from the host as the header demands.
    unsafe { guarded(Host::none(), error, call) }
}

/// Makes an instance of a stage.
///
/// # Safety
/// As `docmill.h` says of `create`.
pub unsafe fn create(
    stages: &[Entry],
    (stage, params): (u32, dm_str),
    host: *const dm_host,
    out: *mut dm_stage,
    error: *mut dm_error,
) -> i32 {
    // SAFETY: the host vouches that it lives as long as the process.
    let host = Host::new(unsafe { host.as_ref() });
    let call = || {
        // SAFETY: the string is readable for the length of the call.
        let params = unsafe { text_of(params) }?;
        let made = (entry(stages, stage)?.create)(params, host)?;
        // SAFETY: the host gives room for the stage.
        unsafe { out.write(instance(made, host)) };
        Ok(())
    };
    // SAFETY: error comes from the host as the header demands.
    unsafe { guarded(host, error, call) }
}
