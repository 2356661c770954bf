//! One kept result: a file of compressed frames that ends with its own digest.

use crate::Key;
use crate::disk::Output;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

const MAGIC: &[u8; 8] = b"docmill1";
/// The fastest of the ordinary levels: 2.5 times as fast as level 3 here, for a twentieth more bytes.
const LEVEL: i32 = 1;
const DIGEST: u64 = 32;
/// A frame holds what came of about one MiB of text; one that claims more than this is damaged.
const MAX_FRAME: u32 = 0x7fff_ffff;

fn damaged(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("a kept result is damaged: {what}"))
}

/// Writes a result, frame by frame, under a temporary name. Dropped before it is finished, it leaves nothing.
pub struct Writer {
    path: PathBuf,
    output: Option<BufWriter<Output>>,
    packer: zstd::bulk::Compressor<'static>,
    hasher: blake3::Hasher,
    bytes: u64,
}

/// A result that is written, but has no name yet.
#[derive(Debug)]
pub struct Written {
    pub(crate) path: PathBuf,
    pub(crate) output: Output,
    pub(crate) bytes: u64,
    pub(crate) digest: Key,
}

impl Writer {
    pub(crate) fn create(path: PathBuf) -> io::Result<Self> {
        let output = Some(BufWriter::with_capacity(1 << 18, Output::create("data", &path)?));
        let packer = zstd::bulk::Compressor::new(LEVEL)?;
        let mut writer = Self { path, output, packer, hasher: blake3::Hasher::new(), bytes: 0 };
        writer.put(MAGIC)?;
        Ok(writer)
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hasher.update(bytes);
        self.bytes += bytes.len() as u64;
        self.output.as_mut().map_or(Ok(()), |output| output.write_all(bytes))
    }

    /// Adds a frame of 1 byte to 2 GiB.
    ///
    /// # Errors
    /// When it cannot be written, or is empty or too large.
    pub fn frame(&mut self, frame: &[u8]) -> io::Result<()> {
        let length = u32::try_from(frame.len()).ok().filter(|len| (1..MAX_FRAME).contains(len));
        let length = length.ok_or_else(|| io::Error::from(io::ErrorKind::FileTooLarge))?;
        let packed = self.packer.compress(frame)?;
        self.put(&length.to_le_bytes())?;
        self.put(&(packed.len() as u32).to_le_bytes())?;
        self.put(&packed)
    }

    /// Ends the result.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self) -> io::Result<Written> {
        self.put(&[0; 8])?;
        let digest = Key::new(*self.hasher.finalize().as_bytes());
        let output = self.output.take().ok_or_else(|| damaged("it has no file"))?;
        let mut output = output.into_inner().map_err(io::IntoInnerError::into_error)?;
        output.write_all(digest.bytes())?;
        Ok(Written { path: std::mem::take(&mut self.path), output, bytes: self.bytes + DIGEST, digest })
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if self.output.is_some() {
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
}

impl Reader {
    /// Opens a result and checks it to the last byte: its size and digest must be those given.
    pub(crate) fn open(path: &Path, bytes: u64, digest: &Key) -> io::Result<Self> {
        let (found, mut file) = digest_of(path)?;
        if found != (bytes, *digest) {
            return Err(damaged("its digest is another one"));
        }
        file.seek(SeekFrom::Start(MAGIC.len() as u64))?;
        Ok(Self { file: BufReader::with_capacity(1 << 18, file), packed: Vec::new() })
    }

    /// The next frame; none after the last one.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn frame(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut lengths = [[0; 4]; 2];
        for length in &mut lengths {
            self.file.read_exact(length)?;
        }
        let [length, packed] = lengths.map(u32::from_le_bytes);
        if length == 0 {
            return Ok(None);
        }
        self.packed.resize(packed as usize, 0);
        self.file.read_exact(&mut self.packed)?;
        zstd::bulk::decompress(&self.packed, length as usize).map(Some)
    }
}

/// The size and the digest that a file holds and keeps to, with the file.
///
/// # Errors
/// When it cannot be read or is no whole result.
pub(crate) fn digest_of(path: &Path) -> io::Result<((u64, Key), File)> {
    let mut file = File::open(path)?;
    let bytes = file.metadata()?.len();
    let content = bytes.checked_sub(DIGEST).ok_or_else(|| damaged("it is too short"))?;
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; 1 << 18];
    let mut left = content;
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
    Ok(((bytes, Key::new(told)), file))
}
