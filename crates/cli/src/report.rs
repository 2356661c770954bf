//! `run.json`: what a run read, did and wrote.

mod make;

pub(crate) use make::{Run, make, models, plugins};

use crate::digests::Digest;
use crate::gates::Verdict;
use crate::score::Tally;
use docmill_runner::Counts;
use docmill_sdk::schemars::{self, JsonSchema, generate::SchemaSettings};
use docmill_store::AtomicFile;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The version of the format that this docmill writes and reads.
pub(crate) const FORMAT: u32 = 1;

/// The report of a run. Two runs of one pipeline over one input have the same report, byte for byte, but for
/// `timings`, whatever the threads and the size of batches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RunReport {
    /// The version of this format.
    #[schemars(range(min = 1, max = 1))]
    pub(crate) format: u32,
    /// The version of docmill that ran.
    pub(crate) docmill: String,
    /// The pipeline.
    pub(crate) pipeline: PipelineFiles,
    /// Which part of the input was asked for.
    pub(crate) selection: Selected,
    /// What the sources read.
    pub(crate) inputs: Inputs,
    /// Documents that the sources brought, rejected ones included.
    pub(crate) documents: u64,
    /// Documents that got another id, because one before them had theirs.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) renamed: u64,
    /// Documents rejected by any stage.
    pub(crate) rejected: u64,
    /// Bytes of text that the stages got.
    pub(crate) text_bytes: u64,
    /// The plugins whose stages ran, by name.
    pub(crate) plugins: Vec<Plugin>,
    /// The models that stages loaded.
    pub(crate) models: Vec<Model>,
    /// The stages, in the order of the pipeline.
    pub(crate) stages: Vec<StageReport>,
    /// The files written, in the order of the pipeline.
    pub(crate) outputs: Vec<OutputFile>,
    /// The gates, in the order of the pipeline.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) gates: Vec<GateReport>,
    /// The rejected documents.
    pub(crate) quarantine: Quarantined,
    /// All that may differ between two runs over one input.
    pub(crate) timings: Timings,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// A gate with what came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GateReport {
    /// Its name; the condition where it has none.
    pub(crate) name: String,
    /// Its condition.
    pub(crate) assert: String,
    /// Whether it held.
    pub(crate) passed: bool,
    /// The values of the names in its condition; null for one that has none.
    pub(crate) values: BTreeMap<String, Option<f64>>,
    /// Of a score the counts of each label.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) labels: BTreeMap<String, Tally>,
}

impl From<&Verdict> for GateReport {
    fn from(verdict: &Verdict) -> Self {
        Self {
            name: verdict.name.clone(),
            assert: verdict.assert.clone(),
            passed: verdict.passed,
            values: verdict.values.iter().cloned().collect(),
            labels: verdict.tallies.clone().unwrap_or_default(),
        }
    }
}

/// A pipeline by its content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PipelineFiles {
    /// Its name.
    pub(crate) name: String,
    /// The files it was read from.
    pub(crate) files: Vec<PipelineFile>,
}

/// A file of a pipeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PipelineFile {
    /// Its path from the folder of the pipeline.
    pub(crate) path: String,
    /// The digest of its text.
    pub(crate) blake3: Digest,
}

/// Which part of the input was asked for; all of it where everything is null.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Selected {
    /// `--limit`: the first documents.
    pub(crate) limit: Option<u64>,
    /// `--changed-since`: documents whose file is not as it was.
    pub(crate) changed_since: Option<ChangedSince>,
    /// `--shard`: one part of several.
    pub(crate) shard: Option<ShardOf>,
}

/// A revision that the input was compared with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangedSince {
    /// As it was given: `main`, `HEAD~3`.
    pub(crate) revision: String,
    /// The commit that it names.
    pub(crate) commit: String,
}

/// One part of several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShardOf {
    /// Which part, from 1.
    #[schemars(range(min = 1))]
    pub(crate) number: u32,
    /// How many parts there are.
    #[schemars(range(min = 1))]
    pub(crate) of: u32,
}

/// What the sources read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Inputs {
    /// A digest over every document that was read: the sum of the BLAKE3 digests of each, so that the digests of
    /// shards add up to that of the whole.
    pub(crate) blake3: Digest,
}

/// A plugin whose stages ran.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Plugin {
    /// The crate.
    pub(crate) name: String,
    /// Its version.
    pub(crate) version: String,
    /// The file it was loaded from; null for one that is built into docmill.
    pub(crate) library: Option<Library>,
    /// Its stages that ran, each with the version of its output.
    pub(crate) stages: BTreeMap<String, u32>,
}

/// The file of a plugin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Library {
    /// The name of the file, without its folder.
    pub(crate) file: String,
    /// The SHA-256 digest of its bytes.
    pub(crate) sha256: Digest,
}

/// A model that a stage loaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Model {
    /// The stage, by the name it has in the pipeline.
    pub(crate) stage: String,
    /// Its path, as the pipeline has it.
    pub(crate) path: String,
    /// The SHA-256 digest of its bytes.
    pub(crate) sha256: Digest,
}

