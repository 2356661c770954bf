//! A file of several results, made durable together.
//!
//! The results stand one after the other; after them comes an index, so that a file can be checked without the
//! ledger: for each result its length (u64, little-endian), their number (u64), and the BLAKE3 digest of all that.

use crate::Key;
use crate::disk::Output;
use crate::entry::{DIGEST, Place, Written, damaged, digest_of};
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// Writes results that wait in memory into one new file, and waits until they are on the disk.
pub(crate) fn write(path: &Path, results: &[&Written]) -> io::Result<()> {
    let mut file = BufWriter::with_capacity(1 << 18, Output::create("data", path)?);
    for result in results {
        if let Place::Memory(held) = &result.place {
            file.write_all(held)?;
        }
    }
    let lengths: Vec<u64> = results.iter().map(|result| result.bytes).collect();
    end(file, &lengths)
}

/// Ends the file of a result that has one of its own.
pub(crate) fn end(mut file: BufWriter<Output>, lengths: &[u64]) -> io::Result<()> {
    let mut index: Vec<u8> = lengths.iter().flat_map(|length| length.to_le_bytes()).collect();
    index.extend_from_slice(&(lengths.len() as u64).to_le_bytes());
    let digest = blake3::hash(&index);
    file.write_all(&index)?;
    file.write_all(digest.as_bytes())?;
    let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.sync()
}

/// Checks a file by its own index.
///
/// # Errors
/// When it cannot be read or is not whole.
pub(crate) fn check(path: &Path) -> io::Result<Vec<Key>> {
    let mut file = File::open(path)?;
    let bytes = file.metadata()?.len();
    let number = |bytes: &[u8]| bytes.first_chunk::<8>().map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let tail = bytes.checked_sub(8 + DIGEST).ok_or_else(|| damaged("it is too short"))?;
    file.seek(SeekFrom::Start(tail))?;
    let mut count = [0; 8];
    file.read_exact(&mut count)?;
    let lengths = number(&count).checked_mul(8).and_then(|bytes| tail.checked_sub(bytes));
    let start = lengths.ok_or_else(|| damaged("it has no index"))?;
    file.seek(SeekFrom::Start(start))?;
    let mut index = vec![0; (bytes - start - DIGEST) as usize];
    file.read_exact(&mut index)?;
    let mut told = [0; DIGEST as usize];
    file.read_exact(&mut told)?;
    if blake3::hash(&index).as_bytes() != &told {
        return Err(damaged("its index does not match its digest"));
    }
    let (mut at, mut keys) = (0, Vec::new());
    for length in index.chunks_exact(8).take(index.len() / 8 - 1).map(number) {
        keys.push(digest_of(&mut file, (at, length))?);
        at += length;
    }
    if at == start { Ok(keys) } else { Err(damaged("its index is of another file")) }
}
