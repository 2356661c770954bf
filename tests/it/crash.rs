//! A run that ends at any operation on the disk: nothing torn is ever seen, and the next run ends as if nothing had
//! happened.
//!
//! The command of the tests is built with faults: the environment variable `DOCMILL_FAULTS` ends it, or lets the
//! operation fail, at the n-th point. Points lie before, after and, for writes, in the middle of every operation.

use crate::command::{Ran, docmill, folder};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

const PIPELINE: &str = r#"
pipeline = "x"
[[stage]]
use = "ingest"
with.path = "in"
[[stage]]
use = "segment"
[[stage]]
use = "summarize"
with.sentences = 2
[[stage]]
use = "export"
with.path = "out/x.jsonl"
"#;

/// A folder before the run that is hit: with nothing done yet, or with all done and one option changed since.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Before {
    Nothing,
    AnotherRun,
}

fn bench(before: Before) -> tempfile::TempDir {
    let bench = folder(&[("x.toml", PIPELINE)]);
    fs::create_dir(bench.path().join("in")).unwrap();
    for n in 0..4 {
        let text =
            format!("The bridge in Lima was closed on Monday. Ana Torres said so. It rained {n} days.\n");
        fs::write(bench.path().join(format!("in/{n}.txt")), text).unwrap();
    }
    if before == Before::AnotherRun {
        run(bench.path()).exits(0);
        fs::write(bench.path().join("x.toml"), PIPELINE.replace("sentences = 2", "sentences = 1")).unwrap();
    }
    bench
}

fn run(bench: &Path) -> Ran {
    docmill(bench, &["run", "x.toml", "--threads", "1"])
}

/// A run with a plan of faults.
fn hit(bench: &Path, plan: &str) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_docmill-it"))
        .args(["run", "x.toml", "--threads", "1"])
        .current_dir(bench)
        .env("CI", "true")
        .env("DOCMILL_FAULTS", plan)
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ran {
        status: output.status.code().unwrap_or(-1),
        stdout: text(&output.stdout),
        stderr: text(&output.stderr),
    }
}

/// The points that a run passes, by name.
fn points(before: Before) -> Vec<String> {
    let bench = bench(before);
    hit(bench.path(), &format!("list:{}", bench.path().join("points").display())).exits(0);
    let points = fs::read_to_string(bench.path().join("points")).unwrap();
    points.lines().map(str::to_owned).collect()
}

/// What a run leaves: the export, and the report without its timings.
#[derive(Debug, PartialEq)]
struct Left {
    export: Option<Vec<u8>>,
    report: Option<Value>,
}

fn left(bench: &Path) -> Result<Left, String> {
    let export = fs::read(bench.join("out/x.jsonl")).ok();
    let report = match fs::read(bench.join("out/run.json")) {
        Err(_) => None,
        Ok(text) => Some(serde_json::from_slice(&text).map_err(|e| format!("run.json is torn: {e}"))?),
    };
    let report = report.map(|mut report: Value| {
        report.as_object_mut().unwrap().remove("timings");
        report
    });
    Ok(Left { export, report })
}

/// What is wrong after a run was hit, in a folder that was as `old` before and would have become `new`.
fn wrong(bench: &Path, old: &Left, new: &Left) -> Result<(), String> {
    let seen = left(bench)?;
    if seen.export != old.export && seen.export != new.export {
        return Err("the export is torn".to_owned());
    }
    if seen.report != old.report && seen.report != new.report {
        return Err("the report is torn".to_owned());
    }
    if bench.join("out/.docmill/ledger.jsonl").exists() {
        let told = docmill(bench, &["cache", "verify", "out", "--format", "json"]).stdout;
        let told: Value = serde_json::from_str(&told).map_err(|e| format!("{e}: {told}"))?;
        // The last line of the ledger may be torn; what the others tell of must be there.
        let mut damaged = told["damaged"].as_array().unwrap().iter();
        if let Some(damage) = damaged.find(|damage| damage["file"] != "ledger.jsonl") {
            return Err(format!("the store is damaged: {damage}"));
        }
    }
    let again = run(bench);
    if again.status != 0 {
        return Err(format!("the next run fails: {}", again.stderr));
    }
    let again = left(bench)?;
    if again != *new {
        return Err("the next run gives something else".to_owned());
    }
    let temporary = fs::read_dir(bench.join("out")).unwrap().map(|file| file.unwrap().file_name());
    let mut temporary = temporary.filter(|name| name.to_string_lossy().ends_with(".part"));
    temporary.next().map_or(Ok(()), |name| Err(format!("{} is left", name.display())))
}

/// Runs with a fault at every point; gives what was wrong after each that fired.
fn at_every_point(before: Before, kind: &str, broken: &str) -> Vec<(String, Result<(), String>)> {
    let old = left(bench(before).path()).unwrap();
    let whole = bench(before);
    run(whole.path()).exits(0);
    let new = left(whole.path()).unwrap();
    let points = points(before);
    assert!(points.len() > 20, "{points:?}");
    let mut seen = Vec::new();
    for (n, point) in points.iter().enumerate() {
        let bench = bench(before);
        let ran = hit(bench.path(), &format!("{kind}:{}{broken}", n + 1));
        let fired = match kind {
            "kill" => ran.status == -1,
            _ => ran.status == 1 || ran.status == 3,
        };
        // A broken writer passes other points; a good one must be hit at every one.
        assert!(fired || !broken.is_empty(), "nothing happened at {} {point}: {ran:?}", n + 1);
        if kind != "kill" && fired {
            assert!(!ran.stderr.is_empty(), "a failure without a word at {point}");
        }
        if fired {
            seen.push((format!("{} {point}", n + 1), wrong(bench.path(), &old, &new)));
        }
    }
    seen
}

