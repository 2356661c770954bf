//! `docmill report`.

use crate::anew;
use crate::args::{ReportArgs, ReportFormat, ReportVerb};
use crate::diff::{self, Side};
use crate::exit::Exit;
use crate::formats::markdown::{cell, code};
use crate::report::RunReport;
use crate::terminal::{self, number};
use docmill_store::Listing;
use std::path::{Path, PathBuf};

pub(crate) fn run(args: &ReportArgs) -> Exit {
    match &args.verb {
        ReportVerb::Show { report, format } => match read(report) {
            Ok((_, report)) => show(&report, *format),
            Err(exit) => exit,
        },
        ReportVerb::Why { report, block, store } => {
            why(report, block, store.as_deref()).unwrap_or_else(|exit| exit)
        }
        ReportVerb::Diff { base, new, details, exit_code, format } => match (read(base), read(new)) {
            (Ok(base), Ok(new)) => differ(&base, &new, (*details, *exit_code), *format),
            (Err(exit), _) | (_, Err(exit)) => exit,
        },
    }
}

fn read(place: &Path) -> Result<(PathBuf, RunReport), Exit> {
    RunReport::read(place).map_err(|(message, help)| {
        terminal::error(&message, help.as_deref());
        Exit::CONFIG
    })
}

/// What each stage's result for a block was made of, in the order of the pipeline.
fn why(place: &Path, block: &str, store: Option<&Path>) -> Result<Exit, Exit> {
    let (path, report) = read(place)?;
    let beside = || path.parent().unwrap_or(Path::new("")).join(".docmill");
    let folder = store.map_or_else(beside, Path::to_owned);
    let listing = Listing::read(&folder).map_err(|error| {
        terminal::error(&format!("the store at {}: {error}", terminal::shown(&folder)), None);
        Exit::FAILED
    })?;
    let mut out = String::new();
    for stage in &report.stages {
        let history = listing.history(&stage.id, block);
        let Some(newest) = history.first() else { continue };
        let words = match history.get(1) {
            None => "made once".to_owned(),
            Some(before) => {
                let recipes = listing.recipe(&before.recipe).zip(listing.recipe(&newest.recipe));
                let parts = recipes.map(|(then, now)| then.differences(now)).unwrap_or_default();
                let mut words: Vec<String> = parts
                    .iter()
                    .map(|(name, then, now)| anew::differs(&((*name).into(), (*then).into(), (*now).into())))
                    .collect();
                if newest.input != before.input {
                    words.push("its input changed".to_owned());
                }
                format!("made again: {}", words.join("; "))
            }
        };
        out += &format!("{}: {words}\n", stage.id);
    }
    if out.is_empty() {
        let help = format!("`docmill cache ls --long {}` lists the blocks", folder.display());
        terminal::error(&format!("nothing is kept of a block `{block}`"), Some(&help));
        return Err(Exit::CONFIG);
    }
    terminal::print(&out);
    Ok(Exit::OK)
}

fn show(report: &RunReport, format: ReportFormat) -> Exit {
    terminal::print(&match format {
        ReportFormat::Json => report.to_text(),
        ReportFormat::Human => terminal::table(&rows(report)) + &closing(report),
        ReportFormat::Markdown => markdown(report),
    });
    Exit::OK
}

/// A table of the stages, for a comment or a summary.
pub(crate) fn markdown(report: &RunReport) -> String {
    let state = if report.missed_limit().is_some() { "too many documents were rejected" } else { "done" };
    let mut out = format!("### docmill: `{}` {state}\n\n", report.pipeline.name.replace('`', "'"));
    for (at, row) in rows(report).iter().enumerate() {
        let cells: Vec<String> = row.iter().map(|text| cell(text)).collect();
        out += &format!("| {} |\n", cells.join(" | "));
        if at == 0 {
            out += "|---|--:|--:|--:|--:|--:|---|\n";
        }
    }
    out += "\n";
    out += &format!("{}\n", totals(report));
    for output in &report.outputs {
        out += &format!("- {}: {} bytes\n", code(&output.path), number(output.bytes));
    }
    for gate in &report.gates {
        out += &format!("- gate {} {}\n", code(&gate.name), if gate.passed { "holds" } else { "was missed" });
    }
    out
}

fn rows(report: &RunReport) -> Vec<Vec<String>> {
    let all = report.timings.stage_ns.values().sum::<u64>().max(1);
    let head = ["stage", "in", "out", "dropped", "rejected", "time", "adds"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for stage in &report.stages {
        let counts = &stage.counts;
        let nanos = report.timings.stage_ns.get(&stage.id).copied().unwrap_or(0);
        let adds = counts.annotations.iter().map(|(layer, n)| format!("{} {layer}", number(*n)));
        rows.push(vec![
            stage.id.clone(),
            number(counts.documents_in),
            number(counts.documents_out),
            number(counts.dropped_total()),
            number(counts.rejected_total()),
            format!("{:.0} %", 100.0 * nanos as f64 / all as f64),
            adds.collect::<Vec<_>>().join(", "),
        ]);
    }
    rows
}

fn totals(report: &RunReport) -> String {
    let (seconds, megabytes) = (report.timings.elapsed_ms as f64 / 1e3, report.text_bytes as f64 / 1e6);
    format!(
        "{} documents, {megabytes:.1} MB of text in {seconds:.2} s on {} threads",
        number(report.documents),
        report.timings.threads
    )
}

fn closing(report: &RunReport) -> String {
    let mut out = totals(report) + "\n";
    for output in &report.outputs {
        let Some(file) = &output.file else { continue };
        out += &format!("{} wrote {file}, {} bytes\n", output.stage, number(output.bytes));
    }
    if let Some(list) = &report.quarantine.file {
        out += &format!("rejected documents: {list}\n");
    }
    for gate in &report.gates {
        out += &format!("gate {} {}\n", gate.name, if gate.passed { "holds" } else { "was missed" });
    }
    if let Some(missed) = report.missed_limit() {
        out += &format!("{missed}\n");
    }
    out
}

fn differ(
    base: &(PathBuf, RunReport),
    new: &(PathBuf, RunReport),
    (details, exit_code): (usize, bool),
    format: ReportFormat,
) -> Exit {
    let folder = |path: &'_ Path| path.parent().unwrap_or(Path::new(".")).to_owned();
    let folders = (folder(&base.0), folder(&new.0));
    let base = Side { report: &base.1, folder: &folders.0 };
    let new = Side { report: &new.1, folder: &folders.1 };
    let compared = diff::compare(base, new, details);
    match compared {
        Ok(difference) => {
            terminal::print(&match format {
                ReportFormat::Human => diff::human(&difference),
                ReportFormat::Json => diff::json(&difference),
                ReportFormat::Markdown => diff::markdown(&difference),
            });
            if exit_code && !difference.equal { Exit::FAILED } else { Exit::OK }
        }
        Err(message) => {
            terminal::error(&message, None);
            Exit::CONFIG
        }
    }
}
