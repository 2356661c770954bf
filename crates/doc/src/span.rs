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

impl fmt::Display for Span {
    /// Writes `start..end`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}
