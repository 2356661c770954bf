//! A share of the documents: the same ones whatever the run looks like.

use crate::command::{docmill, folder, lines, root};
use serde_json::Value;

fn kept(share: f64, args: &[&str]) -> (Vec<String>, Value) {
    let sample = root().join("pipelines/sample").display().to_string();
    let pipeline = format!(
        "pipeline = \"some\"\nstage = [\n  {{ use = \"ingest\", with.path = {sample:?} }},\n  \
         {{ use = \"sample\", with.share = {share:?} }},\n  {{ use = \"export\", with.path = \"out.jsonl\" }},\n]\n"
    );
    let folder = folder(&[("some.toml", &pipeline)]);
    let args: Vec<&str> = ["run", "some.toml", "--format", "json"].iter().chain(args).copied().collect();
    let report = docmill(folder.path(), &args).exits(0).stdout;
    let ids = lines(&folder.path().join("out.jsonl")).iter().map(|row| row["id"].to_string()).collect();
    (ids, serde_json::from_str(&report).unwrap())
}

#[test]
fn threads_and_batches_change_no_sample() {
    let (want, report) = kept(0.3, &["--threads", "1", "--batch", "1024"]);
    for args in [["--threads", "1", "--batch", "1"], ["--threads", "4", "--batch", "7"]] {
        assert_eq!(kept(0.3, &args).0, want, "{args:?}");
    }
    let all = kept(1.0, &[]).0;
    assert!(!want.is_empty() && want.len() < all.len(), "{} of {}", want.len(), all.len());
    let counts = &report["stages"][1]["counts"];
    assert_eq!(counts["dropped"]["not sampled"], all.len() - want.len(), "{counts}");
}

#[test]
fn a_larger_sample_holds_the_smaller() {
    let (less, more) = (kept(0.3, &[]).0, kept(0.6, &[]).0);
    assert!(less.iter().all(|id| more.contains(id)) && less.len() < more.len(), "{less:?} {more:?}");
    assert!(kept(0.0, &[]).0.is_empty());
}

#[test]
fn a_share_that_is_none_is_drawn() {
    let pipeline = "pipeline = \"x\"\nstage = [\n  { use = \"ingest\", with.path = \"a.txt\" },\n  \
                    { use = \"sample\", with.share = 1.5 },\n  { use = \"export\", with.path = \"x.jsonl\" },\n]\n";
    let folder = folder(&[("x.toml", pipeline), ("a.txt", "Rain.")]);
    let told = docmill(folder.path(), &["check", "x.toml"]).exits(3).stderr;
    assert!(told.contains("x.toml:4:34"), "{told}");
}
