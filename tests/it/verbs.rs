//! The verbs that only show something.

use crate::command::{docmill, root};
use serde_json::Value;

fn json(args: &[&str]) -> Value {
    let ran = docmill(&root(), args).exits(0);
    serde_json::from_str(&ran.stdout).unwrap_or_else(|e| panic!("{args:?}: {e}\n{}", ran.stdout))
}

#[test]
fn plan_tells_who_reads_and_adds_what() {
    let plan = json(&["plan", "pipelines/news.toml", "--format", "json"]);
    let ids: Vec<&str> =
        plan["stages"].as_array().unwrap().iter().map(|s| s["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["ingest", "segment", "entities", "summarize", "export"]);
    assert_eq!(plan["stages"][2]["adds"][0]["name"], "entities");
    let shown = docmill(&root(), &["plan", "pipelines/branched.toml"]).exits(0).stdout;
    assert!(shown.contains("quotations") && shown.contains("paragraphs sentences tokens quotes"), "{shown}");
}

#[test]
fn graph_draws_every_edge() {
    let drawn = docmill(&root(), &["graph", "pipelines/branched.toml"]).exits(0).stdout;
    assert!(drawn.starts_with("flowchart"), "{drawn}");
    assert_eq!(drawn.matches("-->").count(), 6, "{drawn}");
    let dot = docmill(&root(), &["graph", "pipelines/branched.toml", "--format", "dot"]).exits(0).stdout;
    assert!(dot.starts_with("digraph"), "{dot}");
}

#[test]
fn schema_knows_every_stage_and_its_options() {
    let schema = json(&["schema"]).to_string();
    for word in [
        "ingest",
        "segment",
        "entities",
        "summarize",
        "export",
        "max_document_mib",
        "keyphrases",
        "relative_dates",
    ] {
        assert!(schema.contains(&format!("\"{word}\"")), "{word}");
    }
}

#[test]
fn plugins_are_listed_and_described() {
    let listed = json(&["plugin", "list", "--format", "json"]);
    let names: Vec<&str> = listed.as_array().unwrap().iter().map(|s| s["id"].as_str().unwrap()).collect();
    assert_eq!(names, ["entities", "export", "ingest", "segment", "summarize"]);
    let told = docmill(&root(), &["plugin", "info", "summarize"]).exits(0).stdout;
    for line in [
        "reads\n  text: utf8\n  sentences: layer\n",
        "  sentences  integer from 0 to 1000, default 3\n      Sentences to choose, at most.\n",
    ] {
        assert!(told.contains(line), "{told}");
    }
    let missing = docmill(&root(), &["plugin", "info", "nothing"]).exits(6);
    assert!(missing.stderr.contains("installed: entities, export"), "{}", missing.stderr);
}

#[test]
fn completions_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = docmill(&root(), &["completions", shell]).exits(0).stdout;
        assert!(script.contains("docmill"), "{shell}");
    }
}
