//! One run from first block to last commit.

use crate::again::again;
use crate::flow::{fault, name_of};
use crate::graph::{self, Opened};
use crate::hidden::Hidden;
use crate::identity::{self, Handed};
use crate::intake::{self, Watched};
use crate::kept::{self, Keep, Keeper};
use crate::names::{Names, fingerprint, rename};
use crate::shared::{Options, Parcel, Shared, Work};
use crate::window::Window;
use crate::worker::{self, lane, work};
use crate::{Failure, Report, RunError, RunErrorKind, Selection, Stage, StageLedger, Stages, Taken};
use arrow_array::RecordBatch;
use docmill_pipeline::{Kind, Plan};
use docmill_sdk::Block;
use docmill_store::Quarantine;
use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Instant;

/// Executes a plan.
///
/// Everything that can be found wrong before the first document is read is found then: params, columns,
/// missing input, a target that cannot be written. Outputs appear at the end, each whole or not at all.
///
/// # Errors
/// See [`RunErrorKind`].
pub fn run(plan: &Plan, stages: &dyn Stages, options: &Options<'_>) -> Result<Report, RunError> {
    let began = Instant::now();
    let hidden = Hidden::new(stages, &plan.secrets);
    let stages: &dyn Stages = &hidden;
    let watched = Watched::new(stages, &options.selection);
    let stages: &dyn Stages = &watched;
    let mut opened = graph::open(plan, stages)?;
    let (work, mut taken) = list_blocks(plan, &mut opened, &options.selection)?;
    options.progress.expect(work.iter().fold(0, |sum, w| sum.saturating_add(w.block.bytes)));
    let mut sinks = Sinks::open(plan, stages, &opened, options)?;
    // Of a block that is taken in part, nothing can be said of the whole.
    let keeper = options.keeper.filter(|_| options.selection.takes_whole_blocks());
    let keep = keeper.map(Keeper::open).transpose()?;
    if let Some((keeper, keep)) = keeper
        .zip(keep)
        .filter(|(_, keep)| keep.store.has_runs() && options.watch.is_none() && !options.replay)
        && let Some(report) = unchanged(plan, &mut opened, (&work, options.cancel), (keeper, keep))
    {
        // What lies outside of a shard may have changed, and with it how the input is divided.
        taken.digest = report.taken.digest;
        return Ok(Report { taken, elapsed: began.elapsed(), ..report });
    }
    let window = Window::new(work.len(), options.window_bytes);
    let schemas = opened.schemas.clone();
    let next = AtomicUsize::new(0);
    let shared = Shared { plan, stages, options, work, schemas, keep, next, window };
    // Which documents are the first is known only to one who reads them in order.
    let most = if options.selection.limit.is_some() { 1 } else { shared.work.len().max(1) };
    let threads = options.threads.clamp(1, most);
    tracing::debug!(blocks = shared.work.len(), threads, "run begins");
    let worked = work_through(&shared, &mut sinks, opened, threads);
    // However the run ended: what is done need not be done again.
    let kept = shared.keep.map_or(Ok(()), |keep| keep.store.commit()).map_err(kept::failed);
    if options.cancel.load(Ordering::Relaxed) {
        return Err(RunError::new(RunErrorKind::Stopped, "the run was stopped before it was complete"));
    }
    let Totals { ledgers: mut stages, taken: digest } = worked?;
    kept?;
    stages.iter_mut().zip(&sinks.ledgers).for_each(|(all, sink)| all.add(sink));
    identity::check(plan, &stages, Handed { read: sinks.read, rejected: sinks.quarantine.len() })?;
    let quarantine = sinks.commit(plan, &mut stages)?;
    taken.digest = digest;
    let (text_bytes, documents_written) = (options.progress.text_bytes(), sinks.documents_written);
    let elapsed = began.elapsed();
    let key = shared.keep.and_then(|keep| kept::run(plan, keep.recipes, &shared.work));
    // What is true of a moment alone is no reason to do nothing the next time.
    let key = key.filter(|_| stages.iter().all(|stage| stage.fleeting == 0));
    let renamed = sinks.ids.count();
    Ok(Report { stages, renamed, documents_written, taken, text_bytes, quarantine, elapsed, threads, key })
}

/// What all threads came to together.
struct Totals {
    ledgers: Vec<StageLedger>,
    taken: [u8; 32],
}

