use serde_json::json;

use crate::{Pipeline, Settings, parse_recoverable};

const BASE: &str = r#"
pipeline = "base"

[params]
input = { type = "path", default = "articles", help = "what to read" }
top = { type = "int", default = 3, max = 5 }

[run]
batch = 7
quarantine = { path = "bad", max_ratio = 0.5 }

[[stage]]
use = "ingest"
with.path = "${params.input}"

[[stage]]
use = "segment"
with = { language = "en", layers = ["sentences"] }

[[stage]]
use = "summarize"
on_error = "drop"
with.sentences = "${params.top}"

[[stage]]
use = "export"
with.path = "out/base.jsonl"

[profile.ci]
params.top = 1
run.threads = 1
"#;

/// The pipeline, or what is found, of a file that may extend `base.toml` and `deep/base.toml`.
fn read(text: &str, profile: Option<&str>) -> Result<Pipeline, String> {
    let read = |from: &str, path: &str| match path {
        "base.toml" => Ok(("base.toml".to_owned(), BASE.to_owned())),
        "loop.toml" => Ok(("loop.toml".to_owned(), "extends = \"news.toml\"\n".to_owned())),
        "news.toml" => Ok(("news.toml".to_owned(), String::new())),
        "broken.toml" => Ok(("broken.toml".to_owned(), "\n[[stage]]\nuse = ingest\n".to_owned())),
        other => Err(format!("no `{other}` beside {from}")),
    };
    let settings = Settings { profile: profile.map(str::to_owned), read: &read, ..Settings::default() };
    match parse_recoverable("news.toml", text, &settings) {
        (Some(pipeline), _, problems) if problems.is_empty() => Ok(pipeline),
        (_, sources, problems) => Err(sources.render_all(&problems, false)),
    }
}

fn good(text: &str, profile: Option<&str>) -> Pipeline {
    read(text, profile).unwrap_or_else(|shown| panic!("{shown}"))
}

fn ids(pipeline: &Pipeline) -> Vec<&str> {
    pipeline.stages.iter().map(|stage| stage.id.value.as_str()).collect()
}

#[track_caller]
fn broken(text: &str, profile: Option<&str>, expected: &str) {
    let shown = read(text, profile).expect_err("it is broken");
    assert_eq!(shown.trim_end(), expected.trim(), "got:\n{shown}");
}

#[test]
fn a_file_that_only_extends_is_its_base() {
    let pipeline = good("extends = \"base.toml\"\n", None);
    assert_eq!(pipeline.name, "base");
    assert_eq!(ids(&pipeline), ["ingest", "segment", "summarize", "export"]);
    assert_eq!(pipeline.profiles, ["ci"]);
}

#[test]
fn options_are_merged_and_other_keys_replaced() {
    let text = r#"
extends = "base.toml"
pipeline = "news"

[run.quarantine]
max_ratio = 0.1

[[stage]]
id = "segment"
with = { layers = ["tokens"], quotes = "keep" }

[[stage]]
id = "summarize"
on_error = "fail"
"#;
    let pipeline = good(text, None);
    assert_eq!(pipeline.name, "news");
    assert_eq!(pipeline.run.batch, 7);
    assert_eq!(pipeline.run.quarantine.path.as_deref(), Some("bad"));
    assert!((pipeline.run.quarantine.max_ratio - 0.1).abs() < 1e-9);
    assert_eq!(pipeline.stages[1].with, json!({"language": "en", "layers": ["tokens"], "quotes": "keep"}));
    assert_eq!(pipeline.stages[2].on_error, crate::OnError::Fail);
    let place = |path: &[&str]| {
        let place = pipeline.stages[1].places.get(path).unwrap();
        pipeline.sources.spot(&place.value).unwrap().to_string()
    };
    assert_eq!(place(&["with", "layers"]), "news.toml:10:19");
    assert_eq!(place(&["with", "language"]), "base.toml:18:21");
}

#[test]
fn stages_are_inserted_moved_and_removed() {
    let text = r#"
extends = "base.toml"

[[stage]]
use = "entities"
after = "segment"

[[stage]]
use = "filter"
before = "segment"

[[stage]]
id = "summarize"
remove = true

[[stage]]
id = "export"
after = "ingest"
"#;
    assert_eq!(ids(&good(text, None)), ["ingest", "export", "filter", "segment", "entities"]);
    let at_the_end = good("extends = \"base.toml\"\n[[stage]]\nuse = \"entities\"\n", None);
    assert_eq!(ids(&at_the_end).last(), Some(&"entities"));
}

