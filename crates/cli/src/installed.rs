//! The stages that a pipeline can use, wherever their plugins come from.

use crate::bundled::BUNDLED;
use crate::digests::sha256_of;
use crate::isolated::Isolated;
use crate::recipes::input_paths;
use docmill_loader::{
    CallError, Hide, HostContext, Instance, Library, LoadError, Planned, Surroundings, candidates,
};
use docmill_pipeline::{Answer, Column, ParamFault, Plan, PlannedStage, StageInfo};
use docmill_runner::{Batches, Failure, Output, Rows};
use docmill_sdk::arrow_array::RecordBatch;
use docmill_sdk::arrow_schema::SchemaRef;
use docmill_sdk::{Block, StageError};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

/// A stage and the library that ships it.
struct Shipped {
    library: &'static Library,
    stage: usize,
    info: StageInfo,
}

/// All stages known so far, by name.
#[derive(Default)]
pub(crate) struct Installed {
    stages: BTreeMap<String, Shipped>,
    hosts: BTreeMap<String, &'static HostContext>,
    /// Of the files of plugins that were asked for.
    digests: Mutex<BTreeMap<PathBuf, Option<String>>>,
    /// The files that a run of the pipeline writes, which no source reads.
    pub(crate) targets: Vec<PathBuf>,
    isolated: Isolated,
}

/// Why a library's stages cannot be added.
pub(crate) enum AddError {
    /// The library cannot be loaded.
    Load(LoadError),
    /// A stage's description cannot be understood.
    Description(String),
    /// Another loaded plugin ships a stage of that name.
    Clash(String, String),
}

impl Installed {
    /// The stages of the plugins that are linked in.
    pub(crate) fn bundled() -> Result<Self, AddError> {
        let mut installed = Self::default();
        for &entry in BUNDLED {
            let library = Library::linked(entry).map_err(AddError::Load)?;
            installed.add(library)?;
        }
        Ok(installed)
    }

    /// Opens a library and adds its stages. They take the place of bundled ones of the same name.
    pub(crate) fn open(&mut self, path: &Path) -> Result<(), AddError> {
        self.add(Library::open(path).map_err(AddError::Load)?)
    }

    fn add(&mut self, library: Library) -> Result<(), AddError> {
        // Stages refer to their library for as long as the process lives: it is never unloaded.
        let library: &'static Library = Box::leak(Box::new(library));
        for (stage, described) in library.stages().iter().enumerate() {
            let info: StageInfo = serde_json::from_value(described.clone())
                .map_err(|e| AddError::Description(format!("stage {stage} of {}: {e}", library.name())))?;
            if let Some(other) = self.stages.get(&info.id).filter(|other| other.library.path().is_some()) {
                return Err(AddError::Clash(info.id, other.library.name().to_owned()));
            }
            self.stages.insert(info.id.clone(), Shipped { library, stage, info });
        }
        Ok(())
    }

    /// True when a stage of this name is known.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.stages.contains_key(name)
    }

    /// Where the stage's library lies; none for one that is linked in or unknown.
    pub(crate) fn path(&self, name: &str) -> Option<&Path> {
        self.stages.get(name)?.library.path()
    }

    /// The descriptions of all stages, by name.
    pub(crate) fn infos(&self) -> impl Iterator<Item = &StageInfo> {
        self.stages.values().map(|shipped| &shipped.info)
    }

    /// Gives every stage of a plan its host: the folder of the pipeline, what the run tells sources of their blocks,
    /// and the flag that stops it.
    pub(crate) fn prepare(&mut self, plan: &Plan, folder: &Path, cancel: &Arc<AtomicBool>) {
        let targets = self.targets.clone();
        let secrets = (!plan.secrets.is_empty()).then(|| plan.secrets.clone());
        let hide = secrets.map(|secrets| Hide(Arc::new(move |text| secrets.hide(text).into_owned())));
        let (folder_of_run, block_bytes) = (folder.to_owned(), plan.run.block);
        let within = Surroundings { folder: folder_of_run, block_bytes, targets, hide: hide.clone() };
        for planned in &plan.stages {
            let host = HostContext::within(&planned.id, &within, Arc::clone(cancel));
            self.hosts.insert(planned.id.clone(), host);
            if let (Some(isolation), Some(shipped)) = (&planned.isolation, self.stages.get(&planned.use_)) {
                let options = input_paths(&shipped.info.params, &planned.with);
                let options = options.iter().filter_map(|path| text_at(&planned.with, path)).map(Path::new);
                let readable =
                    isolation.read.iter().map(Path::new).chain(options).map(|path| folder.join(path));
                let readable = readable.chain([folder.to_owned()]).collect();
                self.isolated.add(
                    planned,
                    (shipped.library, shipped.stage),
                    (folder, readable),
                    (cancel, hide.clone()),
                );
            }
        }
    }
}

fn text_at<'a>(options: &'a Value, path: &[String]) -> Option<&'a str> {
    let step = |value: &'a Value, key: &String| match value {
        Value::Array(elements) => elements.get(key.parse::<usize>().ok()?),
        other => other.get(key),
    };
    path.iter().try_fold(options, step)?.as_str()
}

