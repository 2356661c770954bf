//! Stages with a process of their own: what they do costs their document alone, and they can do no harm.
#![cfg(target_os = "linux")]

use crate::command::{Ran, docmill, folder, library, lines, root};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The mock between a source and a sink, with these lines in its stage.
fn pipeline(stage: &str) -> String {
    format!(
        "pipeline = \"mock\"\nrun.store = false\n[plugins.mock]\npath = {:?}\n[[stage]]\nuse = \"ingest\"\nwith.path = \"in.jsonl\"\n[[stage]]\nuse = \"mock\"\n{stage}\n[[stage]]\nuse = \"export\"\nwith.path = \"out.jsonl\"\n",
        library("docmill_mock").display().to_string()
    )
}

fn articles(texts: &[String]) -> String {
    let mut out = String::new();
    for (n, text) in texts.iter().enumerate() {
        writeln!(out, "{}", serde_json::json!({ "id": format!("d{n:03}"), "text": text })).unwrap();
    }
    out
}

/// Thirty documents, two of which do as told.
fn thirty(deed: &str) -> Vec<String> {
    let text = |n| if n == 7 || n == 21 { format!("mock:{deed} .") } else { format!("Good article {n}.") };
    (0..30).map(text).collect()
}

struct Done {
    ran: Ran,
    folder: tempfile::TempDir,
}

impl Done {
    fn rejected(&self) -> Vec<(String, String, String)> {
        let path = self.folder.path().join("quarantine/rejected.jsonl");
        let rows = if path.exists() { lines(&path) } else { Vec::new() };
        let cell = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
        rows.iter().map(|row| (cell(row, "id"), cell(row, "code"), cell(row, "message"))).collect()
    }

    fn good(&self) -> Vec<String> {
        let rows = lines(&self.folder.path().join("out.jsonl"));
        rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    }
}

fn run(stage: &str, texts: &[String], args: &[&str]) -> Done {
    let folder = folder(&[("mock.toml", &pipeline(stage)), ("in.jsonl", &articles(texts))]);
    let args: Vec<&str> = ["run", "mock.toml"].iter().chain(args).copied().collect();
    Done { ran: docmill(folder.path(), &args), folder }
}

/// Both culprits are found with this code, and all others arrive.
#[track_caller]
fn check(stage: &str, deed: &str, code: &str, says: &str) {
    let done = run(stage, &thirty(deed), &[]);
    assert_eq!(done.ran.status, 4, "{deed}: {}", done.ran.stderr);
    let rejected = done.rejected();
    let told: Vec<(&str, &str)> = rejected.iter().map(|(id, code, _)| (id.as_str(), code.as_str())).collect();
    assert_eq!(told, [("d007", code), ("d021", code)], "{deed}");
    assert!(rejected.iter().all(|(_, _, message)| message.contains(says)), "{deed}: {rejected:?}");
    assert_eq!(done.good().len(), 28, "{deed}");
}

const PROCESS: &str = "isolation = \"process\"\ntimeout = \"500ms\"";

#[test]
fn row_03_a_crash_costs_its_document_alone() {
    check(PROCESS, "segv", "crash:SIGSEGV", "ended by SIGSEGV");
    check(PROCESS, "abort", "crash:SIGABRT", "ended by SIGABRT");
    check(PROCESS, "overflow", "crash", "overflowed the stack");
    check(PROCESS, "exit", "crash:exit", "exited with status 0");
}

#[test]
fn row_04_a_hang_is_ended_at_the_limit() {
    std::thread::scope(|scope| {
        for deed in ["sleep", "spin", "stubborn"] {
            scope.spawn(move || check(PROCESS, deed, "timeout", "longer than 500 ms"));
        }
    });
}

#[test]
fn row_05_memory_without_end_ends_at_the_limit() {
    let stage = "isolation = { kind = \"process\", memory = \"128 MiB\" }";
    check(stage, "eat", "oom", "the limit is 128 MiB");
}

/// The processes whose parent is this one, with the words of their command lines.
fn children(parent: u32) -> Vec<(u32, String)> {
    let all = std::fs::read_dir("/proc").unwrap().flatten();
    let pids = all.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let is_child = |pid: &u32| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let after_name = stat.rsplit(") ").next().unwrap_or_default();
        let mut fields = after_name.split(' ');
        fields.next() != Some("Z") && fields.next() == Some(parent.to_string().as_str())
    };
    let words = |pid: u32| std::fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    pids.filter(is_child).map(|pid| (pid, words(pid))).collect()
}

fn is_alive(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit(") ").next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with('Z'))
}

