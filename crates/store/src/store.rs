//! Kept results: each stage's added columns for each block, found again by what they depend on.

use crate::disk;
use crate::entry::{Place, Pool, Reader, Writer, Written};
use crate::ledger::{Entry, Ledger};
use crate::pack;
use crate::{Key, Recipe};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// Results wait together until they are made durable: until so many bytes or results, or so much time.
const GROUP_BYTES: u64 = 64 << 20;
const GROUP_RESULTS: usize = 1024;
const GROUP_TIME: Duration = Duration::from_secs(5);

/// A folder of kept results, open for one run alone.
///
/// ```text
/// lock            held while a run uses the store; says which process does
/// ledger.jsonl    what there is, one line a result, each with a checksum; appended after the data is durable
/// data/ab/cdef…   the results, those that were made durable together in one file
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
    /// Files of which a result was used.
    used: Mutex<BTreeSet<Key>>,
    pool: Arc<Pool>,
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
        let (used, pool, number) = (Mutex::default(), Arc::default(), AtomicU64::new(0));
        Ok(Self { folder: folder.to_owned(), ledger, group, used, pool, number, _lock: lock })
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
        let path = self.path(&entry.file);
        match Reader::open(&path, (entry.offset, entry.bytes), &entry.digest) {
            Ok(reader) => {
                relaxed(&self.used).insert(entry.file);
                Some((reader, entry.note))
            }
            Err(error) => {
                tracing::warn!(stage = entry.stage, block = entry.block, %error, "a kept result is made anew");
                None
            }
        }
    }

    /// Begins a result.
    #[must_use]
    pub fn writer(&self) -> Writer {
        Writer::new(self.partial(), &self.pool)
    }

    fn partial(&self) -> PathBuf {
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        self.folder.join("partial").join(number.to_string())
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
        full.map_or(Ok(()), |group| self.keep(group.results))
    }

    /// Makes everything durable that was put, and remembers what was used.
    ///
    /// # Errors
    /// When the disk fails; what was not yet kept is made anew by the next run.
    pub fn commit(&self) -> io::Result<()> {
        let group = std::mem::replace(&mut *relaxed(&self.group), Group::new());
        self.keep(group.results)?;
        for file in std::mem::take(&mut *relaxed(&self.used)) {
            touch(&self.path(&file));
        }
        Ok(())
    }

    /// Data first, then names, then the ledger: whoever reads a line finds the result.
    fn keep(&self, results: Vec<(Written, Entry)>) -> io::Result<()> {
        let (small, large): (Vec<_>, Vec<_>) =
            results.into_iter().partition(|(written, _)| matches!(written.place, Place::Memory(_)));
        let pack = Key::of(small.iter().map(|(_, entry)| &entry.key.bytes()[..]));
        let mut entries: Vec<Entry> = Vec::with_capacity(small.len() + large.len());
        let mut at = 0;
        for (written, entry) in &small {
            entries.push(Entry { file: pack, offset: at, ..entry.clone() });
            at += written.bytes;
        }
        entries.extend(large.iter().map(|(_, entry)| Entry { file: entry.key, offset: 0, ..entry.clone() }));
        #[cfg(feature = "faults")]
        if crate::fault::is(crate::fault::Broken::LedgerFirst) {
            self.enter(&entries)?;
        }
        if !small.is_empty() {
            let results: Vec<&Written> = small.iter().map(|(written, _)| written).collect();
            #[cfg_attr(not(feature = "faults"), expect(unused_mut, reason = "a fault changes it"))]
            let mut path = self.partial();
            #[cfg(feature = "faults")]
            if crate::fault::is(crate::fault::Broken::NoRename) {
                path = self.path(&pack);
                path.parent().map_or(Ok(()), fs::create_dir_all)?;
            }
            pack::write(&path, &results)?;
            self.name(&path, &pack)?;
        }
        for (written, entry) in large {
            let Place::File(file) = written.place else { continue };
            pack::end(file, &[written.bytes])?;
            self.name(&written.path, &entry.key)?;
        }
        self.enter(&entries)
    }

    /// Gives a durable file its name.
    fn name(&self, temporary: &Path, name: &Key) -> io::Result<()> {
        let path = self.path(name);
        let folder = path.parent().unwrap_or(&self.folder);
        fs::create_dir_all(folder)?;
        disk::rename("data", temporary, &path)?;
        disk::sync_folder("data", folder)
    }

    fn enter(&self, entries: &[Entry]) -> io::Result<()> {
        let mut ledger = relaxed(&self.ledger);
        entries.iter().try_for_each(|entry| ledger.entry(entry.clone()))?;
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
        // The file is known when the group is full.
        Entry {
            key,
            recipe,
            input,
            stage,
            block,
            file: key,
            offset: 0,
            bytes: written.bytes,
            digest: written.digest,
            note,
        }
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
        let mut files: BTreeMap<Key, Vec<(Key, u64)>> = BTreeMap::new();
        for entry in ledger.contents.entries.values() {
            files.entry(entry.file).or_default().push((entry.key, entry.bytes));
        }
        let used = |file: &Key| fs::metadata(self.path(file)).and_then(|data| data.modified()).ok();
        let mut files: Vec<(Key, Vec<(Key, u64)>)> = files.into_iter().collect();
        files.sort_by_cached_key(|(file, _)| used(file));
        let size = |results: &[(Key, u64)]| results.iter().map(|result| result.1).sum::<u64>();
        let mut total: u64 = files.iter().map(|file| size(&file.1)).sum();
        let mut swept = Swept::default();
        let (mut gone, mut forgotten) = (Vec::new(), Vec::new());
        for (file, results) in &files {
            let (count, bytes) = (results.len() as u64, size(results));
            // One that is not there takes no room either.
            if total <= most && used(file).is_some() {
                (swept.kept, swept.kept_bytes) = (swept.kept + count, swept.kept_bytes + bytes);
                continue;
            }
            total -= bytes;
            (swept.removed, swept.removed_bytes) = (swept.removed + count, swept.removed_bytes + bytes);
            gone.push(*file);
            forgotten.extend(results.iter().map(|result| result.0));
        }
        if !gone.is_empty() {
            ledger.forget(&self.folder.join("ledger.jsonl"), &forgotten)?;
            gone.iter().try_for_each(|file| disk::remove("data", &self.path(file)))?;
        }
        let unknown = if strays { data_files(&self.folder)? } else { Vec::new() };
        let known: BTreeSet<PathBuf> = ledger.contents.entries.values().map(|e| self.path(&e.file)).collect();
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

pub(crate) fn path(folder: &Path, key: &Key) -> PathBuf {
    let mut first = key.to_string();
    let rest = first.split_off(2);
    folder.join("data").join(first).join(rest)
}

/// All files of results with their sizes, sorted.
pub(crate) fn data_files(folder: &Path) -> io::Result<Vec<(PathBuf, u64)>> {
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
