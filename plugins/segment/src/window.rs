//! The text on one side of a gap as the learned score sees it: runs without white space, their shape and case.

use crate::chunk::{Class, hash};
use crate::kernel::{BLOCK, Kernel, Sides, padded};

/// Up to 64 bytes of text on one side of a gap, with white space around them.
///
/// Runs are bit ranges of the window; one that goes on past its edge is cut there, which bounds the work for each
/// gap. All is counted in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window<'a> {
    text: &'a [u8],
    /// Where the window begins in the text; before it, by wrapping round, for one with white space in front.
    base: usize,
    sides: Sides,
}

/// A run of a window, `start..end`; empty when there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Run {
    start: u32,
    end: u32,
    /// The same without the marks at its ends.
    core: (u32, u32),
}

#[expect(clippy::inline_always, reason = "compiled with the kernel for the instructions that it may use")]
impl<'a> Window<'a> {
    /// The bytes of `text` from `at` on, before `end`.
    #[inline(always)]
    pub(crate) fn after(kernel: impl Kernel, text: &'a [u8], at: usize, end: usize) -> Self {
        let copy;
        let block = if let Some(block) = text.get(at..).and_then(<[u8]>::first_chunk) {
            block
        } else {
            copy = padded(text.get(at..).unwrap_or_default());
            &copy
        };
        let mut sides = kernel.sides(block);
        sides.space |= from(end.saturating_sub(at).min(BLOCK) as u32);
        Self { text, base: at, sides }
    }

    /// The bytes of `text` before `at`, from `start` on.
    #[inline(always)]
    pub(crate) fn before(kernel: impl Kernel, text: &'a [u8], start: usize, at: usize) -> Self {
        let mut copy;
        let block = if let Some(block) = text.get(..at).and_then(<[u8]>::last_chunk) {
            block
        } else {
            copy = padded(text.get(..at).unwrap_or_default());
            copy.rotate_right(BLOCK - at.min(BLOCK));
            &copy
        };
        let mut sides = kernel.sides(block);
        sides.space |= !from(WIDTH - at.saturating_sub(start).min(BLOCK) as u32);
        Self { text, base: at.wrapping_sub(BLOCK), sides }
    }

    /// The run that holds or follows the byte at `at`.
    #[inline(always)]
    pub(crate) fn run_from(&self, at: u32) -> Run {
        let space = self.sides.space;
        let start = lowest(!space & from(at));
        self.run(start, lowest(space & from(start)))
    }

    /// The run that holds or is followed by the byte before `at`.
    #[inline(always)]
    pub(crate) fn run_to(&self, at: u32) -> Run {
        let space = self.sides.space;
        let end = above_highest(!space & !from(at));
        self.run(above_highest(space & !from(end)), end)
    }

    #[inline(always)]
    fn run(&self, start: u32, end: u32) -> Run {
        let inner = !self.sides.edge & from(start) & !from(end);
        // A run of marks alone has an empty core.
        let core = if inner == 0 { (end, end) } else { (lowest(inner), above_highest(inner)) };
        Run { start, end, core }
    }

    /// The bytes of a run between its marks.
    #[inline(always)]
    pub(crate) fn core(&self, run: Run) -> &'a [u8] {
        let at = |bit: u32| self.base.wrapping_add(bit as usize);
        self.text.get(at(run.core.0)..at(run.core.1)).unwrap_or_default()
    }

    /// The hash of a run's core in small letters.
    #[inline(always)]
    pub(crate) fn word(&self, run: Run) -> u64 {
        hash(self.core(run))
    }

    /// The class of a run's first byte, 0 for none.
    #[inline(always)]
    pub(crate) fn first(&self, run: Run) -> u64 {
        if run.start < run.end { self.class(run.start) } else { 0 }
    }

    /// The class of a run's last byte, 0 for none.
    #[inline(always)]
    pub(crate) fn last(&self, run: Run) -> u64 {
        if run.start < run.end { self.class(run.end - 1) } else { 0 }
    }

    #[inline(always)]
    fn class(&self, at: u32) -> u64 {
        let at = self.base.wrapping_add(at as usize);
        self.text.get(at).map_or(0, |&b| u64::from(Class::of(b).0))
    }

    /// The classes of a run's first eight bytes in steps of four bits, the first in the lowest; letters of one
    /// case and digits count once in a row.
    #[inline(always)]
    pub(crate) fn shape(&self, run: Run) -> u64 {
        let end = run.end.min(run.start + 8);
        let mut kept = (!self.sides.same | bit(run.start)) & from(run.start) & !from(end);
        let (mut shape, mut shift) = (0, 0);
        while kept != 0 {
            shape |= self.class(kept.trailing_zeros()) << shift;
            shift += 4;
            kept &= kept - 1;
        }
        shape
    }

    /// The same of a run's last eight bytes, the last in the lowest bits.
    #[inline(always)]
    pub(crate) fn tail(&self, run: Run) -> u64 {
        let start = run.start.max(run.end.saturating_sub(8));
        let last = run.end.wrapping_sub(1);
        let mut kept = (!(self.sides.same >> 1) | bit(last)) & from(start) & !from(run.end);
        let (mut tail, mut shift) = (0, 0);
        while kept != 0 {
            let at = kept.ilog2();
            tail |= self.class(at) << shift;
            shift += 4;
            kept ^= bit(at);
        }
        tail
    }

    /// How many words begin small and how many with a capital from `at` on, where one begins.
    #[inline(always)]
    pub(crate) fn initials(&self, at: u32) -> (u64, u64) {
        let Sides { space, small, capital, .. } = self.sides;
        let opens = (space << 1 | bit(at)) & from(at);
        (u64::from((small & opens).count_ones()), u64::from((capital & opens).count_ones()))
    }
}

impl Run {
    /// Where the run begins and ends in its window.
    pub(crate) fn bounds(self) -> (u32, u32) {
        (self.start, self.end)
    }

    /// Bytes between its marks.
    pub(crate) fn len(self) -> u64 {
        u64::from(self.core.1 - self.core.0)
    }
}

/// The width of a window, in bytes.
pub(crate) const WIDTH: u32 = BLOCK as u32;

/// The bits from `at` on.
#[inline]
fn from(at: u32) -> u64 {
    (!0_u64).checked_shl(at).unwrap_or(0)
}

#[inline]
fn bit(at: u32) -> u64 {
    1_u64.checked_shl(at).unwrap_or(0)
}

/// The lowest bit set, 64 for none.
#[inline]
fn lowest(mask: u64) -> u32 {
    mask.trailing_zeros()
}

/// The bit after the highest one set, 0 for none.
#[inline]
fn above_highest(mask: u64) -> u32 {
    WIDTH - mask.leading_zeros()
}

#[cfg(test)]
mod tests;
