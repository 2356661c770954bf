//! The same bytes whatever the threads, the batches, and the way plugins are loaded.

use crate::command::{docmill, folder, library, root};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

const OUTPUTS: [&str; 4] = ["all.jsonl", "all.csv", "all.md", "all.parquet"];

/// A pipeline over the sample that writes every format, with these plugins loaded from files and this line in every
/// transform.
fn pipeline_with(loaded: &[&str], line: &str) -> String {
    let mut text = String::from("pipeline = \"all\"\n");
    for name in loaded {
        let path = library(&format!("docmill_{name}"));
        writeln!(text, "[plugins.{name}]\npath = {:?}", path.display().to_string()).unwrap();
    }
    let sample = root().join("pipelines/sample");
    writeln!(text, "[[stage]]\nuse = \"ingest\"\nwith.path = {:?}", sample.display().to_string()).unwrap();
    for name in ["segment", "entities", "summarize"] {
        writeln!(text, "[[stage]]\nuse = {name:?}\n{line}").unwrap();
    }
    for output in OUTPUTS {
        let id = output.replace('.', "-");
        writeln!(
            text,
            "[[stage]]\nuse = \"export\"\nid = {id:?}\nfrom = \"summarize\"\nwith.path = {output:?}"
        )
        .unwrap();
    }
    text
}

fn pipeline(loaded: &[&str]) -> String {
    pipeline_with(loaded, "")
}

fn outputs(folder: &Path) -> Vec<Vec<u8>> {
    OUTPUTS.iter().map(|name| fs::read(folder.join(name)).unwrap()).collect()
}

fn run(loaded: &[&str], args: &[&str]) -> Vec<Vec<u8>> {
    run_text(&pipeline(loaded), args)
}

fn run_text(pipeline: &str, args: &[&str]) -> Vec<Vec<u8>> {
    let folder = folder(&[("all.toml", pipeline)]);
    let args: Vec<&str> = ["run", "all.toml"].iter().chain(args).copied().collect();
    docmill(folder.path(), &args).exits(0);
    outputs(folder.path())
}

#[test]
fn threads_and_batches_change_no_byte() {
    let want = run(&[], &["--threads", "1", "--batch", "1024"]);
    assert!(want.iter().all(|bytes| bytes.len() > 1000));
    for threads in ["1", "2", "8"] {
        for batch in ["1", "7", "1024"] {
            let got = run(&[], &["--threads", threads, "--batch", batch]);
            for (n, name) in OUTPUTS.iter().enumerate() {
                assert!(got[n] == want[n], "{name} differs with {threads} threads and batches of {batch}");
            }
        }
    }
}

/// Writes these files one after the other; in a folder that is listed as it was filled, the order shows.
fn archive(folder: &Path, order: &[usize]) {
    let article =
        |n: usize| format!("LIMA, Aug {} (AP) - Envoy Ana {n} said \"Rain fell.\" on Monday.", n % 28 + 1);
    let json = |n: usize| {
        format!(
            "{{\"id\":\"j{n}\",\"text\":{:?}}}\n",
            format!("{} {}", article(n), "It rained in the hills. ".repeat(n % 50))
        )
    };
    for n in order {
        let file = folder.join("in").join(format!("{}/{n:03}.txt", n % 3));
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, article(*n)).unwrap();
    }
    // Large enough to be cut where blocks are small, with lines that cannot be read.
    let lines: String =
        (0..600).map(|n| if n % 97 == 5 { "{ broken\n".to_owned() } else { json(n) }).collect();
    fs::write(folder.join("in/many.jsonl"), lines).unwrap();
}

