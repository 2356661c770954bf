//! That no document is lost, and that each has a name of its own.

use super::quarantine::{IN, MOCK, OUT, pipeline, read};
use crate::command::{docmill, folder, lines};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;

fn total(counts: &Value) -> u64 {
    counts.as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum()
}

/// Branches, a union, conditions, and stages that reject, drop and split.
const BRANCHES: &str = r#"
[[stage]]
use = "mock"
when = "text != 'skipped'"
[[stage]]
use = "filter"
with.keep = "len(text) > 12"
[[stage]]
use = "mock-split"
[[stage]]
use = "export"
id = "short"
from = "filter.drop"
with.path = "short.jsonl"
[[stage]]
use = "export"
id = "all"
from = "mock-split"
when = "part != 'mock:drop'"
with.path = "all.jsonl"
[[stage]]
use = "export"
id = "both"
from = ["filter", "filter.drop"]
with.path = "both.jsonl"
"#;

/// In a pipeline with branches, a union, conditions and faults, the counts of each stage and those between stages
/// balance, and are those of the files that were written.
#[test]
fn row_37_documents_in_are_those_out_dropped_and_rejected() {
    let faults = [
        "mock:panic",
        "mock:error",
        "mock:reject",
        "mock:drop",
        "mock:vanish and go",
        "a | b | c | d",
        "short",
        "skipped",
        "good words here",
    ];
    let mut entries = String::new();
    for n in 0..300 {
        writeln!(entries, "{}", json!({ "id": n.to_string(), "text": faults[n * 7 % faults.len()] }))
            .unwrap();
    }
    entries += "{ broken\n";
    for (threads, batch) in [("1", "1"), ("4", "50")] {
        let folder = folder(&[("mock.toml", &pipeline(IN, BRANCHES)), ("in.jsonl", &entries)]);
        docmill(folder.path(), &["run", "mock.toml", "--threads", threads, "--batch", batch]).exits(4);
        let report: Value = serde_json::from_str(&read(&folder.path().join("run.json"))).unwrap();
        let mut by_id: BTreeMap<&str, &Value> = BTreeMap::new();
        for stage in report["stages"].as_array().unwrap() {
            let counts = &stage["counts"];
            let n = |name: &str| counts[name].as_u64().unwrap();
            let gone = total(&counts["dropped"]) + total(&counts["rejected"]);
            assert_eq!(n("documents_in") + n("made"), n("documents_out") + gone, "{stage}");
            by_id.insert(stage["id"].as_str().unwrap(), counts);
        }
        let out = |id: &str| by_id[id]["documents_out"].as_u64().unwrap();
        let comes_in = |id: &str| by_id[id]["documents_in"].as_u64().unwrap();
        let left_out = total(&by_id["filter"]["dropped"]);
        assert_eq!(comes_in("ingest"), 301);
        assert_eq!(comes_in("mock"), out("ingest"));
        assert_eq!(comes_in("filter"), out("mock"));
        assert_eq!(comes_in("both"), out("filter") + left_out);
        assert_eq!(comes_in("short"), left_out);
        assert_eq!(comes_in("all"), out("mock-split"));
        assert!(left_out > 0 && by_id["mock-split"]["made"].as_u64() > Some(0));
        for id in ["short", "all", "both"] {
            let written = lines(&folder.path().join(format!("{id}.jsonl")));
            assert_eq!(written.len() as u64, out(id), "{id}");
        }
        let rejected: u64 = by_id.values().map(|counts| total(&counts["rejected"])).sum();
        let listed = lines(&folder.path().join("quarantine/rejected.jsonl"));
        assert_eq!((listed.len() as u64, &report["rejected"]), (rejected, &json!(rejected)));
    }
}

fn twins() -> String {
    let mut entries = String::new();
    for n in 0..6000 {
        let id = if n % 1000 == 0 { "twin".to_owned() } else { format!("d{n}") };
        let word =
            if n == 2000 { "mock:error" } else { "Rain fell on the town all day, and the river rose." };
        writeln!(entries, "{}", json!({ "id": id, "text": format!("{word} {n} {}", "x".repeat(1000)) }))
            .unwrap();
    }
    entries
}

