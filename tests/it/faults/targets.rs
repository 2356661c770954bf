//! Outputs that are inputs of the same run, or of the next one.

use super::{articles, files, pipeline};
use crate::command::{docmill, folder, lines};
use std::fs;

#[test]
fn a_sink_that_would_write_over_an_input_is_refused_with_a_caret() {
    for path in ["out/x.jsonl", "./out/../out/x.jsonl"] {
        let text = articles(["Rain fell."]);
        let folder = folder(&[("x.toml", &pipeline(path, "")), ("out/x.jsonl", &text)]);
        for verb in ["check", "run"] {
            let ran = docmill(folder.path(), &[verb, "x.toml"]).exits(3);
            assert!(ran.stderr.contains("writes the file that stage `ingest` reads"), "{}", ran.stderr);
            assert!(ran.stderr.contains("x.toml:8:"), "{}", ran.stderr);
        }
        assert_eq!(fs::read_to_string(folder.path().join("out/x.jsonl")).unwrap(), text);
        assert_eq!(files(folder.path()), ["out/x.jsonl", "x.toml"]);
    }
}

#[cfg(unix)]
#[test]
fn an_input_that_a_link_makes_an_output_is_refused_when_the_run_begins() {
    let text = articles(["Rain fell."]);
    let folder = folder(&[("x.toml", &pipeline("in.jsonl", "")), ("in.jsonl", &text), ("out/.keep", "")]);
    std::os::unix::fs::symlink("../in.jsonl", folder.path().join("out/x.jsonl")).unwrap();
    let ran = docmill(folder.path(), &["run", "x.toml"]).exits(3);
    assert!(ran.stderr.contains("`in.jsonl` is a file that this run writes"), "{}", ran.stderr);
    assert_eq!(fs::read_to_string(folder.path().join("in.jsonl")).unwrap(), text);
}

#[test]
fn outputs_below_the_input_folder_are_not_read_by_the_next_run() {
    let texts = "{ broken\n".to_owned() + &articles(["Rain fell.", "Sun shone."]);
    for input in [".", "**/*.jsonl"] {
        let folder = folder(&[("x.toml", &pipeline(input, "")), ("in.jsonl", &texts)]);
        docmill(folder.path(), &["run", "x.toml"]).exits(4);
        let (first, report) = (lines(&folder.path().join("out/x.jsonl")), folder.path().join("out/run.json"));
        assert_eq!(first.len(), 2);
        let inputs = |report: &std::path::Path| {
            let report: serde_json::Value =
                serde_json::from_str(&fs::read_to_string(report).unwrap()).unwrap();
            report["inputs"].clone()
        };
        let before = inputs(&report);
        // Not even the list of rejected documents, which the first run has written.
        assert!(folder.path().join("out/quarantine/rejected.jsonl").exists());
        docmill(folder.path(), &["run", "x.toml"]).exits(4);
        assert_eq!(lines(&folder.path().join("out/x.jsonl")), first, "{input}");
        assert_eq!(inputs(&report), before, "{input}");
        let peek = docmill(folder.path(), &["peek", "x.toml", "--stage", "ingest", "--format", "json"]);
        assert!(!peek.stdout.contains("out/x.jsonl"), "{}", peek.stdout);
    }
}

#[test]
fn the_output_of_another_pipeline_is_read() {
    let folder = folder(&[
        ("x.toml", &pipeline("in.jsonl", "")),
        ("y.toml", &pipeline("out", "").replace("out/x.jsonl", "out/y.jsonl")),
        ("in.jsonl", &articles(["Rain fell."])),
    ]);
    docmill(folder.path(), &["run", "x.toml"]).exits(0);
    docmill(folder.path(), &["run", "y.toml"]).exits(0);
    docmill(folder.path(), &["run", "y.toml"]).exits(0);
    assert_eq!(lines(&folder.path().join("out/y.jsonl")).len(), 1);
}
