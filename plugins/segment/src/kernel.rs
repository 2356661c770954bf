//! Passes over bytes that look at many at once: portable code, and AVX2 or AVX-512 where the processor has it.
//!
//! Each kernel gives the same answer on every processor; property tests compare them.

#[cfg(target_arch = "x86_64")]
#[macro_use]
mod proof;
#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod classes;

use crate::chunk::is_space;
pub(crate) use classes::{Classes, Sides, classes_portable, sides_portable};

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

    /// The bytes of a block that are in the set, a bit for each.
    #[inline]
    pub(crate) fn mask(&self, block: &[u8; BLOCK]) -> u64 {
        #[cfg(target_arch = "x86_64")]
        return avx2::mask(self, block);
        #[cfg(not(target_arch = "x86_64"))]
        self.mask_portable(block)
    }

    pub(crate) fn mask_portable(&self, block: &[u8; BLOCK]) -> u64 {
        block.iter().enumerate().fold(0, |mask, (at, &b)| mask | u64::from(self.holds[usize::from(b)]) << at)
    }

    pub(crate) fn find_portable(&self, bytes: &[u8], at: usize) -> Option<usize> {
        bytes.get(at..)?.iter().position(|&b| self.holds[usize::from(b)]).map(|found| at + found)
    }
}

/// The marks of the block looked at last, a bit for each; a block is looked at once however many it holds.
#[derive(Clone, Copy, Default)]
pub(crate) struct Marks {
    mask: u64,
    /// Where that block ends.
    end: usize,
}

impl Marks {
    /// The marks of the block that starts at `at`.
    #[inline]
    pub(crate) fn new(at: usize, mask: u64) -> Self {
        Self { mask, end: at + BLOCK }
    }

    /// The first mark from `at` on, or where the next block starts; `at` must not fall from call to call.
    #[inline]
    pub(crate) fn next(self, at: usize) -> Result<usize, usize> {
        let passed = (at + BLOCK).saturating_sub(self.end);
        let rest = if passed < BLOCK { self.mask >> passed } else { 0 };
        if rest == 0 { Err(at.max(self.end)) } else { Ok(at + rest.trailing_zeros() as usize) }
    }
}

/// Finds the bytes of a set one after another.
pub(crate) struct Finder<'a> {
    set: &'a ByteSet,
    bytes: &'a [u8],
    marks: Marks,
}

impl<'a> Finder<'a> {
    pub(crate) fn new(set: &'a ByteSet, bytes: &'a [u8]) -> Self {
        Self { set, bytes, marks: Marks::default() }
    }

    /// The first offset from `at` on whose byte is in the set; `at` must not fall from call to call.
    #[inline]
    pub(crate) fn next(&mut self, mut at: usize) -> Option<usize> {
        loop {
            at = match self.marks.next(at) {
                Ok(found) => return Some(found),
                Err(from) => from,
            };
            let Some(block) = self.bytes.get(at..).and_then(<[u8]>::first_chunk) else {
                return self.set.find_portable(self.bytes, at);
            };
            self.marks = Marks::new(at, self.set.mask(block));
        }
    }
}

/// The first bytes, at most `N`, with white space after them.
pub(crate) fn padded<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut block = [b' '; N];
    block.iter_mut().zip(bytes).for_each(|(slot, &b)| *slot = b);
    block
}

/// What a processor can tell of a block.
pub(crate) trait Kernel: Copy {
    fn classes(self, block: &[u8; BLOCK]) -> Classes;
    fn sides(self, block: &[u8; BLOCK]) -> Sides;
    /// See [`gaps_portable`].
    fn gaps(self, around: &[u8; AROUND]) -> u64;
}

/// The kernel of every processor.
#[derive(Clone, Copy)]
pub(crate) struct Portable;

impl Kernel for Portable {
    fn classes(self, block: &[u8; BLOCK]) -> Classes {
        classes_portable(block)
    }

    fn sides(self, block: &[u8; BLOCK]) -> Sides {
        sides_portable(block)
    }

    fn gaps(self, around: &[u8; AROUND]) -> u64 {
        gaps_portable(around)
    }
}

/// Work on blocks that is compiled once for each kind of processor, with the kernel in place.
pub(crate) trait Work {
    type Done;

    /// Must be inlined, or the kernel would be a call for each block.
    fn work(self, kernel: impl Kernel) -> Self::Done;
}

/// Does `work` with the fastest kernel of this processor.
#[inline]
pub(crate) fn with_kernel<W: Work>(work: W) -> W::Done {
    #[cfg(target_arch = "x86_64")]
    if let Some(kernel) = avx512::Avx512::find() {
        return kernel.run(work);
    } else if let Some(kernel) = avx2::Avx2::find() {
        return kernel.run(work);
    }
    work.work(Portable)
}

/// A block with the byte before it and two after it.
pub(crate) const AROUND: usize = BLOCK + 3;

/// The white space of a block, beginning with the second byte of `around`, that does not stand between two small
/// letters, or between a comma and one, unless what follows begins as a web address does.
pub(crate) fn gaps_portable(around: &[u8; AROUND]) -> u64 {
    around.windows(4).enumerate().fold(0, |mask, (at, window)| {
        let [before, gap, after, second] = *window else { return mask };
        let goes_on = before.is_ascii_lowercase() || before == b',';
        let address = matches!([after, second], [b'h', b't'] | [b'w', b'w']);
        mask | u64::from(is_space(gap) && (address || !(goes_on && after.is_ascii_lowercase()))) << at
    })
}

#[cfg(test)]
mod tests;
