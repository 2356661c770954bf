//! Which files changed in git since a revision.

use crate::terminal::plain;
use docmill_runner::Uris;
use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

/// The files of a repository, each with whether it changed since a revision.
///
/// A file counts as changed when its content in the working folder is not that of the revision, committed or
/// not, and when git does not keep it yet. Ignored files are not known.
#[derive(Debug)]
pub(crate) struct Changed {
    /// The commit that the revision names.
    pub(crate) commit: String,
    /// The folder from which uris start.
    folder: String,
    /// By file name: absolute paths.
    files: HashMap<String, Vec<(String, bool)>>,
}

impl Changed {
    /// Asks git in `folder`.
    ///
    /// # Errors
    /// A sentence when there is no git, no repository or no such revision.
    pub(crate) fn since(revision: &str, folder: &Path) -> Result<Self, String> {
        if revision.starts_with('-') || revision.is_empty() {
            return Err(format!("`{revision}` is no revision"));
        }
        let root = git(folder, ["rev-parse", "--show-toplevel"])
            .map_err(|error| format!("{} is in no repository of git: {error}", folder.display()))?;
        let root = root.trim_end_matches('\n');
        let commit = git(folder, ["rev-parse", "--verify", &format!("{revision}^{{commit}}")])
            .map_err(|error| format!("git knows no revision `{revision}`: {error}"))?;
        let commit = commit.trim().to_owned();
        let top = Path::new(root);
        let diff = ["diff", "--name-only", "--no-renames", "--no-ext-diff", "-z", &commit, "--"];
        let fresh = git(top, ["ls-files", "-z", "--others", "--exclude-standard"])?;
        let differing = git(top, diff)?;
        let kept = git(top, ["ls-files", "-z", "--cached"])?;
        let changed: HashSet<&str> = names(&differing).chain(names(&fresh)).collect();
        let mut files: HashMap<String, Vec<(String, bool)>> = HashMap::new();
        for name in names(&kept).chain(names(&fresh)) {
            let (_, last) = name.rsplit_once('/').unwrap_or(("", name));
            let entry = (format!("{root}/{name}"), changed.contains(name));
            files.entry(last.to_owned()).or_default().push(entry);
        }
        let folder = std::fs::canonicalize(folder).unwrap_or_else(|_| plain(folder));
        Ok(Self { commit, folder: folder.display().to_string(), files })
    }

    /// Whether the file of this name changed. The name is the end of the file's path: a source leaves out what is
    /// peculiar to the machine. Where several files end so, one that changed decides.
    fn file(&self, uri: &str) -> Option<bool> {
        let (_, last) = uri.rsplit_once('/').unwrap_or(("", uri));
        let named = self.files.get(last)?;
        let exact = format!("{}/{uri}", self.folder);
        if let Some((_, changed)) = named.iter().find(|(path, _)| *path == exact) {
            return Some(*changed);
        }
        let ends = |path: &str| path.strip_suffix(uri).is_some_and(|before| before.ends_with('/'));
        let mut found = named.iter().filter(|(path, _)| ends(path)).peekable();
        found.peek()?;
        Some(found.any(|(_, changed)| *changed))
    }
}

impl Uris for Changed {
    fn wants(&self, uri: &str) -> Option<bool> {
        // What follows the last `#` names a place inside the file, unless the file's own name has one.
        self.file(uri).or_else(|| self.file(uri.rsplit_once('#')?.0))
    }
}

fn names(list: &str) -> impl Iterator<Item = &str> {
    list.split('\0').filter(|name| !name.is_empty())
}

fn git<'a>(folder: &Path, args: impl IntoIterator<Item = &'a str>) -> Result<String, String> {
    let output = Command::new("git").arg("-C").arg(folder).args(args.into_iter().map(OsStr::new)).output();
    let output = output.map_err(|error| format!("git cannot be run: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(said.lines().next().unwrap_or("git failed").to_owned())
}
