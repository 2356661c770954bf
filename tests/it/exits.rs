//! Every exit status, and that nothing is written when nothing may be.

use crate::command::{Ran, docmill, folder};
use std::path::Path;

fn pipeline(ingest: &str) -> String {
    format!(
        "pipeline = \"x\"\nstage = [\n  {{ use = \"ingest\", with.path = {ingest:?} }},\n  {{ use = \"export\", with.path = \"out/x.jsonl\" }},\n]\n"
    )
}

/// Nothing but the files that were there: no output, no report, no quarantine, no temporary file.
fn untouched(folder: &Path, ran: &Ran) {
    let left: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name == "out"), "{left:?} after {ran:?}");
}

#[test]
fn a_run_that_goes_well_is_0() {
    let folder = folder(&[("x.toml", &pipeline("a.txt")), ("a.txt", "Rain fell.")]);
    docmill(folder.path(), &["run", "x.toml"]).exits(0);
    assert!(folder.path().join("out/x.jsonl").is_file());
}

#[test]
fn a_missing_file_an_empty_glob_and_an_unreadable_folder_are_3() {
    for input in ["none.txt", "none/**/*.txt", "empty"] {
        let folder = folder(&[("x.toml", &pipeline(input)), ("empty/.keep", "")]);
        let ran = docmill(folder.path(), &["run", "x.toml"]).exits(3);
        assert!(ran.stderr.contains(input), "{}", ran.stderr);
        assert!(ran.stderr.contains("x.toml:3:"), "{}", ran.stderr);
        assert!(ran.stderr.contains("^^^"), "{}", ran.stderr);
        untouched(folder.path(), &ran);
    }
}

#[test]
fn a_wrong_pipeline_is_3_and_a_missing_one_too() {
    let folder = folder(&[("x.toml", "pipeline = \"x\"\n[[stage]]\nuse = \"ingestt\"\n")]);
    let ran = docmill(folder.path(), &["run", "x.toml"]).exits(3);
    assert!(ran.stderr.contains("ingest"), "{}", ran.stderr);
    untouched(folder.path(), &ran);
    docmill(folder.path(), &["run", "y.toml"]).exits(3);
    docmill(folder.path(), &["check", "x.toml"]).exits(3);
}

#[test]
fn a_wrong_command_line_is_2() {
    let folder = folder(&[]);
    docmill(folder.path(), &["walk"]).exits(2);
    docmill(folder.path(), &["run"]).exits(2);
    docmill(folder.path(), &["run", "x.toml", "--param", "no-equals-sign"]).exits(2);
}

#[test]
fn too_many_rejected_documents_are_4_and_the_others_are_written() {
    let files = [
        ("x.toml", pipeline("a.jsonl")),
        (
            "a.jsonl",
            "{\"id\":\"1\",\"text\":\"Rain fell.\"}\n{ broken\n{\"id\":\"3\",\"text\":\"Sun shone.\"}\n"
                .to_owned(),
        ),
    ];
    let folder = folder(&files.each_ref().map(|(name, text)| (*name, text.as_str())));
    let ran = docmill(folder.path(), &["run", "x.toml"]).exits(4);
    assert!(ran.stderr.contains("1 of 3 documents were rejected"), "{}", ran.stderr);
    assert_eq!(crate::command::lines(&folder.path().join("out/x.jsonl")).len(), 2);
    let rejected = crate::command::lines(&folder.path().join("out/quarantine/rejected.jsonl"));
    assert_eq!(rejected.len(), 1);
    assert_eq!(rejected[0]["stage"], "ingest");
    assert_eq!(rejected[0]["code"], "bad_json");
    assert_eq!(rejected[0]["uri"], "a.jsonl#line=2");
}

#[test]
fn a_plugin_that_is_not_there_is_6_and_every_path_is_told() {
    let text = "pipeline = \"x\"\n[plugins.topics]\npath = \"nowhere\"\n[[stage]]\nuse = \"topics\"\n";
    let folder = folder(&[("x.toml", text)]);
    let ran = docmill(folder.path(), &["check", "x.toml"]).exits(6);
    assert!(ran.stderr.contains("error[E0601]"), "{}", ran.stderr);
    assert!(ran.stderr.contains("nowhere/target/release/"), "{}", ran.stderr);
}

