//! Only what changed is computed again, and what is computed again gives the same bytes.

use crate::command::{Ran, docmill, folder, library};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const PIPELINE: &str = r#"
pipeline = "x"
[[stage]]
use = "ingest"
with.path = "in"
[[stage]]
use = "segment"
[[stage]]
use = "entities"
[[stage]]
use = "summarize"
with.sentences = 2
[[stage]]
use = "export"
with.path = "out/x.jsonl"
"#;

/// A pipeline over `documents` files, in several blocks.
fn bench(pipeline: &str, documents: usize) -> tempfile::TempDir {
    let bench = folder(&[("x.toml", pipeline)]);
    fs::create_dir(bench.path().join("in")).unwrap();
    (0..documents).for_each(|n| article(bench.path(), n, "Lima"));
    bench
}

fn article(bench: &Path, n: usize, place: &str) {
    let text = format!(
        "The bridge in {place} was closed on Monday. Mayor Ana Torres said so at noon. It rained {n} days.\n"
    );
    fs::write(bench.join(format!("in/{n:03}.txt")), text).unwrap();
}

/// What a run did anew, by stage, and its outputs.
struct Made {
    done: BTreeMap<String, u64>,
    bytes: Vec<u8>,
    report: Value,
}

fn run(bench: &Path, args: &[&str]) -> Made {
    made(bench, docmill(bench, &[&["run", "x.toml"], args].concat()).exits(0))
}

#[track_caller]
fn made(bench: &Path, _ran: Ran) -> Made {
    let text = fs::read_to_string(bench.join("out/run.json")).unwrap();
    let mut report: Value = serde_json::from_str(&text).unwrap();
    let timings = report.as_object_mut().unwrap().remove("timings").unwrap();
    let mut done = BTreeMap::new();
    for stage in report["stages"].as_array().unwrap() {
        let id = stage["id"].as_str().unwrap();
        let recalled = timings["recalled"][id].as_u64().unwrap_or(0);
        done.insert(id.to_owned(), stage["counts"]["documents_in"].as_u64().unwrap() - recalled);
    }
    Made { done, bytes: fs::read(bench.join("out/x.jsonl")).unwrap(), report }
}

/// The same run over the same input from nothing must give the same.
#[track_caller]
fn as_from_nothing(bench: &Path, made: &Made) {
    let fresh = run(bench, &["--no-store"]);
    assert!(fresh.bytes == made.bytes, "the output is another one from nothing");
    assert_eq!(fresh.report, made.report);
}

fn done(made: &Made) -> Vec<u64> {
    ["ingest", "segment", "entities", "summarize"].map(|stage| made.done[stage]).to_vec()
}

#[test]
fn an_unchanged_archive_costs_no_stage_any_work() {
    let bench = bench(PIPELINE, 100);
    let first = run(bench.path(), &[]);
    assert_eq!(done(&first), [100; 4]);
    let second = docmill(bench.path(), &["run", "x.toml"]).exits(0);
    assert!(second.stdout.contains("nothing has changed since an earlier run"), "{}", second.stdout);
    let second = made(bench.path(), second);
    assert!(second.done.values().all(|&done| done == 0), "{:?}", second.done);
    assert!(second.bytes == first.bytes);
    assert_eq!(second.report, first.report);
    as_from_nothing(bench.path(), &second);
}

#[test]
fn an_output_that_was_touched_is_written_again_from_what_was_kept() {
    let bench = bench(PIPELINE, 40);
    let first = run(bench.path(), &[]);
    for damage in [Some("half"), None] {
        let path = bench.path().join("out/x.jsonl");
        damage.map_or_else(|| fs::remove_file(&path), |text| fs::write(&path, text)).unwrap();
        let again = run(bench.path(), &[]);
        assert_eq!(done(&again), [0; 4]);
        assert_eq!(again.done["export"], 40);
        assert!(again.bytes == first.bytes);
        assert_eq!(again.report, first.report);
    }
}

