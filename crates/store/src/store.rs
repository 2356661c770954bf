//! Kept results: each stage's added columns for each block, found again by what they depend on.

use crate::disk;
use crate::entry::{Reader, Writer, Written, digest_of};
use crate::ledger::{Contents, Entry, Ledger};
use crate::{Key, Recipe};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// Results wait together until they are made durable: until so many bytes or results, or so much time.
const GROUP_BYTES: u64 = 64 << 20;
const GROUP_RESULTS: usize = 256;
const GROUP_TIME: Duration = Duration::from_secs(1);

/// A folder of kept results, open for one run alone.
///
/// ```text
/// lock            held while a run uses the store; says which process does
/// ledger.jsonl    what there is, one line a result, each with a checksum; appended after the data is durable
/// data/ab/cdef…   the results
/// partial/        what is being written
/// ```
///
/// A crash at any time costs what was not yet in the ledger, and nothing else: a result is made durable and given
/// its name before its line is written, and is checked against its digest before it is used.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    ledger: Mutex<Ledger>,
    group: Mutex<Group>,
    number: AtomicU64,
    // Unlocks when it is dropped, by whatever end.
    _lock: File,
}

#[derive(Debug)]
struct Group {
    results: Vec<(Written, Entry)>,
    bytes: u64,
    since: Instant,
}

impl Group {
    fn new() -> Self {
        Self { results: Vec::new(), bytes: 0, since: Instant::now() }
    }
}

/// Why a store cannot be opened.
#[derive(Debug)]
pub enum StoreError {
    /// Another run has it; its process, if that is known.
    Busy(Option<u32>),
    /// The disk fails.
    Io(PathBuf, io::Error),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy(Some(process)) => write!(f, "another run, process {process}, uses the store"),
            Self::Busy(None) => f.write_str("another run uses the store"),
            Self::Io(path, error) => write!(f, "the store at {}: {error}", path.display()),
        }
    }
}

impl std::error::Error for StoreError {}

/// What removing old results came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Results removed, files that the ledger does not know included.
    pub removed: u64,
    /// Their bytes.
    pub removed_bytes: u64,
    /// Results kept.
    pub kept: u64,
    /// Their bytes.
    pub kept_bytes: u64,
}

/// A result that is not as the ledger says, or a file that is no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The file, from the store's folder.
    pub file: String,
    /// The stage and the block, if the ledger knows it.
    pub entry: Option<Box<Entry>>,
    /// For people.
    pub message: String,
}

