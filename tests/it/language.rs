//! What the language makes of a run: extended files, profiles, conditions, outputs by name, gates.

use crate::command::{docmill, folder, lines};
use serde_json::Value;

const BASE: &str = r#"
pipeline = "base"

[params]
input = { type = "path", default = "all.jsonl" }

[[stage]]
use = "ingest"
with.path = "${params.input}"

[[stage]]
use = "segment"
with.layers = ["sentences"]

[[stage]]
use = "export"
with.path = "out/all.jsonl"

[profile.few]
params.input = "few.jsonl"
"#;

const ALL: &str = r#"{"id": "a", "text": "Rain fell in Lima. It was cold."}
{"id": "b", "text": "Snow."}
{"id": "c", "text": "Nobody came. Nobody left. Nobody spoke."}
"#;

const FEW: &str = "{\"id\": \"z\", \"text\": \"Fog.\"}\n";

fn with(name: &str, text: &str) -> tempfile::TempDir {
    folder(&[("base.toml", BASE), (name, text), ("all.jsonl", ALL), ("few.jsonl", FEW)])
}

/// The ids in an output, and how many elements the column of each has; `None` for null.
fn counts(folder: &tempfile::TempDir, file: &str, column: &str) -> Vec<(String, Option<usize>)> {
    let of = |line: &Value| {
        let id = line["id"].as_str().unwrap().to_owned();
        (id, line[column].as_array().map(Vec::len))
    };
    lines(&folder.path().join(file)).iter().map(of).collect()
}

#[test]
fn an_extended_file_runs_with_its_changes_and_profiles() {
    let text = "extends = \"base.toml\"\n[[stage]]\nid = \"export\"\nwith.path = \"out/news.jsonl\"\n\
                [profile.few.run]\nthreads = 1\n";
    let folder = with("news.toml", text);
    docmill(folder.path(), &["run", "news.toml"]).exits(0);
    assert_eq!(counts(&folder, "out/news.jsonl", "sentences").len(), 3);
    docmill(folder.path(), &["run", "news.toml", "--profile", "few"]).exits(0);
    assert_eq!(counts(&folder, "out/news.jsonl", "sentences"), [("z".into(), Some(1))]);
    let wrong = docmill(folder.path(), &["run", "news.toml", "--profile", "fwe"]).exits(3);
    assert!(wrong.stderr.contains("did you mean `few`?"), "{}", wrong.stderr);
}

#[test]
fn a_mistake_that_an_extended_file_brings_is_drawn_in_its_lines() {
    let folder = with("news.toml", "extends = \"sub/mid.toml\"\n");
    std::fs::create_dir(folder.path().join("sub")).unwrap();
    let mid = "extends = \"../base.toml\"\n[[stage]]\nid = \"segment\"\nwith.layer = [\"tokens\"]\n";
    std::fs::write(folder.path().join("sub/mid.toml"), mid).unwrap();
    let ran = docmill(folder.path(), &["check", "news.toml"]).exits(3);
    let shown = " --> sub/mid.toml:4:6\n4 | with.layer = [\"tokens\"]\n  |      ^^^^^ did you mean `layers`?";
    assert!(ran.stderr.contains(shown), "{}", ran.stderr);
    let ran = docmill(folder.path(), &["check", "news.toml", "--format", "json"]).exits(3);
    let found: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&found[0]["file"], &found[0]["line"]), (&"sub/mid.toml".into(), &4.into()));
}

#[test]
fn a_document_goes_past_a_stage_and_keeps_its_place() {
    let text = "extends = \"base.toml\"\n[[stage]]\nid = \"segment\"\nwhen = \"len(text) > 10\"\n";
    let folder = with("news.toml", text);
    for batch in ["1", "2", "100"] {
        docmill(folder.path(), &["run", "news.toml", "--batch", batch]).exits(0);
        assert_eq!(
            counts(&folder, "out/all.jsonl", "sentences"),
            [("a".into(), Some(2)), ("b".into(), None), ("c".into(), Some(3))]
        );
    }
    let report: Value =
        serde_json::from_str(&std::fs::read_to_string(folder.path().join("out/run.json")).unwrap()).unwrap();
    assert_eq!(report["stages"][1]["counts"]["skipped"], 1);
}

#[test]
fn a_sink_gets_the_documents_that_it_wants() {
    let text = "extends = \"base.toml\"\n[[stage]]\nid = \"export\"\nwhen = \"count(sentences) > 1\"\n\
                [[gate]]\nassert = \"run.documents_out == 2 and stage.export.dropped == 1\"\n";
    let folder = with("news.toml", text);
    docmill(folder.path(), &["run", "news.toml"]).exits(0);
    let ids: Vec<String> = counts(&folder, "out/all.jsonl", "sentences").into_iter().map(|c| c.0).collect();
    assert_eq!(ids, ["a", "c"]);
}

