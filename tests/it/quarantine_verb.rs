//! `docmill quarantine`.

use crate::command::{docmill, folder, library};
use serde_json::{Value, json};

/// A run that rejected five documents, one of them unread.
fn rejected() -> tempfile::TempDir {
    let path = library("docmill_mock").display().to_string();
    let text = format!(
        "pipeline = \"news\"\n[plugins.mock]\npath = {path:?}\n[[stage]]\nuse = \"ingest\"\nwith.path = \"in.jsonl\"\n[[stage]]\nuse = \"mock\"\n[[stage]]\nuse = \"export\"\nwith.path = \"out/news.jsonl\"\n"
    );
    let long = format!("mock:error {}end", "Rain fell. ".repeat(500));
    let mut entries = String::new();
    for (id, text) in [
        ("a", "mock:panic"),
        ("b", "mock:error"),
        ("c", "Rain."),
        ("d", long.as_str()),
        ("e", "mock:reject \u{1b}[31m red"),
    ] {
        entries += &format!("{}\n", json!({ "id": id, "text": text, "title": "Rain" }));
    }
    let folder = folder(&[("news.toml", &text), ("in.jsonl", &(entries + "{ broken\n"))]);
    docmill(folder.path(), &["run", "news.toml"]).exits(4);
    folder
}

#[test]
fn the_list_counts_by_stage_and_code_wherever_the_quarantine_is_named() {
    let folder = rejected();
    let want = docmill(folder.path(), &["quarantine", "list", "out/quarantine"]).exits(0).stdout;
    let rows: Vec<Vec<&str>> = want.lines().map(|line| line.split_whitespace().take(4).collect()).collect();
    assert_eq!(rows[0], ["stage", "code", "documents", "kept"]);
    assert_eq!(
        rows[1..5],
        [
            ["ingest", "bad_json", "1", "0"],
            ["mock", "mock_reject", "1", "1"],
            ["mock", "panic", "1", "1"],
            ["mock", "stage_error", "2", "2"],
        ]
    );
    assert!(want.contains("5 rejected"), "{want}");
    for place in ["out", "out/run.json", "news.toml"] {
        let told = docmill(folder.path(), &["quarantine", "list", place]).exits(0).stdout;
        assert_eq!(told, want, "{place}");
    }
}

#[test]
fn the_list_is_filtered_and_given_as_json() {
    let folder = rejected();
    let list = |filters: &[&str]| -> Value {
        let args = [&["quarantine", "list", "out", "--format", "json"], filters].concat();
        serde_json::from_str(&docmill(folder.path(), &args).exits(0).stdout).unwrap()
    };
    let ids = |told: &Value| -> Vec<String> {
        told["rejected"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["id"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(list(&[])["rejected"].as_array().unwrap().len(), 5);
    assert_eq!(ids(&list(&["--code", "stage_error"])), ["b", "d"]);
    assert_eq!(
        list(&["--code", "stage_error"])["counts"],
        json!([{ "stage": "mock", "code": "stage_error", "documents": 2 }])
    );
    assert_eq!(list(&["--stage", "ingest"])["rejected"][0]["code"], "bad_json");
    assert!(ids(&list(&["--stage", "ingest", "--code", "panic"])).is_empty());
}

#[test]
fn a_document_is_shown_with_reason_place_text_and_what_to_do() {
    let folder = rejected();
    let show = |id: &str| docmill(folder.path(), &["quarantine", "show", id, "out"]).exits(0).stdout;
    let told = show("a");
    for part in [
        "a: panic in stage mock",
        "told to panic",
        "in.jsonl#line=1",
        "docmill_mock 1.0.0",
        "sha256",
        "mock:panic",
        "a defect of",
        "format = \"documents\"",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let told = show("d");
    assert!(told.contains('…') && !told.contains("end\n"), "{told}");
    let full = docmill(folder.path(), &["quarantine", "show", "d", "out", "--full"]).exits(0).stdout;
    assert!(full.contains("Rain fell. end\n"), "{full}");
    assert!(!show("e").contains('\u{1b}'), "a text does not command the terminal");

    let listed: Value = serde_json::from_str(
        &docmill(folder.path(), &["quarantine", "list", "out", "--stage", "ingest", "--format", "json"])
            .exits(0)
            .stdout,
    )
    .unwrap();
    let unread = listed["rejected"][0]["id"].as_str().unwrap();
    assert!(show(unread).contains("its source could not read it"));

    let json: Value = serde_json::from_str(
        &docmill(folder.path(), &["quarantine", "show", "b", "out", "--format", "json"]).exits(0).stdout,
    )
    .unwrap();
    assert_eq!(
        (&json["rejected"][0]["code"], &json["document"]["title"]),
        (&json!("stage_error"), &json!("Rain"))
    );
}

#[test]
fn what_is_not_there_is_told() {
    let folder = rejected();
    let ran = docmill(folder.path(), &["quarantine", "show", "zzz", "out"]).exits(1);
    assert!(ran.stderr.contains("no document `zzz` was rejected"), "{}", ran.stderr);
    std::fs::create_dir(folder.path().join("empty")).unwrap();
    let ran = docmill(folder.path(), &["quarantine", "list", "empty"]).exits(3);
    assert!(ran.stderr.contains("neither a quarantine"), "{}", ran.stderr);
    docmill(folder.path(), &["quarantine", "list", "nowhere"]).exits(3);

    std::fs::write(folder.path().join("in.jsonl"), "{\"id\":\"c\",\"text\":\"Rain.\"}\n").unwrap();
    docmill(folder.path(), &["run", "news.toml"]).exits(0);
    for place in ["out", "news.toml"] {
        let told = docmill(folder.path(), &["quarantine", "list", place]).exits(0).stdout;
        assert_eq!(told, "no document was rejected\n", "{place}");
    }
}
