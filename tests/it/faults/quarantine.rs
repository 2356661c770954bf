//! What becomes of documents that are rejected.

use crate::command::{docmill, folder, library, lines};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::Path;

/// A pipeline over `in.jsonl` with the mock plugin at hand.
pub(super) fn pipeline(ingest: &str, stages: &str) -> String {
    let path = library("docmill_mock").display().to_string();
    format!(
        "pipeline = \"mock\"\n[plugins.mock]\npath = {path:?}\n[[stage]]\nuse = \"ingest\"\n{ingest}\n{stages}"
    )
}

pub(super) const IN: &str = "with.path = \"in.jsonl\"";
const KEPT: &str = "with = { path = \"quarantine/documents.jsonl\", format = \"documents\" }";
pub(super) const MOCK: &str = "[[stage]]\nuse = \"mock\"\n";
pub(super) const OUT: &str = "[[stage]]\nuse = \"export\"\nwith.path = \"out.jsonl\"\n";

/// Entries of JSON Lines in which every field is odd now and then; the same ones every time.
fn odd_entries(count: usize) -> Vec<Value> {
    let mut state = 11_u64;
    let mut pick = |from: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % from
    };
    let odd = |n: usize| match n {
        0 => json!(null),
        1 => json!(""),
        2 => json!(" "),
        3 => json!("\0\0"),
        4 => json!("a \" and a \\ and a {"),
        5 => json!("LIMA, Aug 3 (Reuters) - Rain fell.\r\n\r\nIt was cold.\n"),
        6 => json!("date 2025-09-24 ISLAMABAD: Rain fell."),
        7 => json!("By Ada Byron\n\nTitle: Rain\n\nIt fell.\u{2028}\u{feff}😀"),
        8 => json!(17.5),
        9 => json!(["a", "b"]),
        10 => json!("2025-09-24T17:30:00+05:00"),
        _ => json!("1999-12-31"),
    };
    let keys = [
        "title",
        "byline",
        "publisher",
        "lang",
        "published",
        "meta",
        "author",
        "date",
        "url",
        "",
        "\0\"",
        "k",
    ];
    let entry = |n: usize| {
        let text = loop {
            let text = odd(pick(12));
            if text.is_string() {
                break text;
            }
        };
        let mut entry = json!({ "id": format!("d{n:03}"), "text": text });
        for key in keys {
            if pick(2) == 0 {
                entry[key] = odd(pick(12));
            }
        }
        entry
    };
    (0..count).map(entry).collect()
}

fn jsonl(entries: &[Value]) -> String {
    entries.iter().fold(String::new(), |mut out, entry| {
        writeln!(out, "{entry}").unwrap();
        out
    })
}

pub(super) fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

#[test]
fn rejected_documents_are_read_back_as_they_were() {
    let entries = jsonl(&odd_entries(400));
    let folder = folder(&[
        ("plain.toml", &pipeline(IN, OUT)),
        ("failing.toml", &pipeline(IN, &(MOCK.to_owned() + "with.fail_all = true\n" + OUT))),
        ("again.toml", &pipeline(KEPT, OUT)),
        ("in.jsonl", &entries),
    ]);
    docmill(folder.path(), &["run", "plain.toml"]).exits(0);
    let want = read(&folder.path().join("out.jsonl"));
    assert!(want.contains("dateline") && want.contains("2025-09-24"), "the documents have all columns");

    docmill(folder.path(), &["run", "failing.toml"]).exits(4);
    assert_eq!(read(&folder.path().join("out.jsonl")), "", "every document was rejected");
    let listed = lines(&folder.path().join("quarantine/rejected.jsonl"));
    assert_eq!(listed.len(), 400);
    assert!(listed.iter().all(|one| one["document"] == one["id"] && one["attempts"] == 1));

    let kept = folder.path().join("quarantine/documents.jsonl");
    let copy = folder.path().join("kept.jsonl");
    std::fs::copy(&kept, &copy).unwrap();
    docmill(folder.path(), &["run", "again.toml"]).exits(0);
    assert_eq!(read(&folder.path().join("out.jsonl")), want);
    assert!(!kept.exists(), "a run without rejections removes what the one before kept");

    // Rejected once more, they are kept as they were.
    std::fs::copy(&copy, folder.path().join("in.jsonl")).unwrap();
    let twice = pipeline(
        "with = { path = \"in.jsonl\", format = \"documents\" }",
        &(MOCK.to_owned() + "with.fail_all = true\n" + OUT),
    );
    std::fs::write(folder.path().join("twice.toml"), twice).unwrap();
    docmill(folder.path(), &["run", "twice.toml"]).exits(4);
    assert_eq!(read(&kept), read(&copy));
}

