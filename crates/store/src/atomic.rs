//! A file that appears under its name only when it is complete.

use crate::disk::{self, Output};
use std::fs::{self, File, TryLockError};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Writes to a temporary name in the target's folder and renames at [`commit`](Self::commit).
///
/// Dropped without a commit, the temporary file is removed and the target is untouched. Two runs cannot write
/// one target at a time: the second is refused.
#[derive(Debug)]
pub struct AtomicFile {
    target: PathBuf,
    temporary: PathBuf,
    writer: Option<BufWriter<Output>>,
    moved: bool,
}

impl AtomicFile {
    /// Opens the temporary file, making the folder if it is not there.
    ///
    /// # Errors
    /// When the folder or the file cannot be made.
    pub fn create(target: &Path) -> io::Result<Self> {
        let name = target.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy();
        #[cfg(not(feature = "faults"))]
        let temporary = target.with_file_name(format!(".{name}.part"));
        #[cfg(feature = "faults")]
        let temporary = if crate::fault::is(crate::fault::Broken::NoRename) {
            target.to_owned()
        } else {
            target.with_file_name(format!(".{name}.part"))
        };
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        let writer = Some(BufWriter::new(Output::of("file", exclusive(&temporary)?)));
        Ok(Self { target: target.to_owned(), temporary, writer, moved: false })
    }

    /// Makes the content durable and gives the file its name.
    ///
    /// # Errors
    /// When writing or renaming fails; then the target is untouched.
    pub fn commit(mut self) -> io::Result<()> {
        let Some(writer) = self.writer.take() else { return Ok(()) };
        // Kept open, and so locked, until it has its name.
        let file = writer.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync()?;
        disk::rename("file", &self.temporary, &self.target)?;
        self.moved = true;
        match self.target.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            Some(folder) => disk::sync_folder("file", folder),
            None => Ok(()),
        }
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.as_mut().map_or(Ok(0), |writer| writer.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        // After a commit the name may be another run's.
        if !self.moved {
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

/// Tries whether a file of this name could be written, its folder made if it is not there; leaves nothing behind.
///
/// # Errors
/// When something on the way is no folder, or the file system refuses.
pub fn can_write(target: &Path) -> io::Result<()> {
    if target.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let there = target.ancestors().skip(1).find(|folder| folder.symlink_metadata().is_ok());
    let folder = there.unwrap_or(Path::new("."));
    if !folder.is_dir() {
        let message = format!("{} is no folder", folder.display());
        return Err(io::Error::new(io::ErrorKind::NotADirectory, message));
    }
    let name = target.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy();
    AtomicFile::create(&folder.join(name.as_ref())).map(drop)
}

/// Removes the temporary file that a run which died left of this target; one that a run is writing stays.
pub fn remove_leftover(target: &Path) {
    let Some(name) = target.file_name() else { return };
    let temporary = target.with_file_name(format!(".{}.part", name.to_string_lossy()));
    if temporary.exists()
        && let Ok(file) = exclusive(&temporary)
    {
        let _ = fs::remove_file(&temporary);
        drop(file);
    }
}

/// Opens a file for one run alone.
fn exclusive(path: &Path) -> io::Result<File> {
    let file = File::options().write(true).create(true).truncate(false).open(path)?;
    file.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => io::Error::new(io::ErrorKind::ResourceBusy, "another run is writing it"),
        TryLockError::Error(error) => error,
    })?;
    // Between opening and locking, the other run may have moved the file into place.
    if !is_named(&file, path) {
        return Err(io::Error::new(io::ErrorKind::ResourceBusy, "another run is writing it"));
    }
    file.set_len(0)?;
    Ok(file)
}

#[cfg(unix)]
fn is_named(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let same = |one: fs::Metadata, other: fs::Metadata| one.ino() == other.ino() && one.dev() == other.dev();
    file.metadata().is_ok_and(|mine| fs::metadata(path).is_ok_and(|named| same(mine, named)))
}

#[cfg(not(unix))]
fn is_named(_file: &File, path: &Path) -> bool {
    path.exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_appears_at_commit_and_not_before() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("new/run.json");
        let mut file = AtomicFile::create(&target).unwrap();
        file.write_all(b"{}").unwrap();
        assert!(!target.exists());
        file.commit().unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"{}");

        let mut again = AtomicFile::create(&target).unwrap();
        again.write_all(b"half").unwrap();
        assert_eq!(AtomicFile::create(&target).unwrap_err().kind(), io::ErrorKind::ResourceBusy);
        drop(again);
        assert_eq!(fs::read(&target).unwrap(), b"{}");
        assert_eq!(fs::read_dir(folder.path().join("new")).unwrap().count(), 1);
    }
}
