//! The verbs that let people look: trace, peek, config, graph, plan.

use crate::command::{docmill, folder, library, root};
use docmill_testkit::golden;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

fn json_of(folder: &Path, args: &[&str]) -> Value {
    let ran = docmill(folder, args).exits(0);
    serde_json::from_str(&ran.stdout).unwrap_or_else(|e| panic!("{args:?}: {e}\n{}", ran.stdout))
}

/// Compares with a golden file; times, which differ from run to run, are told as `-`.
fn check_golden(name: &str, shown: &str) {
    let timeless = |line: &str| match line.split_once(" ms") {
        Some((before, after)) => {
            let name = before.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
            format!("{name}- ms{after}\n")
        }
        None => format!("{line}\n"),
    };
    let shown: Vec<String> = shown.lines().map(timeless).collect();
    golden(&root().join("tests/golden/views").join(name), &shown.concat());
}

const TEXT: &str =
    " date 2025-09-24 ISLAMABAD: Envoy Albert Khorev thanked Pakistan on Tuesday. “We will return,” he said.";

#[test]
fn trace_takes_a_text_through_the_source_and_all_stages() {
    let args = ["trace", "pipelines/quick.toml", "--text", TEXT];
    let shown = docmill(&root(), &args).exits(0);
    check_golden("trace-text.txt", &shown.stdout);
    for line in ["  published   \"2025-09-24\"\n", "[ISLAMABAD LOC]"] {
        assert!(shown.stdout.contains(line), "{line}\n{}", shown.stdout);
    }
    assert!(!root().join("quarantine").exists());
    let spans =
        docmill(&root(), &[&args[..], &["--layer", "quotes,entities", "--stage", "entities"]].concat());
    let spans = spans.exits(0).stdout;
    assert!(spans.contains("[“We will return,” direct]") && !spans.contains("summary"), "{spans}");
    let colour = docmill(&root(), &[&args[..], &["--color", "always"]].concat()).exits(0).stdout;
    assert!(colour.contains("m LOC\x1b["), "{colour}");
}

#[test]
fn trace_finds_a_document_by_id_and_uri() {
    let of = |name: &str| {
        json_of(&root(), &["trace", "pipelines/branched.toml", "--document", name, "--format", "json"])
    };
    let by_uri = of("sample/apia-ferry.txt");
    let id = by_uri["stages"][0]["documents"][0]["id"].as_str().unwrap().to_owned();
    let by_id = of(&id);
    let stages: Vec<&str> =
        by_id["stages"].as_array().unwrap().iter().map(|stage| stage["id"].as_str().unwrap()).collect();
    assert_eq!(stages, ["ingest", "segment", "entities", "summarize"]);
    for (one, other) in by_id["stages"].as_array().unwrap().iter().zip(by_uri["stages"].as_array().unwrap()) {
        assert_eq!(one["documents"], other["documents"]);
        assert_eq!(one["fate"], "passed");
    }
    assert!(!by_id["stages"][2]["documents"][0]["added"]["entities"].as_array().unwrap().is_empty());
    let missing = docmill(&root(), &["trace", "pipelines/quick.toml", "--document", "nothing"]).exits(1);
    assert!(missing.stderr.contains("no document has the id or uri `nothing`"), "{}", missing.stderr);
    assert!(missing.stderr.contains("docmill peek"), "{}", missing.stderr);
    docmill(&root(), &["trace", "pipelines/quick.toml"]).exits(2);
    let sink =
        docmill(&root(), &["trace", "pipelines/quick.toml", "--text", "x", "--stage", "export"]).exits(2);
    assert!(sink.stderr.contains("it is a sink"), "{}", sink.stderr);
    let layer = docmill(&root(), &["trace", "pipelines/quick.toml", "--text", "x", "--layer", "x"]).exits(2);
    assert!(layer.stderr.contains("the layers are paragraphs, sentences"), "{}", layer.stderr);
}

