//! One kept result: compressed frames that end with their own digest.

use crate::Key;
use crate::disk::Output;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The fastest of the ordinary levels: 2.5 times as fast as level 3 here, for a twentieth more bytes.
const LEVEL: i32 = 1;
pub(crate) const DIGEST: u64 = 32;
/// A frame holds what came of about one MiB of text; one that claims more than this is damaged.
const MAX_FRAME: u32 = 0x7fff_ffff;
/// A result that grows beyond this is written to a file of its own at once, so that memory stays bounded.
const IN_MEMORY: usize = 8 << 20;

pub(crate) fn damaged(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("a kept result is damaged: {what}"))
}

/// Writes a result, frame by frame. Dropped before it is finished, it leaves nothing.
pub struct Writer {
    pool: Arc<Pool>,
    /// Where it would be written if it grew large.
    path: PathBuf,
    place: Place,
    packer: Option<Packer>,
    hasher: blake3::Hasher,
    bytes: u64,
}

/// A compressor and its room. Making one costs as much as packing a hundred kilobytes.
struct Packer {
    compressor: zstd::bulk::Compressor<'static>,
    packed: Vec<u8>,
}

/// Packers that no writer uses.
#[derive(Default)]
pub(crate) struct Pool(Mutex<Vec<Packer>>);

impl Pool {
    fn free(&self) -> MutexGuard<'_, Vec<Packer>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> io::Result<Packer> {
        let free = self.free().pop();
        let new = || Ok(Packer { compressor: zstd::bulk::Compressor::new(LEVEL)?, packed: Vec::new() });
        free.map_or_else(new, Ok)
    }
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pool").finish_non_exhaustive()
    }
}

/// Where the bytes of a result are before it is kept.
#[derive(Debug)]
pub(crate) enum Place {
    /// A small one waits for its group.
    Memory(Vec<u8>),
    /// A large one has a file of its own.
    File(BufWriter<Output>),
}

/// A result that is written, but has no name yet.
#[derive(Debug)]
pub struct Written {
    pub(crate) path: PathBuf,
    pub(crate) place: Place,
    pub(crate) bytes: u64,
    pub(crate) digest: Key,
}

impl Writer {
    pub(crate) fn new(path: PathBuf, pool: &Arc<Pool>) -> Self {
        let (place, hasher) = (Place::Memory(Vec::new()), blake3::Hasher::new());
        Self { pool: Arc::clone(pool), path, place, packer: None, hasher, bytes: 0 }
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hasher.update(bytes);
        self.bytes += bytes.len() as u64;
        match &mut self.place {
            Place::File(file) => file.write_all(bytes),
            Place::Memory(held) if held.len() + bytes.len() <= IN_MEMORY => {
                held.extend_from_slice(bytes);
                Ok(())
            }
            Place::Memory(held) => {
                let mut file = BufWriter::with_capacity(1 << 18, Output::create("data", &self.path)?);
                file.write_all(held)?;
                file.write_all(bytes)?;
                self.place = Place::File(file);
                Ok(())
            }
        }
    }

    /// Adds a frame of 1 byte to 2 GiB.
    ///
    /// # Errors
    /// When it cannot be written, or is empty or too large.
    pub fn frame(&mut self, frame: &[u8]) -> io::Result<()> {
        let length = u32::try_from(frame.len()).ok().filter(|len| (1..MAX_FRAME).contains(len));
        let length = length.ok_or_else(|| io::Error::from(io::ErrorKind::FileTooLarge))?;
        let mut packer = self.packer.take().map_or_else(|| self.pool.take(), Ok)?;
        let room = zstd::zstd_safe::compress_bound(frame.len());
        if packer.packed.len() < room {
            packer.packed.resize(room, 0);
        }
        let size = packer.compressor.compress_to_buffer(frame, &mut packer.packed)?;
        self.put(&length.to_le_bytes())?;
        self.put(&(size as u32).to_le_bytes())?;
        self.put(packer.packed.get(..size).unwrap_or_default())?;
        self.packer = Some(packer);
        Ok(())
    }

    /// Ends the result.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self) -> io::Result<Written> {
        self.put(&[0; 8])?;
        let digest = Key::new(*self.hasher.finalize().as_bytes());
        self.put(digest.bytes())?;
        let place = std::mem::replace(&mut self.place, Place::Memory(Vec::new()));
        Ok(Written { path: std::mem::take(&mut self.path), place, bytes: self.bytes, digest })
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.pool.free().extend(self.packer.take());
        if matches!(self.place, Place::File(_)) {
            // What stays is removed when the store is opened again.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").field("path", &self.path).field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

/// Reads a result that was checked as a whole, frame by frame.
#[derive(Debug)]
pub struct Reader {
    file: BufReader<File>,
    packed: Vec<u8>,
    is_at_end: bool,
}

impl Reader {
    /// Opens a result and checks it to the last byte: its digest must be the one given.
    pub(crate) fn open(path: &Path, (offset, bytes): (u64, u64), digest: &Key) -> io::Result<Self> {
        let mut file = File::open(path)?;
        if digest_of(&mut file, (offset, bytes))? != *digest {
            return Err(damaged("its digest is another one"));
        }
        file.seek(SeekFrom::Start(offset))?;
        Ok(Self { file: BufReader::with_capacity(1 << 18, file), packed: Vec::new(), is_at_end: false })
    }

    /// The next frame; none after the last one, however often it is asked for.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn frame(&mut self) -> io::Result<Option<Vec<u8>>> {
        if self.is_at_end {
            return Ok(None);
        }
        let mut lengths = [[0; 4]; 2];
        for length in &mut lengths {
            self.file.read_exact(length)?;
        }
        let [length, packed] = lengths.map(u32::from_le_bytes);
        if length == 0 {
            self.is_at_end = true;
            return Ok(None);
        }
        self.packed.resize(packed as usize, 0);
        self.file.read_exact(&mut self.packed)?;
        zstd::bulk::decompress(&self.packed, length as usize).map(Some)
    }
}

/// The digest that a part of a file holds and keeps to.
///
/// # Errors
/// When it cannot be read or is no whole result.
pub(crate) fn digest_of(file: &mut File, (offset, bytes): (u64, u64)) -> io::Result<Key> {
    let mut left = bytes.checked_sub(DIGEST).ok_or_else(|| damaged("it is too short"))?;
    file.seek(SeekFrom::Start(offset))?;
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; usize::try_from(left).unwrap_or(usize::MAX).min(1 << 18)];
    while left > 0 {
        let take = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let Some(part) = buffer.get_mut(..take) else { break };
        file.read_exact(part)?;
        hasher.update(part);
        left -= take as u64;
    }
    let mut told = [0; DIGEST as usize];
    file.read_exact(&mut told)?;
    if hasher.finalize().as_bytes() != &told {
        return Err(damaged("it does not match its digest"));
    }
    Ok(Key::new(told))
}
