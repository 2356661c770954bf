//! Finds the phrases that tell what a document is about.

use crate::keyed::KeyedMap;
use crate::stopwords::Role;
use crate::summarizer::Keyphrase;
use crate::terms::{NO_TERM, Sentence, Terms, Token};
use crate::words::Form;

/// Words in a phrase, at most; of a longer run the last ones are kept, where a noun phrase has its head.
const LONGEST: usize = 4;

/// Bytes in a phrase, at most: what is longer is a token of noise, not a name.
const LONGEST_BYTES: usize = 80;

/// Phrases compared with each other, at most, so that a long document costs no more than linear time.
const COMPARED: usize = 200;

/// A phrase wherever it stands in the document.
#[derive(Clone, Debug)]
struct Phrase {
    /// Its first appearance: places in [`Terms::tokens`].
    first: usize,
    words: usize,
    /// The number of the sentence of its first appearance.
    sentence: usize,
    count: u32,
    score: f64,
}

/// The best `count` phrases of the document, best first; scores from 1 down.
///
/// A phrase is a run of words without function words, verbs of the news, numbers or punctuation in it. Of two
/// phrases with the same words, or one inside the other, the better is kept. Linear in the document.
pub(crate) fn keyphrases(text: &str, terms: &Terms, weights: &[f64], count: usize) -> Vec<Keyphrase> {
    if count == 0 {
        return Vec::new();
    }
    let mut phrases = collect(terms);
    for phrase in &mut phrases {
        phrase.score = score(terms, weights, phrase);
    }
    let order = |a: &Phrase, b: &Phrase| b.score.total_cmp(&a.score).then(a.first.cmp(&b.first));
    if phrases.len() > COMPARED {
        phrases.select_nth_unstable_by(COMPARED, order);
        phrases.truncate(COMPARED);
    }
    phrases.sort_unstable_by(order);
    let best = phrases.first().map_or(1.0, |phrase| phrase.score);
    let mut kept: Vec<Phrase> = Vec::new();
    for phrase in phrases {
        if kept.len() == count {
            break;
        }
        if phrase.score > 0.0 && !kept.iter().any(|other| nested(terms, other, &phrase)) {
            kept.push(phrase);
        }
    }
    let written = kept
        .iter()
        .map(|phrase| Keyphrase { text: written(text, terms, phrase), score: rounded(phrase.score / best) });
    written.collect()
}

/// A score as it is given out: four decimals, so that no reader depends on the last bits.
pub(crate) fn rounded(score: f64) -> f32 {
    ((score * 10_000.0).round() / 10_000.0) as f32
}

/// Every phrase of the document once, in order of first appearance.
fn collect(terms: &Terms) -> Vec<Phrase> {
    let mut phrases: Vec<Phrase> = Vec::new();
    let mut known: KeyedMap<(u64, u64), usize> = KeyedMap::default();
    for (number, sentence) in terms.sentences.iter().enumerate() {
        for_each_run(terms, sentence, |first, words| {
            let key = key(terms, first, words);
            let at = *known.entry(key).or_insert(phrases.len());
            match phrases.get_mut(at) {
                Some(phrase) => phrase.count += 1,
                None => phrases.push(Phrase { first, words, sentence: number, count: 1, score: 0.0 }),
            }
        });
    }
    phrases
}

/// Calls `found` with the place and length of each run of words that can be a phrase.
fn for_each_run(terms: &Terms, sentence: &Sentence, mut found: impl FnMut(usize, usize)) {
    let tokens = terms.tokens_of(sentence);
    let base = sentence.tokens.start;
    let mut from = 0;
    for (at, pair) in (1..).zip(tokens.windows(2)) {
        if matches!(pair, [before, token] if breaks(before, token)) {
            close(tokens, from, at, base, &mut found);
            from = at;
        }
    }
    close(tokens, from, tokens.len(), base, &mut found);
}

/// True when no phrase holds both of two neighbours.
fn breaks(before: &Token, token: &Token) -> bool {
    !token.joined
        || !can_stand(before)
        || !can_stand(token)
        // "director Ana Sousa", "President Ana Sousa": the name is the phrase.
        || token.form == Form::Capital && (before.form == Form::Plain || before.role == Role::Title)
        || (before.form == Form::Pair) != (token.form == Form::Pair)
}