#[test]
fn the_quarantine_does_not_depend_on_threads_or_batches() {
    let faults = ["mock:panic", "mock:error", "mock:batch-error", "mock:reject", "mock:drop", "good", "good"];
    let long = "Rain fell on the town. ".repeat(40);
    let mut entries = String::new();
    for n in 0..7000 {
        let fault = if n % 50 == 0 { faults[n / 50 % faults.len()] } else { "good" };
        writeln!(entries, "{}", json!({ "id": n.to_string(), "text": format!("{fault} {long}") })).unwrap();
        if n % 500 == 0 {
            writeln!(entries, "{{ broken").unwrap();
        }
    }
    assert!(entries.len() > 5 << 20, "there are several blocks");
    let run = |threads: &str, batch: &str| {
        let folder =
            folder(&[("mock.toml", &pipeline(IN, &(MOCK.to_owned() + OUT))), ("in.jsonl", &entries)]);
        docmill(folder.path(), &["run", "mock.toml", "--threads", threads, "--batch", batch]).exits(4);
        let place = folder.path().join("quarantine");
        (read(&place.join("rejected.jsonl")), read(&place.join("documents.jsonl")))
    };
    let want = run("1", "1024");
    assert_eq!(
        want.0.lines().count(),
        80 + 14,
        "four of the seven kinds fail, and fourteen lines are broken"
    );
    assert_eq!(want.1.lines().count(), 80, "what cannot be read has no text");
    for (threads, batch) in [("1", "1"), ("2", "7"), ("8", "64")] {
        assert!(run(threads, batch) == want, "{threads} threads and batches of {batch}");
    }
}

#[test]
fn the_list_tells_place_and_plugin_of_each_rejection() {
    let entries = "{\"id\":\"a\",\"text\":\"mock:panic\"}\n{ broken\n";
    let folder = folder(&[("mock.toml", &pipeline(IN, &(MOCK.to_owned() + OUT))), ("in.jsonl", entries)]);
    docmill(folder.path(), &["run", "mock.toml"]).exits(4);
    let listed = lines(&folder.path().join("quarantine/rejected.jsonl"));
    let report = lines_of_report(folder.path());
    let mock = report["plugins"].as_array().unwrap().iter().find(|plugin| plugin["name"] == "docmill_mock");
    assert_eq!(listed[0]["library"], mock.unwrap()["library"]["sha256"]);
    assert_eq!(listed[0]["uri"], "in.jsonl#line=1");
    assert_eq!((&listed[1]["library"], &listed[1]["document"]), (&Value::Null, &Value::Null));
    assert_eq!((&listed[1]["code"], &listed[1]["uri"]), (&json!("bad_json"), &json!("in.jsonl#line=2")));
    assert_eq!(report["quarantine"]["file"], "quarantine/rejected.jsonl");
    assert_eq!(report["quarantine"]["documents"], "quarantine/documents.jsonl");
}

fn lines_of_report(folder: &Path) -> Value {
    serde_json::from_str(&read(&folder.join("run.json"))).unwrap()
}

#[test]
fn a_part_of_a_split_document_is_kept_as_the_whole_document_once() {
    let stages = "[[stage]]\nuse = \"mock-split\"\n".to_owned() + MOCK + "with.fail_all = true\n" + OUT;
    let entries = "{\"id\":\"a\",\"text\":\"one | two\"}\n{\"id\":\"b\",\"text\":\"three\"}\n";
    let folder = folder(&[("mock.toml", &pipeline(IN, &stages)), ("in.jsonl", entries)]);
    docmill(folder.path(), &["run", "mock.toml"]).exits(4);
    let listed = lines(&folder.path().join("quarantine/rejected.jsonl"));
    let names: Vec<_> = listed.iter().map(|one| (&one["id"], &one["document"])).collect();
    let (a, b) = (json!("a"), json!("b"));
    assert_eq!(names, [(&json!("a/1"), &a), (&json!("a/2"), &a), (&b, &b)]);
    let kept = lines(&folder.path().join("quarantine/documents.jsonl"));
    assert_eq!(kept.iter().map(|one| &one["id"]).collect::<Vec<_>>(), [&a, &b]);
    assert_eq!(kept[0]["text"], "one | two");
}

