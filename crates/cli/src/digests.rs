//! Digests of files, in hexadecimal.

use docmill_sdk::schemars::{self, JsonSchema};
use serde::{Deserialize, Serialize};
use sha2::Digest as _;
use std::collections::HashMap;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// A digest of 256 bits as 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Digest(#[schemars(regex(pattern = r"^[0-9a-f]{64}$"))] String);

impl Digest {
    pub(crate) fn of(bytes: &[u8; 32]) -> Self {
        let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
        Self(bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect())
    }

    /// The BLAKE3 digest of bytes.
    pub(crate) fn blake3(bytes: &[u8]) -> Self {
        Self::of(blake3::hash(bytes).as_bytes())
    }

    /// The bytes; none for a text that is no digest.
    pub(crate) fn bytes(&self) -> Option<[u8; 32]> {
        let mut bytes = [0; 32];
        if self.0.len() != 64 || !self.0.is_ascii() {
            return None;
        }
        for (n, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(self.0.get(2 * n..2 * n + 2)?, 16).ok()?;
        }
        Some(bytes)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Digests of files that are asked for more than once and do not change in between.
#[derive(Debug, Default)]
pub(crate) struct Known(Mutex<HashMap<PathBuf, (u64, Digest)>>);

impl Known {
    /// The size of a file and its BLAKE3 digest; the file is read the first time alone.
    pub(crate) fn blake3_of(&self, path: &Path) -> io::Result<(u64, Digest)> {
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(digest) = known().get(path) {
            return Ok(digest.clone());
        }
        let digest = blake3_of(path)?;
        known().insert(path.to_owned(), digest.clone());
        Ok(digest)
    }

    /// Takes a digest for known.
    pub(crate) fn learn(&self, path: &Path, digest: (u64, Digest)) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), digest);
    }

    /// Forgets all: the files are about to change.
    pub(crate) fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// The size of a file and its BLAKE3 digest.
pub(crate) fn blake3_of(path: &Path) -> io::Result<(u64, Digest)> {
    let mut hasher = blake3::Hasher::new();
    let bytes = chunks(path, |chunk| {
        hasher.update(chunk);
    })?;
    Ok((bytes, Digest::of(hasher.finalize().as_bytes())))
}

/// The SHA-256 digest of a file, as `sha256sum` prints it.
pub(crate) fn sha256_of(path: &Path) -> io::Result<Digest> {
    let mut hasher = sha2::Sha256::new();
    chunks(path, |chunk| hasher.update(chunk))?;
    Ok(Digest::of(&hasher.finalize().into()))
}

fn chunks(path: &Path, mut take: impl FnMut(&[u8])) -> io::Result<u64> {
    let mut file = File::open(path)?;
    let mut buffer = vec![0; 256 << 10];
    let mut bytes = 0;
    loop {
        let len = file.read(&mut buffer)?;
        let Some(chunk) = buffer.get(..len).filter(|chunk| !chunk.is_empty()) else { return Ok(bytes) };
        take(chunk);
        bytes += len as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_the_standards() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("abc");
        std::fs::write(&path, "abc").unwrap();
        // FIPS 180-4 example, and the test vector of BLAKE3 for the same bytes.
        let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256_of(&path).unwrap().to_string(), sha256);
        let blake3 = "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85";
        assert_eq!(blake3_of(&path).unwrap(), (3, Digest(blake3.to_owned())));
        assert_eq!(Digest::of(&Digest(blake3.to_owned()).bytes().unwrap()).to_string(), blake3);
        assert_eq!(Digest("é".repeat(32)).bytes(), None);
    }
}
