//! Finds the input files that patterns name.

use std::fmt;
use std::path::{Component, Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};
use walkdir::WalkDir;

use crate::format::Format;

/// An input file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// The file's name in outputs: no part of it is peculiar to the machine; parts are joined by `/`.
    pub uri: String,
    /// Where the file is; `-` is standard input.
    pub path: PathBuf,
    /// Its size; 0 for standard input.
    pub bytes: u64,
}

/// Why no list of files could be made.
#[derive(Debug)]
pub struct FindError {
    kind: FindErrorKind,
    subject: String,
    source: Option<std::io::Error>,
}

/// The kinds of [`FindError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FindErrorKind {
    /// A folder or glob holds no file of a supported format.
    NoMatch,
    /// A file or folder that is named does not exist.
    Missing,
    /// A file or folder cannot be read.
    Unreadable,
    /// A pattern cannot be parsed.
    BadPattern,
    /// A file's suffix promises no supported format.
    Unsupported,
    /// A file's name is not UTF-8.
    BadName,
}

impl FindError {
    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> FindErrorKind {
        self.kind
    }

    /// The pattern or path at fault.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    fn new(kind: FindErrorKind, subject: impl Into<String>) -> Self {
        Self { kind, subject: subject.into(), source: None }
    }
}

impl fmt::Display for FindError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subject = &self.subject;
        match self.kind {
            FindErrorKind::NoMatch => write!(f, "no supported file matches `{subject}`"),
            FindErrorKind::Missing => write!(f, "`{subject}` does not exist"),
            FindErrorKind::Unreadable => write!(f, "`{subject}` cannot be read"),
            FindErrorKind::BadPattern => write!(f, "`{subject}` is not a valid pattern"),
            FindErrorKind::Unsupported => {
                write!(f, "the suffix of `{subject}` promises no supported format")
            }
            FindErrorKind::BadName => write!(f, "the name `{subject}` is not UTF-8"),
        }?;
        self.source.as_ref().map_or(Ok(()), |source| write!(f, ": {source}"))
    }
}

impl std::error::Error for FindError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| source as &(dyn std::error::Error + 'static))
    }
}

/// Finds the files that `patterns` name, seen from the folder `base`, sorted by uri.
///
/// A pattern is a file, a folder (every supported file below it), a glob (`*`, `?`, `[..]`, `{a,b}` and
/// `**` for any depth) or `-` for standard input. A path that exists is taken literally, whatever chars it
/// has. Links are followed, but none that leads back to a folder above it. Hidden files and files of
/// unsupported formats are skipped unless a pattern names them. A file that several patterns name is found
/// once. No patterns find nothing.
///
/// The uri of a relative pattern's file is its path from `base` without leading `../`; that of an absolute
/// pattern starts at the last folder before the first wildcard, and is the bare name for a single file.
///
/// # Errors
/// [`FindErrorKind::NoMatch`] for a folder or glob without a supported file, `Missing` for a name that
/// leads nowhere, `Unsupported` for a single file of another format, `Unreadable` for a folder that cannot
/// be listed, `BadPattern` for a glob that cannot be parsed and `BadName` for a name that is not UTF-8.
pub fn find(base: &Path, patterns: &[String]) -> Result<Vec<Found>, FindError> {
    find_as(base, patterns, None)
}

