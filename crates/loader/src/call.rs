//! What can come of a call into a plugin.
#![expect(unsafe_code, reason = "reads the error struct of the C interface")]

use docmill_sdk::abi::{DM_ERROR_ONLY_ROW, DM_ERROR_RETRYABLE, DM_OK, dm_error};
use docmill_sdk::export::boundary::{empty_bytes, string_from};
use docmill_sdk::{ErrorKind, StageError};
use std::fmt;

/// A call that did not go well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallError {
    /// The stage says so.
    Failed(StageError),
    /// The stage gave something that the interface forbids; the text says what.
    BadOutput(String),
    /// The stage changed the number of documents without having said that it would.
    BadRows(String),
}

impl CallError {
    /// The word under which quarantine and reports count it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadOutput(_) => "bad_output",
            Self::BadRows(_) => "bad_rows",
            Self::Failed(error) if error.kind() == ErrorKind::Panic => "panic",
            Self::Failed(_) => "stage_error",
        }
    }

    /// True when no document explains it: going on with others would only repeat it.
    #[must_use]
    pub fn is_fatal(&self) -> bool {
        let of_stage = |kind| matches!(kind, ErrorKind::Schema | ErrorKind::Unsupported);
        matches!(self, Self::BadRows(_)) || matches!(self, Self::Failed(error) if of_stage(error.kind()))
    }

    /// True when the same call may go well later. A panic, or a breach of the rules, is not of a moment.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        let of_moment = |error: &StageError| error.is_retryable() && error.kind() != ErrorKind::Panic;
        !self.is_fatal() && matches!(self, Self::Failed(error) if of_moment(error))
    }

    /// The row at fault, if the stage named one.
    #[must_use]
    pub fn row(&self) -> Option<usize> {
        match self {
            Self::BadOutput(_) | Self::BadRows(_) => None,
            Self::Failed(error) => error.row(),
        }
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => error.fmt(f),
            Self::BadOutput(what) | Self::BadRows(what) => f.write_str(what),
        }
    }
}

impl std::error::Error for CallError {}

/// Makes a call that fills an error struct, and reads that struct.
pub(crate) fn call(make: impl FnOnce(*mut dm_error) -> i32) -> Result<(), StageError> {
    let (message, detail_json) = (empty_bytes(), empty_bytes());
    let mut error =
        dm_error { size: size_of::<dm_error>() as u32, code: 0, row: -1, flags: 0, message, detail_json };
    let status = make(&raw mut error);
    // SAFETY: the strings were filled by the plugin as the header demands, or are still empty.
    let (message, detail) = unsafe { (string_from(error.message), string_from(error.detail_json)) };
    if status == DM_OK {
        return Ok(());
    }
    let kind = ErrorKind::from_code(status);
    let message = if message.is_empty() {
        format!("the stage returned status {status} without a word")
    } else {
        message
    };
    let detail: serde_json::Value = serde_json::from_str(&detail).unwrap_or_default();
    let path = param_path(&detail);
    let failure = match (path.as_slice(), param_bytes(&detail)) {
        ([], _) => StageError::new(kind, message),
        (path, None) => StageError::param(path.iter().map(String::as_str), message),
        (path, Some(bytes)) => StageError::param(path.iter().map(String::as_str), message).within(bytes),
    };
    let failure = if error.flags & DM_ERROR_RETRYABLE != 0 { failure.retryable() } else { failure };
    let only_row = error.flags & DM_ERROR_ONLY_ROW != 0;
    Err(match usize::try_from(error.row) {
        Ok(row) if only_row => failure.at_row(row),
        _ => failure,
    })
}

fn param_bytes(detail: &serde_json::Value) -> Option<std::ops::Range<usize>> {
    let bytes = detail.get("bytes")?.as_array()?;
    let bytes: Vec<usize> = bytes.iter().filter_map(|at| at.as_u64().map(|at| at as usize)).collect();
    if let [start, end] = bytes[..] { Some(start..end) } else { None }
}

fn param_path(detail: &serde_json::Value) -> Vec<String> {
    let keys = detail.get("path").and_then(|path| path.as_array());
    keys.into_iter().flatten().filter_map(|key| key.as_str().map(str::to_owned)).collect()
}
