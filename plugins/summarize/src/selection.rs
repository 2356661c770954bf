//! Scores sentences and picks those that say most and repeat each other least.
//!
//! Every sum runs in text order and uses only operations that IEEE 754 rounds exactly (no logarithm, no power),
//! so that a score is the same bits on every machine.

use docmill_sdk::Span;

use crate::quality::quality;
use crate::terms::{Sentence, Terms, Use};

/// Sentences among which the picks are made, so that comparing them costs no more than the text is long.
pub(crate) const CANDIDATES: usize = 400;

/// Above this likeness a sentence says nothing that the summary does not say already.
const SAME: f64 = 0.85;

/// How much each property of a sentence counts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weights {
    /// Standing early in the document.
    pub(crate) lead: f64,
    /// Sharing terms with the title.
    pub(crate) title: f64,
    /// Saying what an earlier pick says, taken off.
    pub(crate) redundancy: f64,
    /// Sentences after which the worth of an early place has halved.
    pub(crate) half_lead: f64,
    /// Distinct terms added to a sentence's length before its weight is divided by it: the smaller, the more
    /// short sentences are liked.
    pub(crate) smoothing: f64,
}

/// A sentence that can be picked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate {
    pub(crate) span: Span,
    /// Where its distinct terms lie in [`Terms::distinct`].
    distinct: (usize, usize),
    /// How much it says, 0 to 1 or a little more.
    pub(crate) score: f64,
    /// Length of its vector of term weights.
    norm: f64,
    /// Likeness to the closest pick so far.
    likeness: f64,
}

/// The weight of every term, 0 to 1: how much of the document it is about.
///
/// A term counts by how often it occurs, less and less the oftener; one that stands in more than half of the
/// sentences of a longer document tells none of them apart.
pub(crate) fn term_weights(terms: &Terms) -> Vec<f64> {
    let sentences = terms.sentences.len() as f64;
    let weight = |used: &Use| {
        let count = f64::from(used.count);
        let frequent = count / (count + 3.0);
        let share = f64::from(used.spread) / sentences;
        if sentences >= 8.0 && share > 0.5 { frequent * (1.5 - share) } else { frequent }
    };
    terms.uses.iter().map(weight).collect()
}

/// A document, ready for the choice.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Selection<'a> {
    pub(crate) text: &'a str,
    pub(crate) terms: &'a Terms,
    /// The weight of each term.
    pub(crate) weights: &'a [f64],
    pub(crate) by: &'a Weights,
}

