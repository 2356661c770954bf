//! Where `docmill check` looks: folders, globs, Markdown pages.

use crate::command::{docmill, folder};
use serde_json::Value;
use tempfile::TempDir;

const GOOD: &str = "pipeline = \"good\"\nstage = [\n  { use = \"ingest\", with.path = \"a\" },\n  { use = \"export\", with.path = \"x.jsonl\" },\n]\n";
const WRONG: &str = "pipeline = \"ناقص\"\nstage = [\n  { use = \"ingest\", with.path = \"${params.نام|x}\" },\n  { use = \"entities\" },\n  { use = \"export\", with = { pfad = \"ü\", path = \"x.jsonl\" } },\n]\n";
const DOUBTFUL: &str = "pipeline = \"doubtful\"\n[[stage]]\nuse = \"ingest\"\nwith.path = \"a\"\n";

fn page() -> String {
    let broken = "pipeline = \"b\"\n\n[[stage]]\nuse = \"ingst\"\n";
    format!(
        "# Guide\n\n```toml\n{GOOD}```\n\n1. Then:\n\n   ```toml\n{broken}   ```\n\n```toml\n[other]\nx =\n```\n"
    )
}

/// Pipelines without mistakes, with some and with a warning, a page, and files that are none.
pub(crate) fn files() -> TempDir {
    folder(&[
        ("ok.toml", GOOD),
        ("wrong, 100%.toml", WRONG),
        ("sub/doubtful.toml", DOUBTFUL),
        ("guide.md", &page()),
        ("Cargo.toml", "[[stage]]\nuse = \"x\"\n"),
        ("other.toml", "a = 1\n"),
    ])
}

#[test]
fn places_in_a_page_are_those_of_the_page() {
    let files = files();
    let ran = docmill(files.path(), &["check", "guide.md", "--format", "json"]).exits(3);
    let found: Value = serde_json::from_str(&ran.stdout).unwrap();
    let line = page().lines().position(|line| line.contains("ingst")).unwrap() + 1;
    assert_eq!((&found[0]["line"], &found[0]["column"]), (&line.into(), &7.into()), "{found}");
    assert_eq!(found[0]["file"], "guide.md");
    assert_eq!(found[0]["code"], "E0301");
}

#[test]
fn folders_and_globs_stand_for_the_pipelines_in_them() {
    let files = files();
    let ran = docmill(files.path(), &["check", "sub", "o*.toml", "./ok.toml"]).exits(0);
    assert_eq!(ran.stdout, "sub/doubtful.toml: 1 stages, no mistakes\nok.toml: 2 stages, no mistakes\n");
    docmill(files.path(), &["check", "sub", "--strict"]).exits(3);
    for nothing in ["empty", "*.txt", "gone.toml", "plain.md"] {
        std::fs::create_dir_all(files.path().join("empty")).unwrap();
        std::fs::write(files.path().join("plain.md"), "Rain fell.\n").unwrap();
        let ran = docmill(files.path(), &["check", nothing, "ok.toml"]).exits(3);
        assert!(ran.stderr.starts_with("error: ") && ran.stderr.contains(nothing), "{}", ran.stderr);
        assert!(ran.stdout.contains("ok.toml: 2 stages"), "{}", ran.stdout);
    }
}
