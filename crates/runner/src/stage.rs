//! What the runner needs of a stage.

use arrow_array::{RecordBatch, UInt32Array};
use arrow_schema::SchemaRef;
use docmill_pipeline::PlannedStage;
use docmill_sdk::{Block, Fate};
use std::fmt;

/// The batches of one block.
pub type Batches = Box<dyn Iterator<Item = Result<RecordBatch, Failure>> + Send>;

/// An instance of a stage. Calls that its kind does not have fail.
pub trait Stage: Send {
    /// Binds the input's columns; gives those of the output (none for a sink).
    ///
    /// # Errors
    /// When the stage refuses them.
    fn open(&mut self, input: Option<&SchemaRef>) -> Result<Option<SchemaRef>, Failure>;

    /// Sends a batch through a transform.
    ///
    /// # Errors
    /// When the stage fails; the runner finds the document at fault.
    fn process(&mut self, batch: &RecordBatch) -> Result<Output, Failure>;

    /// Lists a source's units of work.
    ///
    /// # Errors
    /// When there are none or they cannot be listed.
    fn blocks(&mut self) -> Result<Vec<Block>, Failure>;

    /// A digest of all that a block of a source holds, if the source can tell it without reading documents.
    ///
    /// # Errors
    /// When the block cannot be looked at.
    fn fingerprint(&mut self, _key: &str) -> Result<Option<String>, Failure> {
        Ok(None)
    }

    /// Reads a block of a source.
    ///
    /// # Errors
    /// When it cannot be read at all.
    fn read(&mut self, key: &str) -> Result<Batches, Failure>;

    /// Writes a batch to a sink.
    ///
    /// # Errors
    /// When it cannot be written.
    fn write(&mut self, batch: &RecordBatch) -> Result<(), Failure>;

    /// Commits a sink.
    ///
    /// # Errors
    /// When the target cannot be completed.
    fn flush(&mut self) -> Result<(), Failure>;
}

/// Makes instances of the stages of a plan; every worker thread has its own.
pub trait Stages: Sync {
    /// An instance of a stage, not yet open.
    ///
    /// # Errors
    /// When the params do not fit or something they name cannot be loaded.
    fn create(&self, stage: &PlannedStage) -> Result<Box<dyn Stage>, Failure>;

    /// The SHA-256 digest, in hex, of the file that the stage was loaded from; none for one that is linked in.
    fn library(&self, stage: &PlannedStage) -> Option<String>;
}

/// What a transform gives for a batch.
#[derive(Debug)]
pub struct Output {
    /// The added columns.
    pub columns: RecordBatch,
    /// How rows relate to the input.
    pub rows: Rows,
    /// Documents that go no further, sorted by row, at most one a row.
    pub fates: Vec<Fate>,
}

/// How the rows of an output come from those of the input.
#[derive(Clone, Debug, PartialEq)]
pub enum Rows {
    /// Row for row.
    Same,
    /// Each output row comes from this input row.
    From(UInt32Array),
}

/// A call that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// One word: `stage_error`, `panic`, `bad_output`, …
    pub code: String,
    /// For people.
    pub message: String,
    /// The row at fault, if the stage named one.
    pub row: Option<usize>,
    /// The keys that lead to the wrong param, if it is one.
    pub path: Vec<String>,
    /// True when this instance must not be called again.
    pub poisoned: bool,
    /// True when no document explains it: the run ends.
    pub fatal: bool,
    /// True when the same call may go well later.
    pub retryable: bool,
    /// Who is to blame, when the stage's own process died.
    pub death: Option<Blame>,
}

/// What the death of a stage's process says of the documents that it worked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blame {
    /// They are the cause.
    Documents,
    /// They may be, or what the process did before, or whoever killed it.
    Unclear,
}

impl Failure {
    /// A failure without more to tell.
    #[must_use]
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        let (code, message) = (code.to_owned(), message.into());
        let (row, path, death) = (None, Vec::new(), None);
        Self { code, message, row, path, poisoned: false, fatal: false, retryable: false, death }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for Failure {}
