//! What all threads of a run share.

use crate::kept::{Keep, Keeper};
use crate::rejects::Rejects;
use crate::rows::Group;
use crate::window::Window;
use crate::{Progress, Selection, Stages};
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use docmill_pipeline::Plan;
use docmill_sdk::Block;
use std::fmt;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize};

/// How a plan is run. Nothing but the selection changes an output.
#[derive(Debug)]
pub struct Options<'a> {
    /// Worker threads, at least 1.
    pub threads: usize,
    /// Documents a group, at least 1.
    pub batch: usize,
    /// Folder for rejected documents.
    pub quarantine: PathBuf,
    /// Bytes of finished documents that may wait for the sinks, about.
    pub window_bytes: usize,
    /// Set from outside to stop the run.
    pub cancel: &'a AtomicBool,
    /// Which documents are taken.
    pub selection: Selection,
    /// Counters for a progress bar.
    pub progress: &'a Progress,
    /// Sees the documents after each stage.
    pub watch: Option<&'a dyn Watch>,
    /// Where results are kept between runs; a run over chosen documents neither keeps any nor takes any.
    pub keeper: Option<&'a dyn Keeper>,
    /// Tries documents that failed in an earlier run again. They go through with the unit of documents that they
    /// came in, 1 MiB of text about; all others are taken from what is kept.
    pub replay: bool,
}

/// Somebody who looks at documents on their way.
pub trait Watch: Sync + fmt::Debug {
    /// Takes a batch with all columns as it is after the stage with this place in the plan (not after sinks).
    ///
    /// Called by all worker threads, so in no order among batches; within a batch the documents are in order.
    fn seen(&self, stage: usize, batch: &RecordBatch);
}

/// What all threads of a run share.
pub(crate) struct Shared<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) stages: &'a dyn Stages,
    pub(crate) options: &'a Options<'a>,
    pub(crate) work: Vec<Work>,
    /// The columns after each stage, as the first thread's instances told them.
    pub(crate) schemas: Vec<SchemaRef>,
    pub(crate) keep: Option<Keep<'a>>,
    pub(crate) next: AtomicUsize,
    pub(crate) window: Window<Parcel>,
}

impl Shared<'_> {
    pub(crate) fn watch(&self, stage: usize, batch: &RecordBatch) {
        if let Some(watch) = self.options.watch {
            watch.seen(stage, batch);
        }
    }
}

/// What a worker hands over to the thread that owns the sinks.
pub(crate) enum Parcel {
    /// The documents of a source's batch, as `id` and `uri` name them, in order.
    Read(RecordBatch),
    /// A block that cannot be read (further), which counts as a document.
    Unread,
    /// Documents for the sink with this place in the plan.
    Documents(usize, Group),
    /// Documents rejected, in document order.
    Rejected(Rejects),
}

/// A source's block and the source's place in the plan.
pub(crate) struct Work {
    pub(crate) source: usize,
    pub(crate) block: Block,
    /// What tells its content, once that is known; none where nothing does.
    pub(crate) fingerprint: OnceLock<Option<String>>,
}
