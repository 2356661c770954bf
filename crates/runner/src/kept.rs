//! Results of earlier runs, taken in place of work, and those of this run, kept for later ones.

use crate::attempt::Outcome;
use crate::frame;
use crate::shared::Work;
use crate::{Report, RunError, RunErrorKind};
use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, SchemaRef};
use docmill_pipeline::{Kind, Plan, PlannedStage};
use docmill_store::{Key, Reader, Recipe, Store, Writer, Written};
use serde_json::{Value, json};
use std::{fmt, io};

/// Somebody who has a store.
pub trait Keeper: Sync + fmt::Debug {
    /// Opens the store; called once a run, when all else that can be found wrong beforehand was looked for.
    ///
    /// # Errors
    /// When it cannot be had.
    fn open(&self) -> Result<Keep<'_>, RunError>;

    /// The report of an earlier run of the same stages over the same documents, if all that it wrote is still as it
    /// left it. `key` names what was run on what.
    fn unchanged(&self, key: &Key) -> Option<Report>;
}

/// Where the results of stages are kept, and what they depend on beside their input.
#[derive(Clone, Copy, Debug)]
pub struct Keep<'a> {
    /// The store.
    pub store: &'a Store,
    /// One a stage of the plan: all that can change what the stage makes of its input. What cannot, such as paths,
    /// threads and time limits, must not be in it.
    pub recipes: &'a [Recipe],
}

/// What a stage's result for a block is called, and what it was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) key: Key,
    pub(crate) recipe: Key,
    pub(crate) input: Key,
}

/// Names the results of all stages for a block of one source; none for a stage that the block does not reach.
pub(crate) fn names(plan: &Plan, recipes: &[Recipe], source: usize, fingerprint: &str) -> Vec<Option<Named>> {
    let mut named: Vec<Option<Named>> = Vec::with_capacity(plan.stages.len());
    for (at, (planned, recipe)) in plan.stages.iter().zip(recipes).enumerate() {
        let input = if at == source {
            Some(Key::of([fingerprint.as_bytes()]))
        } else {
            let inputs = planned.from.iter().filter_map(|edge| {
                named.get(edge.stage).copied().flatten().map(|named| (u8::from(edge.dropped), named.key))
            });
            let inputs: Vec<(u8, Key)> = inputs.collect();
            let pieces =
                inputs.iter().flat_map(|(dropped, key)| [std::slice::from_ref(dropped), &key.bytes()[..]]);
            (!inputs.is_empty()).then(|| Key::of(pieces))
        };
        let recipe = recipe.key();
        named.push(input.map(|input| Named {
            key: Key::of([&recipe.bytes()[..], input.bytes()]),
            recipe,
            input,
        }));
    }
    named
}

/// Names what a run makes: all its stages, with what is done about failures, on all its blocks. None where the
/// content of a block is not known.
pub(crate) fn run(plan: &Plan, recipes: &[Recipe], work: &[Work]) -> Option<Key> {
    let mut pieces: Vec<Vec<u8>> = Vec::new();
    for (planned, recipe) in plan.stages.iter().zip(recipes) {
        let edges = planned.from.iter().map(|edge| (edge.stage, edge.dropped));
        let shape = json!([planned.id, planned.on_error, edges.collect::<Vec<_>>()]).to_string();
        pieces.extend([shape.into_bytes(), recipe.key().bytes().to_vec()]);
    }
    pieces.push(json!(plan.run.duplicate_ids).to_string().into_bytes());
    for work in work {
        let fingerprint = work.fingerprint.get()?.as_deref()?;
        pieces.push(json!([work.source, work.block.uri, fingerprint]).to_string().into_bytes());
    }
    Some(Key::of(pieces.iter().map(Vec::as_slice)))
}

/// The results of one block, as it is worked on.
pub(crate) struct Kept<'a> {
    store: Option<&'a Store>,
    stages: Vec<Slot>,
    /// What the store knows of the source's result.
    note: Option<Value>,
    /// How many documents the source gave, errors included.
    documents: u64,
    /// How many documents failed in each stage.
    failed: Vec<u64>,
    /// The stages that gave something new for the unit that is worked on.
    is_new: Vec<bool>,
}

/// The result of one stage for the block.
enum Slot {
    /// Neither there nor to be kept.
    Off,
    /// There.
    Read(Reader),
    /// To be kept.
    Write(Box<Writer>, Named),
    /// There, and to be kept anew with what now comes of the units in which documents failed.
    Replay(Reader, Box<Writer>, Named),
}

impl<'a> Kept<'a> {
    /// No results, and none are kept.
    pub(crate) fn off(plan: &Plan) -> Self {
        let stages: Vec<Slot> = plan.stages.iter().map(|_| Slot::Off).collect();
        let (failed, is_new) = (vec![0; stages.len()], vec![false; stages.len()]);
        Self { store: None, stages, note: None, documents: 0, failed, is_new }
    }

    /// Looks for the results of a block whose content is known by its fingerprint. With `replay` those in which
    /// documents failed are not taken, nor what later stages made of them.
    pub(crate) fn look(
        plan: &Plan,
        Keep { store, recipes }: Keep<'a>,
        (source, fingerprint): (usize, &str),
        replay: bool,
    ) -> Self {
        let mut kept = Self { store: Some(store), ..Self::off(plan) };
        for (at, named) in names(plan, recipes, source, fingerprint).into_iter().enumerate() {
            let Some(named) = named.filter(|_| plan.stages[at].kind != Kind::Sink) else { continue };
            let found = store.find(&named.key);
            let is_replayed = replay && {
                let some_failed = found.as_ref().is_some_and(|(_, note)| note["failed"].as_u64() > Some(0));
                let is_new = |stage: usize| matches!(kept.stages[stage], Slot::Write(..) | Slot::Replay(..));
                some_failed || plan.stages[at].from.iter().any(|edge| is_new(edge.stage))
            };
            kept.stages[at] = match found {
                Some((reader, note)) if !is_replayed => {
                    kept.note = if at == source { Some(note) } else { kept.note };
                    Slot::Read(reader)
                }
                // What a source could not read is looked for where it was.
                Some((reader, _)) if at != source => Slot::Replay(reader, Box::new(store.writer()), named),
                _ => Slot::Write(Box::new(store.writer()), named),
            };
        }
        kept
    }

