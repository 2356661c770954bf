//! A few documents through the stages of a plan, without its sinks: what `trace` and `peek` look at.
//!
//! The runner itself does the work, so that what is shown is what a run does. Its sources are held back: they hand
//! on the chosen documents alone, and read nothing more once enough has been seen.

use crate::exit::Exit;
use crate::installed::Installed;
use crate::terminal;
use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_schema::SchemaRef;
use docmill_pipeline::{Kind, OnError, Plan, PlannedStage};
use docmill_runner::{Batches, Failure, Options, Output, Progress, Report, RunError, Stage, Stages, Watch};
use docmill_sdk::Block;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Which documents of the sources are taken.
#[derive(Clone, Debug)]
pub(crate) enum Pick {
    /// The one with this id, or at this uri.
    Named(String),
    /// The first one.
    First,
    /// So many that this number comes out of the last stage.
    Until(usize),
}

/// The stages up to one and all that it reads, or all but the sinks; each with its place in the plan.
pub(crate) fn reduced(plan: &Plan, last: Option<usize>) -> (Plan, Vec<usize>) {
    let mut keep = vec![last.is_none(); plan.stages.len()];
    if let Some(last) = last {
        keep[last] = true;
        // A stage reads earlier ones alone.
        for at in (0..=last).rev() {
            if keep[at] {
                plan.stages[at].from.iter().for_each(|edge| keep[edge.stage] = true);
            }
        }
    }
    let kept: Vec<usize> =
        (0..keep.len()).filter(|&at| keep[at] && plan.stages[at].kind != Kind::Sink).collect();
    let stages = kept.iter().map(|&at| {
        let mut stage = plan.stages[at].clone();
        for edge in &mut stage.from {
            edge.stage = kept.iter().position(|&kept| kept == edge.stage).unwrap_or(0);
        }
        // One that would end the run is to be told of like any other.
        stage.on_error = OnError::Quarantine;
        stage
    });
    let stages = stages.collect();
    (Plan { stages, gates: Vec::new(), ..plan.clone() }, kept)
}

/// The place of the stage that `--stage` names.
pub(crate) fn stage_of(plan: &Plan, id: &str) -> Result<usize, Exit> {
    let ids = || plan.stages.iter().filter(|stage| stage.kind != Kind::Sink).map(|stage| stage.id.as_str());
    let known = format!("the stages are {}", ids().collect::<Vec<_>>().join(", "));
    let Some(at) = plan.stages.iter().position(|stage| stage.id == id) else {
        terminal::error(&format!("the pipeline has no stage `{id}`"), Some(&known));
        return Err(Exit::USAGE);
    };
    if plan.stages[at].kind == Kind::Sink {
        terminal::error(&format!("nothing comes after `{id}`: it is a sink"), Some(&known));
        return Err(Exit::USAGE);
    }
    Ok(at)
}

/// Sends the chosen documents through a reduced plan; gives what was seen after each stage.
///
/// Works on one thread, so documents come in the order of the input. What was rejected is listed in `quarantine`.
pub(crate) fn send(
    plan: &Plan,
    installed: &Installed,
    pick: &Pick,
    (quarantine, cancel): (&Path, &AtomicBool),
) -> Result<(Report, Vec<Vec<RecordBatch>>), RunError> {
    let done = Arc::new(AtomicBool::new(false));
    let wanted = if let Pick::Until(wanted) = pick { *wanted } else { usize::MAX };
    let seen = (0..plan.stages.len()).map(|_| Mutex::default()).collect();
    let watcher =
        Watcher { last: plan.stages.len().saturating_sub(1), wanted, done: Arc::clone(&done), seen };
    let (threads, progress) = (1, Progress::default());
    let options = Options {
        threads,
        batch: plan.run.batch,
        quarantine: quarantine.to_owned(),
        window_bytes: 1 << 20,
        cancel,
        selection: docmill_runner::Selection::default(),
        progress: &progress,
        keeper: None,
        replay: false,
        watch: Some(&watcher),
    };
    let held = Held { installed, pick: pick.clone(), done };
    let report = docmill_runner::run(plan, &held, &options)?;
    let seen = watcher.seen.into_iter();
    let seen = seen.map(|batches| batches.into_inner().unwrap_or_else(PoisonError::into_inner));
    Ok((report, seen.collect()))
}

/// A folder for what a run must put somewhere and nobody wants to keep; it goes when this is dropped.
pub(crate) fn scratch() -> Result<tempfile::TempDir, Exit> {
    tempfile::tempdir().map_err(|error| {
        terminal::error(&format!("a folder for temporary files cannot be made: {error}"), None);
        Exit::FAILED
    })
}

/// Keeps the documents after each stage; says when there are enough after the last.
#[derive(Debug)]
struct Watcher {
    last: usize,
    wanted: usize,
    done: Arc<AtomicBool>,
    seen: Vec<Mutex<Vec<RecordBatch>>>,
}

