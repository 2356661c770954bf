//! Chooses the sentences that stand for a document, and its key phrases.

use docmill_sdk::Span;

use crate::keyphrases::{keyphrases, rounded};
use crate::selection::{Limit, Selection, Weights, term_weights};
use crate::stopwords::Stopwords;
use crate::terms::{Language, Reader, Terms};
use crate::words::{Word, words};

/// What a summary is to be like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// Sentences to choose, at most.
    pub sentences: usize,
    /// Characters the chosen sentences may have together, one blank between two of them counted; no limit if
    /// `None`.
    pub max_chars: Option<usize>,
    /// Key phrases to give, at most.
    pub keyphrases: usize,
    /// How much an early place counts beside what a sentence says: 0 not at all, 1 as much, 2 twice as much.
    pub lead_weight: f32,
    /// How much a sentence loses for repeating one that was chosen: this is taken off its score, which is about
    /// 1 at most, times their likeness from 0 to 1.
    pub redundancy: f32,
}

impl Default for Options {
    /// Three sentences of any length, eight key phrases, weights that suit news.
    fn default() -> Self {
        Self { sentences: 3, max_chars: None, keyphrases: 8, lead_weight: 2.0, redundancy: 0.2 }
    }
}

/// A document to summarize.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    /// The whole text.
    pub text: &'a str,
    /// The headline, where it is known apart from the text.
    pub title: Option<&'a str>,
    /// The first byte of prose; what a sentence has before it (a dateline) is not read.
    pub body_start: usize,
    /// The sentences of the text, in text order.
    pub sentences: &'a [Span],
    /// The language's code (`en`, `en-GB`, `ur`); found out from the words where it is `None`.
    pub lang: Option<&'a str>,
}

/// What was chosen from a document. Empty for a document without sentences.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// The chosen sentences, in text order.
    pub sentences: Vec<Chosen>,
    /// Key phrases, best first.
    pub keyphrases: Vec<Keyphrase>,
}

/// A chosen sentence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chosen {
    /// The sentence as it was given.
    pub span: Span,
    /// Its place among the chosen ones: 1 is the best.
    pub rank: u32,
    /// How well it stands for the document, from 0 to about 1, to four decimals; comparable within one document.
    pub score: f32,
}

/// A phrase that tells what a document is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Keyphrase {
    /// The phrase as it first stands in the text, with single blanks.
    pub text: String,
    /// How much it tells beside the document's best, which has 1; to four decimals.
    pub score: f32,
}

/// Chooses sentences by what they say, where they stand and how little they repeat each other.
///
/// The same document gives the same summary, to the bit, on every machine.
#[derive(Clone, Debug)]
pub struct Summarizer {
    options: Options,
    weights: Weights,
    english: Stopwords,
    foreign: Stopwords,
}

impl Summarizer {
    /// A summarizer with these options; a weight that is negative or no number counts as 0.
    #[must_use]
    pub fn new(options: Options) -> Self {
        let weights = Weights {
            lead: sound(options.lead_weight),
            title: 0.3,
            redundancy: sound(options.redundancy),
            half_lead: 2.0,
            smoothing: 16.0,
        };
        Self { options, weights, english: Stopwords::english(), foreign: Stopwords::foreign() }
    }

    /// Summarizes one document into `out`, whose contents are replaced.
    ///
    /// Sentences that nobody would quote (credits, footers, lone numbers) are left out, unless there is nothing
    /// else; so is one that repeats a chosen one. There may therefore be fewer than were asked for. Takes time
    /// linear in the text for a given number of sentences.
    pub fn summarize(&self, document: &Document<'_>, out: &mut Summary) {
        out.sentences.clear();
        out.keyphrases.clear();
        let language = Language::of(document.lang, document.text, &self.english);
        let stopwords = if language == Language::English { &self.english } else { &self.foreign };
        let reader = Reader { stopwords, language };
        let terms = Terms::read(document.text, document.body_start, document.sentences, &reader);
        let weights = term_weights(&terms);
        let title = title_terms(document.title, &reader, &terms);
        let selection =
            Selection { text: document.text, terms: &terms, weights: &weights, by: &self.weights };
        let limit = Limit { sentences: self.options.sentences, chars: self.options.max_chars };
        let picked = selection.pick(selection.candidates(&title), limit);
        out.sentences.extend(picked.iter().zip(1..).map(|(pick, rank)| Chosen {
            span: pick.span,
            rank,
            score: rounded(pick.score),
        }));
        out.sentences.sort_unstable_by_key(|chosen| chosen.span);
        out.keyphrases = keyphrases(document.text, &terms, &weights, self.options.keyphrases);
    }
}

/// The document's terms that the title has, in order of their numbers.
fn title_terms(title: Option<&str>, reader: &Reader<'_>, terms: &Terms) -> Vec<u32> {
    let title = title.unwrap_or_default();
    let mut lower = Vec::new();
    let term = |word: Word| {
        let surface = title.get(word.start..word.end)?;
        terms.known(reader.read(surface, word.form, &mut lower).1?)
    };
    let mut found: Vec<u32> = words(title).filter_map(term).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// A weight as it can be reckoned with.
fn sound(weight: f32) -> f64 {
    if weight.is_finite() { f64::from(weight.max(0.0)) } else { 0.0 }
}

#[cfg(test)]
mod tests;