fn mock(stages: &str) -> String {
    let path = library("docmill_mock");
    format!(
        "pipeline = \"mock\"\n[plugins.mock]\npath = {:?}\n[[stage]]\nuse = \"ingest\"\nwith.path = \"in.jsonl\"\n{stages}[[stage]]\nuse = \"export\"\nwith.path = \"out.jsonl\"\n",
        path.display().to_string()
    )
}

fn articles(texts: &[&str]) -> String {
    let line = |(n, text): (usize, &&str)| json!({ "id": format!("d{n}"), "text": text }).to_string() + "\n";
    texts.iter().enumerate().map(line).collect()
}

#[test]
fn trace_tells_where_a_document_ends_and_why() {
    let stages = "[[stage]]\nuse = \"mock\"\nwhen = \"len(text) > 8\"\n[[stage]]\nuse = \"segment\"\n";
    let texts = ["mock:drop now", "mock:error now", "short", "Good article."];
    let folder = folder(&[("m.toml", &mock(stages)), ("in.jsonl", &articles(&texts))]);
    for (id, says) in [
        ("d0", "mock  - ms  dropped: told to drop\nsegment  not reached\n"),
        ("d1", "mock  - ms  rejected: stage_error: told to fail\nsegment  not reached\n"),
        ("d2", "mock  - ms  went past: `len(text) > 8` does not hold\nsegment  - ms\n"),
    ] {
        let shown = docmill(folder.path(), &["trace", "m.toml", "--document", id]).exits(0).stdout;
        let timeless: Vec<String> = shown
            .lines()
            .map(|line| match line.split_once(" ms") {
                Some((name, rest)) => format!("{}  - ms{rest}\n", name.split(' ').next().unwrap()),
                None => format!("{line}\n"),
            })
            .collect();
        let timeless = timeless.concat();
        assert!(timeless.contains(says), "{id}: {says}\n{timeless}");
    }
    assert!(!folder.path().join("out.jsonl").exists() && !folder.path().join("quarantine").exists());
}

#[test]
fn a_text_cannot_steer_the_terminal() {
    let shown =
        docmill(&root(), &["trace", "pipelines/quick.toml", "--text", "Rain\x1b[2J in \u{202E}Lagos."])
            .exits(0);
    assert!(!shown.stdout.contains(['\x1b', '\u{202E}']), "{:?}", shown.stdout);
}

#[test]
fn trace_reads_a_file_in_place_of_the_input() {
    let folder =
        folder(&[("in.jsonl", &articles(&["One.", "Two in Lagos."])), ("a b.txt", "Rain in Lagos.")]);
    let pipeline = root().join("pipelines/quick.toml").display().to_string();
    let file = docmill(folder.path(), &["trace", &pipeline, "--file", "a b.txt"]).exits(0).stdout;
    assert!(file.contains("\"a b.txt\"") && file.contains("[Lagos LOC]"), "{file}");
    let second = docmill(folder.path(), &["trace", &pipeline, "--file", "in.jsonl", "--document", "d1"]);
    assert!(second.exits(0).stdout.contains("Two in [Lagos LOC]"));
    docmill(folder.path(), &["trace", &pipeline, "--file", "nothing.txt"]).exits(1);
}

#[test]
fn peek_shows_the_first_documents_after_a_stage() {
    let args = ["peek", "pipelines/quick.toml", "--stage", "entities", "-n", "2", "--format", "json"];
    let lines = docmill(&root(), &args).exits(0).stdout;
    let rows: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0]["uri"], "sample/accra-payments.md");
    assert!(rows[0]["entities"].is_array() && rows[0].get("summary").is_none());
    let shown = docmill(&root(), &["peek", "pipelines/quick.toml", "--stage", "segment", "-n", "1"]).exits(0);
    check_golden("peek.txt", &shown.stdout);
    // As export writes them.
    let bench = crate::pipelines::workbench();
    docmill(bench.path(), &["run", "pipelines/quick.toml"]).exits(0);
    let written = fs::read_to_string(bench.path().join("out/quick.jsonl")).unwrap();
    let peeked = docmill(
        bench.path(),
        &["peek", "pipelines/quick.toml", "--stage", "summarize", "-n", "100", "--format", "json"],
    );
    let peeked = peeked.exits(0);
    assert_eq!(peeked.stdout, written);
    assert!(peeked.stderr.contains("there are no more: 39 of 39 documents"), "{}", peeked.stderr);
}

