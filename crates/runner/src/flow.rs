//! Takes a group of documents through one transform, whatever the stage does.

use crate::graph::{self, Opened};
use crate::rows::{Group, join, project};
use crate::{Counts, Failure, Output, Rows, RunError, RunErrorKind, StageLedger, Stages};
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, BooleanArray, RecordBatch, StringArray, UInt32Array};
use arrow_schema::FieldRef;
use docmill_expression::BindError;
use docmill_pipeline::{DROP_REASON, OnError, Plan, PlannedStage};
use docmill_sdk::{Layer, columns};
use docmill_store::Rejection;
use std::sync::Arc;
use std::time::Instant;

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

/// One thread's instances of all transforms, and what it has counted.
pub(crate) struct Lane<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) opened: Opened,
    pub(crate) ledgers: Vec<StageLedger>,
    pub(crate) rejected: Vec<Rejected>,
    stages: &'a dyn Stages,
}

/// What came of a run of rows that the stage took in one call.
struct Piece {
    offset: usize,
    len: usize,
    output: Output,
}

impl<'a> Lane<'a> {
    pub(crate) fn new(plan: &'a Plan, stages: &'a dyn Stages, opened: Opened) -> Self {
        let ledgers = vec![StageLedger::default(); plan.stages.len()];
        Self { plan, opened, ledgers, rejected: Vec::new(), stages }
    }

    /// Takes a group through stage `at` and gives the documents that go on, with the added columns; those that
    /// the stage's `when` leaves out go past it.
    pub(crate) fn transform(&mut self, at: usize, group: &Group) -> Result<Passed, RunError> {
        let Some(holds) = self.holds(at, &group.batch)? else { return self.through(at, group) };
        let (taken, past) = group.split(&holds).map_err(fault(self.plan, at))?;
        if past.origins.is_empty() {
            return self.through(at, group);
        }
        let counts = &mut self.ledgers[at].counts;
        let skipped = past.origins.len() as u64;
        counts.documents_in += skipped;
        counts.documents_out += skipped;
        counts.skipped += skipped;
        // Until they are together again, documents are told by their rows in the group.
        let told = self.rejected.len();
        let Passed { group: through, dropped } = self.through(at, &taken)?;
        let own = |origins: &[u32]| origins.iter().map(|&row| group.origins[row as usize]).collect();
        for rejected in self.rejected.iter_mut().skip(told) {
            rejected.origin = group.origins[rejected.origin as usize];
        }
        let schema = &self.opened.schemas[at];
        let joined = past.with_nulls(schema).and_then(|past| Group::union(schema, &[through, past]));
        let Group { batch, origins } = joined.map_err(fault(self.plan, at))?;
        let dropped = dropped.map(|dropped| Group { origins: own(&dropped.origins), ..dropped });
        Ok(Passed { group: Group { batch, origins: own(&origins) }, dropped })
    }

