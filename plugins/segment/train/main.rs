//! Trains the learned score of the profile `web`.
//!
//! usage: `cargo run --release -p docmill-segment --example train -- MODEL EWT_TRAIN [TEXTS]...`
//!
//! `EWT_TRAIN` is a file of JSON Lines with `text` and `sentences`, a list of `[start, end]` in chars: the training
//! part of UD English EWT. `TEXTS` are files of JSON Lines with `text`: in them the case of words is counted, and a
//! glance learns to decide as all features together do.
//! With `--check` in place of the model it only prints how well what it learns from four fifths of the documents splits
//! the last one. `MODEL` is written, byte for byte the same on every machine: one thread, a fixed order of the documents, and no
//! arithmetic that a processor or a library may round in its own way.

#![expect(clippy::print_stdout, reason = "it prints what it checks")]

use docmill_sdk::serde_json::{Value, from_str};
use docmill_segment::gaps::{BITS, GLANCE_BITS, gaps, word};
use docmill_segment::model::{Model, Thresholds};
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

/// How large the first steps are.
const RATE: f64 = 0.2;
/// What draws a weight to zero, and what keeps it small.
const SPARSE: f64 = 0.5;
const SMALL: f64 = 3.0;
const EPOCHS: usize = 15;
/// The weights are the mean of so many runs, each with its own order of the documents.
const RUNS: u64 = 4;
/// A sentence ends where the score is above this, in whole weights.
const THRESHOLD: f64 = -0.3;
/// Above this a glance is enough for an end, below the other for none.
const CLEARLY: f64 = 3.0;
const CLEARLY_NOT: f64 = -3.5;
/// How often a document counts for a glance, of which a text without sentences counts once.
const WEIGHT: usize = 3;
/// The written weights are in steps of one part in so many.
const STEPS: f64 = 1000.0;
/// So many occurrences make a word well known.
const KNOWN: u32 = 5;
/// Parts in which the documents are split to check what is learned.
const FOLDS: usize = 5;

struct Document {
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

/// Texts without sentences, and the words in them.
struct Further {
    texts: Vec<String>,
    words: BTreeMap<u64, Written>,
}

impl Further {
    fn new(texts: Vec<String>) -> Self {
        let mut words = BTreeMap::new();
        texts.iter().for_each(|text| count_further(text, &mut words));
        Self { texts, words }
    }
}

/// One gap: its features, those for a glance and whether a
/// sentence ends there.
#[derive(Clone)]
struct Example {
    features: Vec<u32>,
    glance: Vec<u32>,
    ends: bool,
}

const USAGE: &str = "usage: train MODEL EWT_TRAIN [TEXTS]...\n       train --check EWT_TRAIN [TEXTS]...";

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [output, input, more @ ..] = args.as_slice() else { return Err(USAGE.into()) };
    let documents: Vec<Document> =
        std::fs::read_to_string(input)?.lines().map(document).collect::<Result<_, _>>()?;
    let mut texts = Vec::new();
    for file in more {
        for line in std::fs::read_to_string(file)?.lines() {
            let json: Value = from_str(line)?;
            texts.push(json["text"].as_str().ok_or("a text is missing")?.to_owned());
        }
    }
    let further = Further::new(texts);
    if output == "--check" {
        return check(&documents, &further);
    }
    std::fs::write(output, train(&documents.iter().collect::<Vec<_>>(), &further))?;
    Ok(())
}

/// Learns from four fifths of the documents and scores the last one, in turn.
fn check(documents: &[Document], further: &Further) -> Result<(), Box<dyn Error>> {
    let (mut sum, mut clear, mut shown) = (0.0, 0, 0);
    for fold in 0..FOLDS {
        let fifth = |held: bool| {
            let with_place = documents.iter().enumerate();
            with_place.filter(move |(at, _)| (at % FOLDS == fold) == held).map(|(_, document)| document)
        };
        let model = Model::decode(&train(&fifth(false).collect::<Vec<_>>(), further))
            .ok_or("the model is not read again")?;
        let (mut right, mut all) = (0, 0);
        for document in fifth(true) {
            let found = gaps(&document.text, &|word| model.case(word), &mut |gap| {
                let ends = model.glance(gap.glance);
                (clear, shown) = (clear + u32::from(ends.is_some()), shown + 1);
                ends.unwrap_or_else(|| model.ends(gap.features))
            });
            let wanted: BTreeSet<_> =
                document.starts.iter().copied().zip(document.ends.iter().copied()).collect();
            right += found.iter().filter(|span| wanted.contains(&(span.start(), span.end()))).count();
            all += found.len() + wanted.len();
        }
        let score = 200.0 * right as f64 / all as f64;
        println!("fifth {}: F1 of sentences {score:.2}", fold + 1);
        sum += score;
    }
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
        documents.iter().zip(&counts).map(|(document, own)| show(document, &all, own)).collect();
    let weights = fit(&examples, BITS, |example| &example.features);
    for _ in 1..WEIGHT {
        examples.extend_from_within(..documents.len());
    }
    examples.extend(further.texts.iter().map(|text| judge(text, &all, &weights)));
    let glances = fit(&examples, GLANCE_BITS, |example| &example.glance);
    let threshold = Thresholds {
        ends: whole(THRESHOLD) as i32,
        clearly: whole(CLEARLY) as i32,
        clearly_not: whole(CLEARLY_NOT) as i32,
    };
    // Where two words share a bucket, the one met more often stays.
    let mut words: Vec<_> = all.iter().collect();
    words.sort_by_key(|(word, written)| (written.small + written.capital, **word));
    let cases = words.iter().map(|(word, written)| (**word, written.class()));
    Model::encode(&steps(&weights), &steps(&glances), threshold, cases)
}