fn relaxed<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is inside stays whole through a panic: it is only ever appended to.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Store {
    /// Opens the store in a folder, making it if it is not there, for this process alone.
    ///
    /// # Errors
    /// When another run has it, or the disk fails.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let failed = |error| StoreError::Io(folder.to_owned(), error);
        for part in ["data", "partial"] {
            fs::create_dir_all(folder.join(part)).map_err(failed)?;
        }
        let lock = lock(&folder.join("lock")).map_err(|error| error.unwrap_or_else(failed))?;
        // A folder of things that can be made again is of no use in an archive of versions.
        let ignore = folder.join(".gitignore");
        if !ignore.exists() {
            fs::write(&ignore, "*\n").map_err(failed)?;
        }
        for left in fs::read_dir(folder.join("partial")).map_err(failed)? {
            disk::remove("partial", &left.map_err(failed)?.path()).map_err(failed)?;
        }
        let ledger = Ledger::open(&folder.join("ledger.jsonl")).map_err(failed)?;
        if ledger.contents.damaged > 0 {
            tracing::warn!(
                lines = ledger.contents.damaged,
                "the ledger was torn or damaged; what it lost is made anew"
            );
        }
        let (ledger, group) = (Mutex::new(ledger), Mutex::new(Group::new()));
        Ok(Self { folder: folder.to_owned(), ledger, group, number: AtomicU64::new(0), _lock: lock })
    }

    /// Its folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn path(&self, key: &Key) -> PathBuf {
        path(&self.folder, key)
    }

    /// A kept result with its note, checked to the last byte; none when there is none, or it is damaged.
    ///
    /// Costs reading its file once.
    #[must_use]
    pub fn find(&self, key: &Key) -> Option<(Reader, Value)> {
        let entry = relaxed(&self.ledger).contents.entries.get(key).cloned()?;
        let path = self.path(key);
        match Reader::open(&path, entry.bytes, &entry.digest) {
            Ok(reader) => {
                touch(&path);
                Some((reader, entry.note))
            }
            Err(error) => {
                tracing::warn!(stage = entry.stage, block = entry.block, %error, "a kept result is made anew");
                None
            }
        }
    }

    /// Begins a result.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn writer(&self, key: &Key) -> io::Result<Writer> {
        #[cfg(feature = "faults")]
        if crate::fault::is(crate::fault::Broken::NoRename) {
            let path = self.path(key);
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            return Writer::create(path);
        }
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        Writer::create(self.folder.join("partial").join(format!("{key}.{number}")))
    }

    /// Takes the results of a block, to be kept with the next group.
    ///
    /// # Errors
    /// When a group that is full cannot be made durable.
    pub fn put(&self, results: Vec<(Written, Entry)>) -> io::Result<()> {
        let full = {
            let mut group = relaxed(&self.group);
            group.bytes += results.iter().map(|(written, _)| written.bytes).sum::<u64>();
            group.results.extend(results);
            let is_full = group.bytes >= GROUP_BYTES
                || group.results.len() >= GROUP_RESULTS
                || group.since.elapsed() >= GROUP_TIME;
            is_full.then(|| std::mem::replace(&mut *group, Group::new()))
        };
        full.map_or(Ok(()), |group| self.keep(&group.results))
    }

    /// Makes everything durable that was put.
    ///
    /// # Errors
    /// When the disk fails; what was not yet kept is made anew by the next run.
    pub fn commit(&self) -> io::Result<()> {
        let group = std::mem::replace(&mut *relaxed(&self.group), Group::new());
        self.keep(&group.results)
    }

    /// Data first, then names, then the ledger: whoever reads a line finds the result.
    fn keep(&self, results: &[(Written, Entry)]) -> io::Result<()> {
        #[cfg(feature = "faults")]
        if crate::fault::is(crate::fault::Broken::LedgerFirst) {
            self.enter(results)?;
        }
        let mut folders = BTreeSet::new();
        for (written, entry) in results {
            written.output.sync()?;
            let path = self.path(&entry.key);
            let folder = path.parent().unwrap_or(&self.folder).to_owned();
            fs::create_dir_all(&folder)?;
            folders.insert(folder);
            disk::rename("data", &written.path, &path)?;
        }
        for folder in &folders {
            disk::sync_folder("data", folder)?;
        }
        self.enter(results)
    }

    fn enter(&self, results: &[(Written, Entry)]) -> io::Result<()> {
        let mut ledger = relaxed(&self.ledger);
        for (_, entry) in results {
            ledger.entry(entry.clone())?;
        }
        ledger.commit()
    }

    /// What the ledger will say of a result.
    #[must_use]
    pub fn entry(
        written: &Written,
        key: Key,
        (recipe, input): (Key, Key),
        place: (&str, &str),
        note: Value,
    ) -> Entry {
        let (stage, block) = (place.0.to_owned(), place.1.to_owned());
        Entry { key, recipe, input, stage, block, bytes: written.bytes, digest: written.digest, note }
    }

    /// Remembers what a stage is run with, so that a later run can say what changed.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn remember(&self, recipe: &Recipe) -> io::Result<()> {
        relaxed(&self.ledger).recipe(recipe)
    }

    /// Whether any run was recorded.
    #[must_use]
    pub fn has_runs(&self) -> bool {
        !relaxed(&self.ledger).contents.runs.is_empty()
    }

    /// The record of a run that was made of the same inputs in the same way.
    #[must_use]
    pub fn run(&self, key: &Key) -> Option<Value> {
        let ledger = relaxed(&self.ledger);
        ledger.contents.runs.iter().rev().find(|run| run.0 == *key).map(|run| run.1.clone())
    }

    /// Records a run that ended well.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn record(&self, key: Key, record: Value) -> io::Result<()> {
        let mut ledger = relaxed(&self.ledger);
        ledger.run(key, record)?;
        ledger.commit()
    }

    /// Removes the results that were not used for the longest time until no more than `most` bytes are left, and
    /// with `strays` every file that the ledger does not know.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn sweep(&self, most: u64, strays: bool) -> io::Result<Swept> {
        let mut ledger = relaxed(&self.ledger);
        let used = |key: &Key| fs::metadata(self.path(key)).and_then(|data| data.modified()).ok();
        let mut entries: Vec<(Option<SystemTime>, Key, u64)> =
            ledger.contents.entries.values().map(|e| (used(&e.key), e.key, e.bytes)).collect();
        entries.sort();
        let mut total: u64 = entries.iter().map(|entry| entry.2).sum();
        let mut swept = Swept::default();
        let mut gone = Vec::new();
        for (used, key, bytes) in &entries {
            // One that is not there takes no room either.
            if used.is_some() && total <= most {
                (swept.kept, swept.kept_bytes) = (swept.kept + 1, swept.kept_bytes + bytes);
                continue;
            }
            total -= bytes;
            (swept.removed, swept.removed_bytes) = (swept.removed + 1, swept.removed_bytes + bytes);
            gone.push(*key);
        }
        if !gone.is_empty() {
            ledger.forget(&self.folder.join("ledger.jsonl"), &gone)?;
            gone.iter().try_for_each(|key| disk::remove("data", &self.path(key)))?;
        }
        let unknown = if strays { files(&self.folder)? } else { Vec::new() };
        let known: BTreeSet<PathBuf> = ledger.contents.entries.keys().map(|key| self.path(key)).collect();
        for (path, bytes) in unknown.into_iter().filter(|(path, _)| !known.contains(path)) {
            disk::remove("data", &path)?;
            (swept.removed, swept.removed_bytes) = (swept.removed + 1, swept.removed_bytes + bytes);
        }
        Ok(swept)
    }

    /// The bytes of all results that the ledger knows.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        relaxed(&self.ledger).contents.entries.values().map(|entry| entry.bytes).sum()
    }
}