    /// For which rows the stage's `when` holds; `None` where it has none.
    fn holds(&self, at: usize, batch: &RecordBatch) -> Result<Option<BooleanArray>, RunError> {
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

    /// Runs stage `at` over a group.
    fn through(&mut self, at: usize, group: &Group) -> Result<Passed, RunError> {
        let planned = &self.plan.stages[at];
        let rows = group.batch.num_rows();
        let mut drops = self.opened.is_read[at].then(Vec::new);
        if rows == 0 {
            let dropped = drops.map(|drops| self.dropped(at, group, &drops)).transpose()?;
            return Ok(Passed { group: self.nothing(at), dropped });
        }
        self.ledgers[at].counts.documents_in += rows as u64;
        let sent_schema = graph::read_schema(planned, &self.opened.inputs[at]);
        let sent = project(&group.batch, &sent_schema).map_err(fault(self.plan, at))?;
        let mut parts = Vec::new();
        for offset in (0..rows).step_by(planned.batch.max(1)) {
            let len = planned.batch.max(1).min(rows - offset);
            for piece in self.attempt(at, &sent, (offset, len), group)? {
                parts.push(self.settle(at, group, piece, drops.as_mut())?);
            }
        }
        let group_out = self.joined(at, &parts).map_err(fault(self.plan, at))?;
        self.count_out(at, &group_out);
        let dropped = drops.map(|drops| self.dropped(at, group, &drops)).transpose()?;
        Ok(Passed { group: group_out, dropped })
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

    /// No documents, with the columns after stage `at`.
    fn nothing(&self, at: usize) -> Group {
        let batch = RecordBatch::new_empty(self.opened.schemas[at].clone());
        Group { batch, origins: Vec::new() }
    }

    fn joined(&self, at: usize, parts: &[Group]) -> Result<Group, Failure> {
        if parts.is_empty() {
            return Ok(self.nothing(at));
        }
        let batches: Vec<RecordBatch> = parts.iter().map(|part| part.batch.clone()).collect();
        let origins = parts.iter().flat_map(|part| part.origins.iter().copied()).collect();
        Ok(Group { batch: join(&batches)?, origins })
    }

    /// Calls the stage; on a failure without a row the rows are halved until the culprit stands alone.
    fn attempt(
        &mut self,
        at: usize,
        sent: &RecordBatch,
        whole: (usize, usize),
        group: &Group,
    ) -> Result<Vec<Piece>, RunError> {
        let mut pieces = Vec::new();
        let mut todo = vec![whole];
        while let Some((offset, len)) = todo.pop() {
            if len == 0 {
                continue;
            }
            let failure = match self.call(at, &sent.slice(offset, len)) {
                Err(failure) => failure,
                Ok(output) => {
                    let Some(failure) = oversize(&output, &group.batch, offset) else {
                        pieces.push(Piece { offset, len, output });
                        continue;
                    };
                    failure
                }
            };
            if failure.fatal {
                return Err(self.plugin_fault(at, &failure));
            }
            if failure.poisoned {
                self.renew(at)?;
            }
            match failure.row.filter(|&row| row < len) {
                Some(row) => {
                    self.reject(at, group, offset + row, (&failure.code, &failure.message))?;
                    todo.extend([(offset + row + 1, len - row - 1), (offset, row)]);
                }
                None if len == 1 => self.reject(at, group, offset, (&failure.code, &failure.message))?,
                None => todo.extend([(offset + len / 2, len - len / 2), (offset, len / 2)]),
            }
        }
        Ok(pieces)
    }

    fn call(&mut self, at: usize, batch: &RecordBatch) -> Result<Output, Failure> {
        let _inside = tracing::debug_span!("stage", id = self.plan.stages[at].id).entered();
        tracing::trace!(documents = batch.num_rows(), "batch");
        let began = Instant::now();
        let stage =
            self.opened.stages[at].as_mut().ok_or_else(|| Failure::new("internal", "a sink has no output"));
        let result = stage.and_then(|stage| stage.process(batch));
        self.ledgers[at].nanos += began.elapsed().as_nanos() as u64;
        result
    }

    /// Puts a fresh instance in the place of one that panicked.
    pub(crate) fn renew(&mut self, at: usize) -> Result<(), RunError> {
        let planned = &self.plan.stages[at];
        let made = graph::create(planned, self.stages, &self.opened.inputs[at]);
        let (stage, _) = made.map_err(fault(self.plan, at))?;
        self.opened.stages[at] = Some(stage);
        Ok(())
    }

    fn plugin_fault(&self, at: usize, failure: &Failure) -> RunError {
        let planned = &self.plan.stages[at];
        let message = format!("plugin {} {}: {}", planned.plugin, planned.version, failure.message);
        RunError { stage: Some(planned.id.clone()), ..RunError::new(RunErrorKind::Plugin, message) }
    }

    fn reject(&mut self, at: usize, group: &Group, row: usize, what: (&str, &str)) -> Result<(), RunError> {
        let names = (name_of(&group.batch, "id", row), name_of(&group.batch, "uri", row));
        self.book(at, (group.origins[row], row), names, what)
    }

    /// Books a document that goes no further, as the stage's `on_error` has it.
    pub(crate) fn book(
        &mut self,
        at: usize,
        (origin, row): (u32, usize),
        (id, uri): (String, String),
        (code, message): (&str, &str),
    ) -> Result<(), RunError> {
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
                let rejection = rejection(planned, (id, uri), code, message);
                self.rejected.push(Rejected { origin, stage: at, row, rejection });
            }
        }
        Ok(())
    }

