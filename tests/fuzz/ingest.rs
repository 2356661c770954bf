//! Formats and containers on random bytes: no panic, linear time, sound offsets, and the same documents whatever the
//! size of blocks.
//!
//! `DOCMILL_FUZZ_SECONDS` (3) says for how long, `DOCMILL_FUZZ_SEED` (1) with which seed; the inputs of a seed are
//! always the same ones, whatever the machine. An input that breaks something is written to `cases/ingest`, from where
//! it is tried again by every run.

#![cfg(test)]

mod rng;

use docmill_ingest::blocks::blocks_as;
use docmill_ingest::find::find_as;
use docmill_ingest::read::{Outcome, ReadOptions, read};
use rng::Rng;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What an input may cost: so much, and so much for each byte. Wide, for the machine may be busy.
const START: Duration = Duration::from_secs(2);
const BYTE: Duration = Duration::from_micros(100);

/// The codes that a rejection may have.
const CODES: &[&str] = &[
    "unreadable",
    "unsupported",
    "too_large",
    "truncated",
    "corrupt",
    "ratio",
    "bad_json",
    "bad_csv",
    "bad_html",
    "no_text",
];

/// A file of each format that is as it should be.
const SOUND: &[(&str, &str)] = &[
    (
        "txt",
        "https://example.org/2022/07/19/a\n\nBy Ana Soto\n\nLIMA, Aug 3 (AP) - Rain fell on Monday. It rained.\n",
    ),
    ("txt", " date 2025-09-24 QUETTA: The river rose.\n\nCopyright The Hill, 2025\n"),
    (
        "md",
        "---\ntitle: \"Rain\"\ndate: 2025-09-24\nauthor: Ana Soto\ntags: [a, b]\nid: r1\n---\n\n# Rain\n\nLIMA: It rained.\n",
    ),
    (
        "html",
        "<!doctype html><html lang=en><head><meta charset=utf-8><title>River</title><meta property='article:published_time' content='2025-09-24T10:00:00Z'><script type='application/ld+json'>{\"a\":\"<b>\"}</script></head><body><nav><a href=/>Home</a></nav><article><h1>River</h1><p>The river rose again on Tuesday, and the town moved its market to the hill.</p><table><tr><td>1</table><p>It rained &amp; rained.<br>Again.</p></article><!-- <p> --></body></html>",
    ),
    (
        "jsonl",
        "{\"id\":\"1\",\"text\":\"LIMA: Rain fell.\",\"title\":\"Rain\",\"published\":\"26/07/2022\",\"x\":{\"y\":[1,2.5e3,null]}}\n\n{\"id\":2,\"text\":\"Gr\\u00f6\\u00dfe\",\"date\":\"Aug. 3rd, 2021\"}\n",
    ),
    ("csv", "id,text,title,date\n1,\"Rain, \"\"fell\"\"\",Rain,2022-07-19\n2,Sun,,\n3,\"two\nlines\",x,y\n"),
    ("tsv", "id\ttext\tpublished\n1\tRain fell\t3 de mayo de 2022\n2\tSun\tSept. 24, 2020\n"),
];

/// What is put between the bytes of a sound file.
const PIECES: &[&[u8]] = &[
    b"<",
    b">",
    b"</",
    b"<!--",
    b"-->",
    b"<div>",
    b"</div>",
    b"<script>",
    b"</script>",
    b"<table>",
    b"<svg>",
    b"&#x10ffff;",
    b"&",
    b"\"",
    b"'",
    b"=",
    b",",
    b"\t",
    b"\n",
    b"\r\n",
    b"\r",
    b"\0",
    b"\\",
    b"\\ud800",
    b"\\u0000",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b"---",
    b"# ",
    b"\xff\xfe",
    b"\xfe\xff",
    b"\xef\xbb\xbf",
    b"\xff",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\xf0\x9f\x99\x82",
    b"\xe2\x80\xa8",
    b"1e999",
    b"-",
    b"99999999999999999999",
    b"2022-13-45",
    b"31/02/2022",
    b"Feb 30",
    b"LONDON (AP) - ",
    b"By ",
    b"null",
    b"true",
    b"\x1f\x8b\x08",
    b"\x28\xb5\x2f\xfd",
];

fn number(variable: &str, otherwise: u64) -> u64 {
    let given = std::env::var(variable).ok();
    given.map_or(otherwise, |given| {
        given.parse().unwrap_or_else(|_| panic!("{variable}={given} is no number"))
    })
}

/// A file by its name, and how it is cut.
#[derive(Debug)]
struct Input {
    name: String,
    bytes: Vec<u8>,
    block_bytes: u64,
}

