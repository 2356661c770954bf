//! A run in parts: the joined outputs are those of one run, and what does not fit together is refused.

use crate::command::{Ran, docmill, folder, root};
use serde_json::Value;
use std::fs;
use std::path::Path;

const OUTPUTS: [&str; 7] =
    ["x.jsonl", "x.jsonl.gz", "deep/x.jsonl.zst", "x.csv", "x.csv.gz", "x.md", "x.md.zst"];

/// Many small files, one large one that is cut, and a line that is rejected.
fn bench() -> tempfile::TempDir {
    let mut pipeline = String::from(
        "pipeline = \"x\"\n[params]\nout = { type = \"path\", default = \"out\" }\n[run]\n\
         report = \"${params.out}/run.json\"\n\
         quarantine = { path = \"${params.out}/quarantine\", max_ratio = 0.5 }\n\
         [[stage]]\nuse = \"ingest\"\nwith.path = [\"in\", \"big.jsonl\", \"bad.jsonl\"]\n[[stage]]\nuse = \"segment\"\n\
         with.layers = [\"sentences\"]\n",
    );
    for output in OUTPUTS {
        let id = output.replace(['.', '/'], "-");
        pipeline += &format!(
            "[[stage]]\nuse = \"export\"\nid = {id:?}\nfrom = \"segment\"\nwith.path = \"${{params.out}}/{output}\"\n"
        );
    }
    let article = "It rained, \"said\" the \"mayor\" of Lima.\n\nNobody was hurt.\n".repeat(400);
    let line = |n: u32| format!("{{\"id\":\"big{n}\",\"text\":{:?}}}\n", format!("{n} {article}"));
    let big: String = (0..400).map(line).collect();
    let bench = folder(&[
        ("x.toml", &pipeline),
        ("big.jsonl", &big),
        ("bad.jsonl", "{ broken\n{\"id\":\"bad2\",\"text\":\"Sun.\"}\n"),
    ]);
    fs::create_dir(bench.path().join("in")).unwrap();
    for n in 0..200 {
        fs::write(bench.path().join(format!("in/{n}.txt")), format!("Article {n}. Rain fell.")).unwrap();
    }
    bench
}

fn run(folder: &Path, out: &str, args: &[&str]) -> Ran {
    let param = format!("out={out}");
    docmill(folder, &[&["run", "x.toml", "--param", &param], args].concat())
}

fn shards(folder: &Path, of: u32) -> Vec<String> {
    let names: Vec<String> = (1..=of).map(|n| format!("shard-{n}")).collect();
    for (name, n) in names.iter().zip(1..) {
        run(folder, name, &["--shard", &format!("{n}/{of}"), "--threads", "2"]);
    }
    names
}

fn merge(folder: &Path, shards: &[String]) -> Ran {
    let mut args = vec!["merge", "all"];
    args.extend(shards.iter().map(String::as_str));
    docmill(folder, &args)
}

fn report(path: &Path) -> Value {
    let mut report: Value =
        serde_json::from_str(&fs::read_to_string(path.join("run.json")).unwrap()).unwrap();
    report.as_object_mut().unwrap().remove("timings");
    // The folder is a param: in the shards it is another one.
    for stage in report["stages"].as_array_mut().unwrap() {
        stage["with"].as_object_mut().unwrap().remove("path");
    }
    report["outputs"].as_array_mut().unwrap().iter_mut().for_each(|output| output["path"] = Value::Null);
    report
}

/// The units of work that a report tells of.
fn blocks(path: &Path) -> Value {
    let report = fs::read_to_string(path.join("run.json")).unwrap();
    serde_json::from_str::<Value>(&report).unwrap()["timings"]["blocks"].clone()
}

#[test]
fn joined_shards_are_one_run() {
    let bench = bench();
    let at = bench.path();
    run(at, "whole", &[]).exits(0);
    let blocks = blocks(&at.join("whole"));
    let whole_blocks = blocks.clone();
    let blocks = blocks["of"].as_u64().unwrap();
    assert!(blocks >= 8, "{blocks} blocks are too few to prove anything");
    for of in [1, 3, 20] {
        let names = shards(at, of);
        let documents: Vec<u64> =
            names.iter().map(|name| report(&at.join(name))["documents"].as_u64().unwrap()).collect();
        assert_eq!(documents.iter().sum::<u64>(), 602, "{documents:?}");
        let last = names.last().unwrap();
        assert_eq!(report(&at.join(last))["selection"]["shard"]["of"], of);
        // The order in which they are named does not matter.
        let mut turned = names.clone();
        turned.reverse();
        merge(at, &turned).exits(0);
        assert_eq!(self::blocks(&at.join("all")), whole_blocks);
        for output in OUTPUTS.iter().chain(&["quarantine/rejected.jsonl"]) {
            let read = |folder: &str| fs::read(at.join(folder).join(output)).unwrap();
            assert!(read("all") == read("whole"), "{output} of {of} shards");
        }
        assert_eq!(report(&at.join("all")), report(&at.join("whole")), "{of} shards");
        fs::remove_dir_all(at.join("all")).unwrap();
    }
}