/// The first of a plugin's possible files that is there, and all that were looked at.
pub(crate) fn locate(
    name: &str,
    place: Option<&Path>,
    folders: &[PathBuf],
) -> (Option<PathBuf>, Vec<String>) {
    let paths = candidates(name, place, folders);
    let found = paths.iter().find(|path| path.is_file()).cloned();
    (found, paths.iter().map(|path| path.display().to_string()).collect())
}

impl docmill_pipeline::Stages for Installed {
    fn get(&self, name: &str) -> Option<&StageInfo> {
        self.stages.get(name).map(|shipped| &shipped.info)
    }

    fn names(&self) -> Vec<String> {
        self.stages.keys().cloned().collect()
    }

    fn plan(&self, name: &str, with: &Value, input: &[Column]) -> Result<Answer, Vec<ParamFault>> {
        let Some(shipped) = self.stages.get(name) else { return Ok(Answer::default()) };
        let columns = serde_json::to_value(input).unwrap_or_default();
        let fault = |error: StageError| {
            let (path, bytes) = (error.path().to_vec(), error.bytes());
            vec![ParamFault { path, bytes, message: error.message().to_owned(), help: None }]
        };
        let planned = shipped.library.plan(shipped.stage, with, &columns).map_err(fault)?;
        answer(planned).map_err(|e| {
            let message = format!("plugin {} gave a plan that makes no sense: {e}", shipped.library.name());
            vec![ParamFault { path: Vec::new(), bytes: None, message, help: None }]
        })
    }
}

fn answer(planned: Planned) -> Result<Answer, serde_json::Error> {
    let columns = |value: Value| serde_json::from_value::<Vec<Column>>(value);
    Ok(Answer { reads: planned.reads.map(columns).transpose()?, adds: columns(planned.adds)? })
}

impl docmill_runner::Stages for Installed {
    fn create(&self, stage: &PlannedStage) -> Result<Box<dyn docmill_runner::Stage>, Failure> {
        let missing = || Failure::new("internal", format!("stage `{}` is not installed", stage.use_));
        let shipped = self.stages.get(&stage.use_).ok_or_else(missing)?;
        let host = self.hosts.get(&stage.id).ok_or_else(missing)?;
        if stage.isolation.is_some() {
            return self.isolated.create(&stage.id);
        }
        let made = shipped.library.create(shipped.stage, &stage.with, host);
        let instance = made.map_err(|error| failure(&CallError::Failed(error)))?;
        Ok(Box::new(Called(instance)))
    }

    fn library(&self, stage: &PlannedStage) -> Option<String> {
        let path = self.path(&stage.use_)?;
        let mut digests = self.digests.lock().unwrap_or_else(PoisonError::into_inner);
        let digest = || Some(sha256_of(path).ok()?.to_string());
        digests.entry(path.to_owned()).or_insert_with(digest).clone()
    }
}

/// A stage behind the C interface, as the runner wants it.
struct Called(Instance);

pub(crate) fn failure(error: &CallError) -> Failure {
    let path = if let CallError::Failed(error) = error { error.path().to_vec() } else { Vec::new() };
    let message = match error {
        CallError::Failed(error) => error.message().to_owned(),
        other => other.to_string(),
    };
    let code = error.code();
    let (poisoned, fatal, retryable) = (code == "panic", error.is_fatal(), error.is_retryable());
    Failure { row: error.row(), path, poisoned, fatal, retryable, ..Failure::new(code, message) }
}

/// What a stage gave, as the runner wants it.
pub(crate) fn output(output: docmill_loader::Output) -> Output {
    let rows = match output.rows {
        docmill_loader::Rows::Same => Rows::Same,
        docmill_loader::Rows::From(parents) => Rows::From(parents),
    };
    Output { columns: output.columns, rows, fates: output.fates }
}

impl docmill_runner::Stage for Called {
    fn open(&mut self, input: Option<&SchemaRef>) -> Result<Option<SchemaRef>, Failure> {
        self.0.open(input).map_err(|e| failure(&e))
    }

    fn process(&mut self, batch: &RecordBatch) -> Result<Output, Failure> {
        self.0.process(batch).map(output).map_err(|e| failure(&e))
    }

    fn blocks(&mut self) -> Result<Vec<Block>, Failure> {
        self.0.blocks().map_err(|e| failure(&e))
    }

    fn fingerprint(&mut self, key: &str) -> Result<Option<String>, Failure> {
        self.0.fingerprint(key).map_err(|e| failure(&e))
    }

    fn read(&mut self, key: &str) -> Result<Batches, Failure> {
        let batches = self.0.read(key).map_err(|e| failure(&e))?;
        Ok(Box::new(batches.map(|batch| batch.map_err(|e| failure(&e)))))
    }

    fn write(&mut self, batch: &RecordBatch) -> Result<(), Failure> {
        self.0.write(batch).map_err(|e| failure(&e))
    }

    fn flush(&mut self) -> Result<(), Failure> {
        self.0.flush().map_err(|e| failure(&e))
    }
}
