//! `docmill merge`.

use crate::args::{Format, MergeArgs, OutputArgs};
use crate::digests::{Digest, blake3_of};
use crate::exit::Exit;
use crate::join::{self, JoinError, Joint};
use crate::report::{OutputFile, Quarantined, RunReport};
use crate::terminal::{self, number, plain};
use docmill_runner::Taken;
use docmill_store::{AtomicFile, DOCUMENTS, Quarantine};
use serde_json::{Map, Value};
use std::collections::HashSet;
use std::path::{Path, PathBuf};

pub(crate) fn run(args: &MergeArgs, output: &OutputArgs) -> Exit {
    match merge(args) {
        Ok((path, merged)) => {
            match args.format {
                Format::Json => terminal::print(&merged.to_text()),
                Format::Human if output.quiet => {}
                Format::Human => terminal::print(&summary(&path, &merged, args)),
            }
            merged.missed_limit().map_or(Exit::OK, |message| {
                terminal::error(&message, None);
                Exit::LIMIT
            })
        }
        Err(refused) => {
            terminal::error(&refused.message, refused.help.as_deref());
            refused.exit
        }
    }
}

/// Why there is no merged run.
struct Refused {
    message: String,
    help: Option<String>,
    exit: Exit,
}

impl Refused {
    /// The shards do not fit together; nothing was written.
    fn shards(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None, exit: Exit::CONFIG }
    }

    fn help(self, help: &str) -> Self {
        Self { help: Some(help.to_owned()), ..self }
    }
}

impl From<JoinError> for Refused {
    fn from(error: JoinError) -> Self {
        Self { message: error.to_string(), help: None, exit: Exit::FAILED }
    }
}

/// The report of a shard and the folder that it lies in.
struct Part {
    path: PathBuf,
    report: RunReport,
}

impl Part {
    fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new("."))
    }

    fn number(&self) -> u32 {
        self.report.selection.shard.map_or(0, |shard| shard.number)
    }
}

fn merge(args: &MergeArgs) -> Result<(PathBuf, RunReport), Refused> {
    let mut parts = Vec::new();
    for place in &args.shards {
        let read = RunReport::read(place);
        let (path, report) = read.map_err(|(message, help)| Refused { help, ..Refused::shards(message) })?;
        parts.push(Part { path, report });
    }
    complete(&mut parts)?;
    alike(&parts)?;
    let first = parts.first().ok_or_else(|| Refused::shards("there is no shard"))?;
    let joins: Result<Vec<Join>, Refused> = first
        .report
        .outputs
        .iter()
        .enumerate()
        .map(|(at, output)| planned(args, &parts, at, output))
        .collect();
    let mut written = Vec::new();
    let mut ids = HashSet::new();
    for Join { files, target, joint } in joins? {
        // All outputs have the same documents, or fewer: one is looked at.
        let looked_at = ids.is_empty().then_some(&mut ids);
        let file = join::join(&files, &target, joint, looked_at)?;
        written.push((target, file));
    }
    if !first.report.gates.is_empty() {
        let message = "warning: gates were judged for each shard; they are not judged for the joined run\n";
        terminal::complain(message);
    }
    let list = rejected(args, &parts, |quarantine| quarantine.file.as_deref())?;
    let documents = rejected(args, &parts, |quarantine| quarantine.documents.as_deref())?;
    let mut merged = sums(&parts).ok_or_else(|| Refused::shards("there is no shard"))?;
    let failed = |path: &Path, error: std::io::Error| JoinError::Io(path.to_owned(), error);
    for ((target, file), output) in written.into_iter().zip(&mut merged.outputs) {
        file.commit().map_err(|e| failed(&target, e))?;
        (output.bytes, output.blake3) = blake3_of(&target).map_err(|e| failed(&target, e))?;
    }
    // What an earlier merge left there would speak of documents that are well now.
    match &list {
        None => Quarantine::new(&args.out.join("quarantine")).commit().map_err(|e| failed(&args.out, e))?,
        Some((list, _)) if documents.is_none() => {
            let stale = list.with_file_name(DOCUMENTS);
            if stale.exists() {
                std::fs::remove_file(&stale).map_err(|e| failed(&stale, e))?;
            }
        }
        Some(_) => {}
    }
    for (target, file) in documents.into_iter().chain(list) {
        file.commit().map_err(|e| failed(&target, e))?;
    }
    let path = args.out.join("run.json");
    merged.write(&path).map_err(|e| failed(&path, e))?;
    Ok((path, merged))
}

