//! Failures of the moment, and stages with `retry`.

use super::quarantine::{IN, OUT, pipeline};
use crate::command::{docmill, folder, lines};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Good documents with one between them that says `marker`; gives the report, the ids written, and the rejections.
fn run(marker: &str, retry: &str, (threads, batch): (&str, &str), status: i32) -> (Value, usize, Vec<Value>) {
    let stages = format!("[[stage]]\nuse = \"mock\"\n{retry}\n{OUT}");
    let mut entries = String::new();
    for n in 0..40 {
        let text = if n == 17 { format!("{marker} rain") } else { format!("Rain fell on day {n}.") };
        writeln!(entries, "{}", json!({ "id": n.to_string(), "text": text })).unwrap();
    }
    let folder = folder(&[("mock.toml", &pipeline(IN, &stages)), ("in.jsonl", &entries)]);
    let args = ["run", "mock.toml", "--format", "json", "--threads", threads, "--batch", batch];
    let ran = docmill(folder.path(), &args).exits(status);
    let list = folder.path().join("quarantine/rejected.jsonl");
    let rejected = if list.exists() { lines(&list) } else { Vec::new() };
    let mut report: Value = serde_json::from_str(&ran.stdout).unwrap();
    report.as_object_mut().unwrap().remove("timings");
    (report, lines(&folder.path().join("out.jsonl")).len(), rejected)
}

const SIZES: [(&str, &str); 4] = [("1", "1"), ("1", "7"), ("2", "16"), ("8", "1024")];

#[test]
fn a_failure_that_passes_costs_nothing() {
    for marker in ["mock:busy-3", "mock:batch-busy-3"] {
        for sizes in SIZES {
            let (report, written, _) = run(marker, "retry = 3", sizes, 0);
            assert_eq!((written, &report["rejected"]), (40, &json!(0)), "{marker} {sizes:?}");
        }
        // Alone in its batch the document is seen no more often than it is tried: the fault is seen to fire.
        let (report, ..) = run(marker, "retry = 3", ("1", "1"), 0);
        assert_eq!(report["stages"][1]["counts"]["retried"], 3, "{marker}");
        let (report, _, rejected) = run(marker, "retry = 2", ("1", "1"), 4);
        assert_eq!(
            (&rejected[0]["attempts"], &report["stages"][1]["counts"]["retried"]),
            (&json!(3), &json!(2))
        );
    }
}

#[test]
fn a_failure_that_stays_is_told_with_its_attempts_whatever_the_batches() {
    for marker in ["mock:busy-1000", "mock:batch-busy-1000"] {
        let want = run(marker, "retry = 2", ("1", "1"), 4);
        assert_eq!(want.1, 39);
        assert_eq!(want.2.len(), 1);
        assert_eq!((&want.2[0]["code"], &want.2[0]["attempts"]), (&json!("stage_error"), &json!(3)));
        assert_eq!(want.0["stages"][1]["counts"]["retried"], 2);
        for sizes in SIZES {
            assert!(run(marker, "retry = 2", sizes, 4) == want, "{marker} {sizes:?}");
        }
    }
}

#[test]
fn without_retry_and_for_other_failures_a_call_is_made_once() {
    for (marker, retry) in [("mock:busy-1", ""), ("mock:error", "retry = 5"), ("mock:panic", "retry = 5")] {
        let (report, written, rejected) = run(marker, retry, ("1", "1"), 4);
        assert_eq!((written, rejected.len(), &rejected[0]["attempts"]), (39, 1, &json!(1)), "{marker}");
        assert_eq!(report["stages"][1]["counts"]["retried"], Value::Null, "{marker}");
    }
}

#[test]
fn a_source_and_a_sink_are_called_again() {
    let text = pipeline("", "").split("[[stage]]").next().unwrap().to_owned();
    for (source, sink, status, says) in [
        ("retry = 2", "retry = 2", 0, ""),
        ("", "retry = 2", 4, "8 documents were rejected"),
        ("retry = 2", "retry = 1", 1, "told to be busy"),
    ] {
        let stages = format!(
            "[[stage]]\nuse = \"mock-source\"\nwith.fault = \"busy\"\n{source}\n[[stage]]\nuse = \"mock-sink\"\n{sink}\n"
        );
        let folder = folder(&[("mock.toml", &(text.clone() + &stages))]);
        let ran =
            docmill(folder.path(), &["run", "mock.toml", "--format", "json", "--threads", "1"]).exits(status);
        assert!(ran.stderr.contains(says), "{}", ran.stderr);
        if status == 0 {
            let report: Value = serde_json::from_str(&ran.stdout).unwrap();
            let retried = |n: usize| report["stages"][n]["counts"]["retried"].clone();
            assert_eq!((retried(0), retried(1)), (json!(2), json!(2)));
        }
    }
}

#[test]
fn what_is_true_of_a_moment_is_not_kept_for_later_runs() {
    let stages = format!("{}retry = 1\n[[stage]]\nuse = \"segment\"\n{OUT}", super::quarantine::MOCK);
    let entries = "{\"id\":\"a\",\"text\":\"mock:busy-3 rain\"}\n{\"id\":\"b\",\"text\":\"Rain.\"}\n";
    let folder = folder(&[("mock.toml", &pipeline(IN, &stages)), ("in.jsonl", entries)]);
    // Every run has an instance of its own, which counts anew.
    for _ in 0..2 {
        let ran = docmill(folder.path(), &["run", "mock.toml", "--format", "json", "--batch", "1"]).exits(4);
        let report: Value = serde_json::from_str(&ran.stdout).unwrap();
        assert_eq!(report["stages"][1]["counts"]["retried"], 1, "the stage was called again in this run");
        assert_eq!(report["stages"][2]["counts"]["documents_out"], 1);
    }
    // Had the store the first runs' results under the names that they would have without failures, they would come
    // here: that the text is worked on shows that it has not.
    let calm = pipeline(IN, &stages).replace("retry = 1", "retry = 3");
    std::fs::write(folder.path().join("mock.toml"), calm).unwrap();
    docmill(folder.path(), &["run", "mock.toml", "--batch", "1"]).exits(0);
    assert_eq!(lines(&folder.path().join("out.jsonl")).len(), 2);
}
