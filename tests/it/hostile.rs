//! Libraries that break the rules, built from `tests/hostile/hostile.c`: each gives its error by name and
//! leaves the host alive.

use crate::command::{Ran, docmill, folder, root};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Builds the library with one rule broken.
pub(crate) fn build(folder: &Path, mode: &str) -> PathBuf {
    let file = format!("{}hostile{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    let library = folder.join(file);
    let status = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-DNAME=hostile"])
        .arg(format!("-DMODE_{mode}"))
        .arg("-I")
        .arg(root().join("include"))
        .arg(root().join("tests/hostile/hostile.c"))
        .arg("-o")
        .arg(&library)
        .status()
        .expect("cc, which also links Rust, is there");
    assert!(status.success());
    library
}

const PIPELINE: &str = r#"
pipeline = "hostile"
[plugins.hostile]
path = "libhostile.so"
[[stage]]
use = "ingest"
with.path = "in.jsonl"
[[stage]]
use = "hostile"
[[stage]]
use = "export"
with.path = "out.jsonl"
"#;

const TEXTS: &str = "{\"id\":\"1\",\"text\":\"One.\"}\n{\"id\":\"2\",\"text\":\"Two.\"}\n";

/// Runs a pipeline with the broken library; the status and a part of the message are known.
#[track_caller]
pub(crate) fn check(mode: &str, status: i32, says: &str) -> Ran {
    let name = format!("{}hostile{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    let folder = folder(&[("h.toml", &PIPELINE.replace("libhostile.so", &name)), ("in.jsonl", TEXTS)]);
    build(folder.path(), mode);
    let mut ran = docmill(folder.path(), &["run", "h.toml"]).exits(status);
    let rejected = folder.path().join("quarantine/rejected.jsonl");
    ran.stderr += &std::fs::read_to_string(rejected).unwrap_or_default();
    assert!(ran.stderr.contains(says), "{mode}: {}", ran.stderr);
    ran
}

#[test]
fn a_library_that_keeps_the_rules_runs() {
    let folder = folder(&[("h.toml", PIPELINE), ("in.jsonl", TEXTS)]);
    let library = build(folder.path(), "NONE");
    let pipeline = PIPELINE.replace("libhostile.so", &library.display().to_string());
    std::fs::write(folder.path().join("h.toml"), pipeline).unwrap();
    docmill(folder.path(), &["run", "h.toml"]).exits(0);
    assert_eq!(crate::command::lines(&folder.path().join("out.jsonl"))[1]["hostile"], "x");
}

#[test]
fn a_missing_symbol_is_named() {
    check("NO_SYMBOL", 6, "tried docmill_plugin_v1_hostile");
}

#[test]
fn another_version_is_named() {
    check("OTHER_MAJOR_SYMBOL", 6, "speaks interface 2, this docmill 1");
    check("OTHER_MAJOR", 6, "speaks interface 2.0, this docmill 1.0");
}

#[test]
fn an_entry_that_refuses_is_quoted() {
    check("REFUSE", 6, "not today");
}

#[test]
fn descriptions_that_make_no_sense() {
    check("BAD_JSON", 6, "is not JSON");
    check("NO_ID", 6, "lacks `id`, `version` or `kind`");
    check("NO_DESCRIBE", 6, "has no `describe`");
}

#[test]
fn not_a_library() {
    let name = format!("{}hostile{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    let folder = folder(&[("h.toml", &PIPELINE.replace("libhostile.so", &name)), (&name, "just text")]);
    let ran = docmill(folder.path(), &["run", "h.toml"]).exits(6);
    assert!(ran.stderr.contains("cannot be opened") && ran.stderr.contains("h.toml:4:"), "{}", ran.stderr);
}

#[test]
fn columns_other_than_those_declared() {
    check("SCHEMA", 3, "adds [hostile: u32], but its description says [hostile: utf8]");
}

#[test]
fn a_wrong_number_of_rows_names_the_plugin() {
    let ran = check("ROWS", 1, "plugin hostile 1.0.0: 3 rows came back for 2 documents");
    assert!(ran.stderr.contains("stage `hostile`"), "{}", ran.stderr);
}

#[test]
fn malformed_arrays_are_bad_output() {
    for (mode, says) in [
        ("UTF8", "bad_output"),
        ("OFFSETS", "bad_output"),
        ("OFFSETS_BACK", "bad_output"),
        ("CHILDREN", "bad_output"),
        ("NO_OUTPUT", "the stage gave no output"),
    ] {
        let ran = check(mode, 4, says);
        assert!(ran.stderr.contains("\"plugin\":\"hostile 1.0.0\""), "{mode}: {}", ran.stderr);
        assert!(ran.stderr.contains("2 of 2 documents were rejected"), "{mode}: {}", ran.stderr);
    }
}

#[test]
fn a_message_with_a_nul_inside_arrives_whole() {
    check("EMBEDDED_NUL", 4, "\"message\":\"a\\u0000b\"");
}