#[test]
fn another_stage_under_an_id_has_options_of_its_own() {
    let text = "extends = \"base.toml\"\n[[stage]]\nid = \"segment\"\nuse = \"my-segment\"\n";
    let pipeline = good(text, None);
    assert_eq!(pipeline.stages[1].use_.value, "my-segment");
    assert_eq!(pipeline.stages[1].with, json!({}));
}

#[test]
fn a_param_keeps_what_is_not_said_anew() {
    let text = "extends = \"base.toml\"\n[params]\ntop = 4\ninput = { default = \"here\" }\n";
    let pipeline = good(text, None);
    let value = |name: &str| &pipeline.params.iter().find(|param| param.name == name).unwrap().value;
    assert_eq!((value("top"), value("input")), (&json!(4), &json!("here")));
    assert_eq!(pipeline.params[0].help, "what to read");
}

#[test]
fn a_profile_lies_over_the_file_and_the_bases_one_under_it() {
    let text = "extends = \"base.toml\"\n[profile.ci]\nparams.input = \"few\"\n[run]\nbatch = 9\n";
    let plain = good(text, None);
    let ci = good(text, Some("ci"));
    let top = |pipeline: &Pipeline| pipeline.stages[2].with["sentences"].clone();
    assert_eq!((top(&plain), plain.run.threads), (json!(3), None));
    assert_eq!((top(&ci), ci.run.threads, ci.run.batch), (json!(1), Some(1), 9));
    assert_eq!(ci.stages[0].with["path"], "few");
}

#[test]
fn a_value_that_a_profile_sets_is_checked_like_any() {
    broken(
        "extends = \"base.toml\"\n[profile.big]\nparams.top = 9\n",
        Some("big"),
        "
error[E0505]: param `top` must be at most 5
 --> news.toml:3:14
3 | params.top = 9
  |              ^
",
    );
}

#[test]
fn a_mistake_in_a_base_is_drawn_there() {
    broken(
        "extends = \"broken.toml\"\n",
        None,
        "
error[E0101]: a string must stand in quotes
 --> broken.toml:3:7
3 | use = ingest
  |       ^^^^^^ write `\"ingest\"`
",
    );
}

#[test]
fn a_base_that_is_not_there_or_goes_round() {
    broken(
        "extends = \"bsae.toml\"\n[[stage]]\nuse = \"ingest\"\n",
        None,
        r#"
error[E0208]: `extends` leads to nothing: no `bsae.toml` beside news.toml
 --> news.toml:1:11
1 | extends = "bsae.toml"
  |           ^^^^^^^^^^^
  = help: a path starts at the folder of the file that it stands in
"#,
    );
    broken(
        "extends = \"loop.toml\"\n[[stage]]\nuse = \"ingest\"\n",
        None,
        "
error[E0208]: `news.toml` extends itself
 --> loop.toml:1:11
1 | extends = \"news.toml\"
  |           ^^^^^^^^^^^
  = help: a file is the base of others, or has one: remove the `extends` of one of them
",
    );
}

#[test]
fn a_profile_or_a_stage_that_is_not_there() {
    broken(
        "extends = \"base.toml\"\n",
        Some("cii"),
        "
error[E0209]: `--profile cii` names no profile of the pipeline
  = help: did you mean `ci`?
  = help: the profiles are `ci`
",
    );
    broken(
        "extends = \"base.toml\"\n[[stage]]\nuse = \"entities\"\nafter = \"segmnt\"\n",
        None,
        "
error[E0320]: `after` names no stage: there is no `segmnt`
 --> news.toml:4:9
4 | after = \"segmnt\"
  |         ^^^^^^^^ did you mean `segment`?
  = help: the stages are `ingest`, `segment`, `summarize`, `export`
",
    );
    broken(
        "extends = \"base.toml\"\n[[stage]]\nid = \"summary\"\nremove = true\n",
        None,
        r#"
error[E0320]: `remove` names no stage: there is no `summary`
 --> news.toml:3:6
3 | id = "summary"
  |      ^^^^^^^^^
  = help: the stages are `ingest`, `segment`, `summarize`, `export`
"#,
    );
}
