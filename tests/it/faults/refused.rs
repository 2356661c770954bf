//! What is refused before any work starts: outputs that cannot be written, plugins that cannot be loaded.

use super::{articles, files, pipeline};
use crate::command::{docmill, folder, library, root};
use std::fs;
use std::path::Path;
use std::process::Command;

/// A way to run a command for which the folder `out` is read-only.
#[cfg(unix)]
pub(super) struct Way(Vec<&'static str>);

#[cfg(unix)]
impl Way {
    /// The command, run in `folder`.
    pub(super) fn command(&self, folder: &Path, program: &str) -> Command {
        let words = self.0.iter().copied().chain([program]);
        let mut words = words.map(str::to_owned);
        let mut command = Command::new(words.next().unwrap());
        command.args(words).current_dir(folder).env("CI", "true").env_remove("GITHUB_STEP_SUMMARY");
        command
    }

    /// True when docmill can be run this way here.
    fn works(&self, folder: &Path) -> bool {
        let version = self.command(folder, env!("CARGO_BIN_EXE_docmill-it")).arg("--version").output();
        version.is_ok_and(|output| output.status.success())
    }

    /// True when a file in `out` cannot be written this way, as must be.
    fn is_read_only(&self, folder: &Path) -> bool {
        let touch = self.command(folder, "touch").arg("out/probe").output();
        touch.is_ok_and(|output| !output.status.success()) && !folder.join("out/probe").exists()
    }
}

/// A user for whom the mode bits of files below `folder` count: `nobody` where the tests run as root. None where
/// there is no such user to be had; that is told.
#[cfg(unix)]
pub(super) fn as_another_user(folder: &Path) -> Option<Way> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    fs::set_permissions(folder, PermissionsExt::from_mode(0o777)).unwrap();
    let root = fs::metadata(folder).unwrap().uid() == 0;
    let nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    let way = Way(if root { nobody.to_vec() } else { vec!["env"] });
    let works = way.works(folder);
    if !works {
        println!("NOT TESTED: docmill cannot be run as another user here");
    }
    works.then_some(way)
}

#[cfg(unix)]
#[test]
fn row_17_a_read_only_folder_is_refused_before_work_starts() {
    use std::os::unix::fs::PermissionsExt;
    let mount = "mount -t tmpfs -o ro none out && exec \"$@\"";
    let mut tried = 0;
    for mounted in [true, false] {
        // A source that would be told of if it were read.
        let folder = folder(&[
            ("x.toml", &pipeline("in.jsonl", "")),
            ("in.jsonl", "{ broken\n"),
            ("out/x.jsonl", "of an earlier run"),
        ]);
        let way = if mounted {
            Way(vec!["unshare", "-rm", "sh", "-c", mount, "sh"])
        } else {
            let Some(way) = as_another_user(folder.path()) else { continue };
            fs::set_permissions(folder.path().join("out"), PermissionsExt::from_mode(0o555)).unwrap();
            way
        };
        if !way.works(folder.path()) {
            println!("NOT TESTED: a read-only mount is not allowed here");
            continue;
        }
        assert!(way.is_read_only(folder.path()), "the fault must be there");
        let docmill = env!("CARGO_BIN_EXE_docmill-it");
        let ran = way.command(folder.path(), docmill).args(["run", "x.toml"]).output().unwrap();
        let told = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert_eq!(ran.status.code(), Some(3), "{told}");
        assert!(told.contains("x.toml:8:") && told.contains("out/.x.jsonl.part"), "{told}");
        assert!(!told.contains("rejected") && !told.contains("bad_json"), "{told}");
        assert_eq!(files(folder.path()), ["in.jsonl", "out/x.jsonl", "x.toml"]);
        assert_eq!(fs::read_to_string(folder.path().join("out/x.jsonl")).unwrap(), "of an earlier run");
        tried += 1;
    }
    assert!(tried > 0, "neither a mount nor another user was to be had");
}

#[test]
fn row_17_a_report_or_quarantine_that_cannot_be_written_is_refused_before_work_starts() {
    for (key, value) in [("report", "file/run.json"), ("quarantine", "file/quarantine")] {
        let text = pipeline("in.jsonl", "") + &format!("[run]\n{key} = {value:?}\n");
        let texts = articles(["Rain fell."]);
        let folder = folder(&[("x.toml", &text), ("in.jsonl", &texts), ("file", "no folder")]);
        let ran = docmill(folder.path(), &["run", "x.toml"]).exits(3);
        assert!(ran.stderr.contains(&format!("`[run] {key}`")), "{}", ran.stderr);
        assert_eq!(files(folder.path()), ["file", "in.jsonl", "x.toml"], "{key}");
    }
}

/// Checks a pipeline that names a library by its path; gives what is said.
#[track_caller]
fn refused(library: &Path) -> String {
    let path = library.display().to_string();
    let text = pipeline("in.jsonl", &format!("[plugins.mock]\npath = {path:?}\n[[stage]]\nuse = \"mock\""));
    let folder = folder(&[("x.toml", &text), ("in.jsonl", "")]);
    let ran = docmill(folder.path(), &["run", "x.toml"]).exits(6);
    assert!(ran.stderr.contains("x.toml:6:") && ran.stderr.contains(&path), "{}", ran.stderr);
    assert_eq!(files(folder.path()), ["in.jsonl", "x.toml"]);
    ran.stderr
}

#[cfg(target_os = "linux")]
#[test]
fn row_33_a_library_of_another_architecture_is_named() {
    let folder = folder(&[]);
    let mut bytes = fs::read(library("docmill_mock")).unwrap();
    let path = folder.path().join("libdocmill_mock.so");
    // The field `e_machine` of the file's header: any architecture but this one.
    let other = if cfg!(target_arch = "riscv64") { 62_u16 } else { 243 };
    bytes[18..20].copy_from_slice(&other.to_ne_bytes());
    fs::write(&path, &bytes).unwrap();
    let told = refused(&path);
    assert!(told.contains("built for another machine"), "{told}");
    // Only the first bytes of one, as of a copy that broke off.
    fs::write(&path, &bytes[..40]).unwrap();
    assert!(refused(&path).contains("cannot be opened"));
}

#[cfg(target_os = "linux")]
#[test]
fn row_33_a_missing_dependency_is_named() {
    let folder = folder(&[("need.c", "int needed(void) { return 1; }\n")]);
    let cc = |args: &[&str]| {
        let status = Command::new("cc").args(args).current_dir(folder.path()).status().unwrap();
        assert!(status.success(), "{args:?}");
    };
    cc(&["-shared", "-fPIC", "need.c", "-o", "libneeded_by_mock.so"]);
    let include = format!("-I{}", root().join("include").display());
    let source = root().join("tests/hostile/hostile.c").display().to_string();
    let flags = ["-shared", "-fPIC", "-DNAME=hostile", "-DMODE_NONE", "-Wl,--no-as-needed", "-L."];
    let files = [include.as_str(), &source, "-lneeded_by_mock", "-o", "libhostile.so"];
    cc(&flags.iter().chain(&files).copied().collect::<Vec<_>>());
    fs::remove_file(folder.path().join("libneeded_by_mock.so")).unwrap();
    let told = refused(&folder.path().join("libhostile.so"));
    assert!(told.contains("libneeded_by_mock.so"), "{told}");
}
