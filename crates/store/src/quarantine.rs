//! Where rejected documents are listed, with the reason.

use crate::AtomicFile;
use serde::{Deserialize, Serialize};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A document that could not be worked on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// The document's id.
    pub id: String,
    /// Where it came from.
    pub uri: String,
    /// The stage that rejected it, by the name it has in the pipeline.
    pub stage: String,
    /// The plugin that ships the stage, with its version.
    pub plugin: String,
    /// One word: `stage_error`, `panic`, `bad_output`, `unreadable`, `too_large`, …
    pub code: String,
    /// For people.
    pub message: String,
}

/// The quarantine of one run: `rejected.jsonl` in its folder, one object a document, in document order.
///
/// The file appears at [`commit`](Self::commit). A run that rejects nothing removes the file of the run
/// before and makes no folder.
#[derive(Debug)]
pub struct Quarantine {
    target: PathBuf,
    file: Option<AtomicFile>,
    count: u64,
}

impl Quarantine {
    /// A quarantine in `folder`; nothing is made before the first rejection.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self { target: folder.join("rejected.jsonl"), file: None, count: 0 }
    }

    /// The file that lists the rejected documents.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.target
    }

    /// The number of documents rejected so far.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.count
    }

    /// True when nothing was rejected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Adds a document.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn push(&mut self, rejection: &Rejection) -> io::Result<()> {
        if self.file.is_none() {
            self.file = Some(AtomicFile::create(&self.target)?);
        }
        if let Some(file) = &mut self.file {
            serde_json::to_writer(&mut *file, rejection)?;
            file.write_all(b"\n")?;
        }
        self.count += 1;
        Ok(())
    }

    /// Makes the list visible.
    ///
    /// # Errors
    /// When the file cannot be completed.
    pub fn commit(self) -> io::Result<()> {
        match self.file {
            Some(file) => file.commit(),
            None => match std::fs::remove_file(&self.target) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clean_run_removes_the_list_of_the_run_before() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("quarantine");
        let rejection = Rejection {
            id: "1".into(),
            uri: "a.txt".into(),
            stage: "segment".into(),
            plugin: "docmill_segment 0.1.0".into(),
            code: "panic".into(),
            message: "no".into(),
        };
        let mut first = Quarantine::new(&place);
        first.push(&rejection).unwrap();
        first.commit().unwrap();
        let listed = std::fs::read_to_string(place.join("rejected.jsonl")).unwrap();
        assert_eq!(serde_json::from_str::<Rejection>(&listed).unwrap(), rejection);

        Quarantine::new(&place).commit().unwrap();
        assert!(!place.join("rejected.jsonl").exists());
        Quarantine::new(&folder.path().join("none")).commit().unwrap();
        assert!(!folder.path().join("none").exists());
    }
}
