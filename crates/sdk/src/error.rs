//! What a stage says when it fails.

use docmill_abi as abi;
use docmill_doc::ColumnError;
use std::fmt;
use std::ops::Range;

/// The sort of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The params are wrong.
    Config,
    /// The input's columns are not those that the stage needs.
    Schema,
    /// A document cannot be worked on.
    Data,
    /// Reading or writing failed.
    Io,
    /// A defect of the plugin.
    Internal,
    /// The plugin panicked.
    Panic,
    /// The stage has no such call.
    Unsupported,
    /// The host asked to stop.
    Cancelled,
}

const CODES: [(ErrorKind, i32); 8] = [
    (ErrorKind::Config, abi::DM_CONFIG),
    (ErrorKind::Schema, abi::DM_SCHEMA),
    (ErrorKind::Data, abi::DM_DATA),
    (ErrorKind::Io, abi::DM_IO),
    (ErrorKind::Internal, abi::DM_INTERNAL),
    (ErrorKind::Panic, abi::DM_PANIC),
    (ErrorKind::Unsupported, abi::DM_UNSUPPORTED),
    (ErrorKind::Cancelled, abi::DM_CANCELLED),
];

impl ErrorKind {
    /// The status code that crosses the boundary.
    #[must_use]
    pub fn code(self) -> i32 {
        CODES.iter().find(|(kind, _)| *kind == self).map_or(abi::DM_INTERNAL, |(_, code)| *code)
    }

    /// The kind of a status code; one that is not known counts as a defect of the plugin.
    #[must_use]
    pub fn from_code(code: i32) -> Self {
        CODES.iter().find(|(_, c)| *c == code).map_or(Self::Internal, |(kind, _)| *kind)
    }
}

/// A stage's failure: kind, message, and the document or the param at fault.
///
/// Messages are lower case without a full stop and fit after "failed to …".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageError {
    kind: ErrorKind,
    message: String,
    row: Option<usize>,
    path: Vec<String>,
    within: Option<Range<usize>>,
    retryable: bool,
}

impl StageError {
    /// A failure of this kind.
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), row: None, path: Vec::new(), within: None, retryable: false }
    }

    /// A wrong param: `path` leads to it, such as `["fields", "title"]`; the host draws the caret there.
    #[must_use]
    pub fn param<'a>(path: impl IntoIterator<Item = &'a str>, message: impl Into<String>) -> Self {
        let path = path.into_iter().map(str::to_owned).collect();
        Self { path, ..Self::new(ErrorKind::Config, message) }
    }

    /// The same failure, blamed on these bytes of the param, which is a string: the host draws the caret there.
    #[must_use]
    pub fn within(mut self, bytes: Range<usize>) -> Self {
        self.within = Some(bytes);
        self
    }

    /// A document that cannot be worked on.
    #[must_use]
    pub fn data(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Data, message)
    }

    /// The same failure, blamed on one row of the batch: the other documents are worked on again.
    #[must_use]
    pub fn at_row(mut self, row: usize) -> Self {
        self.row = Some(row);
        self
    }

    /// The same failure, of a moment: the same call may go well later, such as one that a busy service refused.
    ///
    /// A stage with `retry` in the pipeline is called again. A sink may say so only of a batch of which it has
    /// taken nothing, a source only of a block of which it has given nothing.
    #[must_use]
    pub fn retryable(mut self) -> Self {
        self.retryable = true;
        self
    }

    /// The sort of failure.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What happened.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The row of the batch at fault, if known.
    #[must_use]
    pub fn row(&self) -> Option<usize> {
        self.row
    }

    /// True when the same call may go well later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.retryable
    }

    /// The keys that lead to the wrong param; empty for other failures.
    #[must_use]
    pub fn path(&self) -> &[String] {
        &self.path
    }

    /// The bytes of the param's string that are wrong, if the stage named them.
    #[must_use]
    pub fn bytes(&self) -> Option<Range<usize>> {
        self.within.clone()
    }
}

impl fmt::Display for StageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "param `{}`: ", self.path.join("."))?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for StageError {}

impl From<ColumnError> for StageError {
    fn from(error: ColumnError) -> Self {
        Self::new(ErrorKind::Schema, error.to_string())
    }
}

impl From<std::io::Error> for StageError {
    fn from(error: std::io::Error) -> Self {
        Self::new(ErrorKind::Io, error.to_string())
    }
}
