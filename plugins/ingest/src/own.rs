//! The files that the run itself writes: they are no input.

use crate::find::Found;
use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The files that a run writes and that are there already, by their real paths.
#[derive(Debug, Default)]
pub(crate) struct Own {
    targets: HashSet<PathBuf>,
    folders: HashMap<PathBuf, PathBuf>,
}

impl Own {
    /// Looks for the targets; those that do not exist yet cannot be read.
    pub(crate) fn new(targets: &[PathBuf]) -> Self {
        let targets = targets.iter().filter_map(|target| fs::canonicalize(target).ok()).collect();
        Self { targets, folders: HashMap::new() }
    }

    /// The pattern that names one of them outright, if there is one.
    pub(crate) fn named<'a>(&self, base: &Path, patterns: &'a [String]) -> Option<&'a str> {
        let is_own = |pattern: &&String| {
            let path = fs::canonicalize(base.join(pattern)).ok();
            path.is_some_and(|path| self.targets.contains(&path))
        };
        patterns.iter().filter(|pattern| *pattern != "-").find(is_own).map(String::as_str)
    }

    /// Takes them out of what was found; says how many there were.
    pub(crate) fn leave_out(&mut self, found: &mut Vec<Found>) -> usize {
        let before = found.len();
        if !self.targets.is_empty() {
            found.retain(|file| !self.is_own(&file.path));
        }
        before - found.len()
    }

    /// One look at the file; its folder's real path is looked up once.
    fn is_own(&mut self, path: &Path) -> bool {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return false };
        let real = if path.is_symlink() {
            fs::canonicalize(path).ok()
        } else {
            if !self.folders.contains_key(folder) {
                let real = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
                self.folders.insert(folder.to_owned(), real);
            }
            self.folders.get(folder).map(|folder| folder.join(name))
        };
        real.is_some_and(|real| self.targets.contains(&real))
    }
}
