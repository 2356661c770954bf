//! What `docmill report` tells of a run and of the difference between two.

use crate::command::{docmill, folder, lines};
use serde_json::Value;
use std::fs;
use std::path::Path;

fn pipeline(output: &str) -> String {
    format!(
        "pipeline = \"x\"\n[params.key]\ntype = \"string\"\nsecret = true\ndefault = \"hush1\"\n\
         [run]\nquarantine = {{ max_ratio = 0.5 }}\n\
         [[stage]]\nuse = \"ingest\"\nwith.path = \"a.jsonl\"\n[[stage]]\nuse = \"segment\"\n[[stage]]\nuse = \"entities\"\n\
         [[stage]]\nuse = \"summarize\"\nwith.sentences = 1\n\
         [[stage]]\nuse = \"export\"\nwith.path = \"{output}\"\n\
         [[stage]]\nuse = \"export\"\nid = \"table\"\nfrom = \"summarize\"\nwith.path = \"out/${{params.key}}.csv\"\n"
    )
}

const BASE: &str = "{\"id\":\"same\",\"text\":\"Ada Lovelace went to Lima.\"}\n\
                    {\"id\":\"edited\",\"text\":\"Ada Lovelace went to Lima. It rained on Monday.\"}\n\
                    {\"id\":\"gone\",\"text\":\"Oslo was cold.\"}\n";
const NEW: &str = "{\"id\":\"same\",\"text\":\"Ada Lovelace went to Lima.\"}\n\
                   {\"id\":\"edited\",\"text\":\"Yesterday, Ada Lovelace went to Oslo. It rained on Monday.\"}\n\
                   {\"id\":\"new\",\"text\":\"It snowed in Kyiv.\"}\n";

/// Two runs in folders of their own, the second over the changed input.
fn runs(output: &str) -> tempfile::TempDir {
    let pipeline = pipeline(output);
    let bench = folder(&[
        ("base/x.toml", &pipeline),
        ("base/a.jsonl", BASE),
        ("new/x.toml", &pipeline),
        ("new/a.jsonl", NEW),
    ]);
    for side in ["base", "new"] {
        docmill(&bench.path().join(side), &["run", "x.toml"]).exits(0);
    }
    bench
}

fn diff(folder: &Path, more: &[&str]) -> String {
    docmill(folder, &[&["report", "diff", "base/out", "new/out/run.json"], more].concat()).exits(0).stdout
}

