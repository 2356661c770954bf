//! Throws mutated articles at the annotator, the gazetteer and the quoter until the time is up.
//!
//! `DOCMILL_FUZZ_SECONDS` says for how long (5 by default), `DOCMILL_FUZZ_SEED` where to begin. What breaks a promise
//! panics, with the seed that makes it again. Run with `cargo bench -p docmill-entities --bench fuzz`.

#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]

use docmill_entities::annotator::{Annotations, Annotator, Document, Options};
use docmill_entities::gazetteer::{Gazetteer, Term};
use docmill_entities::label::Label;
use docmill_entities::model::Model;
use docmill_entities::quotes::{Article, Quoter, marks};
use docmill_sdk::Span;
use std::time::{Duration, Instant};

/// Pieces that the mutations put in.
const PIECES: [&str; 48] = [
    "“",
    "”",
    "\"",
    "'",
    "’",
    "«",
    "»",
    "(",
    ")",
    ",",
    ".",
    ":",
    "-",
    "–",
    "$",
    "€",
    "Rs",
    "US$",
    "%",
    "°C",
    "\n",
    "\n\n",
    " ",
    "\t",
    "\u{0}",
    "\u{1b}",
    "\u{feff}",
    "\u{2028}",
    "e\u{301}",
    "ß",
    "İ",
    "北京",
    "🚢",
    "9",
    "99",
    "2025",
    "May 9",
    "to",
    "said",
    "that",
    "he",
    "according to",
    "the",
    "Mr",
    "Ltd.",
    "U.S.",
    "’80s",
    "FY2023",
];

/// A small generator of numbers (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % end.max(1) as u64) as usize
    }

    /// A char boundary of `text`.
    fn place(&mut self, text: &str) -> usize {
        let mut at = self.below(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn seeds() -> Vec<String> {
    let cases = [
        include_str!("../cases/dates.txt"),
        include_str!("../cases/amounts.txt"),
        include_str!("../cases/quotes.txt"),
    ];
    let mut seeds: Vec<String> = cases
        .iter()
        .flat_map(|case| case.split("\n\n"))
        .map(|part| part.replace(['[', ']', '|'], ""))
        .collect();
    seeds.push(cases.concat());
    seeds
}

fn mutated(dice: &mut Dice, seeds: &[String]) -> String {
    let mut text = seeds[dice.below(seeds.len())].clone();
    for _ in 0..=dice.below(12) {
        let (one, other) = (dice.place(&text), dice.place(&text));
        let (from, to) = (one.min(other), one.max(other));
        match dice.below(5) {
            0 => text.insert_str(from, PIECES[dice.below(PIECES.len())]),
            1 => text.replace_range(from..to, ""),
            2 => {
                let copy = text.get(from..to).unwrap_or_default().to_owned();
                let at = dice.place(&text);
                text.insert_str(at, &copy);
            }
            3 => {
                let seed = &seeds[dice.below(seeds.len())];
                let at = dice.place(seed);
                let rest = seed.get(at..).unwrap_or_default();
                text.truncate(from);
                text.push_str(rest);
            }
            _ => {
                let count = dice.below(60);
                text.insert_str(from, &PIECES[dice.below(PIECES.len())].repeat(count));
            }
        }
        if text.len() > 20_000 {
            let end = (0..=20_000).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
            text.truncate(end);
        }
    }
    text
}

/// Spans of lines and of stretches between periods, as a splitter might cut them.
fn sentences(text: &str) -> Vec<Span> {
    let mut start = 0;
    let mut out = Vec::new();
    for part in text.split_inclusive(['\n', '.']) {
        let end = start + part.len();
        let head = part.len() - part.trim_start().len();
        out.extend(Span::new(text, start + head, start + part.trim_end().len().max(head)));
        start = end;
    }
    out.retain(|span| !span.is_empty());
    out
}

/// Checks what the docs promise of the output.
fn check(text: &str, annotator: &Annotator, quoter: &Quoter, found: &mut Annotations) {
    let parts = sentences(text);
    let published = "2025-09-24".parse().ok();
    let document = Document { text, published, body_start: 0, dateline: None, sentences: &parts };
    annotator.annotate(&document, found);
    let mut end = 0;
    for mention in &found.mentions {
        assert!(mention.span.start() >= end && !mention.span.is_empty(), "mentions overlap");
        assert!((0.0..=1.0).contains(&mention.score), "a score is out of range");
        let entity = found.entities.get(mention.entity as usize).expect("the entity is listed");
        assert_eq!(entity.label, mention.label, "an entity has two labels");
        end = mention.span.end();
    }
    let (mut direct, mut out) = (Vec::new(), Vec::new());
    marks::direct(text, 0, &mut direct);
    let (mentions, entities) = (&found.mentions, &found.entities);
    quoter.quotations(
        &Article { text, body_start: 0, sentences: &parts, direct: &direct, mentions, entities },
        &mut out,
    );
    let starts: Vec<_> = out.iter().map(|quotation| (quotation.span.start(), quotation.span.end())).collect();
    assert!(starts.is_sorted(), "quotations are not sorted");
    for quotation in &out {
        assert!((0.0..=1.0).contains(&quotation.score), "a score is out of range");
        assert!(
            quotation.speaker.is_none_or(|speaker| (speaker as usize) < entities.len()),
            "no such speaker"
        );
    }
}

fn main() {
    let seconds = number("DOCMILL_FUZZ_SECONDS", 5);
    let first = number("DOCMILL_FUZZ_SEED", 1);
    let term = |text: &str, is_pattern| Term {
        text: text.to_owned(),
        is_pattern,
        label: Label::Org,
        id: None,
        ignore_case: true,
        origin: "fuzz".to_owned(),
    };
    let terms = vec![term("the bridge", false), term("^ #", true), term("* said", true), term("$#", true)];
    let terms = terms.into_iter().filter(|term| Gazetteer::new(vec![term.clone()]).is_ok()).collect();
    let gazetteer = Gazetteer::new(terms).expect("each term is sound");
    let model = Some(Model::embedded());
    let plain = Annotator::new(Options { explain: true, ..Options::default() }).with_model(model.clone());
    let cutting = Options { split_names: true, day_first: false, ..Options::default() };
    let cutting = Annotator::new(cutting).with_model(model);
    let annotators = [plain.with_gazetteer(gazetteer), cutting];
    let (quoter, seeds) = (Quoter::new(), seeds());
    let mut found = Annotations::default();
    let began = Instant::now();
    let mut seed = first;
    let mut slowest = (Duration::ZERO, 0);
    while began.elapsed() < Duration::from_secs(seconds) {
        let text = mutated(&mut Dice(seed), &seeds);
        let from = Instant::now();
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            annotators.iter().for_each(|annotator| check(&text, annotator, &quoter, &mut found));
        }));
        assert!(outcome.is_ok(), "DOCMILL_FUZZ_SEED={seed} breaks a promise with {text:?}");
        slowest = slowest.max((from.elapsed(), seed));
        seed += 1;
    }
    println!("{} texts in {seconds} s, none broke a promise; the slowest took {:?}", seed - first, slowest.0);
}
