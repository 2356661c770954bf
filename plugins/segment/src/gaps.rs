//! The profile `web`: gaps between words as well as stops may end a sentence, and a learned score decides.

use crate::chunk::{core, hash, is_space};
use crate::features::{Block, Features, Head, Pair, Place, Rule};
use crate::glance::glance;
use crate::kernel::{AROUND, BLOCK, Kernel, Marks, Portable, Work, padded, with_kernel};
use crate::language::Language;
use crate::paragraphs::paragraphs;
use crate::sentences::{Prose, Splitter};
use docmill_sdk::Span;

pub use crate::features::{BITS, WordClass};
pub use crate::glance::GLANCE_BITS;

/// Whether a sentence ends at a gap.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Answer {
    /// Surely not.
    No,
    /// Surely.
    Yes,
    /// With this chance, above 0 and below 1. What is taken depends on the ends around it.
    Perhaps(f32),
}

impl From<bool> for Answer {
    fn from(ends: bool) -> Self {
        if ends { Self::Yes } else { Self::No }
    }
}

/// Who decides whether a sentence ends at a gap.
pub(crate) trait Decide {
    /// True when gaps without a stop are to be shown too, and the rules' word on a stop is not the last.
    const GAPS: bool;

    fn ends(&mut self, block: &Block<'_>, place: Place) -> Answer;
}

/// The rules alone decide.
pub(crate) struct Rules;

impl Decide for Rules {
    const GAPS: bool = false;

    fn ends(&mut self, _: &Block<'_>, place: Place) -> Answer {
        Answer::from(place.rule == Rule::End)
    }
}

/// A gap between two words, or after a stop without white space, at which a sentence may end.
#[derive(Clone, Copy, Debug)]
pub struct Gap<'a> {
    /// Where the sentence before it would end, in bytes.
    pub end: usize,
    /// The indices of the weights that count, each below 2 to the power of [`BITS`].
    pub features: &'a [u32],
    /// The indices of the weights that count at a glance, in a list of their own.
    pub glance: &'a [u32],
}

/// Shows every gap of `text` to `ask`, in text order, and ends sentences as it answers.
///
/// `classes` tells the class of a word by the word's hash; see [`crate::model`]. This is how the
/// training program sees a text. Gives the sentences.
pub fn gaps(
    text: &str,
    classes: &dyn Fn(u64) -> WordClass,
    ask: &mut dyn FnMut(Gap<'_>) -> Answer,
) -> Vec<Span> {
    let (mut blocks, mut found) = (Vec::new(), Vec::new());
    paragraphs(text, 0, &mut blocks);
    let mut asking = Asking { classes, ask, head: Head::default() };
    let prose = Prose { text, language: Language::english(), paragraphs: &blocks };
    Splitter::default().sentences_by(prose, &mut asking, &mut found);
    found
}

struct Asking<'a> {
    classes: &'a dyn Fn(u64) -> WordClass,
    ask: &'a mut dyn FnMut(Gap<'_>) -> Answer,
    head: Head,
}

impl Decide for Asking<'_> {
    const GAPS: bool = true;

    fn ends(&mut self, block: &Block<'_>, place: Place) -> Answer {
        let pair = Pair::new(Portable, block, place);
        let features = Features::of(Portable, (block, place), &pair, &mut self.head, &self.classes);
        (self.ask)(Gap {
            end: place.end,
            features: features.as_slice(),
            glance: &glance(block.text, block.style, place),
        })
    }
}

/// Finds the gaps of a paragraph that the score must see though no stop stands before them, one after another.
///
/// Between small letters, and after a comma before one, sentences do not end, except before a web address.
pub(crate) struct Gaps<'a> {
    pub(crate) block: Block<'a>,
    /// The text up to the paragraph's end.
    text: &'a [u8],
    marks: Marks,
}

impl<'a> Gaps<'a> {
    pub(crate) fn new(block: Block<'a>) -> Self {
        Self { block, text: block.upto_end(), marks: Marks::default() }
    }

    /// The ends of the next gap in `[at, to)`; `at` must not fall from call to call.
    #[inline]
    pub(crate) fn next(&mut self, mut at: usize, to: usize) -> Option<(usize, usize)> {
        loop {
            let gap = self.find(at.max(1), to)?;
            let mut next = gap + 1;
            while next < to && self.text.get(next).is_some_and(|&b| is_space(b)) {
                next += 1;
            }
            if gap > at {
                return (next < self.text.len()).then_some((gap, next));
            }
            at = next;
        }
    }

    #[inline]
    fn find(&mut self, mut at: usize, to: usize) -> Option<usize> {
        loop {
            at = match self.marks.next(at) {
                Ok(gap) => return Some(gap).filter(|&gap| gap < to),
                Err(from) => from,
            };
            if at >= to {
                return None;
            }
            self.marks = Marks::new(at, self.block(at));
        }
    }

    /// The gaps of the block at `at`, which must not be 0.
    #[inline(never)]
    fn block(&self, at: usize) -> u64 {
        let rest = self.text.get(at - 1..).unwrap_or_default();
        let copy;
        let around = if let Some(around) = rest.first_chunk() {
            around
        } else {
            copy = padded(rest);
            &copy
        };
        // White space at the very end is no gap.
        let inner = (rest.len().min(2 * BLOCK) as u32).saturating_sub(2);
        with_kernel(Look { around }) & !(!0_u64).checked_shl(inner).unwrap_or(0)
    }
}

/// One look at a block.
struct Look<'a> {
    around: &'a [u8; AROUND],
}

impl Work for Look<'_> {
    type Done = u64;

    #[expect(clippy::inline_always, reason = "compiled with the kernel for the instructions that it may use")]
    #[inline(always)]
    fn work(self, kernel: impl Kernel) -> u64 {
        kernel.gaps(self.around)
    }
}

/// The part of a run without white space that stands between its marks, and its hash in small letters.
#[must_use]
pub fn word(run: &str) -> (&str, u64) {
    let core = core(run.as_bytes());
    (std::str::from_utf8(core).unwrap_or_default(), hash(core))
}

#[cfg(test)]
mod tests;
