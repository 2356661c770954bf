//! Every pipeline in `pipelines/` runs, and its output is that of the golden files.

use crate::command::{docmill, root};
use docmill_testkit::golden;
use std::fs;
use std::path::Path;

/// Copies `pipelines/` to a folder of its own, so that outputs land beside the copy.
pub(crate) fn workbench() -> tempfile::TempDir {
    let bench = tempfile::tempdir().unwrap();
    copy(&root().join("pipelines"), &bench.path().join("pipelines"));
    bench
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Runs a pipeline and compares the text files it writes.
fn check(name: &str, outputs: &[&str]) {
    let bench = workbench();
    docmill(bench.path(), &["run", &format!("pipelines/{name}.toml")]).exits(0);
    for output in outputs {
        let got = fs::read_to_string(bench.path().join("out").join(output)).unwrap();
        let file = root().join("tests/golden/pipelines").join(name).join(output.replace('/', "-"));
        golden(&file, &got);
    }
}

#[test]
fn quick() {
    check("quick", &["quick.jsonl"]);
}

#[test]
fn news() {
    check("news", &["articles.jsonl"]);
}

#[test]
fn entities() {
    check("entities", &["entities.csv"]);
}

#[test]
fn branched() {
    check("branched", &["branched/digest.md", "branched/quotations.jsonl"]);
}

#[test]
fn every_pipeline_is_tested_here_and_told_of_in_the_readme() {
    let tested = fs::read_to_string(root().join("tests/it/pipelines.rs")).unwrap();
    let readme = fs::read_to_string(root().join("pipelines/README.md")).unwrap();
    let mut seen = 0;
    for entry in fs::read_dir(root().join("pipelines")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let Some(stem) = name.strip_suffix(".toml").filter(|stem| !stem.ends_with("_test")) else { continue };
        seen += 1;
        assert!(tested.contains(&format!("check(\"{stem}\"")), "{name} has no test");
        assert!(readme.contains(&name), "{name} is not in pipelines/README.md");
    }
    assert!(seen >= 4);
}

#[test]
fn the_quick_pipeline_has_eight_lines() {
    let text = fs::read_to_string(root().join("pipelines/quick.toml")).unwrap();
    assert_eq!(text.lines().count(), 8);
}

#[test]
fn the_report_says_what_happened() {
    let bench = workbench();
    let ran = docmill(bench.path(), &["run", "pipelines/news.toml"]).exits(0);
    assert!(ran.stdout.contains("39 documents"), "{}", ran.stdout);
    assert!(ran.stdout.contains("sentences"), "{}", ran.stdout);
    let report: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(bench.path().join("out/run.json")).unwrap()).unwrap();
    assert_eq!(report["documents"], 39);
    assert_eq!(report["rejected"], 0);
    for stage in report["stages"].as_array().unwrap() {
        assert_eq!(stage["counts"]["documents_in"], 39);
        assert_eq!(stage["counts"]["documents_out"], 39);
    }
    assert!(!bench.path().join("out/quarantine").exists());
}