#[track_caller]
fn nothing_is_wrong(seen: &[(String, Result<(), String>)]) {
    let wrong: Vec<_> = seen.iter().filter(|(_, result)| result.is_err()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn row_12_killed_at_every_point_of_a_first_run() {
    let seen = at_every_point(Before::Nothing, "kill", "");
    nothing_is_wrong(&seen);
    for operation in ["data write within", "data rename", "data sync", "ledger write within", "file rename"] {
        assert!(seen.iter().any(|(point, _)| point.contains(operation)), "no point was of {operation}");
    }
}

#[test]
fn row_12_killed_at_every_point_of_a_run_after_a_change() {
    nothing_is_wrong(&at_every_point(Before::AnotherRun, "kill", ""));
}

#[test]
fn row_13_a_writer_that_does_not_rename_is_caught() {
    let seen = at_every_point(Before::Nothing, "kill", ",no-rename");
    assert!(seen.iter().any(|(_, result)| result.is_err()), "a torn file was not noticed");
}

#[test]
fn row_13_a_ledger_that_is_written_first_is_caught() {
    let seen = at_every_point(Before::Nothing, "kill", ",ledger-first");
    let missed =
        |result: &Result<(), String>| matches!(result, Err(what) if what.contains("the store is damaged"));
    assert!(seen.iter().any(|(_, result)| missed(result)), "a line without its result was not noticed");
}

#[test]
fn row_15_a_disk_that_is_full_from_any_point_on() {
    nothing_is_wrong(&at_every_point(Before::Nothing, "full", ""));
    nothing_is_wrong(&at_every_point(Before::AnotherRun, "full", ""));
}

#[test]
fn row_16_an_error_at_any_operation() {
    nothing_is_wrong(&at_every_point(Before::Nothing, "error", ""));
}

/// A library in front of the C library that lets operations on the outputs fail.
#[cfg(target_os = "linux")]
fn faulty_disk(folder: &Path) -> std::path::PathBuf {
    let library = folder.join("disk.so");
    let compiled = Command::new("cc")
        .args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o"])
        .arg(&library)
        .arg(crate::command::root().join("tests/hostile/disk.c"))
        .arg("-ldl")
        .status()
        .unwrap();
    assert!(compiled.success());
    library
}

/// Every operation on the files of three sinks and the report, which are written by different hands.
#[cfg(target_os = "linux")]
#[test]
fn rows_12_15_and_16_outputs_are_whole_or_not_there() {
    const FILES: [&str; 4] = ["x.jsonl", "x.csv", "x.parquet", "run.json"];
    let sinks = "[[stage]]\nuse = \"export\"\nid = \"csv\"\nfrom = \"summarize\"\nwith.path = \"out/x.csv\"\n[[stage]]\nuse = \"export\"\nid = \"parquet\"\nfrom = \"summarize\"\nwith.path = \"out/x.parquet\"\n";
    let pipeline = format!("{PIPELINE}{sinks}");
    let tools = tempfile::tempdir().unwrap();
    let library = faulty_disk(tools.path());
    let fresh = || {
        let bench = bench(Before::Nothing);
        fs::write(bench.path().join("x.toml"), &pipeline).unwrap();
        bench
    };
    let run = |bench: &Path, plan: &str| {
        Command::new(env!("CARGO_BIN_EXE_docmill-it"))
            .args(["run", "x.toml", "--threads", "1", "--no-store"])
            .current_dir(bench)
            .env("CI", "true")
            .env("LD_PRELOAD", &library)
            .env("DOCMILL_DISK", plan)
            .output()
            .unwrap()
    };
    let seen = |bench: &Path, file: &str| {
        let bytes = fs::read(bench.join("out").join(file)).ok()?;
        let Ok(mut report) = serde_json::from_slice::<Value>(&bytes) else { return Some(bytes) };
        report.as_object_mut()?.remove("timings");
        Some(report.to_string().into_bytes())
    };
    let whole = fresh();
    assert!(run(whole.path(), "before:100000").status.success());
    for kind in ["before", "half", "after", "error", "full"] {
        let mut hits = 0;
        for number in 1.. {
            let bench = fresh();
            let ran = run(bench.path(), &format!("{kind}:{number}"));
            if ran.status.success() {
                break;
            }
            hits += 1;
            let words = String::from_utf8_lossy(&ran.stderr);
            let is_told =
                !matches!(kind, "error" | "full") || (ran.status.code() == Some(1) && !words.is_empty());
            assert!(is_told, "{kind} {number}: {:?} {words}", ran.status);
            for file in FILES {
                let now = seen(bench.path(), file);
                assert!(now.is_none() || now == seen(whole.path(), file), "{kind} {number}: {file} is torn");
            }
            docmill(bench.path(), &["run", "x.toml", "--threads", "1"]).exits(0);
            for file in FILES {
                assert!(
                    seen(bench.path(), file) == seen(whole.path(), file),
                    "{kind} {number}: {file} differs"
                );
            }
        }
        assert!(hits >= 12, "{kind} hit {hits} operations alone");
    }
}