#[test]
fn two_documents_of_one_id_are_1() {
    let jsonl = "{\"id\":\"same\",\"text\":\"Rain.\"}\n{\"id\":\"same\",\"text\":\"Sun.\"}\n";
    let folder = folder(&[("x.toml", &pipeline("a.jsonl")), ("a.jsonl", jsonl)]);
    let ran = docmill(folder.path(), &["run", "x.toml"]).exits(1);
    assert!(ran.stderr.contains("`same` comes twice"), "{}", ran.stderr);
    assert!(!folder.path().join("out/x.jsonl").exists());
}

#[test]
fn a_second_run_on_one_output_is_refused() {
    let folder = folder(&[("x.toml", &pipeline("a.txt")), ("a.txt", "Rain.")]);
    std::fs::create_dir_all(folder.path().join("out")).unwrap();
    let part = std::fs::File::create(folder.path().join("out/.x.jsonl.part")).unwrap();
    part.lock().unwrap();
    let ran = docmill(folder.path(), &["run", "x.toml"]).exits(3);
    assert!(ran.stderr.contains("another run is writing it"), "{}", ran.stderr);
    drop(part);
    // What a run that died has left behind is in nobody's way.
    docmill(folder.path(), &["run", "x.toml"]).exits(0);
    assert!(!folder.path().join("out/.x.jsonl.part").exists());
}

#[cfg(unix)]
#[test]
fn an_output_through_a_link_keeps_the_link_and_a_device_is_refused() {
    let folder = folder(&[("x.toml", &pipeline("a.txt")), ("a.txt", "Rain."), ("real/x.jsonl", "old")]);
    std::fs::create_dir_all(folder.path().join("out")).unwrap();
    let link = folder.path().join("out/x.jsonl");
    std::os::unix::fs::symlink(folder.path().join("real/x.jsonl"), &link).unwrap();
    docmill(folder.path(), &["run", "x.toml"]).exits(0);
    assert!(link.is_symlink());
    assert_eq!(crate::command::lines(&folder.path().join("real/x.jsonl")).len(), 1);
    let device = ["run", "x.toml", "--set", "export.path=/dev/null", "--set", "export.format=jsonl"];
    let ran = docmill(folder.path(), &device).exits(3);
    assert!(ran.stderr.contains("no regular file"), "{}", ran.stderr);
}

#[test]
fn an_empty_document_is_counted() {
    let folder = folder(&[("x.toml", &pipeline("in")), ("in/a.txt", ""), ("in/b.txt", " \n ")]);
    let ran = docmill(folder.path(), &["run", "x.toml", "--format", "json"]).exits(0);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(report["documents"], 2);
    assert_eq!(crate::command::lines(&folder.path().join("out/x.jsonl")).len(), 2);
}

#[test]
fn a_target_that_cannot_be_written_is_3_before_anything_is_read() {
    let folder = folder(&[("x.toml", &pipeline("a.txt")), ("a.txt", "Rain."), ("out", "a file, no folder")]);
    let ran = docmill(folder.path(), &["run", "x.toml"]).exits(3);
    assert!(ran.stderr.contains("x.toml:4:"), "{}", ran.stderr);
}

/// Begins a run that takes some seconds, waits until it has opened its output, and sends it a signal.
#[cfg(unix)]
fn interrupted(signal: &str) -> (Option<i32>, bool) {
    use std::process::{Command, Stdio};
    let article = "The bridge in Lima was closed on Monday. ".repeat(100);
    let line = |n: u32| format!("{{\"id\":\"{n}\",\"text\":{article:?}}}\n");
    let text: String = (0..10_000).map(line).collect();
    let pipeline = "pipeline = \"x\"\nstage = [\n  { use = \"ingest\", with.path = \"a.jsonl\" },\n  { use = \"segment\" },\n  { use = \"entities\" },\n  { use = \"export\", with.path = \"out/x.jsonl\" },\n]\n";
    let folder = folder(&[("x.toml", pipeline), ("a.jsonl", &text)]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_docmill-it"))
        .args(["run", "x.toml"])
        .current_dir(folder.path())
        .env("CI", "true")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let part = folder.path().join("out/.x.jsonl.part");
    while !part.exists() && child.try_wait().unwrap().is_none() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    assert!(sent.success(), "the run must still be going on");
    let status = child.wait().unwrap().code();
    (status, folder.path().join("out/x.jsonl").exists() || part.exists())
}

#[cfg(unix)]
#[test]
fn a_run_that_is_interrupted_is_130_or_143_and_leaves_nothing_torn() {
    assert_eq!(interrupted("-INT"), (Some(130), false));
    assert_eq!(interrupted("-TERM"), (Some(143), false));
}
