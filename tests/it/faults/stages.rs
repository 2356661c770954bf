//! Stages that fail or break the rules: what the runs in `mock.rs` and `hostile.rs` leave open.

use super::{Outcome, articles, mock, pipeline};
use crate::command::{folder, library};
use crate::hostile;
use docmill_loader::{CallError, HostContext, Library};
use docmill_sdk::arrow_array::{ArrayRef, RecordBatch, StringArray};
use std::path::Path;
use std::sync::Arc;

fn texts(texts: &[&str]) -> RecordBatch {
    let texts: ArrayRef = Arc::new(StringArray::from(texts.to_vec()));
    RecordBatch::try_from_iter([("text", texts)]).unwrap()
}

/// Sends one text after the other through `mock`, linked in or loaded, each through a fresh instance.
fn errors_of(library: Library, asked: &[&str]) -> Vec<Option<CallError>> {
    let library: &'static Library = Box::leak(Box::new(library));
    let stage = (0..library.stages().len()).find(|&n| library.stage_id(n) == "mock").unwrap();
    let one = |text: &&str| {
        let host = HostContext::new("mock", Path::new(""), Arc::default());
        let mut instance = library.create(stage, &serde_json::json!({}), host).unwrap();
        let batch = texts(&["Good.", text]);
        instance.open(Some(&batch.schema())).unwrap();
        instance.process(&batch).err()
    };
    asked.iter().map(one).collect()
}

#[test]
fn row_01_02_errors_and_panics_are_the_same_linked_and_loaded() {
    let asked = ["Good.", "mock:error", "mock:batch-error", "mock:panic", "mock:bomb"];
    let linked = errors_of(Library::linked(("docmill_mock", docmill_mock::docmill_plugin)).unwrap(), &asked);
    let loaded = errors_of(Library::open(&library("docmill_mock")).unwrap(), &asked);
    let told = |errors: &[Option<CallError>]| -> Vec<_> {
        let one = |error: &CallError| (error.code().to_owned(), error.row(), error.to_string());
        errors.iter().map(|error| error.as_ref().map(one)).collect()
    };
    assert_eq!(told(&linked), told(&loaded));
    let [good, error, batch, panic, bomb] = told(&linked).try_into().unwrap();
    assert_eq!(good, None);
    assert_eq!(error, Some(("stage_error".to_owned(), Some(1), "told to fail".to_owned())));
    assert_eq!(batch, Some(("stage_error".to_owned(), None, "told to fail, row unknown".to_owned())));
    let (code, _, message) = panic.unwrap();
    assert_eq!(code, "panic");
    assert!(message.starts_with("told to panic (") && message.contains("lib.rs:"), "{message}");
    assert_eq!(bomb.unwrap().0, "panic");
}

/// What each document of a mix is told to do, by a fixed rule; half of them nothing.
fn mix() -> Vec<&'static str> {
    let asked = [
        "mock:panic",
        "mock:bomb",
        "mock:error",
        "mock:batch-error",
        "mock:reject",
        "mock:drop",
        "mock:span",
        "mock:reversed",
    ];
    let mut state = 11_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % (asked.len() * 2)
    };
    (0..100).map(|_| asked.get(next()).copied().unwrap_or("Good.")).collect()
}

#[test]
fn row_10_a_mix_of_all_faults_in_two_stages_is_counted_to_the_document() {
    let mix = mix();
    let told = |asked: &[&str]| mix.iter().filter(|text| asked.contains(text)).count();
    let stages = mock("[[stage]]\nuse = \"mock\"\n[[stage]]\nuse = \"mock-span\"");
    let folder = folder(&[("x.toml", &pipeline("in.jsonl", &stages)), ("in.jsonl", &articles(&mix))]);
    for (threads, batch) in [("1", "100"), ("2", "7"), ("8", "1")] {
        let ran = Outcome::of(folder.path(), 4, &["--threads", threads, "--batch", batch]);
        let want = [
            ("bad_output", told(&["mock:span", "mock:reversed"])),
            ("mock_reject", told(&["mock:reject"])),
            ("panic", told(&["mock:panic", "mock:bomb"])),
            ("stage_error", told(&["mock:error", "mock:batch-error"])),
        ];
        assert!(want.iter().all(|(_, count)| *count > 0), "every fault must have fired: {want:?}");
        assert_eq!(ran.codes(), want.into(), "{threads} threads, batches of {batch}");
        assert_eq!(ran.report["stages"][1]["counts"]["dropped"]["told to drop"], told(&["mock:drop"]));
        let good: Vec<String> = (0..100).filter(|n| mix[*n] == "Good.").map(|n| format!("d{n}")).collect();
        let got: Vec<&str> = ran.documents.iter().map(|document| document["id"].as_str().unwrap()).collect();
        assert_eq!(got, good);
    }
}

#[test]
fn row_07_one_malformed_value_costs_its_document_alone() {
    let between = "[plugins.hostile]\npath = \"libhostile.so\"\n[[stage]]\nuse = \"hostile\"\n";
    let texts = articles(["Good.", "Bad.", "Good too.", "Bad as well."]);
    let folder = folder(&[("in.jsonl", &texts)]);
    let library = hostile::build(folder.path(), "UTF8_ONE").display().to_string();
    let text = pipeline("in.jsonl", &between.replace("libhostile.so", &library));
    std::fs::write(folder.path().join("x.toml"), text).unwrap();
    let ran = Outcome::of(folder.path(), 4, &[]);
    assert_eq!(ran.documents.iter().map(|d| d["id"].clone()).collect::<Vec<_>>(), ["d0", "d2"]);
    assert_eq!(ran.codes(), [("bad_output", 2)].into());
    assert!(ran.rejected.iter().all(|rejected| rejected["plugin"] == "hostile 1.0.0"), "{:?}", ran.rejected);
}

#[test]
fn row_08_every_sort_of_broken_span_is_told_and_costs_its_document_alone() {
    let asked = [
        ("mock:span.", "reaches past the text"),
        ("é mock:cut.", "cuts a character"),
        ("mock:reversed.", "is reversed"),
        ("mock:unsorted.", "not sorted"),
    ];
    let mut all: Vec<&str> = vec!["Good."];
    asked.iter().for_each(|(text, _)| all.extend([text, "Good between."]));
    let text = pipeline("in.jsonl", &mock("[[stage]]\nuse = \"mock-span\""));
    let folder = folder(&[("x.toml", &text), ("in.jsonl", &articles(&all))]);
    for (threads, batch) in [("1", "100"), ("2", "1")] {
        let ran = Outcome::of(folder.path(), 4, &["--threads", threads, "--batch", batch]);
        assert_eq!(ran.documents.len(), asked.len() + 1);
        assert!(ran.documents.iter().all(|document| document["text"].as_str().unwrap().starts_with("Good")));
        assert_eq!(ran.codes(), [("bad_output", asked.len())].into());
        for ((_, says), rejected) in asked.iter().zip(&ran.rejected) {
            let message = rejected["message"].as_str().unwrap();
            assert!(message.contains(says) && message.contains("`mock_spans`"), "{rejected}");
            assert_eq!(rejected["plugin"], "docmill_mock 1.0.0");
        }
    }
}

#[test]
fn row_09_a_column_that_was_not_declared_is_refused_by_the_plugin_s_name() {
    let ran = hostile::check("ID", 3, "its description says [hostile: utf8]");
    assert!(ran.stderr.contains("hostile") && ran.stderr.contains("id: utf8"), "{}", ran.stderr);
}