/// A folder with a pipeline over an archive, with profiles for small and large blocks.
fn bench((loaded, line): (&[&str], &str), order: &[usize]) -> tempfile::TempDir {
    let mut text = pipeline_with(loaded, line)
        + "[profile.small.run]\nblock = \"64 KiB\"\n[profile.large.run]\nblock = \"8 MiB\"\n";
    let sample = root().join("pipelines/sample").display().to_string();
    text = text.replace(&format!("{sample:?}"), "\"in\"");
    let folder = folder(&[("all.toml", &text)]);
    archive(folder.path(), order);
    folder
}

/// All that a run writes; of its report all but `timings`, of which the units of work are given apart.
fn everything(order: &[usize], args: &[&str]) -> (Vec<(String, Vec<u8>)>, serde_json::Value) {
    let folder = bench((&[], ""), order);
    let args: Vec<&str> = ["run", "all.toml"].iter().chain(args).copied().collect();
    docmill(folder.path(), &args).exits(4);
    written(folder.path())
}

fn written(folder: &Path) -> (Vec<(String, Vec<u8>)>, serde_json::Value) {
    let report = fs::read_to_string(folder.join("run.json")).unwrap();
    let mut report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let timings = report.as_object_mut().unwrap().remove("timings").expect("a report has timings");
    let units = timings["blocks"].clone();
    let mut files: Vec<(String, Vec<u8>)> =
        OUTPUTS.iter().map(|name| ((*name).to_owned(), fs::read(folder.join(name)).unwrap())).collect();
    let rejected = fs::read(folder.join("quarantine/rejected.jsonl")).unwrap();
    files.push(("rejected.jsonl".to_owned(), rejected));
    files.push(("run.json".to_owned(), report.to_string().into_bytes()));
    (files, units)
}

#[test]
fn row_38_neither_blocks_nor_threads_batches_and_the_order_of_files_change_a_byte() {
    let sorted: Vec<usize> = (0..60).collect();
    let shuffled: Vec<usize> = (0..60).map(|n| n * 37 % 60).collect();
    let (want, few) = everything(&sorted, &["--threads", "1", "--profile", "large"]);
    assert!(want.iter().all(|(_, bytes)| bytes.len() > 500));
    for (order, args) in [
        (&sorted, ["--threads", "8", "--batch", "7", "--profile", "large"]),
        (&shuffled, ["--threads", "2", "--batch", "1024", "--profile", "large"]),
        (&shuffled, ["--threads", "8", "--batch", "1", "--profile", "small"]),
        (&sorted, ["--threads", "2", "--batch", "7", "--profile", "small"]),
        (&shuffled, ["--threads", "1", "--batch", "1024", "--profile", "small"]),
    ] {
        let (got, units) = everything(order, &args);
        for ((name, want), (_, got)) in want.iter().zip(&got) {
            assert!(got == want, "{name} differs with {args:?}");
        }
        // The size of a block reaches the source: there are more of them, and only where it is small.
        let is_small = args.contains(&"small");
        assert_eq!(units != few, is_small, "{units} and {few} with {args:?}");
        assert!(!is_small || units["of"].as_u64() > few["of"].as_u64());
    }
}