#[test]
fn row_22_a_changed_option_redoes_the_stages_from_there_on() {
    let bench = bench(PIPELINE, 40);
    run(bench.path(), &[]);
    fs::write(bench.path().join("x.toml"), PIPELINE.replace("sentences = 2", "sentences = 1")).unwrap();
    let made = run(bench.path(), &[]);
    assert_eq!(done(&made), [0, 0, 0, 40]);
    as_from_nothing(bench.path(), &made);
    let made = run(bench.path(), &["--set", "segment.layers=[\"sentences\", \"tokens\", \"paragraphs\"]"]);
    assert_eq!(done(&made), [0, 40, 40, 40]);
    // And back again: what was kept for the first options is there still.
    fs::write(bench.path().join("x.toml"), PIPELINE).unwrap();
    let made = run(bench.path(), &[]);
    assert_eq!(done(&made), [0; 4]);
    as_from_nothing(bench.path(), &made);
}

#[test]
fn row_22_a_changed_list_redoes_the_stage_that_reads_it() {
    let pipeline =
        PIPELINE.replace("use = \"entities\"", "use = \"entities\"\nwith.gazetteers = [\"terms.csv\"]");
    let bench = bench(&pipeline, 20);
    let list = |label| {
        fs::write(bench.path().join("terms.csv"), format!("phrase,label\nThe bridge,{label}\n")).unwrap();
    };
    list("FAC");
    run(bench.path(), &[]);
    list("ORG");
    let made = run(bench.path(), &[]);
    assert_eq!(done(&made), [0, 0, 20, 20]);
    as_from_nothing(bench.path(), &made);
    assert!(String::from_utf8_lossy(&made.bytes).contains("\"ORG\""));
}

#[test]
fn row_22_a_changed_plugin_redoes_its_stage() {
    let pipeline = "pipeline = \"x\"\n[plugins.mock]\npath = \"mock.so\"\n[[stage]]\nuse = \"ingest\"\nwith.path = \"in\"\n[[stage]]\nuse = \"segment\"\n[[stage]]\nuse = \"mock\"\n[[stage]]\nuse = \"export\"\nwith.path = \"out/x.jsonl\"\n";
    let pipeline = pipeline.replace("mock.so", "lib/libdocmill_mock.so");
    let bench = bench(&pipeline, 10);
    let place = bench.path().join("lib/libdocmill_mock.so");
    fs::create_dir(bench.path().join("lib")).unwrap();
    fs::copy(library("docmill_mock"), &place).unwrap();
    run(bench.path(), &[]);
    let again = run(bench.path(), &[]);
    assert!(again.done.values().all(|&done| done == 0));
    // Another build of the same version: bytes after the end of a library mean nothing to the loader.
    let mut bytes = fs::read(&place).unwrap();
    bytes.extend_from_slice(b"another build");
    fs::remove_file(&place).unwrap();
    fs::write(&place, bytes).unwrap();
    let made = run(bench.path(), &[]);
    assert_eq!([made.done["ingest"], made.done["segment"], made.done["mock"]], [0, 0, 10]);
}

#[test]
fn row_23_a_file_changed_in_place_is_read_again_and_its_block_alone() {
    let bench = bench(PIPELINE, 300);
    run(bench.path(), &[]);
    let path = bench.path().join("in/017.txt");
    let before = fs::metadata(&path).unwrap();
    article(bench.path(), 17, "Cali");
    assert_eq!(fs::metadata(&path).unwrap().len(), before.len());
    fs::File::options().append(true).open(&path).unwrap().set_modified(before.modified().unwrap()).unwrap();
    let made = run(bench.path(), &[]);
    let block = made.done["ingest"];
    assert!((1..150).contains(&block), "{block} documents of 300 were read again");
    assert_eq!(done(&made), [block; 4]);
    assert!(String::from_utf8_lossy(&made.bytes).contains("Cali"));
    as_from_nothing(bench.path(), &made);

    article(bench.path(), 300, "Lima");
    let added = run(bench.path(), &[]);
    assert!(added.done["ingest"] < 150, "a new file touched {} documents", added.done["ingest"]);
    as_from_nothing(bench.path(), &added);
    fs::remove_file(bench.path().join("in/300.txt")).unwrap();
    assert_eq!(done(&run(bench.path(), &[])), [0; 4], "what was, is kept still");
}