fn whole(weight: f64) -> f64 {
    (weight * STEPS).round()
}

fn steps(weights: &[f64]) -> Vec<i16> {
    weights.iter().map(|&weight| whole(weight).clamp(-32767.0, 32767.0) as i16).collect()
}

/// The document of one line.
fn document(line: &str) -> Result<Document, Box<dyn Error>> {
    let json: Value = from_str(line)?;
    let text = json["text"].as_str().ok_or("a document has no text")?.to_owned();
    let offsets: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let sentences = json["sentences"].as_array().ok_or("a document has no sentences")?;
    let side = |n: usize| -> Result<BTreeSet<usize>, Box<dyn Error>> {
        let bytes = |span: &Value| offsets.get(span[n].as_u64()? as usize).copied();
        sentences
            .iter()
            .map(|span| bytes(span).ok_or_else(|| "a sentence is no span of its text".into()))
            .collect()
    };
    Ok(Document { starts: side(0)?, ends: side(1)?, text })
}

fn count(document: &Document) -> BTreeMap<u64, Written> {
    let mut counts = BTreeMap::<u64, Written>::new();
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
fn count_further(text: &str, counts: &mut BTreeMap<u64, Written>) {
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
fn show(document: &Document, all: &BTreeMap<u64, Written>, own: &BTreeMap<u64, Written>) -> Vec<Example> {
    let case = |word: u64| {
        let (sum, own) = (all.get(&word).copied(), own.get(&word).copied());
        let (sum, own) = (sum.unwrap_or_default(), own.unwrap_or_default());
        u64::from(Written { small: sum.small - own.small, capital: sum.capital - own.capital }.class())
    };
    let mut examples = Vec::new();
    gaps(&document.text, &case, &mut |gap| {
        let ends = document.ends.contains(&gap.end);
        examples.push(Example { features: gap.features.to_vec(), glance: gap.glance.to_vec(), ends });
        ends
    });
    examples
}

/// The gaps of a text without sentences, as these weights split it.
fn judge(text: &str, all: &BTreeMap<u64, Written>, weights: &[f64]) -> Vec<Example> {
    let case = |word: u64| u64::from(all.get(&word).copied().unwrap_or_default().class());
    let mut examples = Vec::new();
    gaps(text, &case, &mut |gap| {
        let ends = gap.features.iter().map(|&at| weights[at as usize]).sum::<f64>() > THRESHOLD;
        examples.push(Example { features: Vec::new(), glance: gap.glance.to_vec(), ends });
        ends
    });
    examples
}

/// Logistic regression by "follow the regularised leader", coordinate by coordinate (`McMahan` and others, 2013);
/// the weights are the mean of those after each epoch of the second half of each run.
fn fit(documents: &[Vec<Example>], bits: u32, features: fn(&Example) -> &[u32]) -> Vec<f64> {
    let mut sum = vec![0.0; 1 << bits];
    for run in 0..RUNS {
        let mut leader = Leader::new(bits);
        let mut order: Vec<usize> = (0..documents.len()).collect();
        let mut random = Random(11 + run);
        for epoch in 0..EPOCHS {
            for last in (1..order.len()).rev() {
                order.swap(last, random.below(last + 1));
            }
            for example in order.iter().flat_map(|&document| &documents[document]) {
                leader.learn(features(example), example.ends);
            }
            if epoch >= EPOCHS / 2 {
                sum.iter_mut().zip(&leader.weights).for_each(|(sum, weight)| *sum += weight);
            }
        }
    }
    let counted = (EPOCHS - EPOCHS / 2) as f64 * RUNS as f64;
    sum.iter().map(|sum| sum / counted).collect()
}

struct Leader {
    weights: Vec<f64>,
    pull: Vec<f64>,
    squares: Vec<f64>,
}

impl Leader {
    fn new(bits: u32) -> Self {
        let zeros = vec![0.0; 1 << bits];
        Self { weights: zeros.clone(), pull: zeros.clone(), squares: zeros }
    }

    fn learn(&mut self, features: &[u32], ends: bool) {
        let score: f64 = features.iter().map(|&at| self.weights[at as usize]).sum();
        let chance = 1.0 / (1.0 + exp(-score));
        let slope = chance - f64::from(u8::from(ends));
        for at in features.iter().map(|&at| at as usize) {
            let squares = self.squares[at] + slope * slope;
            let step = (squares.sqrt() - self.squares[at].sqrt()) / RATE;
            self.pull[at] += slope - step * self.weights[at];
            self.squares[at] = squares;
            let pull = self.pull[at];
            let beyond = pull - pull.signum() * SPARSE;
            let resistance = (1.0 + squares.sqrt()) / RATE + SMALL;
            self.weights[at] = if pull.abs() <= SPARSE { 0.0 } else { -beyond / resistance };
        }
    }
}

/// The exponential by multiplication alone, which rounds the same everywhere.
fn exp(x: f64) -> f64 {
    (0..12).fold(1.0 + x.clamp(-30.0, 30.0) / 4096.0, |power, _| power * power)
}

/// A linear congruential sequence.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }
}
