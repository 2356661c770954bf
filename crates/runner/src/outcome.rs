//! What a run ends with.

use crate::{Failure, StageLedger, Taken};
use docmill_pipeline::Plan;
use docmill_store::Key;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// The sort of failure that ends a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RunErrorKind {
    /// Found before the first document was read: a stage refuses its params, its input or its target.
    Setup,
    /// A stage or the runner failed while documents were worked on.
    Run,
    /// A stage broke the rules of the interface in a way that no single document explains.
    Plugin,
    /// The process of a stage died over one document after the other.
    Deaths,
    /// Documents were lost between two counts.
    Lost,
    /// The run was asked to stop.
    Stopped,
}

/// A run that did not finish. No output has appeared, unless it failed while outputs were committed one
/// after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunError {
    /// The sort of failure.
    pub kind: RunErrorKind,
    /// The stage at fault, by the name it has in the pipeline.
    pub stage: Option<String>,
    /// The keys under `with` that lead to the wrong param, if it is one.
    pub path: Vec<String>,
    /// For people.
    pub message: String,
}

impl RunError {
    /// A failure that belongs to no stage.
    #[must_use]
    pub fn new(kind: RunErrorKind, message: impl Into<String>) -> Self {
        Self { kind, stage: None, path: Vec::new(), message: message.into() }
    }

    pub(crate) fn of_stage(kind: RunErrorKind, stage: &str, failure: &Failure) -> Self {
        let (path, message) = (failure.path.clone(), failure.message.clone());
        Self { kind, stage: Some(stage.to_owned()), path, message }
    }
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(stage) = &self.stage {
            write!(f, "stage `{stage}`: ")?;
        }
        if !self.path.is_empty() {
            write!(f, "option `{}`: ", self.path.join("."))?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for RunError {}

/// A run that finished.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    /// Counts and times, one a stage of the plan, in its order.
    pub stages: Vec<StageLedger>,
    /// Documents that got another id, because one before them had theirs.
    pub renamed: u64,
    /// Documents that at least one sink got.
    pub documents_written: u64,
    /// What the sources gave.
    pub taken: Taken,
    /// Bytes of text read.
    pub text_bytes: u64,
    /// The list of rejected documents, if there are any.
    pub quarantine: Option<PathBuf>,
    /// Wall-clock time.
    pub elapsed: Duration,
    /// Worker threads.
    pub threads: usize,
    /// Names what was run on what; none where that is not known.
    pub key: Option<Key>,
}

impl Report {
    /// Documents rejected anywhere.
    #[must_use]
    pub fn rejected(&self) -> u64 {
        self.stages.iter().map(|stage| stage.counts.rejected_total()).sum()
    }

    /// Documents that the sources brought, rejected ones included.
    #[must_use]
    pub fn documents(&self, plan: &Plan) -> u64 {
        let sources = plan.stages.iter().zip(&self.stages).filter(|(planned, _)| planned.from.is_empty());
        sources.map(|(_, stage)| stage.counts.documents_in).sum()
    }
}
