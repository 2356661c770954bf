//! Where rejected documents are kept, with the reasons.

use crate::{AtomicFile, KeptDocument};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

/// The name of the list in its folder.
pub const LIST: &str = "rejected.jsonl";

/// The name of the file with the documents, in the same folder.
pub const DOCUMENTS: &str = "documents.jsonl";

/// A document that could not be worked on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// The document's id.
    pub id: String,
    /// Where it came from: the file, and the line or row of it.
    pub uri: String,
    /// The stage that rejected it, by the name it has in the pipeline.
    pub stage: String,
    /// The plugin that ships the stage, with its version.
    pub plugin: String,
    /// The SHA-256 digest of the plugin's file in hex; none for one that is built into docmill.
    #[serde(default)]
    pub library: Option<String>,
    /// One word: `stage_error`, `panic`, `bad_output`, `unreadable`, `too_large`, …
    pub code: String,
    /// For people.
    pub message: String,
    /// How often the stage was given the document alone before it counted as failed; 1 unless the stage has
    /// `retry`.
    #[serde(default = "once")]
    pub attempts: u32,
    /// The id under which the document is kept whole; none for one without a text. A part of a document that
    /// was split is kept as the document that it was a part of.
    #[serde(default)]
    pub document: Option<String>,
}

fn once() -> u32 {
    1
}

/// The quarantine of one run: two files in its folder, in document order.
///
/// `rejected.jsonl` lists every rejection, one object a line. `documents.jsonl` holds the rejected documents that
/// have a text, as their source gave them, each once. Both appear at [`commit`](Self::commit). A run that rejects
/// nothing removes those of the run before and makes no folder.
#[derive(Debug)]
pub struct Quarantine {
    list: Part,
    documents: Part,
}

/// One of the files, with the number of its lines.
#[derive(Debug)]
struct Part {
    target: PathBuf,
    file: Option<AtomicFile>,
    lines: u64,
}

impl Quarantine {
    /// A quarantine in `folder`; nothing is made before the first rejection.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self { list: Part::new(folder.join(LIST)), documents: Part::new(folder.join(DOCUMENTS)) }
    }

    /// The file that lists the rejected documents.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.list.target
    }

    /// The number of rejections so far.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.list.lines
    }

    /// True when nothing was rejected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds a rejection to the list.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn push(&mut self, rejection: &Rejection) -> io::Result<()> {
        self.list.add(rejection)
    }

    /// Keeps a rejected document whole.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn keep(&mut self, document: &KeptDocument<'_>) -> io::Result<()> {
        self.documents.add(document)
    }

    /// Makes both files visible: the documents first, so that the list never tells of one that is not there.
    ///
    /// # Errors
    /// When a file cannot be completed.
    pub fn commit(self) -> io::Result<()> {
        if self.list.file.is_none() {
            self.list.commit()?;
            return self.documents.commit();
        }
        self.documents.commit()?;
        self.list.commit()
    }
}

impl Part {
    fn new(target: PathBuf) -> Self {
        Self { target, file: None, lines: 0 }
    }

    fn add(&mut self, line: &impl Serialize) -> io::Result<()> {
        if self.file.is_none() {
            self.file = Some(AtomicFile::create(&self.target)?);
        }
        if let Some(file) = &mut self.file {
            serde_json::to_writer(&mut *file, line)?;
            file.write_all(b"\n")?;
        }
        self.lines += 1;
        Ok(())
    }

    /// Gives the file its name; where there is none, that of an earlier run goes.
    fn commit(self) -> io::Result<()> {
        if let Some(file) = self.file {
            return file.commit();
        }
        crate::remove_leftover(&self.target);
        match std::fs::remove_file(&self.target) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

/// Reads a list of rejections line by line.
///
/// # Errors
/// When the file cannot be opened; a line that cannot be read is an error in its place.
pub fn rejections(list: &Path) -> io::Result<impl Iterator<Item = io::Result<Rejection>> + use<>> {
    let lines = BufReader::new(File::open(list)?).lines();
    Ok(lines.map(|line| Ok(serde_json::from_str(&line?)?)))
}

#[cfg(test)]
mod tests;
