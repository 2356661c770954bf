//! `docmill test`: what passes, what fails and how it is told.

use crate::command::{Ran, docmill, folder, root};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

const STAGES: &str = "pipeline = \"x\"\nstage = [\n  { use = \"ingest\", with.path = \"a\" },\n  { use = \"segment\" },\n  \
                      { use = \"entities\" },\n  { use = \"export\", with.path = \"out/x.jsonl\" },\n]\n";

fn pipeline(tests: &str) -> String {
    format!("{STAGES}{tests}")
}

/// One test that passes and one that fails.
fn mixed() -> tempfile::TempDir {
    folder(&[(
        "x.toml",
        &pipeline(
            "[[test]]\nname = \"good\"\ntext = \"Rain fell. It <stopped> & \\\"dried\\\".\"\n\
             expect = [{ column = \"sentences\", count = 2 }]\n\
             [[test]]\nname = \"bad\"\ntext = \"Rain fell. It stopped.\"\n\
             expect = [{ column = \"sentences\", equals = [\"Rain fell.\"] }]\n",
        ),
    )])
}

/// Runs `docmill test --bless` as if at a desk.
fn bless(folder: &Path) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_docmill-it"))
        .args(["test", ".", "--bless"])
        .current_dir(folder)
        .env_remove("CI")
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ran { status: output.status.code().unwrap(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
}

#[test]
fn the_pipelines_of_the_repository_pass_their_tests() {
    let ran = docmill(&root(), &["test", "pipelines", "README.md", "--strict"]).exits(0);
    assert!(ran.stdout.lines().count() >= 7 && ran.stdout.ends_with(" 0 failed\n"), "{}", ran.stdout);
}

#[test]
fn a_failure_is_drawn_where_it_is_wanted() {
    let files = mixed();
    let ran = docmill(files.path(), &["test", "x.toml"]).exits(5);
    assert_eq!(ran.stdout, "ok      x.toml: good\nFAILED  x.toml: bad\n2 tests: 1 passed, 1 failed\n");
    assert_eq!(
        ran.stderr,
        "error[E0809]: test `bad`: `sentences` should be `[\"Rain fell.\"]`\n  --> x.toml:15:44\n\
         15 | expect = [{ column = \"sentences\", equals = [\"Rain fell.\"] }]\n   |                                            \
         ^^^^^^^^^^^^^^ came: `Rain fell.`, `It stopped.`\n"
    );
    assert_eq!(fs::read_dir(files.path()).unwrap().count(), 1, "nothing is written");
    let ran = docmill(files.path(), &["test", "x.toml", "--filter", "oo"]).exits(0);
    assert!(ran.stdout.starts_with("ok      x.toml: good\n1 test"), "{}", ran.stdout);
}

#[test]
fn junit_is_read_by_a_common_parser() {
    let files = mixed();
    let ran = docmill(files.path(), &["test", "x.toml", "gone.toml", "--format", "junit"]).exits(5);
    let report = junit_parser::from_reader(ran.stdout.as_bytes()).unwrap();
    assert_eq!((report.tests, report.failures, report.errors), (3, 1, 1));
    let suite = &report.suites[0];
    assert_eq!((suite.name.as_str(), suite.tests, suite.failures), ("x.toml", 2, 1));
    let names: Vec<&str> = suite.cases.iter().map(|case| case.original_name.as_str()).collect();
    assert_eq!(names, ["good", "bad"]);
    assert!(suite.cases[0].status.is_success());
    assert!(suite.cases[1].status.is_failure());
    assert!(report.suites[1].cases[0].status.is_error());
}

#[test]
fn every_other_form_tells_the_failure_too() {
    let files = mixed();
    let form = |form: &str| docmill(files.path(), &["test", "x.toml", "--format", form]).exits(5).stdout;
    let json: Value = serde_json::from_str(&form("json")).unwrap();
    assert_eq!((&json["passed"], &json["failed"]), (&1.into(), &1.into()));
    assert_eq!(json["tests"][1]["failures"][0]["line"], 15);
    assert!(form("github").starts_with("::error file=x.toml,line=15,col=44,endColumn=58,title=E0809::"));
    let sarif: Value = serde_json::from_str(&form("sarif")).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "E0809");
    let page = form("markdown");
    assert!(page.starts_with("### docmill test: 2 tests: 1 passed, 1 failed\n"), "{page}");
    assert!(page.contains("| `x.toml:15` | E0809 |"), "{page}");
}