#[test]
fn shards_are_of_about_the_same_size() {
    let bench = bench();
    shards(bench.path(), 3);
    let bytes: Vec<u64> = (1..=3)
        .map(|n| report(&bench.path().join(format!("shard-{n}")))["text_bytes"].as_u64().unwrap())
        .collect();
    // A block is not divided, and none is larger than 4 MiB and a line: a shard is off by one at most.
    let even = bytes.iter().sum::<u64>() / 3;
    assert!(bytes.iter().all(|bytes| bytes.abs_diff(even) < (4 << 20) + 30_000), "{bytes:?}");
}

#[test]
fn missing_doubled_and_foreign_shards_are_refused_by_name() {
    let bench = bench();
    let at = bench.path();
    let names = shards(at, 4);
    let refused = |shards: &[&str], words: &[&str]| {
        let shards: Vec<String> = shards.iter().map(|name| (*name).to_owned()).collect();
        let ran = merge(at, &shards).exits(3);
        assert!(words.iter().all(|word| ran.stderr.contains(word)), "{words:?}: {}", ran.stderr);
        let left = fs::read_dir(at.join("all")).map_or(0, Iterator::count);
        assert_eq!(left, 0, "something was written");
    };
    refused(&["shard-1", "shard-2", "shard-4"], &["shard 3 of 4 is missing"]);
    refused(&["shard-1"], &["shards 2, 3, 4 of 4 are missing"]);
    refused(&["shard-1", "shard-2", "shard-3", "shard-4", "shard-2/run.json"], &["shard 2 is given twice"]);
    run(at, "whole", &[]).exits(0);
    refused(&["whole"], &["whole/run.json is the report of a whole run"]);
    refused(&["nowhere"], &["nowhere"]);

    run(at, "other", &["--shard", "2/4", "--set", "segment.language=de"]);
    let other = ["shard-1", "other", "shard-3", "shard-4"];
    refused(&other, &["shards 1 and 2", "options of stage `segment`", "other/run.json"]);
    run(at, "other", &["--shard", "2/5"]);
    refused(&["shard-1", "other", "shard-3", "shard-4", "shard-4"], &["given twice"]);

    fs::write(at.join("in/new.txt"), "Fog.").unwrap();
    run(at, "other", &["--shard", "2/4"]);
    refused(&other, &["the input is another one"]);
    fs::remove_file(at.join("in/new.txt")).unwrap();
    let pipeline = fs::read_to_string(at.join("x.toml")).unwrap();
    fs::write(at.join("x.toml"), pipeline + "# a remark\n").unwrap();
    run(at, "other", &["--shard", "2/4"]);
    refused(&other, &["the pipeline `x` has another text"]);

    fs::write(at.join("shard-2/x.csv"), "altered").unwrap();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    refused(&names, &["shard-2/x.csv is not the file that"]);
}

#[test]
fn a_document_in_two_shards_is_1() {
    let bench = bench();
    let at = bench.path();
    fs::write(at.join("bad.jsonl"), "{\"id\":\"big399\",\"text\":\"Sun.\"}\n").unwrap();
    run(at, "whole", &[]).exits(1);
    let names = shards(at, 4);
    let ran = merge(at, &names).exits(1);
    assert!(ran.stderr.contains("`big399` comes twice"), "{}", ran.stderr);
}

#[test]
fn parquet_is_told_of_early_and_refused() {
    let text = fs::read_to_string(root().join("pipelines/quick.toml"))
        .unwrap()
        .replace("../out/quick.jsonl", "out/q.parquet");
    let bench = folder(&[("x.toml", &text), ("sample/a.txt", "Rain fell.")]);
    let ran = docmill(bench.path(), &["run", "x.toml", "--shard", "1/1"]).exits(0);
    assert!(ran.stderr.contains("`out/q.parquet` is Parquet"), "{}", ran.stderr);
    let ran = docmill(bench.path(), &["merge", "all", "out"]).exits(3);
    assert!(ran.stderr.contains("`out/q.parquet` is Parquet"), "{}", ran.stderr);
    for wrong in ["0/3", "4/3", "3", "a/b"] {
        docmill(bench.path(), &["run", "x.toml", "--shard", wrong]).exits(2);
    }
}

#[test]
fn a_shard_with_nothing_to_do_tells_of_the_input_as_it_is_now() {
    let bench = folder(&[(
        "x.toml",
        "pipeline = \"x\"\n[run]\nblock = \"1 KiB\"\n[[stage]]\nuse = \"ingest\"\nwith.path = \"in\"\n[[stage]]\nuse = \"export\"\nwith.path = \"out/x.jsonl\"\n",
    )]);
    fs::create_dir(bench.path().join("in")).unwrap();
    for n in 0..20 {
        fs::write(bench.path().join(format!("in/{n:02}.txt")), "Rain fell. ".repeat(200)).unwrap();
    }
    let run = |args: &[&str]| {
        let args = [&["run", "x.toml", "--shard", "1/2"], args].concat();
        docmill(bench.path(), &args).exits(0).stdout
    };
    run(&[]);
    // Too little to move the border between the shards, and behind it.
    fs::write(bench.path().join("in/99.txt"), "Sun.").unwrap();
    let told = run(&[]);
    assert!(told.contains("nothing has changed"), "{told}");
    let now = blocks(&bench.path().join("out"));
    run(&["--no-store"]);
    assert_eq!(now, blocks(&bench.path().join("out")));
}
