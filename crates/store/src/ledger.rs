//! The list of what a store holds: lines that are only ever appended, each with a checksum.

use crate::disk::Output;
use crate::{Key, Recipe};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

/// The version of the form; another one is not read, and all is computed anew.
const FORMAT: u32 = 1;
/// Hex digits of a line's checksum.
const CHECK: usize = 16;

/// A kept result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its name.
    pub key: Key,
    /// What the stage was run with.
    pub recipe: Key,
    /// What it was run on.
    pub input: Key,
    /// The stage, by the name it has in the pipeline.
    pub stage: String,
    /// The block, by its place for people.
    pub block: String,
    /// The file that has it, and where in it it begins.
    pub file: Key,
    /// The first of its bytes in the file.
    pub offset: u64,
    /// Its size on the disk.
    pub bytes: u64,
    /// The digest of its content.
    pub digest: Key,
    /// What else is known of it.
    pub note: Value,
}

/// A line of the ledger.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Line {
    Format(u32),
    Recipe(Recipe),
    Entry(Entry),
    Run { key: Key, record: Value },
}

/// What the ledger says, the last word on each thing.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    pub(crate) entries: HashMap<Key, Entry>,
    pub(crate) recipes: HashMap<Key, Recipe>,
    /// The newest result of each stage for each block, and the one before it.
    pub(crate) newest: BTreeMap<(String, String), [Option<Key>; 2]>,
    /// What was made of an input as a whole, the newest last.
    pub(crate) runs: Vec<(Key, Value)>,
    /// Lines that were torn or damaged.
    pub(crate) damaged: u64,
    /// Lines that later ones replaced.
    outdated: usize,
    /// Whether the lines are of another form than this docmill writes.
    is_foreign: bool,
}

/// Runs of which the record is kept.
const RUNS: usize = 16;

impl Contents {
    /// Reads a ledger; one that is not there is empty.
    pub(crate) fn read(path: &Path) -> io::Result<Self> {
        let bytes = match fs::read(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            bytes => bytes?,
        };
        let mut contents = Self::default();
        let lines = bytes.split_inclusive(|byte| *byte == b'\n').map(parse);
        for line in lines {
            match line {
                Some(Line::Format(format)) => contents.is_foreign = format != FORMAT,
                Some(line) if !contents.is_foreign => contents.take(line),
                Some(_) => {}
                None => contents.damaged += 1,
            }
        }
        Ok(contents)
    }

    fn take(&mut self, line: Line) {
        match line {
            Line::Format(_) => {}
            Line::Recipe(recipe) => drop(self.recipes.insert(recipe.key(), recipe)),
            Line::Entry(entry) => {
                let newest = self.newest.entry((entry.stage.clone(), entry.block.clone())).or_default();
                if newest[0] != Some(entry.key) {
                    *newest = [Some(entry.key), newest[0]];
                }
                self.outdated += usize::from(self.entries.insert(entry.key, entry).is_some());
            }
            Line::Run { key, record } => {
                let before = self.runs.len();
                self.runs.retain(|run| run.0 != key);
                self.runs.push((key, record));
                self.outdated += before + 1 - self.runs.len();
            }
        }
    }

    /// True when the file would be better written anew.
    pub(crate) fn is_worn(&self) -> bool {
        self.is_foreign
            || self.damaged > 0
            || self.outdated > 64 + self.entries.len()
            || self.runs.len() > 4 * RUNS
    }

