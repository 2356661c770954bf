//! Calls a stage on a group of documents and finds out what came of each.
//!
//! Nothing is counted here and no document goes anywhere: what came of a group is a value, the same whether the
//! stage was called now or the value was kept from an earlier run.

use crate::again::again;
use crate::flow::{Lane, fault};
use crate::graph;
use crate::identity::broken_rows;
use crate::rows::{self, Group, project};
use crate::spans::{broken_span, layers_of};
use crate::{Blame, Failure, Output, Rows, RunError, RunErrorKind};
use arrow_array::cast::AsArray;
use arrow_array::{BooleanArray, RecordBatch, StringArray, UInt32Array};
use arrow_schema::SchemaRef;
use arrow_select::concat::concat_batches;
use arrow_select::filter::filter_record_batch;
use std::sync::atomic::Ordering;
use std::time::Instant;

/// What came of a group of documents in a transform. Rows are those of the group.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Outcome {
    /// Documents that failed: row, code, message; sorted by row.
    pub(crate) failures: Vec<(u32, String, String)>,
    /// Documents that failed for the moment when they stood alone: row, and how often they were tried again;
    /// sorted by row. An outcome that has any is true of its moment, and another run may not take it over.
    pub(crate) again: Vec<(u32, u32)>,
    /// Documents that the stage dropped, with its reason; sorted by row.
    pub(crate) drops: Vec<(u32, String)>,
    /// How many went past the stage because its `when` does not hold for them.
    pub(crate) skipped: u64,
    /// The row that each document which goes on comes from; `None`: all of them, in order.
    pub(crate) rows: Option<Vec<u32>>,
    /// The columns that the stage adds, one row a document which goes on.
    pub(crate) columns: RecordBatch,
}

impl Outcome {
    /// How many documents the stage made beyond those that it got, by splitting.
    pub(crate) fn made(&self, len: usize) -> u64 {
        let Some(rows) = &self.rows else { return 0 };
        let mut is_there = vec![false; len];
        rows.iter().for_each(|&row| is_there[row as usize] = true);
        (rows.len() - is_there.iter().filter(|there| **there).count()) as u64
    }
}

/// How often a stage's process died over a document alone.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Deaths {
    in_a_row: usize,
    /// True once a batch came through.
    has_worked: bool,
    /// True when a document of the group at hand was given up for it.
    pub(crate) in_group: bool,
}

/// Documents in a row over which the process of a stage may die that has never worked: it is the stage then.
const MAX_DEATHS: usize = 16;
/// The same for a stage that has worked: a bad stretch of an archive must not end a run.
const MAX_DEATHS_LATER: usize = 256;
/// How often a document is tried again that may not have been the cause of a death.
const MAX_TRIES: usize = 2;

/// What came of a run of rows that the stage took in one call.
struct Piece {
    offset: usize,
    len: usize,
    output: Output,
}

