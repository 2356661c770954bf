//! Opens files, decompresses them and reads them within limits.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;

use crate::blocks::ByteRange;
use crate::decode::Utf16Reader;
use crate::format::Compression;

/// An open file, decompressed.
pub(crate) type Source = Box<dyn BufRead + Send>;

/// A stream that failed, in the words of a rejection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

/// More than this out of one byte in is an attack, not an article: prose compresses up to about tenfold.
const MAX_RATIO: u64 = 250;

/// Below this size of output no ratio is too high.
const FREE_BYTES: u64 = 64 << 20;

impl Fault {
    /// Describes an error of reading; a compressed stream that ends early is `truncated`.
    pub(crate) fn of(error: &io::Error) -> Self {
        let code = match error.kind() {
            io::ErrorKind::UnexpectedEof => "truncated",
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => "corrupt",
            io::ErrorKind::QuotaExceeded => "ratio",
            _ => "unreadable",
        };
        Self { code, message: error.to_string() }
    }

    pub(crate) fn bad_json(error: &serde_json::Error) -> Self {
        Self { code: "bad_json", message: error.to_string() }
    }

    pub(crate) fn too_large(limit: u64) -> Self {
        Self { code: "too_large", message: format!("larger than {}", limit_words(limit)) }
    }
}

/// A limit as the option that sets it would be written, where it is one.
fn limit_words(limit: u64) -> String {
    if limit.is_multiple_of(1 << 20) {
        format!("max_document_mib = {}", limit >> 20)
    } else {
        format!("the limit of {limit} bytes")
    }
}

/// Opens a file and undoes the compression that its name promises; `-` is standard input.
pub(crate) fn open(path: &Path, uri: &str) -> io::Result<Source> {
    let raw: Box<dyn Read + Send> =
        if path.as_os_str() == "-" { Box::new(io::stdin()) } else { Box::new(File::open(path)?) };
    decompress(raw, Compression::split(uri).1)
}

/// Opens a part of an uncompressed file.
pub(crate) fn open_range(path: &Path, range: ByteRange) -> io::Result<Source> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(range.start))?;
    Ok(Box::new(BufReader::new(file.take(range.end.saturating_sub(range.start)))))
}

/// Undoes a compression.
pub(crate) fn decompress(raw: Box<dyn Read + Send>, compression: Compression) -> io::Result<Source> {
    let taken = Arc::new(AtomicU64::new(0));
    let metered = Metered { inner: raw, taken: taken.clone() };
    let inner: Box<dyn Read + Send> = match compression {
        Compression::None => return Ok(Box::new(BufReader::with_capacity(64 * 1024, metered))),
        Compression::Gzip => Box::new(MultiGzDecoder::new(BufReader::new(metered))),
        Compression::Zstd => Box::new(zstd::stream::read::Decoder::new(metered)?),
    };
    Ok(Box::new(BufReader::with_capacity(64 * 1024, Ratio { inner, taken, given: 0 })))
}

/// Counts the bytes that are read through it.
struct Metered {
    inner: Box<dyn Read + Send>,
    taken: Arc<AtomicU64>,
}

impl Read for Metered {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let len = self.inner.read(buffer)?;
        self.taken.fetch_add(len as u64, Ordering::Relaxed);
        Ok(len)
    }
}

/// Fails when far more comes out of a decompressor than goes in.
struct Ratio {
    inner: Box<dyn Read + Send>,
    taken: Arc<AtomicU64>,
    given: u64,
}

impl Read for Ratio {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let len = self.inner.read(buffer).map_err(corrupt)?;
        self.given += len as u64;
        if self.given > FREE_BYTES && self.given / MAX_RATIO > self.taken.load(Ordering::Relaxed) {
            let message = format!("decompresses to more than {MAX_RATIO} times its size");
            return Err(io::Error::new(io::ErrorKind::QuotaExceeded, message));
        }
        Ok(len)
    }
}

/// What a decompressor finds wrong with its input; zstd gives it no kind of its own.
fn corrupt(error: io::Error) -> io::Error {
    let is_of_system = error.raw_os_error().is_some();
    if error.kind() == io::ErrorKind::Other && !is_of_system {
        io::Error::new(io::ErrorKind::InvalidData, error)
    } else {
        error
    }
}

/// Reads a stream to its end: the bytes, and the fault that stopped it if there is one.
///
/// More than `limit` bytes are a fault and no bytes are given; at most one more byte than that is held.
pub(crate) fn read_whole(reader: &mut dyn BufRead, limit: u64) -> (Vec<u8>, Option<Fault>) {
    let mut bytes = Vec::new();
    match reader.take(limit.saturating_add(1)).read_to_end(&mut bytes) {
        Ok(len) if len as u64 > limit => (Vec::new(), Some(Fault::too_large(limit))),
        Ok(_) => (bytes, None),
        Err(error) => (bytes, Some(Fault::of(&error))),
    }
}

/// Takes a byte order mark off a stream of lines and makes UTF-16 UTF-8; gives the encoding unless UTF-8.
pub(crate) fn as_utf8(mut reader: Source) -> io::Result<(Source, Option<&'static str>)> {
    let start = reader.fill_buf()?;
    let big_endian = match start {
        [0xff, 0xfe, ..] => false,
        [0xfe, 0xff, ..] => true,
        [0xef, 0xbb, 0xbf, ..] => {
            reader.consume(3);
            return Ok((reader, None));
        }
        _ => return Ok((reader, None)),
    };
    reader.consume(2);
    let name = if big_endian { "UTF-16BE" } else { "UTF-16LE" };
    Ok((Box::new(BufReader::new(Utf16Reader::new(reader, big_endian))), Some(name)))
}

/// What became of an attempt to read a line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// The buffer holds the line without its end.
    Whole,
    /// The line is longer than the limit; it was passed over.
    TooLong,
    /// The stream failed in this line.
    Failed(Fault),
    /// There is no further line.
    End,
}

/// Reads the next line into `buffer`, which never holds more than `limit` bytes.
pub(crate) fn read_line(reader: &mut dyn BufRead, buffer: &mut Vec<u8>, limit: u64) -> Line {
    buffer.clear();
    let (mut any, mut too_long) = (false, false);
    loop {
        let available = match reader.fill_buf() {
            Ok(available) => available,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Line::Failed(Fault::of(&error)),
        };
        let end = memchr::memchr(b'\n', available);
        let part = available.get(..end.unwrap_or(available.len())).unwrap_or_default();
        let at_end = available.is_empty();
        any |= !at_end;
        too_long |= buffer.len() as u64 + part.len() as u64 > limit;
        if too_long {
            buffer.clear();
        } else {
            buffer.extend_from_slice(part);
        }
        let used = part.len() + usize::from(end.is_some());
        reader.consume(used);
        if end.is_some() || at_end {
            break;
        }
    }
    match (any, too_long) {
        (false, _) => Line::End,
        (_, true) => Line::TooLong,
        _ => {
            if buffer.last() == Some(&b'\r') {
                buffer.pop();
            }
            Line::Whole
        }
    }
}

#[cfg(test)]
mod tests;