#[test]
fn loaded_plugins_give_the_bytes_of_linked_ones() {
    let linked = run(&[], &[]);
    let loaded = run(&["ingest", "segment", "entities", "summarize", "export"], &[]);
    for (n, name) in OUTPUTS.iter().enumerate() {
        assert!(linked[n] == loaded[n], "{name} differs");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn plugins_in_processes_of_their_own_give_the_bytes_of_linked_ones() {
    let linked = run(&[], &[]);
    for loaded in [&[][..], &["segment", "entities", "summarize"]] {
        for args in [&["--threads", "1", "--batch", "1024"], &["--threads", "2", "--batch", "7"]] {
            let isolated = run_text(&pipeline_with(loaded, "isolation = \"process\""), args);
            for (n, name) in OUTPUTS.iter().enumerate() {
                assert!(linked[n] == isolated[n], "{name} differs with {loaded:?} loaded and {args:?}");
            }
        }
    }
}

#[test]
fn a_plugin_folder_of_the_command_line_comes_before_the_bundled_plugins() {
    let copies = folder(&[]);
    let file = library("docmill_segment");
    fs::copy(&file, copies.path().join(file.file_name().unwrap())).unwrap();
    let bench = folder(&[("all.toml", &pipeline(&[]))]);
    let plugins = copies.path().display().to_string();
    let listed = docmill(bench.path(), &["plugin", "list", "--plugin-dir", &plugins]).exits(0);
    assert!(listed.stdout.contains(&plugins), "{}", listed.stdout);
    docmill(bench.path(), &["run", "all.toml", "--plugin-dir", &plugins]).exits(0);
    assert!(outputs(bench.path()) == run(&[], &[]));
}

/// What the store has when the run that counts begins.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kept {
    Nothing,
    All,
    /// A run was killed.
    Some,
}

/// Every way of loading plugins, every size of blocks and every state of the store meet; threads and batches go round,
/// unless `DOCMILL_MATRIX` is set: then all meet all.
#[test]
fn whatever_is_kept_and_however_plugins_are_loaded_the_bytes_are_the_same() {
    let order: Vec<usize> = (0..60).collect();
    let (want, _) = everything(&order, &["--threads", "1", "--no-store"]);
    // The text of the pipeline differs where plugins are loaded, and with it its digest and those of the plugins.
    let outputs = |written: Vec<(String, Vec<u8>)>| -> Vec<(String, Vec<u8>)> {
        written.into_iter().filter(|(name, _)| name != "run.json" && name != "rejected.jsonl").collect()
    };
    let want_outputs = outputs(want.clone());
    let all = std::env::var_os("DOCMILL_MATRIX").is_some();
    let (mut runs, mut turn) = (0, 0);
    let all_loaded = &["ingest", "segment", "entities", "summarize", "export"][..];
    let isolated = "isolation = \"process\"";
    for loaded in [(&[][..], ""), (all_loaded, ""), (&[], isolated), (all_loaded, isolated)] {
        for block in ["small", "large"] {
            for kept in [Kept::Nothing, Kept::All, Kept::Some] {
                turn += 1;
                for (at, (threads, batch)) in
                    ["1", "2", "8"].iter().flat_map(|t| ["1", "7", "1024"].map(|b| (*t, b))).enumerate()
                {
                    if !all && at != turn * 2 % 9 {
                        continue;
                    }
                    let bench = bench(loaded, &order);
                    prepare(bench.path(), kept, block);
                    let args =
                        ["run", "all.toml", "--profile", block, "--threads", threads, "--batch", batch];
                    docmill(bench.path(), &args).exits(4);
                    let (got, _) = written(bench.path());
                    let case = format!(
                        "{kept:?} kept, {block} blocks, {threads} threads, batches of {batch}, {loaded:?}"
                    );
                    assert!(outputs(got.clone()) == want_outputs, "an output differs: {case}");
                    assert!(loaded != (&[], "") || got == want, "the report or the list differs: {case}");
                    runs += 1;
                }
            }
        }
    }
    assert!(runs >= 24);
}

/// Brings the store into a state, with other threads and batches than those to come; no output is left.
fn prepare(bench: &Path, kept: Kept, block: &str) {
    let args = ["run", "all.toml", "--profile", block, "--threads", "2", "--batch", "100"];
    match kept {
        Kept::Nothing => return,
        Kept::All => drop(docmill(bench, &args).exits(4)),
        Kept::Some => {
            let mut run = std::process::Command::new(env!("CARGO_BIN_EXE_docmill-it"));
            run.args(args).current_dir(bench).env("CI", "true").env("DOCMILL_FAULTS", "kill:14");
            assert_eq!(run.output().unwrap().status.code(), None, "it was to be killed");
        }
    }
    for name in OUTPUTS {
        let _ = fs::remove_file(bench.join(name));
    }
    assert!(bench.join(".docmill/ledger.jsonl").exists());
}
