//! The loader on random pipelines: no panic, every place inside its file, every message drawn, time linear.
//!
//! `DOCMILL_FUZZ_SECONDS` (5) says for how long, `DOCMILL_FUZZ_SEED` (1) with which seed; the inputs of a seed are
//! always the same ones, whatever the machine. An input that breaks something is printed with its number.

#![cfg(test)]

mod catalogue;
mod inputs;
mod rng;

use catalogue::Catalogue;
use docmill_pipeline::{Diagnostic, Settings, Sources, check, graph, parse_recoverable};
use inputs::{Input, corpus};
use rng::Rng;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// What an input may cost: so much, and so much for each byte. Wide, for the machine may be busy.
const START: Duration = Duration::from_millis(1500);
const BYTE: Duration = Duration::from_micros(150);

fn number(variable: &str, otherwise: u64) -> u64 {
    let given = std::env::var(variable).ok();
    given.map_or(otherwise, |given| {
        given.parse().unwrap_or_else(|_| panic!("{variable}={given} is no number"))
    })
}

/// All that is done with a pipeline before it runs; how many findings there were.
fn load(input: &Input, catalogue: &Catalogue) -> usize {
    let all = input.clone();
    let read = move |_: &str, path: &str| all.base(path);
    let env = |name: &str| input.env(name);
    let settings = Settings {
        params: input.params.clone(),
        set: input.set.clone(),
        profile: input.profile.clone(),
        read: &read,
        env: &env,
        ..Settings::default()
    };
    let (pipeline, sources, mut found) = parse_recoverable("fuzz.toml", &input.text, &settings);
    let is_sound = found.is_empty();
    if let Some(pipeline) = &pipeline {
        assert_eq!(pipeline.sources, sources);
        match check(pipeline, catalogue) {
            Ok(plan) => {
                found.extend(plan.warnings.iter().cloned());
                if is_sound {
                    assert_eq!(plan.stages.len(), pipeline.stages.len(), "a sound plan has all stages");
                    assert!(!graph::mermaid(&plan).is_empty() && !graph::dot(&plan).is_empty());
                }
            }
            Err(more) => {
                assert!(!more.is_empty(), "no plan, and no reason");
                found.extend(more);
            }
        }
    } else {
        assert!(!is_sound, "no pipeline, and no reason");
    }
    sources.sort(&mut found);
    look(&sources, &found);
    found.len()
}

/// What is found is in a file, between characters, and can be drawn.
fn look(sources: &Sources, found: &[Diagnostic]) {
    for finding in found {
        let shown = format!("{}: {}", finding.code, finding.message);
        assert!(sources.names().any(|name| name == finding.file), "{shown}: no such file: {}", finding.file);
        assert!(!finding.message.is_empty(), "{shown}");
        let text = sources.text(&finding.file);
        if let Some(place) = &finding.place {
            assert!(
                place.start <= place.end && place.end <= text.len(),
                "{shown}: {place:?} of {}",
                text.len()
            );
            assert!(
                text.is_char_boundary(place.start) && text.is_char_boundary(place.end),
                "{shown}: {place:?}"
            );
        }
    }
    let drawn = sources.render_all(found, false);
    assert_eq!(drawn.is_empty(), found.is_empty());
    let harmful = drawn.chars().find(|c| c.is_control() && *c != '\n');
    assert_eq!(harmful, None, "a control character is drawn: {drawn}");
    let colourful = sources.render_all(found, true);
    assert!(colourful.len() >= drawn.len());
    for located in sources.locate_all(found) {
        assert_eq!(located.line.is_some(), located.end_line.is_some());
        assert!(located.line.is_none_or(|line| line >= 1) && located.column.is_none_or(|column| column >= 1));
        assert!((located.line, located.column) <= (located.end_line, located.end_column), "{located:?}");
    }
}

#[test]
fn no_input_breaks_the_loader() {
    let (seconds, seed) = (number("DOCMILL_FUZZ_SECONDS", 5), number("DOCMILL_FUZZ_SEED", 1));
    let (corpus, catalogue) = (corpus(), Catalogue::default());
    assert!(corpus.len() > 60, "the corpus has {} pipelines", corpus.len());
    let end = Instant::now() + Duration::from_secs(seconds);
    let (mut inputs, mut bytes, mut findings, mut sound) = (0_u64, 0, 0, 0_u64);
    let mut slowest = (Duration::ZERO, 0, 0);
    while Instant::now() < end {
        let input = Input::random(&mut Rng::new(seed, inputs), &corpus);
        let began = Instant::now();
        let found = catch_unwind(AssertUnwindSafe(|| load(&input, &catalogue)));
        let took = began.elapsed();
        let Ok(found) = found else { panic!("input {inputs} of seed {seed} breaks the loader:\n{input:#?}") };
        let most = START + BYTE * u32::try_from(input.bytes()).unwrap_or(u32::MAX);
        assert!(
            took <= most,
            "input {inputs} of seed {seed} takes {took:?}, more than {most:?}:\n{input:#?}"
        );
        slowest = slowest.max((took, input.bytes(), inputs));
        (inputs, bytes, findings) = (inputs + 1, bytes + input.bytes(), findings + found);
        sound += u64::from(found == 0);
    }
    println!(
        "seed {seed}: {inputs} inputs, {bytes} bytes, {findings} findings, {sound} sound; slowest {:?} for {} bytes \
         (input {})",
        slowest.0, slowest.1, slowest.2
    );
    assert!(inputs > 0 && findings > 0, "nothing was tried");
}

