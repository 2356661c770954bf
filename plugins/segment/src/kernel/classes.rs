//! What the bytes of one block are, a bit for each.

use super::BLOCK;
use crate::chunk::is_space;

/// The classes of 64 bytes as the processor finds them: bit `n` of a mask is byte `n`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Classes {
    /// ASCII white space.
    pub(crate) space: u64,
    /// ASCII letters.
    pub(crate) letter: u64,
    /// ASCII digits.
    pub(crate) digit: u64,
    /// Bytes of [`is_rare`].
    pub(crate) rare: u64,
    /// `.`
    pub(crate) dot: u64,
    /// `!` and `?`
    pub(crate) bang: u64,
    /// `,`
    pub(crate) comma: u64,
    /// `:`
    pub(crate) colon: u64,
    /// `;`
    pub(crate) semicolon: u64,
    /// `-`
    pub(crate) hyphen: u64,
    /// `'`
    pub(crate) apostrophe: u64,
    /// `$` and `&`
    pub(crate) sign: u64,
    /// `"`, `)` and `]`
    pub(crate) closer: u64,
    /// Bytes beyond ASCII.
    pub(crate) wide: u64,
    pub(crate) beyond: Beyond,
}

impl Classes {
    /// Makes white space of all bytes from the one at `len` on, which must be below [`BLOCK`].
    #[inline]
    pub(crate) fn cut(&mut self, len: usize) {
        let kept = !(!0 << len);
        let Self { letter, digit, rare, dot, bang, comma, colon, semicolon, .. } = self;
        [letter, digit, rare, dot, bang, comma, colon, semicolon].into_iter().for_each(|mask| *mask &= kept);
        let Self { hyphen, apostrophe, sign, closer, wide, beyond, .. } = self;
        [hyphen, apostrophe, sign, closer, wide].into_iter().for_each(|mask| *mask &= kept);
        let Beyond { letter, quote, dash, apostrophe } = beyond;
        [letter, quote, dash, apostrophe].into_iter().for_each(|mask| *mask &= kept);
        self.space |= !kept;
    }
}

/// What the bytes beyond ASCII are; all zero in a block without any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Beyond {
    /// The bytes of letters written in two: the Latin ones from U+00C0 to U+023F, Cyrillic from U+0400 to U+047F,
    /// Arabic from U+0620 to U+064A and U+0671 to U+06D3.
    pub(crate) letter: u64,
    /// First bytes of `“` and `”`.
    pub(crate) quote: u64,
    /// First bytes of `–` and `—`.
    pub(crate) dash: u64,
    /// First bytes of `’`.
    pub(crate) apostrophe: u64,
}

/// The single bytes from which [`Beyond`] is made, a bit for each.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Parts {
    /// First bytes of Latin, Cyrillic and some Arabic letters.
    pub(super) lead: u64,
    pub(super) arabic: Arabic,
    /// 0xC3, after which 0x97 and 0xB7 make signs.
    pub(super) c3: u64,
    pub(super) times: u64,
    /// 0xE2 and 0x80, with which general punctuation begins.
    pub(super) e2: u64,
    pub(super) x80: u64,
    /// The last bytes of quotation marks, of dashes and of the apostrophe.
    pub(super) quote: u64,
    pub(super) dash: u64,
    pub(super) apostrophe: u64,
}

/// First and second bytes of those Arabic letters whose neighbours in the code are none.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Arabic {
    pub(super) d8: u64,
    pub(super) d9: u64,
    pub(super) db: u64,
    /// Second bytes from 0x80 to 0x8A and to 0x93, from 0xA0 and from 0xB1.
    pub(super) to_8a: u64,
    pub(super) to_93: u64,
    pub(super) from_a0: u64,
    pub(super) from_b1: u64,
}

impl Arabic {
    /// The first bytes of letters.
    #[inline]
    fn lead(self) -> u64 {
        let second = self.to_8a | self.from_b1;
        self.d8 & self.from_a0 >> 1 | self.d9 & second >> 1 | self.db & self.to_93 >> 1
    }
}

impl Parts {
    #[inline]
    pub(super) fn join(self) -> Beyond {
        let lead = self.lead & !(self.c3 & self.times >> 1) | self.arabic.lead();
        let general = self.e2 & self.x80 >> 1;
        Beyond {
            letter: lead | lead << 1,
            quote: general & self.quote >> 2,
            dash: general & self.dash >> 2,
            apostrophe: general & self.apostrophe >> 2,
        }
    }
}

