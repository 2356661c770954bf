//! `docmill run`.

use crate::args::{Format, OutputArgs, RunArgs};
use crate::exit::Exit;
use crate::gates::{self, Verdict};
use crate::load::{Loaded, load_sound};
use crate::report::{self, RunReport};
use crate::score::Scorers;
use crate::signals::Signals;
use crate::terminal::{self, number};
use docmill_pipeline::{Code, Kind, Plan};
use docmill_runner::{Options, Progress, Report, RunError, RunErrorKind, Selection, Watch};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// Bytes of finished documents that may wait for the sinks.
const WINDOW_BYTES: usize = 64 << 20;

pub(crate) fn run(args: &RunArgs, output: &OutputArgs) -> Exit {
    let (mut loaded, plan) = match load_sound(&args.file, &args.pipeline, output) {
        Ok(sound) => sound,
        Err(exit) => return exit,
    };
    let signals = Signals::listen();
    loaded.installed.prepare(&plan, &loaded.folder, &signals.cancel);
    let places = Places::of(&plan, &loaded.folder);
    let scorers = match gates::scorers(&plan, &loaded.folder) {
        Ok(scorers) => scorers,
        Err(why) => {
            terminal::error(&why, None);
            return Exit::CONFIG;
        }
    };
    match execute(&plan, &loaded, (args, &scorers), (&places, &signals, output.quiet)) {
        Ok(report) => {
            let verdicts = gates::judge(&plan, &report, &scorers);
            finish(&plan, &loaded, (&report, &verdicts), args, (&places, output.quiet))
        }
        Err(error) => explain(&loaded, &error, output, &signals),
    }
}

/// Where a run puts what is not a sink's output.
struct Places {
    folder: PathBuf,
    report: PathBuf,
    quarantine: PathBuf,
}

impl Places {
    /// Beside the first sink's output, unless `[run]` says otherwise.
    fn of(plan: &Plan, folder: &Path) -> Self {
        let sinks = plan.stages.iter().filter(|stage| stage.kind == Kind::Sink);
        let target = sinks.filter_map(|sink| sink.with.get("path")?.as_str()).find(|path| *path != "-");
        let beside = target.map_or_else(|| folder.to_owned(), |path| folder.join(path));
        let beside = if target.is_some() { beside.parent().unwrap_or(folder).to_owned() } else { beside };
        let place = |given: &Option<String>, name: &str| {
            given.as_ref().map_or_else(|| beside.join(name), |given| folder.join(given))
        };
        let quarantine = place(&plan.run.quarantine.path, "quarantine");
        Self { folder: folder.to_owned(), report: place(&plan.run.report, "run.json"), quarantine }
    }
}

fn execute(
    plan: &Plan,
    loaded: &Loaded,
    (args, scorers): (&RunArgs, &Scorers),
    (places, signals, quiet): (&Places, &Signals, bool),
) -> Result<Report, RunError> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let progress = Progress::default();
    let options = Options {
        threads: args.threads.map(usize::from).or(plan.run.threads).unwrap_or(cores),
        batch: args.batch.map_or(plan.run.batch, |batch| batch as usize),
        quarantine: places.quarantine.clone(),
        window_bytes: WINDOW_BYTES,
        cancel: &signals.cancel,
        selection: Selection::default(),
        progress: &progress,
        watch: scorers.0.iter().any(Option::is_some).then_some(scorers as &dyn Watch),
    };
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| terminal::show_progress(&progress, &done, quiet));
        // The bar must end even when the run panics: the scope waits for it.
        let _ended = SetOnDrop(&done);
        docmill_runner::run(plan, &loaded.installed, &options)
    })
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
    args: &RunArgs,
    (places, quiet): (&Places, bool),
) -> Exit {
    let folder = places.report.parent().unwrap_or(Path::new("."));
    let (limit, shard, changed_since) = (None, None, None);
    let made =
        report::make(&report::Run { plan, loaded, report, verdicts, limit, shard, changed_since, folder });
    let written = made.and_then(|made| {
        let failed = |error| format!("cannot write {}: {error}", places.report.display());
        made.write(&places.report).map_err(failed).map(|()| made)
    });
    let made = match written {
        Ok(made) => made,
        Err(message) => {
            terminal::error(&message, None);
            return Exit::FAILED;
        }
    };
    match args.format {
        Format::Json => terminal::print(&made.to_text()),
        Format::Human if quiet => {}
        Format::Human => terminal::print(&summary(plan, report, places)),
    }
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
    for sink in plan.stages.iter().filter(|stage| stage.kind == Kind::Sink) {
        if let Some(target) = sink.with.get("path").and_then(|path| path.as_str()) {
            out += &format!("{} wrote {}\n", sink.id, terminal::shown(&places.folder.join(target)));
        }
    }
    if let Some(path) = &report.quarantine {
        out += &format!("rejected documents: {}\n", terminal::shown(path));
    }
    out += &format!("report: {}\n", terminal::shown(&places.report));
    out
}

/// Tells why a run failed; what was found before it began is drawn where the pipeline says it.
fn explain(loaded: &Loaded, error: &RunError, output: &OutputArgs, signals: &Signals) -> Exit {
    let (kind, stage) = (error.kind, error.stage.as_deref());
    if kind == RunErrorKind::Stopped {
        terminal::error(&error.to_string(), Some("no output has appeared; run it again"));
        return signals.exit();
    }
    let declared = loaded.pipeline.as_ref().zip(stage).and_then(|(pipeline, id)| {
        let stage = pipeline.stages.iter().find(|stage| stage.id.value == id)?;
        Some((pipeline, stage))
    });
    match declared {
        Some((pipeline, stage)) if kind == RunErrorKind::Setup => {
            let path: Vec<&str> =
                std::iter::once("with").chain(error.path.iter().map(String::as_str)).collect();
            let place = stage.places.nearest(&path).map_or_else(|| stage.place.clone(), |p| p.value.clone());
            let message = format!("stage `{}`: {}", stage.id.value, error.message);
            let finding = pipeline.problem(Code::OptionRejected, message).at(place);
            let finding = loaded.sources.localize(finding);
            terminal::complain(&loaded.sources.render_all(&[finding], terminal::colour(output.color)));
            Exit::CONFIG
        }
        _ => {
            terminal::error(&format!("{}: {error}", loaded.name), None);
            if kind == RunErrorKind::Setup { Exit::CONFIG } else { Exit::FAILED }
        }
    }
}
