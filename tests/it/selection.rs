//! Runs over a part of the input: `--limit`, `--changed-since`, `--deadline`.

use crate::command::{Ran, docmill, folder, lines};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

const PIPELINE: &str = "pipeline = \"x\"\nstage = [\n  { use = \"ingest\", with.path = [\"in\", \"b.jsonl\"] },\n  \
                        { use = \"segment\" },\n  { use = \"export\", with.path = \"out/x.jsonl\" },\n]\n";

fn bench() -> tempfile::TempDir {
    let line = |n: u32| format!("{{\"id\":\"b{n}\",\"text\":\"Rain fell on day {n}.\"}}\n");
    let entries: String = (0..50).map(line).collect();
    folder(&[
        ("x.toml", PIPELINE),
        ("b.jsonl", &entries),
        ("in/a.txt", "Sun."),
        ("in/deep/a.txt", "Snow."),
        ("in/c.txt", "Hail."),
        (".gitignore", "out\n"),
    ])
}

fn ids(folder: &Path) -> Vec<String> {
    lines(&folder.join("out/x.jsonl")).iter().map(|row| row["uri"].as_str().unwrap().to_owned()).collect()
}

fn report(folder: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(folder.join("out/run.json")).unwrap()).unwrap()
}

#[test]
fn a_limit_takes_the_first_documents_whatever_the_threads() {
    let bench = bench();
    docmill(bench.path(), &["run", "x.toml"]).exits(0);
    let all = ids(bench.path());
    assert_eq!(all.len(), 53);
    let mut reports = Vec::new();
    for args in [["--threads", "1"], ["--threads", "8"], ["--batch", "1"]] {
        for limit in [1, 2, 20, 53, 1000] {
            let number = limit.to_string();
            let more = [&["run", "x.toml", "--limit", &number][..], &args].concat();
            docmill(bench.path(), &more).exits(0);
            let first: Vec<String> = all.iter().take(limit).cloned().collect();
            assert_eq!(ids(bench.path()), first, "{limit} {args:?}");
            let mut report = report(bench.path());
            assert_eq!(report["documents"], first.len());
            assert_eq!(report["selection"]["limit"], limit);
            report.as_object_mut().unwrap().remove("timings");
            reports.push((limit, report));
        }
    }
    for (limit, report) in &reports {
        assert!(reports.iter().all(|(other, twin)| other != limit || report == twin));
    }
    docmill(bench.path(), &["run", "x.toml", "--limit", "0"]).exits(2);
}

fn git(folder: &Path, args: &[&str]) {
    let identity = ["-c", "user.name=test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false"];
    let output =
        Command::new("git").arg("-C").arg(folder).args(identity).args(args).output().expect("git is there");
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn since(folder: &Path, revision: &str) -> Ran {
    docmill(folder, &["run", "x.toml", "--changed-since", revision])
}

#[test]
fn only_what_changed_in_git_is_taken() {
    let bench = bench();
    let at = bench.path();
    git(at, &["init", "-q"]);
    git(at, &["add", "."]);
    git(at, &["commit", "-q", "-m", "first"]);
    since(at, "HEAD").exits(0);
    assert!(ids(at).is_empty(), "{:?}", ids(at));

    // One file committed, one only saved, one new; the file of the same name in another folder is as it was.
    std::fs::write(at.join("in/deep/a.txt"), "More snow.").unwrap();
    git(at, &["commit", "-q", "-a", "-m", "second"]);
    std::fs::write(at.join("in/c.txt"), "More hail.").unwrap();
    std::fs::write(at.join("in/new #1.txt"), "Fog.").unwrap();
    since(at, "HEAD~1").exits(0);
    assert_eq!(ids(at), ["in/c.txt", "in/deep/a.txt", "in/new #1.txt"]);
    since(at, "HEAD").exits(0);
    assert_eq!(ids(at), ["in/c.txt", "in/new #1.txt"]);
    assert_eq!(report(at)["selection"]["changed_since"]["revision"], "HEAD");
    assert_eq!(report(at)["selection"]["changed_since"]["commit"].as_str().unwrap().len(), 40);

    // Entries of a file that changed are all taken.
    std::fs::write(at.join("b.jsonl"), "{\"id\":\"b1\",\"text\":\"Sleet.\"}\n").unwrap();
    since(at, "HEAD").exits(0);
    assert_eq!(ids(at), ["b.jsonl#line=1", "in/c.txt", "in/new #1.txt"]);
}

#[test]
fn what_git_does_not_know_is_refused() {
    let bench = bench();
    let at = bench.path();
    // Folders above the temporary one may be a repository of somebody's.
    git(at, &["init", "-q"]);
    let ran = since(at, "HEAD").exits(3);
    assert!(ran.stderr.contains("git knows no revision `HEAD`"), "{}", ran.stderr);
    since(at, "--upload-pack=x").exits(2);
    let ran = docmill(at, &["run", "x.toml", "--changed-since=--all"]).exits(3);
    assert!(ran.stderr.contains("`--all` is no revision"), "{}", ran.stderr);
    std::fs::write(at.join(".gitignore"), "out\n*.jsonl\n").unwrap();
    git(at, &["add", "."]);
    git(at, &["commit", "-q", "-m", "first"]);
    let ran = since(at, "HEAD").exits(3);
    assert!(ran.stderr.contains("`b.jsonl`") && ran.stderr.contains("x.toml:3:"), "{}", ran.stderr);
    assert!(!at.join("out/x.jsonl").exists());
}

#[test]
fn a_deadline_that_passes_is_75_and_leaves_nothing() {
    let article = "The bridge in Lima was closed on Monday. ".repeat(100);
    let line = |n: u32| format!("{{\"id\":\"{n}\",\"text\":{article:?}}}\n");
    let text: String = (0..10_000).map(line).collect();
    let bench = folder(&[("x.toml", PIPELINE), ("b.jsonl", &text), ("in/a.txt", "Sun.")]);
    let ran = docmill(bench.path(), &["run", "x.toml", "--deadline", "300ms"]).exits(75);
    assert!(ran.stderr.contains("the deadline passed") && ran.stderr.contains("--shard"), "{}", ran.stderr);
    let left: Vec<_> = std::fs::read_dir(bench.path().join("out")).map_or(Vec::new(), Iterator::collect);
    let names: Vec<_> = left.iter().map(|entry| entry.as_ref().unwrap().file_name()).collect();
    assert_eq!(names, [".docmill"], "nothing but what the next run goes on with");

    let quick = folder(&[("x.toml", PIPELINE), ("b.jsonl", ""), ("in/a.txt", "Sun.")]);
    docmill(quick.path(), &["run", "x.toml", "--deadline", "1h"]).exits(0);
    for wrong in ["soon", "0s", "10"] {
        docmill(quick.path(), &["run", "x.toml", "--deadline", wrong]).exits(2);
    }
}
