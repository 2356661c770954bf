//! Documents of a JSON Lines file by their ids, without holding them.

use crate::packed;
use serde::Deserialize;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// An index of a file: where each document is and a digest of its line.
pub(crate) struct Lines {
    file: File,
    by_id: HashMap<[u8; 16], Entry>,
    /// Documents without an id, which cannot be found again.
    pub(crate) without_id: u64,
}

struct Entry {
    at: u64,
    len: u32,
    digest: [u8; 16],
    seen: bool,
}

/// Where a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct At {
    offset: u64,
    len: u32,
}

/// A document's twin on the other side.
pub(crate) enum Twin {
    /// There is none.
    None,
    /// It is the same, byte for byte.
    Same,
    /// It differs, and is there.
    Other(At),
}

/// All that is read of a line to know its document.
#[derive(Deserialize)]
struct Named {
    id: Option<String>,
}

impl Lines {
    /// Reads a file once. One that is compressed is unpacked to a temporary file.
    pub(crate) fn index(path: &Path) -> io::Result<Self> {
        let (_, compressed) = packed::unpacked_name(&path.display().to_string());
        let mut spare = if compressed { Some(BufWriter::new(tempfile::tempfile()?)) } else { None };
        let mut by_id = HashMap::new();
        let (mut at, mut without_id) = (0, 0);
        each(path, |line, id| {
            if let Some(file) = &mut spare {
                file.write_all(line)?;
            }
            let len = u32::try_from(line.len()).map_err(|_| io::Error::other("a line is too long"))?;
            match id {
                Some(id) => {
                    let entry = Entry { at, len, digest: short(line), seen: false };
                    by_id.insert(short(id.as_bytes()), entry);
                }
                None => without_id += 1,
            }
            at += line.len() as u64;
            Ok(())
        })?;
        let file = match spare {
            Some(file) => file.into_inner().map_err(io::IntoInnerError::into_error)?,
            None => File::open(path)?,
        };
        Ok(Self { file, by_id, without_id })
    }

    /// Looks for a document of this id and marks it as seen.
    pub(crate) fn find(&mut self, id: &str, line: &[u8]) -> Twin {
        let Some(entry) = self.by_id.get_mut(&short(id.as_bytes())) else { return Twin::None };
        entry.seen = true;
        if entry.digest == short(line) {
            return Twin::Same;
        }
        Twin::Other(At { offset: entry.at, len: entry.len })
    }

    /// The bytes of a line.
    pub(crate) fn line(&mut self, at: At) -> io::Result<Vec<u8>> {
        let mut line = vec![0; at.len as usize];
        self.file.seek(SeekFrom::Start(at.offset))?;
        self.file.read_exact(&mut line)?;
        Ok(line)
    }

    /// The documents that were never looked for, in the order of the file.
    pub(crate) fn unseen(&self) -> Vec<At> {
        let unseen = self.by_id.values().filter(|entry| !entry.seen);
        let mut unseen: Vec<At> = unseen.map(|entry| At { offset: entry.at, len: entry.len }).collect();
        unseen.sort_unstable();
        unseen
    }
}

/// Calls `take` with every line of a file and the id of its document.
pub(crate) fn each(
    path: &Path,
    mut take: impl FnMut(&[u8], Option<&str>) -> io::Result<()>,
) -> io::Result<()> {
    let mut file = BufReader::with_capacity(64 << 10, packed::open(path)?);
    let mut line = Vec::new();
    while file.read_until(b'\n', &mut line)? > 0 {
        let named: Named = serde_json::from_slice(&line)?;
        take(&line, named.id.as_deref())?;
        line.clear();
    }
    Ok(())
}

fn short(bytes: &[u8]) -> [u8; 16] {
    blake3::hash(bytes).as_bytes().first_chunk::<16>().copied().unwrap_or_default()
}
