//! The profile `web`: gaps between words as well as stops may end a sentence, and a learned score decides.

use crate::chunk::{core, hash, is_space};
use crate::features::{Block, Features, Head, Pair, Place, Rule};
use crate::kernel::{Portable, find_gap};
use crate::language::Language;
use crate::paragraphs::paragraphs;
use crate::sentences::{Prose, Splitter};
use docmill_sdk::Span;

pub use crate::features::{BITS, GLANCE_BITS};

/// Who decides whether a sentence ends at a gap.
pub(crate) trait Decide {
    /// True when gaps without a stop are to be shown too, and the rules' word on a stop is not the last.
    const GAPS: bool;

    fn ends(&mut self, block: &Block<'_>, place: Place) -> bool;
}

/// The rules alone decide.
pub(crate) struct Rules;

impl Decide for Rules {
    const GAPS: bool = false;

    fn ends(&mut self, _: &Block<'_>, place: Place) -> bool {
        place.rule == Rule::End
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

/// Shows every gap of `text` to `ask`, in text order, and ends a sentence where it says so.
///
/// `case` tells how a word is mostly written, by the word's hash; see [`crate::model`]. This is how the
/// training program sees a text. Gives the sentences.
pub fn gaps(text: &str, case: &dyn Fn(u64) -> u64, ask: &mut dyn FnMut(Gap<'_>) -> bool) -> Vec<Span> {
    let (mut blocks, mut found) = (Vec::new(), Vec::new());
    paragraphs(text, 0, &mut blocks);
    let mut asking = Asking { case, ask, head: Head::default() };
    let prose = Prose { text, language: Language::english(), paragraphs: &blocks };
    Splitter::default().sentences_by(prose, &mut asking, &mut found);
    found
}

struct Asking<'a> {
    case: &'a dyn Fn(u64) -> u64,
    ask: &'a mut dyn FnMut(Gap<'_>) -> bool,
    head: Head,
}

impl Decide for Asking<'_> {
    const GAPS: bool = true;

    fn ends(&mut self, block: &Block<'_>, place: Place) -> bool {
        let pair = Pair::new(Portable, block, place);
        let features = Features::of(Portable, (block, place), &pair, &mut self.head, &self.case);
        (self.ask)(Gap { end: place.end, features: features.as_slice(), glance: &pair.glance() })
    }
}

/// Bytes after the end of a search that may be looked at.
const MARGIN: usize = 40;

/// The next gap in `[at, end)` that the score must see though no stop stands before it: its ends.
///
/// Between small letters, and after a comma before one, sentences do not end, except before a web address.
pub(crate) fn next_gap(bytes: &[u8], mut at: usize, end: usize) -> Option<(usize, usize)> {
    loop {
        // The bytes after the last gap decide too, and a kernel is fast only with many.
        let gap = find_gap(bytes.get(..bytes.len().min(end + MARGIN))?, at)?;
        let mut next = gap + 1;
        while next < end && bytes.get(next).is_some_and(|&b| is_space(b)) {
            next += 1;
        }
        if gap > at {
            return (gap < end && next < bytes.len()).then_some((gap, next));
        }
        at = next;
    }
}

/// The part of a run without white space that stands between its marks, and its hash in small letters.
#[must_use]
pub fn word(run: &str) -> (&str, u64) {
    let core = core(run.as_bytes());
    (std::str::from_utf8(core).unwrap_or_default(), hash(core))
}
