//! Every operation that changes something on a disk, so that each can be made to fail.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

#[cfg(feature = "faults")]
use crate::fault::point;

#[cfg(not(feature = "faults"))]
#[expect(clippy::unnecessary_wraps, reason = "with the feature `faults` it fails")]
#[inline]
fn point(_what: &str, _operation: &str, _moment: &str) -> io::Result<()> {
    Ok(())
}

/// A file that is written: what it is for names it at its points.
#[derive(Debug)]
pub(crate) struct Output {
    file: File,
    what: &'static str,
}

impl Output {
    /// Makes the file, empty.
    pub(crate) fn create(what: &'static str, path: &Path) -> io::Result<Self> {
        point(what, "create", "before")?;
        let file = File::create(path)?;
        point(what, "create", "after")?;
        Ok(Self { file, what })
    }

    /// A file that is open already.
    pub(crate) fn of(what: &'static str, file: File) -> Self {
        Self { file, what }
    }

    /// Waits until the content is on the disk.
    pub(crate) fn sync(&self) -> io::Result<()> {
        point(self.what, "sync", "before")?;
        self.file.sync_all()?;
        point(self.what, "sync", "after")
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        point(self.what, "write", "before")?;
        // Two writes, so that a fault in the middle leaves half of the bytes.
        #[cfg(feature = "faults")]
        {
            let (first, second) = bytes.split_at(bytes.len() / 2);
            self.file.write_all(first)?;
            point(self.what, "write", "within")?;
            self.file.write_all(second)?;
        }
        #[cfg(not(feature = "faults"))]
        self.file.write_all(bytes)?;
        point(self.what, "write", "after")?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Gives a file its name, in place of the one that has it.
pub(crate) fn rename(what: &'static str, from: &Path, to: &Path) -> io::Result<()> {
    point(what, "rename", "before")?;
    #[cfg(feature = "faults")]
    if crate::fault::is(crate::fault::Broken::NoRename) {
        return point(what, "rename", "after");
    }
    fs::rename(from, to)?;
    point(what, "rename", "after")
}

/// Makes the names in a folder durable.
pub(crate) fn sync_folder(what: &'static str, folder: &Path) -> io::Result<()> {
    point(what, "sync-folder", "before")?;
    // Other systems than Unix open no folders; their names are durable as the file system has it.
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    point(what, "sync-folder", "after")
}

/// Removes a file; one that is not there is no error.
pub(crate) fn remove(what: &'static str, path: &Path) -> io::Result<()> {
    point(what, "remove", "before")?;
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => point(what, "remove", "after"),
    }
}