#[test]
fn threads_batches_times_and_places_never_redo_anything() {
    let bench = bench(PIPELINE, 50);
    run(bench.path(), &["--threads", "2"]);
    for args in [["--threads", "1"], ["--batch", "7"], ["--deadline", "1h"]] {
        assert_eq!(done(&run(bench.path(), &args)), [0; 4], "{args:?}");
    }
    // A fresh checkout elsewhere, with files of today and the kept results of yesterday.
    let other = tempfile::tempdir().unwrap();
    let status =
        std::process::Command::new("cp").arg("-r").arg(bench.path()).arg(other.path().join("moved")).status();
    assert!(status.unwrap().success());
    let moved = other.path().join("moved");
    fs::remove_file(moved.join("out/x.jsonl")).unwrap();
    let made = run(&moved, &[]);
    assert_eq!(done(&made), [0; 4]);
    as_from_nothing(&moved, &made);
}

#[test]
fn on_error_is_no_part_of_what_is_kept() {
    let path = library("docmill_mock");
    let pipeline = format!(
        "pipeline = \"x\"\nplugins.mock.path = {path:?}\n[[stage]]\nuse = \"ingest\"\nwith.path = \"in\"\n[[stage]]\nuse = \"mock\"\n[[stage]]\nuse = \"export\"\nwith.path = \"out/x.jsonl\"\n"
    );
    let bench = bench(&pipeline, 10);
    fs::write(bench.path().join("in/003.txt"), "mock:error").unwrap();
    docmill(bench.path(), &["run", "x.toml"]).exits(4);
    let listed = fs::read(bench.path().join("out/quarantine/rejected.jsonl")).unwrap();
    let again = made(bench.path(), docmill(bench.path(), &["run", "x.toml"]).exits(4));
    assert!(again.done.values().all(|&done| done == 0), "{:?}", again.done);
    assert_eq!(fs::read(bench.path().join("out/quarantine/rejected.jsonl")).unwrap(), listed);
    fs::write(
        bench.path().join("x.toml"),
        pipeline.replace("use = \"mock\"", "use = \"mock\"\non_error = \"drop\""),
    )
    .unwrap();
    let dropped = run(bench.path(), &[]);
    assert_eq!([dropped.done["ingest"], dropped.done["mock"]], [0, 0]);
    assert_eq!(dropped.report["stages"][1]["counts"]["dropped"]["stage_error"], 1);
    assert!(!bench.path().join("out/quarantine/rejected.jsonl").exists());
    as_from_nothing(bench.path(), &dropped);
}

/// All files of kept results.
fn results(bench: &Path) -> Vec<std::path::PathBuf> {
    let folders = fs::read_dir(bench.join("out/.docmill/data")).unwrap();
    let files = folders.flat_map(|folder| fs::read_dir(folder.unwrap().path()).unwrap());
    let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    files
}

/// Something done to a file, at a place in it.
type Damage = dyn Fn(&Path, usize);

