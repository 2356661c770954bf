//! Stages that bring documents in.

use crate::{About, Host, StageError};
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use docmill_doc::DocumentsBuilder;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

/// A source's unit of work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What [`Source::read`] needs to find it again, opaque to the host.
    pub key: String,
    /// For people: the file, or the first of several.
    pub uri: String,
    /// Size in bytes as stored, for the progress bar.
    pub bytes: u64,
    /// Changes when the content does; empty where only [`Source::fingerprint`] can tell.
    pub fingerprint: String,
}

/// The batches of one block, in order.
pub type Batches = Box<dyn Iterator<Item = Result<RecordBatch, StageError>> + Send>;

/// A stage that finds documents and reads them, block by block.
///
/// Blocks and their documents must come in the same order every time. Several instances read different
/// blocks at once.
pub trait Source: Sized + Send + 'static {
    /// The stage's `with` table; derive `Deserialize` and `JsonSchema` with `deny_unknown_fields`.
    type Params: DeserializeOwned + JsonSchema;

    /// Name and version; the columns are those of [`schema`](Self::schema).
    fn about() -> About;

    /// The columns of every batch: [`DocumentsBuilder::schema`] by default.
    #[must_use]
    fn schema() -> SchemaRef {
        DocumentsBuilder::schema()
    }

    /// Looks for wrong params that types alone do not show, without I/O.
    ///
    /// # Errors
    /// [`StageError::param`] for the first one found.
    fn check(_params: &Self::Params) -> Result<(), StageError> {
        Ok(())
    }

    /// Makes an instance; nothing is read yet.
    ///
    /// # Errors
    /// When the params do not fit.
    fn new(params: Self::Params, host: Host) -> Result<Self, StageError>;

    /// Lists the units of work, in order.
    ///
    /// # Errors
    /// When what the params name is missing, unreadable or empty.
    fn blocks(&mut self) -> Result<Vec<Block>, StageError>;

    /// A digest of all that a block holds, names and places included where documents depend on them: the same when
    /// and only when [`read`](Self::read) would give the same documents. It must not depend on when the files were
    /// written, nor on where they lie.
    ///
    /// Results are kept and found again by it. Asked for each block of each run, so it should cost no more than
    /// reading the bytes. `None`, as by default: [`Block::fingerprint`] tells, or nothing does where that is empty.
    ///
    /// # Errors
    /// When the block cannot be looked at; it is then rejected as a whole.
    fn fingerprint(&mut self, _key: &str) -> Result<Option<String>, StageError> {
        Ok(None)
    }

    /// Reads one block. A document that cannot be read is a row with `__error`, never a missing row.
    ///
    /// # Errors
    /// When the block as a whole cannot be read.
    fn read(&mut self, key: &str) -> Result<Batches, StageError>;
}