impl Watch for Watcher {
    fn seen(&self, stage: usize, batch: &RecordBatch) {
        // Of many documents only those after the last stage are asked for.
        if (self.wanted < usize::MAX && stage != self.last) || batch.num_rows() == 0 {
            return;
        }
        let mut seen = self.seen[stage].lock().unwrap_or_else(PoisonError::into_inner);
        let left = self.wanted - seen.iter().map(RecordBatch::num_rows).sum::<usize>().min(self.wanted);
        if left > 0 {
            seen.push(batch.slice(0, left.min(batch.num_rows())));
        }
        if left <= batch.num_rows() {
            self.done.store(true, Ordering::Relaxed);
        }
    }
}

/// The installed stages, with sources that hand on the chosen documents alone.
struct Held<'a> {
    installed: &'a Installed,
    pick: Pick,
    done: Arc<AtomicBool>,
}

impl Stages for Held<'_> {
    fn create(&self, stage: &PlannedStage) -> Result<Box<dyn Stage>, Failure> {
        let inner = docmill_runner::Stages::create(self.installed, stage)?;
        if stage.kind != Kind::Source {
            return Ok(inner);
        }
        Ok(Box::new(HeldSource { inner, pick: self.pick.clone(), done: Arc::clone(&self.done) }))
    }

    fn library(&self, stage: &PlannedStage) -> Option<String> {
        docmill_runner::Stages::library(self.installed, stage)
    }
}

struct HeldSource {
    inner: Box<dyn Stage>,
    pick: Pick,
    done: Arc<AtomicBool>,
}

impl Stage for HeldSource {
    fn open(&mut self, input: Option<&SchemaRef>) -> Result<Option<SchemaRef>, Failure> {
        self.inner.open(input)
    }

    fn process(&mut self, batch: &RecordBatch) -> Result<Output, Failure> {
        self.inner.process(batch)
    }

    fn blocks(&mut self) -> Result<Vec<Block>, Failure> {
        self.inner.blocks()
    }

    fn read(&mut self, key: &str) -> Result<Batches, Failure> {
        if self.done.load(Ordering::Relaxed) {
            return Ok(Box::new(std::iter::empty()));
        }
        let batches = match (self.inner.read(key), &self.pick) {
            // Whatever else cannot be read is no concern of who looks for one document.
            (Err(_), Pick::Named(_)) => Box::new(std::iter::empty()),
            (read, _) => read?,
        };
        let size = if let Pick::Until(wanted) = self.pick { wanted.max(1) } else { 1 };
        let (pick, done) = (self.pick.clone(), Arc::clone(&self.done));
        Ok(Box::new(Chosen { batches, pick, done, rest: None, size }))
    }

    fn write(&mut self, batch: &RecordBatch) -> Result<(), Failure> {
        self.inner.write(batch)
    }

    fn flush(&mut self) -> Result<(), Failure> {
        self.inner.flush()
    }
}

/// The chosen documents of a block.
struct Chosen {
    batches: Batches,
    pick: Pick,
    done: Arc<AtomicBool>,
    rest: Option<RecordBatch>,
    /// Documents that are handed on at once; doubled each time, for a stage may drop most of them.
    size: usize,
}

/// Documents that are handed on at once, at most.
const MAX_SIZE: usize = 256;

impl Iterator for Chosen {
    type Item = Result<RecordBatch, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.done.load(Ordering::Relaxed) {
            let batch = match self.rest.take().map_or_else(|| self.batches.next(), |rest| Some(Ok(rest)))? {
                Ok(batch) => batch,
                Err(_) if matches!(self.pick, Pick::Named(_)) => continue,
                Err(failure) => return Some(Err(failure)),
            };
            if batch.num_rows() == 0 {
                continue;
            }
            match &self.pick {
                Pick::Named(name) => {
                    let Some(row) = row_of(&batch, name) else { continue };
                    self.done.store(true, Ordering::Relaxed);
                    return Some(Ok(batch.slice(row, 1)));
                }
                Pick::First => {
                    self.done.store(true, Ordering::Relaxed);
                    return Some(Ok(batch.slice(0, 1)));
                }
                Pick::Until(_) => {
                    let len = self.size.min(batch.num_rows());
                    self.size = (self.size * 2).clamp(1, self.size.max(MAX_SIZE));
                    let left = batch.num_rows() - len;
                    self.rest = (left > 0).then(|| batch.slice(len, left));
                    return Some(Ok(batch.slice(0, len)));
                }
            }
        }
        None
    }
}

fn row_of(batch: &RecordBatch, name: &str) -> Option<usize> {
    ["id", "uri"].iter().find_map(|column| {
        let cells = batch.column_by_name(column)?.as_string_opt::<i32>()?;
        cells.iter().position(|cell| cell == Some(name))
    })
}