/// Waits until something holds; it must within half a minute.
#[track_caller]
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(30), "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn row_06_a_child_left_behind_is_ended_and_reported() {
    let stage = "isolation = { kind = \"process\", sandbox = \"off\" }";
    let texts = ["Good.".to_owned(), "mock:leave-child".to_owned()];
    let marked = |pid: &str| {
        let words = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        words.starts_with(b"sleep\0") && environment.windows(19).any(|bytes| bytes == b"DOCMILL_TEST=row_6\0")
    };
    let left = || {
        let all = std::fs::read_dir("/proc").unwrap().flatten();
        all.filter(|entry| entry.file_name().to_str().is_some_and(marked)).count()
    };
    let folder = folder(&[("mock.toml", &pipeline(stage)), ("in.jsonl", &articles(&texts))]);
    let output = Command::new(env!("CARGO_BIN_EXE_docmill-it"))
        .args(["run", "mock.toml"])
        .current_dir(folder.path())
        .env("DOCMILL_TEST", "row_6")
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    // That the child was there is what the warning says; that it is no more the system says.
    assert!(stderr.contains("left others behind"), "{stderr}");
    until("the child must be gone", || left() == 0);
}

#[test]
fn row_06_prints_are_captured_and_harm_nothing() {
    let done = run(PROCESS, &thirty("print"), &["-v", "--format", "json"]);
    assert_eq!(done.ran.status, 0, "{}", done.ran.stderr);
    assert_eq!(done.good().len(), 30);
    let report: Value = serde_json::from_str(&done.ran.stdout).expect("nothing but the report is on stdout");
    assert_eq!(report["documents"], 30);
    assert_eq!(done.ran.stderr.matches("noise on stdout").count(), 6000);
    assert_eq!(done.ran.stderr.matches("noise on stderr").count(), 2);
}

#[test]
fn row_07_malformed_output_is_told_as_that_of_a_library() {
    check(PROCESS, "malformed", "bad_output", "was rejected");
}

/// A hundred documents, about half of which do something, mixed by a fixed rule; and how often each cause is there.
fn mixed() -> (Vec<String>, BTreeMap<&'static str, u64>) {
    let deeds = [
        ("segv", "crash:SIGSEGV"),
        ("abort", "crash:SIGABRT"),
        ("overflow", "crash"),
        ("exit", "crash:exit"),
        ("eat", "oom"),
        ("malformed", "bad_output"),
        ("panic", "panic"),
        ("bomb", "panic"),
        ("error", "stage_error"),
        ("batch-error", "stage_error"),
        ("reject", "mock_reject"),
        ("drop", "told to drop"),
    ];
    let (mut texts, mut told) = (Vec::new(), BTreeMap::new());
    let mut seed = 11_u64;
    for n in 0..100 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let pick = deeds.get((seed >> 33) as usize % 24).copied();
        // Two that hang are enough: each takes its time.
        let pick = if n == 40 || n == 77 { Some(("sleep", "timeout")) } else { pick };
        texts.push(pick.map_or_else(|| format!("Good article {n}."), |(deed, _)| format!("mock:{deed} .")));
        if let Some((_, code)) = pick {
            *told.entry(code).or_default() += 1;
        }
    }
    (texts, told)
}

#[test]
fn row_10_a_mix_of_all_causes_is_counted_exactly() {
    let (texts, told) = mixed();
    assert_eq!(told.len(), 11, "every cause must be there: {told:?}");
    let good: Vec<usize> = (0..100).filter(|&n| texts[n].starts_with("Good")).collect();
    let check = |batch: &str| {
        let stage = "isolation = { kind = \"process\", memory = \"64 MiB\" }\ntimeout = \"1s\"";
        let done = run(stage, &texts, &["--format", "json", "--batch", batch]);
        assert_eq!(done.ran.status, 4, "{}", done.ran.stderr);
        let report: Value = serde_json::from_str(&done.ran.stdout).unwrap();
        let counts = &report["stages"][1]["counts"];
        for (code, count) in &told {
            let place = if *code == "told to drop" { "dropped" } else { "rejected" };
            assert_eq!(counts[place][code], *count, "{code} in batches of {batch}");
        }
        let wanted: Vec<String> = good.iter().map(|n| format!("d{n:03}")).collect();
        assert_eq!(done.good(), wanted, "batches of {batch}");
        done.rejected()
    };
    let (whole, parts) = std::thread::scope(|scope| {
        let whole = scope.spawn(|| check("100"));
        (check("7"), whole.join())
    });
    assert_eq!(whole, parts.unwrap(), "rejections do not depend on batches");
}

