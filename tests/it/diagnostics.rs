//! Mistakes in a pipeline, as `docmill check` draws them.

use crate::command::{docmill, folder, root};
use docmill_testkit::golden;

/// Checks a pipeline that has mistakes and compares the messages with the golden file.
fn check(name: &str, text: &str) {
    let folder = folder(&[("news.toml", text)]);
    let ran = docmill(folder.path(), &["check", "news.toml"]).exits(3);
    assert_eq!(ran.stdout, "");
    golden(&root().join("tests/golden/diagnostics").join(format!("{name}.txt")), &ran.stderr);
}

#[test]
fn an_unknown_option() {
    check(
        "unknown_option",
        "pipeline = \"x\"\nstage = [\n  { use = \"ingest\", with.path = \"a\" },\n  { use = \"segment\", with = { layrs = [] } },\n  { use = \"export\", with.path = \"x.jsonl\" },\n]\n",
    );
}

#[test]
fn a_column_that_nobody_makes() {
    check(
        "missing_column",
        "pipeline = \"x\"\nstage = [\n  { use = \"ingest\", with.path = \"a\" },\n  { use = \"entities\" },\n  { use = \"export\", with.path = \"x.jsonl\" },\n]\n",
    );
}

#[test]
fn a_column_that_options_took_away() {
    check(
        "layer_left_out",
        "pipeline = \"x\"\nstage = [\n  { use = \"ingest\", with.path = \"a\" },\n  { use = \"segment\", with.layers = [\"tokens\"] },\n  { use = \"entities\" },\n  { use = \"export\", with.path = \"x.jsonl\" },\n]\n",
    );
}

#[test]
fn a_wrong_type_and_a_wrong_choice() {
    check(
        "wrong_type",
        "pipeline = \"x\"\nstage = [\n  { use = \"ingest\", with.path = 7 },\n  { use = \"segment\" },\n  { use = \"summarize\", with.sentences = \"three\" },\n  { use = \"export\", with = { path = \"x.jsonl\", offsets = \"byte\" } },\n]\n",
    );
}

#[test]
fn what_only_the_plugin_knows() {
    check(
        "refused_option",
        "pipeline = \"x\"\nstage = [\n  { use = \"ingest\", with.path = \"a\" },\n  { use = \"export\", with.path = \"x.unknown\" },\n]\n",
    );
}

#[test]
fn five_mistakes_at_once() {
    check(
        "five_at_once",
        "pipeline = \"x\"\nstages = 1\n[run]\nthreads = 0\n[[stage]]\nuse = \"ingest\"\nwith.path = \"${params.inptu}\"\n[[stage]]\nuse = \"segmnt\"\n[[stage]]\nuse = \"export\"\n[params.input]\ntype = \"path\"\ndefault = \"a\"\n",
    );
}

#[test]
fn two_outputs_in_one_file() {
    check(
        "same_target",
        "pipeline = \"x\"\n[run]\nreport = \"out/run.json\"\n[[stage]]\nuse = \"ingest\"\nwith.path = \"a\"\n[[stage]]\nuse = \"export\"\nwith.path = \"out/x.jsonl\"\n[[stage]]\nuse = \"export\"\nid = \"again\"\nfrom = \"ingest\"\nwith.path = \"out/../out/x.jsonl\"\n[[stage]]\nuse = \"export\"\nid = \"third\"\nfrom = \"ingest\"\nwith = { path = \"./out/run.json\", format = \"jsonl\" }\n",
    );
}

#[test]
fn findings_as_json_have_places() {
    let folder = folder(&[("x.toml", "pipeline = \"x\"\n[[stage]]\nuse = \"ingestt\"\n")]);
    let ran = docmill(folder.path(), &["check", "x.toml", "--format", "json"]).exits(3);
    let found: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(found[0]["code"], "E0301");
    assert_eq!(found[0]["line"], 3);
    assert_eq!(found[0]["column"], 7);
}

#[test]
fn every_pipeline_of_ours_is_without_mistakes() {
    let files: Vec<String> =
        ["quick", "news", "entities", "branched"].map(|n| format!("pipelines/{n}.toml")).to_vec();
    let args: Vec<&str> = ["check", "--strict"].into_iter().chain(files.iter().map(String::as_str)).collect();
    let ran = docmill(&root(), &args).exits(0);
    assert_eq!(ran.stdout.lines().count(), 4, "{}", ran.stdout);
}

#[test]
fn the_pipelines_that_make_predictions_are_without_mistakes() {
    let files = ["newswire", "segment", "summary"].map(|n| format!("pipelines/eval/{n}.toml"));
    let args = ["check", "--strict", "--param", "input=gold.jsonl"]
        .into_iter()
        .chain(files.iter().map(String::as_str));
    docmill(&root(), &args.collect::<Vec<_>>()).exits(0);
}
