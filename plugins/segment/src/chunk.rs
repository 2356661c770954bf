//! Runs of text without white space as the learned score sees them: hash, shape, case.

/// Longer runs are cut to this many bytes on the side away from the gap, which bounds the work for each.
const REACH: usize = 40;

/// The class of a byte, in four bits; 0 stands for no byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Class(pub(crate) u8);

impl Class {
    pub(crate) const SMALL: Self = Self(1);
    pub(crate) const CAPITAL: Self = Self(2);
    pub(crate) const DIGIT: Self = Self(3);
    const DOT: Self = Self(4);
    const MARK: Self = Self(5);
    pub(crate) const COMMA: Self = Self(7);
    const COLON: Self = Self(8);
    const DASH: Self = Self(9);
    pub(crate) const QUOTE: Self = Self(10);
    const OPEN: Self = Self(11);
    pub(crate) const CLOSE: Self = Self(12);
    const SIGN: Self = Self(13);
    const AT: Self = Self(14);
    const WIDE: Self = Self(15);

    #[inline]
    pub(crate) fn of(b: u8) -> Self {
        CLASSES[usize::from(b)]
    }
}

static CLASSES: [Class; 256] = {
    let mut table = [Class::SIGN; 256];
    let mut b = 0;
    while b < 256 {
        table[b] = match b as u8 {
            b'a'..=b'z' => Class::SMALL,
            b'A'..=b'Z' => Class::CAPITAL,
            b'0'..=b'9' => Class::DIGIT,
            b'.' => Class::DOT,
            b'!' => Class::MARK,
            b'?' => Class(6),
            b',' => Class::COMMA,
            b':' | b';' => Class::COLON,
            b'-' => Class::DASH,
            b'"' | b'\'' | b'`' => Class::QUOTE,
            b'(' | b'[' | b'{' => Class::OPEN,
            b')' | b']' | b'}' => Class::CLOSE,
            b'@' => Class::AT,
            0x80.. => Class::WIDE,
            _ => Class::SIGN,
        };
        b += 1;
    }
    table
};

/// One run without white space, or none past a paragraph's border.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Chunk<'a> {
    pub(crate) bytes: &'a [u8],
    /// Hash of the bytes between its marks, in small letters.
    pub(crate) word: u64,
    /// Number of bytes between its marks.
    pub(crate) len: usize,
    /// The bytes between its marks.
    pub(crate) core: &'a [u8],
    /// The classes of its first eight bytes, runs of letters and digits once, the first in the lowest bits.
    pub(crate) shape: u64,
    /// The same of its last eight bytes, the last in the lowest bits.
    pub(crate) tail: u64,
}

impl<'a> Chunk<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        let edge = |b: &&u8| matches!(Class::of(**b).0, 4..=13);
        let from = bytes.iter().take_while(edge).count();
        let rest = bytes.get(from..).unwrap_or_default();
        let until = rest.len() - rest.iter().rev().take_while(edge).count();
        let core = rest.get(..until).unwrap_or_default();
        Self {
            bytes,
            word: hash(core),
            len: core.len(),
            core,
            shape: shape(bytes.iter()),
            tail: shape(bytes.iter().rev()),
        }
    }

    #[inline]
    pub(crate) fn first(&self) -> u64 {
        self.bytes.first().map_or(0, |&b| u64::from(Class::of(b).0))
    }

    #[inline]
    pub(crate) fn last(&self) -> u64 {
        self.bytes.last().map_or(0, |&b| u64::from(Class::of(b).0))
    }
}

/// The hash of a word in small letters.
pub(crate) fn hash(word: &[u8]) -> u64 {
    let mut hash = word.len() as u64;
    let mut rest = word;
    while let Some((part, tail)) = rest.split_first_chunk() {
        hash = mixed(hash, u64::from_le_bytes(*part));
        rest = tail;
    }
    if !rest.is_empty() {
        hash = mixed(hash, rest.iter().fold(0, |part, &b| part << 8 | u64::from(b)));
    }
    hash.wrapping_mul(0xff51_afd7_ed55_8ccd)
}

#[inline]
fn mixed(hash: u64, part: u64) -> u64 {
    // The bit that parts capitals from small letters; other chars that differ in it alone are rare in words.
    let hash = (hash ^ (part | 0x2020_2020_2020_2020)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash ^ hash >> 32
}

fn shape<'a>(bytes: impl Iterator<Item = &'a u8>) -> u64 {
    let (mut shape, mut shift, mut before) = (0, 0, 0);
    for &b in bytes.take(8) {
        let class = Class::of(b).0;
        if class == before && matches!(class, 1..=3 | 15) {
            continue;
        }
        before = class;
        shape |= u64::from(class) << shift;
        shift += 4;
    }
    shape
}

/// The run that ends at `end`, not before `start`.
pub(crate) fn chunk_before(bytes: &[u8], start: usize, end: usize) -> Chunk<'_> {
    let from = start.max(end.saturating_sub(REACH));
    let window = bytes.get(from..end).unwrap_or_default();
    let width = window.iter().rev().take_while(|&&b| !is_space(b)).count();
    Chunk::new(window.get(window.len() - width..).unwrap_or_default())
}

/// The run that starts at `start`, not past `end`.
pub(crate) fn chunk_at(bytes: &[u8], start: usize, end: usize) -> Chunk<'_> {
    let window = bytes.get(start..end.min(start + REACH)).unwrap_or_default();
    let width = window.iter().take_while(|&&b| !is_space(b)).count();
    Chunk::new(window.get(..width).unwrap_or_default())
}

#[inline]
pub(crate) fn is_space(b: u8) -> bool {
    matches!(b, b' ' | 9..=13)
}
