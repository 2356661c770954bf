//! Stages with a process of their own, as the runner wants them.

use crate::installed::{failure, output};
use docmill_isolation::{Fault, Origin, Pace, Sandbox, Task, Worker, Workshop};
use docmill_loader::{Hide, Library};
use docmill_pipeline::{Code, Diagnostic, Pipeline, PlannedStage, StageDecl};
use docmill_runner::{Batches, Blame, Failure, Output, Stage};
use docmill_sdk::Block;
use docmill_sdk::arrow_array::RecordBatch;
use docmill_sdk::arrow_schema::SchemaRef;
use docmill_testkit::Calls;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// What is to be said of stages with a process of their own on a system that cannot give them one.
pub(crate) fn refused_here(pipeline: &Pipeline) -> Vec<Diagnostic> {
    let isolated = pipeline.stages.iter().filter(|_| !docmill_isolation::IS_SUPPORTED);
    let isolated = isolated.filter(|stage| stage.isolation.is_some());
    let refused = |stage: &StageDecl| {
        let place = stage.places.get(&["isolation"]).map_or_else(|| stage.place.clone(), |p| p.value.clone());
        let id = &stage.id.value;
        let message = format!("stage `{id}` cannot run in a process of its own: only Linux can give it one");
        let problem = pipeline.problem(Code::NotIsolable, message).at(place);
        problem.help("leave `isolation` and `timeout` out, or lay them into a profile for Linux")
    };
    isolated.map(refused).collect()
}

/// The stages of a pipeline that have processes of their own.
#[derive(Default)]
pub(crate) struct Isolated {
    tasks: BTreeMap<String, Arc<Task>>,
    /// Opened when the first process is wanted.
    workshop: OnceLock<io::Result<Arc<Workshop>>>,
}

impl Isolated {
    /// Notes what the processes of a stage are for, and what they may read.
    pub(crate) fn add(
        &mut self,
        planned: &PlannedStage,
        (library, stage): (&Library, usize),
        (folder, mut readable): (&Path, Vec<PathBuf>),
        (cancel, hide): (&Arc<AtomicBool>, Option<Hide>),
    ) {
        let Some(isolation) = &planned.isolation else { return };
        let origin = library
            .path()
            .map_or_else(|| Origin::Linked(library.name().to_owned()), |path| Origin::File(path.to_owned()));
        readable.extend(library.path().map(Path::to_owned));
        if let Some(folders) = std::env::var_os("LD_LIBRARY_PATH") {
            readable.extend(std::env::split_paths(&folders).filter(|path| path.is_absolute()));
        }
        let task = Task {
            readable,
            library: origin,
            stage,
            id: planned.id.clone(),
            params: planned.with.clone(),
            folder: folder.to_owned(),
            changes_rows: planned.changes_rows,
            sandbox: match isolation.sandbox {
                docmill_pipeline::Sandbox::Required => Sandbox::Required,
                docmill_pipeline::Sandbox::BestEffort => Sandbox::BestEffort,
                docmill_pipeline::Sandbox::Off => Sandbox::Off,
            },
            memory: isolation.memory,
            pace: Pace::new(planned.timeout_ms.map(Duration::from_millis)),
            cancel: Arc::clone(cancel),
            hide,
        };
        self.tasks.insert(planned.id.clone(), Arc::new(task));
    }

    /// Starts a process for a stage.
    pub(crate) fn create(&self, id: &str) -> Result<Box<dyn Stage>, Failure> {
        let missing = || Failure::new("internal", format!("stage `{id}` has no process"));
        let task = Arc::clone(self.tasks.get(id).ok_or_else(missing)?);
        let workshop = self.workshop.get_or_init(|| Workshop::new(None, vec!["worker".to_owned()]));
        let workshop = workshop.as_ref().map_err(|e| Failure::new("internal", e.to_string()))?;
        let mut confined = Confined { workshop: Arc::clone(workshop), task, worker: None };
        confined.begun(|_| Ok(())).map_err(|fault| of_fault(&fault))?;
        Ok(Box::new(confined))
    }
}

/// A transform in a process of its own.
struct Confined {
    workshop: Arc<Workshop>,
    task: Arc<Task>,
    worker: Option<Worker>,
}

