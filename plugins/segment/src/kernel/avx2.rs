//! The kernels for processors with AVX2: 32 bytes a step.
#![expect(
    unsafe_code,
    reason = "measured kernels: loads of 32 bytes, and calls where the processor was asked"
)]

use super::classes::{Arabic, Beyond, Parts, SideParts, is_rare};
use super::{AROUND, BLOCK, ByteSet, Classes, Kernel, Sides, Work};
use std::arch::x86_64::{
    __m256i, _mm_set_epi64x, _mm256_and_si256, _mm256_andnot_si256, _mm256_broadcastsi128_si256,
    _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_min_epu8, _mm256_movemask_epi8, _mm256_or_si256,
    _mm256_set1_epi8, _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_srli_epi16, _mm256_sub_epi8,
    _mm256_xor_si256,
};

const STEP: usize = 32;

fn available() -> bool {
    is_x86_feature_detected!("avx2")
}

/// See [`ByteSet::find`].
#[inline]
pub(super) fn find(set: &ByteSet, bytes: &[u8], at: usize) -> Option<usize> {
    if available() {
        // SAFETY: the processor has AVX2, as was just asked.
        unsafe { find_wide(set, bytes, at) }
    } else {
        set.find_portable(bytes, at)
    }
}

kernel!(Avx2, "avx2,bmi1,bmi2,lzcnt,popcnt", ["avx2" "bmi1" "bmi2" "lzcnt" "popcnt"]);

#[target_feature(enable = "avx2")]
fn load(bytes: &[u8; STEP]) -> __m256i {
    // SAFETY: the reference holds for 32 bytes, and the load needs no alignment.
    unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) }
}

#[target_feature(enable = "avx2")]
fn twice(table: [u8; 16]) -> __m256i {
    _mm256_broadcastsi128_si256(_mm_set_epi64x(
        i64::from_le_bytes([
            table[8], table[9], table[10], table[11], table[12], table[13], table[14], table[15],
        ]),
        i64::from_le_bytes([table[0], table[1], table[2], table[3], table[4], table[5], table[6], table[7]]),
    ))
}

/// See [`ByteSet::mask`].
#[inline]
pub(super) fn mask(set: &ByteSet, block: &[u8; BLOCK]) -> u64 {
    if available() {
        // SAFETY: the processor has AVX2, as was just asked.
        unsafe { mask_wide(set, block) }
    } else {
        set.mask_portable(block)
    }
}

#[target_feature(enable = "avx2")]
fn mask_wide(set: &ByteSet, block: &[u8; BLOCK]) -> u64 {
    let (Some(low), Some(high)) = (block.first_chunk::<STEP>(), block.last_chunk::<STEP>()) else { return 0 };
    !(u64::from(missed(set, load(low))) | u64::from(missed(set, load(high))) << STEP)
}

/// The bytes that are not in the set, a bit for each.
#[inline]
#[target_feature(enable = "avx2")]
fn missed(set: &ByteSet, b: __m256i) -> u32 {
    let bits = twice([1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128]);
    // A shuffle gives 0 for an index with the highest bit set, so each table sees its own half alone.
    let ascii = _mm256_shuffle_epi8(twice(set.halves[0]), b);
    let rest = _mm256_shuffle_epi8(twice(set.halves[1]), _mm256_xor_si256(b, _mm256_set1_epi8(-128)));
    let upper = _mm256_and_si256(_mm256_srli_epi16(b, 4), _mm256_set1_epi8(15));
    let hit = _mm256_and_si256(_mm256_or_si256(ascii, rest), _mm256_shuffle_epi8(bits, upper));
    _mm256_movemask_epi8(_mm256_cmpeq_epi8(hit, _mm256_setzero_si256())) as u32
}

#[target_feature(enable = "avx2")]
fn find_wide(set: &ByteSet, bytes: &[u8], at: usize) -> Option<usize> {
    let mut from = at;
    while let Some(step) = bytes.get(from..).and_then(<[u8]>::first_chunk::<STEP>) {
        let missed = missed(set, load(step));
        if missed != u32::MAX {
            return Some(from + missed.trailing_ones() as usize);
        }
        from += STEP;
    }
    set.find_portable(bytes, from)
}

/// All ones where `low <= b <= high` among ASCII bytes.
#[target_feature(enable = "avx2")]
fn between(b: __m256i, low: u8, high: u8) -> __m256i {
    let from = _mm256_sub_epi8(b, _mm256_set1_epi8(low as i8));
    let width = _mm256_set1_epi8((high - low) as i8);
    _mm256_cmpeq_epi8(_mm256_min_epu8(from, width), from)
}

#[target_feature(enable = "avx2")]
fn spaces(b: __m256i) -> __m256i {
    _mm256_or_si256(_mm256_cmpeq_epi8(b, _mm256_set1_epi8(b' ' as i8)), between(b, 9, 13))
}

#[target_feature(enable = "avx2")]
fn bits(mask: __m256i) -> u64 {
    u64::from(_mm256_movemask_epi8(mask) as u32)
}

static RARE: ByteSet = {
    let mut rare = [false; 256];
    let mut b = 0;
    while b < 256 {
        rare[b] = is_rare(b as u8);
        b += 1;
    }
    ByteSet::new(rare)
};

/// A block in two registers.
#[derive(Clone, Copy)]
struct Pair(__m256i, __m256i);

