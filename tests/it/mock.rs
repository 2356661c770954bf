//! A plugin that fails as it is told: every cause is counted, every good document arrives.

use crate::command::{docmill, folder, library, lines, plugin_folder};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

fn pipeline(stages: &str) -> String {
    let path = library("docmill_mock");
    format!(
        "pipeline = \"mock\"\n[plugins.mock]\npath = {:?}\n[[stage]]\nuse = \"ingest\"\nwith.path = \"in.jsonl\"\n{stages}",
        path.display().to_string()
    )
}

const MOCK: &str = "[[stage]]\nuse = \"mock\"\n[[stage]]\nuse = \"export\"\nwith.path = \"out.jsonl\"\n";

fn articles(texts: &[String]) -> String {
    let mut out = String::new();
    for (n, text) in texts.iter().enumerate() {
        writeln!(out, "{}", serde_json::json!({ "id": format!("d{n:03}"), "text": text })).unwrap();
    }
    out
}

/// 100 documents, some of which fail, mixed by a fixed rule.
fn mixed() -> (Vec<String>, BTreeMap<&'static str, u64>) {
    let faults = ["mock:panic", "mock:bomb", "mock:error", "mock:batch-error", "mock:reject", "mock:drop"];
    let (mut texts, mut counts) = (Vec::new(), BTreeMap::new());
    let mut state = 7_u64;
    for n in 0..100 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let pick = (state >> 33) as usize % 12;
        texts
            .push(faults.get(pick).map_or_else(|| format!("Good article {n}."), |f| format!("Bad {f} {n}.")));
        if let Some(fault) = faults.get(pick) {
            *counts.entry(*fault).or_default() += 1;
        }
    }
    (texts, counts)
}

fn run(threads: &str, batch: &str) -> (Vec<Value>, Vec<Value>, Value) {
    let (texts, _) = mixed();
    let folder = folder(&[("mock.toml", &pipeline(MOCK)), ("in.jsonl", &articles(&texts))]);
    let args = ["run", "mock.toml", "--threads", threads, "--batch", batch, "--format", "json"];
    let ran = docmill(folder.path(), &args).exits(4);
    let report = serde_json::from_str(&ran.stdout).unwrap();
    (lines(&folder.path().join("out.jsonl")), lines(&folder.path().join("quarantine/rejected.jsonl")), report)
}

#[test]
fn the_count_of_every_cause_is_exact() {
    let (texts, told) = mixed();
    let (good, rejected, report) = run("2", "64");
    let count = |fault: &str| told.get(fault).copied().unwrap_or(0);
    let counts = &report["stages"][1]["counts"];
    assert_eq!(counts["rejected"]["panic"], count("mock:panic") + count("mock:bomb"));
    assert_eq!(counts["rejected"]["stage_error"], count("mock:error") + count("mock:batch-error"));
    assert_eq!(counts["rejected"]["mock_reject"], count("mock:reject"));
    assert_eq!(counts["dropped"]["told to drop"], count("mock:drop"));
    assert!(told.len() == 6 && told.values().all(|&n| n > 0), "every fault must have fired: {told:?}");
    let wanted: Vec<&String> = texts.iter().filter(|text| text.starts_with("Good")).collect();
    let got: Vec<&str> = good.iter().map(|row| row["text"].as_str().unwrap()).collect();
    assert_eq!(got, wanted);
    assert_eq!(rejected.len() as u64, report["rejected"].as_u64().unwrap());
}

#[test]
fn rejections_do_not_depend_on_threads_or_batches() {
    let want = run("1", "1024");
    for (threads, batch) in [("1", "1"), ("2", "7"), ("8", "64")] {
        let got = run(threads, batch);
        assert_eq!(got.0, want.0, "documents with {threads} threads and batches of {batch}");
        assert_eq!(got.1, want.1, "rejections with {threads} threads and batches of {batch}");
    }
}

