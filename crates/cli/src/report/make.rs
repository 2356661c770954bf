//! The report of a run that has just ended.

use super::{
    Blocks, FORMAT, GateReport, Inputs, Library, Model, OutputFile, PipelineFile, PipelineFiles, Plugin,
    Quarantined, RunReport, Selected, StageReport, Timings, seen_from,
};
use crate::digests::{Digest, Known, sha256_of};
use crate::gates::Verdict;
use crate::installed::Installed;
use crate::load::Loaded;
use crate::recipes::input_paths;
use crate::targets::output_path;
use docmill_pipeline::{Kind, Plan, PlannedStage};
use docmill_runner::Report;
use docmill_store::DOCUMENTS;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::Path;

/// A run that has ended, with all that its report tells of.
pub(crate) struct Run<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) loaded: &'a Loaded,
    pub(crate) report: &'a Report,
    pub(crate) verdicts: &'a [Verdict],
    pub(crate) selected: Selected,
    /// Digests of outputs that are known already.
    pub(crate) digests: &'a Known,
    /// The folder in which the report will lie.
    pub(crate) folder: &'a Path,
}

/// Makes the report; reads the outputs and the plugins' files for their digests.
///
/// # Errors
/// A sentence about the file that cannot be read.
pub(crate) fn make(run: &Run<'_>) -> Result<RunReport, String> {
    let (plan, report) = (run.plan, run.report);
    let stages = plan.stages.iter().zip(&report.stages);
    let times = stages.clone().map(|(planned, stage)| (planned.id.clone(), stage.nanos));
    let recalled = stages.clone().map(|(planned, stage)| (planned.id.clone(), stage.recalled));
    let taken = &report.taken;
    let list = report.quarantine.as_ref();
    let kept = list.map(|list| list.with_file_name(DOCUMENTS)).filter(|kept| kept.is_file());
    Ok(RunReport {
        format: FORMAT,
        docmill: env!("CARGO_PKG_VERSION").to_owned(),
        pipeline: PipelineFiles { name: plan.name.clone(), files: files(run.loaded) },
        selection: run.selected.clone(),
        inputs: Inputs { blake3: Digest::of(&taken.digest) },
        documents: report.documents(plan),
        renamed: report.renamed,
        rejected: report.rejected(),
        text_bytes: report.text_bytes,
        plugins: plugins(plan, &run.loaded.installed)?,
        models: models(plan, run.loaded)?,
        stages: stages.map(|(planned, stage)| of_stage(planned, stage.counts.clone())).collect(),
        outputs: outputs(run)?,
        gates: run.verdicts.iter().map(GateReport::from).collect(),
        quarantine: Quarantined {
            max_ratio: plan.run.quarantine.max_ratio,
            file: list.map(|list| seen_from(run.folder, list)),
            documents: kept.map(|kept| seen_from(run.folder, &kept)),
        },
        timings: Timings {
            blocks: Blocks {
                manifest: Digest::of(&taken.manifest),
                of: taken.blocks as u64,
                from: taken.part.0 as u64,
                to: taken.part.1 as u64,
            },
            elapsed_ms: report.elapsed.as_millis() as u64,
            threads: report.threads as u64,
            stage_ns: times.collect(),
            recalled: recalled.filter(|(_, documents)| *documents > 0).collect(),
        },
    })
}

/// The files of a pipeline, as seen from the folder of the one that was run.
fn files(loaded: &Loaded) -> Vec<PipelineFile> {
    let digest = |name| Digest::blake3(loaded.sources.text(name).as_bytes());
    let path = |name: &str| std::path::absolute(name).unwrap_or_else(|_| name.into());
    let names = loaded.sources.names();
    names
        .map(|name| PipelineFile { path: seen_from(&loaded.folder, &path(name)), blake3: digest(name) })
        .collect()
}

fn of_stage(planned: &PlannedStage, counts: docmill_runner::Counts) -> StageReport {
    StageReport {
        id: planned.id.clone(),
        r#use: planned.use_.clone(),
        plugin: planned.plugin.clone(),
        version: planned.version.clone(),
        output_version: planned.output_version,
        with: options(planned),
        counts,
    }
}

fn options(planned: &PlannedStage) -> Map<String, Value> {
    match planned.with_shown() {
        Value::Object(table) => table,
        _ => Map::new(),
    }
}

/// The plugins of a plan, by name, each with the digest of its file if it was loaded from one.
///
/// # Errors
/// A sentence about the library that cannot be read.
pub(crate) fn plugins(plan: &Plan, installed: &Installed) -> Result<Vec<Plugin>, String> {
    let mut plugins: BTreeMap<(&str, Option<&Path>), Plugin> = BTreeMap::new();
    for planned in &plan.stages {
        let path = installed.path(&planned.use_);
        let plugin = match plugins.entry((planned.plugin.as_str(), path)) {
            Entry::Occupied(there) => there.into_mut(),
            Entry::Vacant(free) => {
                let library = path.map(library).transpose()?;
                let (name, version) = (planned.plugin.clone(), planned.version.clone());
                free.insert(Plugin { name, version, library, stages: BTreeMap::new() })
            }
        };
        plugin.stages.insert(planned.use_.clone(), planned.output_version);
    }
    Ok(plugins.into_values().collect())
}

/// The files that the options of stages name, sources apart, in the order of the stages.
///
/// # Errors
/// A sentence about the file that cannot be read.
pub(crate) fn models(plan: &Plan, loaded: &Loaded) -> Result<Vec<Model>, String> {
    let mut models = Vec::new();
    for planned in plan.stages.iter().filter(|planned| planned.kind != Kind::Source) {
        let info = docmill_pipeline::Stages::get(&loaded.installed, &planned.use_);
        let paths = info.map(|info| input_paths(&info.params, &planned.with)).unwrap_or_default();
        let shown = planned.with_shown();
        for path in paths {
            let pointer = path.iter().fold(String::new(), |pointer, key| pointer + "/" + key);
            let text = |options: &Value| Some(options.pointer(&pointer)?.as_str()?.to_owned());
            let (Some(file), Some(path)) = (text(&planned.with), text(&shown)) else { continue };
            let sha256 = sha256_of(&loaded.folder.join(file));
            let sha256 = sha256.map_err(|error| format!("cannot read {path}: {error}"))?;
            models.push(Model { stage: planned.id.clone(), path, sha256 });
        }
    }
    Ok(models)
}

fn library(path: &Path) -> Result<Library, String> {
    let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let sha256 = sha256_of(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    Ok(Library { file, sha256 })
}

fn outputs(run: &Run<'_>) -> Result<Vec<OutputFile>, String> {
    let mut outputs = Vec::new();
    for sink in run.plan.stages.iter().filter(|stage| stage.kind == Kind::Sink) {
        let Some(path) = output_path(sink) else { continue };
        let target = run.loaded.folder.join(path);
        // A sink of some other plugin may mean something else by its path.
        if !target.is_file() {
            continue;
        }
        let digest = run.digests.blake3_of(&target);
        let (bytes, blake3) = digest.map_err(|e| format!("cannot read {}: {e}", target.display()))?;
        let shown = options(sink).get("path").and_then(Value::as_str).unwrap_or_default().to_owned();
        let file = (shown == path).then(|| seen_from(run.folder, &target));
        outputs.push(OutputFile { stage: sink.id.clone(), path: shown, file, bytes, blake3 });
    }
    Ok(outputs)
}
