//! A pipeline file as it was read: every value in its final form, every place known, no stage looked at yet.

use std::ops::Range;

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::{Code, Diagnostic, Place, Placed, Places, Secrets, Sources};

/// A pipeline file after [`parse`](crate::parse).
#[derive(Clone, Debug, PartialEq)]
pub struct Pipeline {
    /// The name of the file, as it was given to [`parse`](crate::parse).
    pub file: String,
    /// `pipeline`; empty where the file does not say.
    pub name: String,
    /// `description`; empty where the file does not say.
    pub description: String,
    /// `[params]`, in the order of the file, with their final values.
    pub params: Vec<Param>,
    /// `[run]`.
    pub run: Run,
    /// `[plugins]`, in the order of the file.
    pub plugins: Vec<PluginDecl>,
    /// The stages, in the order of the file.
    pub stages: Vec<StageDecl>,
    /// `[[gate]]`, in the order of the file.
    pub gates: Vec<GateDecl>,
    /// `[[test]]`, in the order of the file.
    pub tests: Vec<TestDecl>,
    /// What is doubtful, but stops nothing; [`check`](crate::check) hands it on in the plan.
    pub warnings: Vec<Diagnostic>,
    /// The names of its profiles, those of the files it extends included.
    pub profiles: Vec<String>,
    /// The texts that it was read from; all places are places in them.
    pub sources: Sources,
}

/// One stage of a pipeline file.
#[derive(Clone, Debug, PartialEq)]
pub struct StageDecl {
    /// The name of this instance, unique in the file once checked; the place is that of `use` without `id`.
    pub id: Placed<String>,
    /// The name of the stage: `use`.
    pub use_: Placed<String>,
    /// Where its input comes from.
    pub from: Inputs,
    /// `unread`: names of its outputs that nobody needs to read.
    pub unread: Vec<Placed<String>>,
    /// `when`: the condition under which a document goes through it, with every `${params.x}` replaced.
    pub when: Option<Placed<String>>,
    /// Its options, with every `${params.x}` replaced; always an object.
    pub with: Value,
    /// The paths under `with` of the values that hold a secret.
    pub secrets: Vec<Vec<String>>,
    /// What becomes of a document that it cannot process.
    pub on_error: OnError,
    /// How many documents it gets at once; `None`: as `[run]` says.
    pub batch: Option<usize>,
    /// How often a call that failed for the moment alone is made again.
    pub retry: u32,
    /// `isolation`: how its process is confined; `None`: it runs inside the run's own.
    pub isolation: Option<Isolation>,
    /// `timeout`: how long it may take for one document, in milliseconds.
    pub timeout_ms: Option<u64>,
    /// Whether all of it was read without a problem: only then are its options as the file means them.
    pub sound: bool,
    /// The places of its keys and values; `["with", "path"]` is an option.
    pub places: Places,
    /// The `[[stage]]` header or the whole inline table.
    pub place: Range<usize>,
}

/// `from`: where the input of a stage comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inputs {
    /// No `from`: the stage before.
    Before,
    /// The stages with these ids, in this order; none for a source. `id.port` names one of several outputs.
    Named(Vec<Placed<String>>),
}

/// `on_error`: what becomes of a document that a stage cannot process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum OnError {
    /// It goes to the quarantine.
    #[default]
    Quarantine,
    /// The run fails.
    Fail,
    /// It is dropped and counted.
    Drop,
}

/// `run.duplicate_ids`: what becomes of a document whose id another one had before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DuplicateIds {
    /// The run fails.
    #[default]
    Error,
    /// It gets a suffix that comes from its uri.
    Suffix,
}

/// `isolation` of a stage that runs in a process of its own: what that process may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Isolation {
    /// What becomes of the run where the system cannot confine a process.
    pub sandbox: Sandbox,
    /// The memory that the process may take, in bytes.
    pub memory: u64,
    /// Files and folders that it may read besides the pipeline's folder, as in the file.
    pub read: Vec<String>,
}

impl Default for Isolation {
    fn default() -> Self {
        Isolation { sandbox: Sandbox::default(), memory: 2 << 30, read: Vec::new() }
    }
}

/// `sandbox`: whether a process is kept from files, the network and other programs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sandbox {
    /// It is, or the run does not begin.
    Required,
    /// It is as far as the system can, with a warning where it cannot.
    #[default]
    BestEffort,
    /// It is not.
    Off,
}

/// `[run]`: how the pipeline is run; all but `duplicate_ids` never changes an output.
///
/// Paths are as in the file, relative to the file's folder.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Run {
    /// The number of worker threads, at least 1; `None`: chosen by the runner.
    pub threads: Option<usize>,
    /// How many documents a stage gets at once, at least 1.
    pub batch: usize,
    /// How much text a block holds at most, in bytes, at least 1.
    pub block: u64,
    /// How much memory documents on their way may take, in bytes, about; `None`: chosen by the runner.
    pub memory: Option<u64>,
    /// Where results are kept between runs.
    pub store: Store,
    /// What becomes of a document whose id another one had before it.
    pub duplicate_ids: DuplicateIds,
    /// Where rejected documents go, and how many there may be.
    pub quarantine: Quarantine,
    /// The path of `run.json`.
    pub report: Option<String>,
}