/// [`find`] for files that are all of one format if one is given: then no suffix is asked for.
///
/// # Errors
/// As [`find`], without `Unsupported` if `format` is given.
pub fn find_as(base: &Path, patterns: &[String], format: Option<Format>) -> Result<Vec<Found>, FindError> {
    let mut found = Vec::new();
    for pattern in patterns {
        let before = found.len();
        Search { base, pattern, any_suffix: format.is_some() }.run(&mut found)?;
        if found.len() == before {
            return Err(FindError::new(FindErrorKind::NoMatch, pattern));
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

struct Search<'a> {
    base: &'a Path,
    pattern: &'a str,
    any_suffix: bool,
}

impl Search<'_> {
    fn run(&self, found: &mut Vec<Found>) -> Result<(), FindError> {
        if self.pattern == "-" {
            found.push(Found { uri: "stdin".to_owned(), path: PathBuf::from("-"), bytes: 0 });
            return Ok(());
        }
        if self.pattern.is_empty() || self.pattern.contains('\0') {
            return Err(FindError::new(FindErrorKind::BadPattern, self.pattern));
        }
        let path = self.base.join(self.pattern);
        match path.metadata() {
            Ok(metadata) if metadata.is_dir() => self.walk(&path, &path, None, found),
            Ok(metadata) => self.single(&path, metadata.len(), found),
            Err(_) if self.pattern.contains(['*', '?', '[', '{']) => self.glob(found),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Err(FindError::new(FindErrorKind::Missing, self.pattern))
            }
            Err(error) => Err(self.unreadable(&path, error)),
        }
    }

    fn single(&self, path: &Path, bytes: u64, found: &mut Vec<Found>) -> Result<(), FindError> {
        let folder = path.parent().unwrap_or(Path::new(""));
        let uri = if Path::new(self.pattern).is_absolute() {
            let name = path.file_name().unwrap_or_default();
            uri_of(Path::new(name))?
        } else {
            self.uri(folder, path)?
        };
        if !self.any_suffix && Format::of_name(&uri).is_none() {
            return Err(FindError::new(FindErrorKind::Unsupported, self.pattern));
        }
        found.push(Found { uri, path: path.to_owned(), bytes });
        Ok(())
    }

    fn glob(&self, found: &mut Vec<Found>) -> Result<(), FindError> {
        let bad = || FindError::new(FindErrorKind::BadPattern, self.pattern);
        let at = self.pattern.find(['*', '?', '[', '{']).ok_or_else(bad)?;
        let fixed = self.pattern.get(..at).and_then(|fixed| fixed.rfind('/')).map_or(0, |slash| slash + 1);
        let (fixed, wild) = self.pattern.split_at_checked(fixed).ok_or_else(bad)?;
        let root = self.base.join(fixed);
        let glob = GlobBuilder::new(wild).literal_separator(true).build().map_err(|_| bad())?;
        match root.metadata() {
            Ok(_) => self.walk(&root, &root, Some((&glob.compile_matcher(), wild)), found),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Err(FindError::new(FindErrorKind::NoMatch, self.pattern))
            }
            Err(error) => Err(self.unreadable(&root, error)),
        }
    }

    /// Adds the files below `root` that the glob, if there is one, matches from `root` on.
    fn walk(
        &self,
        root: &Path,
        folder: &Path,
        glob: Option<(&GlobMatcher, &str)>,
        found: &mut Vec<Found>,
    ) -> Result<(), FindError> {
        let hidden = glob.is_some_and(|(_, wild)| wild.split('/').any(|part| part.starts_with('.')));
        let shown = move |entry: &walkdir::DirEntry| {
            entry.depth() == 0 || hidden || !entry.file_name().as_encoded_bytes().starts_with(b".")
        };
        for entry in WalkDir::new(root).follow_links(true).into_iter().filter_entry(shown) {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) if is_dead_link(&error) => continue,
                Err(error) => {
                    let path = error.path().unwrap_or(root).to_owned();
                    let source = error.into_io_error().unwrap_or_else(|| std::io::ErrorKind::Other.into());
                    return Err(self.unreadable(&path, source));
                }
            };
            let below = entry.path().strip_prefix(root).unwrap_or(entry.path());
            if !entry.file_type().is_file() || glob.is_some_and(|(glob, _)| !glob.is_match(below)) {
                continue;
            }
            let supported = entry.file_name().to_str().is_none_or(|name| Format::of_name(name).is_some());
            if !supported && !self.any_suffix {
                continue;
            }
            let bytes = entry.metadata().map_or(0, |metadata| metadata.len());
            found.push(Found { uri: self.uri(folder, entry.path())?, path: entry.into_path(), bytes });
        }
        Ok(())
    }

    fn uri(&self, folder: &Path, path: &Path) -> Result<String, FindError> {
        if Path::new(self.pattern).is_absolute() {
            let start = lexical(folder);
            let name = start.file_name().map_or_else(PathBuf::new, PathBuf::from);
            return uri_of(&name.join(path.strip_prefix(folder).unwrap_or(path)));
        }
        uri_of(path.strip_prefix(self.base).unwrap_or(path))
    }

    /// An error that names the path as the user would write it.
    fn unreadable(&self, path: &Path, source: std::io::Error) -> FindError {
        let shown = path.strip_prefix(self.base).unwrap_or(path).display().to_string();
        FindError { kind: FindErrorKind::Unreadable, subject: shown, source: Some(source) }
    }
}

/// A link that leads back up, or nowhere; also a file that vanished while the folder was listed.
fn is_dead_link(error: &walkdir::Error) -> bool {
    error.loop_ancestor().is_some()
        || error.depth() > 0 && error.io_error().is_some_and(|io| io.kind() == std::io::ErrorKind::NotFound)
}

fn uri_of(path: &Path) -> Result<String, FindError> {
    let mut uri = String::new();
    for part in lexical(path).components() {
        let Component::Normal(part) = part else { continue };
        let Some(part) = part.to_str() else {
            return Err(FindError::new(FindErrorKind::BadName, path.display().to_string()));
        };
        if !uri.is_empty() {
            uri.push('/');
        }
        uri.push_str(part);
    }
    Ok(uri)
}

/// The path without `.` and without `..` where a name stands before it.
fn lexical(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::Normal(_))) => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

#[cfg(test)]
mod tests;