impl Lane<'_> {
    /// Runs stage `at` over a group; documents for which its `when` does not hold go past it.
    pub(crate) fn outcome(&mut self, at: usize, group: &Group) -> Result<Outcome, RunError> {
        let Some(holds) = self.holds(at, &group.batch)? else { return self.through(at, group) };
        let (taken, past) = group.split(&holds).map_err(fault(self.plan, at))?;
        if past.origins.is_empty() {
            return self.through(at, group);
        }
        let outcome = self.through(at, &taken)?;
        // The parts carry their rows in this group in place of their origins.
        let own = |row: u32| taken.origins[row as usize];
        let rows: Vec<u32> = match &outcome.rows {
            Some(rows) => rows.iter().map(|&row| own(row)).chain(past.origins.iter().copied()).collect(),
            None => taken.origins.iter().chain(&past.origins).copied().collect(),
        };
        let mut order: Vec<u32> = (0..rows.len() as u32).collect();
        order.sort_by_key(|&n| rows[n as usize]);
        let nulls = rows::nulls(outcome.columns.schema_ref(), past.origins.len());
        let columns = nulls
            .and_then(|nulls| {
                let joined = concat_batches(outcome.columns.schema_ref(), [&outcome.columns, &nulls]);
                joined.and_then(|joined| rows::take(&joined, &UInt32Array::from(order.clone())))
            })
            .map_err(|e| fault(self.plan, at)(rows::failed(e)))?;
        let rows: Vec<u32> = order.iter().map(|&n| rows[n as usize]).collect();
        Ok(Outcome {
            failures: outcome.failures.into_iter().map(|(row, code, why)| (own(row), code, why)).collect(),
            again: outcome.again.into_iter().map(|(row, times)| (own(row), times)).collect(),
            drops: outcome.drops.into_iter().map(|(row, why)| (own(row), why)).collect(),
            skipped: past.origins.len() as u64,
            rows: Some(rows),
            columns,
        })
    }

    fn through(&mut self, at: usize, group: &Group) -> Result<Outcome, RunError> {
        let planned = &self.plan.stages[at];
        let rows = group.batch.num_rows();
        let sent_schema = graph::read_schema(planned, &self.opened.inputs[at]);
        let sent = project(&group.batch, &sent_schema).map_err(fault(self.plan, at))?;
        let mut judged = Judged::default();
        let size = planned.batch.min(self.batch).max(1);
        for offset in (0..rows).step_by(size) {
            // A slow stage may work on one group for longer than whoever stops the run has patience.
            if self.cancel.load(Ordering::Relaxed) {
                return Err(RunError::new(RunErrorKind::Stopped, "the run was stopped"));
            }
            let len = size.min(rows - offset);
            for piece in self.attempt(at, (&sent, group), (offset, len), &mut judged)? {
                let part = judged.settle(group, &piece, &self.opened.added[at]);
                judged.parts.push(part.map_err(fault(self.plan, at))?);
            }
        }
        judged.whole(rows, &self.opened.added[at]).map_err(fault(self.plan, at))
    }

    /// Calls the stage; on a failure without a row the rows are halved until the culprit stands alone.
    ///
    /// What failed for the moment is tried again only when it stands alone: then neither the size of batches nor
    /// what else is in them decides how often.
    fn attempt(
        &mut self,
        at: usize,
        (sent, group): (&RecordBatch, &Group),
        whole: (usize, usize),
        judged: &mut Judged,
    ) -> Result<Vec<Piece>, RunError> {
        let mut pieces = Vec::new();
        let mut todo = vec![(whole, 0)];
        while let Some(((offset, len), tries)) = todo.pop() {
            if len == 0 {
                continue;
            }
            let called = self.call_again(at, &sent.slice(offset, len), (offset, &mut judged.again))?;
            let failure = match called {
                Err(failure) => failure,
                Ok(output) => {
                    if let Some(broken) = broken_rows(&self.plan.stages[at], len, &output) {
                        return Err(self.plugin_fault(at, &Failure::new("bad_rows", broken)));
                    }
                    self.deaths[at] = Deaths { in_a_row: 0, has_worked: true, ..self.deaths[at] };
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
            let mut fail = |row: usize| {
                judged.failures.push((row as u32, failure.code.clone(), failure.message.clone()));
            };
            let retry = failure.retryable && self.plan.stages[at].retry > 0;
            let halves = [((offset + len / 2, len - len / 2), 0), ((offset, len / 2), 0)];
            match failure.row.filter(|&row| row < len) {
                Some(row) if retry && len > 1 => {
                    let (own, after) = (offset + row, offset + row + 1);
                    todo.extend([((after, len - row - 1), 0), ((own, 1), 0), ((offset, row), 0)]);
                }
                Some(row) => {
                    fail(offset + row);
                    if failure.retryable && len > 1 {
                        judged.again.push(((offset + row) as u32, 0));
                    }
                    todo.extend([((offset + row + 1, len - row - 1), 0), ((offset, row), 0)]);
                }
                None if len > 1 => todo.extend(halves),
                // In a process that has done nothing else yet it may come through.
                None if failure.death == Some(Blame::Unclear) && tries < MAX_TRIES => {
                    todo.push(((offset, len), tries + 1));
                }
                None => {
                    fail(offset);
                    self.count_death(at, &failure)?;
                }
            }
        }
        Ok(pieces)
    }

    /// Calls the stage; one document alone again for as long as that fails for the moment and may be done again.
    fn call_again(
        &mut self,
        at: usize,
        batch: &RecordBatch,
        (offset, told): (usize, &mut Vec<(u32, u32)>),
    ) -> Result<Result<Output, Failure>, RunError> {
        let (is_alone, cancel) = (batch.num_rows() == 1, self.cancel);
        let retry = if is_alone { self.plan.stages[at].retry } else { 0 };
        let (called, times) = again(retry, cancel, || self.call(at, batch))?;
        told.extend(times.filter(|_| is_alone).map(|times| (offset as u32, times)));
        Ok(called)
    }

    /// A stage over which every document dies is broken: to go on would only take longer.
    fn count_death(&mut self, at: usize, failure: &Failure) -> Result<(), RunError> {
        let deaths = &mut self.deaths[at];
        if failure.death.is_none() {
            deaths.in_a_row = 0;
            return Ok(());
        }
        deaths.in_a_row += 1;
        deaths.in_group = true;
        let limit = if deaths.has_worked { MAX_DEATHS_LATER } else { MAX_DEATHS };
        if deaths.in_a_row < limit {
            return Ok(());
        }
        let (code, why) = (&failure.code, &failure.message);
        let message = format!("{limit} documents in a row brought it down, the last with `{code}`: {why}");
        let stage = Some(self.plan.stages[at].id.clone());
        Err(RunError { stage, ..RunError::new(RunErrorKind::Deaths, message) })
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
}

/// What is known so far of a group's documents.
#[derive(Default)]
struct Judged {
    failures: Vec<(u32, String, String)>,
    again: Vec<(u32, u32)>,
    drops: Vec<(u32, String)>,
    /// Rows of the group that go on, with the columns added to them.
    parts: Vec<(Vec<u32>, RecordBatch)>,
}

impl Judged {
    /// Checks what came back for one piece; gives the documents that go on.
    fn settle(
        &mut self,
        group: &Group,
        Piece { offset, len, output }: &Piece,
        added: &SchemaRef,
    ) -> Result<(Vec<u32>, RecordBatch), Failure> {
        let columns = project(&output.columns, added)
            .map_err(|_| Failure::new("bad_output", "a declared column did not come back"))?;
        // Columns that may be null because of a `when` are declared so by the runner, not by the stage.
        let columns = rows::batch(added, columns.columns().to_vec(), columns.num_rows())
            .map_err(|e| Failure::new("bad_output", e.to_string()))?;
        let parents: Option<&[u32]> =
            if let Rows::From(rows) = &output.rows { Some(rows.values()) } else { None };
        let parent_of = |row: usize| parents.map_or(row, |parents| parents[row] as usize);

        // Fates and broken spans are told by input row; an output row goes where its parent goes.
        let mut gone = vec![false; *len];
        for fate in &output.fates {
            let row = fate.row as usize;
            gone[row] = true;
            let row = (offset + row) as u32;
            if fate.dropped {
                self.drops.push((row, fate.code.clone()));
            } else {
                self.failures.push((row, fate.code.clone(), fate.message.clone()));
            }
        }
        let layers = layers_of(&columns);
        let texts = Texts::of(group, &columns);
        for row in 0..columns.num_rows() {
            let parent = parent_of(row);
            if gone[parent] {
                continue;
            }
            let broken = texts.of_row(row, offset + parent).and_then(|text| broken_span(&layers, row, text));
            if let Some(broken) = broken {
                gone[parent] = true;
                self.failures.push(((offset + parent) as u32, "bad_output".to_owned(), broken));
            }
        }
        if let Some(parents) = parents {
            self.find_vanished((*offset, *len), parents, &mut gone);
        }
        let keep: Vec<bool> = (0..columns.num_rows()).map(|row| !gone[parent_of(row)]).collect();
        let rows =
            (0..columns.num_rows()).filter(|&row| keep[row]).map(|row| (offset + parent_of(row)) as u32);
        let rows = rows.collect();
        if keep.iter().all(|&keep| keep) {
            return Ok((rows, columns));
        }
        let columns = filter_record_batch(&columns, &BooleanArray::from(keep)).map_err(rows::failed)?;
        Ok((rows, columns))
    }

    /// Documents that a stage which changes rows gave back neither whole nor in parts nor with a reason.
    fn find_vanished(&mut self, (offset, len): (usize, usize), parents: &[u32], gone: &mut [bool]) {
        let mut is_there = vec![false; len];
        parents.iter().for_each(|&parent| is_there[parent as usize] = true);
        for row in (0..len).filter(|&row| !is_there[row]) {
            if !gone[row] {
                gone[row] = true;
                let words = "the stage gave neither the document nor a reason why not";
                self.failures.push(((offset + row) as u32, "bad_output".to_owned(), words.to_owned()));
            }
        }
    }

    fn whole(mut self, len: usize, added: &SchemaRef) -> Result<Outcome, Failure> {
        self.failures.sort_by_key(|failure| failure.0);
        self.again.sort_by_key(|again| again.0);
        self.drops.sort_by_key(|drop| drop.0);
        let columns = match self.parts.as_slice() {
            [(_, one)] => one.clone(),
            parts => concat_batches(added, parts.iter().map(|part| &part.1)).map_err(rows::failed)?,
        };
        let rows: Vec<u32> = std::mem::take(&mut self.parts).into_iter().flat_map(|part| part.0).collect();
        let is_same = rows.len() == len && rows.iter().zip(0..).all(|(row, n)| *row == n);
        let rows = (!is_same).then_some(rows);
        let Self { failures, again, drops, .. } = self;
        Ok(Outcome { failures, again, drops, skipped: 0, rows, columns })
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

/// The texts that new annotations lie in: the stage's own if it rewrites them, else those of the group.
struct Texts<'a> {
    new: Option<&'a StringArray>,
    old: Option<&'a StringArray>,
}

impl<'a> Texts<'a> {
    fn of(group: &'a Group, columns: &'a RecordBatch) -> Self {
        let texts = |batch: &'a RecordBatch| batch.column_by_name("text")?.as_string_opt::<i32>();
        Self { new: texts(columns), old: texts(&group.batch) }
    }

    fn of_row(&self, row: usize, parent: usize) -> Option<&'a str> {
        self.new.map(|new| new.value(row)).or_else(|| self.old.map(|old| old.value(parent)))
    }
}
