//! Cuts the input into blocks, the units of work, caching and resuming.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::find::Found;
use crate::format::{Compression, Format};
use crate::formats::csv::{EntryEnd, Scanner};

/// A deterministic part of the input: a run of files, one file, or a byte range of a large one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What to read, in compact JSON: [`Block::from_key`] reads it back.
    pub key: String,
    /// The uri of the first file, with `#bytes=start-end` for a range; for messages.
    pub uri: String,
    /// The size of what is read, as stored (compressed files count compressed).
    pub bytes: u64,
    files: Vec<BlockFile>,
    range: Option<ByteRange>,
}

/// A file of a block.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BlockFile {
    pub(crate) path: PathBuf,
    pub(crate) uri: String,
    /// Its size when it was found.
    pub(crate) bytes: u64,
}

/// A part of a file from one border between entries to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ByteRange {
    pub(crate) start: u64,
    pub(crate) end: u64,
    /// How many line ends or rows stand before `start`.
    pub(crate) entries_before: u64,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Key {
    files: Vec<BlockFile>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    range: Option<ByteRange>,
}

/// One file in this many ends a block by the hash of its uri.
const FILES_PER_BLOCK: u64 = 32;

impl Block {
    /// The block that a key describes.
    ///
    /// Looks at no file; one that is gone by now is rejected when it is read.
    ///
    /// # Errors
    /// The JSON error if `key` was not made by [`blocks`].
    pub fn from_key(key: &str) -> Result<Self, serde_json::Error> {
        let Key { files, range } = serde_json::from_str(key)?;
        Ok(Self::new(files, range))
    }

    /// How many files the block reads.
    #[must_use]
    pub fn file_count(&self) -> usize {
        self.files.len()
    }

    /// 64 hex digits that tell the content of the block: uris, bytes as stored, and which part of a file it is. Not
    /// when the files were written, nor in which folder they lie.
    ///
    /// Costs reading the bytes. `None` for stdin, which can be read only once, and where a file cannot be read.
    #[must_use]
    pub fn fingerprint(&self) -> Option<String> {
        let (mut hasher, mut buffer) = (blake3::Hasher::new(), vec![0; 256 * 1024]);
        for file in &self.files {
            let content = digest(&file.path, self.range, &mut buffer)?;
            hasher
                .update(&(file.uri.len() as u64).to_le_bytes())
                .update(file.uri.as_bytes())
                .update(&content);
        }
        if let Some(ByteRange { start, end, entries_before }) = self.range {
            for number in [start, end, entries_before] {
                hasher.update(&number.to_le_bytes());
            }
        }
        Some(hasher.finalize().to_hex().to_string())
    }

    pub(crate) fn files(&self) -> &[BlockFile] {
        &self.files
    }

    pub(crate) fn range(&self) -> Option<ByteRange> {
        self.range
    }

    fn new(files: Vec<BlockFile>, range: Option<ByteRange>) -> Self {
        let mut bytes = files.iter().map(|file| file.bytes).sum();
        let mut uri = files.first().map_or_else(String::new, |file| file.uri.clone());
        if let Some(ByteRange { start, end, .. }) = range {
            bytes = end - start.min(end);
            uri = format!("{uri}#bytes={start}-{end}");
        }
        let key = Key { files, range };
        let text = serde_json::to_string(&key).expect("paths of found files are UTF-8");
        Self { key: text, uri, bytes, files: key.files, range: key.range }
    }
}

/// Cuts files, sorted by uri, into blocks in the same order.
///
/// A block ends after a file when the hash of its uri says so, 32 files on average, so adding or removing
/// a file changes one block and leaves all others as they are. It ends as well before a file with which it would
/// hold more than `block_bytes`; then what follows up to such a hash may change too. A file larger than
/// `block_bytes` is alone.
/// A large uncompressed JSON Lines, CSV or TSV file is cut into ranges of about `block_bytes` at borders
/// between entries; for that it is read once. It stays whole if it is UTF-16, if a quoted CSV value holds
/// a line end, or if it cannot be read. `block_bytes` 0 counts as 1. No files give no blocks.
#[must_use]
pub fn blocks(found: &[Found], block_bytes: u64) -> Vec<Block> {
    blocks_as(found, block_bytes, None)
}

