//! The lock of a pipeline: which plugins it was written with, to the byte.

use crate::digests::Digest;
use crate::load::Loaded;
use crate::report::{self, Library, Model, Plugin};
use docmill_pipeline::{Code, Diagnostic, Pipeline, Plan};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The version of the form.
const FORMAT: u32 = 1;

const HEAD: &str =
    "# Written by `docmill lock`; `docmill run --locked` and `check --locked` hold a pipeline to it.\n";

/// A lock as its file has it. The same plugins give the same bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lock {
    format: u32,
    #[serde(default, rename = "plugin", skip_serializing_if = "Vec::is_empty")]
    plugins: Vec<Locked>,
    #[serde(default, rename = "model", skip_serializing_if = "Vec::is_empty")]
    models: Vec<Model>,
}

/// A plugin; one that is built into docmill has no library.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Locked {
    name: String,
    version: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    library: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sha256: Option<Digest>,
    /// The stages that the pipeline uses, with the versions of their outputs.
    stages: BTreeMap<String, u32>,
}

impl Lock {
    /// The lock of a plan as it would run now.
    ///
    /// # Errors
    /// A sentence about the file that cannot be read.
    pub(crate) fn of(plan: &Plan, loaded: &Loaded) -> Result<Self, String> {
        let plugins = report::plugins(plan, &loaded.installed)?;
        Ok(Self {
            format: FORMAT,
            plugins: plugins.into_iter().map(Locked::from).collect(),
            models: report::models(plan, loaded)?,
        })
    }

    /// The text of the file.
    pub(crate) fn to_text(&self) -> String {
        format!("{HEAD}{}", toml::to_string(self).unwrap_or_default())
    }
}

impl From<Plugin> for Locked {
    fn from(plugin: Plugin) -> Self {
        let Plugin { name, version, library, stages } = plugin;
        let (library, sha256) = library.map(|Library { file, sha256 }| (file, sha256)).unzip();
        Self { name, version, library, sha256, stages }
    }
}

/// The lock of a pipeline lies beside it: that of `news.toml` is `news.lock`.
pub(crate) fn path(file: &Path) -> PathBuf {
    file.with_extension("lock")
}

/// What is not as the lock says, one finding a plugin; nothing where all is.
pub(crate) fn findings(file: &Path, plan: &Plan, loaded: &Loaded) -> Vec<Diagnostic> {
    let Some(pipeline) = &loaded.pipeline else { return Vec::new() };
    let path = path(file);
    let problem = |message: String| pipeline.problem(Code::LockDiffers, message);
    let anew = format!("`docmill lock {}` writes it anew", file.display());
    let locked = match read(&path) {
        Ok(locked) => locked,
        Err(message) => return vec![problem(message).help(anew)],
    };
    let now = match Lock::of(plan, loaded) {
        Ok(now) => now,
        Err(message) => return vec![problem(message)],
    };
    let lock = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut found = Vec::new();
    for plugin in &now.plugins {
        let twin = locked.plugins.iter().find(|other| other.name == plugin.name);
        let message = match twin {
            Some(twin) if twin == plugin => continue,
            Some(twin) => {
                format!("plugin `{}` is not the one in `{lock}`: {}", plugin.name, difference(twin, plugin))
            }
            None => format!("plugin `{}` is not in `{lock}`", plugin.name),
        };
        let finding = problem(message).help(format!("if that is meant, {anew}"));
        found.push(match place(pipeline, plan, &plugin.name) {
            Some(place) => finding.at(place),
            None => finding,
        });
    }
    let is_gone = |other: &&Locked| now.plugins.iter().all(|plugin| plugin.name != other.name);
    found.extend(locked.plugins.iter().filter(is_gone).map(|other| {
        let message = format!("plugin `{}` is in `{lock}`, but no stage uses it", other.name);
        problem(message).help(format!("if that is meant, {anew}"))
    }));
    if locked.models != now.models {
        found.push(
            problem(format!("the models are not those in `{lock}`"))
                .help(format!("if that is meant, {anew}")),
        );
    }
    found.into_iter().map(|finding| loaded.sources.localize(finding)).collect()
}

fn read(path: &Path) -> Result<Lock, String> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => format!("there is no lock `{shown}`"),
        _ => format!("the lock `{shown}` cannot be read: {error}"),
    })?;
    let lock: Lock = toml::from_str(&text)
        .map_err(|error| format!("the lock `{shown}` cannot be understood: {}", error.message()))?;
    if lock.format == FORMAT {
        Ok(lock)
    } else {
        Err(format!("the lock `{shown}` has format {}", lock.format))
    }
}

/// The first stage that the plugin ships.
fn place(pipeline: &Pipeline, plan: &Plan, plugin: &str) -> Option<std::ops::Range<usize>> {
    let planned = plan.stages.iter().find(|stage| stage.plugin == plugin)?;
    pipeline.stages.iter().find(|stage| stage.id.value == planned.id).map(|stage| stage.place.clone())
}

fn difference(locked: &Locked, now: &Locked) -> String {
    let from = |plugin: &Locked| match (&plugin.library, &plugin.sha256) {
        (Some(library), Some(sha256)) => format!("`{library}` with SHA-256 {sha256}"),
        _ => "built into docmill".to_owned(),
    };
    if locked.version != now.version {
        return format!("it is version {}, the lock has {}", now.version, locked.version);
    }
    if locked.sha256 != now.sha256 || locked.library != now.library {
        return format!("it is {}, the lock has it {}", from(now), from(locked));
    }
    let stages = |plugin: &Locked| {
        let stages: Vec<String> = plugin.stages.iter().map(|(stage, n)| format!("{stage} {n}")).collect();
        stages.join(", ")
    };
    format!("the versions of its outputs are {}, the lock has {}", stages(now), stages(locked))
}
