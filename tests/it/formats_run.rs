//! What `docmill run` tells CI, in every form.

use crate::command::{Ran, docmill, folder, root};
use crate::gather::files;
use serde_json::Value;
use std::fs;
use std::process::Command;

fn bench(ratio: &str) -> tempfile::TempDir {
    let pipeline = format!(
        "pipeline = \"x, <y>\"\n[run]\nquarantine = {{ max_ratio = {ratio} }}\n\
         [[stage]]\nuse = \"ingest\"\nwith.path = \"a.jsonl\"\n[[stage]]\nuse = \"segment\"\n\
         [[stage]]\nuse = \"export\"\nwith.path = \"out/x.jsonl\"\n"
    );
    let lines =
        "{\"id\":\"1\",\"text\":\"Rain fell.\"}\n{ \"<broken>\n{\"id\":\"3\",\"text\":\"Sun {shone}.\"}\n";
    folder(&[("x.toml", &pipeline), ("a.jsonl", lines)])
}

/// A run within its limit, one beyond it, one that fails, and one whose pipeline is wrong.
fn runs(format: &str) -> [Ran; 4] {
    let run = |bench: tempfile::TempDir, status| {
        docmill(bench.path(), &["run", "x.toml", "--format", format]).exits(status)
    };
    let twice = bench("0.5");
    fs::write(twice.path().join("a.jsonl"), "{\"id\":\"1\",\"text\":\"a\"}\n{\"id\":\"1\",\"text\":\"b\"}\n")
        .unwrap();
    let wrong = bench("0.5");
    let text = fs::read_to_string(wrong.path().join("x.toml")).unwrap();
    fs::write(wrong.path().join("x.toml"), text.replace("segment", "sediment")).unwrap();
    [run(bench("0.5"), 0), run(bench("0.1"), 4), run(twice, 1), run(wrong, 3)]
}

#[test]
fn sarif_of_check_and_run_keeps_to_the_standards_schema() {
    let schema = fs::read_to_string(root().join("tests/it/sarif/sarif-schema-2.1.0.json")).unwrap();
    let mut schema: Value = serde_json::from_str(&schema).unwrap();
    // Not a regular expression, by a bracket too many.
    for part in ["run", "toolComponent"] {
        let language = schema["definitions"][part]["properties"]["language"].as_object_mut().unwrap();
        assert!(language.remove("pattern").unwrap().as_str().unwrap().ends_with("]?$"));
    }
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let sound = |text: &str| {
        let log: Value = serde_json::from_str(text).unwrap();
        let wrong: Vec<String> =
            validator.iter_errors(&log).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(wrong.is_empty(), "{wrong:#?}\n{log:#}");
        log
    };
    let files = files();
    let checked =
        docmill(files.path(), &["check", ".", "guide.md", "none/*.toml", "--format", "sarif"]).exits(3);
    let mut log = sound(&checked.stdout);
    assert!(log["runs"][0]["results"].as_array().unwrap().len() >= 4);
    log["runs"][0]["results"][0]["level"] = "fatal".into();
    assert!(!validator.is_valid(&log));

    let [well, beyond, failed, wrong] = runs("sarif").map(|ran| sound(&ran.stdout));
    let levels = |log: &Value| -> Vec<String> {
        let results = log["runs"][0]["results"].as_array().unwrap().clone();
        results.iter().map(|result| format!("{} {}", result["level"], result["ruleId"])).collect()
    };
    assert_eq!(levels(&well), ["\"warning\" \"rejected/bad_json\""]);
    assert_eq!(levels(&beyond), ["\"warning\" \"rejected/bad_json\"", "\"error\" \"limit\""]);
    assert!(levels(&failed).is_empty());
    assert_eq!(failed["runs"][0]["invocations"][0]["executionSuccessful"], false);
    assert_eq!(wrong["runs"][0]["results"][0]["ruleId"], "E0301");
}

#[test]
fn junit_of_check_and_run_is_read_by_a_common_parser() {
    let read =
        |text: &str| junit_parser::from_reader(text.as_bytes()).unwrap_or_else(|e| panic!("{e}\n{text}"));
    let files = files();
    let checked = docmill(files.path(), &["check", ".", "--format", "junit"]).exits(3);
    let suites = read(&checked.stdout).suites;
    assert!(suites.iter().any(|suite| suite.cases[0].status.is_failure()));
    assert!(suites.iter().any(|suite| suite.cases[0].status.is_success()));

    let [well, beyond, failed, wrong] = runs("junit").map(|ran| read(&ran.stdout));
    let counts = |all: &junit_parser::TestSuites| {
        let suite = &all.suites[0];
        assert_eq!(suite.cases.len() as u64, suite.tests);
        (suite.tests, suite.failures, suite.errors)
    };
    assert_eq!((counts(&well), counts(&beyond)), ((4, 0, 0), (4, 1, 0)));
    assert_eq!(well.suites[0].name, "x, <y>");
    let ingest = &well.suites[0].cases[0];
    assert!(ingest.system_out.as_ref().is_some_and(|out| out.contains("a.jsonl#line=2")), "{ingest:?}");
    assert_eq!(counts(&failed), (1, 0, 1));
    assert_eq!(counts(&wrong), (1, 1, 0));
}

