use crate::fixture::broken;
use crate::{Expected, TestInput, Wanted, parse_tests};

const STAGES: &str =
    "stage = [{ use = \"ingest\", with.path = \"a\" }, { use = \"export\", with.path = \"x\" }]\n";

#[track_caller]
fn wrong(tests: &str, expected: &str) {
    broken(&format!("{STAGES}{tests}"), expected);
}

#[test]
fn a_test_is_read_with_its_expectations() {
    let toml = "tests = \"news.toml\"\n[[test]]\nname = \"a\"\nfile = \"a.txt\"\nparams = { top = 3 }\nto = \"segment\"\n\
                [[test.expect]]\ncolumn = \"entities\"\nlabel = \"LOC\"\ncontains = \"Rome\"\nany = true\n\
                [[test.expect]]\ndropped = \"short\"\n";
    let file = parse_tests("news_test.toml", toml).unwrap();
    let test = &file.tests[0];
    assert!(matches!(&test.input, TestInput::File(path) if path.value == "a.txt"));
    assert_eq!(test.params[0].1, "3");
    assert!(test.expect[0].any);
    let Expected::Column { wanted: Wanted::Contains(texts), .. } = &test.expect[0].what else { panic!() };
    assert_eq!(texts.value, ["Rome"]);
    assert!(matches!(&test.expect[1].what, Expected::Dropped(reason) if reason.value == "short"));
}

#[test]
fn a_test_has_one_input_and_expects_something() {
    wrong(
        "[[test]]\nname = \"a\"\n[[test]]\nname = \"b\"\ntext = \"x\"\nfile = \"y\"\n[[test]]\nname = \"c\"\ntext = \"x\"\n",
        r#"
error[E0801]: the test has no input
 --> news.toml:2:1
2 | [[test]]
  | ^^^^^^^^
  = help: give one of `text = "…"`, `file = "sample.txt"`, `golden = "tests/news"`
error[E0801]: the test has several inputs
 --> news.toml:7:1
7 | file = "y"
  | ^^^^
  = help: give one of `text = "…"`, `file = "sample.txt"`, `golden = "tests/news"`
error[E0806]: the test expects nothing
 --> news.toml:8:1
8 | [[test]]
  | ^^^^^^^^
  = help: for example `expect = [{ column = "entities", contains = "Rome" }]`"#,
    );
}

#[test]
fn an_expectation_says_one_thing() {
    wrong(
        "[[test]]\nname = \"a\"\ntext = \"x\"\nexpect = [\n  { column = \"text\" },\n  { column = \"text\", count = 1, equals = \"x\" },\n  { column = \"text\", rejected = \"y\" },\n  { column = \"text\", count = -1 },\n  { column = \"text\", contains = [] },\n]\n",
        r#"
error[E0806]: an expectation does not say what it wants
 --> news.toml:6:3
6 |   { column = "text" },
  |   ^^^^^^^^^^^^^^^^^^^
  = help: give one of `equals`, `contains`, `count`, `absent`
error[E0806]: an expectation wants several things
 --> news.toml:7:22
7 |   { column = "text", count = 1, equals = "x" },
  |                      ^^^^^
  = help: give one of `equals`, `contains`, `count`, `absent`
error[E0806]: `rejected` stands alone: a document that does not come through has no columns
 --> news.toml:8:5
8 |   { column = "text", rejected = "y" },
  |     ^^^^^^
error[E0202]: `count` must be a whole number, 0 or more
 --> news.toml:9:30
9 |   { column = "text", count = -1 },
  |                              ^^ this is an integer
error[E0203]: `contains` names no text
  --> news.toml:10:33
10 |   { column = "text", contains = [] },
   |                                 ^^"#,
    );
}

#[test]
fn a_file_of_tests_names_its_pipeline() {
    let found = parse_tests("a_test.toml", "tset = 1\n").unwrap_err();
    let codes: Vec<&str> = found.iter().map(|problem| problem.code.as_str()).collect();
    assert_eq!(codes, ["E0204", "E0201"]);
    assert_eq!(parse_tests("a_test.toml", "tests = \n").unwrap_err()[0].code.as_str(), "E0101");
}
