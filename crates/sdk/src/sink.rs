//! Stages that write documents out.

use crate::{About, Column, Host, StageError};
use arrow_schema::SchemaRef;
use docmill_doc::Documents;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

/// A stage that takes all documents, in order, and writes them somewhere.
///
/// What is written must appear only at [`commit`](Self::commit): a sink that is dropped without it leaves
/// no trace. Bytes must not depend on how documents are batched.
pub trait Sink: Sized + Send + 'static {
    /// The stage's `with` table; derive `Deserialize` and `JsonSchema` with `deny_unknown_fields`.
    type Params: DeserializeOwned + JsonSchema;

    /// Name, version, and the columns that must be there.
    fn about() -> About;

    /// Looks for wrong params that types alone do not show, without I/O.
    ///
    /// # Errors
    /// [`StageError::param`] for the first one found.
    fn check(_params: &Self::Params) -> Result<(), StageError> {
        Ok(())
    }

    /// The columns that are read under these params, of those that the stage before hands on; those of
    /// [`about`](Self::about) by default.
    ///
    /// # Errors
    /// [`StageError::param`] for a param that does not fit the columns.
    fn reads(_params: &Self::Params, _input: &[Column]) -> Result<Vec<Column>, StageError> {
        Ok(Self::about().read().to_vec())
    }

    /// Makes an instance; nothing is opened yet.
    ///
    /// # Errors
    /// When the params do not fit.
    fn new(params: Self::Params, host: Host) -> Result<Self, StageError>;

    /// Opens the target for batches of this schema.
    ///
    /// # Errors
    /// When the target cannot be written or the schema lacks what is asked for.
    fn open(&mut self, schema: SchemaRef) -> Result<(), StageError>;

    /// Writes a batch.
    ///
    /// # Errors
    /// When writing fails; the run stops.
    fn write(&mut self, documents: &Documents<'_>) -> Result<(), StageError>;

    /// Makes everything written visible at once.
    ///
    /// # Errors
    /// When the target cannot be completed; then nothing has changed.
    fn commit(&mut self) -> Result<(), StageError>;
}
