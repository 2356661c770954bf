//! Much of everything: files, documents, bytes, slow sinks; and little of descriptors and memory.

use super::{Outcome, measured, mock, pipeline};
use crate::command::folder;
use serde_json::Value;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufWriter, Write};

/// What the variable says, which nightly runs set, else the number for every day.
fn size(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).ok().map_or(otherwise, |given| given.parse().expect("a number"))
}

const MIB: u64 = 1 << 20;

/// Nothing is known of a process's memory elsewhere.
#[track_caller]
fn at_most(peak: u64, most: u64, what: &str) {
    if cfg!(target_os = "linux") {
        assert!(peak > MIB, "{what}: nothing was measured");
        assert!(peak <= most, "{what}: {} MiB were held, more than {} MiB", peak / MIB, most / MIB);
    }
}

#[cfg(unix)]
#[test]
fn row_19_sixty_four_file_descriptors_are_enough() {
    let mut text =
        "pipeline = \"x\"\n[[stage]]\nuse = \"ingest\"\nwith.path = \"in\"\n[[stage]]\nuse = \"segment\"\n"
            .to_owned();
    let outputs = ["a.jsonl", "b.csv", "c.md", "d.parquet", "e.jsonl.gz", "f.csv.zst"];
    for output in outputs {
        let id = output.replace('.', "-");
        writeln!(
            text,
            "[[stage]]\nuse = \"export\"\nid = \"{id}\"\nfrom = \"segment\"\nwith.path = \"out/{output}\""
        )
        .unwrap();
    }
    let folder = folder(&[("x.toml", &text), ("in/.keep", "")]);
    for n in 0..500 {
        fs::write(folder.path().join(format!("in/{n:03}.txt")), format!("Article {n}. It rained.")).unwrap();
    }
    let args = ["run", "x.toml", "--threads", "8", "--format", "json"];
    // Six outputs are too many for a process that may open eight files, so the limit is heeded.
    let few = super::under("ulimit -n 8", folder.path(), &args);
    assert_ne!(few.status, 0, "{few:?}");
    let ran = super::under("ulimit -n 64 && test $(ulimit -n) = 64", folder.path(), &args).exits(0);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&report["documents"], &report["rejected"]), (&500.into(), &0.into()));
    assert!(outputs.iter().all(|output| folder.path().join("out").join(output).is_file()));
}

/// JSON Lines of so many documents of this text.
fn write_many(path: &std::path::Path, documents: u64, text: &str) {
    let mut file = BufWriter::new(File::create(path).unwrap());
    for n in 0..documents {
        writeln!(file, "{{\"id\":\"d{n}\",\"text\":\"{text}\"}}").unwrap();
    }
    file.flush().unwrap();
}

#[test]
fn row_25_many_tiny_documents_take_bounded_memory() {
    let documents = size("DOCMILL_MANY_DOCUMENTS", 50_000);
    let folder = folder(&[("x.toml", &pipeline("in.jsonl", "[[stage]]\nuse = \"segment\""))]);
    let input = folder.path().join("in.jsonl");
    write_many(&input, documents, "It rained.");
    let (ran, peak) = measured(folder.path(), &["run", "x.toml", "--threads", "2", "--quiet"]);
    ran.exits(0);
    let report: Value =
        serde_json::from_str(&fs::read_to_string(folder.path().join("out/run.json")).unwrap()).unwrap();
    assert_eq!((&report["documents"], &report["rejected"]), (&documents.into(), &0.into()));
    // Ids must be unique, so each is kept as sixteen bytes, in a table that may be half empty and is copied as it grows.
    println!("{documents} tiny documents: {} MiB were held", peak / MIB);
    at_most(peak, 192 * MIB + documents * 96, "tiny documents");
}

/// A file of so many bytes, none of which takes room on the disk.
fn sparse(path: &std::path::Path, start: &[u8], bytes: u64) {
    let mut file = File::create(path).unwrap();
    file.write_all(start).unwrap();
    file.set_len(bytes).unwrap();
}

