use crate::fixture::{broken, good};

const STAGES: &str = "stage = [\n  { use = \"ingest\", with.path = \"a\" }, { use = \"segment\" }, { use = \"entities\" },\n  \
                      { use = \"export\", with.path = \"x\" },\n]\n";

#[track_caller]
fn wrong(test: &str, expected: &str) {
    broken(&format!("{STAGES}[[test]]\nname = \"a\"\ntext = \"x\"\n{test}"), expected);
}

#[test]
fn expectations_that_fit_are_fine() {
    good(&format!(
        "{STAGES}[[test]]\nname = \"a\"\ntext = \"x\"\nfrom = \"segment\"\nexpect = [\n  \
         {{ column = \"entities\", label = \"LOC\", equals = [\"Rome\"] }},\n  \
         {{ column = \"entities\", attribute = \"norm\", contains = \"1\" }},\n  \
         {{ column = \"sentences\", count = 2 }},\n  {{ column = \"text\", absent = [\"y\"] }},\n]\n"
    ));
}

#[test]
fn columns_and_attributes_must_be_there() {
    wrong(
        "to = \"segment\"\nexpect = [\n  { column = \"entities\", count = 1 },\n  { column = \"sentnces\", count = 1 },\n  \
         { column = \"sentences\", label = \"LOC\", count = 1 },\n  { column = \"sentences\", attribute = \"norm\", count = 1 },\n  \
         { column = \"text\", label = \"LOC\", equals = \"x\" },\n]\n",
        r#"
error[E0803]: there is no column `entities` after stage `segment`
  --> news.toml:10:14
10 |   { column = "entities", count = 1 },
   |              ^^^^^^^^^^
   = help: stage `entities` gives it: `to = "entities"`
error[E0803]: there is no column `sentnces` after stage `segment`
  --> news.toml:11:14
11 |   { column = "sentnces", count = 1 },
   |              ^^^^^^^^^^ did you mean `sentences`?
   = help: the columns are `id`, `text`, `sentences`
error[E0804]: `sentences` has no attribute `label`: it is `layer`
  --> news.toml:12:35
12 |   { column = "sentences", label = "LOC", count = 1 },
   |                                   ^^^^^
error[E0804]: `sentences` has no attribute `norm`
  --> news.toml:13:39
13 |   { column = "sentences", attribute = "norm", count = 1 },
   |                                       ^^^^^^
   = help: the attributes are `start`, `end`
error[E0804]: `text` is no layer, it is `utf8`
  --> news.toml:14:30
14 |   { column = "text", label = "LOC", equals = "x" },
   |                              ^^^^^ it has no annotations"#,
    );
}

#[test]
fn values_must_be_of_the_type() {
    wrong(
        "expect = [\n  { column = \"text\", equals = 3 },\n  { column = \"entities\", equals = \"Rome\" },\n  { column = \"text\", count = 3 },\n]\n",
        r#"
error[E0805]: `text` is `utf8`
 --> news.toml:9:31
9 |   { column = "text", equals = 3 },
  |                               ^ the value does not fit
error[E0805]: `entities` holds a list of `utf8`, which this does not fit
  --> news.toml:10:35
10 |   { column = "entities", equals = "Rome" },
   |                                   ^^^^^^
   = help: `equals` takes a list, `contains` texts that are among it
error[E0805]: `text` is `utf8`
  --> news.toml:11:30
11 |   { column = "text", count = 3 },
   |                              ^ there is nothing to count"#,
    );
}

#[test]
fn stages_params_and_profiles_must_be_there() {
    wrong(
        "from = \"ingest\"\nto = \"entites\"\nprofile = \"fast\"\nparams.top = 3\nexpect = [{ column = \"text\", equals = \"x\" }]\n\
         [[test]]\nname = \"b\"\ntext = \"x\"\nfrom = \"ingest\"\nto = \"entites\"\nexpect = [{ column = \"text\", equals = \"x\" }]\n\
         [[test]]\nname = \"c\"\ntext = \"x\"\nfrom = \"entities\"\nto = \"segment\"\nexpect = [{ column = \"text\", equals = \"x\" }]\n",
        r#"
error[E0807]: the pipeline has no profile `fast`
  --> news.toml:10:11
10 | profile = "fast"
   |           ^^^^^^
   = help: there are no profiles
error[E0807]: the pipeline has no param `top`
  --> news.toml:11:8
11 | params.top = 3
   |        ^^^
   = help: there are no params
error[E0802]: `from` of a test cannot be `ingest`
  --> news.toml:16:8
16 | from = "ingest"
   |        ^^^^^^^^ a source reads no documents
error[E0802]: `to` names no stage: there is no `entites`
  --> news.toml:17:6
17 | to = "entites"
   |      ^^^^^^^^^ did you mean `entities`?
   = help: the stages are `ingest`, `segment`, `entities`
error[E0802]: stage `segment` does not read what `entities` gives
  --> news.toml:23:6
23 | to = "segment"
   |      ^^^^^^^^^"#,
    );
}