/// Takes all blocks through all stages and into the sinks, whose thread is this one.
fn work_through(
    shared: &Shared<'_>,
    sinks: &mut Sinks,
    opened: Opened,
    threads: usize,
) -> Result<Totals, RunError> {
    let failure = Mutex::new(None);
    let totals = Mutex::new(Totals {
        ledgers: vec![StageLedger::default(); shared.plan.stages.len()],
        taken: [0; 32],
    });
    let written = std::thread::scope(|scope| {
        let mut first = Some(opened);
        for number in 0..threads {
            let (failure, totals, opened) = (&failure, &totals, first.take());
            let worker = std::thread::Builder::new().name(format!("worker-{number}"));
            let spawned = worker.spawn_scoped(scope, move || thread(shared, opened, failure, totals));
            if let Err(error) = spawned {
                shared.window.close();
                return Err(RunError::new(RunErrorKind::Run, format!("a thread cannot be started: {error}")));
            }
        }
        // A panic here would leave the workers waiting for ever, and the scope for them.
        let written = docmill_sdk::export::catch(|| sinks.take_all(shared));
        shared.window.close();
        written.unwrap_or_else(|words| {
            Err(RunError::new(RunErrorKind::Run, format!("writing panicked: {words}")))
        })
    });
    if let Some(error) = failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(error);
    }
    written?;
    Ok(totals.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// The report of an earlier run that did all this already, if what it wrote is still there.
///
/// Costs reading the input once, and the outputs.
fn unchanged(
    plan: &Plan,
    opened: &mut Opened,
    (work, cancel): (&[Work], &AtomicBool),
    (keeper, keep): (&dyn Keeper, Keep<'_>),
) -> Option<Report> {
    for work in work {
        if cancel.load(Ordering::Relaxed) {
            return None;
        }
        // A block that cannot be looked at is rejected when its turn comes.
        worker::fingerprint(opened, work).ok()??;
    }
    let key = kept::run(plan, keep.recipes, work)?;
    let mut report = keeper.unchanged(&key)?;
    for stage in &mut report.stages {
        (stage.recalled, stage.nanos) = (stage.counts.documents_in, 0);
    }
    Some(Report { key: Some(key), threads: 1, ..report })
}

/// A worker thread's whole life; what goes wrong is kept, and the hand-over closed, so that all stop.
fn thread(
    shared: &Shared<'_>,
    opened: Option<Opened>,
    failure: &Mutex<Option<RunError>>,
    totals: &Mutex<Totals>,
) {
    let result = docmill_sdk::export::catch(|| {
        let mut lane = lane(shared, opened)?;
        let result = work(&mut lane, shared);
        let mut totals = totals.lock().unwrap_or_else(PoisonError::into_inner);
        totals.ledgers.iter_mut().zip(&lane.ledgers).for_each(|(all, mine)| all.add(mine));
        totals.taken = Taken::sum(&totals.taken, &lane.taken);
        result
    });
    let result = result
        .unwrap_or_else(|words| Err(RunError::new(RunErrorKind::Run, format!("a worker panicked: {words}"))));
    if let Err(error) = result {
        failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        shared.window.close();
    }
}

/// The blocks to work on, and what is known of the input before it is read.
pub(crate) fn list_blocks(
    plan: &Plan,
    opened: &mut Opened,
    selection: &Selection,
) -> Result<(Vec<Work>, Taken), RunError> {
    let mut all = Vec::new();
    for (source, planned) in plan.stages.iter().enumerate().filter(|(_, s)| s.kind == Kind::Source) {
        let Some(stage) = opened.stages[source].as_mut() else { continue };
        let failed = |f: Failure| RunError::of_stage(RunErrorKind::Setup, &planned.id, &f);
        let blocks = stage.blocks().map_err(failed)?;
        if let Some(uris) = &selection.uris {
            let place = |block: &'_ Block| block.uri.split("#bytes=").next().unwrap_or_default().to_owned();
            let unknown = blocks.iter().map(place).find(|uri| uris.wants(uri).is_none());
            let message = |uri| format!("nothing is known of when `{uri}` changed: git has no such file");
            unknown.map_or(Ok(()), |uri| Err(failed(Failure::new("param", message(uri)))))?;
        }
        all.extend(blocks.into_iter().map(|block| Work { source, block, fingerprint: OnceLock::new() }));
    }
    let manifest = intake::manifest(all.iter().map(|work| (work.source, &work.block)));
    let blocks = all.len();
    let part = selection.shard.map_or((0, blocks), |s| s.of_blocks(all.iter().map(|w| w.block.bytes)));
    all.truncate(part.1);
    all.drain(..part.0);
    Ok((all, Taken { manifest, blocks, part, digest: [0; 32] }))
}

/// The one thread that writes: sinks, quarantine, and the ids seen.
struct Sinks {
    stages: Vec<Option<Box<dyn Stage>>>,
    names: Vec<String>,
    ledgers: Vec<StageLedger>,
    quarantine: Quarantine,
    ids: Names,
    /// Documents and unread blocks that were told of.
    read: u64,
    /// Ids that went to a sink, where there are several.
    written: Option<HashSet<u128>>,
    documents_written: u64,
}

impl Sinks {
    fn open(
        plan: &Plan,
        stages: &dyn Stages,
        opened: &Opened,
        options: &Options<'_>,
    ) -> Result<Self, RunError> {
        let mut sinks = Self {
            stages: Vec::new(),
            names: plan.stages.iter().map(|s| s.id.clone()).collect(),
            ledgers: vec![StageLedger::default(); plan.stages.len()],
            quarantine: Quarantine::new(&options.quarantine),
            ids: Names::new(plan.run.duplicate_ids),
            read: 0,
            written: (sinks_of(plan) > 1).then(HashSet::new),
            documents_written: 0,
        };
        for (at, planned) in plan.stages.iter().enumerate() {
            let failed = |f: Failure| RunError::of_stage(RunErrorKind::Setup, &planned.id, &f);
            sinks.stages.push(if planned.kind == Kind::Sink {
                let mut sink = stages.create(planned).map_err(failed)?;
                sink.open(Some(&opened.inputs[at])).map_err(failed)?;
                Some(sink)
            } else {
                None
            });
        }
        Ok(sinks)
    }

    fn take_all(&mut self, shared: &Shared<'_>) -> Result<(), RunError> {
        while let Some(parcel) = shared.window.pop() {
            match parcel {
                Parcel::Read(names) => {
                    self.read += names.num_rows() as u64;
                    self.ids.read(&names)?;
                }
                Parcel::Unread => self.read += 1,
                Parcel::Documents(at, group) => {
                    let batch = rename(group, self.ids.renamed()).map_err(fault(shared.plan, at))?;
                    self.write(shared, at, &batch)?;
                }
                Parcel::Rejected(rejected) => {
                    let failed = |e| {
                        RunError::new(RunErrorKind::Run, format!("the quarantine cannot be written: {e}"))
                    };
                    rejected.write(&mut self.quarantine, self.ids.renamed()).map_err(failed)?;
                }
            }
        }
        Ok(())
    }

    fn write(&mut self, shared: &Shared<'_>, at: usize, batch: &RecordBatch) -> Result<(), RunError> {
        let Some(sink) = self.stages[at].as_mut() else { return Ok(()) };
        let began = Instant::now();
        let (result, again) =
            again(shared.plan.stages[at].retry, shared.options.cancel, || sink.write(batch))?;
        let ledger = &mut self.ledgers[at];
        ledger.counts.retried += u64::from(again.unwrap_or(0));
        ledger.nanos += began.elapsed().as_nanos() as u64;
        ledger.counts.documents_in += batch.num_rows() as u64;
        ledger.counts.documents_out += batch.num_rows() as u64;
        self.documents_written += match &mut self.written {
            None => batch.num_rows() as u64,
            Some(written) => {
                let ids = (0..batch.num_rows()).map(|row| fingerprint(&name_of(batch, "id", row)));
                ids.filter(|id| written.insert(*id)).count() as u64
            }
        };
        result.map_err(|f| RunError::of_stage(RunErrorKind::Run, &self.names[at], &f))
    }

    /// Makes the outputs visible, one after the other, then the list of rejected documents.
    fn commit(&mut self, plan: &Plan, ledgers: &mut [StageLedger]) -> Result<Option<PathBuf>, RunError> {
        for (at, planned) in plan.stages.iter().enumerate() {
            let Some(sink) = self.stages[at].as_mut() else { continue };
            let began = Instant::now();
            tracing::debug!(stage = planned.id, "commit");
            sink.flush().map_err(|f| RunError::of_stage(RunErrorKind::Run, &planned.id, &f))?;
            ledgers[at].nanos += began.elapsed().as_nanos() as u64;
        }
        let path = (!self.quarantine.is_empty()).then(|| self.quarantine.path().to_owned());
        let nothing = PathBuf::new();
        let quarantine = std::mem::replace(&mut self.quarantine, Quarantine::new(&nothing));
        let failed = |e| RunError::new(RunErrorKind::Run, format!("the quarantine cannot be written: {e}"));
        quarantine.commit().map_err(failed)?;
        Ok(path)
    }
}

fn sinks_of(plan: &Plan) -> usize {
    plan.stages.iter().filter(|stage| stage.kind == Kind::Sink).count()
}
