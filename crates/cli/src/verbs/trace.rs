//! `docmill trace`.

mod drawn;
mod told;

use crate::args::{Format, OutputArgs, TraceArgs};
use crate::exit::Exit;
use crate::load::{Loaded, load_sound};
use crate::preview::{self, Pick};
use crate::terminal;
use docmill_pipeline::{Kind, Plan, Stages};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use told::Trace;

pub(crate) fn run(args: &TraceArgs, output: &OutputArgs) -> Exit {
    shown(args, output).err().unwrap_or(Exit::OK)
}

fn shown(args: &TraceArgs, output: &OutputArgs) -> Result<(), Exit> {
    let (mut loaded, plan) = load_sound(&args.file, &args.pipeline, output)?;
    let last = args.stage.as_ref().map(|id| preview::stage_of(&plan, id)).transpose()?;
    let (plan, _) = preview::reduced(&plan, last);
    let trace = sent(&mut loaded, plan, args, output)?;
    let layers = drawn::layers(&trace, &args.layers).map_err(|(message, help)| {
        terminal::error(&message, Some(&help));
        Exit::USAGE
    })?;
    terminal::print(&match args.format {
        Format::Json => format!("{:#}\n", drawn::json(&trace)),
        Format::Human => drawn::human(&trace, &layers, terminal::colour_out(output.color)),
    });
    Ok(())
}

fn sent(loaded: &mut Loaded, mut plan: Plan, args: &TraceArgs, output: &OutputArgs) -> Result<Trace, Exit> {
    let cancel = Arc::new(AtomicBool::new(false));
    let scratch = preview::scratch()?;
    loaded.installed.prepare(&plan, &loaded.folder, &cancel);
    if let Some((folder, name)) = replaced(args, scratch.path())? {
        let source = redirect(loaded, &mut plan, &name, args.text.is_some())?;
        // What is traced may be an output: nothing is written here.
        loaded.installed.targets.clear();
        // The source alone starts from the folder of the file, so that the file has a plain name there.
        loaded.installed.prepare(&source, &folder, &cancel);
    }
    let pick = args.document.as_ref().map_or(Pick::First, |name| Pick::Named(name.clone()));
    let quarantine = scratch.path().join("quarantine");
    let (report, seen) = preview::send(&plan, &loaded.installed, &pick, (&quarantine, &cancel))
        .map_err(|error| loaded.explain(&error, output))?;
    if report.documents(&plan) == 0 {
        let (message, help) = match &args.document {
            Some(name) => {
                let source = plan.stages.first().map_or("", |stage| &stage.id);
                let file = args.file.display();
                let help = format!("`docmill peek {file} --stage {source}` shows the first ids");
                (format!("no document has the id or uri `{name}`"), Some(help))
            }
            None => ("there is no document in it".to_owned(), None),
        };
        terminal::error(&docmill_pipeline::harmless(&message), help.as_deref());
        return Err(Exit::FAILED);
    }
    Trace::new(plan, &report, &seen).map_err(|why| {
        terminal::error(&format!("the document cannot be shown: {why}"), None);
        Exit::FAILED
    })
}

/// The folder and the name of the file that is read in place of the pipeline's input.
fn replaced(args: &TraceArgs, scratch: &Path) -> Result<Option<(PathBuf, String)>, Exit> {
    let failed = |message: String| {
        terminal::error(&message, None);
        Exit::FAILED
    };
    if let Some(text) = &args.text {
        let written = std::fs::write(scratch.join("text.txt"), text);
        written.map_err(|error| failed(format!("the text cannot be written to a file: {error}")))?;
        return Ok(Some((scratch.to_owned(), "text.txt".to_owned())));
    }
    let Some(file) = &args.text_file else { return Ok(None) };
    let whole = std::fs::metadata(file).and_then(|_| std::path::absolute(file));
    let whole = whole.map_err(|error| failed(format!("cannot read {}: {error}", file.display())))?;
    let name = whole.file_name().and_then(|name| name.to_str()).map(str::to_owned);
    let name = name.ok_or_else(|| failed(format!("{} is no file with a plain name", file.display())))?;
    Ok(Some((whole.parent().unwrap_or(&whole).to_owned(), name)))
}

/// Lets the first source read this file; gives a plan of that source alone.
fn redirect(loaded: &Loaded, plan: &mut Plan, name: &str, is_text: bool) -> Result<Plan, Exit> {
    let has_path = |use_: &str| {
        let info = loaded.installed.get(use_);
        info.is_some_and(|info| info.params.pointer("/properties/path").is_some())
    };
    let sources = plan.stages.iter_mut().filter(|stage| stage.kind == Kind::Source);
    let mut sources = sources.filter(|stage| has_path(&stage.use_));
    let Some(source) = sources.next() else {
        let help = "name a document of its input with --document";
        terminal::error("the pipeline has no source with an option `path`", Some(help));
        return Err(Exit::USAGE);
    };
    if let Value::Object(with) = &mut source.with {
        with.insert("path".to_owned(), Value::from(name));
        // Of the archive's files, not of this text.
        if is_text {
            with.remove("format");
        }
    }
    let source = source.clone();
    Ok(Plan { stages: vec![source], ..plan.clone() })
}
