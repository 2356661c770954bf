//! Runs of text without white space: the classes of their bytes, and a hash of the word in them.

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

/// The part of a run between its marks.
pub(crate) fn core(run: &[u8]) -> &[u8] {
    let edge = |b: &&u8| matches!(Class::of(**b).0, 4..=13);
    let rest = run.get(run.iter().take_while(edge).count()..).unwrap_or_default();
    rest.get(..rest.len() - rest.iter().rev().take_while(edge).count()).unwrap_or_default()
}

/// The hash of a word in small letters.
#[inline]
pub(crate) fn hash(word: &[u8]) -> u64 {
    let mut hash = word.len() as u64;
    let mut rest = word;
    while let Some((part, tail)) = rest.split_first_chunk() {
        hash = mixed(hash, u64::from_le_bytes(*part));
        rest = tail;
    }
    if !rest.is_empty() {
        hash = mixed(hash, partial(rest));
    }
    hash.wrapping_mul(0xff51_afd7_ed55_8ccd)
}

#[inline]
fn mixed(hash: u64, part: u64) -> u64 {
    // The bit that parts capitals from small letters; other chars that differ in it alone are rare in words.
    let hash = (hash ^ (part | 0x2020_2020_2020_2020)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash ^ hash >> 32
}

/// Fewer than eight bytes as a little-endian number: two reads that overlap instead of a loop.
#[inline]
fn partial(bytes: &[u8]) -> u64 {
    let last = bytes.len().saturating_sub(1);
    if let (Some(low), Some(high)) = (bytes.first_chunk(), bytes.last_chunk()) {
        return u64::from(u32::from_le_bytes(*low))
            | u64::from(u32::from_le_bytes(*high)) << (8 * (last - 3));
    }
    let byte = |at: usize| bytes.get(at).map_or(0, |&b| u64::from(b) << (8 * at));
    byte(0) | byte(last / 2) | byte(last)
}

#[inline]
pub(crate) fn is_space(b: u8) -> bool {
    matches!(b, b' ' | 9..=13)
}