#[test]
fn a_rejection_names_stage_plugin_cause_and_place() {
    let folder =
        folder(&[("mock.toml", &pipeline(MOCK)), ("in.jsonl", &articles(&["mock:panic".to_owned()]))]);
    docmill(folder.path(), &["run", "mock.toml"]).exits(4);
    let rejected = lines(&folder.path().join("quarantine/rejected.jsonl"));
    assert_eq!(rejected[0]["id"], "d000");
    assert_eq!(rejected[0]["uri"], "in.jsonl#line=1");
    assert_eq!(rejected[0]["stage"], "mock");
    assert_eq!(rejected[0]["plugin"], "docmill_mock 1.0.0");
    assert_eq!(rejected[0]["code"], "panic");
    let message = rejected[0]["message"].as_str().unwrap();
    assert!(message.starts_with("told to panic (") && message.contains("lib.rs:"), "{message}");
}

#[test]
fn a_panic_is_not_printed() {
    let folder =
        folder(&[("mock.toml", &pipeline(MOCK)), ("in.jsonl", &articles(&["mock:panic".to_owned()]))]);
    let ran = docmill(folder.path(), &["run", "mock.toml"]).exits(4);
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
}

#[test]
fn a_span_outside_the_text_costs_its_document_alone() {
    let stages = "[[stage]]\nuse = \"mock-span\"\n[[stage]]\nuse = \"export\"\nwith.path = \"out.jsonl\"\n";
    let texts = ["Good.".to_owned(), "Bad mock:span.".to_owned(), "Good again.".to_owned()];
    let folder = folder(&[("mock.toml", &pipeline(stages)), ("in.jsonl", &articles(&texts))]);
    docmill(folder.path(), &["run", "mock.toml"]).exits(4);
    assert_eq!(lines(&folder.path().join("out.jsonl")).len(), 2);
    let rejected = lines(&folder.path().join("quarantine/rejected.jsonl"));
    assert_eq!(rejected[0]["code"], "bad_output");
    assert!(rejected[0]["message"].as_str().unwrap().contains("reaches past the text"));
}

#[test]
fn split_documents_are_counted_and_vanished_ones_found() {
    let stages = "[[stage]]\nuse = \"mock-split\"\n[[stage]]\nuse = \"export\"\nwith.path = \"out.jsonl\"\nwith.fields = [\"id\", \"part\"]\n";
    let texts = ["a | b | c".to_owned(), "mock:vanish".to_owned(), "d".to_owned()];
    let folder = folder(&[("mock.toml", &pipeline(stages)), ("in.jsonl", &articles(&texts))]);
    let ran = docmill(folder.path(), &["run", "mock.toml", "--format", "json"]).exits(4);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let counts = &report["stages"][1]["counts"];
    assert_eq!(
        (&counts["documents_in"], &counts["made"], &counts["documents_out"]),
        (&3.into(), &2.into(), &4.into())
    );
    assert_eq!(counts["rejected"]["bad_output"], 1);
    let parts: Vec<Value> =
        lines(&folder.path().join("out.jsonl")).iter().map(|row| row["part"].clone()).collect();
    assert_eq!(parts, ["a", "b", "c", "d"]);
    let ids: Vec<Value> =
        lines(&folder.path().join("out.jsonl")).iter().map(|row| row["id"].clone()).collect();
    assert_eq!(ids, ["d000/1", "d000/2", "d000/3", "d002"]);
}

#[test]
fn on_error_fail_stops_and_drop_counts() {
    let texts = articles(&["Good.".to_owned(), "mock:error".to_owned()]);
    let fail = MOCK.replace("use = \"mock\"\n", "use = \"mock\"\non_error = \"fail\"\n");
    let stopped = folder(&[("mock.toml", &pipeline(&fail)), ("in.jsonl", &texts)]);
    let ran = docmill(stopped.path(), &["run", "mock.toml"]).exits(1);
    assert!(ran.stderr.contains("d001") && ran.stderr.contains("told to fail"), "{}", ran.stderr);
    assert!(!stopped.path().join("out.jsonl").exists());

    let drop = MOCK.replace("use = \"mock\"\n", "use = \"mock\"\non_error = \"drop\"\n");
    let dropped = folder(&[("mock.toml", &pipeline(&drop)), ("in.jsonl", &texts)]);
    let ran = docmill(dropped.path(), &["run", "mock.toml", "--format", "json"]).exits(0);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(report["stages"][1]["counts"]["dropped"]["stage_error"], 1);
}