#[test]
fn peek_reads_on_until_enough_documents_come_out() {
    let stages = "[[stage]]\nuse = \"mock\"\n";
    let mut texts = vec!["mock:drop"; 700];
    texts.extend(["Good one.", "Good two."]);
    let folder = folder(&[("m.toml", &mock(stages)), ("in.jsonl", &articles(&texts))]);
    let ran = docmill(folder.path(), &["peek", "m.toml", "--stage", "mock", "-n", "1", "--format", "json"]);
    let ran = ran.exits(0);
    assert!(ran.stdout.contains("\"d700\"") && ran.stdout.lines().count() == 1, "{}", ran.stdout);
    assert_eq!(ran.stderr, "`mock` dropped 700: told to drop\n");
}

#[test]
fn peek_stops_reading_when_it_has_enough() {
    // The second file is no JSON at all: a run that came to it would reject it.
    let text = "[[stage]]\nuse = \"ingest\"\nwith.path = \"in/*\"\n[[stage]]\nuse = \"export\"\nwith.path = \"o.jsonl\"\n";
    let files = [("a.toml", text), ("in/1.jsonl", &articles(&["One."])), ("in/2.jsonl", "{ broken")];
    let folder = folder(&files);
    let one = docmill(folder.path(), &["peek", "a.toml", "--stage", "ingest", "-n", "1"]).exits(0);
    assert_eq!(one.stderr, "");
    let all = docmill(folder.path(), &["peek", "a.toml", "--stage", "ingest", "-n", "2"]).exits(0);
    assert!(all.stderr.contains("`ingest` rejected 1: bad_json"), "{}", all.stderr);
}

#[test]
fn config_show_passes_its_own_check() {
    for name in ["quick", "news", "entities", "branched"] {
        let shown = docmill(&root(), &["config", "show", &format!("pipelines/{name}.toml"), "--defaults"]);
        let folder = folder(&[("shown.toml", &shown.exits(0).stdout)]);
        docmill(folder.path(), &["check", "--strict", "shown.toml"]).exits(0);
        let formatted = docmill(folder.path(), &["config", "fmt", "--check", "shown.toml"]);
        formatted.exits(0);
    }
}

#[test]
fn config_show_tells_origins_and_keeps_secrets() {
    let files = [
        (
            "base.toml",
            "[params]\ntoken = { type = \"string\", env = \"DOCMILL_IT_TOKEN\", secret = true, default = \"hush\" }\n[[stage]]\nuse = \"ingest\"\nwith.path = \"x-${params.token}\"\n",
        ),
        (
            "a.toml",
            "extends = \"base.toml\"\n[[stage]]\nuse = \"export\"\nwith.path = \"o.jsonl\"\n[profile.ci]\nstage = [{ id = \"export\", with.path = \"p.jsonl\" }]\n",
        ),
    ];
    let folder = folder(&files);
    let show = |more: &[&str]| {
        let args = [&["config", "show", "a.toml", "--origin"], more].concat();
        docmill(folder.path(), &args).exits(0).stdout
    };
    let shown = show(&["--profile", "ci"]);
    assert!(!shown.contains("hush"), "{shown}");
    for line in [
        "with.path = \"x-***\"  # token: base.toml:2, in base.toml:5\n",
        "with.path = \"p.jsonl\"  # profile ci, a.toml:6\n",
    ] {
        assert!(shown.contains(line), "{line}\n{shown}");
    }
    let given = show(&["--param", "token=hunter2", "--set", "export.path=q.jsonl", "--defaults"]);
    assert!(!given.contains("hunter2") && given.contains("# --param token=***, in base.toml:5"), "{given}");
    assert!(given.contains("with.path = \"q.jsonl\"  # --set export.path=q.jsonl\n"), "{given}");
    assert!(given.contains("with.max_document_mib = 64  # default of ingest "), "{given}");
    let told = json_of(folder.path(), &["config", "show", "a.toml", "--format", "json"]);
    assert_eq!(told["origins"]["stage.1.with.path"], "a.toml:4");
    assert_eq!(told["params"]["token"]["value"], "***");
    let broken = crate::command::folder(&[("a.toml", "pipeline = 3\n")]);
    docmill(broken.path(), &["config", "show", "a.toml"]).exits(3);
}

