//! The catalogue: what the installed plugins say about their stages.

use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Column;

/// Whether a stage has an input and an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// No input.
    Source,
    /// An input and an output.
    Transform,
    /// No output.
    Sink,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Kind {
    /// The word for it: `source`, `transform` or `sink`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Source => "source",
            Kind::Transform => "transform",
            Kind::Sink => "sink",
        }
    }
}

/// What a plugin says about one of its stages; read from the JSON of its `describe`.
///
/// Keys that are not listed here are ignored, so that a newer plugin can say more. Whatever is not said is
/// empty or false. `params` is the JSON Schema of the stage's `with`; `null` or `true` accepts anything.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of the JSON that plugins write")]
pub struct StageInfo {
    /// The name that `use` gives.
    pub id: String,
    /// The version of the stage, as the plugin counts it.
    #[serde(default)]
    pub version: String,
    /// The crate that ships it.
    #[serde(default)]
    pub plugin: String,
    /// Whether it has an input and an output.
    pub kind: Kind,
    /// What it does, in one line.
    #[serde(default)]
    pub summary: String,
    /// The JSON Schema of its `with`.
    #[serde(default)]
    pub params: Value,
    /// The columns that it reads; an `optional` one may be missing.
    #[serde(default)]
    pub reads: Vec<Column>,
    /// The columns that it can make; an `optional` one depends on the options.
    #[serde(default)]
    pub writes: Vec<Column>,
    /// The columns that it makes anew where an earlier stage made them already.
    #[serde(default)]
    pub replaces: Vec<String>,
    /// Names for its outputs: first that of the documents it lets through, then that of those it drops.
    #[serde(default)]
    pub ports: Vec<String>,
    /// Whether it adds, drops or reorders rows.
    #[serde(default)]
    pub changes_rows: bool,
    /// Changes when the same input would give another output: part of every cache key.
    #[serde(default)]
    pub output_version: u32,
    /// Whether one instance may be called from several threads at once.
    #[serde(default)]
    pub thread_safe: bool,
    /// Whether its output for a document depends on the documents before it.
    #[serde(default)]
    pub stateful: bool,
    /// Whether its output depends on nothing but its input and its options.
    #[serde(default)]
    pub pure: bool,
}

/// The installed stages, as [`check`](crate::check) asks for them.
pub trait Stages {
    /// The stage of that name, if it is installed.
    fn get(&self, name: &str) -> Option<&StageInfo>;

    /// The names of all installed stages, sorted.
    fn names(&self) -> Vec<String>;

    /// Asks the plugin which columns of `input` a stage reads with these options, and which it adds.
    ///
    /// `with` fits the stage's schema; `input` is what the stage before hands on (empty for a source). Pure:
    /// the same question gets the same answer, and nothing is opened.
    ///
    /// # Errors
    ///
    /// What the plugin has against the options.
    fn plan(&self, name: &str, with: &Value, input: &[Column]) -> Result<Answer, Vec<ParamFault>>;
}

/// What a plugin says of a stage's columns with given options.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// The columns that it reads; `None`: those of [`StageInfo::reads`].
    pub reads: Option<Vec<Column>>,
    /// The columns that it adds.
    pub adds: Vec<Column>,
}

/// One thing that a plugin has against the options of a stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParamFault {
    /// Where it is under `with`: table keys, and array indices as decimal numbers. Empty: `with` itself.
    #[serde(default)]
    pub path: Vec<String>,
    /// The bytes of the option's value, a string, that are wrong; `None`: all of it.
    #[serde(default)]
    pub bytes: Option<Range<usize>>,
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// The remedy.
    #[serde(default)]
    pub help: Option<String>,
}