#[test]
fn a_gate_that_is_missed_ends_with_4_and_the_outputs_are_there() {
    let text = "extends = \"base.toml\"\n[[gate]]\nname = \"enough\"\n\
                assert = \"stage.segment.annotations.sentences >= 10\"\n\
                [[gate]]\nassert = \"run.rejected == 0\"\n";
    let folder = with("news.toml", text);
    let ran = docmill(folder.path(), &["run", "news.toml"]).exits(4);
    let wanted = "gate `enough` (stage.segment.annotations.sentences >= 10) was missed: \
                  stage.segment.annotations.sentences is 6";
    assert!(ran.stderr.contains(wanted), "{}", ran.stderr);
    assert!(!ran.stderr.contains("run.rejected"), "{}", ran.stderr);
    assert_eq!(counts(&folder, "out/all.jsonl", "sentences").len(), 3);
    let report: Value =
        serde_json::from_str(&std::fs::read_to_string(folder.path().join("out/run.json")).unwrap()).unwrap();
    assert_eq!(report["gates"][0]["passed"], false);
    assert_eq!(report["gates"][1]["passed"], true);
}

#[test]
fn a_layer_is_scored_beside_gold() {
    let gold = r#"{"id": "a", "sentences": [{"start": 0, "end": 18}, {"start": 19, "end": 31}]}
{"id": "c", "sentences": [{"start": 0, "end": 25}]}
{"id": "never", "sentences": []}
"#;
    let text = "extends = \"base.toml\"\n[[gate]]\nscore = { stage = \"segment\", gold = \"gold.jsonl\" }\n\
                assert = \"precision == 0.4 and gold == 3 and found == 5 and correct == 2\"\n";
    let folder = with("news.toml", text);
    let missing = docmill(folder.path(), &["run", "news.toml"]).exits(3);
    assert!(missing.stderr.contains("cannot read the gold"), "{}", missing.stderr);
    assert!(!folder.path().join("out").exists());
    std::fs::write(folder.path().join("gold.jsonl"), gold).unwrap();
    docmill(folder.path(), &["run", "news.toml"]).exits(0);
    let strict = text.replace("precision == 0.4", "f1 > 0.9");
    std::fs::write(folder.path().join("news.toml"), strict).unwrap();
    let ran = docmill(folder.path(), &["run", "news.toml"]).exits(4);
    assert!(ran.stderr.contains("f1 is 0.5000"), "{}", ran.stderr);
    assert!(ran.stderr.contains("a document of the gold did not come"), "{}", ran.stderr);
}

#[test]
fn a_field_that_is_not_there_is_found_before_the_run() {
    let text = "extends = \"base.toml\"\n[[stage]]\nid = \"export\"\n\
                with.fields = [\"id\", \"meta.url\", \"sentence\"]\n";
    let folder = with("news.toml", text);
    let ran = docmill(folder.path(), &["check", "news.toml"]).exits(3);
    let shown = "4 | with.fields = [\"id\", \"meta.url\", \"sentence\"]\n  |                                  ^^^^^^^^^^";
    assert!(ran.stderr.contains("there is no column for the field `sentence`; columns here: id, uri"));
    assert!(ran.stderr.contains(shown), "{}", ran.stderr);
}

#[test]
fn a_filter_sorts_documents_into_two_outputs() {
    let text = r#"
extends = "base.toml"

[[stage]]
use = "filter"
id = "long"
before = "export"
with = { keep = "count(sentences) > 1", reason = "short" }

[[stage]]
id = "export"
from = "long.pass"

[[stage]]
use = "export"
id = "rest"
from = "long.drop"
with = { path = "out/rest.jsonl", fields = ["id", "drop_reason"] }

[[stage]]
use = "export"
id = "both"
from = ["long", "long.drop"]
with.path = "out/both.jsonl"
"#;
    let folder = with("news.toml", text);
    for batch in ["1", "2", "100"] {
        docmill(folder.path(), &["run", "news.toml", "--batch", batch]).exits(0);
        let ids = |file| counts(&folder, file, "sentences").into_iter().map(|c| c.0).collect::<Vec<_>>();
        assert_eq!(
            (ids("out/all.jsonl"), ids("out/both.jsonl")),
            (vec!["a".to_owned(), "c".to_owned()], vec!["a".to_owned(), "b".to_owned(), "c".to_owned()],)
        );
        let rest = lines(&folder.path().join("out/rest.jsonl"));
        assert_eq!(rest, [serde_json::json!({"id": "b", "drop_reason": "short"})]);
    }
    let report: Value =
        serde_json::from_str(&std::fs::read_to_string(folder.path().join("out/run.json")).unwrap()).unwrap();
    assert_eq!(report["stages"][2]["counts"]["dropped"]["short"], 1);
}

#[test]
fn a_mistake_in_a_filters_condition_is_drawn_inside_it() {
    let text = "extends = \"base.toml\"\n[[stage]]\nuse = \"filter\"\nbefore = \"segment\"\n\
                with.keep = 'len(text) > 3 and lagn == \"en\"'\n";
    let folder = with("news.toml", text);
    let ran = docmill(folder.path(), &["check", "news.toml"]).exits(3);
    let shown =
        "5 | with.keep = 'len(text) > 3 and lagn == \"en\"'\n  |                                ^^^^\n";
    assert!(ran.stderr.contains("unknown name `lagn`; did you mean `lang`?"), "{}", ran.stderr);
    assert!(ran.stderr.contains(shown), "{}", ran.stderr);
}
