//! Trains the learned score of the profile `web`.
//!
//! usage: `cargo run --release -p docmill-segment --example train -- MODEL EWT_TRAIN LEXICON [TEXTS]...`
//!
//! `EWT_TRAIN` is a file of JSON Lines with `text`, `genre` and `sentences`, a list of `[start, end]` in chars: the
//! training part of UD English EWT; `texts` beside this program holds more of its kind. `LEXICON` has lines of a word
//! and its parts of speech. `TEXTS` are files of JSON Lines with `text` and `entities`, a list of `[start, end, label]`:
//! in them the case of words is counted and which of them are names, and a glance learns to decide as all features
//! together do. `MODEL` is written, byte for byte the same on every machine: one thread, a fixed order of the
//! documents, and no arithmetic that a processor or a library may round in its own way.
//!
//! With `--check` in place of the model it only prints how well what it learns from four fifths of the documents
//! splits the last one; with `--score MODEL EWT` how well a model that was written splits other documents.

#![expect(clippy::print_stdout, reason = "it prints what it checks")]

mod kinds;
mod learn;
mod silence;
mod written;

use docmill_sdk::serde_json::{Value, from_str};
use docmill_segment::gaps::{Answer, BITS, GLANCE_BITS, WordClass, gaps, word};
use docmill_segment::model::{Model, STEPS, Thresholds};
use kinds::Kinds;
use learn::{Example, Lesson, Random, mean};
use silence::silenced;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use written::written;

/// How the score learns.
const SCORE: Lesson<'_> =
    Lesson { bits: BITS, features: |example| &example.features, sure: 0.99, prior: &[] };
/// How much of what texts with few stops teach is taken to begin with.
const PRIOR: f64 = 0.4;
/// How a glance learns.
const GLANCE: Lesson<'_> =
    Lesson { bits: GLANCE_BITS, features: |example| &example.glance, sure: 1.0, prior: &[] };
/// A sentence ends where the score is above this, in whole weights.
const THRESHOLD: f64 = -0.3;
/// Above this a glance is enough for an end, below the other for none.
const CLEARLY: f64 = 3.0;
const CLEARLY_NOT: f64 = -3.5;
/// How often a document counts for a glance, of which a text without sentences counts once.
const WEIGHT: usize = 3;
/// So many occurrences make a word well known.
const KNOWN: u32 = 5;
/// Parts in which the documents are split to check what is learned.
const FOLDS: usize = 5;

#[derive(Default)]
struct Document {
    genre: String,
    text: String,
    starts: BTreeSet<usize>,
    ends: BTreeSet<usize>,
}

/// How often a word stands in small letters, and how often with a capital that opens no sentence.
#[derive(Clone, Copy, Default)]
struct Written {
    small: u32,
    capital: u32,
}

/// How words are written, by their hash.
type Counts = BTreeMap<u64, Written>;

/// What teaches beside the documents.
struct Further {
    /// Texts written for it.
    written: Vec<Document>,
    /// Texts without sentences, and the words in them.
    texts: Vec<String>,
    words: Counts,
    kinds: Kinds,
}

impl Further {
    fn new(lexicon: &str, lines: &[Value]) -> Result<Self, Box<dyn Error>> {
        let text = |line: &Value| {
            Ok::<_, Box<dyn Error>>(line["text"].as_str().ok_or("a text is missing")?.to_owned())
        };
        let texts: Vec<String> = lines.iter().map(text).collect::<Result<_, _>>()?;
        let mut words = BTreeMap::new();
        texts.iter().for_each(|text| count_further(text, &mut words));
        Ok(Self { written: written(), texts, words, kinds: Kinds::of(lexicon, lines) })
    }

    /// The class of a word that is written so.
    fn class(&self, word: u64, written: Written) -> WordClass {
        WordClass { case: written.class(), kind: self.kinds.get(word) }
    }
}

const USAGE: &str = "\
usage: train MODEL EWT_TRAIN LEXICON [TEXTS]...
       train --check EWT_TRAIN LEXICON [TEXTS]...
       train --score MODEL EWT";

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    if let ["--score", model, input] = args.as_slice() {
        return score(model, &documents(input)?);
    }
    let [output, input, lexicon, more @ ..] = args.as_slice() else { return Err(USAGE.into()) };
    let documents = documents(input)?;
    let mut lines: Vec<Value> = Vec::new();
    for file in more {
        for line in std::fs::read_to_string(file)?.lines() {
            lines.push(from_str(line)?);
        }
    }
    let further = Further::new(&std::fs::read_to_string(lexicon)?, &lines)?;
    if *output == "--check" {
        return check(&documents, &further);
    }
    std::fs::write(output, train(&documents.iter().collect::<Vec<_>>(), &further))?;
    Ok(())
}

/// Sentences found that are right, and all that are found or wanted.
#[derive(Clone, Copy, Default)]
struct Found {
    right: usize,
    all: usize,
}

