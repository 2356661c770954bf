//! Speed of the splitter beside other crates on the same text, and on texts made to be hard.
//!
//! One core, thread CPU time, rounds in turn, medians, in MB/s of text. Run with `cargo bench -p docmill-segment`;
//! words behind `--` choose the measurements of our own whose names hold one of them, and leave out the rest. The
//! hostile texts are 50 MB for one line without a space, a million marks else; they must be split within a factor of 4
//! of the speed of normal text.

#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]

use docmill_sdk::{Document, Documents, DocumentsBuilder, Host, Span, Transform};
use docmill_segment::paragraphs::paragraphs;
use docmill_segment::quotes::quotes;
use docmill_segment::sentences::{Profile, Splitter, SplitterOptions};
use docmill_segment::tokens::tokens;
use docmill_segment::{LayerName, Params, Segment};
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};
use unicode_segmentation::UnicodeSegmentation;

const ROUNDS: usize = 9;
/// Bytes of the normal text.
const SIZE: usize = 8_000_000;
/// Bytes of text in a batch.
const BATCH: usize = 1 << 20;
/// A round should take at least so long: the system counts CPU time in steps of some milliseconds.
const ENOUGH: Duration = Duration::from_millis(250);
/// How much slower than normal text a hostile one may be.
const FACTOR: f64 = 4.0;

/// CPU time of this thread in nanoseconds; wall-clock time where the system does not tell.
fn cpu_ns(began: Instant) -> u64 {
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|text| text.split(' ').next()?.parse().ok())
        .unwrap_or_else(|| began.elapsed().as_nanos() as u64)
}

/// The sample articles, again and again.
fn news() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../pipelines/sample");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).expect("the sample is there").flatten().map(|e| e.path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "txt"));
    files.sort();
    let texts: Vec<String> =
        files.iter().map(|path| std::fs::read_to_string(path).expect("a sample reads")).collect();
    let mut text = String::new();
    while text.len() < SIZE {
        text.extend(texts.iter().flat_map(|article| [article.as_str(), "\n\n"]));
    }
    text
}

struct Task<'a> {
    name: &'a str,
    run: Box<dyn FnMut(&str) -> usize + 'a>,
}

/// Runs the tasks in turn; the median speed of each in MB/s. A task is done again and again to fill a round.
fn measure(text: &str, tasks: &mut [Task<'_>], rounds: usize) -> Vec<f64> {
    let began = Instant::now();
    let mut times = vec![Vec::new(); tasks.len()];
    let calls: Vec<u64> = tasks.iter_mut().map(|task| calls(text, task)).collect();
    for _ in 0..rounds {
        for ((task, times), calls) in tasks.iter_mut().zip(&mut times).zip(&calls) {
            let before = cpu_ns(began);
            for _ in 0..*calls {
                black_box((task.run)(black_box(text)));
            }
            times.push((cpu_ns(began) - before) as f64 / *calls as f64);
        }
    }
    times.iter_mut().for_each(|times| times.sort_unstable_by(f64::total_cmp));
    times.iter().map(|times| text.len() as f64 * 1000.0 / times[times.len() / 2].max(1.0)).collect()
}

/// How often a task must be done to take long enough.
fn calls(text: &str, task: &mut Task<'_>) -> u64 {
    let (began, mut calls) = (Instant::now(), 0);
    while began.elapsed() < ENOUGH {
        black_box((task.run)(black_box(text)));
        calls += 1;
    }
    calls
}

fn splitting(name: &str, profile: Profile) -> Task<'_> {
    let splitter = Splitter::new(&SplitterOptions { profile, ..SplitterOptions::default() });
    let (mut blocks, mut found) = (Vec::new(), Vec::new());
    let run = move |text: &str| {
        blocks.clear();
        found.clear();
        paragraphs(text, 0, &mut blocks);
        splitter.sentences(text, &blocks, &mut found);
        found.len()
    };
    Task { name, run: Box::new(run) }
}

fn tokenizing<'a>() -> Task<'a> {
    let mut found = Vec::new();
    let run = move |text: &str| {
        found.clear();
        tokens(text, Span::new(text, 0, text.len()).expect("a whole text is a span"), &mut found);
        found.len()
    };
    Task { name: "tokens", run: Box::new(run) }
}

fn paragraphing<'a>() -> Task<'a> {
    let mut found = Vec::new();
    let run = move |text: &str| {
        found.clear();
        paragraphs(text, 0, &mut found);
        found.len()
    };
    Task { name: "paragraphs", run: Box::new(run) }
}

fn quoting<'a>() -> Task<'a> {
    let (mut blocks, mut found) = (Vec::new(), Vec::new());
    let run = move |text: &str| {
        blocks.clear();
        found.clear();
        paragraphs(text, 0, &mut blocks);
        quotes(text, &blocks, &mut found);
        found.len()
    };
    Task { name: "quotes", run: Box::new(run) }
}

