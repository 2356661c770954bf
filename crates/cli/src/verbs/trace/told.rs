//! What became of one document at every stage.

use crate::rows::{Row, rows};
use arrow_array::RecordBatch;
use docmill_pipeline::{Plan, PlannedStage};
use docmill_runner::{Report, StageLedger};
use docmill_store::Rejection;

/// A document's way through a plan.
pub(crate) struct Trace {
    pub(crate) plan: Plan,
    /// One for each stage of the plan.
    pub(crate) steps: Vec<Step>,
}

/// What a stage did.
pub(crate) struct Step {
    pub(crate) fate: Fate,
    /// Time spent in the stage's calls.
    pub(crate) nanos: u64,
    /// The document after the stage with all its columns; several where it was split, none where it ended.
    pub(crate) rows: Vec<Row>,
}

/// How a document left a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It went through.
    Passed,
    /// It went past, for the stage's `when` does not hold.
    Skipped,
    /// It, or a part of it, was dropped, with this reason.
    Dropped(String),
    /// It, or a part of it, was rejected, with this code and message.
    Rejected(String, String),
    /// It never came.
    NotReached,
}

impl Trace {
    /// Puts together what a run over one document told.
    ///
    /// # Errors
    /// When a column has a type that JSON cannot express.
    pub(crate) fn new(plan: Plan, report: &Report, seen: &[Vec<RecordBatch>]) -> Result<Self, String> {
        let rejections = rejections(report)?;
        let mut steps = Vec::new();
        for ((stage, ledger), batches) in plan.stages.iter().zip(&report.stages).zip(seen) {
            let fate = fate(stage, ledger, &rejections);
            steps.push(Step { fate, nanos: ledger.nanos, rows: rows(batches)? });
        }
        Ok(Self { plan, steps })
    }

    /// The stages, each with what it did.
    pub(crate) fn stages(&self) -> impl DoubleEndedIterator<Item = (&PlannedStage, &Step)> {
        self.plan.stages.iter().zip(&self.steps)
    }
}

fn rejections(report: &Report) -> Result<Vec<Rejection>, String> {
    let Some(path) = &report.quarantine else { return Ok(Vec::new()) };
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    text.lines().map(|line| serde_json::from_str(line).map_err(|e| e.to_string())).collect()
}

fn fate(stage: &PlannedStage, ledger: &StageLedger, rejections: &[Rejection]) -> Fate {
    let counts = &ledger.counts;
    if let Some(rejection) = rejections.iter().find(|rejection| rejection.stage == stage.id) {
        return Fate::Rejected(rejection.code.clone(), rejection.message.clone());
    }
    if let Some(reason) = counts.dropped.keys().next() {
        return Fate::Dropped(reason.clone());
    }
    match counts.documents_in {
        0 => Fate::NotReached,
        all if counts.skipped == all => Fate::Skipped,
        _ => Fate::Passed,
    }
}
