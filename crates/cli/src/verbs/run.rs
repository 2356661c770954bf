//! `docmill run`.

use crate::args::{CheckFormat, OutputArgs, RunArgs};
use crate::changed::Changed;
use crate::checked::Checked;
use crate::exit::Exit;
use crate::formats::{self, run::Ended};
use crate::gates::{self, Verdict};
use crate::keeping::{self, Keeping};
use crate::load::{Loaded, load};
use crate::report::{self, ChangedSince, RunReport, Selected, ShardOf};
use crate::score::Scorers;
use crate::signals::Signals;
use crate::targets::{Places, output_path};
use crate::terminal::{self, number};
use crate::{join, lock};
use docmill_pipeline::{Kind, Plan};
use docmill_runner::{
    Keeper, Options, Progress, Report, RunError, RunErrorKind, Selection, StageLedger, Watch,
};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Bytes of finished documents that may wait for the sinks, where the pipeline gives the run more memory or says nothing.
const WINDOW_BYTES: u64 = 64 << 20;

/// How often over a thread holds what it reads at a time: as it was read, as it goes through the stages with what they
/// add, and what is handed over.
const COPIES: u64 = 8;

/// Bytes of input that a source hands over at a time at most, about.
const BATCH_BYTES: u64 = 4 << 20;

pub(crate) fn run(args: &RunArgs, output: &OutputArgs) -> Exit {
    let began = Instant::now();
    let (mut loaded, plan) = match sound(args, output) {
        Ok(sound) => sound,
        Err(exit) => return exit,
    };
    let chosen = match Chosen::by(args, &loaded.folder) {
        Ok(chosen) => chosen,
        Err(message) => {
            terminal::error(&message, None);
            return failed(args, message, Exit::CONFIG);
        }
    };
    if args.shard.is_some() {
        warn_of_parts(&plan);
    }
    let signals = Signals::listen();
    loaded.installed.prepare(&plan, &loaded.folder, &signals.cancel);
    let places = Places::of(&plan, &loaded.folder);
    if let Some(message) = places.unwritable(&plan) {
        terminal::error(&message, None);
        return failed(args, message, Exit::CONFIG);
    }
    let scorers = match gates::scorers(&plan, &loaded.folder) {
        Ok(scorers) => scorers,
        Err(why) => {
            terminal::error(&why, None);
            return failed(args, why, Exit::CONFIG);
        }
    };
    let keeping = match keeping(args, &plan, &loaded, &places) {
        Ok(keeping) => keeping,
        Err(exit) => return exit,
    };
    let deadline = Deadline { at: args.deadline.map(|time| began + time), passed: AtomicBool::new(false) };
    let mut ran = execute(
        &plan,
        &loaded,
        (args, &chosen, &scorers, keeping.as_ref()),
        (&places, &signals, &deadline, output.quiet),
    );
    // What was done of a run that was stopped is kept.
    let goes_on = keeping.is_some() && chosen.selection.takes_whole_blocks();
    if let Some(keeping) = keeping {
        ran = ran.and_then(|report| keeping.record(&report).map(|()| report));
        keeping.close();
    }
    match ran {
        Ok(report) => {
            let verdicts = gates::judge(&plan, &report, &scorers);
            finish(&plan, &loaded, (&report, &verdicts), (args, &chosen), (&places, output.quiet))
        }
        Err(error) if error.kind == RunErrorKind::Stopped && deadline.passed.load(Ordering::Relaxed) => {
            out_of_time(args, goes_on)
        }
        Err(error) => failed(args, error.to_string(), explain(&loaded, &error, output, (&signals, goes_on))),
    }
}

