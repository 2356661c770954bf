//! The half-open byte range that every annotation carries.

use std::fmt;

/// A half-open byte range `[start, end)` of a document's text, on char boundaries.
///
/// The only ways to make one are [`Span::new`], which checks it against the text, and [`Span::cover`],
/// which joins two that were checked; reading one back with [`Span::of`] never panics. Offsets are bytes;
/// a document is far below 4 GiB, so `u32` suffices.
///
/// ```
/// use docmill_doc::Span;
/// let text = "ISLAMABAD: Größe";
/// let place = Span::new(text, 0, 9).expect("on char boundaries");
/// assert_eq!(place.of(text), "ISLAMABAD");
/// assert!(Span::new(text, 0, 14).is_none(), "14 is inside the ö");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// The span `[start, end)` of `text`, or `None` when it is reversed, outside the text or cuts a char.
    #[must_use]
    #[inline]
    pub fn new(text: &str, start: usize, end: usize) -> Option<Self> {
        let whole = text.get(start..end).is_some() && u32::try_from(end).is_ok();
        whole.then_some(Self { start: start as u32, end: end as u32 })
    }

    /// Appends the spans whose first bytes are set in `starts` and whose ends, the bytes after their last ones, are
    /// set in `ends`; bit `n` stands for byte `at + n` of `text`.
    ///
    /// For kernels that find boundaries 64 bytes at a time. The first start belongs to the first end, and so
    /// on; what has no partner, is outside the text or cuts a char is left out, what is reversed becomes empty.
    /// Costs a few instructions for each span.
    ///
    /// ```
    /// use docmill_doc::Span;
    /// let (text, mut words) = ("a few words", Vec::new());
    /// Span::extend_from_masks(text, 0, 0b100_0101, 0b1000_0010_0010, &mut words);
    /// let words: Vec<&str> = words.iter().map(|word| word.of(text)).collect();
    /// assert_eq!(words, ["a", "few", "words"]);
    /// ```
    #[inline]
    pub fn extend_from_masks(text: &str, at: usize, starts: u64, ends: u64, out: &mut Vec<Self>) {
        let window = text.as_bytes().get(at..).and_then(<[u8]>::first_chunk);
        let Some(window) = window.filter(|window: &&[u8; 64]| u32::try_from(at + window.len()).is_ok())
        else {
            return out.extend(
                pairs(starts, ends).filter_map(|(start, end)| Self::new(text, at + start, at + end)),
            );
        };
        let from = out.len();
        out.resize(from + starts.count_ones().min(ends.count_ones()) as usize, Self { start: 0, end: 0 });
        // No branch for each span: a span that cuts a char is rare, and found afterwards.
        let (mut cuts, mut rest) = (false, (starts, ends));
        for slot in &mut out[from..] {
            let (start, end) = next_pair(&mut rest);
            cuts |= is_inner(window[start]) | is_inner(window[end]);
            *slot = Self { start: (at + start) as u32, end: (at + end) as u32 };
        }
        if cuts {
            out.truncate(from);
            out.extend(pairs(starts, ends).filter_map(|(start, end)| Self::new(text, at + start, at + end)));
        }
    }

    /// The smallest span that covers both; both must be of one text.
    #[must_use]
    pub fn cover(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The first byte's offset.
    #[must_use]
    #[inline]
    pub fn start(self) -> usize {
        self.start as usize
    }

    /// The offset after the last byte.
    #[must_use]
    #[inline]
    pub fn end(self) -> usize {
        self.end as usize
    }

    /// Length in bytes.
    #[must_use]
    #[inline]
    pub fn len(self) -> usize {
        self.end as usize - self.start as usize
    }

    /// True when the span holds no byte.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The piece of `text` the span names; empty when `text` is not the text the span was made from
    /// and does not reach so far.
    #[must_use]
    #[inline]
    pub fn of(self, text: &str) -> &str {
        text.get(self.start()..self.end()).unwrap_or_default()
    }

    /// True when every byte of `other` is a byte of this span.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// True when the two share at least one byte.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// The bits of two masks, the first with the first; a bit below its partner is raised to it.
fn pairs(starts: u64, ends: u64) -> impl Iterator<Item = (usize, usize)> {
    let mut rest = (starts, ends);
    (0..starts.count_ones().min(ends.count_ones())).map(move |_| next_pair(&mut rest))
}

/// Takes the lowest bit of each mask, of which neither may be 0.
#[inline]
fn next_pair((starts, ends): &mut (u64, u64)) -> (usize, usize) {
    let (start, end) = (starts.trailing_zeros() as usize % 64, ends.trailing_zeros() as usize % 64);
    *starts &= starts.wrapping_sub(1);
    *ends &= ends.wrapping_sub(1);
    (start, end.max(start))
}

/// True for a byte within a char.
#[inline]
fn is_inner(byte: u8) -> bool {
    byte & 0xc0 == 0x80
}

impl fmt::Display for Span {
    /// Writes `start..end`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

#[cfg(test)]
mod tests;