#[test]
fn row_21_damage_is_seen_and_what_is_damaged_made_anew() {
    let bench = bench(PIPELINE, 40);
    let first = run(bench.path(), &[]);
    let damages: [&Damage; 4] = [
        &|path, middle| {
            let mut bytes = fs::read(path).unwrap();
            bytes[middle] ^= 16;
            fs::write(path, bytes).unwrap();
        },
        &|path, middle| fs::write(path, &fs::read(path).unwrap()[..middle]).unwrap(),
        &|path, _| fs::write(path, "something else").unwrap(),
        &|path, _| fs::remove_file(path).unwrap(),
    ];
    for (damaged, damage) in damages.into_iter().enumerate() {
        let listed = docmill(bench.path(), &["cache", "ls", "out", "--format", "json"]).exits(0).stdout;
        let listed: Vec<Value> = serde_json::from_str(&listed).unwrap();
        let result = &listed[listed.len() / 3];
        let (folder, file) = result["file"].as_str().unwrap().split_at(2);
        let number = |key: &str| usize::try_from(result[key].as_u64().unwrap()).unwrap();
        let path = bench.path().join("out/.docmill/data").join(folder).join(file);
        damage(&path, number("offset") + number("bytes") / 2);
        fs::remove_file(bench.path().join("out/x.jsonl")).unwrap();
        let again = run(bench.path(), &[]);
        let redone: u64 = done(&again).iter().sum();
        assert!(redone > 0 && (damaged > 0 || redone < 40), "{:?}", again.done);
        assert!(again.bytes == first.bytes);
        assert_eq!(again.report, first.report);
    }
    let ledger = bench.path().join("out/.docmill/ledger.jsonl");
    let lines = fs::read(&ledger).unwrap();
    for cut in [lines.len() - 7, lines.len() / 2, 3, 0] {
        fs::write(&ledger, &lines[..cut]).unwrap();
        fs::remove_file(bench.path().join("out/x.jsonl")).unwrap();
        let again = run(bench.path(), &[]);
        assert!(again.bytes == first.bytes);
        assert_eq!(again.report, first.report);
    }
    assert!(done(&run(bench.path(), &[])).iter().all(|&done| done == 0));
}

#[test]
fn row_24_a_second_run_on_one_store_is_refused_and_a_dead_lock_taken_over() {
    let bench = bench(PIPELINE, 5);
    run(bench.path(), &[]);
    let lock = bench.path().join("out/.docmill/lock");
    let file = fs::File::options().read(true).write(true).open(&lock).unwrap();
    file.lock().unwrap();
    let refused = docmill(bench.path(), &["run", "x.toml"]).exits(3);
    assert!(refused.stderr.contains("uses the store"), "{}", refused.stderr);
    docmill(bench.path(), &["run", "x.toml", "--no-store"]).exits(0);
    drop(file);
    fs::write(&lock, "99999999\n").unwrap();
    run(bench.path(), &[]);
}

#[test]
fn row_35_no_secret_is_kept() {
    let patterns = "use = \"entities\"\nwith.patterns = [{ pattern = \"${params.name}\", label = \"FAC\" }]";
    let pipeline = PIPELINE.replace("use = \"entities\"", patterns);
    let pipeline = format!("{pipeline}[params]\nname = {{ type = \"string\", secret = true }}\n");
    let bench = bench(&pipeline, 5);
    run(bench.path(), &["--param", "name=swordfish hall"]);
    let kept = fs::read_to_string(bench.path().join("out/.docmill/ledger.jsonl")).unwrap();
    assert!(kept.contains("with.patterns") && kept.contains("***"), "{kept}");
    assert!(!kept.contains("swordfish"), "{kept}");
    assert_eq!(done(&run(bench.path(), &["--param", "name=swordfish hall"])), [0; 4]);
    assert_eq!(done(&run(bench.path(), &["--param", "name=other hall"])), [0, 0, 5, 5]);
}