impl Found {
    fn add(&mut self, other: Self) {
        *self = Self { right: self.right + other.right, all: self.all + other.all };
    }

    fn score(&self) -> f64 {
        200.0 * self.right as f64 / self.all as f64
    }
}

/// How well the model splits a document; `seen` hears of each gap whether a glance was enough.
fn split(model: &Model, document: &Document, seen: &mut dyn FnMut(bool)) -> Found {
    let found = gaps(&document.text, &|word| model.class(word), &mut |gap| {
        let ends = model.glance(gap.glance);
        seen(ends.is_some());
        ends.map_or_else(|| model.answer(gap.features), Answer::from)
    });
    let wanted: BTreeSet<_> = document.starts.iter().copied().zip(document.ends.iter().copied()).collect();
    let right = found.iter().filter(|span| wanted.contains(&(span.start(), span.end()))).count();
    Found { right, all: found.len() + wanted.len() }
}

/// Prints how well a model that was written splits the documents.
fn score(model: &str, documents: &[Document]) -> Result<(), Box<dyn Error>> {
    let model = Model::decode(&std::fs::read(model)?).ok_or("this is no model of this version")?;
    let mut sum = Found::default();
    documents.iter().for_each(|document| sum.add(split(&model, document, &mut |_| {})));
    println!("F1 of sentences: {:.2}", sum.score());
    Ok(())
}

/// Learns from four fifths of the documents and scores the last one, in turn.
fn check(documents: &[Document], further: &Further) -> Result<(), Box<dyn Error>> {
    let (mut sum, mut clear, mut shown) = (0.0, 0, 0);
    let mut genres = BTreeMap::<&str, Found>::new();
    for fold in 0..FOLDS {
        let fifth = |held: bool| {
            let with_place = documents.iter().enumerate();
            with_place.filter(move |(at, _)| (at % FOLDS == fold) == held).map(|(_, document)| document)
        };
        let model = Model::decode(&train(&fifth(false).collect::<Vec<_>>(), further))
            .ok_or("the model is not read again")?;
        let mut fold_found = Found::default();
        for document in fifth(true) {
            let found = split(&model, document, &mut |clearly| {
                (clear, shown) = (clear + u32::from(clearly), shown + 1);
            });
            fold_found.add(found);
            genres.entry(&document.genre).or_default().add(found);
        }
        println!("fifth {}: F1 of sentences {:.2}", fold + 1, fold_found.score());
        sum += fold_found.score();
    }
    for (genre, found) in &genres {
        println!("{genre}: {:.2}", found.score());
    }
    println!(
        "mean of the genres: {:.2}",
        genres.values().map(Found::score).sum::<f64>() / genres.len() as f64
    );
    println!("mean: {:.2}", sum / FOLDS as f64);
    println!("clear at a glance: {:.1} % of the gaps", 100.0 * f64::from(clear) / f64::from(shown));
    Ok(())
}

/// The model that the documents teach, as a file.
fn train(documents: &[&Document], further: &Further) -> Vec<u8> {
    let counts: Vec<_> = documents.iter().map(|document| count(document)).collect();
    let mut all = further.words.clone();
    for (word, found) in counts.iter().flatten() {
        let sum = all.entry(*word).or_default();
        *sum = Written { small: sum.small + found.small, capital: sum.capital + found.capital };
    }
    let mut examples: Vec<_> =
        documents.iter().zip(&counts).map(|(document, own)| show(document, further, (&all, own))).collect();
    let none = Counts::new();
    let written: Vec<_> =
        further.written.iter().map(|document| show(document, further, (&all, &none))).collect();
    let weights = mean(|run| {
        let prior = prior((documents, &counts), further, &all, &written, run);
        Lesson { prior: &prior, ..SCORE }.fit(&examples, run)
    });
    for _ in 1..WEIGHT {
        examples.extend_from_within(..documents.len());
    }
    examples.extend(further.texts.iter().map(|text| judge(text, further, &all, &weights)));
    let glances = mean(|run| GLANCE.fit(&examples, run));
    let threshold = Thresholds {
        ends: whole(THRESHOLD) as i32,
        clearly: whole(CLEARLY) as i32,
        clearly_not: whole(CLEARLY_NOT) as i32,
    };
    // Where two words share a bucket, the one met more often stays.
    for word in further.kinds.words() {
        all.entry(word).or_default();
    }
    let mut words: Vec<_> = all.into_iter().collect();
    words.sort_by_key(|(word, written)| (written.small + written.capital, *word));
    let classes = words.into_iter().map(|(word, written)| (word, further.class(word, written)));
    Model::encode(&steps(&weights), &steps(&glances), threshold, classes)
}