/// The store, unless nothing is to be kept.
fn keeping(args: &RunArgs, plan: &Plan, loaded: &Loaded, places: &Places) -> Result<Option<Keeping>, Exit> {
    if args.no_store {
        return Ok(None);
    }
    let nothing_kept = || {
        let folder = keeping::folder(plan, &loaded.folder);
        let is_there = folder.is_some_and(|folder| folder.join("ledger.jsonl").is_file());
        let message = "nothing is kept of an earlier run: `docmill run` comes first";
        if args.replay && !is_there { Err(message.to_owned()) } else { Ok(()) }
    };
    let keeping =
        nothing_kept().and_then(|()| Keeping::of(plan, loaded, (&places.quarantine, &places.digests)));
    keeping.map_err(|message| {
        terminal::error(&message, None);
        failed(args, message, Exit::CONFIG)
    })
}

/// Reads the pipeline; one with mistakes, or one that is not as its lock says, ends here.
fn sound(args: &RunArgs, output: &OutputArgs) -> Result<(Loaded, Plan), Exit> {
    let mut loaded = load(&args.file, &args.pipeline)?;
    let plan = loaded.plan.take().filter(|plan| {
        let unlike = if args.locked { lock::findings(&args.file, plan, &loaded) } else { Vec::new() };
        let holds = unlike.is_empty();
        loaded.findings.extend(unlike);
        holds
    });
    terminal::complain(&loaded.render(output));
    let Some(plan) = plan else {
        let exit = loaded.exit();
        let checked = [Checked::loaded(loaded)];
        terminal::print(&formats::write(args.format, &checked));
        terminal::step_summary(|| formats::markdown::write(&checked));
        return Err(exit);
    };
    Ok((loaded, plan))
}

/// Tells CI of a run that failed, which people have read of already.
fn failed(args: &RunArgs, message: String, exit: Exit) -> Exit {
    let name = args.file.display().to_string();
    let ended = Ended::failed(&name, message);
    terminal::print(&formats::run::write(args.format, &ended));
    terminal::step_summary(|| formats::run::markdown(&ended));
    exit
}

/// Which documents are taken.
struct Chosen {
    selection: Selection,
    changed_since: Option<ChangedSince>,
}

impl Chosen {
    fn by(args: &RunArgs, folder: &Path) -> Result<Self, String> {
        let mut chosen = Self {
            selection: Selection { limit: args.limit, shard: args.shard, uris: None },
            changed_since: None,
        };
        if let Some(revision) = &args.changed_since {
            let changed = Changed::since(revision, folder)?;
            let (revision, commit) = (revision.clone(), changed.commit.clone());
            chosen.changed_since = Some(ChangedSince { revision, commit });
            chosen.selection.uris = Some(Arc::new(changed));
        }
        Ok(chosen)
    }
}

/// Tells early that the outputs of shards cannot be joined.
fn warn_of_parts(plan: &Plan) {
    for sink in plan.stages.iter().filter(|stage| stage.kind == Kind::Sink) {
        let option = |name: &str| sink.with.get(name).and_then(|value| value.as_str());
        let Some(path) = option("path") else { continue };
        if let Err(message) = join::joint(&sink.use_, option("format"), path) {
            terminal::complain(&format!("warning: `docmill merge` will refuse this shard: {message}\n"));
        }
    }
}

/// When a run is to be stopped, and whether it was.
struct Deadline {
    at: Option<Instant>,
    passed: AtomicBool,
}

impl Deadline {
    /// Waits for the deadline or the end of the run, whichever comes first.
    fn watch(&self, cancel: &AtomicBool, done: &AtomicBool) {
        let Some(at) = self.at else { return };
        while !done.load(Ordering::Relaxed) {
            let left = at.saturating_duration_since(Instant::now());
            if left.is_zero() {
                // A signal that came before is the reason, not the deadline.
                let stopped = cancel.swap(true, Ordering::Relaxed);
                self.passed.store(!stopped, Ordering::Relaxed);
                return;
            }
            std::thread::sleep(left.min(Duration::from_millis(20)));
        }
    }
}