fn can_stand(token: &Token) -> bool {
    token.term != NO_TERM && matches!(token.role, Role::Content | Role::Title) && token.form != Form::Number
}

/// Trims a run and hands it on if something is left.
fn close(tokens: &[Token], from: usize, to: usize, base: usize, found: &mut impl FnMut(usize, usize)) {
    let Some(run) = tokens.get(from..to) else { return };
    if run.first().is_none_or(|token| !can_stand(token)) {
        return;
    }
    if run.first().is_some_and(|token| token.form == Form::Pair) {
        close_pairs(run, base + from, found);
        return;
    }
    let skip = run.len().saturating_sub(LONGEST);
    found(base + from + skip, run.len() - skip);
}

/// A short run of pairs is a word; a long one is a clause, of which each pair is a candidate.
fn close_pairs(run: &[Token], first: usize, found: &mut impl FnMut(usize, usize)) {
    if run.len() <= LONGEST {
        found(first, run.len());
    } else {
        (first..first + run.len()).for_each(|at| found(at, 1));
    }
}

/// The terms of a phrase, two in a number, filled up with [`NO_TERM`].
fn key(terms: &Terms, first: usize, words: usize) -> (u64, u64) {
    let tokens = terms.tokens.get(first..first + words).unwrap_or_default();
    let term = |at: usize| u64::from(tokens.get(at).map_or(NO_TERM, |token| token.term));
    (term(0) << 32 | term(1), term(2) << 32 | term(3))
}

/// How much a phrase tells: the weight of its words, more for one that comes back, comes early or is a name.
fn score(terms: &Terms, weights: &[f64], phrase: &Phrase) -> f64 {
    let tokens = tokens(terms, phrase);
    let bytes = tokens.last().map_or(0, |last| last.end) - tokens.first().map_or(0, |first| first.start);
    if bytes as usize > LONGEST_BYTES {
        return 0.0;
    }
    let weight = |token: &Token| weights.get(token.term as usize).copied().unwrap_or_default();
    let sum: f64 = tokens.iter().map(weight).sum();
    let length = tokens.len() as f64;
    let count = f64::from(phrase.count);
    let names = tokens.iter().filter(|token| is_name(terms, token)).count() as f64;
    let early = 12.0 / (12.0 + phrase.sentence as f64);
    let single = if phrase.words == 1 && names == 0.0 { 0.6 } else { 1.0 };
    // Between the sum, which likes long phrases, and the mean, which likes single words.
    sum / length.sqrt()
        * (count / (count + 1.0))
        * (1.0 + 0.5 * names / length)
        * (0.5 + 0.5 * early)
        * single
}

/// True for a word that the document writes with a capital wherever it stands.
fn is_name(terms: &Terms, token: &Token) -> bool {
    token.form == Form::Capital && terms.uses.get(token.term as usize).is_some_and(|used| used.plain == 0)
}

fn tokens<'a>(terms: &'a Terms, phrase: &Phrase) -> &'a [Token] {
    terms.tokens.get(phrase.first..phrase.first + phrase.words).unwrap_or_default()
}

/// True when the terms of one phrase all are terms of the other.
fn nested(terms: &Terms, a: &Phrase, b: &Phrase) -> bool {
    let (short, long) = if a.words <= b.words { (a, b) } else { (b, a) };
    let long = tokens(terms, long);
    tokens(terms, short).iter().all(|token| long.iter().any(|other| other.term == token.term))
}

/// The phrase as it stands in the text, with single blanks.
fn written(text: &str, terms: &Terms, phrase: &Phrase) -> String {
    let tokens = tokens(terms, phrase);
    let start = tokens.first().map_or(0, |token| token.start) as usize;
    let end = tokens.last().map_or(0, |token| token.end) as usize;
    let surface = text.get(start..end).unwrap_or_default();
    let mut written = String::with_capacity(surface.len());
    for piece in surface.split_whitespace() {
        if !written.is_empty() {
            written.push(' ');
        }
        written.push_str(piece);
    }
    written
}

#[cfg(test)]
mod tests;