    /// Checks what came back for one piece and joins it to the documents it belongs to.
    ///
    /// `drops` takes the rows of the group that the stage dropped, with the reasons.
    fn settle(
        &mut self,
        at: usize,
        group: &Group,
        piece: Piece,
        mut drops: Option<&mut Vec<(u32, String)>>,
    ) -> Result<Group, RunError> {
        let Piece { offset, len, output } = piece;
        let plan = self.plan;
        let input = Group {
            batch: group.batch.slice(offset, len),
            origins: group.origins[offset..offset + len].to_vec(),
        };
        let parents: Option<&UInt32Array> =
            if let Rows::From(rows) = &output.rows { Some(rows) } else { None };
        let joined = match parents {
            None => self.with_columns(at, input, &output.columns),
            Some(rows) => input
                .take(rows)
                .and_then(|carried| self.with_columns(at, carried, &output.columns))
                .and_then(|joined| joined.number_parts(rows)),
        };
        let joined = joined.map_err(fault(plan, at))?;

        // Fates and broken spans are told by input row; an output row goes where its parent goes.
        let mut gone = vec![false; len];
        for fate in &output.fates {
            let row = fate.row as usize;
            gone[row] = true;
            if fate.dropped {
                *self.ledgers[at].counts.dropped.entry(fate.code.clone()).or_default() += 1;
                if let Some(drops) = drops.as_mut() {
                    drops.push(((offset + row) as u32, fate.code.clone()));
                }
            } else {
                self.reject(at, group, offset + row, (&fate.code, &fate.message))?;
            }
        }
        let parent_of = |row: usize| parents.map_or(row, |rows| rows.value(row) as usize);
        let added = added_layers(&output.columns);
        for row in 0..joined.batch.num_rows() {
            let parent = parent_of(row);
            if gone[parent] {
                continue;
            }
            if let Some(broken) = broken_span(&joined.batch, &added, row) {
                gone[parent] = true;
                self.reject(at, group, offset + parent, ("bad_output", &broken))?;
            }
        }
        if let Some(parents) = parents {
            self.count_made(at, group, (offset, len), (parents, &mut gone))?;
        }
        let keep: Vec<bool> = (0..joined.batch.num_rows()).map(|row| !gone[parent_of(row)]).collect();
        joined.filter(&keep).map_err(fault(plan, at))
    }

    /// Counts rows made by splitting, and rejects documents that a stage let vanish.
    fn count_made(
        &mut self,
        at: usize,
        group: &Group,
        (offset, len): (usize, usize),
        (parents, gone): (&UInt32Array, &mut [bool]),
    ) -> Result<(), RunError> {
        let mut children = vec![0u64; len];
        for &parent in parents.values() {
            children[parent as usize] += 1;
        }
        for row in 0..len {
            if gone[row] {
                continue;
            }
            if children[row] == 0 {
                gone[row] = true;
                let words = "the stage gave neither the document nor a reason why not";
                self.reject(at, group, offset + row, ("bad_output", words))?;
            } else {
                self.ledgers[at].counts.made += children[row] - 1;
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
        code: code.to_owned(),
        message: message.to_owned(),
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

/// A splitting stage multiplies its documents' texts: more of them than a column can hold is a failure.
fn oversize(output: &Output, batch: &RecordBatch, offset: usize) -> Option<Failure> {
    let Rows::From(parents) = &output.rows else { return None };
    let texts = batch.column_by_name("text")?.as_string_opt::<i32>()?;
    let bytes: u64 =
        parents.values().iter().map(|&row| texts.value(offset + row as usize).len() as u64).sum();
    let message = || format!("the parts together would hold {bytes} bytes of text; the limit is {MAX_TEXT}");
    (bytes > MAX_TEXT).then(|| Failure::new("too_large", message()))
}

/// Bytes of text that a batch may hold.
const MAX_TEXT: u64 = 1 << 30;

pub(crate) fn added_layers(added: &RecordBatch) -> Vec<String> {
    let layers = added.schema_ref().fields().iter().filter(|field| columns::is_layer(field.data_type()));
    layers.map(|field| field.name().clone()).collect()
}

/// What is wrong with a document's new annotations, if anything is.
pub(crate) fn broken_span(batch: &RecordBatch, layers: &[String], row: usize) -> Option<String> {
    let texts = batch.column_by_name("text")?.as_string_opt::<i32>()?;
    layers.iter().find_map(|name| {
        let layer = docmill_sdk::Documents::new(batch).layer(name).ok()?;
        Layer::check(&layer, row, texts.value(row)).err().map(|what| format!("layer `{name}`: {what}"))
    })
}
