//! One test's run: the stages it needs, fed with its input, looked at where it says.

use crate::testing::feed::{self, Fed};
use docmill_pipeline::{Edge, Kind, Plan, PlannedStage, TestDecl, TestInput};
use docmill_runner::{Failure, Options, Progress, Stage, Stages, Watch};
use docmill_sdk::arrow_array::RecordBatch;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, PoisonError};

/// The id of the source that stands for the stages before `from`.
const INPUT: &str = "(input)";
const WINDOW_BYTES: usize = 64 << 20;

/// A document as JSON: its columns, in order.
pub(crate) type Document = Map<String, Value>;

/// What came of a test's input.
#[derive(Debug, Default)]
pub(crate) struct Came {
    /// The documents that came through, in order, with all columns; offsets are bytes.
    pub(crate) documents: Vec<Document>,
    /// How many went in.
    pub(crate) given: u64,
    /// Id, code and message of each that was rejected.
    pub(crate) rejected: Vec<(String, String, String)>,
    /// How many were dropped, by reason.
    pub(crate) dropped: BTreeMap<String, u64>,
}

/// Runs a test's input through the stages it needs, and no sink.
///
/// `folder` is that of the file with the test. The error tells why the run failed.
pub(crate) fn run(
    plan: &Plan,
    stages: &dyn Stages,
    test: &TestDecl,
    (folder, cancel): (&Path, &AtomicBool),
) -> Result<Came, String> {
    let temporary = tempfile::tempdir().map_err(|e| format!("no temporary folder can be made: {e}"))?;
    let mut bench = Bench { stages, fed: BTreeMap::new() };
    let mut cut = Cut::of(plan, test)?;
    let input = input(test, folder, temporary.path())?;
    let mut is_fed = false;
    if let Some(from) = cut.from {
        let lines = std::fs::read_to_string(&input).map_err(|e| cannot_read(&input, &e))?;
        let fed = feed::read(&cut.stages[from].columns, &lines)?;
        cut.stages[from].adds = fed.columns();
        cut.forget(&fed.columns());
        bench.fed.insert(INPUT.to_owned(), fed);
        is_fed = true;
    }
    for stage in cut.stages.iter_mut().filter(|stage| stage.kind == Kind::Source && stage.id != INPUT) {
        if is_fed {
            bench.fed.insert(stage.id.clone(), Fed::nothing(&stage.adds)?);
            continue;
        }
        let path = stage.with.get_mut("path").ok_or_else(|| {
            format!("source `{}` has no option `path` that could name the input: give `from`", stage.id)
        })?;
        *path = input.display().to_string().into();
        is_fed = true;
    }
    let seen = Seen { stage: cut.stages.len() - 1, kept: Mutex::default() };
    let progress = Progress::default();
    let options = Options {
        threads: 1,
        batch: plan.run.batch,
        quarantine: temporary.path().join("quarantine"),
        window_bytes: WINDOW_BYTES,
        cancel,
        selection: docmill_runner::Selection::default(),
        progress: &progress,
        keeper: None,
        replay: false,
        watch: Some(&seen),
    };
    let cut = Plan { stages: cut.stages, gates: Vec::new(), warnings: Vec::new(), ..plan.clone() };
    let report = docmill_runner::run(&cut, &bench, &options).map_err(|error| error.to_string())?;
    let mut came = Came { documents: seen.documents()?, given: report.documents(&cut), ..Came::default() };
    for stage in &report.stages {
        for (reason, count) in &stage.counts.dropped {
            *came.dropped.entry(reason.clone()).or_default() += count;
        }
    }
    if let Some(list) = report.quarantine {
        let listed = std::fs::read_to_string(&list).map_err(|e| cannot_read(&list, &e))?;
        came.rejected = listed.lines().filter_map(rejection).collect();
    }
    Ok(came)
}

/// The documents of a golden folder.
pub(crate) fn documents(text: &str) -> Result<Vec<Document>, String> {
    feed::objects(text)
}

fn rejection(line: &str) -> Option<(String, String, String)> {
    let value: Value = serde_json::from_str(line).ok()?;
    let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
    Some((text("id"), text("code"), text("message")))
}

fn cannot_read(path: &Path, error: &std::io::Error) -> String {
    format!("cannot read {}: {error}", crate::terminal::shown(path))
}

