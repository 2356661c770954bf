//! Running the command in a folder of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

/// What a run of the command gave.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs `docmill` in `folder`, as in CI and without colour.
pub(crate) fn docmill(folder: &Path, args: &[&str]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_docmill-it"))
        .args(args)
        .current_dir(folder)
        .env("CI", "true")
        .env_remove("DOCMILL_PLUGIN_PATH")
        .env_remove("GITHUB_STEP_SUMMARY")
        .output()
        .expect("the command starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let status = output.status.code().unwrap_or(-1);
    Ran { status, stdout: text(&output.stdout), stderr: text(&output.stderr) }
}

impl Ran {
    /// The run, which must have ended with this status.
    #[track_caller]
    pub(crate) fn exits(self, status: i32) -> Self {
        assert_eq!(self.status, status, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }
}

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the repository").to_owned()
}

/// The folder in which cargo puts the plugins' libraries: that of the test's own executable.
pub(crate) fn plugin_folder() -> PathBuf {
    let exe = std::env::current_exe().expect("the test has a path");
    exe.parent().expect("the test lies in a folder").to_owned()
}

/// The library of one of the workspace's plugins.
pub(crate) fn library(name: &str) -> PathBuf {
    let file = format!("{}{name}{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    let path = plugin_folder().join(file);
    assert!(path.is_file(), "{} was not built", path.display());
    path
}

/// A folder with these files.
pub(crate) fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a file lies in a folder"))
            .expect("folders can be made");
        std::fs::write(path, text).expect("files can be written");
    }
    folder
}

/// The JSON objects of a JSON Lines file.
pub(crate) fn lines(path: &Path) -> Vec<serde_json::Value> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    text.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
}
