//! Finds the tokens of plain runs a block of bytes at a time; only the others are looked at char by char.

use super::{is_prefix, keeps_stop, run};
use crate::chunk::is_space;
use crate::kernel::{BLOCK, Classes, Kernel, Work, padded};
use docmill_sdk::Span;

/// A range of a text whose tokens are wanted.
pub(super) struct Scan<'a> {
    pub(super) text: &'a str,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) out: &'a mut Vec<Span>,
    /// Where the run starts that a block goes on with.
    pub(super) begun: Option<usize>,
}

/// The tokens of one block, if its runs are plain.
struct Masks {
    space: u64,
    /// First bytes of tokens.
    starts: u64,
    /// Bytes after the last ones of tokens.
    ends: u64,
    /// Bytes whose runs need a closer look.
    hard: u64,
    /// Full stops after a word that an abbreviation may keep, and hyphens that a prefix may.
    open: u64,
    hyphens: u64,
    /// Marks that are tokens of their own whatever stands beside them.
    closers: u64,
}

impl Masks {
    /// The byte before the block must be white space.
    #[inline]
    fn new(classes: Classes) -> Self {
        let Classes { space, digit, comma, colon, dot, bang, hyphen, sign, beyond, .. } = classes;
        let after = |class: u64| class << 1;
        let before = |class: u64| class >> 1;
        let letter = classes.letter | beyond.letter;
        let plain = letter | digit;
        // Within numbers.
        let mut word = plain
            | (dot | colon | comma & digit >> 2) & after(digit) & before(digit)
            | classes.apostrophe & after(plain) & before(plain);
        let apostrophe = beyond.apostrophe & after(plain) & plain >> 3;
        word |= apostrophe | apostrophe << 1 | apostrophe << 2;
        let triple = beyond.quote | beyond.dash;
        let triples = triple | triple << 1 | triple << 2;
        let pause = colon | classes.semicolon;
        let closed = space | classes.closer | comma | pause | beyond.quote;
        let stop = dot & after(plain) & before(closed);
        let lone = dot & (after(space) | 1) & before(space);
        let compound = hyphen & after(letter) & before(plain);
        let hard = classes.rare
            | classes.wide & !(word | triples)
            | dot & !(word | stop | lone)
            | classes.apostrophe & !word
            // A unit written on to its number.
            | digit & before(letter)
            | comma & !word & after(digit) & before(digit)
            // What may be a face.
            | pause & (after(space) | 1)
            | bang & (after(bang | dot) | before(bang | dot))
            | hyphen & !compound & (after(plain) & before(plain) | after(hyphen) | before(hyphen))
            | beyond.dash & (beyond.dash << 3 | beyond.dash >> 3)
            | sign & after(letter);
        let single = !(space | word | triples);
        let (open, hyphens) = (stop & after(letter) | compound, hyphen);
        Self {
            space,
            starts: single | triple | word & !after(word),
            ends: after(single) | triple << 3 | !word & after(word),
            hard,
            open,
            hyphens,
            closers: classes.closer | beyond.quote,
        }
    }

    /// Joins each word with the stop that it keeps, and each prefix with its hyphen and the word after it.
    #[inline]
    fn join(&mut self, scan: &Scan<'_>, at: usize) {
        let mut open = self.open;
        while open != 0 {
            let mark = open & open.wrapping_neg();
            open ^= mark;
            let bit = mark.trailing_zeros();
            let (start, bit) = (at + below(self.starts, bit) as usize, at + bit as usize);
            if self.hyphens & mark != 0 {
                if scan.text.get(start..bit).is_some_and(is_prefix) {
                    self.starts &= !(mark | mark << 1);
                    self.ends &= !(mark | mark << 1);
                }
            } else if keeps_stop(scan.text, start, bit, scan.end) {
                self.starts &= !mark;
                self.ends &= !mark;
            }
        }
    }
}

/// The highest bit set below bit `at`, or 0.
#[inline]
fn below(mask: u64, at: u32) -> u32 {
    (mask & !(!0 << at) | 1).ilog2()
}

impl Work for Scan<'_> {
    type Done = ();

    #[expect(clippy::inline_always, reason = "the kernel would be a call for each block otherwise")]
    #[inline(always)]
    fn work(mut self, kernel: impl Kernel) {
        let bytes = self.text.as_bytes();
        let mut at = self.start;
        while at < self.end {
            let rest = bytes.get(at..).unwrap_or_default();
            let copy;
            let block = if let Some(block) = rest.first_chunk() {
                block
            } else {
                copy = padded(rest);
                &copy
            };
            let mut classes = kernel.classes(block);
            if self.end - at < BLOCK {
                classes.cut(self.end - at);
            }
            at = self.block(at, Masks::new(classes));
        }
    }
}

impl Scan<'_> {
    /// Appends the tokens of the runs that end in the block at `at`; the offset where the next block starts.
    #[expect(clippy::inline_always, reason = "compiled with the work for the instructions that it may use")]
    #[inline(always)]
    fn block(&mut self, at: usize, mut masks: Masks) -> usize {
        let begun = self.begun.take().unwrap_or(at);
        let last = match masks.space {
            // Before the first byte that needs a closer look: an address reaches over marks.
            0 => (masks.closers & masks.hard.wrapping_sub(1) & !masks.hard & !1).checked_ilog2(),
            space => Some(space.ilog2()),
        };
        let Some(last) = last else {
            let end = self.run_end(at + BLOCK);
            run(self.text, begun, (at, end), self.end, self.out);
            return end;
        };
        let whole = !(!0 << last);
        masks.open &= whole;
        masks.join(self, at);
        masks.hard &= whole;
        let mut from = 0;
        loop {
            let rest = !0 << from;
            let first = (masks.hard & rest).trailing_zeros();
            let (start, end) = if first == u64::BITS {
                (last, last)
            } else {
                (below(masks.space << 1, first + 1), (masks.space & !0 << first).trailing_zeros())
            };
            let (starts, ends) =
                (masks.starts & rest & !(!0 << start), masks.ends & rest & !0 >> (63 - start));
            Span::extend_from_masks(self.text, at, starts, ends, self.out);
            if start < end {
                let start = at + start as usize;
                let begun = if start == at { begun } else { start };
                run(self.text, begun, (start, at + end as usize), self.end, self.out);
            }
            if end == last && masks.space == 0 {
                // The mark at which the run was cut is the next block's first byte.
                self.begun = Some(begun);
                return at + last as usize;
            } else if end == last {
                return at + last as usize + 1;
            }
            from = end + 1;
        }
    }

    /// The end of the run without ASCII white space that goes on at `at`.
    fn run_end(&self, at: usize) -> usize {
        let rest = self.text.as_bytes().get(at..self.end).unwrap_or_default();
        at.min(self.end) + rest.iter().position(|&b| is_space(b)).unwrap_or(rest.len())
    }
}
