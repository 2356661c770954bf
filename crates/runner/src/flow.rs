//! Takes a group of documents through one transform, whatever the stage does.

use crate::attempt::{Deaths, Outcome};
use crate::graph::{self, Opened};
use crate::kept::Kept;
use crate::rows::Group;
use crate::{Counts, Failure, RunError, RunErrorKind, StageLedger, Stages};
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, BooleanArray, RecordBatch, StringArray, UInt32Array};
use arrow_schema::FieldRef;
use docmill_expression::BindError;
use docmill_pipeline::{DROP_REASON, OnError, Plan, PlannedStage};
use docmill_sdk::columns;
use docmill_store::Rejection;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// A rejection and the place in document order that it has.
pub(crate) struct Rejected {
    pub(crate) origin: u32,
    pub(crate) stage: usize,
    /// Tells documents apart that come from one row of the source.
    pub(crate) row: usize,
    pub(crate) rejection: Rejection,
}

/// What came out of a stage.
#[derive(Clone, Debug)]
pub(crate) struct Passed {
    /// The documents that go on.
    pub(crate) group: Group,
    /// Those that it dropped, if a later stage reads them.
    pub(crate) dropped: Option<Group>,
}

impl Passed {
    /// One of the outputs.
    pub(crate) fn output(&self, dropped: bool) -> Option<&Group> {
        if dropped { self.dropped.as_ref() } else { Some(&self.group) }
    }
}

/// Why a document goes no further.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cause<'a> {
    pub(crate) code: &'a str,
    pub(crate) message: &'a str,
    /// How often the stage was given it alone.
    pub(crate) attempts: u32,
}

/// One thread's instances of all transforms, and what it has counted.
pub(crate) struct Lane<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) opened: Opened,
    pub(crate) ledgers: Vec<StageLedger>,
    pub(crate) rejected: Vec<Rejected>,
    /// The digest over all documents that the sources gave to this thread.
    pub(crate) taken: [u8; 32],
    /// The most documents that a stage gets at once.
    pub(crate) batch: usize,
    pub(crate) cancel: &'a AtomicBool,
    /// How often the process of each stage died.
    pub(crate) deaths: Vec<Deaths>,
    stages: &'a dyn Stages,
}