fn execute(
    plan: &Plan,
    loaded: &Loaded,
    (args, chosen, scorers, keeping): (&RunArgs, &Chosen, &Scorers, Option<&Keeping>),
    (places, signals, deadline, quiet): (&Places, &Signals, &Deadline, bool),
) -> Result<Report, RunError> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let progress = Progress::default();
    let threads = args.threads.map(usize::from).or(plan.run.threads).unwrap_or(cores);
    let (threads, window_bytes) = within_memory(&plan.run, threads);
    let options = Options {
        threads,
        batch: args.batch.map_or(plan.run.batch, |batch| batch as usize),
        quarantine: places.quarantine.clone(),
        window_bytes,
        cancel: &signals.cancel,
        selection: chosen.selection.clone(),
        progress: &progress,
        replay: args.replay,
        keeper: keeping.map(|keeping| keeping as &dyn Keeper),
        watch: scorers.0.iter().any(Option::is_some).then_some(scorers as &dyn Watch),
    };
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| terminal::show_progress(&progress, &done, quiet));
        scope.spawn(|| deadline.watch(&signals.cancel, &done));
        // The bar must end even when the run panics: the scope waits for it.
        let _ended = SetOnDrop(&done);
        docmill_runner::run(plan, &loaded.installed, &options)
    })
}

/// As many of the threads as find room in the memory of the run, and the bytes that may wait for the sinks: half of
/// the memory for each. The window holds up to twice its limit, once for the block that is next and once for all others.
fn within_memory(run: &docmill_pipeline::Run, threads: usize) -> (usize, usize) {
    let Some(memory) = run.memory else { return (threads, WINDOW_BYTES as usize) };
    let for_each = COPIES * run.block.min(BATCH_BYTES);
    let room = usize::try_from(memory / 2 / for_each.max(1)).unwrap_or(usize::MAX);
    let window = usize::try_from((memory / 4).min(WINDOW_BYTES)).unwrap_or(usize::MAX);
    (threads.min(room.max(1)), window)
}

struct SetOnDrop<'a>(&'a AtomicBool);

impl Drop for SetOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn finish(
    plan: &Plan,
    loaded: &Loaded,
    (report, verdicts): (&Report, &[Verdict]),
    (args, chosen): (&RunArgs, &Chosen),
    (places, quiet): (&Places, bool),
) -> Exit {
    let folder = places.report.parent().unwrap_or(Path::new("."));
    let selected = Selected {
        limit: args.limit,
        changed_since: chosen.changed_since.clone(),
        shard: args.shard.map(|shard| ShardOf { number: shard.number, of: shard.of }),
    };
    let made = report::make(&report::Run {
        plan,
        loaded,
        report,
        verdicts,
        selected,
        digests: &places.digests,
        folder,
    });
    let written = made.and_then(|made| {
        let failed = |error| format!("cannot write {}: {error}", places.report.display());
        made.write(&places.report).map_err(failed).map(|()| made)
    });
    let made = match written {
        Ok(made) => made,
        Err(message) => {
            terminal::error(&message, None);
            return failed(args, message, Exit::FAILED);
        }
    };
    let mut ended = Ended::well(&loaded.name, &made, report.quarantine.as_deref());
    ended.missed.extend(verdicts.iter().filter(|verdict| !verdict.passed).map(Verdict::words));
    terminal::print(&match args.format {
        CheckFormat::Human if quiet => String::new(),
        CheckFormat::Human => summary(plan, report, places),
        format => formats::run::write(format, &ended),
    });
    terminal::step_summary(|| formats::run::markdown(&ended));
    let missed = verdicts.iter().filter(|verdict| !verdict.passed);
    let missed = missed.map(|verdict| terminal::error(&verdict.words(), None)).count();
    let exit = over_limit(report, &made);
    if missed > 0 { Exit::LIMIT } else { exit }
}