/// Ten documents, of which four fail: two each under two codes, in a stage that is linked in or in one that is loaded.
fn four_of_ten(stage: &str, policy: &str, ratio: &str) -> (crate::command::Ran, tempfile::TempDir) {
    let (ingest, mock) = if stage == "ingest" { (policy, "") } else { ("", policy) };
    let stages = format!("{MOCK}{mock}\n{OUT}");
    let text = format!("{ratio}\n{}", pipeline(&format!("{IN}\n{ingest}"), &stages));
    let bad = match stage {
        "ingest" => ["{ broken", "{\"id\":\"x\"}", "{ broken", "{\"id\":\"y\"}"].map(str::to_owned),
        _ => ["mock:panic", "mock:error", "mock:panic", "mock:error"]
            .map(|text| json!({ "id": format!("{text}{}", line!()), "text": text }).to_string()),
    };
    let mut entries = String::new();
    for n in 0..6 {
        writeln!(entries, "{}", json!({ "id": n.to_string(), "text": "Rain." })).unwrap();
    }
    for (n, line) in bad.iter().enumerate() {
        writeln!(entries, "{}", line.replacen("\"id\":\"", &format!("\"id\":\"{n}"), 1)).unwrap();
    }
    let folder = folder(&[("mock.toml", &text), ("in.jsonl", &entries)]);
    (docmill(folder.path(), &["run", "mock.toml"]), folder)
}

#[test]
fn on_error_and_max_ratio_hold_for_linked_and_loaded_stages() {
    for (stage, at, codes) in [("ingest", 0, ["bad_json", "no_text"]), ("mock", 1, ["panic", "stage_error"])]
    {
        let counts =
            |folder: &Path, what: &str| lines_of_report(folder)["stages"][at]["counts"][what].clone();
        let by_code = json!({ codes[0]: 2, codes[1]: 2 });

        for (ratio, status) in
            [("", 4), ("run.quarantine.max_ratio = 0.39", 4), ("run.quarantine.max_ratio = 0.4", 0)]
        {
            for policy in ["", "on_error = \"quarantine\""] {
                let (ran, folder) = four_of_ten(stage, policy, ratio);
                let ran = ran.exits(status);
                assert_eq!(
                    ran.stderr.contains("4 of 10 documents were rejected"),
                    status == 4,
                    "{}",
                    ran.stderr
                );
                assert_eq!(counts(folder.path(), "rejected"), by_code, "{stage} {ratio}");
                assert_eq!(counts(folder.path(), "dropped"), json!({}));
                assert_eq!(lines(&folder.path().join("out.jsonl")).len(), 6, "the others are written");
                assert_eq!(lines(&folder.path().join("quarantine/rejected.jsonl")).len(), 4);
            }
        }

        let (ran, folder) = four_of_ten(stage, "on_error = \"drop\"", "");
        ran.exits(0);
        assert_eq!(counts(folder.path(), "dropped"), by_code, "{stage}");
        assert_eq!(counts(folder.path(), "rejected"), json!({}));
        assert_eq!(lines(&folder.path().join("out.jsonl")).len(), 6);
        assert!(!folder.path().join("quarantine").exists());

        let (ran, folder) = four_of_ten(stage, "on_error = \"fail\"", "run.quarantine.max_ratio = 1");
        let ran = ran.exits(1);
        assert!(
            ran.stderr.contains(codes[0]) && ran.stderr.contains(&format!("stage `{stage}`")),
            "{}",
            ran.stderr
        );
        assert!(!folder.path().join("out.jsonl").exists() && !folder.path().join("run.json").exists());
    }
}
