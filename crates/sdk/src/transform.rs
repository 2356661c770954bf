//! Stages that work on batches.

use crate::{About, Column, Host, StageError};
use arrow_array::ArrayRef;
use arrow_schema::Field;
use docmill_doc::Documents;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

/// A stage that gets batches of documents and adds columns, or changes rows.
///
/// The batch holds only the columns that [`about`](Self::about) says are read. One instance is called by
/// one thread at a time; there is one instance a thread, so results must not depend on what an instance
/// saw before.
pub trait Transform: Sized + Send + 'static {
    /// The stage's `with` table; derive `Deserialize` and `JsonSchema` with `deny_unknown_fields`.
    type Params: DeserializeOwned + JsonSchema;

    /// Name, version, columns.
    fn about() -> About;

    /// The columns that are read under these params, of those that the stage before hands on; those of
    /// [`about`](Self::about) by default.
    ///
    /// # Errors
    /// [`StageError::param`] for a param that does not fit the columns.
    fn reads(_params: &Self::Params, _input: &[Column]) -> Result<Vec<Column>, StageError> {
        Ok(Self::about().read().to_vec())
    }

    /// The columns that are added under these params; those of [`about`](Self::about) by default.
    fn writes(_params: &Self::Params) -> Vec<Field> {
        Self::about().written().to_vec()
    }

    /// Looks for wrong params that types alone do not show, without I/O.
    ///
    /// # Errors
    /// [`StageError::param`] for the first one found.
    fn check(_params: &Self::Params) -> Result<(), StageError> {
        Ok(())
    }

    /// Makes an instance; models are loaded here.
    ///
    /// # Errors
    /// When the params do not fit or what they name cannot be loaded.
    fn new(params: Self::Params, host: Host) -> Result<Self, StageError>;

    /// Works on one batch; an empty batch gives empty columns.
    ///
    /// # Errors
    /// With a row ([`StageError::at_row`]) that document alone is rejected and the others are worked on
    /// again; without one the host finds the culprit by halving the batch.
    fn process(&mut self, documents: &Documents<'_>) -> Result<Added, StageError>;
}

/// What a transform gives for a batch.
#[derive(Debug, Default)]
pub struct Added {
    pub(crate) columns: Vec<ArrayRef>,
    pub(crate) parents: Option<Vec<u32>>,
    pub(crate) fates: Vec<Fate>,
}

/// A document that goes no further.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fate {
    /// Its row in the batch.
    pub row: u32,
    /// True when it was dropped on purpose, false when it was rejected with an error.
    pub dropped: bool,
    /// One word: the reason to drop it, or the error's code.
    pub code: String,
    /// For people.
    pub message: String,
}

impl Added {
    /// One value a document in each column, in the order of the columns declared.
    #[must_use]
    pub fn columns(columns: Vec<ArrayRef>) -> Self {
        Self { columns, ..Self::default() }
    }

    /// Rows that come from `parents`, the rows of the input, for a stage that changes rows; the columns
    /// declared have one value an output row, the others are taken from the parent.
    #[must_use]
    pub fn rows(parents: Vec<u32>, columns: Vec<ArrayRef>) -> Self {
        Self { columns, parents: Some(parents), fates: Vec::new() }
    }

    /// Rejects a document of the batch with an error; its cells in the columns are ignored.
    pub fn reject(&mut self, row: usize, code: &str, message: impl Into<String>) {
        let fate = Fate { row: row as u32, dropped: false, code: code.to_owned(), message: message.into() };
        self.fates.push(fate);
    }

    /// Drops a document on purpose, with the reason that the run's report counts it under.
    pub fn drop_document(&mut self, row: usize, reason: &str) {
        let (code, message) = (reason.to_owned(), String::new());
        self.fates.push(Fate { row: row as u32, dropped: true, code, message });
    }
}