#[test]
fn row_11_a_stage_that_crashes_on_everything_stops_the_run() {
    let texts: Vec<String> = (0..100).map(|_| "mock:segv .".to_owned()).collect();
    let done = run(PROCESS, &texts, &[]);
    assert_eq!(done.ran.status, 4, "{}", done.ran.stderr);
    let words = "stage `mock`: 16 documents in a row brought it down, the last with `crash:SIGSEGV`";
    assert!(done.ran.stderr.contains(words), "{}", done.ran.stderr);
    assert!(!done.folder.path().join("out.jsonl").exists());
}

/// A run that takes some seconds, with a stage in a process of its own.
fn long_run(folder: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_docmill-it"))
        .args(["run", "long.toml", "-v", "--threads", "2"])
        .current_dir(folder)
        .env("CI", "true")
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(folder.join("stderr")).unwrap())
        .spawn()
        .unwrap()
}

fn long_folder(isolation: &str) -> tempfile::TempDir {
    let article = "The bridge in Lima was closed on Monday, said Ana Torres of the port. ".repeat(60);
    let line = |n: u32| format!("{{\"id\":\"{n}\",\"text\":{article:?}}}\n");
    let text: String = (0..1500).map(line).collect();
    let pipeline = format!(
        "pipeline = \"long\"\nrun.store = false\nrun.block = \"512 KiB\"\n[[stage]]\nuse = \"ingest\"\nwith.path = \"in.jsonl\"\n[[stage]]\nuse = \"segment\"\n{isolation}\n[[stage]]\nuse = \"entities\"\n{isolation}\n[[stage]]\nuse = \"export\"\nwith.path = \"out.jsonl\"\n"
    );
    folder(&[("long.toml", &pipeline), ("in.jsonl", &text)])
}

#[test]
fn row_14_workers_that_are_killed_change_no_byte() {
    let undisturbed = long_folder("");
    assert!(long_run(undisturbed.path()).wait().unwrap().success());
    let folder = long_folder("isolation = \"process\"");
    let mut child = long_run(folder.path());
    let mut killed = 0;
    // Workers are killed for as long as there are any, at whatever they are doing, but not so fast that none can work.
    while child.try_wait().unwrap().is_none() && killed < 8 {
        std::thread::sleep(Duration::from_millis(60));
        let workers = children(child.id());
        let Some((pid, _)) = workers.get(killed % workers.len().max(1)) else { continue };
        killed +=
            usize::from(Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap().success());
    }
    let status = child.wait().unwrap();
    let stderr = std::fs::read_to_string(folder.path().join("stderr")).unwrap();
    assert!(status.success(), "{stderr}");
    let died = stderr.matches("a worker died").count();
    assert!(killed >= 3 && died >= 3, "{killed} were killed, {died} were missed");
    let output = |folder: &Path| std::fs::read(folder.join("out.jsonl")).unwrap();
    assert!(output(folder.path()) == output(undisturbed.path()));
}

#[test]
fn row_14_workers_die_with_the_run() {
    let folder = long_folder("isolation = \"process\"");
    let mut child = long_run(folder.path());
    let mut workers = Vec::new();
    until("all workers must be there", || {
        workers = children(child.id());
        workers.retain(|(_, words)| words.starts_with("docmill\0worker"));
        workers.len() == 4
    });
    child.kill().unwrap();
    child.wait().unwrap();
    until("no worker may be left", || !workers.iter().any(|(pid, _)| is_alive(*pid)));
}

#[test]
fn row_34_files_the_network_and_other_programs_are_denied() {
    let outside = folder(&[("secret.txt", "secret"), ("lists/a.txt", "a")]);
    let at = |name: &str| outside.path().join(name).display().to_string();
    let lists = at("lists");
    let stage = format!("isolation = {{ kind = \"process\", sandbox = \"required\", read = [{lists:?}] }}");
    let texts = [
        format!("mock:read {}", at("secret.txt")),
        format!("mock:write {}", at("lists/b.txt")),
        "mock:connect".to_owned(),
        "mock:execute".to_owned(),
        "mock:leave-child".to_owned(),
        "mock:kill-parent".to_owned(),
        format!("mock:read {}", at("lists/a.txt")),
        "mock:read in.jsonl".to_owned(),
        "mock:write b.txt".to_owned(),
    ];
    let done = run(&stage, &texts, &[]);
    assert_eq!(done.ran.status, 4, "{}", done.ran.stderr);
    let (denied, not_permitted) = ("Permission denied (os error 13)", "Operation not permitted (os error 1)");
    let wanted = [denied, denied, not_permitted, not_permitted, not_permitted, not_permitted, denied];
    let ids = ["d000", "d001", "d002", "d003", "d004", "d005", "d008"];
    let wanted: Vec<_> = ids
        .iter()
        .zip(wanted)
        .map(|(id, why)| ((*id).to_owned(), "stage_error".to_owned(), why.to_owned()))
        .collect();
    assert_eq!(done.rejected(), wanted);
    assert_eq!(done.good(), ["d006", "d007"]);
    assert!(!outside.path().join("lists/b.txt").exists() && !done.folder.path().join("b.txt").exists());
    assert!(!done.ran.stderr.contains("cannot keep"), "{}", done.ran.stderr);

    // Nothing of the kind is denied to the same stage without the sandbox: the denials above are its work.
    let done = run("isolation = { kind = \"process\", sandbox = \"off\" }", &texts[..4], &[]);
    assert_eq!(done.ran.status, 0, "{}", done.ran.stderr);
}

