//! Runs that are stopped from outside, and what they leave behind.
#![cfg(unix)]

use super::{articles, command, files, mock, pipeline};
use crate::command::{docmill, folder};
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// A folder with a run that takes `sleep_ms` for each of a hundred documents.
fn slow(sleep_ms: u64) -> tempfile::TempDir {
    let texts = articles((0..100).map(|n| format!("Article {n}.")));
    let text =
        pipeline("in.jsonl", &mock(&format!("[[stage]]\nuse = \"mock-slow\"\nwith.sleep_ms = {sleep_ms}")));
    let text = text + "[run]\nbatch = 1\nthreads = 1\n";
    folder(&[("x.toml", &text), ("in.jsonl", &texts), ("out/x.jsonl", "of an earlier run")])
}

/// Begins a run and waits until it has opened its output.
fn begun(folder: &Path) -> Child {
    let mut run = command(folder, &["run", "x.toml"]);
    let mut child = run.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let part = folder.join("out/.x.jsonl.part");
    while !part.exists() {
        assert!(child.try_wait().unwrap().is_none(), "the run must still be going on");
        std::thread::sleep(Duration::from_millis(2));
    }
    child
}

fn send(child: &Child, signal: &str) {
    let sent = std::process::Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    assert!(sent.success(), "the run must still be going on");
}

fn ended(mut child: Child) -> (Option<i32>, String) {
    let mut told = String::new();
    child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    (child.wait().unwrap().code(), told)
}

/// Nothing under a final name has changed, and nothing but `allowed` was added.
#[track_caller]
fn left(folder: &Path, allowed: &[&str]) {
    let before = ["in.jsonl", "out/x.jsonl", "x.toml"];
    let mut all: Vec<&str> = before.iter().chain(allowed).copied().collect();
    all.sort_unstable();
    assert_eq!(files(folder), all);
    assert_eq!(fs::read_to_string(folder.join("out/x.jsonl")).unwrap(), "of an earlier run");
}

/// Another run in the same folder works, and leaves nothing but its outputs.
#[track_caller]
fn runs_again(folder: &Path) {
    docmill(folder, &["run", "x.toml", "--set", "mock-slow.sleep_ms=0"]).exits(0);
    assert_eq!(files(folder), ["in.jsonl", "out/run.json", "out/x.jsonl", "x.toml"]);
    assert_eq!(crate::command::lines(&folder.join("out/x.jsonl")).len(), 100);
}

#[test]
fn row_20_one_signal_drains_the_run_and_leaves_nothing() {
    for (signal, status) in [("-INT", 130), ("-TERM", 143), ("-HUP", 129)] {
        let folder = slow(40);
        let child = begun(folder.path());
        let began = Instant::now();
        send(&child, signal);
        let (code, told) = ended(child);
        assert_eq!(code, Some(status), "{signal}: {told}");
        assert!(told.contains("stopped") && told.contains("run it again"), "{signal}: {told}");
        assert!(began.elapsed() < Duration::from_secs(2), "a hundred documents would take four seconds");
        left(folder.path(), &[]);
        runs_again(folder.path());
    }
}

#[test]
fn row_20_a_second_signal_ends_the_run_at_once() {
    // One document takes longer than any patience: only an end in the middle of it is quick.
    let folder = slow(60_000);
    let mut child = begun(folder.path());
    // Until the stage has its first document.
    std::thread::sleep(Duration::from_millis(700));
    let began = Instant::now();
    send(&child, "-INT");
    std::thread::sleep(Duration::from_millis(300));
    assert!(child.try_wait().unwrap().is_none(), "the first signal waits for the document");
    send(&child, "-INT");
    let (code, told) = ended(child);
    assert_eq!(code, Some(130), "{told}");
    assert!(began.elapsed() < Duration::from_secs(10));
    left(folder.path(), &["out/.x.jsonl.part"]);
    runs_again(folder.path());
}

#[test]
fn row_20_a_killed_run_leaves_a_temporary_that_the_next_one_takes_away() {
    let folder = slow(40);
    // A bad document, so that the list of rejected ones is begun as well; and one document a block, so that it is
    // handed over before the rest is done.
    let text = fs::read_to_string(folder.path().join("x.toml")).unwrap() + "block = \"1 B\"\n";
    fs::write(folder.path().join("x.toml"), text).unwrap();
    let texts = "{ broken\n".to_owned() + &articles((0..99).map(|n| format!("Article {n}.")));
    fs::write(folder.path().join("in.jsonl"), &texts).unwrap();
    let mut child = begun(folder.path());
    let list = folder.path().join("out/quarantine/.rejected.jsonl.part");
    while !list.exists() {
        assert!(child.try_wait().unwrap().is_none(), "the run must still be going on");
        std::thread::sleep(Duration::from_millis(2));
    }
    send(&child, "-KILL");
    assert_eq!(ended(child).0, None);
    left(folder.path(), &["out/.x.jsonl.part", "out/quarantine/.rejected.jsonl.part"]);
    // The next run rejects nothing.
    fs::write(folder.path().join("in.jsonl"), articles((0..100).map(|n| format!("Article {n}.")))).unwrap();
    runs_again(folder.path());
}

#[test]
fn row_20_a_deadline_stops_the_run_with_75() {
    let folder = slow(40);
    let ran = docmill(folder.path(), &["run", "x.toml", "--deadline", "300ms"]).exits(75);
    assert!(ran.stderr.contains("the deadline passed"), "{}", ran.stderr);
    left(folder.path(), &[]);
    runs_again(folder.path());
}

#[test]
fn row_20_nohup_keeps_a_run_going() {
    let folder = slow(2);
    let mut run = std::process::Command::new("sh");
    run.args(["-c", "trap '' HUP; exec \"$0\" run x.toml", env!("CARGO_BIN_EXE_docmill-it")]);
    let mut child =
        run.current_dir(folder.path()).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    while !folder.path().join("out/.x.jsonl.part").exists() {
        assert!(child.try_wait().unwrap().is_none());
        std::thread::sleep(Duration::from_millis(2));
    }
    send(&child, "-HUP");
    assert_eq!(ended(child).0, Some(0));
}

#[test]
fn row_20_a_reader_of_stdout_that_goes_away_is_no_failure() {
    let folder = folder(&[("x.toml", &pipeline("in.jsonl", "")), ("in.jsonl", &articles(["Rain."]))]);
    for args in
        [&["run", "x.toml"][..], &["schema"], &["peek", "x.toml", "--stage", "ingest"], &["plugin", "list"]]
    {
        let mut child =
            command(folder.path(), args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let (code, told) = ended(child);
        assert_eq!(code, Some(0), "{args:?}: {told}");
        assert!(!told.contains("panicked") && !told.contains("Broken pipe"), "{args:?}: {told}");
    }
    assert_eq!(crate::command::lines(&folder.path().join("out/x.jsonl")).len(), 1);
}
