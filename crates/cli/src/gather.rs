//! The files that are meant by files, folders and globs on the command line.

use globset::{GlobBuilder, GlobMatcher};
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

const WILD: [char; 4] = ['*', '?', '[', '{'];

/// An argument that leads to no file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Nothing {
    /// The argument.
    pub(crate) name: String,
    /// What is wrong with it.
    pub(crate) message: String,
}

/// The files that the arguments name, in their order, each once.
///
/// A path that exists is taken literally; a folder stands for every pipeline below it, a glob (`*`, `?`,
/// `[..]`, `{a,b}`, and `**` for any depth) for every pipeline and Markdown page that it matches. Hidden folders
/// and those marked as caches, such as cargo's `target`, are not entered; files below a folder are sorted by
/// path. A path that does not exist is given back as it is: to open it tells why.
pub(crate) fn files(given: &[PathBuf]) -> Vec<Result<PathBuf, Nothing>> {
    let mut all = Vec::new();
    let mut seen = BTreeSet::new();
    for argument in given {
        match expand(argument) {
            Ok(files) => {
                all.extend(files.into_iter().filter(|file| seen.insert(plain(file))).map(Ok));
            }
            Err(message) => all.push(Err(Nothing { name: argument.display().to_string(), message })),
        }
    }
    all
}

/// Whether a file is a Markdown page by its name.
pub(crate) fn is_markdown(file: &Path) -> bool {
    let suffix = file.extension().and_then(OsStr::to_str).unwrap_or_default();
    ["md", "markdown"].iter().any(|known| suffix.eq_ignore_ascii_case(known))
}

/// Whether a TOML text has this key at its top.
///
/// Goes by the looks of lines, so that a text with mistakes in it is known for what it is.
pub(crate) fn has_key(text: &str, key: &str) -> bool {
    let mut top = lines(text).take_while(|line| !line.starts_with('['));
    top.any(|line| line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('=')))
}

fn has_stage(text: &str) -> bool {
    let is_header = |line: &str| {
        let name = line.strip_prefix("[[").and_then(|rest| rest.split_once("]]"));
        name.is_some_and(|(name, _)| name.trim() == "stage")
    };
    has_key(text, "stage") || lines(text).any(is_header)
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.trim_start_matches('\u{FEFF}').lines().map(str::trim)
}

fn expand(argument: &Path) -> Result<Vec<PathBuf>, String> {
    let wild = argument.to_str().filter(|text| text.contains(WILD));
    match (argument.metadata(), wild) {
        (Ok(metadata), _) if metadata.is_dir() => {
            let found = walk(argument, None)?;
            nothing(found, || format!("there is no pipeline below {}", argument.display()))
        }
        (Err(_), Some(pattern)) => {
            let found = matches(pattern)?;
            nothing(found, || format!("no pipeline or Markdown page matches {pattern}"))
        }
        _ => Ok(vec![argument.to_owned()]),
    }
}

fn nothing(found: Vec<PathBuf>, message: impl Fn() -> String) -> Result<Vec<PathBuf>, String> {
    if found.is_empty() { Err(message()) } else { Ok(found) }
}

fn matches(pattern: &str) -> Result<Vec<PathBuf>, String> {
    let at = pattern.find(WILD).unwrap_or_default();
    let fixed = pattern.get(..at).and_then(|fixed| fixed.rfind('/')).map_or(0, |slash| slash + 1);
    let (root, wild) = pattern.split_at_checked(fixed).unwrap_or(("", pattern));
    let glob = GlobBuilder::new(wild)
        .literal_separator(true)
        .build()
        .map_err(|error| format!("{pattern} is no glob: {}", error.kind()))?;
    let root = Path::new(if root.is_empty() { "." } else { root });
    if root.is_dir() { walk(root, Some(&glob.compile_matcher())) } else { Ok(Vec::new()) }
}

fn walk(root: &Path, glob: Option<&GlobMatcher>) -> Result<Vec<PathBuf>, String> {
    let is_entered = |entry: &DirEntry| {
        let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        let is_cache = entry.file_type().is_dir() && entry.path().join("CACHEDIR.TAG").is_file();
        entry.depth() == 0 || !(is_hidden || is_cache)
    };
    let mut found = Vec::new();
    for entry in WalkDir::new(root).sort_by_file_name().into_iter().filter_entry(is_entered) {
        let entry = entry.map_err(|error| format!("cannot look below {}: {error}", root.display()))?;
        let below = entry.path().strip_prefix(root).unwrap_or(entry.path());
        let is_meant = match glob {
            Some(glob) => {
                glob.is_match(below) && (is_pipeline(entry.path()) || is_page_with_pipelines(entry.path()))
            }
            None => is_pipeline(entry.path()),
        };
        if entry.path().is_file() && is_meant {
            found.push(plain(entry.path()));
        }
    }
    Ok(found)
}

// A file that cannot be opened is kept, so that it is told and not passed over.
fn is_pipeline(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default();
    let is_toml = file.extension().is_some_and(|suffix| suffix == "toml") && name != "Cargo.toml";
    is_toml && holds(file, |text| has_stage(text) || has_key(text, "tests"))
}

fn is_page_with_pipelines(file: &Path) -> bool {
    is_markdown(file) && holds(file, |text| !crate::markdown::pipelines(text).is_empty())
}

fn holds(file: &Path, what: impl Fn(&str) -> bool) -> bool {
    match std::fs::read_to_string(file) {
        Ok(text) => what(&text),
        Err(error) => error.kind() != std::io::ErrorKind::InvalidData,
    }
}

// The path without `.` in it.
fn plain(path: &Path) -> PathBuf {
    path.components().filter(|part| *part != Component::CurDir).collect()
}

#[cfg(test)]
mod tests;