#[test]
fn mistakes_in_tests_are_found_by_check_and_stop_test() {
    let files = folder(&[
        (
            "x.toml",
            &pipeline(
                "[[test]]\nname = \"a\"\ntext = \"x\"\nexpect = [{ column = \"entity\", count = 1 }]\n",
            ),
        ),
        ("ok.toml", STAGES),
        (
            "ok_test.toml",
            "tests = \"ok.toml\"\n[[test]]\nname = \"a\"\ntext = \"x\"\nexpect = [{ column = \"entity\", count = 1 }]\n",
        ),
        ("lost_test.toml", "tests = \"gone.toml\"\n"),
    ]);
    for verb in ["check", "test"] {
        let ran = docmill(files.path(), &[verb, "x.toml"]).exits(3);
        assert!(ran.stderr.contains("error[E0803]") && ran.stderr.contains("x.toml:11:22"), "{}", ran.stderr);
        let ran = docmill(files.path(), &[verb, "ok_test.toml"]).exits(3);
        assert!(ran.stderr.contains("ok_test.toml:5:22"), "{}", ran.stderr);
        let ran = docmill(files.path(), &[verb, "lost_test.toml"]).exits(3);
        assert!(ran.stderr.contains("error[E0808]"), "{}", ran.stderr);
    }
}

#[test]
fn no_tests_are_told_and_refused_when_strict() {
    let files = folder(&[("x.toml", STAGES)]);
    assert_eq!(docmill(files.path(), &["test", "x.toml"]).exits(0).stdout, "no tests\n");
    docmill(files.path(), &["test", "x.toml", "--strict"]).exits(5);
}

#[test]
fn an_expectation_fails_where_no_document_comes_through() {
    let files = folder(&[
        ("none.jsonl", "{\"id\": \"a\"}\n"),
        (
            "x.toml",
            &pipeline(
                "[[test]]\nname = \"a\"\nfile = \"none.jsonl\"\nexpect = [{ column = \"text\", absent = [\"x\"] }]\n",
            ),
        ),
    ]);
    let ran = docmill(files.path(), &["test", "x.toml"]).exits(5);
    assert!(ran.stderr.contains("no document came through"), "{}", ran.stderr);
    assert!(ran.stderr.contains("was rejected: no_text"), "{}", ran.stderr);
}

#[test]
fn params_that_only_tests_give_are_enough() {
    let text = pipeline(
        "[[test]]\nname = \"a\"\ntext = \"Rain fell.\"\nparams.input = \"x\"\nexpect = [{ column = \"sentences\", count = 1 }]\n",
    );
    let text =
        text.replace("\"a\" },\n  { use = \"segment\"", "\"${params.input}\" },\n  { use = \"segment\"");
    let files = folder(&[("x.toml", &format!("params.input = {{ type = \"path\" }}\n{text}"))]);
    docmill(files.path(), &["test", "x.toml"]).exits(0);
    docmill(files.path(), &["check", "x.toml"]).exits(3);
}

#[test]
fn a_test_with_params_of_its_own_is_checked_with_them() {
    let test = |expect: &str| {
        let stages = STAGES.replace("\"segment\" }", "\"segment\", with.layers = \"${params.layers}\" }");
        let stages = stages.replace("  { use = \"entities\" },\n", "");
        format!(
            "params.layers = {{ type = \"list\", default = [\"sentences\"] }}\n{stages}[[test]]\nname = \"a\"\n\
             text = \"Rain fell.\"\nparams.layers = [\"tokens\"]\nexpect = [{{ column = \"{expect}\", count = 3 }}]\n"
        )
    };
    let files = folder(&[("x.toml", &test("tokens")), ("y.toml", &test("sentences"))]);
    for verb in ["check", "test"] {
        docmill(files.path(), &[verb, "x.toml"]).exits(0);
        let ran = docmill(files.path(), &[verb, "y.toml"]).exits(3);
        assert!(ran.stderr.contains("error[E0803]") && ran.stderr.contains("y.toml:12:22"), "{}", ran.stderr);
    }
}

#[test]
fn a_golden_folder_is_blessed_and_then_compared() {
    let files = folder(&[
        ("x.toml", STAGES),
        ("x_test.toml", "tests = \"x.toml\"\n[[test]]\nname = \"g\"\ngolden = \"g\"\n"),
        ("g/input/a.txt", "ROME: Anna Rossi met Bruno Neri."),
    ]);
    let expected = files.path().join("g/expected.jsonl");
    let ran = docmill(files.path(), &["test", ".", "--bless"]).exits(2);
    assert!(ran.stderr.contains("refused where `CI` is set") && !expected.exists(), "{}", ran.stderr);
    docmill(files.path(), &["test", "x.toml"]).exits(5);
    let ran = bless(files.path()).exits(0);
    assert!(ran.stdout.contains("blessed x_test.toml: g"), "{}", ran.stdout);
    let first = fs::read(&expected).unwrap();
    docmill(files.path(), &["test", "x.toml"]).exits(0);
    bless(files.path()).exits(0);
    assert_eq!(fs::read(&expected).unwrap(), first);

    fs::write(files.path().join("g/input/a.txt"), "ROME: Anna Rossi met nobody.").unwrap();
    let ran = docmill(files.path(), &["test", "x.toml"]).exits(5);
    assert!(ran.stderr.contains("error[E0810]"), "{}", ran.stderr);
    assert!(ran.stderr.contains("- entities: PERSON `Bruno Neri`"), "{}", ran.stderr);
}
