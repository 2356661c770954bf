//! Passes over bytes that look at many at once: portable code, and AVX2 where the processor has it.
//!
//! Each kernel gives the same answer on every processor; property tests compare them.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod classes;

use crate::chunk::is_space;
pub(crate) use classes::{Classes, classes_portable};

/// Bytes of a block, one bit of a mask for each.
pub(crate) const BLOCK: usize = 64;

/// A set of bytes to search for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ByteSet {
    holds: [bool; 256],
    /// For each low half of a byte, one bit for each high half: below 8, and from 8 on.
    #[cfg_attr(not(target_arch = "x86_64"), expect(dead_code, reason = "only a vector kernel reads it"))]
    halves: [[u8; 16]; 2],
}

impl ByteSet {
    pub(crate) const fn new(holds: [bool; 256]) -> Self {
        let mut halves = [[0; 16]; 2];
        let mut b = 0;
        while b < 256 {
            if holds[b] {
                halves[b >> 7][b & 15] |= 1 << (b >> 4 & 7);
            }
            b += 1;
        }
        Self { holds, halves }
    }

    /// The first offset from `at` on whose byte is in the set.
    #[inline]
    pub(crate) fn find(&self, bytes: &[u8], at: usize) -> Option<usize> {
        #[cfg(target_arch = "x86_64")]
        return avx2::find(self, bytes, at);
        #[cfg(not(target_arch = "x86_64"))]
        self.find_portable(bytes, at)
    }

    pub(crate) fn find_portable(&self, bytes: &[u8], at: usize) -> Option<usize> {
        bytes.get(at..)?.iter().position(|&b| self.holds[usize::from(b)]).map(|found| at + found)
    }
}

/// Runs `walk` with the fastest way of this processor to tell the classes of a block.
#[inline]
pub(crate) fn with_classes(walk: impl Walk) {
    #[cfg(target_arch = "x86_64")]
    avx2::with_classes(walk);
    #[cfg(not(target_arch = "x86_64"))]
    walk.walk(classes_portable);
}

/// Work on blocks that is compiled once for each kind of processor, with the kernel in place.
pub(crate) trait Walk {
    /// Must be inlined, or the kernel would be a call for each block.
    fn walk(self, classes: impl Fn(&[u8; BLOCK]) -> Classes);
}

/// The first offset from `at` on, before the last byte, with white space that does not stand between two
/// small letters, or between a comma and one.
#[inline]
pub(crate) fn find_gap(bytes: &[u8], at: usize) -> Option<usize> {
    #[cfg(target_arch = "x86_64")]
    return avx2::find_gap(bytes, at);
    #[cfg(not(target_arch = "x86_64"))]
    find_gap_portable(bytes, at)
}

pub(crate) fn find_gap_portable(bytes: &[u8], at: usize) -> Option<usize> {
    let at = at.max(1);
    let triples = bytes.get(at - 1..)?.windows(3);
    let open = |triple: &[u8]| {
        let [before, gap, after] = triple else { return false };
        is_space(*gap) && !(after.is_ascii_lowercase() && (before.is_ascii_lowercase() || *before == b','))
    };
    let mut triples = triples;
    triples.position(open).map(|found| at + found)
}

#[cfg(test)]
mod tests;