/// Sorts the shards; each must be there once.
fn complete(parts: &mut [Part]) -> Result<(), Refused> {
    if let Some(whole) = parts.iter().find(|part| part.report.selection.shard.is_none()) {
        let message = format!("{} is the report of a whole run, not of a shard", whole.path.display());
        return Err(Refused::shards(message).help("run the parts with `--shard 1/3`, `--shard 2/3`, ..."));
    }
    parts.sort_by_key(Part::number);
    let mut twins = parts.iter().zip(parts.iter().skip(1));
    if let Some((one, other)) = twins.find(|(one, other)| one.number() == other.number()) {
        let paths = format!("{} and {}", one.path.display(), other.path.display());
        return Err(Refused::shards(format!("shard {} is given twice: {paths}", one.number())));
    }
    let of = parts.iter().filter_map(|part| part.report.selection.shard).map(|shard| shard.of);
    let of = of.max().unwrap_or(0);
    let given: HashSet<u32> = parts.iter().map(Part::number).collect();
    let missing: Vec<String> = (1..=of).filter(|n| !given.contains(n)).map(|n| n.to_string()).collect();
    match missing.as_slice() {
        [] => Ok(()),
        [one] => Err(Refused::shards(format!("shard {one} of {of} is missing"))),
        several => Err(Refused::shards(format!("shards {} of {of} are missing", several.join(", ")))),
    }
}

/// All shards must be of one run: the same pipeline, plugins and input.
fn alike(parts: &[Part]) -> Result<(), Refused> {
    let Some((first, rest)) = parts.split_first() else { return Ok(()) };
    let mut next = first.report.timings.blocks.to;
    for other in rest {
        if let Some(what) = difference(&first.report, &other.report) {
            let message = format!(
                "shards {} and {} are of different runs: {what} ({}, {})",
                first.number(),
                other.number(),
                first.path.display(),
                other.path.display()
            );
            return Err(Refused::shards(message).help("run all shards anew with one pipeline over one input"));
        }
        if other.report.timings.blocks.from != next {
            let message =
                format!("shard {} does not begin where shard {} ends", other.number(), other.number() - 1);
            return Err(Refused::shards(message));
        }
        next = other.report.timings.blocks.to;
    }
    Ok(())
}

fn difference(one: &RunReport, other: &RunReport) -> Option<String> {
    let shards = |report: &RunReport| report.selection.shard.map_or(0, |shard| shard.of);
    if shards(one) != shards(other) {
        return Some(format!("one is of {} shards, the other of {}", shards(one), shards(other)));
    }
    if one.pipeline != other.pipeline {
        return Some(format!("the pipeline `{}` has another text", one.pipeline.name));
    }
    if one.docmill != other.docmill {
        return Some(format!("docmill {} and {}", one.docmill, other.docmill));
    }
    if one.plugins != other.plugins || one.models != other.models {
        let plugin = one.plugins.iter().find(|plugin| !other.plugins.contains(plugin));
        return Some(
            plugin.map_or("the plugins differ".to_owned(), |p| format!("plugin {} differs", p.name)),
        );
    }
    let (mine, theirs) = (&one.timings.blocks, &other.timings.blocks);
    if (&mine.manifest, mine.of) != (&theirs.manifest, theirs.of) {
        return Some("the input is another one".to_owned());
    }
    if one.selection.changed_since != other.selection.changed_since {
        return Some("`--changed-since` differs".to_owned());
    }
    let differs = one.stages.iter().zip(&other.stages).find(|(stage, twin)| {
        (&stage.id, options(one, &stage.id, &stage.with)) != (&twin.id, options(other, &twin.id, &twin.with))
    });
    differs.map(|(stage, _)| format!("the options of stage `{}` differ", stage.id))
}

/// The options of a stage without the file that a sink writes, which each shard may have for itself.
fn options(report: &RunReport, id: &str, with: &Map<String, Value>) -> Map<String, Value> {
    let mut with = with.clone();
    if report.outputs.iter().any(|output| output.stage == id) {
        with.remove("path");
    }
    with
}

/// One output of all shards, found sound.
struct Join {
    files: Vec<PathBuf>,
    target: PathBuf,
    joint: Joint,
}

