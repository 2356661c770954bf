//! What differs between two runs: documents and annotations, by layer and label.

mod annotations;
mod lines;
mod show;

pub(crate) use show::{human, json, markdown};

use crate::join::{Joint, joint_of};
use crate::report::{OutputFile, PipelineFile, Plugin, RunReport, StageReport};
use annotations::{LayerChanges, Unit};
use lines::Lines;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// The differences between two runs.
#[derive(Debug, Serialize)]
pub(crate) struct Difference {
    /// The version of this form.
    format: u32,
    /// True when all outputs have the same content.
    pub(crate) equal: bool,
    /// What differs before any output: why outputs might.
    causes: Vec<Cause>,
    outputs: Vec<OutputDifference>,
}

/// A reason for which two runs may have different outputs.
#[derive(Debug, PartialEq, Serialize)]
struct Cause {
    /// What differs: `pipeline`, `plugin`, `input`, ...
    what: String,
    base: String,
    new: String,
}

/// What differs in the outputs of one sink.
#[derive(Debug, Serialize)]
struct OutputDifference {
    stage: String,
    path: String,
    /// `documents` when rows were compared, `digest` when only the bytes were.
    compared: &'static str,
    /// Why only the bytes were.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    equal: bool,
    documents: DocumentCounts,
    /// Changes by layer and label.
    layers: BTreeMap<String, BTreeMap<String, LayerChanges>>,
    /// How many documents differ in a column that is no layer.
    columns: BTreeMap<String, u64>,
    details: Vec<DocumentDifference>,
    /// Documents that differ and are not among the details.
    left_out: u64,
}

#[derive(Debug, Default, Serialize)]
struct DocumentCounts {
    same: u64,
    changed: u64,
    added: u64,
    removed: u64,
}

/// One document that differs.
#[derive(Debug, Serialize)]
struct DocumentDifference {
    id: String,
    /// `changed`, `added` or `removed`.
    change: &'static str,
    /// Columns that are no layers and differ.
    columns: Vec<String>,
    annotations: Vec<annotations::Change>,
}

/// One side of a comparison.
#[derive(Clone, Copy)]
pub(crate) struct Side<'a> {
    pub(crate) report: &'a RunReport,
    /// The folder that the report lies in.
    pub(crate) folder: &'a Path,
}

/// Compares two runs. `details` documents at most are told of one by one, of each output.
///
/// Holds an index of the base's documents and two documents at a time: 160 MB for a million documents.
///
/// # Errors
/// A sentence about the output that cannot be read.
pub(crate) fn compare(base: Side<'_>, new: Side<'_>, details: usize) -> Result<Difference, String> {
    let mut outputs = Vec::new();
    for output in &base.report.outputs {
        let twin = new.report.outputs.iter().find(|other| other.stage == output.stage);
        outputs.push(match twin {
            Some(twin) => of_outputs((base, output), (new, twin), details)?,
            None => one_sided(output, "the new run has no such output"),
        });
    }
    let is_new = |output: &&OutputFile| base.report.outputs.iter().all(|other| other.stage != output.stage);
    outputs.extend(
        new.report.outputs.iter().filter(is_new).map(|o| one_sided(o, "the base run has no such output")),
    );
    let equal = outputs.iter().all(|output| output.equal);
    Ok(Difference { format: 1, equal, causes: causes(base.report, new.report), outputs })
}

impl OutputDifference {
    fn of(output: &OutputFile, compared: &'static str, reason: Option<String>) -> Self {
        Self {
            stage: output.stage.clone(),
            path: output.path.clone(),
            compared,
            reason,
            equal: false,
            documents: DocumentCounts::default(),
            layers: BTreeMap::new(),
            columns: BTreeMap::new(),
            details: Vec::new(),
            left_out: 0,
        }
    }

    fn push(&mut self, detail: DocumentDifference, limit: usize) {
        for change in &detail.annotations {
            let labels = self.layers.entry(change.layer.clone()).or_default();
            labels.entry(change.label.clone()).or_default().count(change);
        }
        for column in &detail.columns {
            *self.columns.entry(column.clone()).or_default() += 1;
        }
        if self.details.len() < limit { self.details.push(detail) } else { self.left_out += 1 }
    }
}

fn one_sided(output: &OutputFile, why: &str) -> OutputDifference {
    OutputDifference::of(output, "digest", Some(why.to_owned()))
}

