//! What can go wrong in a run, row by row of the table in `tests/README.md`: each test makes the fault happen, sees
//! that it did, and says what must come of it.

mod hostile_input;
mod identity;
mod input;
mod isolation;
mod limits;
mod quarantine;
mod refused;
mod retry;
mod secrets;
mod signals;
mod stages;
mod table;
mod targets;

use crate::command::{Ran, docmill};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// JSON Lines of these texts, with the ids `d0`, `d1`, …
fn articles<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> String {
    let mut out = String::new();
    for (n, text) in texts.into_iter().enumerate() {
        writeln!(out, "{}", serde_json::json!({ "id": format!("d{n}"), "text": text.as_ref() })).unwrap();
    }
    out
}

/// A pipeline that reads `input` and writes `out/x.jsonl`, ids and texts alone, with these stages between.
fn pipeline(input: &str, between: &str) -> String {
    format!(
        "pipeline = \"x\"\n[[stage]]\nuse = \"ingest\"\nwith.path = {input:?}\n{between}\n[[stage]]\nuse = \"export\"\nwith.path = \"out/x.jsonl\"\nwith.fields = [\"id\", \"uri\", \"text\", \"meta\"]\n"
    )
}

/// The `[plugins]` entry of the plugin that fails as it is told, and these stages of it.
fn mock(stages: &str) -> String {
    let path = crate::command::library("docmill_mock").display().to_string();
    format!("[plugins.mock]\npath = {path:?}\n{stages}")
}

/// What a run gave: its report, the documents in `out/x.jsonl`, and the rejections.
struct Outcome {
    report: Value,
    documents: Vec<Value>,
    rejected: Vec<Value>,
}

impl Outcome {
    /// Runs `x.toml` anew, whatever was kept of a run before; it must end with this status.
    #[track_caller]
    fn of(folder: &Path, status: i32, args: &[&str]) -> Self {
        let args: Vec<&str> =
            ["run", "x.toml", "--quiet", "--no-store"].iter().chain(args).copied().collect();
        docmill(folder, &args).exits(status);
        let list = |name: &str| {
            let path = folder.join("out").join(name);
            if path.exists() { crate::command::lines(&path) } else { Vec::new() }
        };
        let report = std::fs::read_to_string(folder.join("out/run.json")).unwrap();
        Self {
            report: serde_json::from_str(&report).unwrap(),
            documents: list("x.jsonl"),
            rejected: list("quarantine/rejected.jsonl"),
        }
    }

    /// How many documents were rejected, by code.
    fn codes(&self) -> BTreeMap<&str, usize> {
        let mut codes = BTreeMap::new();
        for rejection in &self.rejected {
            *codes.entry(rejection["code"].as_str().unwrap()).or_default() += 1;
        }
        codes
    }

    /// The only rejection there is.
    #[track_caller]
    fn only_rejection(&self) -> &Value {
        assert_eq!(self.rejected.len(), 1, "{:?}", self.rejected);
        &self.rejected[0]
    }

    #[track_caller]
    fn rejects(&self, code: &str, says: &str) {
        let rejected = self.only_rejection();
        assert_eq!(rejected["code"], code, "{rejected}");
        assert!(rejected["message"].as_str().unwrap().contains(says), "{rejected}");
    }
}

/// Runs the command and gives the most memory that it held at once, in bytes; 0 where the system does not tell.
fn measured(folder: &Path, args: &[&str]) -> (Ran, u64) {
    let mut child = command(folder, args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    // What is looked at is the highest mark so far, so that only what is taken in the very last milliseconds is missed.
    while child.try_wait().unwrap().is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let mark = text.lines().find_map(|line| line.strip_prefix("VmHWM:")?.strip_suffix("kB"));
        most = mark.and_then(|mark| mark.trim().parse::<u64>().ok()).unwrap_or(most);
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    let output = child.wait_with_output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    (Ran { status: output.status.code().unwrap_or(-1), stdout, stderr }, most << 10)
}

/// The command, as [`docmill`] runs it, not begun yet. What it prints must fit a pipe unless it is read.
fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_docmill-it"));
    command.args(args).current_dir(folder).env("CI", "true").env_remove("DOCMILL_PLUGIN_PATH");
    command.env_remove("GITHUB_STEP_SUMMARY").stdin(Stdio::null());
    command
}

/// The same under a shell that says something first, such as `ulimit -n 64`.
#[cfg(unix)]
fn under(first: &str, folder: &Path, args: &[&str]) -> Ran {
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(format!("{first} && exec \"$0\" \"$@\"")).arg(env!("CARGO_BIN_EXE_docmill-it"));
    let output = shell.args(args).current_dir(folder).env("CI", "true").output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let status = output.status.code().unwrap_or(-1);
    Ran { status, stdout: text(&output.stdout), stderr: text(&output.stderr) }
}

/// All files below a folder but those of the store, by their names from there, sorted.
fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut todo = vec![folder.to_owned()];
    while let Some(next) = todo.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.ends_with(".docmill") {
                continue;
            }
            if path.is_dir() && !path.is_symlink() {
                todo.push(path);
            } else {
                found.push(path.strip_prefix(folder).unwrap().display().to_string());
            }
        }
    }
    found.sort();
    found
}