#[test]
fn a_plan_tells_what_would_be_done_anew_and_why() {
    let bench = bench(PIPELINE, 40);
    let plan = |args: &[&str]| docmill(bench.path(), &[&["plan", "x.toml"], args].concat()).exits(0).stdout;
    assert!(!plan(&[]).contains("anew"), "nothing is kept yet, so there is nothing to tell");
    assert!(plan(&["--why"]).contains("nothing is kept of it"));
    run(bench.path(), &[]);
    assert!(plan(&["--why"]).contains("nothing has changed: no stage would be called"));
    assert!(plan(&[]).contains(" in 3 blocks with 40 documents, first in/000.txt"), "{}", plan(&[]));
    let told = plan(&["--why", "--set", "summarize.sentences=1"]);
    assert!(
        told.contains("summarize: 3 blocks, the first in/000.txt: `with.sentences` was `2`, is `1`\n"),
        "{told}"
    );
    assert!(!told.contains("entities: "), "{told}");
    article(bench.path(), 17, "Cali");
    let told = plan(&["--why"]);
    assert!(told.contains(": its content changed") && told.contains("segment: 1 block"), "{told}");
    let told: Value = serde_json::from_str(&plan(&["--format", "json"])).unwrap();
    let anew = told["anew"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|block| !block["anew"].as_object().unwrap().is_empty());
    assert_eq!(anew.count(), 1, "{told:#}");
    // What a plan tells is what a run then does.
    let made = run(bench.path(), &[]);
    assert!(done(&made).iter().all(|&done| done > 0 && done < 40), "{:?}", made.done);
    let block =
        told["anew"].as_array().unwrap().iter().find(|b| !b["anew"].as_object().unwrap().is_empty()).unwrap();
    let block = block["block"].as_str().unwrap();
    let told = docmill(bench.path(), &["report", "why", "out", block]).exits(0).stdout;
    assert!(told.starts_with("ingest: made again: its input changed\n"), "{told}");
    docmill(bench.path(), &["report", "why", "out", "no block"]).exits(3);
}

#[test]
fn the_store_is_shown_checked_and_cleared() {
    let bench = bench(PIPELINE, 40);
    docmill(bench.path(), &["cache", "ls", "."]).exits(3);
    run(bench.path(), &[]);
    for place in ["out", "out/.docmill", "x.toml"] {
        let told = docmill(bench.path(), &["cache", "ls", place]).exits(0).stdout;
        assert!(told.contains("12 results"), "{told}");
    }
    let told = docmill(bench.path(), &["cache", "ls", "out", "--format", "json"]).exits(0).stdout;
    assert_eq!(serde_json::from_str::<Vec<Value>>(&told).unwrap().len(), 12);
    docmill(bench.path(), &["cache", "verify", "out"]).exits(0);
    let file = results(bench.path()).swap_remove(0);
    let mut bytes = fs::read(&file).unwrap();
    bytes[100] ^= 1;
    fs::write(&file, bytes).unwrap();
    let told = docmill(bench.path(), &["cache", "verify", "x.toml"]).exits(1);
    assert!(told.stderr.contains("1 of 12 results is damaged"), "{}", told.stderr);
    fs::write(file.with_file_name("stray"), "a stray").unwrap();
    let told = docmill(bench.path(), &["cache", "gc", "out", "--max-size", "0 B"]).exits(0).stdout;
    assert!(told.starts_with("removed 13 results"), "{told}");
    assert!(results(bench.path()).is_empty());
    docmill(bench.path(), &["cache", "gc", "out", "--max-size", "much"]).exits(2);
}

#[test]
fn no_more_is_kept_than_the_pipeline_says() {
    let pipeline = format!("{PIPELINE}[run]\nstore = {{ path = \"kept\", max_size = \"32 kB\" }}\n");
    let bench = bench(&pipeline, 40);
    run(bench.path(), &["--set", "segment.layers=[\"sentences\", \"tokens\", \"paragraphs\"]"]);
    run(bench.path(), &[]);
    let told = docmill(bench.path(), &["cache", "ls", "x.toml", "--format", "json"]).exits(0).stdout;
    let left: Vec<Value> = serde_json::from_str(&told).unwrap();
    let bytes: u64 = left.iter().map(|entry| entry["bytes"].as_u64().unwrap()).sum();
    assert!(bytes > 0 && bytes <= 32_000, "{bytes}");
    assert!(!bench.path().join("out/.docmill").exists() && bench.path().join("kept/ledger.jsonl").exists());
    fs::remove_file(bench.path().join("out/x.jsonl")).unwrap();
    as_from_nothing(bench.path(), &run(bench.path(), &[]));
    fs::write(bench.path().join("x.toml"), format!("{PIPELINE}[run]\nstore = false\n")).unwrap();
    assert_eq!(done(&run(bench.path(), &[])), [40; 4]);
}