/// A look at a store that changes nothing and needs no lock.
#[derive(Debug)]
pub struct Listing {
    folder: PathBuf,
    contents: Contents,
}

impl Listing {
    /// Reads what a store holds; one that is not there holds nothing.
    ///
    /// # Errors
    /// When the ledger is there and cannot be read.
    pub fn read(folder: &Path) -> io::Result<Self> {
        let contents = Contents::read(&folder.join("ledger.jsonl"))?;
        Ok(Self { folder: folder.to_owned(), contents })
    }

    /// All results, sorted by stage, block and key.
    #[must_use]
    pub fn entries(&self) -> Vec<&Entry> {
        let mut entries: Vec<&Entry> = self.contents.entries.values().collect();
        entries.sort_by(|one, other| {
            (&one.stage, &one.block, one.key).cmp(&(&other.stage, &other.block, other.key))
        });
        entries
    }

    /// A result, if its file is there with the size it should have; its content is not read.
    #[must_use]
    pub fn entry(&self, key: &Key) -> Option<&Entry> {
        let entry = self.contents.entries.get(key)?;
        let there = fs::metadata(path(&self.folder, key)).is_ok_and(|data| data.len() == entry.bytes);
        there.then_some(entry)
    }

    /// The newest result of a stage for a block, whatever it was run with.
    #[must_use]
    pub fn newest(&self, stage: &str, block: &str) -> Option<&Entry> {
        self.history(stage, block).first().copied()
    }

