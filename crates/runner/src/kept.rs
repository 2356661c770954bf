//! Results of earlier runs, taken in place of work, and those of this run, kept for later ones.

use crate::attempt::Outcome;
use crate::frame;
use crate::shared::Work;
use crate::{Report, RunError, RunErrorKind};
use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, SchemaRef};
use docmill_pipeline::{Kind, Plan};
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
}

/// The result of one stage for the block.
enum Slot {
    /// Neither there nor to be kept.
    Off,
    /// There.
    Read(Reader),
    /// To be kept.
    Write(Box<Writer>, Named),
}

impl<'a> Kept<'a> {
    /// No results, and none are kept.
    pub(crate) fn off(plan: &Plan) -> Self {
        Self { store: None, stages: plan.stages.iter().map(|_| Slot::Off).collect(), note: None }
    }

    /// Looks for the results of a block whose content is known by its fingerprint.
    pub(crate) fn look(
        plan: &Plan,
        Keep { store, recipes }: Keep<'a>,
        (source, fingerprint): (usize, &str),
    ) -> Result<Self, RunError> {
        let mut note = None;
        let mut stages = Vec::with_capacity(plan.stages.len());
        for (at, named) in names(plan, recipes, source, fingerprint).into_iter().enumerate() {
            let Some(named) = named.filter(|_| plan.stages[at].kind != Kind::Sink) else {
                stages.push(Slot::Off);
                continue;
            };
            stages.push(if let Some((reader, told)) = store.find(&named.key) {
                note = if at == source { Some(told) } else { note };
                Slot::Read(reader)
            } else {
                Slot::Write(Box::new(store.writer().map_err(failed)?), named)
            });
        }
        Ok(Self { store: Some(store), stages, note })
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

    /// Keeps the next batch of a source.
    pub(crate) fn keep_batch(&mut self, at: usize, batch: &RecordBatch) -> Result<(), RunError> {
        let Slot::Write(writer, _) = &mut self.stages[at] else { return Ok(()) };
        writer.frame(&frame::of_batch(batch).map_err(unreadable)?).map_err(failed)
    }

    /// What came of the next group of so many documents in a stage, with columns of this schema, if that is there.
    pub(crate) fn outcome(
        &mut self,
        at: usize,
        documents: usize,
        added: &SchemaRef,
    ) -> Result<Option<Outcome>, RunError> {
        let Slot::Read(reader) = &mut self.stages[at] else { return Ok(None) };
        let frame = reader.frame().map_err(failed)?;
        let outcome =
            frame.map(|frame| frame::to_outcome(&frame, documents).map_err(unreadable)).transpose()?;
        let outcome = outcome.flatten().filter(|outcome| outcome.columns.schema_ref() == added);
        if outcome.is_none() {
            // It belongs to other groups than these: no harm is done by working.
            self.stages[at] = Slot::Off;
        }
        Ok(outcome)
    }

    /// Keeps what came of the next group of so many documents in a stage.
    pub(crate) fn keep(&mut self, at: usize, outcome: &Outcome, documents: usize) -> Result<(), RunError> {
        let Slot::Write(writer, _) = &mut self.stages[at] else { return Ok(()) };
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
        for (slot, planned) in self.stages.into_iter().zip(&plan.stages) {
            let Slot::Write(writer, named) = slot else { continue };
            let written: Written = writer.finish().map_err(failed)?;
            let note = match planned.kind {
                Kind::Source => json!({ "taken": Key::new(*taken) }),
                _ => Value::Null,
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
