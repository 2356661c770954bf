//! The files that a pipeline writes: no two of them may be one, and none may be an input.

use crate::digests::Known;
use crate::keeping;
use crate::terminal::{self, plain};
use docmill_pipeline::{Code, Diagnostic, Kind, Pipeline, Plan, PlannedStage};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The file that a sink writes, as its options have it; none for standard output.
pub(crate) fn output_path(sink: &PlannedStage) -> Option<&str> {
    sink.with.get("path")?.as_str().filter(|path| *path != "-")
}

/// Where a run puts what is not a sink's output.
pub(crate) struct Places {
    /// Where the pipeline lies.
    pub(crate) folder: PathBuf,
    /// The file for `run.json`.
    pub(crate) report: PathBuf,
    /// The folder for rejected documents.
    pub(crate) quarantine: PathBuf,
    /// Digests of what lies there.
    pub(crate) digests: Arc<Known>,
}

impl Places {
    /// Beside the first sink's output, unless `[run]` says otherwise.
    pub(crate) fn of(plan: &Plan, folder: &Path) -> Self {
        let beside = keeping::beside(plan, folder);
        let place = |given: &Option<String>, name: &str| {
            given.as_ref().map_or_else(|| beside.join(name), |given| folder.join(given))
        };
        let quarantine = place(&plan.run.quarantine.path, "quarantine");
        let report = place(&plan.run.report, "run.json");
        Self { folder: folder.to_owned(), report, quarantine, digests: Arc::default() }
    }

    /// Every file that a run writes. A file of the quarantine that a source is told to read is none of them: the
    /// documents of an earlier run are read back from where this one puts its own when it is done.
    pub(crate) fn targets(&self, plan: &Plan) -> Vec<PathBuf> {
        let sinks = plan.stages.iter().filter(|stage| stage.kind == Kind::Sink);
        let outputs = sinks.filter_map(output_path).map(|path| self.folder.join(path));
        let inputs = inputs(plan, &self.folder);
        let rejected = [docmill_store::LIST, docmill_store::DOCUMENTS].map(|name| self.quarantine.join(name));
        let rejected =
            rejected.into_iter().filter(|path| !inputs.iter().any(|(input, _)| *input == plain(path)));
        outputs.chain([self.report.clone()]).chain(rejected).collect()
    }

    /// What keeps the report or the list of rejected documents from being written where `[run]` puts them; beside
    /// the first output, a sink has looked.
    pub(crate) fn unwritable(&self, plan: &Plan) -> Option<String> {
        let list = self.quarantine.join(docmill_store::LIST);
        let given = [
            ("report", plan.run.report.is_some(), &self.report),
            ("quarantine", plan.run.quarantine.path.is_some(), &list),
        ];
        given.into_iter().filter(|(_, is_given, _)| *is_given).find_map(|(key, _, path)| {
            let error = docmill_store::can_write(path).err()?;
            Some(format!("`[run] {key}`: {} cannot be written: {error}", terminal::shown(path)))
        })
    }
}

/// What is wrong with where a plan writes to: a sink's file that another sink, or `[run] report`, writes too,
/// or that a source is told to read.
pub(crate) fn clashes(plan: &Plan, pipeline: &Pipeline, folder: &Path) -> Vec<Diagnostic> {
    let mut taken: Vec<(PathBuf, String)> = Vec::new();
    if let Some(report) = &plan.run.report {
        taken.push((plain(&folder.join(report)), "`[run] report`".to_owned()));
    }
    let inputs = inputs(plan, folder);
    let mut found = Vec::new();
    for sink in plan.stages.iter().filter(|stage| stage.kind == Kind::Sink) {
        let Some(path) = sink.with.get("path").and_then(|path| path.as_str()) else { continue };
        let target = plain(&folder.join(path));
        let mut clash = |message: String, help: &str| {
            let declared = pipeline.stages.iter().find(|stage| stage.id.value == sink.id);
            let place = declared.and_then(|stage| stage.places.nearest(&["with", "path"]));
            let finding = pipeline.problem(Code::SameTarget, message).help(help);
            found.push(place.map_or(finding.clone(), |place| finding.at(place.value.clone())));
        };
        if let Some((_, other)) = taken.iter().find(|(taken, _)| *taken == target) {
            let message = format!("stage `{}` writes the file that {other} writes: `{path}`", sink.id);
            clash(message, "give each its own file");
        }
        if let Some((_, source)) = inputs.iter().find(|(input, _)| *input == target) {
            let message =
                format!("stage `{}` writes the file that stage `{source}` reads: `{path}`", sink.id);
            clash(message, "write to another file");
        }
        taken.push((target, format!("stage `{}`", sink.id)));
    }
    found
}

/// The paths that sources are told to read, each with the source's name. A folder or a pattern is no file: what lies
/// there the source leaves out by itself.
fn inputs(plan: &Plan, folder: &Path) -> Vec<(PathBuf, String)> {
    let mut inputs = Vec::new();
    for source in plan.stages.iter().filter(|stage| stage.kind == Kind::Source) {
        let paths = match source.with.get("path") {
            Some(Value::Array(paths)) => paths.as_slice(),
            Some(path) => std::slice::from_ref(path),
            None => &[],
        };
        let paths = paths.iter().filter_map(Value::as_str);
        inputs.extend(paths.map(|path| (plain(&folder.join(path)), source.id.clone())));
    }
    inputs
}