/// How often a process is started that somebody else kills before it is ready.
const STARTS: usize = 4;

impl Confined {
    /// Does something with the worker; it is started first where there is none, and anew where somebody killed it.
    fn begun<T>(&mut self, act: impl Fn(&mut Worker) -> Result<T, Fault>) -> Result<T, Fault> {
        let mut starts = 0;
        loop {
            starts += 1;
            let result = match &mut self.worker {
                Some(worker) => act(worker),
                None => Worker::begin(&self.workshop, &self.task)
                    .and_then(|worker| act(self.worker.insert(worker))),
            };
            match result {
                Err(Fault::Died(death)) if !death.is_plain && starts < STARTS => self.worker = None,
                result => return result,
            }
        }
    }
}

fn of_fault(fault: &Fault) -> Failure {
    match fault {
        Fault::Call(error) => failure(error),
        Fault::Died(death) => {
            let blame = if death.is_plain { Blame::Documents } else { Blame::Unclear };
            Failure { poisoned: true, death: Some(blame), ..Failure::new(&death.code, &death.message) }
        }
        // The run ends for a reason of its own, and says so.
        Fault::Cancelled => Failure { fatal: true, ..Failure::new("cancelled", "the run was stopped") },
        Fault::Refused(why) => Failure { poisoned: true, ..Failure::new("isolation", why) },
    }
}

fn no_transform<T>() -> Result<T, Failure> {
    Err(Failure::new("internal", "only a transform has a process of its own"))
}

impl Stage for Confined {
    fn open(&mut self, input: Option<&SchemaRef>) -> Result<Option<SchemaRef>, Failure> {
        let Some(input) = input else { return no_transform() };
        self.begun(|worker| worker.open(input)).map(Some).map_err(|fault| of_fault(&fault))
    }

    fn process(&mut self, batch: &RecordBatch) -> Result<Output, Failure> {
        let Some(worker) = &mut self.worker else { return no_transform() };
        worker.process(batch).map(output).map_err(|fault| of_fault(&fault))
    }

    fn blocks(&mut self) -> Result<Vec<Block>, Failure> {
        no_transform()
    }

    fn read(&mut self, _key: &str) -> Result<Batches, Failure> {
        no_transform()
    }

    fn write(&mut self, _batch: &RecordBatch) -> Result<(), Failure> {
        no_transform()
    }

    fn flush(&mut self) -> Result<(), Failure> {
        no_transform()
    }
}

/// Makes instances in processes of their own for the conformance kit.
pub(crate) struct Maker(Arc<Workshop>);

impl Maker {
    /// One that can make any number.
    ///
    /// # Errors
    /// When no process can be started.
    pub(crate) fn new() -> io::Result<Self> {
        Workshop::new(None, vec!["worker".to_owned()]).map(Self)
    }

    /// An instance of a stage, confined as by default.
    ///
    /// # Errors
    /// In words.
    pub(crate) fn make(
        &self,
        library: &Library,
        stage: usize,
        params: &Value,
    ) -> Result<Box<dyn Calls>, String> {
        let path = library.path().ok_or("the library has no file")?.to_owned();
        let described = library.stages().get(stage);
        let task = Task {
            readable: vec![path.clone()],
            library: Origin::File(path),
            stage,
            id: library.stage_id(stage).to_owned(),
            params: params.clone(),
            folder: PathBuf::from("."),
            changes_rows: described.and_then(|told| told.get("changes_rows")?.as_bool()).unwrap_or(false),
            sandbox: Sandbox::BestEffort,
            memory: 2 << 30,
            pace: Pace::new(None),
            cancel: Arc::default(),
            hide: None,
        };
        let worker = Worker::begin(&self.0, &Arc::new(task)).map_err(|fault| fault.to_string())?;
        Ok(Box::new(Tested(worker)))
    }
}

struct Tested(Worker);

impl Calls for Tested {
    fn open(&mut self, input: &SchemaRef) -> Result<Option<SchemaRef>, String> {
        self.0.open(input).map(Some).map_err(|fault| fault.to_string())
    }

    fn process(&mut self, batch: &RecordBatch) -> Result<docmill_loader::Output, String> {
        self.0.process(batch).map_err(|fault| fault.to_string())
    }
}