impl Pair {
    #[inline]
    #[target_feature(enable = "avx2")]
    fn bits(self, is: impl Fn(__m256i) -> __m256i) -> u64 {
        bits(is(self.0)) | bits(is(self.1)) << STEP
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn equal(self, mark: u8) -> u64 {
        self.bits(|b| equal(b, mark))
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn either(self, one: u8, other: u8) -> u64 {
        self.bits(|b| _mm256_or_si256(equal(b, one), equal(b, other)))
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn between(self, low: u8, high: u8) -> u64 {
        self.bits(|b| between(b, low, high))
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn equal(b: __m256i, mark: u8) -> __m256i {
    _mm256_cmpeq_epi8(b, _mm256_set1_epi8(mark as i8))
}

#[inline]
#[target_feature(enable = "avx2")]
fn classes_wide(block: &[u8; BLOCK]) -> Classes {
    let (Some(low), Some(high)) = (block.first_chunk::<STEP>(), block.last_chunk::<STEP>()) else {
        return Classes::default();
    };
    let pair = Pair(load(low), load(high));
    let wide = pair.bits(|b| b);
    Classes {
        space: pair.bits(|b| spaces(b)),
        letter: pair.bits(|b| between(_mm256_or_si256(b, _mm256_set1_epi8(0x20)), b'a', b'z')),
        digit: pair.between(b'0', b'9'),
        rare: !pair.bits(|b| is_not_rare(b)),
        dot: pair.equal(b'.'),
        bang: pair.either(b'!', b'?'),
        comma: pair.equal(b','),
        colon: pair.equal(b':'),
        semicolon: pair.equal(b';'),
        hyphen: pair.equal(b'-'),
        apostrophe: pair.equal(b'\''),
        sign: pair.either(b'$', b'&'),
        closer: pair.either(b'"', b')') | pair.equal(b']'),
        wide,
        beyond: if wide == 0 { Beyond::default() } else { parts(pair).join() },
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn is_not_rare(b: __m256i) -> __m256i {
    let rows = _mm256_shuffle_epi8(twice(RARE.halves[0]), b);
    let row = _mm256_and_si256(_mm256_srli_epi16(b, 4), _mm256_set1_epi8(15));
    let wanted = _mm256_shuffle_epi8(twice([1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0]), row);
    _mm256_cmpeq_epi8(_mm256_and_si256(rows, wanted), _mm256_setzero_si256())
}

#[inline]
#[target_feature(enable = "avx2")]
fn sides_wide(block: &[u8; BLOCK]) -> Sides {
    let (Some(low), Some(high)) = (block.first_chunk::<STEP>(), block.last_chunk::<STEP>()) else {
        return Sides::default();
    };
    let pair = Pair(load(low), load(high));
    let parts = SideParts {
        space: pair.bits(|b| spaces(b)),
        small: pair.between(b'a', b'z'),
        capital: pair.between(b'A', b'Z'),
        digit: pair.between(b'0', b'9'),
        wide: pair.bits(|b| b),
        at: pair.equal(b'@'),
    };
    parts.join()
}

#[inline]
#[target_feature(enable = "avx2")]
fn parts(pair: Pair) -> Parts {
    let eastern = pair.between(0xd0, 0xdb);
    Parts {
        lead: pair.between(0xc3, 0xc8)
            | if eastern == 0 { 0 } else { pair.between(0xd0, 0xd1) | pair.equal(0xda) },
        arabic: if eastern == 0 { Arabic::default() } else { arabic(pair) },
        c3: pair.equal(0xc3),
        times: pair.either(0x97, 0xb7),
        e2: pair.equal(0xe2),
        x80: pair.equal(0x80),
        quote: pair.between(0x9c, 0x9d),
        dash: pair.between(0x93, 0x94),
        apostrophe: pair.equal(0x99),
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn arabic(pair: Pair) -> Arabic {
    Arabic {
        d8: pair.equal(0xd8),
        d9: pair.equal(0xd9),
        db: pair.equal(0xdb),
        to_8a: pair.between(0x80, 0x8a),
        to_93: pair.between(0x80, 0x93),
        from_a0: pair.between(0xa0, 0xbf),
        from_b1: pair.between(0xb1, 0xbf),
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn gaps_wide(around: &[u8; AROUND]) -> u64 {
    gaps_of_half(around, 0) | gaps_of_half(around, STEP) << STEP
}

#[inline]
#[target_feature(enable = "avx2")]
fn gaps_of_half(around: &[u8; AROUND], from: usize) -> u64 {
    let part = |n: usize| around.get(from + n..).and_then(<[u8]>::first_chunk::<STEP>);
    let (Some(before), Some(gap), Some(after), Some(second)) = (part(0), part(1), part(2), part(3)) else {
        return 0;
    };
    let (before, after, second) = (load(before), load(after), load(second));
    let goes_on = _mm256_or_si256(between(before, b'a', b'z'), equal(before, b','));
    let plain = _mm256_and_si256(goes_on, between(after, b'a', b'z'));
    let pair = |one, two| _mm256_and_si256(equal(after, one), equal(second, two));
    let address = _mm256_or_si256(pair(b'h', b't'), pair(b'w', b'w'));
    bits(_mm256_andnot_si256(_mm256_andnot_si256(address, plain), spaces(load(gap))))
}