impl Input {
    fn random(rng: &mut Rng) -> Self {
        let (suffix, text) = *rng.of(SOUND);
        let mut bytes = text.as_bytes().to_vec();
        if rng.one_in(3) {
            let (_, other) = *rng.of(SOUND);
            bytes.extend_from_slice(other.as_bytes());
        }
        (0..rng.below(12)).for_each(|_| mutate(&mut bytes, rng));
        if rng.one_in(40) {
            bytes = bytes.repeat(1 + rng.below(200));
        }
        let (packing, mut bytes) = match rng.below(8) {
            0 => (".gz", gzip(&bytes)),
            1 => (".zst", zstd::encode_all(bytes.as_slice(), 1).unwrap()),
            // What is not packed at all, or only by its name.
            2 => (*rng.of(&[".gz", ".zst"]), bytes),
            _ => ("", bytes),
        };
        if !packing.is_empty() && rng.one_in(2) {
            (0..=rng.below(3)).for_each(|_| mutate(&mut bytes, rng));
        }
        Self { name: format!("a.{suffix}{packing}"), bytes, block_bytes: 1 + rng.below(400) as u64 }
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

fn mutate(bytes: &mut Vec<u8>, rng: &mut Rng) {
    let (at, len) = (rng.below(bytes.len() + 1), rng.below(20));
    let end = (at + len).min(bytes.len());
    match rng.below(6) {
        0 => drop(bytes.drain(at..end)),
        1 => {
            let copy: Vec<u8> = bytes[at..end].repeat(1 + rng.below(30));
            bytes.splice(at..at, copy);
        }
        2 if at < bytes.len() => bytes[at] ^= 1 << rng.below(8),
        3 => bytes.truncate(at),
        _ => {
            let piece = rng.of(PIECES).repeat(if rng.one_in(8) { 1 + rng.below(300) } else { 1 });
            bytes.splice(at..at, piece);
        }
    }
}

/// Reads a file in blocks and whole, and looks at what comes; how many documents and rejections.
fn ingest(folder: &Path, input: &Input) -> (usize, usize) {
    fs::write(folder.join(&input.name), &input.bytes).unwrap();
    let found = find_as(folder, std::slice::from_ref(&input.name), None).unwrap();
    let options = Arc::new(ReadOptions { max_document_bytes: 1 << 20, ..ReadOptions::default() });
    let all = |block_bytes| -> Vec<Outcome> {
        let blocks = blocks_as(&found, block_bytes, None);
        assert_eq!(blocks.first().map(docmill_ingest::blocks::Block::file_count), Some(1));
        blocks.into_iter().flat_map(|block| read(block, Arc::clone(&options))).collect()
    };
    let whole = all(u64::MAX);
    assert_eq!(all(input.block_bytes), whole, "blocks of {} bytes change what is read", input.block_bytes);
    whole.iter().for_each(|outcome| look(&input.name, outcome));
    let documents = whole.iter().filter(|outcome| outcome.is_ok()).count();
    (documents, whole.len() - documents)
}

fn look(name: &str, outcome: &Outcome) {
    match outcome {
        Ok(document) => {
            assert!(document.uri.starts_with(name) && document.text.is_char_boundary(document.body_start));
            if let Some(dateline) = &document.dateline {
                assert!(document.text.get(dateline.span.start()..dateline.span.end()).is_some());
            }
            let mut names: Vec<&String> = document.meta.iter().map(|(name, _)| name).collect();
            names.dedup();
            assert!(names.is_sorted() && names.len() == document.meta.len(), "{:?}", document.meta);
        }
        Err(rejected) => {
            assert!(
                rejected.uri.starts_with(name) && !rejected.id.is_empty() && !rejected.message.is_empty()
            );
            assert!(CODES.contains(&rejected.code), "{rejected:?}");
        }
    }
}

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fuzz/cases/ingest")
}

/// What this thread has had of a processor, so that other work on the machine does not count; elsewhere than on Linux
/// the time of day.
fn worked(began: Instant) -> Duration {
    let counted = fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = counted.and_then(|words| words.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| began.elapsed(), Duration::from_nanos)
}

/// Tries an input; what is wrong with it, if anything is.
fn tried(folder: &Path, input: &Input) -> Result<(usize, usize), String> {
    let began = Instant::now();
    let before = worked(began);
    let told = catch_unwind(AssertUnwindSafe(|| ingest(folder, input)));
    let took = worked(began).saturating_sub(before);
    let most = START + BYTE * u32::try_from(input.bytes.len()).unwrap_or(u32::MAX);
    let told = told.map_err(|_| "it breaks something".to_owned())?;
    if took > most { Err(format!("it takes {took:?}, more than {most:?}")) } else { Ok(told) }
}

#[test]
fn no_bytes_break_a_format() {
    let (seconds, seed) = (number("DOCMILL_FUZZ_SECONDS", 3), number("DOCMILL_FUZZ_SEED", 1));
    let folder = tempfile::tempdir().unwrap();
    let end = Instant::now() + Duration::from_secs(seconds);
    let (mut inputs, mut all) = (0, BTreeMap::<String, (usize, usize)>::new());
    while Instant::now() < end {
        let input = Input::random(&mut Rng::new(seed, inputs));
        let told = tried(folder.path(), &input);
        let (documents, rejected) = told.unwrap_or_else(|why| {
            let (_, suffix) = input.name.split_once('.').unwrap();
            let case = cases().join(format!("{seed}-{inputs}.{suffix}"));
            fs::create_dir_all(cases()).and_then(|()| fs::write(&case, &input.bytes)).unwrap();
            panic!("input {inputs} of seed {seed}, {}: {why}; see {}", input.block_bytes, case.display())
        });
        let sum = all.entry(input.name.clone()).or_default();
        *sum = (sum.0 + documents, sum.1 + rejected);
        inputs += 1;
    }
    println!("seed {seed}: {inputs} inputs; documents and rejections by name: {all:?}");
    let both = all.values().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    assert!(all.len() == 18 && both.0 > 0 && both.1 > 0, "not everything was tried: {all:?}");
}

#[test]
fn what_once_broke_something_does_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let mut tried_cases = 0;
    for case in fs::read_dir(cases()).unwrap().map(|entry| entry.unwrap().path()) {
        let (_, suffix) = case.file_name().unwrap().to_str().unwrap().split_once('.').unwrap();
        for block_bytes in [1, 7, 64, 400] {
            let (name, bytes) = (format!("a.{suffix}"), fs::read(&case).unwrap());
            let told = tried(folder.path(), &Input { name, bytes, block_bytes });
            told.unwrap_or_else(|why| panic!("{}: {why}", case.display()));
        }
        tried_cases += 1;
    }
    assert!(tried_cases > 0, "the cases are gone");
}
