//! Plugins made by `docmill new plugin`, outside the workspace: they build, pass their test and run.

use crate::command::{docmill, folder, lines, root};
use std::path::Path;
use std::process::Command;

/// Builds the scaffolded crate with the dependencies that the workspace has fetched already.
fn cargo_build(plugin: &Path) {
    // The versions of the workspace: those are on this machine, and the network is not asked.
    std::fs::copy(root().join("Cargo.lock"), plugin.join("Cargo.lock")).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["build", "--release", "--offline", "--quiet"])
        .current_dir(plugin)
        // Kept between runs of the tests: the SDK's dependencies need not be built again.
        .env("CARGO_TARGET_DIR", root().join("target/scaffold"))
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
        .env_remove("RUSTFLAGS")
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_rust_plugin_builds_passes_its_test_and_runs() {
    let folder = folder(&[]);
    docmill(folder.path(), &["new", "plugin", "word-finder"]).exits(0);
    let plugin = folder.path().join("word-finder");
    cargo_build(&plugin);
    let built = root().join("target/scaffold/release");
    let name = format!("{}word_finder{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    std::fs::create_dir_all(plugin.join("target/release")).unwrap();
    std::fs::copy(built.join(&name), plugin.join("target/release").join(&name)).unwrap();

    let tested = docmill(folder.path(), &["plugin", "test", "word-finder"]).exits(0);
    assert!(tested.stdout.contains("12 passed, 0 failed"), "{}", tested.stdout);
    docmill(&plugin, &["run", "pipeline.toml"]).exits(0);
    let found = lines(&plugin.join("out/word-finder.jsonl"));
    let labels: Vec<&str> =
        found[0]["word_finder"].as_array().unwrap().iter().map(|a| a["label"].as_str().unwrap()).collect();
    assert!(labels.contains(&"water") && labels.contains(&"stage"), "{labels:?}");

    let wrong = docmill(&plugin, &["check", "pipeline.toml", "--set", "word-finder.words=[\"\"]"]).exits(3);
    assert!(wrong.stderr.contains("a word is empty"), "{}", wrong.stderr);
    let told =
        docmill(&plugin, &["plugin", "info", "word-finder", "--plugin-dir", "target/release"]).exits(0);
    assert!(told.stdout.contains("The words to find, as they are spelled."), "{}", told.stdout);
}

#[test]
fn a_c_plugin_builds_passes_its_test_and_runs() {
    let folder = folder(&[]);
    docmill(folder.path(), &["new", "plugin", "byte-count", "--lang", "c"]).exits(0);
    let plugin = folder.path().join("byte-count");
    let name = format!("{}byte_count{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    let status = Command::new("cc")
        .args(["-O2", "-Wall", "-Wextra", "-Werror", "-std=c99", "-fPIC", "-shared", "plugin.c", "-o", &name])
        .current_dir(&plugin)
        .status()
        .expect("cc, which also links Rust, is there");
    assert!(status.success());
    let tested = docmill(folder.path(), &["plugin", "test", "byte-count"]).exits(0);
    assert!(tested.stdout.contains("12 passed, 0 failed"), "{}", tested.stdout);
    docmill(&plugin, &["run", "pipeline.toml"]).exits(0);
    let found = lines(&plugin.join("out/byte-count.jsonl"));
    assert_eq!(found[0]["byte_count"], std::fs::metadata(plugin.join("README.md")).unwrap().len());
}

#[test]
fn names_that_cannot_be_are_refused_and_nothing_is_overwritten() {
    let folder = folder(&[]);
    for name in ["Words", "9lives", "two words", "segment", "-x", "x-"] {
        docmill(folder.path(), &["new", "plugin", "--", name]).exits(2);
    }
    docmill(folder.path(), &["new", "plugin", "once"]).exits(0);
    docmill(folder.path(), &["new", "plugin", "once"]).exits(1);
}

#[test]
fn a_new_pipeline_is_without_mistakes() {
    let folder = folder(&[("articles/a.txt", "Rain fell in Lima on Monday.")]);
    docmill(folder.path(), &["new", "pipeline"]).exits(0);
    docmill(folder.path(), &["check", "--strict", "pipeline.toml"]).exits(0);
    docmill(folder.path(), &["run", "pipeline.toml"]).exits(0);
    assert_eq!(lines(&folder.path().join("out/articles.jsonl")).len(), 1);
    docmill(folder.path(), &["new", "pipeline"]).exits(1);
}