impl<'a> Lane<'a> {
    pub(crate) fn new(
        plan: &'a Plan,
        stages: &'a dyn Stages,
        opened: Opened,
        (batch, cancel): (usize, &'a AtomicBool),
    ) -> Self {
        let ledgers = vec![StageLedger::default(); plan.stages.len()];
        let (batch, rejected, taken) = (batch.max(1), Vec::new(), [0; 32]);
        let deaths = vec![Deaths::default(); plan.stages.len()];
        Self { plan, opened, ledgers, rejected, taken, batch, cancel, deaths, stages }
    }

    /// Takes a group through stage `at` and gives the documents that go on, with the added columns. What came of
    /// the group is taken from an earlier run where it is there, and kept for later ones.
    pub(crate) fn transform(
        &mut self,
        at: usize,
        group: &Group,
        kept: &mut Kept<'_>,
    ) -> Result<Passed, RunError> {
        let documents = group.batch.num_rows();
        let outcome = if let Some(outcome) =
            kept.outcome((at, &self.plan.stages[at]), documents, &self.opened.added[at])?
        {
            self.ledgers[at].recalled += documents as u64;
            outcome
        } else {
            self.deaths[at].in_group = false;
            let outcome = self.outcome(at, group)?;
            // Another day, or with more time, documents over which a process died may come through.
            if outcome.again.is_empty() && !self.deaths[at].in_group {
                kept.keep(at, &outcome, documents)?;
            } else {
                kept.spoil(at);
            }
            outcome
        };
        self.apply(at, group, &outcome)
    }

    /// Books what came of a group in stage `at`, and joins the added columns to the documents that go on.
    pub(crate) fn apply(&mut self, at: usize, group: &Group, outcome: &Outcome) -> Result<Passed, RunError> {
        let counts = &mut self.ledgers[at].counts;
        counts.documents_in += group.batch.num_rows() as u64;
        counts.skipped += outcome.skipped;
        counts.made += outcome.made(group.batch.num_rows());
        for (_, reason) in &outcome.drops {
            *counts.dropped.entry(reason.clone()).or_default() += 1;
        }
        counts.retried += outcome.again.iter().map(|(_, times)| u64::from(*times)).sum::<u64>();
        self.ledgers[at].fleeting += outcome.again.len() as u64;
        for (row, code, message) in &outcome.failures {
            let again = outcome.again.binary_search_by_key(row, |again| again.0);
            let attempts = 1 + again.map_or(0, |found| outcome.again[found].1);
            let what = Cause { code, message, attempts };
            self.reject(at, group, *row as usize, &what)?;
        }
        let joined = match &outcome.rows {
            None => self.with_columns(at, group.clone(), &outcome.columns),
            Some(rows) => {
                let rows = UInt32Array::from(rows.clone());
                let carried = group.take(&rows);
                let joined = carried.and_then(|carried| self.with_columns(at, carried, &outcome.columns));
                joined.and_then(|joined| joined.number_parts(&rows))
            }
        };
        let joined = joined.map_err(fault(self.plan, at))?;
        self.count_out(at, &joined);
        let is_read = self.opened.is_read[at];
        let dropped = is_read.then(|| self.dropped(at, group, &outcome.drops)).transpose()?;
        Ok(Passed { group: joined, dropped })
    }

    /// For which rows the stage's `when` holds; `None` where it has none.
    pub(crate) fn holds(&self, at: usize, batch: &RecordBatch) -> Result<Option<BooleanArray>, RunError> {
        let holds = self.opened.conditions[at].as_ref().map(|condition| condition.evaluate(batch));
        let failed = |error: BindError| Failure::new("internal", format!("`when`: {error}"));
        holds.transpose().map_err(failed).map_err(fault(self.plan, at))
    }

    /// The documents that a sink's `when` lets through; the others are counted as dropped.
    pub(crate) fn wanted(&mut self, at: usize, group: Group) -> Result<Group, RunError> {
        let Some(keep) = self.holds(at, &group.batch)? else { return Ok(group) };
        let left_out = (keep.len() - keep.true_count()) as u64;
        if left_out == 0 {
            return Ok(group);
        }
        let counts = &mut self.ledgers[at].counts;
        counts.documents_in += left_out;
        *counts.dropped.entry("when".to_owned()).or_default() += left_out;
        let keep: Vec<bool> = keep.values().iter().collect();
        group.filter(&keep).map_err(fault(self.plan, at))
    }

    /// The documents of a group that stage `at` dropped, each row with the reason.
    fn dropped(&mut self, at: usize, group: &Group, drops: &[(u32, String)]) -> Result<Group, RunError> {
        self.ledgers[at].handed_on += drops.len() as u64;
        let rows: UInt32Array = drops.iter().map(|(row, _)| *row).collect();
        let reasons: ArrayRef = Arc::new(drops.iter().map(|(_, why)| Some(why)).collect::<StringArray>());
        let schema = &self.opened.dropped[at];
        let with_reason = group.take(&rows).and_then(|taken| {
            let column = |field: &FieldRef| match field.name().as_str() {
                DROP_REASON => Some(reasons.clone()),
                name => taken.batch.column_by_name(name).cloned(),
            };
            let columns: Vec<ArrayRef> = schema.fields().iter().filter_map(column).collect();
            let batch = RecordBatch::try_new(schema.clone(), columns);
            let batch = batch.map_err(|e| Failure::new("internal", e.to_string()))?;
            Ok(Group { batch, origins: taken.origins })
        });
        with_reason.map_err(fault(self.plan, at))
    }

    /// Puts a fresh instance in the place of one that panicked.
    pub(crate) fn renew(&mut self, at: usize) -> Result<(), RunError> {
        let planned = &self.plan.stages[at];
        let made = graph::create(planned, self.stages, &self.opened.inputs[at]);
        self.opened.stages[at] = Some(made.map_err(fault(self.plan, at))?.stage);
        Ok(())
    }

    pub(crate) fn plugin_fault(&self, at: usize, failure: &Failure) -> RunError {
        let planned = &self.plan.stages[at];
        let message = format!("plugin {} {}: {}", planned.plugin, planned.version, failure.message);
        RunError { stage: Some(planned.id.clone()), ..RunError::new(RunErrorKind::Plugin, message) }
    }

    fn reject(&mut self, at: usize, group: &Group, row: usize, what: &Cause<'_>) -> Result<(), RunError> {
        let names = (name_of(&group.batch, "id", row), name_of(&group.batch, "uri", row));
        self.book(at, (group.origins[row], row), names, what)
    }

    /// Books a document that goes no further, as the stage's `on_error` has it.
    pub(crate) fn book(
        &mut self,
        at: usize,
        (origin, row): (u32, usize),
        (id, uri): (String, String),
        cause: &Cause<'_>,
    ) -> Result<(), RunError> {
        let &Cause { code, message, attempts } = cause;
        let planned = &self.plan.stages[at];
        let counts = &mut self.ledgers[at].counts;
        match planned.on_error {
            OnError::Fail => {
                let message = format!("document {id} ({uri}): {code}: {message}");
                let stage = Some(planned.id.clone());
                return Err(RunError { stage, ..RunError::new(RunErrorKind::Run, message) });
            }
            OnError::Drop => *counts.dropped.entry(code.to_owned()).or_default() += 1,
            OnError::Quarantine => {
                *counts.rejected.entry(code.to_owned()).or_default() += 1;
                let library = self.stages.library(planned);
                let rejection =
                    Rejection { library, attempts, ..rejection(planned, (id, uri), code, message) };
                self.rejected.push(Rejected { origin, stage: at, row, rejection });
            }
        }
        Ok(())
    }

    fn with_columns(&self, at: usize, group: Group, added: &RecordBatch) -> Result<Group, Failure> {
        let schema = self.opened.schemas[at].clone();
        let column =
            |name: &str| added.column_by_name(name).or_else(|| group.batch.column_by_name(name)).cloned();
        let arrays: Option<Vec<_>> = schema.fields().iter().map(|field| column(field.name())).collect();
        let arrays =
            arrays.ok_or_else(|| Failure::new("bad_output", "a declared column did not come back"))?;
        let batch =
            RecordBatch::try_new(schema, arrays).map_err(|e| Failure::new("bad_output", e.to_string()))?;
        Ok(Group { batch, origins: group.origins })
    }

    fn count_out(&mut self, at: usize, group: &Group) {
        let added = &self.plan.stages[at].adds;
        let counts = &mut self.ledgers[at].counts;
        counts.documents_out += group.batch.num_rows() as u64;
        added.iter().for_each(|column| count_annotations(counts, &group.batch, &column.name));
    }
}

/// What a failure of stage `at` that belongs to no document makes of the run.
pub(crate) fn fault(plan: &Plan, at: usize) -> impl Fn(Failure) -> RunError + Copy + '_ {
    move |failure| RunError::of_stage(RunErrorKind::Run, &plan.stages[at].id, &failure)
}

fn rejection(planned: &PlannedStage, (id, uri): (String, String), code: &str, message: &str) -> Rejection {
    let plugin = format!("{} {}", planned.plugin, planned.version);
    Rejection {
        id,
        uri,
        stage: planned.id.clone(),
        plugin,
        library: None,
        code: code.to_owned(),
        message: message.to_owned(),
        attempts: 1,
        document: None,
    }
}

/// A document's cell in a column of strings; empty when there is no such column.
pub(crate) fn name_of(batch: &RecordBatch, column: &str, row: usize) -> String {
    let column = batch.column_by_name(column).and_then(|c| c.as_string_opt::<i32>());
    column.map_or_else(String::new, |c: &StringArray| c.value(row).to_owned())
}

fn count_annotations(counts: &mut Counts, batch: &RecordBatch, name: &str) {
    let column = batch.column_by_name(name).filter(|c| columns::is_layer(c.data_type()));
    if let Some(list) = column.and_then(|c| c.as_list_opt::<i32>()) {
        let at = list.value_offsets();
        let held = at.last().copied().unwrap_or(0) - at.first().copied().unwrap_or(0);
        *counts.annotations.entry(name.to_owned()).or_default() += held as u64;
    }
}
