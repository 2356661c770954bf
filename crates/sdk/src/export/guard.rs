//! Keeps panics on the plugin's side and turns failures into the C struct.
#![expect(unsafe_code, reason = "writes through the pointers of the C interface")]

use crate::export::boundary::{bytes_from, empty_bytes};
use crate::{ErrorKind, Host, StageError};
use docmill_abi::{DM_ERROR_ONLY_ROW, DM_ERROR_RETRYABLE, DM_OK, dm_error};
use serde_json::json;
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    static PLACE: RefCell<String> = const { RefCell::new(String::new()) };
    static HOST: Cell<Host> = Cell::new(Host::none());
}

/// Lets a panic inside a guarded call be remembered instead of printed; other panics are printed as ever.
///
/// Installed once for each copy of the SDK: by the host, and by a library that was loaded.
pub fn quiet_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if DEPTH.get() == 0 {
                before(panic);
            } else if let Some(place) = panic.location() {
                let text = format!("{}:{}", place.file(), place.line());
                PLACE.with(|p| p.replace(text));
            }
        }));
    });
}

/// The host of the stage that the current thread is in, for log events.
pub(crate) fn current_host() -> Host {
    HOST.get()
}

/// Runs `call` and returns the status of the C interface; the error struct is filled unless it went well.
///
/// # Safety
/// `error` is null or valid for writes, as the header demands.
pub(crate) unsafe fn guarded(
    host: Host,
    error: *mut dm_error,
    call: impl FnOnce() -> Result<(), StageError>,
) -> i32 {
    let outer = HOST.replace(host);
    let result = catch(call);
    HOST.set(outer);
    let failure = match result {
        Ok(Ok(())) => return DM_OK,
        Ok(Err(failure)) => failure,
        Err(words) => StageError::new(ErrorKind::Panic, words),
    };
    // SAFETY: the caller passes the pointer on from the host, null or valid for writes.
    if let Some(error) = unsafe { error.as_mut() } {
        fill(error, &failure);
    }
    failure.kind().code()
}

/// Runs `call`; a panic becomes its words and place, and is not printed.
///
/// # Errors
/// The panic's words.
pub fn catch<T>(call: impl FnOnce() -> T) -> Result<T, String> {
    let quietly = |run: &mut dyn FnMut() -> Result<(), Box<dyn Any + Send>>| {
        DEPTH.set(DEPTH.get() + 1);
        let result = run();
        DEPTH.set(DEPTH.get() - 1);
        result
    };
    let (mut call, mut value) = (Some(call), None);
    let caught = quietly(&mut || {
        let call = call.take();
        catch_unwind(AssertUnwindSafe(|| value = call.map(|call| call())))
    });
    let Err(payload) = caught else { return value.ok_or_else(String::new) };
    let words = payload
        .downcast_ref::<&str>()
        .map(|s| (*s).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without words".to_owned());
    // The payload's own destructor may panic too.
    let mut payload = Some(payload);
    let dropped = quietly(&mut || {
        let payload = payload.take();
        catch_unwind(AssertUnwindSafe(move || drop(payload)))
    });
    dropped.err().into_iter().for_each(std::mem::forget);
    let place = PLACE.with(|p| p.replace(String::new()));
    Err(if place.is_empty() { words } else { format!("{words} ({place})") })
}

/// An error struct to be filled.
#[must_use]
pub(crate) fn new_error() -> dm_error {
    let (message, detail_json) = (empty_bytes(), empty_bytes());
    dm_error { size: size_of::<dm_error>() as u32, code: 0, row: -1, flags: 0, message, detail_json }
}

fn fill(error: &mut dm_error, failure: &StageError) {
    error.code = failure.kind().code();
    error.row = failure.row().map_or(-1, |row| row as i64);
    let flag = |holds: bool, flag: u64| if holds { flag } else { 0 };
    error.flags =
        flag(failure.row().is_some(), DM_ERROR_ONLY_ROW) | flag(failure.is_retryable(), DM_ERROR_RETRYABLE);
    error.message = bytes_from(failure.message().to_owned());
    if !failure.path().is_empty() {
        let mut detail = json!({ "path": failure.path() });
        if let Some(bytes) = failure.bytes() {
            detail["bytes"] = json!([bytes.start, bytes.end]);
        }
        error.detail_json = bytes_from(detail.to_string());
    }
}
