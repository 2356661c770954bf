//! What a checked pipeline comes to: the stages in order, with their columns.

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::{Column, Diagnostic, Isolation, Kind, Offsets, OnError, Run, Secrets};

/// A checked pipeline: what the runner executes.
///
/// As JSON it shows `***` in place of a secret value. The warnings are not part of the JSON.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Plan {
    /// The name of the pipeline; where the file gives none, the file's stem.
    pub name: String,
    /// The stages, in the order of the file: a stage comes after every stage that it reads.
    pub stages: Vec<PlannedStage>,
    /// What must hold at the end of a run.
    pub gates: Vec<Gate>,
    /// How it is run.
    pub run: Run,
    /// What nothing may show that the run tells.
    #[serde(skip)]
    pub secrets: Secrets,
    /// What is doubtful, but stops nothing, by place.
    #[serde(skip)]
    pub warnings: Vec<Diagnostic>,
}

/// One stage of a [`Plan`].
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedStage {
    /// The name of this instance, unique in the plan.
    pub id: String,
    /// The name of the stage.
    pub use_: String,
    /// The crate that ships it.
    pub plugin: String,
    /// Its version.
    pub version: String,
    /// Changes when the same input would give another output.
    pub output_version: u32,
    /// Whether it has an input and an output.
    pub kind: Kind,
    /// Whether it adds, drops or reorders rows.
    pub changes_rows: bool,
    /// The outputs that it reads.
    pub from: Vec<Edge>,
    /// The condition under which a document goes through it; one that does not goes past it.
    pub when: Option<String>,
    /// Its options with every param in place, secrets too; always an object.
    pub with: Value,
    /// The paths under `with` of the values that hold a secret.
    pub secrets: Vec<Vec<String>>,
    /// The columns that it reads and that are there, with the types they were made with.
    pub reads: Vec<Column>,
    /// The columns that it adds.
    pub adds: Vec<Column>,
    /// All columns after it; of a sink, those that reach it.
    pub columns: Vec<Column>,
    /// What becomes of a document that it cannot process.
    pub on_error: OnError,
    /// How many documents it gets at once, at least 1.
    pub batch: usize,
    /// How often a call that failed for the moment alone is made again.
    pub retry: u32,
    /// How its process is confined; `None`: it runs inside the run's own.
    pub isolation: Option<Isolation>,
    /// How long it may take for one document, in milliseconds.
    pub timeout_ms: Option<u64>,
}

/// A condition that must hold at the end of a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Gate {
    /// Its name; the condition itself where the file gives none.
    pub name: String,
    /// The condition, over the names that [`Gate::names`] gives.
    pub assert: String,
    /// What it scores.
    pub score: Option<Score>,
}

/// Annotations that a gate compares with gold.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Score {
    /// The stage after which they are taken, as an index into [`Plan::stages`].
    pub stage: usize,
    /// The column.
    pub layer: String,
    /// The path of the gold, relative to the file's folder.
    pub gold: String,
    /// What its offsets count.
    pub offsets: Offsets,
}

/// An output that a stage reads; as JSON its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The stage whose output it is, as an index into [`Plan::stages`], less than the reader's own.
    pub stage: usize,
    /// True for the documents that the stage drops, with the column `drop_reason`; false for the others.
    pub dropped: bool,
    /// The output as a pipeline file names it: `segment`, `quality.drop`.
    pub name: String,
}

/// The column of documents that a stage dropped which tells why.
pub const DROP_REASON: &str = "drop_reason";

impl Serialize for Edge {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name)
    }
}

impl PlannedStage {
    /// Its options with `***` in place of every value that holds a secret: what may be shown and stored.
    #[must_use]
    pub fn with_shown(&self) -> Value {
        let mut shown = self.with.clone();
        for path in &self.secrets {
            if let Some(value) = value_at(&mut shown, path) {
                *value = Value::from("***");
            }
        }
        shown
    }
}

fn value_at<'a>(value: &'a mut Value, path: &[String]) -> Option<&'a mut Value> {
    path.iter().try_fold(value, |value, key| match value {
        Value::Object(table) => table.get_mut(key),
        Value::Array(elements) => elements.get_mut(key.parse::<usize>().ok()?),
        _ => None,
    })
}

#[derive(Serialize)]
struct Shown<'a> {
    id: &'a str,
    r#use: &'a str,
    plugin: &'a str,
    version: &'a str,
    output_version: u32,
    kind: Kind,
    changes_rows: bool,
    from: &'a [Edge],
    when: Option<&'a str>,
    with: Value,
    reads: &'a [Column],
    adds: &'a [Column],
    columns: &'a [Column],
    on_error: OnError,
    batch: usize,
    retry: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    isolation: Option<&'a Isolation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timeout_ms: Option<u64>,
}

impl Serialize for PlannedStage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Shown {
            id: &self.id,
            r#use: &self.use_,
            plugin: &self.plugin,
            version: &self.version,
            output_version: self.output_version,
            kind: self.kind,
            changes_rows: self.changes_rows,
            from: &self.from,
            when: self.when.as_deref(),
            with: self.with_shown(),
            reads: &self.reads,
            adds: &self.adds,
            columns: &self.columns,
            on_error: self.on_error,
            batch: self.batch,
            retry: self.retry,
            isolation: self.isolation.as_ref(),
            timeout_ms: self.timeout_ms,
        }
        .serialize(serializer)
    }
}