#[test]
fn row_25_a_document_or_line_beyond_the_limit_is_rejected_in_bounded_memory() {
    let mebibytes = size("DOCMILL_LARGE_MIB", 300);
    for (name, start) in [
        ("a.txt", b"".as_slice()),
        ("a.jsonl", b"{\"id\":\"good\",\"text\":\"Rain.\"}\n{\"text\":\""),
        ("a.csv", b"id,text\ngood,Rain.\nbad,\""),
    ] {
        // Rows of values are told apart byte by byte, which takes its time in a build without optimisation.
        let mebibytes =
            if name == "a.csv" && cfg!(debug_assertions) { mebibytes.min(120) } else { mebibytes };
        let folder = folder(&[("x.toml", &pipeline("in", "")), ("in/.keep", "")]);
        sparse(&folder.path().join("in").join(name), start, mebibytes * MIB);
        let (ran, peak) = measured(folder.path(), &["run", "x.toml", "--threads", "2", "--quiet"]);
        ran.exits(4);
        let rejected = crate::command::lines(&folder.path().join("out/quarantine/rejected.jsonl"));
        assert_eq!(rejected.len(), 1, "{name}: {rejected:?}");
        assert_eq!(rejected[0]["code"], "too_large", "{name}: {}", rejected[0]);
        let says = rejected[0]["message"].as_str().unwrap();
        assert!(says.contains("max_document_mib = 64"), "{says}");
        let good = crate::command::lines(&folder.path().join("out/x.jsonl"));
        assert_eq!(good.len(), usize::from(name != "a.txt"), "{name}");
        println!("{name}: {} MiB were held", peak / MIB);
        at_most(peak, 64 * MIB * 2 + 96 * MIB, name);
    }
}

#[test]
fn row_25_a_document_at_the_limit_is_read() {
    let folder = folder(&[("x.toml", &pipeline("in.txt", "with.max_document_mib = 1"))]);
    for (bytes, status) in [(MIB, 0), (MIB + 1, 4)] {
        fs::write(folder.path().join("in.txt"), "x".repeat(bytes as usize)).unwrap();
        let ran = Outcome::of(folder.path(), status, &[]);
        assert_eq!(ran.documents.len(), usize::from(status == 0));
        if status != 0 {
            ran.rejects("too_large", "max_document_mib = 1");
        }
    }
}

/// How much a run holds whose sink is far slower than its source, with this in `[run]`.
fn held(run: &str) -> u64 {
    let sink = mock("[[stage]]\nuse = \"mock-slow-sink\"\nwith.sleep_ms = 10");
    let text = format!(
        "pipeline = \"x\"\n[[stage]]\nuse = \"ingest\"\nwith.path = \"in.jsonl\"\n{sink}\n[run]\n{run}\n"
    );
    let folder = folder(&[("x.toml", &text)]);
    write_many(&folder.path().join("in.jsonl"), 25_000, &"It rained in the hills. ".repeat(160));
    let (ran, peak) = measured(folder.path(), &["run", "x.toml", "--threads", "8", "--quiet", "--no-store"]);
    ran.exits(0);
    peak
}

#[test]
fn row_25_a_slow_sink_stops_the_source_as_the_memory_of_the_run_has_it() {
    // 95 MB come in; what waits for the sink is bounded, and more tightly where the pipeline says so.
    let wide = held("");
    let narrow = held("memory = \"16 MiB\"\nblock = \"256 KiB\"");
    println!("held: {} MiB by default, {} MiB at most with a limit of 16 MiB", wide / MIB, narrow / MIB);
    let own = 48 * MIB;
    at_most(narrow, own + 16 * MIB, "a run with a memory of 16 MiB");
    at_most(wide, own + 1024 * MIB, "a run with a memory of 1 GiB");
    if cfg!(target_os = "linux") {
        assert!(narrow + 16 * MIB < wide, "the limit changed nothing: {narrow} and {wide} bytes");
    }
}

#[test]
fn row_25_many_files_are_as_good_as_many_lines() {
    let folder = folder(&[("x.toml", &pipeline("in", "")), ("in/.keep", "")]);
    let texts: Vec<String> = (0..2000).map(|n| format!("Article {n}.")).collect();
    for (n, text) in texts.iter().enumerate() {
        fs::write(folder.path().join(format!("in/{n:04}.txt")), text).unwrap();
    }
    let ran = Outcome::of(folder.path(), 0, &["--threads", "8"]);
    let got: Vec<&str> = ran.documents.iter().map(|document| document["text"].as_str().unwrap()).collect();
    assert_eq!(got, texts);
}