/// What became of the documents that reached one stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StageReport {
    /// The name it has in the pipeline.
    pub(crate) id: String,
    /// The stage.
    pub(crate) r#use: String,
    /// The plugin that ships it.
    pub(crate) plugin: String,
    /// The version of the stage.
    pub(crate) version: String,
    /// Changes when the same input would give another output.
    pub(crate) output_version: u32,
    /// Its options; a secret is `***`.
    pub(crate) with: Map<String, Value>,
    /// What happened to its documents.
    pub(crate) counts: Counts,
}

/// A file that a sink wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OutputFile {
    /// The sink, by the name it has in the pipeline.
    pub(crate) stage: String,
    /// Its path, as the pipeline has it: relative to the pipeline.
    pub(crate) path: String,
    /// Its path from the folder of this report; null where that would tell a secret.
    pub(crate) file: Option<String>,
    /// Its size.
    pub(crate) bytes: u64,
    /// The digest of its content.
    pub(crate) blake3: Digest,
}

/// The rejected documents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Quarantined {
    /// Which share of the documents may be rejected.
    #[schemars(range(min = 0, max = 1))]
    pub(crate) max_ratio: f64,
    /// The list of them, from the folder of this report; null when there are none.
    pub(crate) file: Option<String>,
    /// Those of them that have a text, as `ingest` reads them; null when there are none.
    #[serde(default)]
    pub(crate) documents: Option<String>,
}

/// How the input was divided into units of work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Blocks {
    /// The digest of the list of all blocks with their sizes, the same for all shards of one input.
    pub(crate) manifest: Digest,
    /// How many blocks the whole input has.
    pub(crate) of: u64,
    /// The first block that was read, counted from 0.
    pub(crate) from: u64,
    /// The block after the last one that was read.
    pub(crate) to: u64,
}

/// How the run went, and nothing of what came of it: how long things took, and in which units the work was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Timings {
    /// The units of work; `[run] block` decides how many there are.
    pub(crate) blocks: Blocks,
    /// From begin to end, in milliseconds.
    pub(crate) elapsed_ms: u64,
    /// Worker threads.
    pub(crate) threads: u64,
    /// Time spent in the calls of each stage over all threads, in nanoseconds.
    pub(crate) stage_ns: BTreeMap<String, u64>,
    /// Documents for which a stage's work had been done by an earlier run and was kept.
    #[serde(default)]
    pub(crate) recalled: BTreeMap<String, u64>,
}

impl RunReport {
    /// Reads a report, or the one in a folder. Gives its path as well.
    ///
    /// # Errors
    /// A sentence about what is wrong, and a remedy where there is one.
    pub(crate) fn read(place: &Path) -> Result<(PathBuf, Self), (String, Option<String>)> {
        let path = if place.is_dir() { place.join("run.json") } else { place.to_owned() };
        let shown = path.display();
        let help =
            || Some("name a `run.json` that `docmill run` wrote, or the folder that it lies in".to_owned());
        let text =
            std::fs::read_to_string(&path).map_err(|e| (format!("cannot read {shown}: {e}"), help()))?;
        let value: Value =
            serde_json::from_str(&text).map_err(|e| (format!("{shown} is not JSON: {e}"), help()))?;
        let format = value.get("format").and_then(Value::as_u64);
        if format.is_some_and(|format| format != u64::from(FORMAT)) {
            let message = format!("{shown} has format {}, this docmill reads {FORMAT}", format.unwrap_or(0));
            return Err((message, Some("use the docmill that wrote it".to_owned())));
        }
        // Not from the value: a mistake in the text has a line.
        let report = serde_json::from_str(&text);
        report
            .map(|report| (path.clone(), report))
            .map_err(|e| (format!("{shown} is no report of a run: {e}"), help()))
    }

    /// Writes the report, so that it appears whole or not at all.
    pub(crate) fn write(&self, path: &Path) -> io::Result<()> {
        let mut file = AtomicFile::create(path)?;
        file.write_all(self.to_text().as_bytes())?;
        file.commit()
    }

    /// The report as it is written.
    pub(crate) fn to_text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// The share of documents that were rejected, when it is above the limit.
    pub(crate) fn missed_limit(&self) -> Option<String> {
        let (rejected, documents) = (self.rejected, self.documents.max(1));
        let limit = self.quarantine.max_ratio;
        (rejected as f64 / documents as f64 > limit)
            .then(|| format!("{rejected} of {documents} documents were rejected; the limit is {limit}"))
    }
}

/// The JSON Schema of a report.
pub(crate) fn schema() -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<RunReport>().to_value();
    if let Some(table) = schema.as_object_mut() {
        table.insert("title".to_owned(), "docmill run.json".into());
    }
    schema
}

/// The path of `file` as seen from `folder`, with `/` between its parts; both are absolute or both relative.
pub(crate) fn seen_from(folder: &Path, file: &Path) -> String {
    let (folder, file) = (crate::terminal::plain(folder), crate::terminal::plain(file));
    let (here, there): (Vec<_>, Vec<_>) = (folder.components().collect(), file.components().collect());
    let shared = here.iter().zip(&there).take_while(|(one, other)| one == other).count();
    let up = here.iter().skip(shared).map(|_| "..".to_owned());
    let down = there.iter().skip(shared).map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests;