/// Articles in three units of a block, one of which the mock rejects until a file is there.
fn until(bench: &Path, key: &Path) {
    let text = |n: u32| match n {
        1500 => format!("It rained. mock:unless {}", key.display()),
        n => format!("The bridge in Lima was closed on Monday. It rained {n} days."),
    };
    let lines =
        (0..2100).map(|n| format!("{}\n", serde_json::json!({ "id": n.to_string(), "text": text(n) })));
    fs::write(bench.join("in/a.jsonl"), lines.collect::<String>()).unwrap();
}

#[test]
fn what_was_rejected_is_replayed_and_put_in_its_place() {
    let pipeline = format!(
        "pipeline = \"x\"\nplugins.mock.path = {:?}\n[[stage]]\nuse = \"ingest\"\nwith.path = \"in\"\n[[stage]]\nuse = \"mock\"\n[[stage]]\nuse = \"segment\"\n[[stage]]\nuse = \"export\"\nwith.path = \"out/x.jsonl\"\n",
        library("docmill_mock")
    );
    let bench = bench(&pipeline, 0);
    let key = bench.path().join("key");
    until(bench.path(), &key);
    docmill(bench.path(), &["quarantine", "replay", "x.toml"]).exits(3);
    docmill(bench.path(), &["run", "x.toml"]).exits(4);
    let rejected = bench.path().join("out/quarantine/rejected.jsonl");
    assert!(rejected.exists());
    // Again, and it fails again.
    let still = made(bench.path(), docmill(bench.path(), &["quarantine", "replay", "x.toml"]).exits(4));
    assert_eq!([still.done["ingest"], still.done["mock"], still.done["segment"]], [0, 1024, 1023]);
    assert!(rejected.exists());
    fs::write(&key, "").unwrap();
    // A run alone does not try again: nothing that it knows of has changed.
    docmill(bench.path(), &["run", "x.toml"]).exits(4);
    let made = made(bench.path(), docmill(bench.path(), &["quarantine", "replay", "x.toml"]).exits(0));
    assert_eq!([made.done["ingest"], made.done["mock"], made.done["segment"]], [0, 1024, 1024]);
    assert!(!rejected.exists());
    let ids: Vec<String> = crate::command::lines(&bench.path().join("out/x.jsonl"))
        .iter()
        .map(|row| row["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ids, (0..2100).map(|n| n.to_string()).collect::<Vec<_>>());
    let again = run(bench.path(), &[]);
    assert!(again.done.values().all(|&done| done == 0), "{:?}", again.done);
    as_from_nothing(bench.path(), &made);
    docmill(bench.path(), &["quarantine", "replay", "x.toml", "--limit", "3"]).exits(2);
}

#[test]
fn row_20_a_run_that_never_has_enough_time_gets_done_in_parts() {
    let pipeline = format!("{PIPELINE}[run]\nblock = \"128 KiB\"\n");
    let bench = bench(&pipeline, 0);
    let article = "The bridge in Lima was closed on Monday. Mayor Ana Torres said so at noon. ".repeat(40);
    let line = |n: u32| {
        format!("{}\n", serde_json::json!({ "id": n.to_string(), "text": format!("{article} {n}") }))
    };
    fs::write(bench.path().join("in/a.jsonl"), (0..2000).map(line).collect::<String>()).unwrap();
    let mut stops = 0;
    let done = loop {
        let ran = docmill(bench.path(), &["run", "x.toml", "--deadline", "700ms", "--format", "json"]);
        if ran.status == 0 {
            break serde_json::from_str::<Value>(&ran.stdout).unwrap();
        }
        assert_eq!(ran.status, 75, "{}", ran.stderr);
        assert!(ran.stderr.contains("it goes on from there"), "{}", ran.stderr);
        assert!(!bench.path().join("out/x.jsonl").exists());
        stops += 1;
        assert!(stops < 60, "it never gets done");
    };
    let recalled = done["timings"]["recalled"]["segment"].as_u64().unwrap_or(0);
    assert_eq!(recalled > 0, stops > 0, "{recalled} documents were kept of {stops} runs");
    as_from_nothing(bench.path(), &made(bench.path(), docmill(bench.path(), &["run", "x.toml"]).exits(0)));
}