/// What the documents teach without most of their stops, of which each run leaves out others, and the texts that were
/// written for it.
fn prior(
    (documents, counts): (&[&Document], &[Counts]),
    further: &Further,
    all: &Counts,
    written: &[Vec<Example>],
    run: u64,
) -> Vec<f64> {
    let mut random = Random(run);
    let mut silent =
        |(document, own): (&&Document, _)| show(&silenced(document, &mut random), further, (all, own));
    let mut examples: Vec<_> = documents.iter().zip(counts).map(&mut silent).collect();
    examples.extend_from_slice(written);
    SCORE.fit(&examples, run).into_iter().map(|weight| weight * PRIOR).collect()
}

fn whole(weight: f64) -> f64 {
    (weight * STEPS).round()
}

fn steps(weights: &[f64]) -> Vec<i16> {
    weights.iter().map(|&weight| whole(weight).clamp(-32767.0, 32767.0) as i16).collect()
}

fn documents(file: &str) -> Result<Vec<Document>, Box<dyn Error>> {
    std::fs::read_to_string(file)?.lines().map(document).collect()
}

/// Where each char begins, and where the text ends, in bytes.
fn offsets(text: &str) -> Vec<usize> {
    text.char_indices().map(|(at, _)| at).chain([text.len()]).collect()
}

/// The document of one line.
fn document(line: &str) -> Result<Document, Box<dyn Error>> {
    let json: Value = from_str(line)?;
    let text = json["text"].as_str().ok_or("a document has no text")?.to_owned();
    let offsets = offsets(&text);
    let sentences = json["sentences"].as_array().ok_or("a document has no sentences")?;
    let side = |n: usize| -> Result<BTreeSet<usize>, Box<dyn Error>> {
        let bytes = |span: &Value| offsets.get(span[n].as_u64()? as usize).copied();
        sentences
            .iter()
            .map(|span| bytes(span).ok_or_else(|| "a sentence is no span of its text".into()))
            .collect()
    };
    let genre = json["genre"].as_str().unwrap_or_default().to_owned();
    Ok(Document { genre, starts: side(0)?, ends: side(1)?, text })
}

fn count(document: &Document) -> Counts {
    let mut counts = Counts::new();
    let mut at = 0;
    for run in document.text.split_inclusive(|c: char| c.is_ascii_whitespace()) {
        let (core, hash) = word(run.trim_end());
        match core.chars().next() {
            Some(c) if c.is_lowercase() => counts.entry(hash).or_default().small += 1,
            Some(c) if c.is_uppercase() && !document.starts.contains(&at) => {
                counts.entry(hash).or_default().capital += 1;
            }
            _ => {}
        }
        at += run.len();
    }
    counts
}

/// Counts the words of a text without sentences: a capital after a mark or at a line's start tells nothing.
fn count_further(text: &str, counts: &mut Counts) {
    let mut opens = true;
    for run in text.split_inclusive(|c: char| c.is_ascii_whitespace()) {
        let (core, hash) = word(run.trim_end());
        match core.chars().next() {
            Some(c) if c.is_lowercase() => counts.entry(hash).or_default().small += 1,
            Some(c) if c.is_uppercase() && !opens => counts.entry(hash).or_default().capital += 1,
            _ => {}
        }
        opens = run.ends_with('\n') || !run.trim_end().ends_with(char::is_alphanumeric);
    }
}

impl Written {
    /// The class of a word, from 0 for unknown to 7 for well known and always small.
    fn class(self) -> u8 {
        let sum = self.small + self.capital;
        if sum == 0 {
            return 0;
        }
        match (100 * self.small / sum, sum >= KNOWN) {
            (0..=5, false) => 1,
            (0..=5, true) => 2,
            (6..=35, _) => 3,
            (36..=74, _) => 4,
            (75..=95, _) => 5,
            (_, false) => 6,
            (_, true) => 7,
        }
    }
}

/// The gaps of a document. What it says itself about the case of words is left out: a new text has words that no
/// count knows.
fn show(document: &Document, further: &Further, (all, own): (&Counts, &Counts)) -> Vec<Example> {
    let classes = |word: u64| {
        let (sum, own) = (all.get(&word).copied(), own.get(&word).copied());
        let (sum, own) = (sum.unwrap_or_default(), own.unwrap_or_default());
        further.class(word, Written { small: sum.small - own.small, capital: sum.capital - own.capital })
    };
    let mut examples = Vec::new();
    gaps(&document.text, &classes, &mut |gap| {
        let ends = document.ends.contains(&gap.end);
        examples.push(Example { features: gap.features.to_vec(), glance: gap.glance.to_vec(), ends });
        ends.into()
    });
    examples
}

/// The gaps of a text without sentences, as these weights split it.
fn judge(text: &str, further: &Further, all: &Counts, weights: &[f64]) -> Vec<Example> {
    let classes = |word: u64| further.class(word, all.get(&word).copied().unwrap_or_default());
    let mut examples = Vec::new();
    gaps(text, &classes, &mut |gap| {
        let ends = gap.features.iter().map(|&at| weights[at as usize]).sum::<f64>() > THRESHOLD;
        examples.push(Example { features: Vec::new(), glance: gap.glance.to_vec(), ends });
        ends.into()
    });
    examples
}
