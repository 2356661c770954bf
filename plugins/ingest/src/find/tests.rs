use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::{FindErrorKind, find, find_as};
use crate::format::Format;

/// A folder with empty files of the given names.
fn folder(names: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in names {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
    }
    folder
}

/// Checks the uris that patterns find, seen from the folder `base` of the tree.
fn check(names: &[&str], base: &str, patterns: &[&str], uris: &[&str]) {
    let folder = folder(names);
    let patterns: Vec<String> =
        patterns.iter().map(|pattern| pattern.replace("ROOT", folder.path().to_str().unwrap())).collect();
    let found = find(&folder.path().join(base), &patterns).unwrap();
    let found: Vec<&str> = found.iter().map(|found| found.uri.as_str()).collect();
    assert_eq!(found, uris, "{patterns:?}");
}

fn check_error(names: &[&str], pattern: &str, kind: FindErrorKind) {
    let folder = folder(names);
    let error = find(folder.path(), &[pattern.to_owned()]).unwrap_err();
    assert_eq!(error.kind(), kind, "{pattern:?}: {error}");
    assert!(error.to_string().contains(pattern), "{error}");
    assert_eq!(error.subject(), pattern);
}

const TREE: &[&str] = &[
    "a/x.txt",
    "a/y.JSONL.GZ",
    "a/deep/er/z.md",
    "a/pic.png",
    "a/.hidden.txt",
    "a/.git/c.txt",
    "b/x.txt",
    "w/p.toml",
];

#[test]
fn uris_are_as_the_user_writes_them() {
    check(TREE, "", &["a/x.txt"], &["a/x.txt"]);
    check(TREE, "", &["./a/./x.txt"], &["a/x.txt"]);
    check(TREE, "", &["b/../a/x.txt"], &["a/x.txt"]);
    check(TREE, "w", &["../a/x.txt"], &["a/x.txt"]);
    check(TREE, "w", &["../a"], &["a/deep/er/z.md", "a/x.txt", "a/y.JSONL.GZ"]);
    check(TREE, "w", &["../a/*.txt"], &["a/x.txt"]);
    check(TREE, "a", &["."], &["deep/er/z.md", "x.txt", "y.JSONL.GZ"]);
    check(TREE, "w", &["ROOT/a"], &["a/deep/er/z.md", "a/x.txt", "a/y.JSONL.GZ"]);
    check(TREE, "w", &["ROOT/a/"], &["a/deep/er/z.md", "a/x.txt", "a/y.JSONL.GZ"]);
    check(TREE, "w", &["ROOT/a/**/*.md"], &["a/deep/er/z.md"]);
    check(TREE, "w", &["ROOT/a/deep/er/z.md"], &["z.md"]);
}

#[test]
fn patterns_of_all_kinds() {
    check(TREE, "", &["**/*.txt"], &["a/x.txt", "b/x.txt"]);
    check(TREE, "", &["*/x.txt", "a/x.txt", "a"], &["a/deep/er/z.md", "a/x.txt", "a/y.JSONL.GZ", "b/x.txt"]);
    check(TREE, "", &["[ab]/?.txt"], &["a/x.txt", "b/x.txt"]);
    check(TREE, "", &["{a,b}/*.{txt,md}"], &["a/x.txt", "b/x.txt"]);
    check(TREE, "", &["a/*"], &["a/x.txt", "a/y.JSONL.GZ"]);
    check(TREE, "", &["a/**"], &["a/deep/er/z.md", "a/x.txt", "a/y.JSONL.GZ"]);
    check(TREE, "", &["a/.hidden.txt"], &["a/.hidden.txt"]);
    check(TREE, "", &["a/.*.txt"], &["a/.hidden.txt"]);
    check(TREE, "", &["a/.git"], &["a/.git/c.txt"]);
    check(&["a[1].txt", "a1.txt"], "", &["a[1].txt"], &["a[1].txt"]);
    check(&["ä b/ö.txt"], "", &["ä*/*"], &["ä b/ö.txt"]);
    check(TREE, "", &["-"], &["stdin"]);
    check(TREE, "", &[], &[]);
}

#[test]
fn errors_name_the_pattern() {
    check_error(TREE, "nowhere", FindErrorKind::Missing);
    check_error(TREE, "nowhere/*.txt", FindErrorKind::NoMatch);
    check_error(TREE, "a/*.html", FindErrorKind::NoMatch);
    check_error(TREE, "w", FindErrorKind::NoMatch);
    check_error(TREE, "a/pic.png", FindErrorKind::Unsupported);
    check_error(TREE, "a/[x", FindErrorKind::BadPattern);
    check_error(TREE, "a/{x", FindErrorKind::BadPattern);
    check_error(TREE, "", FindErrorKind::BadPattern);
    check_error(TREE, "a\0b", FindErrorKind::BadPattern);
}

#[test]
fn a_given_format_takes_any_suffix() {
    let folder = folder(&["a/log.1", "a/x.txt"]);
    let found = find_as(folder.path(), &["a".to_owned()], Some(Format::Text)).unwrap();
    assert_eq!(found.len(), 2);
    assert!(find_as(folder.path(), &["a/log.1".to_owned()], Some(Format::Jsonl)).is_ok());
}

#[test]
fn sizes_and_paths_are_those_of_the_files() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), "12345").unwrap();
    let found = find(folder.path(), &["a.txt".to_owned()]).unwrap();
    assert_eq!((found[0].bytes, found[0].path.as_path()), (5, folder.path().join("a.txt").as_path()));
    assert_eq!(find(folder.path(), &["-".to_owned()]).unwrap()[0].path, Path::new("-"));
}

#[cfg(unix)]
#[test]
fn links_are_followed_but_not_in_circles() {
    use std::os::unix::fs::symlink;
    let folder = folder(&["a/x.txt", "b/y.txt"]);
    symlink(folder.path().join("a"), folder.path().join("a/loop")).unwrap();
    symlink(folder.path().join("b"), folder.path().join("a/b")).unwrap();
    symlink(folder.path().join("gone.txt"), folder.path().join("a/dead.txt")).unwrap();
    let found = find(folder.path(), &["a".to_owned()]).unwrap();
    let uris: Vec<_> = found.iter().map(|found| found.uri.as_str()).collect();
    assert_eq!(uris, ["a/b/y.txt", "a/x.txt"]);
}

#[cfg(unix)]
#[test]
fn a_name_that_is_no_text_is_an_error() {
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(std::ffi::OsStr::from_bytes(b"a\xff.txt")), "").unwrap();
    let error = find(folder.path(), &[".".to_owned()]).unwrap_err();
    assert_eq!(error.kind(), FindErrorKind::BadName);
}
