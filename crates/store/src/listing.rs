//! A look at what a store holds, by somebody who does not use it.

use crate::entry::digest_of;
use crate::ledger::{Contents, Entry};
use crate::store::{data_files, path};
use crate::{Key, Recipe, pack};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

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

/// A look at a store that changes nothing and needs no lock.
#[derive(Debug)]
pub struct Listing {
    folder: PathBuf,
    pub(crate) contents: Contents,
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

    /// A result, if its file is there and long enough; its content is not read.
    #[must_use]
    pub fn entry(&self, key: &Key) -> Option<&Entry> {
        let entry = self.contents.entries.get(key)?;
        let end = entry.offset + entry.bytes;
        let there = fs::metadata(path(&self.folder, &entry.file)).is_ok_and(|data| data.len() > end);
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
            let path = path(&self.folder, &entry.file);
            let digest =
                File::open(&path).and_then(|mut file| digest_of(&mut file, (entry.offset, entry.bytes)));
            let damage = match digest {
                Ok(digest) if digest == entry.digest => None,
                Ok(_) => Some("it is another result than the ledger says".to_owned()),
                Err(error) => Some(error.to_string()),
            };
            if let Some(message) = damage {
                let file = shown(&self.folder, &path);
                found.push(Damage { file, entry: Some(Box::new(entry.clone())), message });
            }
            known.insert(path);
        }
        for (path, _) in data_files(&self.folder)?.into_iter().filter(|(path, _)| !known.contains(path)) {
            if let Err(error) = pack::check(&path) {
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
