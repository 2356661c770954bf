//! Turns bytes of unknown encoding into text.

use std::io::{self, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Text and how it was come by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decoded {
    pub(crate) text: String,
    /// The name of the encoding unless it is UTF-8.
    pub(crate) encoding: Option<&'static str>,
    /// How many malformed sequences became U+FFFD.
    pub(crate) replaced: usize,
}

/// No more bytes than this are looked at to guess an encoding.
const GUESS_BYTES: usize = 1 << 20;

/// Decodes a whole file or value; never fails.
///
/// A byte order mark decides and is taken off; else valid UTF-8 is UTF-8. Otherwise the text is UTF-8 with
/// faults if most of its sequences beyond ASCII are valid, else in the encoding `named` by the source if it
/// is known, else in the one guessed. NULs are kept.
pub(crate) fn decode(bytes: Vec<u8>, named: Option<&str>) -> Decoded {
    if let Some((encoding, mark)) = Encoding::for_bom(&bytes) {
        let rest = bytes.get(mark..).unwrap_or_default();
        return if encoding == UTF_8 { lossy(rest) } else { by(encoding, rest) };
    }
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return Decoded { text, encoding: None, replaced: 0 },
        Err(error) => error.into_bytes(),
    };
    let (valid, invalid) = sequences(&bytes);
    if valid > 0 && valid >= invalid {
        return lossy(&bytes);
    }
    let named = named.and_then(|label| Encoding::for_label(label.trim().as_bytes()));
    by(named.filter(|encoding| *encoding != UTF_8).unwrap_or_else(|| guess(&bytes)), &bytes)
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let first = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(0);
    let from = first.saturating_sub(64);
    let sample = bytes.get(from..bytes.len().min(from + GUESS_BYTES)).unwrap_or(bytes);
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, sample.len() == bytes.len() - from);
    detector.guess(None, Utf8Detection::Deny)
}

fn by(encoding: &'static Encoding, bytes: &[u8]) -> Decoded {
    let (text, faults) = encoding.decode_without_bom_handling(bytes);
    let replaced = if faults { text.matches('\u{fffd}').count() } else { 0 };
    Decoded { text: text.into_owned(), encoding: Some(encoding.name()), replaced }
}

/// UTF-8 whose malformed sequences become U+FFFD; those that were there before do not count.
fn lossy(bytes: &[u8]) -> Decoded {
    let mut text = String::with_capacity(bytes.len());
    let mut replaced = 0;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            text.push('\u{fffd}');
            replaced += 1;
        }
    }
    Decoded { text, encoding: None, replaced }
}

/// Counts the valid sequences of several bytes and the malformed ones.
fn sequences(bytes: &[u8]) -> (usize, usize) {
    bytes.utf8_chunks().fold((0, 0), |(valid, invalid), chunk| {
        let beyond = chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        (valid + beyond, invalid + usize::from(!chunk.invalid().is_empty()))
    })
}

/// A stream of UTF-16 read as UTF-8.
pub(crate) struct Utf16Reader<R> {
    inner: R,
    decoder: Decoder,
    raw: Vec<u8>,
    /// Bytes of `raw` that are not decoded yet.
    pending: std::ops::Range<usize>,
    out: Vec<u8>,
    taken: usize,
    ended: bool,
}

impl<R: Read> Utf16Reader<R> {
    /// Reads what follows a byte order mark of the given byte order.
    pub(crate) fn new(inner: R, big_endian: bool) -> Self {
        let encoding = if big_endian { UTF_16BE } else { UTF_16LE };
        Self {
            inner,
            decoder: encoding.new_decoder_without_bom_handling(),
            raw: vec![0; 16 * 1024],
            pending: 0..0,
            out: Vec::new(),
            taken: 0,
            ended: false,
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        self.out.clear();
        self.out.resize(64 * 1024, 0);
        self.taken = 0;
        let mut written = 0;
        while written == 0 && !self.ended {
            if self.pending.is_empty() {
                let len = self.inner.read(&mut self.raw)?;
                self.pending = 0..len;
                self.ended = len == 0;
            }
            let source = self.raw.get(self.pending.clone()).unwrap_or_default();
            let (result, read, wrote, _) = self.decoder.decode_to_utf8(source, &mut self.out, self.ended);
            self.pending.start += read;
            written = wrote;
            if self.ended && result == CoderResult::OutputFull {
                self.ended = false;
            }
        }
        self.out.truncate(written);
        Ok(())
    }
}

impl<R: Read> Read for Utf16Reader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.out.len() && !self.ended {
            self.refill()?;
        }
        let rest = self.out.get(self.taken..).unwrap_or_default();
        let len = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..len), rest.get(..len)) {
            to.copy_from_slice(from);
        }
        self.taken += len;
        Ok(len)
    }
}

#[cfg(test)]
mod tests;