/// True for marks of addresses and for those that come in runs of one token.
pub(super) const fn is_rare(b: u8) -> bool {
    matches!(b, b'@' | b'/' | b'`' | b'_' | b'#' | b'=' | b'*' | b'~' | b'+' | b'<' | b'>')
}

/// The classes of a block, byte by byte.
pub(crate) fn classes_portable(block: &[u8; BLOCK]) -> Classes {
    let mut out = Classes::default();
    let mut parts = Parts::default();
    for (i, &b) in block.iter().enumerate() {
        let bit = |is: bool| u64::from(is) << i;
        out.space |= bit(is_space(b));
        out.letter |= bit(b.is_ascii_alphabetic());
        out.digit |= bit(b.is_ascii_digit());
        out.rare |= bit(is_rare(b));
        out.dot |= bit(b == b'.');
        out.bang |= bit(matches!(b, b'!' | b'?'));
        out.comma |= bit(b == b',');
        out.colon |= bit(b == b':');
        out.semicolon |= bit(b == b';');
        out.hyphen |= bit(b == b'-');
        out.apostrophe |= bit(b == b'\'');
        out.sign |= bit(matches!(b, b'$' | b'&'));
        out.closer |= bit(matches!(b, b'"' | b')' | b']'));
        out.wide |= bit(!b.is_ascii());
        parts.lead |= bit(matches!(b, 0xc3..=0xc8 | 0xd0..=0xd1 | 0xda));
        let arabic = &mut parts.arabic;
        arabic.d8 |= bit(b == 0xd8);
        arabic.d9 |= bit(b == 0xd9);
        arabic.db |= bit(b == 0xdb);
        arabic.to_8a |= bit(matches!(b, 0x80..=0x8a));
        arabic.to_93 |= bit(matches!(b, 0x80..=0x93));
        arabic.from_a0 |= bit(matches!(b, 0xa0..=0xbf));
        arabic.from_b1 |= bit(matches!(b, 0xb1..=0xbf));
        parts.c3 |= bit(b == 0xc3);
        parts.times |= bit(matches!(b, 0x97 | 0xb7));
        parts.e2 |= bit(b == 0xe2);
        parts.x80 |= bit(b == 0x80);
        parts.quote |= bit(matches!(b, 0x9c | 0x9d));
        parts.dash |= bit(matches!(b, 0x93 | 0x94));
        parts.apostrophe |= bit(b == 0x99);
    }
    out.beyond = parts.join();
    out
}

/// What the bytes of one block are, as far as the runs beside a gap are concerned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sides {
    /// ASCII white space.
    pub(crate) space: u64,
    /// ASCII letters.
    pub(crate) small: u64,
    pub(crate) capital: u64,
    /// Marks that belong to no word.
    pub(crate) edge: u64,
    /// Bytes after one of the same class, where that class counts once in a row.
    pub(crate) same: u64,
}

/// The single classes from which [`Sides`] is made.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SideParts {
    pub(super) space: u64,
    pub(super) small: u64,
    pub(super) capital: u64,
    pub(super) digit: u64,
    pub(super) wide: u64,
    /// `@`
    pub(super) at: u64,
}

impl SideParts {
    #[inline]
    pub(super) fn join(self) -> Sides {
        let Self { space, small, capital, digit, wide, at } = self;
        let again = |class: u64| class & class << 1;
        Sides {
            space,
            small,
            capital,
            edge: !(space | small | capital | digit | wide | at),
            same: again(small) | again(capital) | again(digit) | again(wide),
        }
    }
}

/// The sides of a block, byte by byte.
pub(crate) fn sides_portable(block: &[u8; BLOCK]) -> Sides {
    let mut parts = SideParts::default();
    for (i, &b) in block.iter().enumerate() {
        let bit = |is: bool| u64::from(is) << i;
        parts.space |= bit(is_space(b));
        parts.small |= bit(b.is_ascii_lowercase());
        parts.capital |= bit(b.is_ascii_uppercase());
        parts.digit |= bit(b.is_ascii_digit());
        parts.wide |= bit(!b.is_ascii());
        parts.at |= bit(b == b'@');
    }
    parts.join()
}