impl Selection<'_> {
    /// The sentences that can be picked, in text order, at most [`CANDIDATES`]; `title` is sorted.
    ///
    /// Where quality rules out every sentence, the first one with a word is the only candidate.
    pub(crate) fn candidates(&self, title: &[u32]) -> Vec<Candidate> {
        let mut found = Vec::with_capacity(self.terms.sentences.len());
        let mut most = 0.0_f64;
        let mut place = 0.0;
        for sentence in &self.terms.sentences {
            let quality = quality(self.text, self.terms, sentence);
            if quality > 0.0 {
                let (content, norm) = self.content(sentence);
                most = most.max(content);
                let lead = self.by.half_lead / (self.by.half_lead + place);
                let extra = self.by.lead * lead + self.by.title * self.overlap(sentence, title);
                place += 1.0;
                found.push((Candidate::new(sentence, content, norm), quality, extra));
            }
        }
        if found.is_empty() {
            let first = self.terms.sentences.iter().find(|sentence| !sentence.tokens.is_empty());
            return first.map(|sentence| Candidate::new(sentence, 0.0, 0.0)).into_iter().collect();
        }
        let score = |(mut candidate, quality, extra): (Candidate, f64, f64)| {
            let content = if most > 0.0 { candidate.score / most } else { 0.0 };
            candidate.score = quality * (content + extra) / (1.0 + self.by.lead + self.by.title);
            candidate
        };
        best(found.into_iter().map(score).collect())
    }

    /// Picks from `candidates` within `limit`, the best first.
    ///
    /// Each pick is the one with the highest score less its likeness to the picks before it, the earliest of
    /// equals; what is all but the same as an earlier pick, or no longer fits, is passed over. Every pick costs
    /// the terms of all candidates.
    pub(crate) fn pick(&self, mut candidates: Vec<Candidate>, limit: Limit) -> Vec<Candidate> {
        let mut picked = Vec::new();
        let mut chars = 0;
        let mut in_pick = vec![false; self.weights.len()];
        while picked.len() < limit.sentences
            && let Some(choice) = self.take_best(&mut candidates)
        {
            let longer = chars + usize::from(chars > 0) + choice.span.of(self.text).chars().count();
            if choice.likeness > SAME || limit.chars.is_some_and(|most| longer > most) {
                continue;
            }
            chars = longer;
            self.compare(&choice, &mut candidates, &mut in_pick);
            picked.push(choice);
        }
        picked
    }

    /// Takes the candidate worth most, in favour of the earlier one.
    fn take_best(&self, candidates: &mut Vec<Candidate>) -> Option<Candidate> {
        let worth = |candidate: &Candidate| candidate.score - self.by.redundancy * candidate.likeness;
        let better = |a: (usize, f64), b: (usize, f64)| if b.1 > a.1 { b } else { a };
        let worths = candidates.iter().map(worth).enumerate();
        let (best, _) = worths.reduce(better)?;
        Some(candidates.remove(best))
    }

    /// Raises each rival's likeness to that with `choice`: the cosine of their weighted terms.
    fn compare(&self, choice: &Candidate, rivals: &mut [Candidate], in_choice: &mut [bool]) {
        self.mark(choice, in_choice, true);
        for rival in rivals {
            let shared = self.distinct(rival).filter(|&term| in_choice.get(term as usize) == Some(&true));
            let product: f64 = shared.map(|term| self.weight(term)).map(|weight| weight * weight).sum();
            let norms = choice.norm * rival.norm;
            if norms > 0.0 {
                rival.likeness = rival.likeness.max(product / norms);
            }
        }
        self.mark(choice, in_choice, false);
    }

    fn mark(&self, candidate: &Candidate, marks: &mut [bool], value: bool) {
        for term in self.distinct(candidate) {
            if let Some(mark) = marks.get_mut(term as usize) {
                *mark = value;
            }
        }
    }

    fn distinct(&self, candidate: &Candidate) -> impl Iterator<Item = u32> {
        let terms = self.terms.distinct.get(candidate.distinct.0..candidate.distinct.1);
        terms.unwrap_or_default().iter().copied()
    }

    /// How much a sentence says for its length, and the length of its vector.
    fn content(&self, sentence: &Sentence) -> (f64, f64) {
        let distinct = self.terms.distinct_of(sentence);
        let (mut sum, mut squares) = (0.0, 0.0);
        for &term in distinct {
            let weight = self.weight(term);
            sum += weight;
            squares += weight * weight;
        }
        (sum / (distinct.len() as f64 + self.by.smoothing), squares.sqrt())
    }

    /// The share of the title's terms that the sentence has.
    fn overlap(&self, sentence: &Sentence, title: &[u32]) -> f64 {
        if title.is_empty() {
            return 0.0;
        }
        let distinct = self.terms.distinct_of(sentence).iter();
        distinct.filter(|term| title.binary_search(term).is_ok()).count() as f64 / title.len() as f64
    }

    fn weight(&self, term: u32) -> f64 {
        self.weights.get(term as usize).copied().unwrap_or_default()
    }
}

/// How much may be picked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    /// Sentences, at most.
    pub(crate) sentences: usize,
    /// Characters of all picks with a blank between two, at most.
    pub(crate) chars: Option<usize>,
}

impl Candidate {
    fn new(sentence: &Sentence, score: f64, norm: f64) -> Self {
        let distinct = (sentence.distinct.start, sentence.distinct.end);
        Self { span: sentence.span, distinct, score, norm, likeness: 0.0 }
    }
}

/// The [`CANDIDATES`] with the highest scores, in text order.
fn best(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    if candidates.len() > CANDIDATES {
        let order = |a: &Candidate, b: &Candidate| b.score.total_cmp(&a.score).then(a.span.cmp(&b.span));
        candidates.select_nth_unstable_by(CANDIDATES, order);
        candidates.truncate(CANDIDATES);
        candidates.sort_unstable_by_key(|candidate| candidate.span);
    }
    candidates
}

#[cfg(test)]
mod tests;