#[test]
fn a_panic_in_any_other_call_ends_the_run_and_not_the_host() {
    let texts = articles(&["Good.".to_owned()]);
    for (stage, moment, status) in [
        ("mock", "check", 3),
        ("mock", "new", 3),
        ("mock", "drop", 0),
        ("mock-sink", "new", 3),
        ("mock-sink", "open", 3),
        ("mock-sink", "write", 1),
        ("mock-sink", "commit", 1),
        ("mock-sink", "drop", 0),
    ] {
        let sink = if stage == "mock" { "[[stage]]\nuse = \"mock-sink\"\n" } else { "" };
        let stages = format!("[[stage]]\nuse = \"{stage}\"\nwith.panic_at = \"{moment}\"\n{sink}");
        if moment == "drop" && stage == "mock-sink" {
            continue;
        }
        let folder = folder(&[("mock.toml", &pipeline(&stages)), ("in.jsonl", &texts)]);
        let ran = docmill(folder.path(), &["run", "mock.toml"]);
        assert_eq!(ran.status, status, "{stage} {moment}: {ran:?}");
        if status != 0 {
            assert!(ran.stderr.contains("told to panic at"), "{stage} {moment}: {}", ran.stderr);
        }
    }
}

#[test]
fn log_events_of_a_loaded_plugin_reach_the_host_under_the_stage_s_name() {
    let texts = articles(&["Good.".to_owned()]);
    let stages = MOCK
        .replace("use = \"mock\"\n", "use = \"mock\"\nid = \"counting\"\n")
        .replace("use = \"export\"\n", "use = \"export\"\nfrom = \"counting\"\n");
    let folder = folder(&[("mock.toml", &pipeline(&stages)), ("in.jsonl", &texts)]);
    let ran = docmill(folder.path(), &["run", "mock.toml", "-v", "--log-format", "json"]).exits(0);
    let event =
        ran.stderr.lines().find(|line| line.contains("a batch was counted")).expect("the event arrives");
    let event: Value = serde_json::from_str(event).unwrap();
    assert_eq!(event["stage"], "counting");
    assert_eq!(event["origin"], "docmill_mock");
    assert_eq!(event["span"]["id"], "counting");
    let quiet = docmill(folder.path(), &["run", "mock.toml"]).exits(0);
    assert!(!quiet.stderr.contains("a batch was counted"));
}

/// Runs a source of eight blocks with a fault in the first; gives the run, the documents and the rejections.
fn faulty_source(fault: &str, threads: &str) -> (crate::command::Ran, usize, Vec<Value>) {
    let path = library("docmill_mock");
    let text = format!(
        "pipeline = \"mock\"\n[plugins.mock]\npath = {:?}\n[[stage]]\nuse = \"mock-source\"\nwith.fault = \"{fault}\"\n[[stage]]\nuse = \"export\"\nwith.path = \"out.jsonl\"\n",
        path.display().to_string()
    );
    let folder = folder(&[("mock.toml", &text)]);
    let ran = docmill(folder.path(), &["run", "mock.toml", "--threads", threads]);
    let rejected = folder.path().join("quarantine/rejected.jsonl");
    let rejected = if rejected.exists() { lines(&rejected) } else { Vec::new() };
    (ran, lines(&folder.path().join("out.jsonl")).len(), rejected)
}

#[test]
fn a_faulty_block_costs_itself_alone_whatever_the_threads() {
    for threads in ["1", "4"] {
        for (fault, code, says) in [
            ("panic", "panic", "told to panic in read"),
            ("types", "unreadable", "other columns than those of `schema`"),
            ("nul", "unreadable", "told to fail \u{fffd} with a NUL"),
            ("body", "bad_output", "body_start 99 is no char boundary"),
        ] {
            let (ran, documents, rejected) = faulty_source(fault, threads);
            assert_eq!((ran.status, documents, rejected.len()), (4, 7, 1), "{fault} on {threads}: {ran:?}");
            assert_eq!(rejected[0]["code"], code, "{fault}");
            assert!(rejected[0]["message"].as_str().unwrap().contains(says), "{fault}: {}", rejected[0]);
        }
        assert_eq!(faulty_source("none", threads).1, 8);
    }
}

#[test]
fn a_panic_while_blocks_are_listed_is_told_before_anything_is_read() {
    let path = library("docmill_mock");
    let text = format!(
        "pipeline = \"mock\"\n[plugins.mock]\npath = {:?}\n[[stage]]\nuse = \"mock-source\"\nwith.fault = \"blocks\"\n[[stage]]\nuse = \"mock-sink\"\n",
        path.display().to_string()
    );
    let folder = folder(&[("mock.toml", &text)]);
    let ran = docmill(folder.path(), &["run", "mock.toml"]).exits(3);
    assert!(ran.stderr.contains("told to panic in blocks"), "{}", ran.stderr);
}