/// Writes a file with so many of something.
type Write = fn(usize) -> String;

fn each(n: usize, one: impl Fn(usize) -> String) -> String {
    (0..n).map(one).collect::<Vec<_>>().concat()
}

/// Ways to write a long file that could cost more than its length.
const LONG: &[(&str, Write)] = &[
    ("stages", |n| "[[stage]]\nuse = \"segment\"\n".repeat(n)),
    ("unknown stages", |n| each(n, |k| format!("[[stage]]\nuse = \"s{k}\"\n"))),
    ("slips in from", |n| each(n, |k| format!("[[stage]]\nuse=\"segment\"\nid=\"a{k}\"\nfrom=\"b{k}\"\n"))),
    ("params", |n| format!("[params]\n{}", each(n, |k| format!("p{k}={{type=\"int\",default={k}}}\n")))),
    ("slips in params", |n| {
        let refs: String = each(n, |k| format!("\"${{params.p{k}x}}\","));
        format!(
            "[params]\n{}[[stage]]\nuse=\"ingest\"\nwith.path=[{refs}]\n",
            "p={type=\"int\"}\nq={type=\"int\"}\n"
        )
    }),
    ("unknown keys", |n| each(n, |k| format!("key{k} = 1\n"))),
    ("unknown options", |n| {
        format!("[[stage]]\nuse=\"ingest\"\n{}", each(n, |k| format!("with.key{k} = 1\n")))
    }),
    ("dotted keys", |n| format!("[[stage]]\nuse=\"ingest\"\nwith{} = 1\n", ".a".repeat(n))),
    ("brackets", |n| format!("a = {}", "[".repeat(n))),
    ("one long line", |n| format!("pipeline = \"{}\"\nuse = 3", "x".repeat(n * 20))),
    ("references", |n| format!("[[stage]]\nuse=\"ingest\"\nwith.path=\"{}\"\n", "${params.x}".repeat(n))),
    ("a long condition", |n| {
        format!("[[stage]]\nuse=\"ingest\"\n[[stage]]\nuse=\"segment\"\nwhen=\"{}\"\n", "txt and ".repeat(n))
    }),
    ("gates", |n| format!("[[stage]]\nuse=\"ingest\"\n{}", "[[gate]]\nassert=\"run.x == 0\"\n".repeat(n))),
    ("conditions", |n| {
        format!(
            "[[stage]]\nuse=\"ingest\"\n{}",
            each(n, |k| format!("[[stage]]\nuse=\"segment\"\nid=\"s{k}\"\nwhen=\"count(entities) > 1\"\n"))
        )
    }),
    ("unions", |n| {
        let ids: String = each(n, |k| format!("\"s{k}\","));
        let sources: String = each(n, |k| format!("[[stage]]\nuse=\"ingest\"\nid=\"s{k}\"\nfrom=[]\n"));
        format!("{sources}[[stage]]\nuse=\"entities\"\nfrom=[{ids}]\n")
    }),
    ("quotes", |n| "\"".repeat(n)),
    ("lines of nothing", |n| "\r\n".repeat(n * 10) + "x"),
    ("the same key", |n| "a = 1\n".repeat(n)),
    ("profiles", |n| each(n, |k| format!("[profile.p{k}.run]\nthreads = 0\n"))),
    ("changes to no stage", |n| {
        format!("[[stage]]\nuse=\"ingest\"\n[profile.p]\nstage=[{}]\n", "{id=\"x\"},".repeat(n))
    }),
];

/// What this thread has had of a processor, so that other work on the machine does not count; elsewhere than on Linux
/// the time of day.
fn worked(began: Instant) -> Duration {
    let counted = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = counted.and_then(|words| words.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| began.elapsed(), Duration::from_nanos)
}

#[test]
fn time_grows_with_the_length_of_the_file_alone() {
    let (catalogue, began) = (Catalogue::default(), Instant::now());
    let took = |text: String, times: usize| {
        let input = Input { text, profile: Some("p".to_owned()), ..Input::default() };
        let before = worked(began);
        for _ in 0..times {
            load(&input, &catalogue);
        }
        worked(began).saturating_sub(before)
    };
    let mut wrong = Vec::new();
    for (name, text) in LONG {
        // Sixteen short files are as many bytes as one long one; what is quadratic costs the long one sixteen times
        // as much. A processor's time is counted in steps of some milliseconds.
        let short = (0..3).map(|_| took(text(200), 16)).min().unwrap_or_default();
        let long = (0..3).map(|_| took(text(3200), 1)).min().unwrap_or_default();
        println!("{name}: sixteen short ones {short:?}, a long one {long:?}");
        if long > short * 5 + Duration::from_millis(20) {
            wrong.push(format!("{name}: sixteen short ones {short:?}, a long one {long:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