    /// What is known of the source's result: none where the source must be read.
    pub(crate) fn note(&self) -> Option<&Value> {
        self.note.as_ref()
    }

    /// The next batch of a source whose result is there.
    pub(crate) fn batch(&mut self, at: usize) -> Result<Option<RecordBatch>, RunError> {
        let Slot::Read(reader) = &mut self.stages[at] else { return Ok(None) };
        let frame = reader.frame().map_err(failed)?;
        frame.map(|frame| frame::to_batch(&frame).map_err(unreadable)).transpose()
    }

    /// Begins the next unit of so many documents, of which some are errors of the source.
    pub(crate) fn begin_unit(&mut self, source: usize, (documents, errors): (usize, usize)) {
        self.documents += documents as u64;
        self.is_new.fill(false);
        self.is_new[source] = matches!(self.stages[source], Slot::Write(..));
        self.failed[source] += errors as u64;
    }

    /// Keeps the next batch of a source.
    pub(crate) fn keep_batch(&mut self, at: usize, batch: &RecordBatch) -> Result<(), RunError> {
        let Slot::Write(writer, _) = &mut self.stages[at] else { return Ok(()) };
        writer.frame(&frame::of_batch(batch).map_err(unreadable)?).map_err(failed)
    }

    /// What came of the next group of so many documents in a stage, with columns of this schema, if that is there.
    pub(crate) fn outcome(
        &mut self,
        (at, planned): (usize, &PlannedStage),
        documents: usize,
        added: &SchemaRef,
    ) -> Result<Option<Outcome>, RunError> {
        self.is_new[at] = true;
        let after_new = planned.from.iter().any(|edge| self.is_new[edge.stage]);
        let (Slot::Read(reader) | Slot::Replay(reader, ..)) = &mut self.stages[at] else { return Ok(None) };
        let Some(frame) = reader.frame().map_err(failed)? else { return Ok(None) };
        let outcome = frame::to_outcome(&frame, documents).map_err(unreadable)?;
        let mut outcome = outcome.filter(|outcome| outcome.columns.schema_ref() == added);
        if let Slot::Replay(_, writer, _) = &mut self.stages[at] {
            outcome = outcome.filter(|outcome| !after_new && outcome.failures.is_empty());
            // What is as it was is kept as it is.
            outcome.iter().try_for_each(|_| writer.frame(&frame)).map_err(failed)?;
        } else if outcome.is_none() {
            // It belongs to other groups than these: no harm is done by working.
            self.stages[at] = Slot::Off;
        }
        self.is_new[at] = outcome.is_none();
        Ok(outcome)
    }

    /// Keeps what came of the next group of so many documents in a stage.
    pub(crate) fn keep(&mut self, at: usize, outcome: &Outcome, documents: usize) -> Result<(), RunError> {
        self.failed[at] += outcome.failures.len() as u64;
        let (Slot::Write(writer, _) | Slot::Replay(_, writer, _)) = &mut self.stages[at] else {
            return Ok(());
        };
        writer.frame(&frame::of_outcome(outcome, documents).map_err(unreadable)?).map_err(failed)
    }

    /// Keeps nothing of a block from this stage on: what came of it is true of the moment alone, and the results of
    /// later stages have the names that they would have without it.
    pub(crate) fn spoil(&mut self, at: usize) {
        self.stages.iter_mut().skip(at).for_each(|slot| *slot = Slot::Off);
    }

    /// Hands the results of a block that was read to its end to the store.
    pub(crate) fn finish(self, plan: &Plan, block: &str, taken: &[u8; 32]) -> Result<(), RunError> {
        let Some(store) = self.store else { return Ok(()) };
        let mut results = Vec::new();
        for ((slot, planned), failures) in self.stages.into_iter().zip(&plan.stages).zip(self.failed) {
            let (Slot::Write(writer, named) | Slot::Replay(_, writer, named)) = slot else { continue };
            let written: Written = writer.finish().map_err(failed)?;
            let note = match planned.kind {
                Kind::Source => {
                    json!({ "documents": self.documents, "failed": failures, "taken": Key::new(*taken) })
                }
                _ => json!({ "failed": failures }),
            };
            let place = (planned.id.as_str(), block);
            let entry = Store::entry(&written, named.key, (named.recipe, named.input), place, note);
            results.push((written, entry));
        }
        store.put(results).map_err(failed)
    }
}

/// The digest over a block's documents, as its note has it.
pub(crate) fn taken(note: &Value) -> Option<[u8; 32]> {
    let key: Key = serde_json::from_value(note.get("taken")?.clone()).ok()?;
    Some(*key.bytes())
}

#[expect(clippy::needless_pass_by_value, reason = "a mapper for map_err")]
pub(crate) fn failed(error: io::Error) -> RunError {
    RunError::new(RunErrorKind::Run, format!("results cannot be kept in the store: {error}"))
}

#[expect(clippy::needless_pass_by_value, reason = "a mapper for map_err")]
fn unreadable(error: ArrowError) -> RunError {
    RunError::new(RunErrorKind::Run, format!("a kept result cannot be understood: {error}"))
}