fn of_outputs(
    (base, was): (Side<'_>, &OutputFile),
    (new, is): (Side<'_>, &OutputFile),
    details: usize,
) -> Result<OutputDifference, String> {
    let lines = |side: Side<'_>, output| joint_of(side.report, output) == Ok(Joint::Lines);
    let by_digest = |why: &str| {
        let equal = was.blake3 == is.blake3;
        let found = OutputDifference::of(was, "digest", Some(why.to_owned()));
        Ok(OutputDifference { equal, ..found })
    };
    if !lines(base, was) || !lines(new, is) {
        return by_digest("only JSON Lines are compared by document");
    }
    let (Some(one), Some(other)) = (&was.file, &is.file) else {
        return by_digest("the path is a secret");
    };
    let (one, other) = (base.folder.join(one), new.folder.join(other));
    if was.blake3 == is.blake3 && one.is_file() && other.is_file() {
        let mut found = OutputDifference::of(was, "documents", None);
        found.equal = true;
        let stage = base.report.stages.iter().find(|stage| stage.id == was.stage);
        found.documents.same = stage.map_or(0, |stage| stage.counts.documents_out);
        return Ok(found);
    }
    let unit = |side: Side<'_>, output| Unit::of(side.report, output);
    let units = (unit(base, was), unit(new, is));
    of_lines((&one, &other), units, OutputDifference::of(was, "documents", None), details)
}

fn of_lines(
    (one, other): (&Path, &Path),
    units: (Unit, Unit),
    mut found: OutputDifference,
    limit: usize,
) -> Result<OutputDifference, String> {
    let failed = |path: &Path, error: std::io::Error| format!("cannot compare {}: {error}", path.display());
    let mut base = Lines::index(one).map_err(|e| failed(one, e))?;
    if base.without_id > 0 {
        let reason = Some("its documents have no `id`".to_owned());
        return Ok(OutputDifference { compared: "digest", reason, ..found });
    }
    let mut failure = None;
    lines::each(other, |line, id| {
        let Some(id) = id else { return Err(std::io::Error::other("a document has no `id`")) };
        match base.find(id, line) {
            lines::Twin::None => {
                found.documents.added += 1;
                let row = serde_json::from_slice(line).unwrap_or_default();
                found.push(annotations::one_sided(id, "added", &row, units), limit);
            }
            lines::Twin::Same => found.documents.same += 1,
            lines::Twin::Other(at) => {
                let was: Value = serde_json::from_slice(&base.line(at)?)?;
                let is: Value = serde_json::from_slice(line)?;
                found.documents.changed += 1;
                found.push(annotations::changed(id, &was, &is, units), limit);
            }
        }
        Ok(())
    })
    .map_err(|e| failed(other, e))?;
    for at in base.unseen() {
        match base.line(at) {
            Ok(line) => {
                let row: Value = serde_json::from_slice(&line).unwrap_or_default();
                let id = row.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
                found.documents.removed += 1;
                found.push(annotations::one_sided(&id, "removed", &row, units), limit);
            }
            Err(error) => failure = Some(failed(one, error)),
        }
    }
    let counts = &found.documents;
    // Lines in another order are other bytes, though no document differs.
    found.equal = counts.added + counts.removed + counts.changed == 0;
    failure.map_or(Ok(found), Err)
}

/// What differs between two runs besides their outputs.
fn causes(base: &RunReport, new: &RunReport) -> Vec<Cause> {
    let mut causes = Vec::new();
    let mut compare = |what: &str, was: String, is: String| {
        if was != is {
            causes.push(Cause { what: what.to_owned(), base: was, new: is });
        }
    };
    compare("docmill", base.docmill.clone(), new.docmill.clone());
    compare("pipeline", base.pipeline.name.clone(), new.pipeline.name.clone());
    for (file, was, is) in pairs(&base.pipeline.files, &new.pipeline.files, |file| &file.path) {
        let digest = |file: Option<&PipelineFile>| short(file.map(|file| file.blake3.to_string()));
        compare(&format!("pipeline file {}", file.path), digest(was), digest(is));
    }
    for (one, was, is) in pairs(&base.plugins, &new.plugins, |plugin| &plugin.name) {
        compare(&format!("plugin {}", one.name), plugin(was), plugin(is));
    }
    for (stage, was, is) in pairs(&base.stages, &new.stages, |stage| &stage.id) {
        let options = |stage: Option<&StageReport>| {
            stage.map_or("none".to_owned(), |stage| Value::from(stage.with.clone()).to_string())
        };
        compare(&format!("options of stage {}", stage.id), options(was), options(is));
    }
    compare("selection", selection(base), selection(new));
    let digest = |report: &RunReport| short(Some(report.inputs.blake3.to_string()));
    compare("input", digest(base), digest(new));
    compare("documents", base.documents.to_string(), new.documents.to_string());
    compare("rejected", base.rejected.to_string(), new.rejected.to_string());
    causes
}

/// The things of both sides by name: those of the base in its order, then those that only the new one has.
fn pairs<'a, T>(
    base: &'a [T],
    new: &'a [T],
    name: impl Fn(&T) -> &String,
) -> Vec<(&'a T, Option<&'a T>, Option<&'a T>)> {
    let of = |all: &'a [T], one: &T| all.iter().find(|other| name(other) == name(one));
    let was = base.iter().map(|one| (one, Some(one), of(new, one)));
    let is = new.iter().filter(|one| of(base, one).is_none()).map(|one| (one, None, Some(one)));
    was.chain(is).collect()
}

/// As many digits as tell two digests apart.
fn short(digest: Option<String>) -> String {
    digest.map_or("none".to_owned(), |digest| digest.chars().take(12).collect())
}

fn plugin(plugin: Option<&Plugin>) -> String {
    let Some(plugin) = plugin else { return "none".to_owned() };
    let outputs: Vec<String> =
        plugin.stages.iter().map(|(stage, version)| format!("{stage} {version}")).collect();
    let library = plugin.library.as_ref().map(|library| short(Some(library.sha256.to_string())));
    let from = library.map_or_else(|| "built in".to_owned(), |digest| format!("library {digest}"));
    format!("{}, {from}, outputs {}", plugin.version, outputs.join(", "))
}

fn selection(report: &RunReport) -> String {
    let selected = &report.selection;
    let limit = selected.limit.map(|limit| format!("the first {limit}"));
    let changed = selected.changed_since.as_ref().map(|since| format!("changed since {}", since.commit));
    let shard = selected.shard.map(|shard| format!("shard {} of {}", shard.number, shard.of));
    let parts: Vec<String> = [limit, changed, shard].into_iter().flatten().collect();
    if parts.is_empty() { "all".to_owned() } else { parts.join(", ") }
}

#[cfg(test)]
mod tests;