/// Finds the files of one output; each must be the one that its report tells of.
fn planned(args: &MergeArgs, parts: &[Part], at: usize, first: &OutputFile) -> Result<Join, Refused> {
    let report = parts.first().map(|part| &part.report);
    let joint = report.map_or(Ok(Joint::Lines), |report| join::joint_of(report, first));
    let joint = joint.map_err(Refused::shards)?;
    let target = target(args, first.file.as_deref(), &first.stage)?;
    let mut files = Vec::new();
    for part in parts {
        let output = part.report.outputs.get(at).filter(|output| output.stage == first.stage);
        let file = output.and_then(|output| Some((output, part.folder().join(output.file.as_ref()?))));
        let Some((output, file)) = file else {
            let message = format!("shard {} has no output of stage `{}`", part.number(), first.stage);
            return Err(Refused::shards(message));
        };
        if plain(&file) == plain(&target) {
            let message = format!("{} is both a shard's output and the merged one", file.display());
            return Err(Refused::shards(message).help("merge into another folder"));
        }
        let found = blake3_of(&file).map_err(|error| JoinError::Io(file.clone(), error))?;
        if found != (output.bytes, output.blake3.clone()) {
            let message = format!("{} is not the file that {} tells of", file.display(), part.path.display());
            return Err(Refused::shards(message).help("run the shard anew"));
        }
        files.push(file);
    }
    Ok(Join { files, target, joint })
}

/// Where a merged file goes: as far below `OUT` as the shard's file lies below its report.
fn target(args: &MergeArgs, file: Option<&str>, what: &str) -> Result<PathBuf, Refused> {
    let below = file.filter(|file| !file.starts_with("..") && !Path::new(file).is_absolute());
    let Some(file) = below else {
        let message = format!("the output of `{what}` does not lie below the folder of its report");
        return Err(Refused::shards(message).help("let `[run] report` name a file beside the outputs"));
    };
    Ok(args.out.join(file))
}

/// One of the quarantine's files of all shards; none where no shard has it.
fn rejected(
    args: &MergeArgs,
    parts: &[Part],
    named: fn(&Quarantined) -> Option<&str>,
) -> Result<Option<(PathBuf, AtomicFile)>, Refused> {
    let file = |part: &Part| Some(part.folder().join(named(&part.report.quarantine)?));
    let files: Vec<PathBuf> = parts.iter().filter_map(file).collect();
    let Some(name) = parts.iter().find_map(|part| named(&part.report.quarantine)) else {
        return Ok(None);
    };
    let target = target(args, Some(name), "quarantine")?;
    let file = join::join(&files, &target, Joint::Lines, None)?;
    Ok(Some((target, file)))
}

/// The report of the whole run, but for its outputs.
fn sums(parts: &[Part]) -> Option<RunReport> {
    let mut reports = parts.iter().map(|part| &part.report);
    let mut merged = reports.next()?.clone();
    merged.selection.shard = None;
    merged.gates.clear();
    for report in reports {
        merged.documents += report.documents;
        merged.renamed += report.renamed;
        merged.rejected += report.rejected;
        merged.text_bytes += report.text_bytes;
        let digests = merged.inputs.blake3.bytes().zip(report.inputs.blake3.bytes());
        if let Some((one, other)) = digests {
            merged.inputs.blake3 = Digest::of(&Taken::sum(&one, &other));
        }
        merged.timings.blocks.to = report.timings.blocks.to;
        merged.stages.iter_mut().zip(&report.stages).for_each(|(all, part)| all.counts.add(&part.counts));
        if merged.quarantine.file.is_none() {
            merged.quarantine.file.clone_from(&report.quarantine.file);
        }
        if merged.quarantine.documents.is_none() {
            merged.quarantine.documents.clone_from(&report.quarantine.documents);
        }
        merged.timings.elapsed_ms += report.timings.elapsed_ms;
        merged.timings.threads = merged.timings.threads.max(report.timings.threads);
        for (stage, nanos) in &report.timings.stage_ns {
            *merged.timings.stage_ns.entry(stage.clone()).or_default() += nanos;
        }
        for (stage, documents) in &report.timings.recalled {
            *merged.timings.recalled.entry(stage.clone()).or_default() += documents;
        }
    }
    Some(merged)
}

fn summary(path: &Path, merged: &RunReport, args: &MergeArgs) -> String {
    let mut out = format!("{} documents from {} shards\n", number(merged.documents), args.shards.len());
    for output in &merged.outputs {
        let file = args.out.join(output.file.as_deref().unwrap_or_default());
        out += &format!("{} wrote {}\n", output.stage, terminal::shown(&file));
    }
    if let Some(list) = &merged.quarantine.file {
        out += &format!("rejected documents: {}\n", terminal::shown(&args.out.join(list)));
    }
    out + &format!("report: {}\n", terminal::shown(path))
}
