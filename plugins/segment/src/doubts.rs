//! Ends in doubt: of those between two sure ends, the ones are taken that together are worth most.
//!
//! A sentence is right only when both its ends are, so what an end is worth depends on the doubts about its
//! neighbours. Of `f` sentences found and `w` wanted let `r` be right: F1 = 2`r` / (`f` + `w`) is highest where
//! `r` - F1 / 2 · `f` is (Dinkelbach, "On nonlinear fractional programming", 1967). So each sentence has a price, and
//! the best way through the ends is found from left to right.

/// The price of a sentence: half of the F1 that mail and forums reach.
const PRICE: f32 = 0.45;

/// The most ends that wait for a sure one. It bounds the work for each.
const MOST: usize = 32;

/// A place where a sentence may end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Doubt {
    pub(crate) end: usize,
    /// Where the next sentence would start.
    pub(crate) next: usize,
    /// How likely it ends there, above 0 and below 1.
    pub(crate) chance: f32,
}

/// The ends in doubt after the last sure end.
#[derive(Debug, Default)]
pub(crate) struct Doubts {
    /// Where the first sentence that is not settled starts.
    start: usize,
    waiting: Vec<Doubt>,
}

impl Doubts {
    /// Begins with a sentence that surely starts at `start`; no end may wait.
    pub(crate) fn begin(&mut self, start: usize) {
        debug_assert!(self.waiting.is_empty());
        self.start = start;
    }

    /// Adds an end after those that wait. When too many do, the last likely one among them is taken as sure: `found`
    /// is told the bounds of each sentence that is settled so.
    pub(crate) fn add(&mut self, doubt: Doubt, found: impl FnMut(usize, usize)) {
        if self.waiting.len() == MOST {
            let likely = self.waiting.iter().rposition(|doubt| doubt.chance > 0.5);
            let rest = self.waiting.split_off(likely.map_or(MOST, |at| at + 1));
            if let Some(last) = likely.and_then(|_| self.waiting.pop()) {
                self.settle(last.end, last.next, found);
            }
            self.waiting = rest;
        }
        self.waiting.push(doubt);
    }

    /// Settles all ends that wait: `found` is told the bounds of each sentence up to `end`, which is sure. The next
    /// one starts at `next`.
    #[inline]
    pub(crate) fn settle(&mut self, end: usize, next: usize, mut found: impl FnMut(usize, usize)) {
        let mut start = std::mem::replace(&mut self.start, next);
        if !self.waiting.is_empty() {
            let taken = self.best();
            for (doubt, _) in self.waiting.iter().zip(taken).filter(|(_, taken)| *taken) {
                found(start, doubt.end);
                start = doubt.next;
            }
            self.waiting.clear();
        }
        found(start, end);
    }

    /// Which of the ends that wait to take.
    fn best(&self) -> [bool; MOST] {
        let chance = |at: usize| match at {
            0 => 1.0,
            _ => self.waiting.get(at - 1).map_or(1.0, |doubt| doubt.chance),
        };
        // Of each end, the sure one before all others too: what the best way to it is worth, and the end before it.
        let mut ways = [(0.0, 0); MOST + 2];
        let last = self.waiting.len() + 1;
        for at in 1..=last {
            let mut between = chance(at);
            let mut way = (f32::NEG_INFINITY, 0);
            for before in (0..at).rev() {
                let worth = ways[before].0 + chance(before) * between - PRICE;
                if worth > way.0 {
                    way = (worth, before);
                }
                between *= 1.0 - chance(before);
            }
            ways[at] = way;
        }
        let mut taken = [false; MOST];
        let mut at = ways[last].1;
        while at > 0 {
            taken[at - 1] = true;
            at = ways[at].1;
        }
        taken
    }
}

#[cfg(test)]
mod tests;
