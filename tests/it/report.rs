//! `run.json`: that it keeps to its schema, and that two runs have the same one but for the timings.

use crate::command::{docmill, folder, library, root};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// A run with rejected documents, two outputs and a plugin that is loaded from its file.
fn pipeline() -> String {
    let segment = library("docmill_segment").display().to_string();
    format!(
        "pipeline = \"two\"\nplugins.segment.path = {segment:?}\n\
         [params.word]\ntype = \"string\"\nsecret = true\ndefault = \"hush\"\n\
         [run]\nquarantine = {{ max_ratio = 0.5 }}\nreport = \"out/reports/run.json\"\n\
         [[stage]]\nuse = \"ingest\"\nwith.path = [\"in\", \"a.jsonl\"]\n\
         [[stage]]\nuse = \"segment\"\n[[stage]]\nuse = \"entities\"\n\
         [[stage]]\nuse = \"export\"\nwith.path = \"out/a.jsonl\"\n\
         [[stage]]\nuse = \"export\"\nid = \"secret\"\nfrom = \"segment\"\nwith.path = \"out/${{params.word}}.md\"\n"
    )
}

const ARTICLES: &str = "{\"id\":\"1\",\"text\":\"Rain fell in Lima. Ada Lovelace saw it.\",\"title\":\"Rain\"}\n\
                        { broken\n{\"id\":\"3\",\"text\":\"The sun shone on Oslo.\"}\n";

fn bench() -> tempfile::TempDir {
    folder(&[
        ("two.toml", &pipeline()),
        ("a.jsonl", ARTICLES),
        ("in/a.txt", "Snow fell in Kyiv on Monday."),
        ("in/b.txt", ""),
    ])
}

fn report(folder: &Path, args: &[&str]) -> Value {
    docmill(folder, &[&["run", "two.toml"], args].concat()).exits(0);
    serde_json::from_str(&fs::read_to_string(folder.join("out/reports/run.json")).unwrap()).unwrap()
}

#[test]
fn a_report_keeps_to_its_schema() {
    let schema: Value = serde_json::from_str(&docmill(&root(), &["schema", "run"]).exits(0).stdout).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let bench = bench();
    let good = report(bench.path(), &[]);
    let wrong: Vec<String> =
        validator.iter_errors(&good).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(wrong.is_empty(), "{wrong:#?}\n{good:#}");
    for (key, value) in [
        ("/format", Value::from(2)),
        ("/documents", Value::from(-1)),
        ("/documents", Value::from(1.5)),
        ("/inputs/blake3", Value::from("abc")),
        ("/stages/0/counts/made", Value::Null),
        ("/quarantine/max_ratio", Value::from(2)),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(key).unwrap() = value;
        assert!(!validator.is_valid(&bad), "{key}");
    }
    let mut more = good;
    more["weather"] = "rain".into();
    assert!(!validator.is_valid(&more));
}

#[test]
fn a_report_tells_what_was_read_run_and_written() {
    let bench = bench();
    let report = report(bench.path(), &[]);
    assert_eq!((report["documents"].as_u64(), report["rejected"].as_u64()), (Some(5), Some(1)));
    assert_eq!(report["pipeline"]["files"][0]["path"], "two.toml");
    let segment = &report["plugins"].as_array().unwrap()[3];
    assert_eq!(segment["name"], "docmill_segment");
    assert_eq!(segment["library"]["sha256"], sha256(&library("docmill_segment")));
    assert!(report["plugins"][0]["library"].is_null(), "{report:#}");
    let output = &report["outputs"][0];
    assert_eq!((output["path"].as_str(), output["file"].as_str()), (Some("out/a.jsonl"), Some("../a.jsonl")));
    assert_eq!(output["bytes"], fs::metadata(bench.path().join("out/a.jsonl")).unwrap().len());
    assert_eq!(report["quarantine"]["file"], "../quarantine/rejected.jsonl");
    assert_eq!(report["outputs"][1]["file"], Value::Null);
    assert!(!report.to_string().contains("hush"), "{report:#}");
}

fn sha256(path: &Path) -> String {
    let output = std::process::Command::new("sha256sum").arg(path).output().expect("sha256sum is there");
    String::from_utf8_lossy(&output.stdout).split_whitespace().next().unwrap_or_default().to_owned()
}

#[test]
fn two_runs_have_one_report_but_for_the_timings() {
    let bench = bench();
    let mut want = None;
    for args in [
        ["--threads", "1", "--batch", "256"],
        ["--threads", "1", "--batch", "256"],
        ["--threads", "2", "--batch", "1"],
        ["--threads", "8", "--batch", "7"],
    ] {
        let mut report = report(bench.path(), &args);
        assert!(report["timings"]["elapsed_ms"].is_u64());
        report.as_object_mut().unwrap().remove("timings");
        let text = format!("{report:#}");
        assert_eq!(*want.get_or_insert_with(|| text.clone()), text, "{args:?}");
    }
}

#[test]
fn whatever_changes_in_the_input_changes_its_digest() {
    let bench = bench();
    let digest = || report(bench.path(), &[])["inputs"]["blake3"].clone();
    let first = digest();
    // The same documents from files written anew.
    fs::write(bench.path().join("in/a.txt"), "Snow fell in Kyiv on Monday.").unwrap();
    assert_eq!(digest(), first);
    for (file, text) in [
        ("in/a.txt", "Snow fell in Kyiv on Sunday.".to_owned()),
        ("a.jsonl", ARTICLES.replace("\"Rain\"", "\"Snow\"")),
        ("a.jsonl", ARTICLES.replace("\"3\"", "\"4\"")),
    ] {
        let before = fs::read(bench.path().join(file)).unwrap();
        fs::write(bench.path().join(file), text).unwrap();
        assert_ne!(digest(), first, "{file}");
        fs::write(bench.path().join(file), before).unwrap();
        assert_eq!(digest(), first, "{file}");
    }
}
