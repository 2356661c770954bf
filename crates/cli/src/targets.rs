//! The files that a pipeline writes: no two of them may be one.

use crate::terminal::plain;
use docmill_pipeline::{Code, Diagnostic, Kind, Pipeline, Plan};
use std::path::{Path, PathBuf};

/// What is wrong with where a plan writes to: a sink's file that another sink, or `[run] report`, writes too.
pub(crate) fn clashes(plan: &Plan, pipeline: &Pipeline, folder: &Path) -> Vec<Diagnostic> {
    let mut taken: Vec<(PathBuf, String)> = Vec::new();
    if let Some(report) = &plan.run.report {
        taken.push((plain(&folder.join(report)), "`[run] report`".to_owned()));
    }
    let mut found = Vec::new();
    for sink in plan.stages.iter().filter(|stage| stage.kind == Kind::Sink) {
        let Some(path) = sink.with.get("path").and_then(|path| path.as_str()) else { continue };
        let target = plain(&folder.join(path));
        if let Some((_, other)) = taken.iter().find(|(taken, _)| *taken == target) {
            let message = format!("stage `{}` writes the file that {other} writes: `{path}`", sink.id);
            let declared = pipeline.stages.iter().find(|stage| stage.id.value == sink.id);
            let place = declared.and_then(|stage| stage.places.nearest(&["with", "path"]));
            let finding = pipeline.problem(Code::SameTarget, message).help("give each its own file");
            found.push(place.map_or(finding.clone(), |place| finding.at(place.value.clone())));
        }
        taken.push((target, format!("stage `{}`", sink.id)));
    }
    found
}