/// Where the input of a test lies; a text is written to the temporary folder.
fn input(test: &TestDecl, folder: &Path, temporary: &Path) -> Result<PathBuf, String> {
    let path = match &test.input {
        TestInput::Text(given) => {
            let path = temporary.join("test.txt");
            std::fs::write(&path, &given.value).map_err(|e| format!("the text cannot be written: {e}"))?;
            return Ok(path);
        }
        TestInput::File(file) => folder.join(&file.value),
        TestInput::Golden(golden) => folder.join(&golden.value).join("input"),
    };
    match path.metadata() {
        Ok(_) => Ok(path),
        Err(error) => Err(cannot_read(&path, &error)),
    }
}

/// The part of a plan that a test needs; its last stage is the one that is looked at.
struct Cut {
    stages: Vec<PlannedStage>,
    /// The place of the stage that stands for those before `from`.
    from: Option<usize>,
}

impl Cut {
    fn of(plan: &Plan, test: &TestDecl) -> Result<Self, String> {
        let find = |id: &str| plan.stages.iter().position(|stage| stage.id == id);
        let last = || plan.stages.iter().rposition(|stage| stage.kind != Kind::Sink);
        let to = test.to.as_ref().map_or_else(last, |to| find(&to.value));
        let to = to.ok_or("there is no stage to run")?;
        let from = test.from.as_ref().and_then(|from| find(&from.value));
        let mut kept = vec![to];
        let mut next = 0;
        while let Some(&at) = kept.get(next) {
            if Some(at) != from {
                let before: Vec<usize> = plan.stages[at].from.iter().map(|edge| edge.stage).collect();
                kept.extend(before.into_iter().filter(|at| !kept.contains(at)).collect::<Vec<_>>());
            }
            next += 1;
        }
        kept.sort_unstable();
        kept.dedup();
        let mut stages: Vec<PlannedStage> = Vec::new();
        if let Some(from) = from {
            stages.push(before(plan, from));
        }
        let shift = stages.len();
        for &at in &kept {
            let mut stage = plan.stages[at].clone();
            if Some(at) == from {
                stage.from = vec![Edge { stage: 0, dropped: false, name: INPUT.to_owned() }];
            } else {
                for edge in &mut stage.from {
                    edge.stage = shift + kept.iter().position(|kept| *kept == edge.stage).unwrap_or_default();
                }
            }
            stages.push(stage);
        }
        Ok(Self { stages, from: from.map(|_| 0) })
    }

    // What the input does not have no stage can read.
    fn forget(&mut self, given: &[docmill_pipeline::Column]) {
        let all = std::mem::take(&mut self.stages[0].columns);
        let is_lost = |name: &str| {
            all.iter().any(|column| column.name == name) && !given.iter().any(|column| column.name == name)
        };
        for stage in &mut self.stages {
            stage.reads.retain(|column| !is_lost(&column.name));
        }
    }
}

/// A source with the columns that reach a stage.
fn before(plan: &Plan, at: usize) -> PlannedStage {
    let stage = &plan.stages[at];
    let edges = || stage.from.iter().filter_map(|edge| plan.stages.get(edge.stage));
    let mut columns = edges().next().map(|first| first.columns.clone()).unwrap_or_default();
    columns.retain(|column| edges().all(|other| other.columns.contains(column)));
    PlannedStage {
        id: INPUT.to_owned(),
        use_: INPUT.to_owned(),
        kind: Kind::Source,
        from: Vec::new(),
        when: None,
        reads: Vec::new(),
        columns,
        ..stage.clone()
    }
}

/// The installed stages, some of them replaced.
struct Bench<'a> {
    stages: &'a dyn Stages,
    fed: BTreeMap<String, Fed>,
}

impl Stages for Bench<'_> {
    fn create(&self, stage: &PlannedStage) -> Result<Box<dyn Stage>, Failure> {
        match self.fed.get(&stage.id) {
            Some(fed) => Ok(Box::new(fed.clone())),
            None => self.stages.create(stage),
        }
    }

    fn library(&self, stage: &PlannedStage) -> Option<String> {
        self.stages.library(stage)
    }
}

/// Keeps the documents after a stage, as JSON Lines.
#[derive(Debug)]
struct Seen {
    stage: usize,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    lines: Vec<u8>,
    failed: Option<String>,
}

impl Seen {
    fn documents(self) -> Result<Vec<Document>, String> {
        let kept = self.kept.into_inner().unwrap_or_else(PoisonError::into_inner);
        match kept.failed {
            Some(why) => Err(format!("the documents cannot be shown as JSON: {why}")),
            None => feed::objects(&String::from_utf8_lossy(&kept.lines)),
        }
    }
}

impl Watch for Seen {
    fn seen(&self, stage: usize, batch: &RecordBatch) {
        if stage == self.stage {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            if let Err(error) = feed::write(batch, &mut kept.lines) {
                kept.failed.get_or_insert(error.to_string());
            }
        }
    }
}