#[test]
fn annotations_and_pages_tell_what_was_rejected_and_missed() {
    let [well, beyond, failed, wrong] = runs("github").map(|ran| ran.stdout);
    assert!(well.starts_with("::warning file=x.toml,title=bad_json::document "), "{well}");
    assert!(well.contains("(a.jsonl#line=2) was rejected by stage ingest: "), "{well}");
    assert!(!well.contains("::error"), "{well}");
    assert!(well.ends_with("::notice file=x.toml,title=docmill run::3 documents, 1 rejected\n"), "{well}");
    assert!(
        beyond.contains("::error file=x.toml,title=docmill run::1 of 3 documents were rejected"),
        "{beyond}"
    );
    assert!(
        failed.starts_with("::error file=x.toml,title=docmill run::document id `1` comes twice"),
        "{failed}"
    );
    assert!(wrong.starts_with("::error file=x.toml,line=8,"), "{wrong}");
    let [well, beyond, failed, wrong] = runs("markdown").map(|ran| ran.stdout);
    assert!(well.contains("| ingest | 3 | 2 | 0 | 1 |") && well.contains("| bad\\_json |"), "{well}");
    assert!(beyond.contains("**1 of 3 documents were rejected; the limit is 0.1**"), "{beyond}");
    assert!(failed.contains("### docmill: `x.toml` failed"), "{failed}");
    assert!(wrong.contains("E0301"), "{wrong}");
    let [well, ..] = runs("json").map(|ran| ran.stdout);
    assert_eq!(serde_json::from_str::<Value>(&well).unwrap()["rejected"], 1);
}

#[test]
fn a_job_of_githubs_gets_a_summary() {
    let bench = bench("0.5");
    let summary = bench.path().join("summary.md");
    fs::write(&summary, "before\n").unwrap();
    for verb in ["check", "run"] {
        let output = Command::new(env!("CARGO_BIN_EXE_docmill-it"))
            .args([verb, "x.toml"])
            .current_dir(bench.path())
            .env("GITHUB_STEP_SUMMARY", &summary)
            .output()
            .unwrap();
        assert!(output.status.success());
    }
    let text = fs::read_to_string(&summary).unwrap();
    assert!(text.starts_with("before\n### docmill: no mistakes in 1 file\n"), "{text}");
    assert!(text.contains("| ingest | 3 | 2 | 0 | 1 |"), "{text}");
}

#[test]
fn a_gate_that_was_missed_is_told_of_in_every_form() {
    let bench = bench("0.5");
    let path = bench.path().join("x.toml");
    let gates =
        "[[gate]]\nassert = \"run.documents_in >= 3\"\n[[gate]]\nassert = \"run.documents_out >= 3\"\n";
    fs::write(&path, fs::read_to_string(&path).unwrap() + gates).unwrap();
    let run = |format: &str| docmill(bench.path(), &["run", "x.toml", "--format", format]).exits(4).stdout;
    let suites = junit_parser::from_reader(run("junit").as_bytes()).unwrap();
    let failed: Vec<&str> = suites.suites[0]
        .cases
        .iter()
        .filter(|case| case.status.is_failure())
        .map(|case| case.name.as_str())
        .collect();
    assert_eq!(failed, ["docmill.run::gate run.documents_out >= 3"]);
    assert_eq!((suites.suites[0].tests, suites.suites[0].failures), (6, 1));
    for (format, part) in [
        ("github", "::error file=x.toml,title=docmill run::gate `run.documents_out >= 3` was missed"),
        ("sarif", "\"text\": \"gate `run.documents_out >= 3` was missed"),
        ("markdown", "**gate `run.documents_out >= 3` was missed"),
        ("human", "rejected documents: "),
    ] {
        let told = run(format);
        assert!(told.contains(part), "{format}:\n{told}");
    }
    let shown = docmill(bench.path(), &["report", "show", "out"]).exits(0).stdout;
    assert!(
        shown.contains("gate run.documents_in >= 3 holds\ngate run.documents_out >= 3 was missed\n"),
        "{shown}"
    );

    docmill(bench.path(), &["run", "x.toml", "--shard", "1/1"]).exits(4);
    let ran = docmill(bench.path(), &["merge", "all", "out"]).exits(0);
    assert!(ran.stderr.contains("gates were judged for each shard"), "{}", ran.stderr);
}