#[test]
fn a_stage_is_found_in_the_folders_of_the_environment_and_every_path_tried_is_told() {
    let text = "pipeline = \"x\"\n[[stage]]\nuse = \"mock-source\"\nwith.fault = \"none\"\n[[stage]]\nuse = \"mock\"\n[[stage]]\nuse = \"mock-sink\"\n";
    let folder = folder(&[("x.toml", text)]);
    let path = std::env::join_paths([Path::new("/nonexistent"), &plugin_folder()]).unwrap();
    let run = |path: &std::ffi::OsStr| {
        let output = Command::new(env!("CARGO_BIN_EXE_docmill-it"))
            .args(["check", "x.toml"])
            .current_dir(folder.path())
            .env("DOCMILL_PLUGIN_PATH", path)
            .output()
            .unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    // `mock` is found by its name; the library ships the other stages as well.
    assert_eq!(run(&path).0, Some(0), "{}", run(&path).1);
    let (status, told) = run("/nonexistent".as_ref());
    assert_eq!(status, Some(3));
    assert!(told.contains("/nonexistent/libmock") && told.contains("/nonexistent/libdocmill_mock"), "{told}");
}

#[test]
fn a_union_keeps_the_documents_in_order() {
    let text = "pipeline = \"u\"\n[[stage]]\nuse = \"ingest\"\nwith.path = \"in.jsonl\"\n[[stage]]\nuse = \"segment\"\nid = \"a\"\n[[stage]]\nuse = \"segment\"\nid = \"b\"\nfrom = \"ingest\"\n[[stage]]\nuse = \"export\"\nfrom = [\"a\", \"b\"]\nwith.path = \"out.jsonl\"\nwith.fields = [\"id\"]\n";
    for batch in ["1", "2", "100"] {
        let texts: Vec<String> = (0..3).map(|n| format!("Article {n}.")).collect();
        let folder = folder(&[("u.toml", text), ("in.jsonl", &articles(&texts))]);
        docmill(folder.path(), &["run", "u.toml", "--batch", batch]).exits(0);
        let ids: Vec<Value> =
            lines(&folder.path().join("out.jsonl")).iter().map(|row| row["id"].clone()).collect();
        assert_eq!(ids, ["d000", "d000", "d001", "d001", "d002", "d002"], "batches of {batch}");
    }
}

#[test]
fn a_source_heeds_on_error() {
    let texts = "{\"id\":\"1\",\"text\":\"Rain.\"}\n{ broken\n";
    let run = |on_error: &str| {
        let text = format!(
            "pipeline = \"x\"\n[[stage]]\nuse = \"ingest\"\nwith.path = \"in.jsonl\"\non_error = \"{on_error}\"\n[[stage]]\nuse = \"export\"\nwith.path = \"out.jsonl\"\n"
        );
        let folder = folder(&[("x.toml", &text), ("in.jsonl", texts)]);
        docmill(folder.path(), &["run", "x.toml", "--format", "json"])
    };
    let report: Value = serde_json::from_str(&run("drop").exits(0).stdout).unwrap();
    assert_eq!(report["stages"][0]["counts"]["dropped"]["bad_json"], 1);
    assert!(run("fail").exits(1).stderr.contains("in.jsonl#line=2"));
    run("quarantine").exits(4);
}

#[test]
fn a_stage_that_turns_documents_around_is_stopped() {
    let stages =
        "[[stage]]\nuse = \"mock-reverse\"\n[[stage]]\nuse = \"export\"\nwith.path = \"out.jsonl\"\n";
    let texts = ["One.".to_owned(), "Two.".to_owned()];
    let folder = folder(&[("mock.toml", &pipeline(stages)), ("in.jsonl", &articles(&texts))]);
    let ran = docmill(folder.path(), &["run", "mock.toml"]).exits(1);
    assert!(
        ran.stderr.contains("plugin docmill_mock 1.0.0") && ran.stderr.contains("must stay in order"),
        "{}",
        ran.stderr
    );
}