/// The stage on documents of about 4 KB, in batches such as the runner gives, its layers written.
fn staging<'a>(name: &'a str, text: &str, layers: &[LayerName]) -> Task<'a> {
    let (mut batches, mut builder) = (Vec::new(), DocumentsBuilder::default());
    let (mut rest, mut bytes) = (text, 0);
    while !rest.is_empty() {
        let middle = rest.get(4000..).and_then(|tail| tail.find("\n\n")).map_or(rest.len(), |at| 4000 + at);
        let (document, tail) = rest.split_at(middle);
        builder.push(&Document { id: "a", uri: "a", text: document, ..Document::default() });
        (rest, bytes) = (tail, bytes + document.len());
        if bytes >= BATCH || rest.is_empty() {
            batches.push(std::mem::take(&mut builder).finish());
            bytes = 0;
        }
    }
    let params = Params { layers: layers.to_vec(), ..Params::default() };
    let mut stage = Segment::new(params, Host::none()).expect("the params fit");
    let run = move |_: &str| {
        for batch in &batches {
            black_box(stage.process(&Documents::new(batch)).expect("the texts split"));
        }
        0
    };
    Task { name, run: Box::new(run) }
}

fn peers<'a>() -> Vec<Task<'a>> {
    let words =
        icu_segmenter::WordSegmenter::new_auto(icu_segmenter::options::WordBreakInvariantOptions::default());
    let sentences = icu_segmenter::SentenceSegmenter::new(
        icu_segmenter::options::SentenceBreakInvariantOptions::default(),
    );
    vec![
        Task { name: "sentences: sentencex", run: Box::new(|text| sentencex::segment("en", text).len()) },
        Task {
            name: "sentences: icu_segmenter",
            run: Box::new(move |text| sentences.segment_str(text).count()),
        },
        Task {
            name: "sentences: unicode-segmentation",
            run: Box::new(|text| text.unicode_sentences().count()),
        },
        Task { name: "words: icu_segmenter", run: Box::new(move |text| words.segment_str(text).count()) },
        Task { name: "words: unicode-segmentation", run: Box::new(|text| text.split_word_bounds().count()) },
    ]
}

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    // The allocator keeps memory at hand once a large piece was given back; in a run, blocks of input are.
    drop(black_box(vec![1_u8; 16 << 20]));
    let text = news();
    let mut tasks = vec![
        splitting("sentences, news", Profile::News),
        splitting("sentences, web", Profile::Web),
        tokenizing(),
        paragraphing(),
        quoting(),
        staging("sentences as a layer", &text, &[LayerName::Sentences]),
        staging("tokens as a layer", &text, &[LayerName::Tokens]),
        staging("sentences and tokens as layers", &text, &[LayerName::Sentences, LayerName::Tokens]),
        staging("all four layers", &text, &Params::default().layers),
    ];
    tasks.retain(|task| wanted.is_empty() || wanted.iter().any(|word| task.name.contains(word.as_str())));
    let speeds = measure(&text, &mut tasks, ROUNDS);
    let normal: Vec<(&str, f64)> = tasks.iter().map(|task| task.name).zip(speeds).collect();
    normal.iter().for_each(|(name, speed)| println!("{name:34} {speed:8.0} MB/s"));
    if wanted.is_empty() {
        beside_peers(&text, &normal);
        hostile(&normal);
    }
}

fn beside_peers(text: &str, ours: &[(&str, f64)]) {
    let short = text.get(..text.len() / 4).expect("the sample is ASCII there");
    let mut tasks = peers();
    let speeds = measure(short, &mut tasks, 3);
    for (task, speed) in tasks.iter().zip(speeds) {
        let own = if task.name.starts_with("words") { ours[2].1 } else { ours[0].1 };
        println!("{:34} {speed:8.0} MB/s, ours is {:.1} times as fast", task.name, own / speed);
    }
}

/// Splits texts made to be hard, and says how much slower they are than normal text.
fn hostile(normal: &[(&str, f64)]) {
    let texts = [
        ("one line without a space", "a".repeat(50_000_000)),
        ("a million dots", ".".repeat(1_000_000)),
        ("a million dots and spaces", ". ".repeat(1_000_000)),
        ("a million opening quotes", "“".repeat(1_000_000)),
        ("a million straight quotes", "\"".repeat(1_000_000)),
        ("a million capitals", "A ".repeat(1_000_000)),
    ];
    for (name, text) in texts {
        let mut tasks = vec![
            splitting("sentences, news", Profile::News),
            splitting("sentences, web", Profile::Web),
            tokenizing(),
            paragraphing(),
            quoting(),
        ];
        let speeds = measure(&text, &mut tasks, 3);
        for ((task, speed), (_, normal)) in tasks.iter().zip(speeds).zip(normal) {
            let slower = normal / speed;
            let verdict = if slower > FACTOR { "TOO SLOW" } else { "ok" };
            println!("{name}: {}: {speed:.0} MB/s, 1/{slower:.1} of normal: {verdict}", task.name);
        }
    }
}