impl Default for Run {
    fn default() -> Self {
        Run {
            threads: None,
            batch: 256,
            block: 4 << 20,
            memory: None,
            store: Store::default(),
            duplicate_ids: DuplicateIds::default(),
            quarantine: Quarantine::default(),
            report: None,
        }
    }
}

/// `run.store`: where results are kept between runs, so that only what changed is computed again.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Store {
    /// Whether any are.
    pub on: bool,
    /// The folder; `None`: `.docmill` beside the outputs.
    pub path: Option<String>,
    /// The most bytes that are kept after a run; those not used for the longest time go first.
    pub max_bytes: u64,
}

impl Default for Store {
    fn default() -> Self {
        Self { on: true, path: None, max_bytes: 16 << 30 }
    }
}

/// `run.quarantine`: where rejected documents go, and how many there may be.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Quarantine {
    /// The folder; `None`: chosen by the runner.
    pub path: Option<String>,
    /// Which share of the documents may be rejected, from 0 to 1, before the run counts as missed.
    pub max_ratio: f64,
}

/// One `[[gate]]`: what must hold at the end of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct GateDecl {
    /// `name`; empty where the file does not say.
    pub name: String,
    /// `assert`: the condition, with every `${params.x}` replaced.
    pub assert: Placed<String>,
    /// `score`: what is compared with gold.
    pub score: Option<ScoreDecl>,
}

/// `score` of a gate: annotations that are compared with gold.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreDecl {
    /// `stage`: the id of the stage after which they are taken.
    pub stage: Placed<String>,
    /// `layer`: the column; `None`: the one that the stage adds.
    pub layer: Option<Placed<String>>,
    /// `gold`: the path of a JSON Lines file, relative to the file's folder.
    pub gold: Placed<String>,
    /// `offsets`: what the file counts in.
    pub offsets: Offsets,
    /// All of it.
    pub place: Range<usize>,
}

/// A unit of offsets in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Offsets {
    /// Bytes of UTF-8.
    #[default]
    Bytes,
    /// Unicode code points.
    Chars,
    /// UTF-16 code units.
    Utf16,
}

/// One line of `[plugins]`: a library that ships further stages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PluginDecl {
    /// Its name in the file; the place is that of the key.
    pub name: Placed<String>,
    /// The path of the library, relative to the file's folder.
    pub path: Placed<String>,
}

/// One param of `[params]`, with its final value.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// The name.
    pub name: String,
    /// What its value is.
    pub ty: ParamType,
    /// The value. A path, a duration and a date are strings.
    pub value: Value,
    /// Where the value comes from.
    pub origin: Origin,
    /// Whether the value must not be shown.
    pub secret: bool,
    /// What it is for; empty where the file does not say.
    pub help: String,
    /// Its place in the file.
    pub place: Place,
}

/// The type of a [`Param`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ParamType {
    /// A string.
    String,
    /// A whole number of 64 bits, with sign.
    Int,
    /// A finite number.
    Float,
    /// `true` or `false`.
    Bool,
    /// A path, relative to the file's folder.
    Path,
    /// A span of time as a number and a unit: `500ms`, `2s`, `1m30s`, `2h`.
    Duration,
    /// A day: `2025-09-24`.
    Date,
    /// A list of strings, numbers or truth values.
    List,
}

/// Where the value of a [`Param`] comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Its `default`.
    Default,
    /// The environment variable of this name.
    Environment(String),
    /// `--param`.
    CommandLine,
}

impl Pipeline {
    /// The names that `use` gives, in the order of the file, each once, at its first place.
    #[must_use]
    pub fn uses(&self) -> Vec<&Placed<String>> {
        let mut uses: Vec<&Placed<String>> = Vec::new();
        for stage in &self.stages {
            if !uses.iter().any(|known| known.value == stage.use_.value) {
                uses.push(&stage.use_);
            }
        }
        uses
    }

    /// A problem of this file, still without a place.
    #[must_use]
    pub fn problem(&self, code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, &self.file, message)
    }

    /// The library of a plugin is not there; `tried` are the paths that were looked at, in order.
    #[must_use]
    pub fn plugin_not_found(&self, plugin: &PluginDecl, tried: &[String]) -> Diagnostic {
        let message = format!("the library of plugin `{}` was not found", plugin.name.value);
        let help = tried.iter().map(|path| format!("tried `{path}`")).collect::<Vec<_>>();
        let mut problem = self.problem(Code::PluginNotFound, message).at(plugin.path.place.clone());
        problem.help = help;
        problem.label("no such file")
    }

    /// The library of a plugin cannot be opened or vetted; `why` fits after "because".
    #[must_use]
    pub fn plugin_not_loaded(&self, plugin: &PluginDecl, why: &str) -> Diagnostic {
        let message = format!("plugin `{}` cannot be loaded: {why}", plugin.name.value);
        self.problem(Code::PluginNotLoaded, message).at(plugin.path.place.clone())
    }

    /// A plugin says something about itself that it must not; `why` fits after the name and a colon.
    #[must_use]
    pub fn plugin_broken(&self, plugin: &PluginDecl, why: &str) -> Diagnostic {
        let message = format!("plugin `{}` breaks the rules for plugins: {why}", plugin.name.value);
        self.problem(Code::PluginBroken, message).at(plugin.name.place.clone())
    }

    /// A plugin ships a stage of a name that `other` (a plugin, or `docmill` itself) ships already.
    #[must_use]
    pub fn plugin_clash(&self, plugin: &PluginDecl, stage: &str, other: &str) -> Diagnostic {
        let message =
            format!("plugin `{}` ships stage `{stage}`, which `{other}` ships already", plugin.name.value);
        self.problem(Code::PluginClash, message)
            .at(plugin.name.place.clone())
            .help("rename the stage in the plugin, or remove one of the two")
    }
}