#[test]
fn row_31_an_id_that_comes_twice_ends_the_run_or_gets_a_suffix_of_its_own() {
    let entries = twins();
    let stages = MOCK.to_owned() + OUT + "with.fields = [\"id\", \"uri\"]\n";
    let error = folder(&[("mock.toml", &pipeline(IN, &stages)), ("in.jsonl", &entries)]);
    let ran = docmill(error.path(), &["run", "mock.toml"]).exits(1);
    assert!(
        ran.stderr.contains("document id `twin` comes twice, the second time from in.jsonl#line=1001"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("duplicate_ids = \"suffix\"") && !error.path().join("out.jsonl").exists());

    let suffix = format!("run.duplicate_ids = \"suffix\"\n{}", pipeline(IN, &stages));
    let run = |threads: &str, batch: &str| {
        let folder = folder(&[("mock.toml", &suffix), ("in.jsonl", &entries)]);
        docmill(folder.path(), &["run", "mock.toml", "--threads", threads, "--batch", batch]).exits(4);
        let report: Value = serde_json::from_str(&read(&folder.path().join("run.json"))).unwrap();
        assert_eq!(report["renamed"], 5);
        let files = ["out.jsonl", "quarantine/rejected.jsonl", "quarantine/documents.jsonl"];
        files.map(|file| read(&folder.path().join(file)))
    };
    let want = run("1", "1024");
    for (threads, batch) in [("2", "7"), ("8", "64")] {
        assert!(run(threads, batch) == want, "{threads} threads and batches of {batch}");
    }
    let written: Vec<Value> = want[0].lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let ids: BTreeMap<&str, &str> =
        written.iter().map(|one| (one["id"].as_str().unwrap(), one["uri"].as_str().unwrap())).collect();
    assert_eq!((written.len(), ids.len()), (5999, 5999), "all ids are there once");
    assert_eq!(ids["twin"], "in.jsonl#line=1", "the first keeps its id");
    let listed: Value = serde_json::from_str(&want[1]).unwrap();
    let kept: Value = serde_json::from_str(&want[2]).unwrap();
    assert_eq!(listed["uri"], "in.jsonl#line=2001");
    assert!(
        listed["id"].as_str().unwrap().starts_with("twin~")
            && !ids.contains_key(listed["id"].as_str().unwrap())
    );
    assert_eq!((&listed["id"], &listed["id"]), (&listed["document"], &kept["id"]));

    // Another twin before them, and one fewer behind: the others keep their names.
    let fewer: String = entries
        .lines()
        .enumerate()
        .filter(|(n, _)| *n != 5000)
        .map(|(n, line)| {
            let line = if n == 500 { line.replace("\"d500\"", "\"twin\"") } else { line.to_owned() };
            line + "\n"
        })
        .collect();
    let folder = folder(&[("mock.toml", &suffix), ("in.jsonl", &fewer)]);
    docmill(folder.path(), &["run", "mock.toml"]).exits(4);
    let again = lines(&folder.path().join("out.jsonl"));
    let name_of = |uri: &str, all: &[Value]| all.iter().find(|one| one["uri"] == uri).unwrap()["id"].clone();
    for uri in ["in.jsonl#line=1", "in.jsonl#line=1001", "in.jsonl#line=4001"] {
        assert_eq!(name_of(uri, &again), name_of(uri, &written), "{uri}");
    }
}

#[test]
fn row_31_parts_and_taken_names_are_told_apart_too() {
    let entries = "{\"id\":\"a\",\"text\":\"one | two\"}\n{\"id\":\"a\",\"text\":\"three | four\"}\n{\"id\":\"a\",\"text\":\"five\"}\n";
    let stages = "[[stage]]\nuse = \"mock-split\"\n".to_owned() + OUT + "with.fields = [\"id\", \"part\"]\n";
    let text = format!("run.duplicate_ids = \"suffix\"\n{}", pipeline(IN, &stages));
    let folder = folder(&[("mock.toml", &text), ("in.jsonl", entries)]);
    docmill(folder.path(), &["run", "mock.toml"]).exits(0);
    let ids = |folder: &std::path::Path| -> Vec<String> {
        lines(&folder.join("out.jsonl")).iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    };
    let first = ids(folder.path());
    assert_eq!(first[..2], ["a/1", "a/2"]);
    let (second, third) = (first[2].strip_suffix("/1").unwrap(), &first[4]);
    assert!(second.starts_with("a~") && third.starts_with("a~") && second != third, "{first:?}");
    assert_eq!(first[3], format!("{second}/2"));

    // Somebody has the name already that the third one would get.
    let crowded = entries.replace("\"text\":\"three", "\"text\":\"3");
    let crowded: Vec<String> = crowded
        .lines()
        .enumerate()
        .map(|(n, line)| if n == 1 { line.replace("\"a\"", &format!("{third:?}")) } else { line.to_owned() })
        .collect();
    std::fs::write(folder.path().join("in.jsonl"), crowded.join("\n")).unwrap();
    docmill(folder.path(), &["run", "mock.toml"]).exits(0);
    let all = ids(folder.path());
    assert_eq!(all[4], format!("{third}~2"), "{all:?}");
    assert_eq!(all[2], format!("{third}/1"), "the one that has the name keeps it");
}