    /// The newest result of a stage for a block and the one before it, as far as they are known.
    #[must_use]
    pub fn history(&self, stage: &str, block: &str) -> Vec<&Entry> {
        let keys = self.contents.newest.get(&(stage.to_owned(), block.to_owned()));
        let keys = keys.into_iter().flatten().flatten();
        keys.filter_map(|key| self.contents.entries.get(key)).collect()
    }

    /// What a result was made with.
    #[must_use]
    pub fn recipe(&self, key: &Key) -> Option<&Recipe> {
        self.contents.recipes.get(key)
    }

    /// The record of a run that was made of the same inputs in the same way.
    #[must_use]
    pub fn run(&self, key: &Key) -> Option<&Value> {
        self.contents.runs.iter().rev().find(|run| run.0 == *key).map(|run| &run.1)
    }

    /// Reads every result and compares it with its digest, and finds torn lines and files that are no whole
    /// results. Results in whole files that no line tells of are no damage: a run was stopped before it wrote it.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn verify(&self) -> io::Result<Vec<Damage>> {
        let mut found = Vec::new();
        if self.contents.damaged > 0 {
            let message = format!("{} lines are torn or damaged", self.contents.damaged);
            found.push(Damage { file: "ledger.jsonl".to_owned(), entry: None, message });
        }
        let mut known = BTreeSet::new();
        for entry in self.entries() {
            let path = path(&self.folder, &entry.key);
            let damage = match digest_of(&path) {
                Ok(((bytes, digest), _)) if (bytes, digest) == (entry.bytes, entry.digest) => None,
                Ok(_) => Some("it is another result than the ledger says".to_owned()),
                Err(error) => Some(error.to_string()),
            };
            if let Some(message) = damage {
                let file = shown(&self.folder, &path);
                found.push(Damage { file, entry: Some(Box::new(entry.clone())), message });
            }
            known.insert(path);
        }
        for (path, _) in files(&self.folder)?.into_iter().filter(|(path, _)| !known.contains(path)) {
            if let Err(error) = digest_of(&path) {
                found.push(Damage {
                    file: shown(&self.folder, &path),
                    entry: None,
                    message: error.to_string(),
                });
            }
        }
        Ok(found)
    }
}

fn shown(folder: &Path, path: &Path) -> String {
    path.strip_prefix(folder).unwrap_or(path).display().to_string()
}

fn path(folder: &Path, key: &Key) -> PathBuf {
    let mut first = key.to_string();
    let rest = first.split_off(2);
    folder.join("data").join(first).join(rest)
}

/// All files of results with their sizes, sorted.
fn files(folder: &Path) -> io::Result<Vec<(PathBuf, u64)>> {
    let mut found = Vec::new();
    let folders = match fs::read_dir(folder.join("data")) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(found),
        folders => folders?,
    };
    for folder in folders {
        for file in fs::read_dir(folder?.path())? {
            let file = file?;
            found.push((file.path(), file.metadata()?.len()));
        }
    }
    found.sort();
    Ok(found)
}

/// Marks a result as used now. A store on a read-only disk forgets it: then nothing is removed there either.
fn touch(path: &Path) {
    let _ = File::options().append(true).open(path).and_then(|file| file.set_modified(SystemTime::now()));
}

/// Locks a store; the lock of a process that is gone is gone as well.
fn lock(path: &Path) -> Result<File, Result<StoreError, io::Error>> {
    let mut file =
        File::options().read(true).write(true).create(true).truncate(false).open(path).map_err(Err)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut process = String::new();
            let _ = file.read_to_string(&mut process);
            return Err(Ok(StoreError::Busy(process.trim().parse().ok())));
        }
        Err(TryLockError::Error(error)) => return Err(Err(error)),
    }
    file.set_len(0).map_err(Err)?;
    writeln!(file, "{}", std::process::id()).map_err(Err)?;
    Ok(file)
}

#[cfg(test)]
mod tests;