/// Runs `docmill` as on a kernel that does not know landlock.
fn without_landlock(stage: &str) -> (Ran, tempfile::TempDir) {
    let folder = folder(&[("mock.toml", &pipeline(stage)), ("in.jsonl", &articles(&["Good.".to_owned()]))]);
    let program = folder.path().join("without_landlock");
    let built = Command::new("cc")
        .arg(root().join("tests/hostile/without_landlock.c"))
        .arg("-o")
        .arg(&program)
        .status()
        .expect("cc, which also links Rust, is there");
    assert!(built.success());
    let output = Command::new(program)
        .args([env!("CARGO_BIN_EXE_docmill-it"), "run", "mock.toml", "--threads", "2"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let status = output.status.code().unwrap_or(-1);
    (Ran { status, stdout: text(&output.stdout), stderr: text(&output.stderr) }, folder)
}

#[test]
fn row_34_a_kernel_without_landlock_is_told_or_refused() {
    let (ran, _folder) = without_landlock("isolation = \"process\"");
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let words = "this system cannot keep a stage's process from files";
    assert_eq!(ran.stderr.matches(words).count(), 1, "{}", ran.stderr);
    let (ran, folder) = without_landlock("isolation = { kind = \"process\", sandbox = \"required\" }");
    assert_eq!(ran.status, 3, "{}", ran.stderr);
    assert!(ran.stderr.contains("cannot keep its process from files"), "{}", ran.stderr);
    assert!(!folder.path().join("out.jsonl").exists());
}

#[test]
fn plugins_pass_the_conformance_kit_in_processes_of_their_own() {
    for (name, params) in [("docmill_segment", "{}"), ("docmill_entities", "{}")] {
        let path = library(name).display().to_string();
        let ran =
            docmill(Path::new("."), &["plugin", "test", &path, "--params", params, "--isolated"]).exits(0);
        assert!(ran.stdout.contains("0 failed") && ran.stdout.lines().count() > 8, "{}", ran.stdout);
    }
}

#[test]
fn a_panic_in_a_process_of_its_own_reads_as_one_in_the_run() {
    let inside = run("", &thirty("panic"), &[]);
    let isolated = run(PROCESS, &thirty("panic"), &[]);
    assert_eq!(inside.rejected().len(), 2);
    assert_eq!(isolated.rejected(), inside.rejected());
}

#[test]
fn a_run_that_is_interrupted_does_not_wait_for_a_stage_that_hangs() {
    let texts = ["Good.".to_owned(), "mock:sleep".to_owned()];
    let stage = "isolation = \"process\"\ntimeout = \"10m\"";
    let folder = folder(&[("mock.toml", &pipeline(stage)), ("in.jsonl", &articles(&texts))]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_docmill-it"))
        .args(["run", "mock.toml"])
        .current_dir(folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    until("the worker must be there", || !children(child.id()).is_empty());
    std::thread::sleep(Duration::from_millis(300));
    let began = Instant::now();
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(began.elapsed() < Duration::from_secs(20));
}

#[test]
fn documents_that_died_are_tried_again_by_another_run() {
    let kept = |timeout: &str| {
        pipeline(&format!("isolation = \"process\"\n{timeout}")).replace("run.store = false\n", "")
    };
    // A document that is slow, and not hanging, fits a longer limit.
    let texts = ["Good.".to_owned(), "mock:slow".to_owned()];
    let folder = folder(&[("mock.toml", &kept("timeout = \"200ms\"")), ("in.jsonl", &articles(&texts))]);
    docmill(folder.path(), &["run", "mock.toml"]).exits(4);
    std::fs::write(folder.path().join("mock.toml"), kept("timeout = \"20s\"")).unwrap();
    docmill(folder.path(), &["run", "mock.toml"]).exits(0);
    assert_eq!(lines(&folder.path().join("out.jsonl")).len(), 2);
}