/// Too many rejected documents are no reason to lose the others: all is written, then the status says so.
fn over_limit(report: &Report, made: &RunReport) -> Exit {
    let Some(message) = made.missed_limit() else { return Exit::OK };
    let listed = report.quarantine.as_ref().map(|path| format!("{} lists them", terminal::shown(path)));
    terminal::error(&message, listed.as_deref());
    Exit::LIMIT
}

/// The closing table.
fn summary(plan: &Plan, report: &Report, places: &Places) -> String {
    let all: u64 = report.stages.iter().map(|stage| stage.nanos).sum::<u64>().max(1);
    let mut rows =
        vec![["stage", "in", "out", "dropped", "rejected", "time", "adds"].map(str::to_owned).to_vec()];
    for (planned, stage) in plan.stages.iter().zip(&report.stages) {
        let counts = &stage.counts;
        let adds = counts.annotations.iter().map(|(layer, n)| format!("{} {layer}", number(*n)));
        rows.push(vec![
            planned.id.clone(),
            number(counts.documents_in),
            number(counts.documents_out),
            number(counts.dropped_total()),
            number(counts.rejected_total()),
            format!("{:.0} %", 100.0 * stage.nanos as f64 / all as f64),
            adds.collect::<Vec<_>>().join(", "),
        ]);
    }
    let seconds = report.elapsed.as_secs_f64();
    let megabytes = report.text_bytes as f64 / 1e6;
    let mut out = terminal::table(&rows);
    out += &format!(
        "{} documents, {megabytes:.1} MB of text in {seconds:.2} s on {} threads: {:.1} MB/s\n",
        number(report.documents(plan)),
        report.threads,
        megabytes / seconds.max(1e-9)
    );
    out += &recalled(plan, report);
    for sink in plan.stages.iter().filter(|stage| stage.kind == Kind::Sink) {
        if let Some(target) = output_path(sink) {
            out += &format!("{} wrote {}\n", sink.id, terminal::shown(&places.folder.join(target)));
        }
    }
    if let Some(path) = &report.quarantine {
        out += &format!("rejected documents: {}\n", terminal::shown(path));
    }
    out += &format!("report: {}\n", terminal::shown(&places.report));
    out
}

/// What was not done again, in one line; nothing where all was done.
fn recalled(plan: &Plan, report: &Report) -> String {
    let stages: Vec<(&str, &StageLedger)> =
        plan.stages.iter().map(|planned| planned.id.as_str()).zip(&report.stages).collect();
    let recalled: u64 = stages.iter().map(|(_, stage)| stage.recalled).sum();
    if recalled > 0 && stages.iter().all(|(_, stage)| stage.recalled == stage.counts.documents_in) {
        return "nothing has changed since an earlier run: no stage had anything to do\n".to_owned();
    }
    let kept = stages.iter().filter(|(_, stage)| stage.recalled > 0);
    let kept: Vec<String> = kept.map(|(id, stage)| format!("{id} {}", number(stage.recalled))).collect();
    if kept.is_empty() { String::new() } else { format!("kept from earlier runs: {}\n", kept.join(", ")) }
}

/// Tells that the deadline passed.
fn out_of_time(args: &RunArgs, goes_on: bool) -> Exit {
    let help = if goes_on {
        "no output has appeared; run it again, and it goes on from there, or in parts with `--shard`"
    } else {
        "no output has appeared; give it more time, or run it in parts with `--shard`"
    };
    let message = "the deadline passed before the run was complete";
    terminal::error(message, Some(help));
    failed(args, message.to_owned(), Exit::STOPPED)
}

/// Tells why a run failed.
fn explain(
    loaded: &Loaded,
    error: &RunError,
    output: &OutputArgs,
    (signals, goes_on): (&Signals, bool),
) -> Exit {
    if error.kind == RunErrorKind::Stopped {
        let again = "no output has appeared; run it again";
        let help =
            if goes_on { "no output has appeared; run it again, and it goes on from there" } else { again };
        terminal::error(&error.to_string(), Some(help));
        return signals.exit();
    }
    loaded.explain(error, output)
}
