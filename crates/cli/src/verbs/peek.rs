//! `docmill peek`.

use crate::args::{Format, OutputArgs, PeekArgs};
use crate::exit::Exit;
use crate::load::{Loaded, load_sound};
use crate::preview::{self, Pick};
use crate::{rows, terminal};
use arrow_array::RecordBatch;
use docmill_pipeline::Plan;
use docmill_runner::Report;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

pub(crate) fn run(args: &PeekArgs, output: &OutputArgs) -> Exit {
    shown(args, output).unwrap_or_else(|exit| exit)
}

fn shown(args: &PeekArgs, output: &OutputArgs) -> Result<Exit, Exit> {
    let (mut loaded, plan) = load_sound(&args.file, &args.pipeline, output)?;
    let last = preview::stage_of(&plan, &args.stage)?;
    let (plan, _) = preview::reduced(&plan, Some(last));
    let (report, batches) = first(&mut loaded, &plan, args.documents as usize, output)?;
    let text = match args.format {
        Format::Json => rows::lines(&batches),
        Format::Human => rows::rows(&batches).map(|rows| {
            let shown: Vec<String> = rows.iter().map(|row| rows::listed(row.iter())).collect();
            shown.join("\n")
        }),
    };
    let text = text.map_err(|why| {
        terminal::error(&format!("the documents cannot be shown: {why}"), None);
        Exit::FAILED
    })?;
    terminal::print(&text);
    if !output.quiet {
        terminal::complain(&lost(&plan, &report, &batches, args));
    }
    Ok(Exit::OK)
}

fn first(
    loaded: &mut Loaded,
    plan: &Plan,
    documents: usize,
    output: &OutputArgs,
) -> Result<(Report, Vec<RecordBatch>), Exit> {
    let cancel = Arc::new(AtomicBool::new(false));
    loaded.installed.prepare(plan, &loaded.folder, &cancel);
    let quarantine = preview::scratch()?;
    let sent = preview::send(plan, &loaded.installed, &Pick::Until(documents), (quarantine.path(), &cancel));
    match sent {
        Ok((report, mut seen)) => Ok((report, seen.pop().unwrap_or_default())),
        Err(error) => Err(loaded.explain(&error, output)),
    }
}

/// Tells of documents that were read and are not shown, and why.
fn lost(plan: &Plan, report: &Report, batches: &[RecordBatch], args: &PeekArgs) -> String {
    let mut out = String::new();
    let shown: usize = batches.iter().map(RecordBatch::num_rows).sum();
    if shown < args.documents as usize {
        let all = report.documents(plan);
        out += &format!("there are no more: {shown} of {all} documents come out of `{}`\n", args.stage);
    }
    for (stage, ledger) in plan.stages.iter().zip(&report.stages) {
        for (word, reasons) in [("dropped", &ledger.counts.dropped), ("rejected", &ledger.counts.rejected)] {
            for (reason, count) in reasons {
                let reason = docmill_pipeline::harmless(reason);
                out += &format!("`{}` {word} {}: {reason}\n", stage.id, terminal::number(*count));
            }
        }
    }
    out
}
