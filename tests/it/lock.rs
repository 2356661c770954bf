//! A lock holds a pipeline to its plugins.

use crate::command::{docmill, folder, library};
use std::fs;

fn pipeline(plugin: &str) -> String {
    format!(
        "pipeline = \"x\"\nplugins.segment.path = {plugin:?}\n[[stage]]\nuse = \"ingest\"\nwith.path = \"a.txt\"\n\
         [[stage]]\nuse = \"segment\"\n[[stage]]\nuse = \"export\"\nwith.path = \"out/x.jsonl\"\n"
    )
}

/// A pipeline with a plugin of its own, whose library lies beside it.
fn bench() -> tempfile::TempDir {
    let from = library("docmill_segment");
    let name = from.file_name().unwrap().to_str().unwrap();
    let bench = folder(&[("x.toml", &pipeline(name)), ("a.txt", "Rain fell.")]);
    fs::copy(&from, bench.path().join(name)).unwrap();
    bench
}

fn lock(folder: &tempfile::TempDir) -> String {
    docmill(folder.path(), &["lock", "x.toml"]).exits(0);
    fs::read_to_string(folder.path().join("x.lock")).unwrap()
}

#[test]
fn a_lock_that_holds_lets_the_run_go_and_has_the_same_bytes_each_time() {
    let bench = bench();
    let text = lock(&bench);
    assert_eq!(text, lock(&bench));
    let at = |word: &str| text.find(word).unwrap_or_else(|| panic!("{word}\n{text}"));
    assert!(
        at("docmill_export") < at("docmill_ingest") && at("docmill_ingest") < at("docmill_segment"),
        "{text}"
    );
    assert_eq!(text.matches("sha256 = \"").count(), 1, "{text}");
    docmill(bench.path(), &["check", "x.toml", "--locked"]).exits(0);
    docmill(bench.path(), &["run", "x.toml", "--locked"]).exits(0);
}

/// Both verbs refuse with 3 and these words, and nothing is written.
fn refused(bench: &tempfile::TempDir, words: &[&str]) {
    for verb in ["run", "check"] {
        let ran = docmill(bench.path(), &[verb, "x.toml", "--locked"]).exits(3);
        assert!(ran.stderr.contains("error[E0390]"), "{}", ran.stderr);
        for word in words {
            assert!(ran.stderr.contains(word), "{word}\n{}", ran.stderr);
        }
    }
    assert!(!bench.path().join("out").exists());
    // Without the flag a lock stops nobody.
    docmill(bench.path(), &["check", "x.toml"]).exits(0);
}

#[test]
fn every_difference_is_refused_and_named() {
    let bench = bench();
    refused(&bench, &["there is no lock `x.lock`", "`docmill lock x.toml` writes it anew"]);
    let text = lock(&bench);
    let path = bench.path().join("x.lock");
    let with = |from: &str, to: &str| {
        let altered = text.replacen(from, to, 1);
        assert_ne!(altered, text, "{from}");
        fs::write(&path, altered).unwrap();
    };
    let version = format!("version = \"{}\"", env!("CARGO_PKG_VERSION"));
    with(&version, "version = \"9.9.9\"");
    refused(
        &bench,
        &["plugin `docmill_export` is not the one in `x.lock`", "the lock has 9.9.9", "x.toml:8:1"],
    );
    with("ingest = ", "ingest = 9");
    refused(&bench, &["plugin `docmill_ingest`", "the lock has ingest 9"]);
    with("sha256 = \"", "sha256 = \"0");
    refused(&bench, &["plugin `docmill_segment`", "SHA-256 0", "x.toml:6:1"]);
    with("docmill_segment\"", "docmill_sediment\"");
    refused(
        &bench,
        &["plugin `docmill_segment` is not in", "plugin `docmill_sediment` is in `x.lock`, but no stage"],
    );
    with("format = 1", "format = 2");
    refused(&bench, &["has format 2"]);
    fs::write(&path, "format = ").unwrap();
    refused(&bench, &["cannot be understood"]);

    // The library itself: bytes after its end change nothing but its digest.
    fs::write(&path, &text).unwrap();
    let plugin = bench.path().join(library("docmill_segment").file_name().unwrap());
    let mut bytes = fs::read(&plugin).unwrap();
    bytes.push(0);
    fs::write(&plugin, bytes).unwrap();
    refused(&bench, &["plugin `docmill_segment` is not the one in `x.lock`"]);
    // The one that is built in is another one too.
    fs::write(bench.path().join("x.toml"), pipeline("x").replace("plugins.segment.path = \"x\"\n", ""))
        .unwrap();
    refused(&bench, &["it is built into docmill, the lock has it `libdocmill_segment"]);
}

#[test]
fn a_list_that_a_stage_reads_is_locked_like_a_plugin() {
    let pipeline = "pipeline = \"x\"\n[[stage]]\nuse = \"ingest\"\nwith.path = \"a.txt\"\n[[stage]]\nuse = \"segment\"\n[[stage]]\nuse = \"entities\"\nwith.gazetteers = [\"terms.csv\"]\n[[stage]]\nuse = \"export\"\nwith.path = \"out/x.jsonl\"\n";
    let terms = "phrase,label\nthe bridge,FAC\n";
    let bench = folder(&[("x.toml", pipeline), ("a.txt", "Rain fell on the bridge."), ("terms.csv", terms)]);
    docmill(bench.path(), &["lock", "x.toml"]).exits(0);
    docmill(bench.path(), &["run", "x.toml", "--locked"]).exits(0);
    let report: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(bench.path().join("out/run.json")).unwrap()).unwrap();
    assert_eq!(report["models"][0]["stage"], "entities");
    assert_eq!(report["models"][0]["path"], "terms.csv");
    std::fs::write(bench.path().join("terms.csv"), terms.replace("FAC", "ORG")).unwrap();
    let ran = docmill(bench.path(), &["run", "x.toml", "--locked"]).exits(3);
    assert!(ran.stderr.contains("the models are not those in `x.lock`"), "{}", ran.stderr);
}
