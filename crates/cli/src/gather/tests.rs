use super::{Nothing, files, has_stage};
use std::path::{Path, PathBuf};

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let stage = "[[stage]]\nuse = \"ingest\"\n";
    for (name, text) in [
        ("b.toml", stage),
        ("a.toml", "stage = [\n"),
        ("Cargo.toml", stage),
        ("other.toml", "[tool]\nstage = 1\n"),
        ("sub/c.toml", "x = [\n[[ stage ]] # the first\n"),
        ("sub/page.md", "```toml\npipeline = \"x\"\n```\n"),
        ("sub/plain.md", "Rain fell.\n"),
        (".hidden/d.toml", stage),
        ("target/CACHEDIR.TAG", ""),
        ("target/e.toml", stage),
        ("[odd].toml", stage),
    ] {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

#[track_caller]
fn check(arguments: &[&str], expected: &[&str]) {
    let folder = folder();
    let given: Vec<PathBuf> = arguments.iter().map(|argument| folder.path().join(argument)).collect();
    let found = files(&given).into_iter().map(|found| match found {
        Ok(file) => file.strip_prefix(folder.path()).unwrap().display().to_string(),
        Err(Nothing { message, .. }) => message.replace(&format!("{}/", folder.path().display()), ""),
    });
    assert_eq!(found.collect::<Vec<_>>(), expected);
}

#[test]
fn a_folder_stands_for_the_pipelines_below_it() {
    check(&[""], &["[odd].toml", "a.toml", "b.toml", "sub/c.toml"]);
    check(&["sub"], &["sub/c.toml"]);
    check(&[".hidden"], &[".hidden/d.toml"]);
}

#[test]
fn a_glob_stands_for_pipelines_and_pages() {
    check(&["*.toml"], &["[odd].toml", "a.toml", "b.toml"]);
    check(&["**/*.{toml,md}"], &["[odd].toml", "a.toml", "b.toml", "sub/c.toml", "sub/page.md"]);
    check(&["sub/?.toml"], &["sub/c.toml"]);
}

#[test]
fn a_path_is_taken_literally_and_once() {
    check(&["[odd].toml", "other.toml", "none.toml"], &["[odd].toml", "other.toml", "none.toml"]);
    check(&["b.toml", "", "b.toml"], &["b.toml", "[odd].toml", "a.toml", "sub/c.toml"]);
}

#[test]
fn an_argument_without_files_is_told() {
    check(
        &["none/*.toml", "sub/*.txt", "b.toml"],
        &[
            "no pipeline or Markdown page matches none/*.toml",
            "no pipeline or Markdown page matches sub/*.txt",
            "b.toml",
        ],
    );
    let empty = tempfile::tempdir().unwrap();
    let found = files(&[empty.path().to_owned()]);
    let message = format!("there is no pipeline below {}", empty.path().display());
    assert_eq!(found[0].as_ref().unwrap_err().message, message);
    let found = files(&[Path::new("{a").to_owned()]);
    assert!(found[0].as_ref().unwrap_err().message.starts_with("{a is no glob: "), "{found:?}");
}

#[test]
fn a_stage_is_seen_in_a_file_that_is_broken() {
    assert!(has_stage("\u{FEFF}stage=[\r\n"));
    assert!(has_stage("pipeline = news\n  [[stage]]\n"));
    assert!(!has_stage("stages = []\n[[stages]]\n[stage]\n"));
}