    /// The whole ledger as text, without what nothing refers to any more.
    fn to_text(&self) -> io::Result<String> {
        let mut text = line(&Line::Format(FORMAT))?;
        let mut entries: Vec<&Entry> = self.entries.values().collect();
        entries.sort_by(|one, other| {
            (&one.stage, &one.block, one.key).cmp(&(&other.stage, &other.block, other.key))
        });
        // The newest of a stage and a block comes last, after the one before it.
        let newest =
            |e: &Entry| self.newest.get(&(e.stage.clone(), e.block.clone())).copied().unwrap_or_default();
        entries.sort_by_cached_key(|e| {
            let [newest, before] = newest(e).map(|key| key == Some(e.key));
            (newest, before)
        });
        let used: std::collections::BTreeSet<Key> = entries.iter().map(|entry| entry.recipe).collect();
        for recipe in used.iter().filter_map(|key| self.recipes.get(key)) {
            text += &line(&Line::Recipe(recipe.clone()))?;
        }
        for entry in entries {
            text += &line(&Line::Entry(entry.clone()))?;
        }
        for (key, record) in self.runs.iter().skip(self.runs.len().saturating_sub(RUNS)) {
            text += &line(&Line::Run { key: *key, record: record.clone() })?;
        }
        Ok(text)
    }
}

/// The ledger of a store that is open for writing.
#[derive(Debug)]
pub(crate) struct Ledger {
    output: Output,
    pub(crate) contents: Contents,
    waiting: String,
}

impl Ledger {
    /// Opens a ledger; a torn or damaged line is as good as none.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let mut contents = Contents::read(path)?;
        if contents.is_worn() || !path.exists() {
            let mut file = crate::AtomicFile::create(path)?;
            file.write_all(contents.to_text()?.as_bytes())?;
            file.commit()?;
            contents = Contents { damaged: contents.damaged, ..Contents::read(path)? };
        }
        let output = Output::of("ledger", File::options().append(true).open(path)?);
        Ok(Self { output, contents, waiting: String::new() })
    }

    pub(crate) fn recipe(&mut self, recipe: &Recipe) -> io::Result<()> {
        if !self.contents.recipes.contains_key(&recipe.key()) {
            self.add(Line::Recipe(recipe.clone()))?;
        }
        Ok(())
    }

    pub(crate) fn entry(&mut self, entry: Entry) -> io::Result<()> {
        self.add(Line::Entry(entry))
    }

    pub(crate) fn run(&mut self, key: Key, record: Value) -> io::Result<()> {
        self.add(Line::Run { key, record })
    }

    fn add(&mut self, added: Line) -> io::Result<()> {
        self.waiting += &line(&added)?;
        self.contents.take(added);
        Ok(())
    }

    /// Appends what was added since and waits until it is on the disk.
    pub(crate) fn commit(&mut self) -> io::Result<()> {
        let waiting = std::mem::take(&mut self.waiting);
        if waiting.is_empty() {
            return Ok(());
        }
        self.output.write_all(waiting.as_bytes())?;
        self.output.sync()
    }

    /// Writes the ledger anew without these results.
    pub(crate) fn forget(&mut self, path: &Path, gone: &[Key]) -> io::Result<()> {
        self.commit()?;
        for key in gone {
            self.contents.entries.remove(key);
        }
        let mut file = crate::AtomicFile::create(path)?;
        file.write_all(self.contents.to_text()?.as_bytes())?;
        file.commit()?;
        self.contents = Contents::read(path)?;
        self.output = Output::of("ledger", File::options().append(true).open(path)?);
        Ok(())
    }
}

fn line(line: &Line) -> io::Result<String> {
    let json = serde_json::to_string(line)?;
    Ok(format!("{json}\t{}\n", check(json.as_bytes())))
}

fn check(json: &[u8]) -> String {
    let mut digits = blake3::hash(json).to_hex().to_string();
    digits.truncate(CHECK);
    digits
}

/// A line that ends and matches its checksum.
fn parse(bytes: &[u8]) -> Option<Line> {
    let bytes = bytes.strip_suffix(b"\n")?;
    let (json, told) = bytes.split_at_checked(bytes.len().checked_sub(CHECK + 1)?)?;
    let told = told.strip_prefix(b"\t")?;
    (check(json).as_bytes() == told).then(|| serde_json::from_slice(json).ok()).flatten()
}
