//! Output files that may be compressed, by the suffix of their names.

use flate2::GzBuilder;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::Path;

/// Bytes that a compressor gets at a time: as many as the `export` stage gives it, for the size may show in what
/// comes out.
const CHUNK: usize = 256 << 10;

/// A name without the suffix of its compression, and whether it has one.
pub(crate) fn unpacked_name(name: &str) -> (String, bool) {
    let lower = name.to_ascii_lowercase();
    let stem = lower.strip_suffix(".gz").or_else(|| lower.strip_suffix(".zst"));
    (stem.unwrap_or(&lower).to_owned(), stem.is_some())
}

/// Opens a file and unpacks what it holds.
pub(crate) fn open(path: &Path) -> io::Result<Box<dyn Read>> {
    let file = BufReader::with_capacity(CHUNK, File::open(path)?);
    Ok(match suffix(path).as_str() {
        "gz" => Box::new(MultiGzDecoder::new(file)),
        "zst" => Box::new(zstd::Decoder::new(file)?),
        _ => Box::new(file),
    })
}

/// Packs what is written as the `export` stage does: the same content gives the same bytes.
pub(crate) struct Packer<W: Write> {
    pending: Vec<u8>,
    inner: Inner<W>,
}

enum Inner<W: Write> {
    Plain(W),
    Gzip(GzEncoder<W>),
    Zstd(zstd::Encoder<'static, W>),
}

impl<W: Write> Packer<W> {
    /// Packs as the name of the file says.
    pub(crate) fn new(path: &Path, out: W) -> io::Result<Self> {
        let inner = match suffix(path).as_str() {
            "gz" => Inner::Gzip(GzBuilder::new().mtime(0).write(out, flate2::Compression::default())),
            "zst" => {
                let mut encoder = zstd::Encoder::new(out, zstd::DEFAULT_COMPRESSION_LEVEL)?;
                encoder.include_checksum(true)?;
                Inner::Zstd(encoder)
            }
            _ => Inner::Plain(out),
        };
        Ok(Self { pending: Vec::with_capacity(CHUNK), inner })
    }

    /// Ends the stream and gives back what it was written to.
    pub(crate) fn finish(mut self) -> io::Result<W> {
        self.hand_on()?;
        match self.inner {
            Inner::Plain(out) => Ok(out),
            Inner::Gzip(encoder) => encoder.finish(),
            Inner::Zstd(encoder) => encoder.finish(),
        }
    }

    fn hand_on(&mut self) -> io::Result<()> {
        match &mut self.inner {
            Inner::Plain(out) => out.write_all(&self.pending)?,
            Inner::Gzip(encoder) => encoder.write_all(&self.pending)?,
            Inner::Zstd(encoder) => encoder.write_all(&self.pending)?,
        }
        self.pending.clear();
        Ok(())
    }
}

impl<W: Write> Write for Packer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = CHUNK - self.pending.len();
        let (taken, _) = bytes.split_at(room.min(bytes.len()));
        self.pending.extend_from_slice(taken);
        if self.pending.len() == CHUNK {
            self.hand_on()?;
        }
        Ok(taken.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn suffix(path: &Path) -> String {
    path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase()
}
