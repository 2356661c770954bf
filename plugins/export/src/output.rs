//! The file that is written: packed if its name says so, and visible only when it is complete.

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use flate2::GzBuilder;
use flate2::write::GzEncoder;

use crate::error::{ErrorKind, ExportError};
use crate::format::Compression;

/// Bytes handed on at a time. Compressors may let the size of each write show in their output; with one
/// fixed size the bytes depend on the content alone.
const CHUNK: usize = 256 << 10;

/// A file under a temporary name in its target's folder.
///
/// [`Output::commit`] gives it its name; dropped before that, it disappears and the target stays as it was.
pub(crate) struct Output {
    pending: Vec<u8>,
    packer: Packer,
    part: Part,
}

enum Packer {
    Plain(File),
    Gzip(GzEncoder<File>),
    Zstd(zstd::Encoder<'static, File>),
}

/// The temporary file's name; removes the file when dropped, unless it has been moved into place.
struct Part {
    path: PathBuf,
    target: PathBuf,
    moved: bool,
}

impl Output {
    /// Creates the temporary file, and the folder if it is absent.
    ///
    /// The name is `.NAME.part`; one left over from a run that died is replaced. A link is followed.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] if the path names no file, if another run is writing it, or the file system refuses.
    pub(crate) fn create(target: &Path, compression: Compression) -> Result<Self, ExportError> {
        // What a link points to is written, not the link replaced.
        let target = &fs::canonicalize(target).unwrap_or_else(|_| target.to_owned());
        if fs::metadata(target).is_ok_and(|found| !found.is_file() && !found.is_dir()) {
            let message = format!("write `{}`: it is no regular file", target.display());
            return Err(ExportError::new(ErrorKind::Io, message));
        }
        let Some(name) = target.file_name().filter(|_| !target.is_dir()) else {
            let message = format!("write `{}`: it names a folder", target.display());
            return Err(ExportError::new(ErrorKind::Io, message).with_help("add a file name"));
        };
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder).map_err(|source| ExportError::io("create folder", folder, source))?;
        }
        let mut part = OsString::from(".");
        part.push(name);
        part.push(".part");
        let path = target.with_file_name(part);
        let file = exclusive(&path).map_err(|source| ExportError::io("create", &path, source))?;
        let part = Part { path, target: target.to_owned(), moved: false };
        let packer = Packer::new(file, compression)
            .map_err(|source| ExportError::io("compress", &part.path, source))?;
        Ok(Self { pending: Vec::with_capacity(CHUNK), packer, part })
    }

    /// Makes the file durable and moves it to its name, over an older one.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] if the file system refuses; the older file is untouched then.
    pub(crate) fn commit(self) -> Result<(), ExportError> {
        let Self { pending, mut packer, mut part } = self;
        let failed = |source| ExportError::io("write", &part.path, source);
        packer.write(&pending).map_err(failed)?;
        let file = packer.finish().map_err(failed)?;
        file.sync_all().map_err(failed)?;
        fs::rename(&part.path, &part.target)
            .map_err(|source| ExportError::io("move into place", &part.target, source))?;
        part.moved = true;
        sync_folder(&part.target).map_err(|source| ExportError::io("make durable", &part.target, source))
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = CHUNK - self.pending.len();
        let (taken, _) = bytes.split_at(room.min(bytes.len()));
        self.pending.extend_from_slice(taken);
        if self.pending.len() == CHUNK {
            self.packer.write(&self.pending)?;
            self.pending.clear();
        }
        Ok(taken.len())
    }

    /// Does nothing: what is pending is written when a chunk is full or the file is committed.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Packer {
    fn new(file: File, compression: Compression) -> io::Result<Self> {
        Ok(match compression {
            Compression::None => Self::Plain(file),
            // Neither a time nor a name: the header is the same for every file.
            Compression::Gzip => {
                Self::Gzip(GzBuilder::new().mtime(0).write(file, flate2::Compression::default()))
            }
            Compression::Zstd => {
                let mut encoder = zstd::Encoder::new(file, zstd::DEFAULT_COMPRESSION_LEVEL)?;
                encoder.include_checksum(true)?;
                Self::Zstd(encoder)
            }
        })
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(file) => file.write_all(bytes),
            Self::Gzip(encoder) => encoder.write_all(bytes),
            Self::Zstd(encoder) => encoder.write_all(bytes),
        }
    }

    fn finish(self) -> io::Result<File> {
        match self {
            Self::Plain(file) => Ok(file),
            Self::Gzip(encoder) => encoder.finish(),
            Self::Zstd(encoder) => encoder.finish(),
        }
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // What bears the name after the move may be another run's; of a failure there is nobody to tell.
        if !self.moved {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Opens a file for one run alone: a second one at the same time is refused.
fn exclusive(path: &Path) -> io::Result<File> {
    let busy = || io::Error::new(io::ErrorKind::ResourceBusy, "another run is writing it");
    let file = File::options().write(true).create(true).truncate(false).open(path)?;
    file.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => busy(),
        TryLockError::Error(error) => error,
    })?;
    // Between opening and locking, the other run may have moved the file into place.
    if !is_named(&file, path) {
        return Err(busy());
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

/// Makes a rename durable. Only Unix lets a folder be opened and synced.
fn sync_folder(target: &Path) -> io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}

#[cfg(test)]
mod tests;