#[test]
fn documents_and_annotations_that_differ_are_told() {
    let bench = runs("out/x.jsonl");
    let told: Value = serde_json::from_str(&diff(bench.path(), &["--format", "json"])).unwrap();
    assert_eq!(told["equal"], false);
    let output = &told["outputs"][0];
    let counts = &output["documents"];
    let number = |key: &str| counts[key].as_u64().unwrap();
    assert_eq!((number("same"), number("changed"), number("added"), number("removed")), (1, 1, 1, 1));
    let layers = &output["layers"]["entities"];
    assert_eq!(layers["PERSON"]["moved"], 1, "{output:#}");
    assert_eq!(layers["LOC"]["added"], 2, "{output:#}");
    assert_eq!(layers["LOC"]["removed"], 2, "{output:#}");
    let details = output["details"].as_array().unwrap();
    let ids: Vec<&str> = details.iter().map(|d| d["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["edited", "new", "gone"]);
    // The counts are those of the details, which are all there.
    let annotations = details.iter().flat_map(|d| d["annotations"].as_array().unwrap());
    let moved = annotations.filter(|a| a["layer"] == "entities" && a["change"] == "moved").count() as u64;
    let sum: u64 = layers.as_object().unwrap().values().map(|l| l["moved"].as_u64().unwrap()).sum();
    assert_eq!(moved, sum);
    let causes: Vec<&str> =
        told["causes"].as_array().unwrap().iter().map(|c| c["what"].as_str().unwrap()).collect();
    assert_eq!(causes, ["input"]);
    let person =
        details[0]["annotations"].as_array().unwrap().iter().find(|a| a["label"] == "PERSON").unwrap();
    assert_eq!((person["text"].as_str(), person["from_start"].as_u64()), (Some("Ada Lovelace"), Some(0)));
}

#[test]
fn people_and_comments_get_the_same_facts_and_no_secrets() {
    let bench = runs("out/x.jsonl");
    let shown = diff(bench.path(), &[]);
    for part in [
        "why outputs might differ:\n  input: ",
        "export (out/x.jsonl): 1 same, 1 changed, 1 added, 1 removed",
        "  changed edited\n",
        "~ entities PERSON 0..12 -> 11..23 \u{201c}Ada Lovelace\u{201d}",
        "- entities LOC 21..25 \u{201c}Lima\u{201d}",
        "table (***): differs (only JSON Lines are compared by document)",
    ] {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
    let page = diff(bench.path(), &["--format", "markdown"]);
    for part in [
        "### docmill: outputs differ\n",
        "| `out/x.jsonl` | 1 | 1 | 1 | 1 | |\n",
        "<details><summary>changed <code>edited</code></summary>",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    let few = diff(bench.path(), &["--details", "1"]);
    assert!(few.contains("and 2 documents more, not shown"), "{few}");
    for side in ["base", "new"] {
        let told = docmill(&bench.path().join(side), &["report", "show", "out"]).exits(0).stdout;
        assert!(!told.contains("hush"), "{told}");
    }
    assert!(!(shown + &page + &few).contains("hush"));
}

#[test]
fn equal_runs_are_equal_and_the_status_tells_on_request() {
    let bench = runs("out/x.jsonl");
    let args = ["report", "diff", "base/out", "new/out", "--exit-code"];
    docmill(bench.path(), &args).exits(1);
    docmill(&bench.path().join("base"), &["run", "x.toml", "--threads", "1"]).exits(0);
    let ran = docmill(bench.path(), &["report", "diff", "base/out", "base/out", "--exit-code"]).exits(0);
    assert!(ran.stdout.ends_with("all outputs are the same\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("the same 3 documents"), "{}", ran.stdout);
    docmill(bench.path(), &["report", "diff", "nowhere", "base/out"]).exits(3);
    fs::remove_file(bench.path().join("new/out/x.jsonl")).unwrap();
    let ran = docmill(bench.path(), &["report", "diff", "base/out", "new/out"]).exits(3);
    assert!(ran.stderr.contains("x.jsonl"), "{}", ran.stderr);
}

#[test]
fn compressed_outputs_are_compared_as_well() {
    let plain: Value =
        serde_json::from_str(&diff(runs("out/x.jsonl").path(), &["--format", "json"])).unwrap();
    for output in ["out/x.jsonl.gz", "out/x.jsonl.zst"] {
        let bench = runs(output);
        let packed: Value = serde_json::from_str(&diff(bench.path(), &["--format", "json"])).unwrap();
        for part in ["documents", "layers", "columns", "details"] {
            assert_eq!(packed["outputs"][0][part], plain["outputs"][0][part], "{output}: {part}");
        }
    }
}

#[test]
fn a_comment_is_no_longer_than_a_comment_may_be() {
    let bench = runs("out/x.jsonl");
    let many = |word: &str| -> String {
        let line =
            |n: u32| format!("{{\"id\":\"{n}\",\"text\":\"{word} {n} | <b> went to Lima on Monday.\"}}\n");
        (0..3000).map(line).collect()
    };
    fs::write(bench.path().join("base/a.jsonl"), many("Ada")).unwrap();
    fs::write(bench.path().join("new/a.jsonl"), many("Then Bob")).unwrap();
    for side in ["base", "new"] {
        docmill(&bench.path().join(side), &["run", "x.toml"]).exits(0);
    }
    let page = diff(bench.path(), &["--format", "markdown", "--details", "100000"]);
    assert!(page.len() < 65_536, "{}", page.len());
    let shown = page.matches("<details>").count();
    assert!(shown > 10 && page.contains("more differ and are not shown"), "{shown}");
    let told: String = page.lines().rev().find(|line| line.contains("not shown")).unwrap().to_owned();
    let left: usize = told.split(" document").next().unwrap().replace(' ', "").parse().unwrap();
    assert_eq!(shown + left, 3000);
}

#[test]
fn a_report_is_shown_for_people_programs_and_pages() {
    let bench = runs("out/x.jsonl");
    let at = bench.path().join("base");
    let show =
        |format: &str| docmill(&at, &["report", "show", "out/run.json", "--format", format]).exits(0).stdout;
    assert!(show("human").contains("export wrote x.jsonl"), "{}", show("human"));
    assert!(show("markdown").contains("| segment | 3 | 3 | 0 | 0 |"), "{}", show("markdown"));
    assert_eq!(show("json"), fs::read_to_string(at.join("out/run.json")).unwrap());
    fs::write(at.join("out/run.json"), "{\"format\": 2}").unwrap();
    let ran = docmill(&at, &["report", "show", "out"]).exits(3);
    assert!(ran.stderr.contains("has format 2, this docmill reads 1"), "{}", ran.stderr);
    assert_eq!(lines(&at.join("out/x.jsonl")).len(), 3);
}