impl Serialize for Origin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Origin::Default => serializer.serialize_str("default"),
            Origin::Environment(name) => serializer.collect_str(&format_args!("env {name}")),
            Origin::CommandLine => serializer.serialize_str("--param"),
        }
    }
}

/// One `[[test]]`: an input and what must come of it.
#[derive(Clone, Debug, PartialEq)]
pub struct TestDecl {
    /// `name`, unique in the file.
    pub name: Placed<String>,
    /// What goes in.
    pub input: TestInput,
    /// `params`: names and values as `--param` gives them.
    pub params: Vec<(Placed<String>, String)>,
    /// `profile`: laid over the file for this test.
    pub profile: Option<Placed<String>>,
    /// `from`: the stage that gets the input; `None`: the source.
    pub from: Option<Placed<String>>,
    /// `to`: the stage whose output is looked at; `None`: the last one that is no sink.
    pub to: Option<Placed<String>>,
    /// `[[test.expect]]`, in the order of the file; none only with a golden folder.
    pub expect: Vec<ExpectDecl>,
    /// All of it.
    pub place: Range<usize>,
}

/// The input of a test; paths are relative to the file's folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TestInput {
    /// The text itself; with [`TestDecl::from`] JSON Lines.
    Text(Placed<String>),
    /// The path of a file.
    File(Placed<String>),
    /// The path of a folder with `input/` and `expected.jsonl`.
    Golden(Placed<String>),
}

impl TestInput {
    /// Where the file says it.
    #[must_use]
    pub fn place(&self) -> Range<usize> {
        let (TestInput::Text(given) | TestInput::File(given) | TestInput::Golden(given)) = self;
        given.place.clone()
    }
}

/// One `[[test.expect]]`.
#[derive(Clone, Debug, PartialEq)]
pub struct ExpectDecl {
    /// What is expected.
    pub what: Expected,
    /// Whether one document is enough; else it holds for all of them.
    pub any: bool,
    /// All of it.
    pub place: Range<usize>,
}

/// What is expected of a document.
#[derive(Clone, Debug, PartialEq)]
pub enum Expected {
    /// `rejected`: it is rejected with this code.
    Rejected(Placed<String>),
    /// `dropped`: it is dropped for this reason.
    Dropped(Placed<String>),
    /// A column of it is so.
    Column {
        /// The column; dotted for a field of a struct and a key of a map.
        column: Placed<String>,
        /// Only annotations with this label count.
        label: Option<Placed<String>>,
        /// The attribute of an annotation that is compared, in place of its text.
        attribute: Option<Placed<String>>,
        /// How it must be.
        wanted: Wanted,
    },
}

/// How a column must be.
#[derive(Clone, Debug, PartialEq)]
pub enum Wanted {
    /// Exactly this value, or the list of the annotations' texts.
    Equals(Placed<Value>),
    /// These are among the annotations' texts, or parts of a text.
    Contains(Placed<Vec<String>>),
    /// So many annotations or elements.
    Count(Placed<u64>),
    /// Nothing at all: null, or no annotation.
    Absent(Range<usize>),
    /// None of these is among the annotations' texts, or part of a text.
    Without(Placed<Vec<String>>),
}

/// A file that has tests of a pipeline and nothing else.
#[derive(Clone, Debug, PartialEq)]
pub struct TestsFile {
    /// Its name.
    pub file: String,
    /// `tests`: the path of the pipeline, relative to the file's folder.
    pub pipeline: Placed<String>,
    /// `[[test]]`, in the order of the file.
    pub tests: Vec<TestDecl>,
    /// The text that it was read from.
    pub sources: Sources,
}

impl Pipeline {
    /// The values of its secret params, and those of the options that hold one.
    #[must_use]
    pub fn secrets(&self) -> Secrets {
        let params = self.params.iter().filter(|param| param.secret).map(|param| &param.value);
        let within = |stage: &'_ StageDecl| -> Vec<Value> {
            let pointer = |path: &Vec<String>| format!("/{}", path.join("/"));
            stage.secrets.iter().filter_map(|path| stage.with.pointer(&pointer(path)).cloned()).collect()
        };
        let options: Vec<Value> = self.stages.iter().flat_map(within).collect();
        Secrets::new(params.chain(&options))
    }
}
