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

/// All that a run writes; of its report all but `timings`, and the units of work apart.
fn everything(order: &[usize], args: &[&str]) -> (Vec<(String, Vec<u8>)>, serde_json::Value) {
    let mut text =
        pipeline(&[]) + "[profile.small.run]\nblock = \"64 KiB\"\n[profile.large.run]\nblock = \"8 MiB\"\n";
    let sample = root().join("pipelines/sample").display().to_string();
    text = text.replace(&format!("{sample:?}"), "\"in\"");
    let folder = folder(&[("all.toml", &text)]);
    archive(folder.path(), order);
    let args: Vec<&str> = ["run", "all.toml"].iter().chain(args).copied().collect();
    docmill(folder.path(), &args).exits(4);
    let report = fs::read_to_string(folder.path().join("run.json")).unwrap();
    let mut report: serde_json::Value = serde_json::from_str(&report).unwrap();
    report.as_object_mut().unwrap().remove("timings").expect("a report has timings");
    let inputs = report["inputs"].as_object_mut().unwrap();
    let units = ["manifest", "blocks", "from_block", "to_block"].map(|key| inputs.remove(key).expect(key));
    let mut files: Vec<(String, Vec<u8>)> = OUTPUTS
        .iter()
        .map(|name| ((*name).to_owned(), fs::read(folder.path().join(name)).unwrap()))
        .collect();
    let rejected = fs::read(folder.path().join("quarantine/rejected.jsonl")).unwrap();
    files.push(("rejected.jsonl".to_owned(), rejected));
    files.push(("run.json".to_owned(), report.to_string().into_bytes()));
    (files, units.to_vec().into())
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
        assert!(!is_small || units[1].as_u64() > few[1].as_u64());
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
