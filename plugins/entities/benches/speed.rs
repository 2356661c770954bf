//! Words a second of the annotator and of the quoter, and how hostile texts scale.
//!
//! One thread, CPU time, medians of rounds; the articles of `pipelines/sample`, or the files named after `--`, one
//! document a file. Run with `cargo bench -p docmill-entities --bench speed`.

#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]

use docmill_entities::annotator::{Annotations, Annotator, Document, Options};
use docmill_entities::model::Model;
use docmill_entities::quotes::{Article, Quoter, marks};
use docmill_sdk::Span;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant;

const ROUNDS: usize = 9;

/// CPU time of this thread in nanoseconds; wall-clock time where the system does not tell.
fn cpu_ns(began: Instant) -> u64 {
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|text| text.split(' ').next()?.parse().ok())
        .unwrap_or_else(|| began.elapsed().as_nanos() as u64)
}

/// Median CPU seconds of `ROUNDS` calls.
fn median(mut work: impl FnMut()) -> f64 {
    let began = Instant::now();
    let mut times: Vec<u64> = (0..ROUNDS)
        .map(|_| {
            let from = cpu_ns(began);
            work();
            cpu_ns(began) - from
        })
        .collect();
    times.sort_unstable();
    times[ROUNDS / 2] as f64 / 1e9
}

fn articles() -> Vec<String> {
    let named: Vec<PathBuf> =
        std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).map(PathBuf::from).collect();
    let files = if named.is_empty() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../pipelines/sample");
        let mut files: Vec<_> = std::fs::read_dir(folder)
            .expect("the sample is there")
            .flatten()
            .map(|entry| entry.path())
            .collect();
        files.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
        files.sort();
        files
    } else {
        named
    };
    files.iter().map(|path| std::fs::read_to_string(path).expect("an article reads")).collect()
}

/// Sentences as lines: what they are costs the annotator nothing.
fn sentences(text: &str) -> Vec<Span> {
    let mut start = 0;
    let spans = text.split_inclusive('\n').filter_map(|line| {
        let end = start + line.len();
        let span = Span::new(text, start, start + line.trim_end().len());
        start = end;
        span.filter(|span| !span.is_empty())
    });
    spans.collect()
}

fn document<'a>(text: &'a str, sentences: &'a [Span]) -> Document<'a> {
    Document { text, published: None, body_start: 0, dateline: None, sentences }
}

fn main() {
    let texts = articles();
    let parts: Vec<Vec<Span>> = texts.iter().map(|text| sentences(text)).collect();
    let times = 2_000_000 / texts.iter().map(String::len).sum::<usize>().max(1) + 1;
    let words = texts.iter().map(|text| text.split_whitespace().count()).sum::<usize>() * times;
    let bytes = texts.iter().map(String::len).sum::<usize>() * times;
    let annotator = Annotator::new(Options::default()).with_model(Some(Model::embedded()));
    let quoter = Quoter::new();
    let mut found = Annotations::default();
    let seconds = median(|| {
        for (text, sentences) in texts.iter().zip(&parts).cycle().take(texts.len() * times) {
            annotator.annotate(&document(text, sentences), &mut found);
            black_box(&found);
        }
    });
    let rate = |name: &str, seconds: f64| {
        println!(
            "{name:<10} {:>10.0} words/s  {:>6.1} MB/s",
            words as f64 / seconds,
            bytes as f64 / seconds / 1e6
        );
    };
    rate("entities", seconds);
    let known: Vec<_> = texts
        .iter()
        .zip(&parts)
        .map(|(text, sentences)| {
            let (mut found, mut direct) = (Annotations::default(), Vec::new());
            annotator.annotate(&document(text, sentences), &mut found);
            marks::direct(text, 0, &mut direct);
            (found, direct)
        })
        .collect();
    let mut out = Vec::new();
    let seconds = median(|| {
        for ((text, sentences), (found, direct)) in
            texts.iter().zip(&parts).zip(&known).cycle().take(texts.len() * times)
        {
            let (mentions, entities) = (&found.mentions, &found.entities);
            quoter.quotations(
                &Article { text, body_start: 0, sentences, direct, mentions, entities },
                &mut out,
            );
            black_box(&out);
        }
    });
    rate("quotes", seconds);
    hostile(&annotator, &quoter);
}

/// Prints what a text costs and what twice as much of it costs: the ratio stays about 2.
fn hostile(annotator: &Annotator, quoter: &Quoter) {
    let kinds = [
        ("capitalised words", "Omar Lima ", 50_000),
        ("one long token", "x", 10_000_000),
        ("control characters", "\u{1}\u{2}\u{7f}\n", 250_000),
        ("verbs of saying", "he said that Ana said ", 20_000),
        ("quotation marks", "“a” “b,” he said ", 20_000),
        ("numbers", "$1 to $2 May 9 to 1990s ", 20_000),
    ];
    for (name, piece, count) in kinds {
        let cost = |n: usize| {
            let text = piece.repeat(n * count);
            let whole: Vec<Span> = Span::new(&text, 0, text.len()).into_iter().collect();
            let (mut found, mut direct, mut out) = (Annotations::default(), Vec::new(), Vec::new());
            let began = Instant::now();
            let from = cpu_ns(began);
            annotator.annotate(&document(&text, &whole), &mut found);
            marks::direct(&text, 0, &mut direct);
            let (mentions, entities) = (&found.mentions, &found.entities);
            let article = Article {
                text: &text,
                body_start: 0,
                sentences: &whole,
                direct: &direct,
                mentions,
                entities,
            };
            quoter.quotations(&article, &mut out);
            (cpu_ns(began) - from) as f64 / 1e6
        };
        let (once, twice) = (cost(1), cost(2));
        println!("{name:<20} {once:>9.1} ms, twice as much {twice:>9.1} ms: x{:.2}", twice / once);
    }
}
