//! Secrets, and a plugin that tells them to everybody.

use super::quarantine::{IN, OUT, pipeline};
use crate::command::{docmill, folder};
use serde_json::json;

const TOKEN: &str = "hunter2 \"quoted\"";

/// A pipeline whose secret reaches the mock plugin as a part of an option.
fn text(token: &str, stages: &str) -> String {
    let params = format!("[params]\ntoken = {{ type = \"string\", secret = true, default = {token:?} }}\n");
    let whole = pipeline(
        IN,
        &format!("[[stage]]\nuse = \"mock\"\nwith.token = \"Bearer ${{params.token}}\"\n{stages}{OUT}"),
    );
    whole.replacen("[plugins", &format!("{params}[plugins"), 1)
}

#[test]
fn row_35_a_secret_is_told_nowhere() {
    let entries: String = ["Rain.", "mock:tell", "mock:scream", "Sun."]
        .iter()
        .enumerate()
        .map(|(n, text)| json!({ "id": n.to_string(), "text": text }).to_string() + "\n")
        .collect();
    let folder = folder(&[("mock.toml", &text(TOKEN, "")), ("in.jsonl", &entries)]);
    let mut told = Vec::new();
    for args in [
        &["run", "mock.toml", "-vv"][..],
        &["run", "mock.toml", "--no-store", "-vv", "--log-format", "json", "--format", "json"],
        &["quarantine", "list", "mock.toml", "--format", "json"],
        &["quarantine", "show", "1", "mock.toml"],
        &["report", "show", "run.json", "--format", "json"],
        &["plan", "mock.toml", "--format", "json"],
        &["config", "show", "mock.toml"],
        &["lock", "mock.toml"],
    ] {
        let ran = docmill(folder.path(), args);
        told.push((args.join(" "), ran.stdout + &ran.stderr));
    }
    assert!(told[0].1.contains("logged in with ***"), "the plugin told it: {}", told[0].1);
    assert!(told[0].1.contains("TRACE") && told[1].1.contains("logged in with ***"), "at every level");
    for name in ["run.json", "mock.lock", "quarantine/rejected.jsonl", "quarantine/documents.jsonl"] {
        told.push((name.to_owned(), std::fs::read_to_string(folder.path().join(name)).unwrap()));
    }
    let list = &told[told.len() - 2].1;
    assert_eq!(list.matches("cannot log in with ***").count(), 2, "both failures are told: {list}");
    for (what, text) in &told {
        assert!(!text.contains("hunter2"), "{what}: {text}");
    }
}

#[test]
fn row_35_an_error_that_ends_a_run_or_a_check_tells_no_secret() {
    let entries = "{\"id\":\"1\",\"text\":\"mock:tell\"}\n";
    let fails = text(TOKEN, "on_error = \"fail\"\n");
    let folder = folder(&[("mock.toml", &fails), ("in.jsonl", entries)]);
    let ran = docmill(folder.path(), &["run", "mock.toml", "--format", "github"]).exits(1);
    assert!(ran.stderr.contains("cannot log in with ***"), "{}", ran.stderr);
    assert!(!(ran.stderr + &ran.stdout).contains("hunter2"));

    let refused = text("hunter2", "").replace("Bearer ", "refused ");
    std::fs::write(folder.path().join("mock.toml"), refused).unwrap();
    let ran = docmill(folder.path(), &["check", "mock.toml", "--format", "json"]).exits(3);
    let told = ran.stdout + &ran.stderr;
    assert!(told.contains("*** is no token") || told.contains("`***` is no token"), "{told}");
    assert!(!told.contains("hunter2"), "{told}");
}
