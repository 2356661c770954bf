//! The store of a run: where it lies, opening it, keeping it small.

use crate::digests::{Digest, Known};
use crate::load::Loaded;
use crate::recipes::recipes;
use crate::targets::output_path;
use crate::terminal;
use docmill_pipeline::{Kind, Plan};
use docmill_runner::{Keep, Keeper, Report, RunError, RunErrorKind};
use docmill_store::{Key, Recipe, Store, StoreError};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

/// The store of a plan, open or not yet.
#[derive(Debug)]
pub(crate) struct Keeping {
    place: PathBuf,
    /// The outputs of all sinks, and where the quarantine is; none where a sink writes elsewhere than to a file.
    outputs: Option<Vec<PathBuf>>,
    quarantine: PathBuf,
    recipes: Vec<Recipe>,
    most: u64,
    store: OnceLock<Store>,
    digests: Arc<Known>,
    /// Whether the store knows already what this run comes to.
    is_recorded: AtomicBool,
}

/// Where the store of a plan lies: as `[run]` has it, else beside the first output. None where it is off.
pub(crate) fn folder(plan: &Plan, folder: &Path) -> Option<PathBuf> {
    let settings = &plan.run.store;
    let place = || {
        settings.path.as_ref().map_or_else(|| beside(plan, folder).join(".docmill"), |path| folder.join(path))
    };
    settings.on.then(place)
}

/// The folder of the first output that is a file; that of the pipeline where there is none.
pub(crate) fn beside(plan: &Plan, folder: &Path) -> PathBuf {
    let mut sinks = plan.stages.iter().filter(|stage| stage.kind == Kind::Sink);
    let target = sinks.find_map(output_path).map(|path| folder.join(path));
    target.and_then(|target| target.parent().map(Path::to_owned)).unwrap_or_else(|| folder.to_owned())
}

/// A run that ended well.
#[derive(Serialize, Deserialize)]
struct Record {
    report: Report,
    /// The files that it wrote.
    files: Vec<Left>,
}

/// A file as a run left it.
#[derive(Serialize, Deserialize)]
struct Left {
    /// What the file system says of it; none where that tells nothing.
    stamp: Option<String>,
    bytes: u64,
    digest: Digest,
}

/// What the file system says of a file, other times included: whoever writes to it changes that.
#[cfg(unix)]
fn stamp(path: &Path) -> Option<String> {
    use std::os::unix::fs::MetadataExt;
    let data = std::fs::metadata(path).ok()?;
    let times = (data.mtime(), data.mtime_nsec(), data.ctime(), data.ctime_nsec());
    Some(format!("{}:{}:{}:{times:?}", data.dev(), data.ino(), data.len()))
}

#[cfg(not(unix))]
fn stamp(_path: &Path) -> Option<String> {
    None
}

impl Keeping {
    /// The store of a plan, if one is wanted; nothing is opened yet.
    ///
    /// # Errors
    /// A sentence about the library that cannot be read.
    pub(crate) fn of(
        plan: &Plan,
        loaded: &Loaded,
        (quarantine, digests): (&Path, &Arc<Known>),
    ) -> Result<Option<Self>, String> {
        let Some(place) = folder(plan, &loaded.folder) else { return Ok(None) };
        let recipes = recipes(plan, &loaded.installed, &loaded.folder)?;
        let sinks = plan.stages.iter().filter(|stage| stage.kind == Kind::Sink);
        let outputs = sinks.map(|sink| output_path(sink).map(|path| loaded.folder.join(path))).collect();
        let (quarantine, most) = (quarantine.to_owned(), plan.run.store.max_bytes);
        let (store, digests) = (OnceLock::new(), Arc::clone(digests));
        Ok(Some(Self {
            place,
            outputs,
            quarantine,
            recipes,
            most,
            store,
            digests,
            is_recorded: AtomicBool::new(false),
        }))
    }

