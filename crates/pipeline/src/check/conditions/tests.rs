use crate::Settings;
use crate::fixture::{broken, broken_with, good, pairs};

fn pipeline(when: &str) -> String {
    format!(
        "params.least = {{ type = \"int\", default = 600 }}\n[[stage]]\nuse = \"ingest\"\nwith.path = \"a\"\n\
         [[stage]]\nuse = \"segment\"\n{when}\n[[stage]]\nuse = \"export\"\nwith.path = \"x\"\n"
    )
}

#[test]
fn a_condition_reaches_the_plan_with_its_params() {
    let plan = good(&pipeline("when = \"len(text) > ${params.least}\""));
    assert_eq!(plan.stages[1].when.as_deref(), Some("len(text) > 600"));
    assert_eq!(plan.stages[0].when, None);
}

#[test]
fn mistakes_are_drawn_inside_the_string() {
    let unused = Settings { params: pairs(&[]), ..Settings::default() };
    let text = pipeline("when = 'len(txt) > ${params.least}'").replace("${params.least}", "9");
    broken_with(
        &unused,
        &text,
        "
error[E0702]: unknown name `txt`
 --> news.toml:7:13
7 | when = 'len(txt) > 9'
  |             ^^^ did you mean `text`?
",
    );
}

#[test]
fn all_mistakes_of_a_condition_are_told() {
    broken(
        &pipeline("when = \"text > ${params.least} && id = 'a'\""),
        "
error[E0701]: `&&` joins nothing here
 --> news.toml:7:8
7 | when = \"text > ${params.least} && id = 'a'\"
  |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ write `and`
error[E0701]: `=` is no comparison
 --> news.toml:7:8
7 | when = \"text > ${params.least} && id = 'a'\"
  |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ write `==`
",
    );
}

#[test]
fn a_source_has_no_condition_and_a_column_must_be_there_before() {
    broken(
        "[[stage]]\nuse = \"ingest\"\nwhen = \"true\"\nwith.path = \"a\"\n[[stage]]\nuse = \"segment\"\n\
         when = \"count(sentences) > 2\"\n[[stage]]\nuse = \"export\"\nwith.path = \"x\"\n",
        r#"
error[E0203]: source `ingest` cannot have a `when`
 --> news.toml:3:8
3 | when = "true"
  |        ^^^^^^
  = help: no document reaches a source: put it on a later stage
error[E0702]: unknown name `sentences`
 --> news.toml:7:15
7 | when = "count(sentences) > 2"
  |               ^^^^^^^^^
  = help: the stage makes it itself: its `when` is asked before, so put it on a later stage
"#,
    );
}
