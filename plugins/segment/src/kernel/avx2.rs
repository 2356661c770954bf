//! The kernels for processors with AVX2: 32 bytes a step.
#![expect(
    unsafe_code,
    reason = "measured kernels: loads of 32 bytes, and calls where the processor was asked"
)]

use super::{BLOCK, ByteSet, Masks};
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

/// See [`super::masks`].
pub(super) fn masks(bytes: &[u8], out: &mut [Masks]) {
    if available() {
        // SAFETY: the processor has AVX2, as was just asked.
        unsafe { masks_wide(bytes, out) }
    } else {
        super::masks_portable(bytes, out);
    }
}

/// See [`super::find_gap`].
#[inline]
pub(super) fn find_gap(bytes: &[u8], at: usize) -> Option<usize> {
    if available() {
        // SAFETY: the processor has AVX2, as was just asked.
        unsafe { find_gap_wide(bytes, at) }
    } else {
        super::find_gap_portable(bytes, at)
    }
}

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

#[target_feature(enable = "avx2")]
fn find_wide(set: &ByteSet, bytes: &[u8], at: usize) -> Option<usize> {
    let (low, high) = (twice(set.halves[0]), twice(set.halves[1]));
    let bits = twice([1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128]);
    let mut from = at;
    while let Some(step) = bytes.get(from..).and_then(<[u8]>::first_chunk::<STEP>) {
        let b = load(step);
        // A shuffle gives 0 for an index with the highest bit set, so each table sees its own half alone.
        let ascii = _mm256_shuffle_epi8(low, b);
        let rest = _mm256_shuffle_epi8(high, _mm256_xor_si256(b, _mm256_set1_epi8(-128)));
        let upper = _mm256_and_si256(_mm256_srli_epi16(b, 4), _mm256_set1_epi8(15));
        let hit = _mm256_and_si256(_mm256_or_si256(ascii, rest), _mm256_shuffle_epi8(bits, upper));
        let missed = _mm256_movemask_epi8(_mm256_cmpeq_epi8(hit, _mm256_setzero_si256())) as u32;
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

#[target_feature(enable = "avx2")]
fn masks_wide(bytes: &[u8], out: &mut [Masks]) {
    let mut blocks = bytes.chunks_exact(BLOCK);
    let mut out = out.iter_mut();
    for (block, out) in blocks.by_ref().zip(out.by_ref()) {
        let (Some(first), Some(second)) = (block.first_chunk::<STEP>(), block.last_chunk::<STEP>()) else {
            return;
        };
        let (first, second) = (load(first), load(second));
        let small = _mm256_set1_epi8(0x20);
        let letters = |b| bits(between(_mm256_or_si256(b, small), b'a', b'z'));
        *out = Masks {
            space: bits(spaces(first)) | bits(spaces(second)) << STEP,
            letter: letters(first) | letters(second) << STEP,
        };
    }
    if let Some(last) = out.next() {
        super::masks_portable(blocks.remainder(), std::slice::from_mut(last));
    }
}

#[target_feature(enable = "avx2")]
fn find_gap_wide(bytes: &[u8], at: usize) -> Option<usize> {
    let mut from = at.max(1);
    while let Some(window) = bytes.get(from - 1..).and_then(<[u8]>::first_chunk::<{ STEP + 2 }>) {
        let (Some(before), Some(gap), Some(after)) = (
            window.first_chunk::<STEP>(),
            window.get(1..).and_then(<[u8]>::first_chunk::<STEP>),
            window.last_chunk::<STEP>(),
        ) else {
            break;
        };
        let before = load(before);
        let goes_on = _mm256_or_si256(
            between(before, b'a', b'z'),
            _mm256_cmpeq_epi8(before, _mm256_set1_epi8(b',' as i8)),
        );
        let plain = _mm256_and_si256(goes_on, between(load(after), b'a', b'z'));
        let found = bits(_mm256_andnot_si256(plain, spaces(load(gap))));
        if found != 0 {
            return Some(from + found.trailing_zeros() as usize);
        }
        from += STEP;
    }
    super::find_gap_portable(bytes, from)
}
