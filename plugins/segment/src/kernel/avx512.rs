//! The kernels for processors with AVX-512: a block a step, and masks without a detour.
#![expect(
    unsafe_code,
    reason = "measured kernels: loads of 64 bytes, and calls where the processor was asked"
)]

use super::classes::{Arabic, Beyond, Parts, SideParts};
use super::{AROUND, BLOCK, Classes, Kernel, Sides, Work};
use std::arch::x86_64::{
    __m512i, _mm512_cmpeq_epi8_mask, _mm512_cmple_epu8_mask, _mm512_loadu_si512, _mm512_movepi8_mask,
    _mm512_or_si512, _mm512_set1_epi8, _mm512_sub_epi8,
};

kernel!(Avx512, "avx512f,avx512bw,bmi1,bmi2,lzcnt,popcnt", ["avx512f" "avx512bw" "bmi1" "bmi2" "lzcnt" "popcnt"]);

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn load(block: &[u8; BLOCK]) -> __m512i {
    // SAFETY: the reference holds for 64 bytes, and the load needs no alignment.
    unsafe { _mm512_loadu_si512(block.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn equal(b: __m512i, mark: u8) -> u64 {
    _mm512_cmpeq_epi8_mask(b, _mm512_set1_epi8(mark as i8))
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn between(b: __m512i, low: u8, high: u8) -> u64 {
    let from = _mm512_sub_epi8(b, _mm512_set1_epi8(low as i8));
    _mm512_cmple_epu8_mask(from, _mm512_set1_epi8((high - low) as i8))
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn classes_wide(block: &[u8; BLOCK]) -> Classes {
    let b = load(block);
    let wide = _mm512_movepi8_mask(b);
    Classes {
        space: equal(b, b' ') | between(b, 9, 13),
        letter: between(_mm512_or_si512(b, _mm512_set1_epi8(0x20)), b'a', b'z'),
        digit: between(b, b'0', b'9'),
        rare: rare(b),
        dot: equal(b, b'.'),
        bang: equal(b, b'!') | equal(b, b'?'),
        comma: equal(b, b','),
        colon: equal(b, b':'),
        semicolon: equal(b, b';'),
        hyphen: equal(b, b'-'),
        apostrophe: equal(b, b'\''),
        sign: equal(b, b'$') | equal(b, b'&'),
        closer: equal(b, b'"') | equal(b, b')') | equal(b, b']'),
        wide,
        beyond: if wide == 0 { Beyond::default() } else { parts(b).join() },
    }
}

/// The bytes of [`is_rare`](super::classes::is_rare).
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn rare(b: __m512i) -> u64 {
    between(b, b'*', b'+')
        | between(b, b'<', b'>')
        | between(b, b'_', b'`')
        | equal(b, b'#')
        | equal(b, b'/')
        | equal(b, b'@')
        | equal(b, b'~')
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn parts(b: __m512i) -> Parts {
    let eastern = between(b, 0xd0, 0xdb);
    Parts {
        lead: between(b, 0xc3, 0xc8) | between(b, 0xd0, 0xd1) | equal(b, 0xda),
        arabic: if eastern == 0 { Arabic::default() } else { arabic(b) },
        c3: equal(b, 0xc3),
        times: equal(b, 0x97) | equal(b, 0xb7),
        e2: equal(b, 0xe2),
        x80: equal(b, 0x80),
        quote: between(b, 0x9c, 0x9d),
        dash: between(b, 0x93, 0x94),
        apostrophe: equal(b, 0x99),
    }
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn arabic(b: __m512i) -> Arabic {
    Arabic {
        d8: equal(b, 0xd8),
        d9: equal(b, 0xd9),
        db: equal(b, 0xdb),
        to_8a: between(b, 0x80, 0x8a),
        to_93: between(b, 0x80, 0x93),
        from_a0: between(b, 0xa0, 0xbf),
        from_b1: between(b, 0xb1, 0xbf),
    }
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn sides_wide(block: &[u8; BLOCK]) -> Sides {
    let b = load(block);
    let parts = SideParts {
        space: equal(b, b' ') | between(b, 9, 13),
        small: between(b, b'a', b'z'),
        capital: between(b, b'A', b'Z'),
        digit: between(b, b'0', b'9'),
        wide: _mm512_movepi8_mask(b),
        at: equal(b, b'@'),
    };
    parts.join()
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn gaps_wide(around: &[u8; AROUND]) -> u64 {
    let part = |n: usize| around.get(n..).and_then(<[u8]>::first_chunk);
    let (Some(before), Some(gap), Some(after), Some(second)) = (part(0), part(1), part(2), part(3)) else {
        return 0;
    };
    let (before, gap, after, second) = (load(before), load(gap), load(after), load(second));
    let plain = (between(before, b'a', b'z') | equal(before, b',')) & between(after, b'a', b'z');
    let pair = |one, two| equal(after, one) & equal(second, two);
    let address = pair(b'h', b't') | pair(b'w', b'w');
    (equal(gap, b' ') | between(gap, 9, 13)) & (address | !plain)
}