    /// Records a run that ended well, so that the next one over the same documents has nothing to do.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub(crate) fn record(&self, report: &Report) -> Result<(), RunError> {
        let place = self.store.get().zip(report.key).filter(|_| is_lasting(report));
        let Some((store, key)) = place else { return Ok(()) };
        if self.is_recorded.load(Ordering::Relaxed) {
            return Ok(());
        }
        let left = |path: PathBuf| {
            let (bytes, digest) = self.digests.blake3_of(&path).ok()?;
            Some(Left { stamp: stamp(&path), bytes, digest })
        };
        let files = self.files().and_then(|paths| paths.into_iter().map(left).collect());
        let Some(files) = files else { return Ok(()) };
        let record = serde_json::to_value(Record { report: report.clone(), files });
        let recorded = record.map_err(Into::into).and_then(|record| store.record(key, record));
        let failed = |error| format!("the run cannot be recorded in the store: {error}");
        recorded.map_err(|error: std::io::Error| RunError::new(RunErrorKind::Run, failed(error)))
    }

    /// All files that a run wrote, in a fixed order.
    fn files(&self) -> Option<Vec<PathBuf>> {
        let mut paths = self.outputs.clone()?;
        let mut rejected: Vec<PathBuf> = std::fs::read_dir(&self.quarantine)
            .map_or_else(|_| Vec::new(), |files| files.flatten().map(|file| file.path()).collect());
        rejected.retain(|path| path.is_file());
        rejected.sort();
        paths.append(&mut rejected);
        Some(paths)
    }

    /// True for a file that is as a run left it. It is read only if the file system tells of another one.
    fn is_as_left(&self, path: &Path, left: &Left) -> bool {
        if left.stamp.is_some() && stamp(path) == left.stamp {
            self.digests.learn(path, (left.bytes, left.digest.clone()));
            return true;
        }
        self.digests.blake3_of(path).is_ok_and(|found| found == (left.bytes, left.digest.clone()))
    }

    /// Removes what was not used for the longest time where there is more than is wanted.
    pub(crate) fn close(self) {
        let Some(store) = self.store.into_inner().filter(|store| store.bytes() > self.most) else { return };
        match store.sweep(self.most, false) {
            Ok(swept) => {
                tracing::info!(results = swept.removed, bytes = swept.removed_bytes, "old results removed");
            }
            // What is too much now will be removed by a later run.
            Err(error) => tracing::warn!(%error, "old results cannot be removed"),
        }
    }
}

impl Keeper for Keeping {
    fn open(&self) -> Result<Keep<'_>, RunError> {
        let setup = |message| RunError::new(RunErrorKind::Setup, message);
        let store = Store::open(&self.place).map_err(|error| match error {
            StoreError::Busy(_) => setup(format!(
                "{error}, {}: wait for it, or give this one a place of its own with `[run] store`",
                terminal::shown(&self.place)
            )),
            StoreError::Io(..) => setup(format!("{error}; `--no-store` keeps nothing")),
        })?;
        for recipe in &self.recipes {
            store.remember(recipe).map_err(|error| setup(format!("the store cannot be written: {error}")))?;
        }
        Ok(Keep { store: self.store.get_or_init(|| store), recipes: &self.recipes })
    }

    fn unchanged(&self, key: &Key) -> Option<Report> {
        let record: Record = serde_json::from_value(self.store.get()?.run(key)?).ok()?;
        let Record { mut report, files } = record;
        let found = self.files()?;
        let mut pairs = found.iter().zip(&files);
        if found.len() != files.len() || !pairs.all(|(path, left)| self.is_as_left(path, left)) {
            // They are written anew.
            self.digests.forget();
            return None;
        }
        self.is_recorded.store(true, Ordering::Relaxed);
        // The folder may have been moved since.
        let list =
            report.quarantine.as_deref().and_then(Path::file_name).map(|name| self.quarantine.join(name));
        report.quarantine = list;
        Some(report)
    }
}

/// Whether another run would come to the same: documents over which a process died may come through next time.
fn is_lasting(report: &Report) -> bool {
    let codes = report.stages.iter().map(|stage| &stage.counts);
    let mut codes = codes.flat_map(|counts| counts.rejected.keys().chain(counts.dropped.keys()));
    !codes.any(|code| matches!(code.as_str(), "timeout" | "oom" | "crash") || code.starts_with("crash:"))
}