#[test]
fn config_fmt_writes_checks_and_refuses() {
    let files =
        [("a.toml", "a=1 # one\n\n\n[[stage]]\nuse='x'\n"), ("b.toml", "a = [\n"), ("c.toml", "a = 1\n")];
    let folder = folder(&files);
    let check = docmill(folder.path(), &["config", "fmt", "--check", "a.toml", "c.toml"]).exits(1);
    assert_eq!(check.stdout, "a.toml\n");
    assert_eq!(fs::read_to_string(folder.path().join("a.toml")).unwrap(), files[0].1);
    docmill(folder.path(), &["config", "fmt", "a.toml", "c.toml"]).exits(0);
    let text = fs::read_to_string(folder.path().join("a.toml")).unwrap();
    assert_eq!(text, "a = 1 # one\n\n[[stage]]\nuse = 'x'\n");
    docmill(folder.path(), &["config", "fmt", "--check", "a.toml"]).exits(0);
    let broken = docmill(folder.path(), &["config", "fmt", "b.toml"]).exits(3);
    assert!(
        broken.stderr.starts_with("error[E01") && broken.stderr.contains("--> b.toml:"),
        "{}",
        broken.stderr
    );
}

#[test]
fn the_repository_s_pipelines_are_formatted() {
    let mut files: Vec<String> = fs::read_dir(root().join("pipelines"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|suffix| suffix == "toml"))
        .map(|path| format!("pipelines/{}", path.file_name().unwrap().to_str().unwrap()))
        .collect();
    files.sort();
    let args: Vec<&str> =
        ["config", "fmt", "--check"].into_iter().chain(files.iter().map(String::as_str)).collect();
    assert_eq!(docmill(&root(), &args).exits(0).stdout, "");
    assert!(files.len() >= 4);
}

#[test]
fn graph_is_drawn_as_text_mermaid_and_dot() {
    for format in ["text", "mermaid", "dot"] {
        let drawn = docmill(&root(), &["graph", "pipelines/branched.toml", "--format", format]).exits(0);
        check_golden(&format!("branched.{format}"), &drawn.stdout);
    }
}

#[test]
fn plan_tells_the_size_of_the_input_or_that_there_is_none() {
    let shown = docmill(&root(), &["plan", "pipelines/quick.toml"]).exits(0).stdout;
    assert!(shown.contains("ingest reads ") && shown.contains(" first sample/"), "{shown}");
    let told = json_of(&root(), &["plan", "pipelines/quick.toml", "--format", "json"]);
    assert_eq!(told["inputs"][0]["stage"], "ingest");
    assert!(told["inputs"][0]["bytes"].as_u64().unwrap() > 10_000);
    let text = "[[stage]]\nuse = \"ingest\"\nwith.path = \"nothing/*.txt\"\n[[stage]]\nuse = \"export\"\nwith.path = \"o.jsonl\"\n";
    let folder = folder(&[("a.toml", text)]);
    let missing = docmill(folder.path(), &["plan", "a.toml"]).exits(3);
    let run = docmill(folder.path(), &["run", "a.toml"]).exits(3);
    assert_eq!(missing.stderr, run.stderr);
    docmill(folder.path(), &["plan", "a.toml", "--offline"]).exits(0);
}

#[test]
fn plan_makes_a_matrix_for_ci() {
    let matrix = |more: &[&str]| {
        docmill(&root(), &[&["plan", "pipelines/quick.toml", "--format", "matrix"], more].concat())
            .exits(0)
            .stdout
    };
    assert_eq!(matrix(&[]), "{\"include\":[{\"shard\":\"1/1\"}]}\n");
    assert_eq!(matrix(&["--shards", "2"]), "{\"include\":[{\"shard\":\"1/2\"},{\"shard\":\"2/2\"}]}\n");
}
