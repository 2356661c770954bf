//! The same bytes whatever the threads, the batches, and the way plugins are loaded.

use crate::command::{docmill, folder, library, root};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

const OUTPUTS: [&str; 4] = ["all.jsonl", "all.csv", "all.md", "all.parquet"];

/// A pipeline over the sample that writes every format, with these plugins loaded from files.
fn pipeline(loaded: &[&str]) -> String {
    let mut text = String::from("pipeline = \"all\"\n");
    for name in loaded {
        let path = library(&format!("docmill_{name}"));
        writeln!(text, "[plugins.{name}]\npath = {:?}", path.display().to_string()).unwrap();
    }
    let sample = root().join("pipelines/sample");
    writeln!(text, "[[stage]]\nuse = \"ingest\"\nwith.path = {:?}", sample.display().to_string()).unwrap();
    for name in ["segment", "entities", "summarize"] {
        writeln!(text, "[[stage]]\nuse = {name:?}").unwrap();
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

fn outputs(folder: &Path) -> Vec<Vec<u8>> {
    OUTPUTS.iter().map(|name| fs::read(folder.join(name)).unwrap()).collect()
}

fn run(loaded: &[&str], args: &[&str]) -> Vec<Vec<u8>> {
    let folder = folder(&[("all.toml", &pipeline(loaded))]);
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

#[test]
fn loaded_plugins_give_the_bytes_of_linked_ones() {
    let linked = run(&[], &[]);
    let loaded = run(&["ingest", "segment", "entities", "summarize", "export"], &[]);
    for (n, name) in OUTPUTS.iter().enumerate() {
        assert!(linked[n] == loaded[n], "{name} differs");
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