/// [`blocks`] for files that are all of one format, if one is given.
#[must_use]
pub fn blocks_as(found: &[Found], block_bytes: u64, format: Option<Format>) -> Vec<Block> {
    let block_bytes = block_bytes.max(1);
    let mut blocks = Vec::new();
    let mut run: Vec<BlockFile> = Vec::new();
    let mut held = 0;
    for file in found {
        let entry = BlockFile { path: file.path.clone(), uri: file.uri.clone(), bytes: file.bytes };
        if file.bytes > block_bytes || file.path.as_os_str() == "-" {
            flush(&mut run, &mut blocks);
            let format = format.or_else(|| Format::of_name(&file.uri));
            match format.and_then(|format| cut(&file.path, &file.uri, format, block_bytes)) {
                Some(ranges) if ranges.len() > 1 => {
                    blocks
                        .extend(ranges.into_iter().map(|range| Block::new(vec![entry.clone()], Some(range))));
                }
                _ => blocks.push(Block::new(vec![entry], None)),
            }
            continue;
        }
        if run.is_empty() || held + file.bytes > block_bytes {
            flush(&mut run, &mut blocks);
            held = 0;
        }
        run.push(entry);
        held += file.bytes;
        if ends_block(&file.uri) {
            flush(&mut run, &mut blocks);
        }
    }
    flush(&mut run, &mut blocks);
    blocks
}

fn flush(run: &mut Vec<BlockFile>, blocks: &mut Vec<Block>) {
    if !run.is_empty() {
        blocks.push(Block::new(std::mem::take(run), None));
    }
}

fn ends_block(uri: &str) -> bool {
    let hash = blake3::hash(uri.as_bytes());
    let first = hash.as_bytes().first_chunk::<8>().map_or(0, |bytes| u64::from_le_bytes(*bytes));
    first.is_multiple_of(FILES_PER_BLOCK)
}

/// The borders of a file's ranges, or `None` if it must stay whole.
fn cut(path: &Path, uri: &str, format: Format, block_bytes: u64) -> Option<Vec<ByteRange>> {
    let (_, Compression::None) = Compression::split(uri) else { return None };
    let mut scanner = match format {
        Format::Jsonl | Format::Documents => Scanner::lines(),
        Format::Csv => Scanner::new(b','),
        Format::Tsv => Scanner::new(b'\t'),
        _ => return None,
    };
    let mut file = File::open(path).ok()?;
    let mut buffer = vec![0; 256 * 1024];
    let mut ranges = Vec::new();
    let mut range = ByteRange { start: 0, end: 0, entries_before: 0 };
    let (mut at, mut entries) = (0_u64, 0_u64);
    loop {
        let len = file.read(&mut buffer).ok()?;
        let Some(bytes) = buffer.get(..len).filter(|bytes| !bytes.is_empty()) else { break };
        if at == 0 && (bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff])) {
            return None;
        }
        let mut from = 0;
        loop {
            match scanner.entry_end(bytes.get(from..)?) {
                EntryEnd::At(end) => from += end,
                EntryEnd::Beyond => break,
                EntryEnd::QuotedLine => return None,
            }
            entries += 1;
            let border = at + from as u64;
            if border - range.start >= block_bytes {
                range.end = border;
                ranges.push(range);
                range = ByteRange { start: border, end: border, entries_before: entries };
            }
        }
        at += len as u64;
    }
    if at > range.start {
        range.end = at;
        ranges.push(range);
    }
    Some(ranges)
}

/// The digest of a file's bytes, or of those in a range; `None` if they cannot be read.
fn digest(path: &Path, range: Option<ByteRange>, buffer: &mut [u8]) -> Option<[u8; 32]> {
    if path.as_os_str() == "-" {
        return None;
    }
    let mut file = File::open(path).ok()?;
    let mut left = u64::MAX;
    if let Some(ByteRange { start, end, .. }) = range {
        file.seek(SeekFrom::Start(start)).ok()?;
        left = end.saturating_sub(start);
    }
    let mut file = file.take(left);
    let mut hasher = blake3::Hasher::new();
    loop {
        match file.read(buffer).ok()? {
            0 => return Some(*hasher.finalize().as_bytes()),
            len => hasher.update(buffer.get(..len)?),
        };
    }
}

#[cfg(test)]
mod tests;
