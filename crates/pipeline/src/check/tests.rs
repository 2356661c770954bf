use serde_json::json;

use crate::fixture::{Catalogue, broken, broken_with, good, pairs, plan_with};
use crate::{Code, Column, Kind, Pipeline, Settings, check, parse};

#[test]
fn an_unknown_stage() {
    broken(
        r#"
[[stage]]
use = "ingest"
with.path = "a/*.txt"
[[stage]]
use = "segmnt"
[[stage]]
use = "export"
with.path = "x"
"#,
        r#"
error[E0301]: unknown stage `segmnt`
 --> news.toml:5:7
5 | use = "segmnt"
  |       ^^^^^^^^ did you mean `segment`?
  = help: installed stages: `entities`, `export`, `ingest`, `segment`, `summarize`
"#,
    );
}

#[test]
fn an_unknown_option() {
    broken(
        r#"
[[stage]]
use = "ingest"
with.path = "a"

[[stage]]
use = "segment"
with = { max_lenn = 400 }

[[stage]]
use = "export"
with.path = "x"
"#,
        r"
error[E0312]: unknown option `max_lenn` for stage `segment` (docmill-segment 1.2.0)
 --> news.toml:7:10
7 | with = { max_lenn = 400 }
  |          ^^^^^^^^ did you mean `max_len`?
  = help: `docmill plugin info segment` lists its options
",
    );
}

#[test]
fn options_of_the_wrong_type() {
    broken(
        r#"
[[stage]]
use = "ingest"
with.path = "a/*.txt"
[[stage]]
use = "segment"
with = { max_len = "400", quotes = 1, language = 3 }
[[stage]]
use = "entities"
with.threshold = "high"
with.lists = { label = "x" }
[[stage]]
use = "export"
with.path = 2025-09-24
with.fields.title = 3
"#,
        r#"
error[E0313]: option `max_len` of stage `segment` must be an integer
 --> news.toml:6:20
6 | with = { max_len = "400", quotes = 1, language = 3 }
  |                    ^^^^^ this is a string
  = help: write `400`, without quotes
error[E0313]: option `quotes` of stage `segment` must be true or false
 --> news.toml:6:36
6 | with = { max_len = "400", quotes = 1, language = 3 }
  |                                    ^ this is an integer
error[E0313]: option `language` of stage `segment` must be a string
 --> news.toml:6:50
6 | with = { max_len = "400", quotes = 1, language = 3 }
  |                                                  ^ this is an integer
  = help: it is one of `en`, `ur`
error[E0313]: option `threshold` of stage `entities` must be a number
 --> news.toml:9:18
9 | with.threshold = "high"
  |                  ^^^^^^ this is a string
error[E0313]: option `lists` of stage `entities` must be an array
  --> news.toml:10:14
10 | with.lists = { label = "x" }
   |              ^^^^^^^^^^^^^^^ this is a table
error[E0313]: option `fields.title` of stage `export` must be a string
  --> news.toml:14:21
14 | with.fields.title = 3
   |                     ^ this is an integer
"#,
    );
}

#[test]
fn options_outside_their_range() {
    broken(
        r#"
[[stage]]
use = "ingest"
with.path = "a/*.txt"
[[stage]]
use = "segment"
with.max_len = 0
[[stage]]
use = "entities"
with.threshold = 0
with.lists = [{ label = "a", path = "b" }, { label = "a", path = "b" }, { label = "a", path = "b" }, { label = "a", path = "b" }]
[[stage]]
use = "summarize"
with.sentences = -1
[[stage]]
use = "export"
with.path = "x"
"#,
        r#"
error[E0315]: option `max_len` of stage `segment` must be at least 1
 --> news.toml:6:16
6 | with.max_len = 0
  |                ^
error[E0315]: option `threshold` of stage `entities` must be more than 0
 --> news.toml:9:18
9 | with.threshold = 0
  |                  ^
error[E0315]: option `lists` of stage `entities` must have at most 3 elements
  --> news.toml:10:14
10 | with.lists = [{ label = "a", path = "b" }, { label = "a", path = "b" }, { label = "a", path = "b" }, { label = "a", path…
   |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
error[E0315]: option `sentences` of stage `summarize` must be at least 1
  --> news.toml:13:18
13 | with.sentences = -1
   |                  ^^
"#,
    );
}

#[test]
fn options_that_are_missing() {
    broken(
        r#"
[[stage]]
use = "ingest"
[[stage]]
use = "segment"
[[stage]]
use = "entities"
with.lists = [{ label = "a", path = "b" }, { label = "a" }]
[[stage]]
use = "export"
[stage.with]
"#,
        r#"
error[E0311]: stage `ingest` (docmill-ingest 0.1.0) lacks option `path`
 --> news.toml:1:1
1 | [[stage]]
  | ^^^^^^^^^
  = help: `path`: Files, as a glob.
error[E0311]: stage `entities` (docmill-entities 0.3.0) lacks option `lists[1].path`
 --> news.toml:7:44
7 | with.lists = [{ label = "a", path = "b" }, { label = "a" }]
  |                                            ^^^^^^^^^^^^^^^
  = help: `docmill plugin info entities` lists its options
error[E0311]: stage `export` (docmill-export 0.1.0) lacks option `path`
  --> news.toml:10:1
10 | [stage.with]
   | ^^^^^^^^^^^^
   = help: `docmill plugin info export` lists its options
"#,
    );
}

#[test]
fn options_that_are_no_choice() {
    broken(
        r#"
[[stage]]
use = "ingest"
with.path = "a/*.txt"
with.format = "json"
[[stage]]
use = "segment"
with.language = "fr"
[[stage]]
use = "export"
with = { path = "x", token = "c" }
"#,
        r#"
error[E0314]: option `format` of stage `ingest` cannot be `json`
 --> news.toml:4:15
4 | with.format = "json"
  |               ^^^^^^ did you mean `jsonl`?
  = help: it is one of `text`, `jsonl`, `html`
error[E0314]: option `language` of stage `segment` cannot be `fr`
 --> news.toml:7:17
7 | with.language = "fr"
  |                 ^^^^
  = help: it is one of `en`, `ur`
error[E0314]: option `token` of stage `export` cannot be `c`
  --> news.toml:10:30
10 | with = { path = "x", token = "c" }
   |                              ^^^
   = help: it is one of `a`, `b`
"#,
    );
}

#[test]
fn a_nested_option_with_a_slip() {
    broken(
        r#"
[[stage]]
use = "ingest"
with.path = "a/*.txt"
[[stage]]
use = "segment"
[[stage]]
use = "entities"
[[stage.with.lists]]
label = "A"
path = "a.txt"
[[stage.with.lists]]
lable = "B"
path = "b.txt"
[[stage]]
use = "export"
with.path = "x"
"#,
        r#"
error[E0312]: unknown option `lists[1].lable` for stage `entities` (docmill-entities 0.3.0)
  --> news.toml:12:1
12 | lable = "B"
   | ^^^^^ did you mean `label`?
   = help: `docmill plugin info entities` lists its options
"#,
    );
}

#[test]
fn options_of_several_forms() {
    broken(
        r#"
[[stage]]
use = "ingest"
with.path = "a/*.txt"
[[stage]]
use = "segment"
[[stage]]
use = "summarize"
with.length = "short"
[[stage]]
use = "summarize"
id = "s2"
from = "segment"
with.length = { unit = "share", ratoi = 0.5 }
[[stage]]
use = "export"
from = ["summarize", "s2"]
with.path = "x"
"#,
        r#"
error[E0316]: option `length` of stage `summarize` has none of the forms allowed
 --> news.toml:8:15
8 | with.length = "short"
  |               ^^^^^^^
  = help: it is an integer, or a table with `unit = "chars"`, `most`, or a table with `unit = "share"`, `ratio`
error[E0312]: unknown option `length.ratoi` for stage `s2` (docmill-summarize 0.1.0)
  --> news.toml:13:33
13 | with.length = { unit = "share", ratoi = 0.5 }
   |                                 ^^^^^ did you mean `ratio`?
   = help: `docmill plugin info summarize` lists its options
"#,
    );
}

#[test]
fn options_that_the_plugin_refuses() {
    broken(
        r#"
[[stage]]
use = "ingest"
with.path = "a/*.txt"
[[stage]]
use = "segment"
[[stage]]
use = "summarize"
with.weigh_by = "entities"
[[stage]]
use = "export"
with.path = "x"
"#,
        r#"
error[E0317]: stage `summarize`: no column `entities` to weigh by
 --> news.toml:8:17
8 | with.weigh_by = "entities"
  |                 ^^^^^^^^^^
  = help: columns: text, sentences
"#,
    );
}

#[test]
fn a_secret_is_not_shown() {
    broken(
        r#"
[params]
token = { type = "string", secret = true, default = "hunter2" }
[[stage]]
use = "ingest"
with.path = "a"
[[stage]]
use = "export"
with = { path = "x", token = "${params.token}" }
"#,
        r#"
error[E0314]: option `token` of stage `export` has a value that is not allowed
 --> news.toml:8:30
8 | with = { path = "x", token = "${params.token}" }
  |                              ^^^^^^^^^^^^^^^^^
  = help: it is one of `a`, `b`
"#,
    );
}

#[test]
fn a_set_option_of_the_wrong_type() {
    let settings = Settings {
        set: pairs(&[("segment.max_len", "many"), ("segment.max_lne", "3")]),
        ..Settings::default()
    };
    broken_with(
        &settings,
        r#"
[[stage]]
use = "ingest"
with.path = "a/*.txt"
[[stage]]
use = "segment"
[[stage]]
use = "export"
with.path = "x"
"#,
        r"
error[E0313]: option `max_len` of stage `segment` must be an integer
  = note: this is a string
  = help: the value comes from `--set segment.max_len=…`
error[E0312]: unknown option `max_lne` for stage `segment` (docmill-segment 1.2.0)
  = note: did you mean `max_len`?
  = help: `docmill plugin info segment` lists its options
  = help: the value comes from `--set segment.max_lne=…`
",
    );
}

#[test]
fn the_first_stage_is_no_source() {
    broken(
        r#"
[[stage]]
use = "segment"
[[stage]]
use = "export"
with.path = "x"
"#,
        r#"
error[E0303]: the first stage must be a source, and `segment` is a transform
 --> news.toml:2:7
2 | use = "segment"
  |       ^^^^^^^^^
  = help: sources: `ingest`
"#,
    );
}

#[test]
fn a_source_with_input() {
    broken(
        r#"
[[stage]]
use = "ingest"
with.path = "a/*.txt"
[[stage]]
use = "ingest"
id = "more"
with.path = "b"
[[stage]]
use = "ingest"
id = "most"
from = ["ingest"]
with.path = "c"
[[stage]]
use = "export"
with.path = "x"
"#,
        r#"
error[E0304]: source `more` cannot read the stage before it
 --> news.toml:5:7
5 | use = "ingest"
  |       ^^^^^^^^
  = help: write `from = []` if a second source is meant
error[E0304]: source `most` cannot read another stage
  --> news.toml:11:8
11 | from = ["ingest"]
   |        ^^^^^^^^^^
   = help: write `from = []`
"#,
    );
}

#[test]
fn no_input_for_a_transform() {
    broken(
        r#"
[[stage]]
use = "ingest"
with.path = "a/*.txt"
[[stage]]
use = "segment"
from = []
[[stage]]
use = "export"
with.path = "x"
"#,
        r#"
error[E0303]: stage `segment` has no input, but is a transform
 --> news.toml:5:7
5 | use = "segment"
  |       ^^^^^^^^^
  = help: sources: `ingest`
"#,
    );
}

#[test]
fn two_stages_of_one_id() {
    broken(
        r#"
[[stage]]
use = "ingest"
with.path = "a/*.txt"
[[stage]]
use = "export"
with.path = "x"
[[stage]]
use = "export"
from = "ingest"
with.path = "y"
"#,
        r#"
error[E0302]: stage 2 and stage 3 are both called `export`
 --> news.toml:8:7
8 | use = "export"
  |       ^^^^^^^^
  = help: give one of them an `id` of its own
"#,
    );
}

#[test]
fn from_names_nothing() {
    broken(
        r#"
[[stage]]
use = "ingest"
with.path = "a/*.txt"
[[stage]]
use = "export"
from = "ingset"
with.path = "x"
"#,
        r#"
error[E0305]: `from` names no stage: there is no `ingset`
 --> news.toml:6:8
6 | from = "ingset"
  |        ^^^^^^^^ did you mean `ingest`?
  = help: stages before it: `ingest`
"#,
    );
}

#[test]
fn from_names_what_cannot_be_read() {
    broken(
        r#"
[[stage]]
use = "ingest"
with.path = "a/*.txt"
[[stage]]
use = "segment"
from = ["segment", "export", "ingest", "ingest"]
[[stage]]
use = "export"
with.path = "x"
[[stage]]
use = "summarize"
from = "export"
"#,
        r#"
error[E0306]: `from` names `segment`, which is the stage itself
 --> news.toml:6:9
6 | from = ["segment", "export", "ingest", "ingest"]
  |         ^^^^^^^^^
  = help: a stage can only read stages above it in the file
error[E0306]: `from` names `export`, which is a later stage
 --> news.toml:6:20
6 | from = ["segment", "export", "ingest", "ingest"]
  |                    ^^^^^^^^
  = help: a stage can only read stages above it in the file
error[E0310]: `from` names `ingest` twice
 --> news.toml:6:40
6 | from = ["segment", "export", "ingest", "ingest"]
  |                                        ^^^^^^^^
error[E0307]: `from` names `export`, which is a sink and has no output
  --> news.toml:12:8
12 | from = "export"
   |        ^^^^^^^^
"#,
    );
}

#[test]
fn a_stage_after_a_sink() {
    broken(
        r#"
[[stage]]
use = "ingest"
with.path = "a/*.txt"
[[stage]]
use = "segment"
[[stage]]
use = "export"
with.path = "x"
[[stage]]
use = "export"
id = "second"
with.path = "y"
"#,
        r#"
error[E0307]: stage `second` reads the stage before it, but `export` is a sink and has no output
  --> news.toml:10:7
10 | use = "export"
   |       ^^^^^^^^
   = help: name the stage to read: `from = "segment"`
"#,
    );
}

#[test]
fn an_output_that_nobody_reads() {
    broken(
        r#"
[[stage]]
use = "ingest"
with.path = "a/*.txt"
[[stage]]
use = "segment"
[[stage]]
use = "export"
from = "ingest"
with.path = "x"
"#,
        r#"
error[E0308]: nobody reads the output of stage `segment`
 --> news.toml:5:7
5 | use = "segment"
  |       ^^^^^^^^^
  = help: name it in the `from` of a later stage: `from = "segment"`
  = help: or say that nobody needs to: `unread = ["out"]`
"#,
    );
}

#[test]
fn a_column_that_nobody_makes() {
    broken(
        r#"
[[stage]]
use = "ingest"
with.path = "a/*.txt"
[[stage]]
use = "entities"
[[stage]]
use = "export"
with.path = "x"
"#,
        r"
error[E0401]: stage `entities` needs column `sentences: layer`; nothing before it makes it
 --> news.toml:4:1
4 | [[stage]]
  | ^^^^^^^^^
  = help: add a stage that makes it: segment
",
    );
}

#[test]
fn a_column_that_is_made_later() {
    broken(
        r#"
[[stage]]
use = "ingest"
with.path = "a/*.txt"
[[stage]]
use = "summarize"
[[stage]]
use = "segment"
[[stage]]
use = "export"
with.path = "x"
"#,
        r"
error[E0401]: stage `summarize` needs column `sentences: layer`; nothing before it makes it
 --> news.toml:4:1
4 | [[stage]]
  | ^^^^^^^^^
  = help: stage `segment` makes it: move it up
",
    );
}

#[test]
fn a_column_of_another_type() {
    broken(
        r#"
[[stage]]
use = "ingest"
with.path = "a/*.txt"
[[stage]]
use = "segment"
with.quotes = true
[[stage]]
use = "entities"
[[stage]]
use = "export"
with.path = "x"
"#,
        r"
error[E0402]: stage `entities` needs column `quotes: layer<kind: utf8, group: u32>`, but it is `layer<kind: utf8>`
 --> news.toml:7:1
7 | [[stage]]
  | ^^^^^^^^^ field `group` is missing
",
    );
}

#[test]
fn a_column_that_is_there_already() {
    broken(
        r#"
[[stage]]
use = "ingest"
with.path = "a/*.txt"
[[stage]]
use = "segment"
[[stage]]
use = "segment"
id = "again"
[[stage]]
use = "export"
with.path = "x"
"#,
        r"
error[E0403]: stage `again` makes column `sentences`, which is there already
 --> news.toml:6:1
6 | [[stage]]
  | ^^^^^^^^^
  = help: stage `segment` makes it: remove one of the two
",
    );
}

#[test]
fn a_union_that_loses_a_column() {
    broken(
        r#"
[[stage]]
use = "ingest"
with.path = "a/*.txt"
[[stage]]
use = "segment"
[[stage]]
use = "summarize"
from = ["segment", "ingest"]
[[stage]]
use = "export"
with.path = "x"
"#,
        r"
error[E0401]: stage `summarize` needs column `sentences: layer`; not every stage in its `from` makes it
 --> news.toml:6:1
6 | [[stage]]
  | ^^^^^^^^^
  = help: stage `ingest` does not have it
",
    );
}

#[test]
fn inline_stages() {
    broken(
        r#"
stage = [
  { use = "ingest", with.path = "a" },
  { use = "entities" },
  { use = "export", with.pth = "x" },
]
"#,
        r#"
error[E0401]: stage `entities` needs column `sentences: layer`; nothing before it makes it
 --> news.toml:3:3
3 |   { use = "entities" },
  |   ^^^^^^^^^^^^^^^^^^^^
  = help: add a stage that makes it: segment
error[E0312]: unknown option `pth` for stage `export` (docmill-export 0.1.0)
 --> news.toml:4:26
4 |   { use = "export", with.pth = "x" },
  |                          ^^^ did you mean `path`?
  = help: `docmill plugin info export` lists its options
"#,
    );
}

#[test]
fn everything_in_one_run() {
    broken(
        r#"
pipline = "news"

[[stage]]
use = "ingest"
with = { path = "a", encoding = "utf-8" }

[[stage]]
use = "entities"
with.threshold = 2

[[stage]]
use = "exprt"
"#,
        r#"
error[E0201]: unknown key `pipline` in a pipeline file
 --> news.toml:1:1
1 | pipline = "news"
  | ^^^^^^^ did you mean `pipeline`?
  = help: known keys: `pipeline`, `description`, `extends`, `params`, `run`, `plugins`, `stage`, `gate`, `test`, `profile`
error[E0312]: unknown option `encoding` for stage `ingest` (docmill-ingest 0.1.0)
 --> news.toml:5:22
5 | with = { path = "a", encoding = "utf-8" }
  |                      ^^^^^^^^
  = help: `docmill plugin info ingest` lists its options
error[E0401]: stage `entities` needs column `sentences: layer`; nothing before it makes it
 --> news.toml:7:1
7 | [[stage]]
  | ^^^^^^^^^
  = help: add a stage that makes it: segment
error[E0315]: option `threshold` of stage `entities` must be at most 1.0
 --> news.toml:9:18
9 | with.threshold = 2
  |                  ^
error[E0301]: unknown stage `exprt`
  --> news.toml:12:7
12 | use = "exprt"
   |       ^^^^^^^ did you mean `export`?
   = help: installed stages: `entities`, `export`, `ingest`, `segment`, `summarize`
"#,
    );
}

#[test]
fn options_of_generated_forms() {
    broken(
        r#"
[[stage]]
use = "ingest"
with.path = "a/*.txt"
[[stage]]
use = "segment"
[[stage]]
use = "summarize"
[stage.with]
seed = 5000000000
order = { seed = "x" }
pair = [1]
[[stage]]
use = "summarize"
id = "s2"
from = "segment"
with.order = "txt"
with.pair = ["a", "b"]
[[stage]]
use = "export"
from = ["summarize", "s2"]
with.path = ""
"#,
        r#"
error[E0315]: option `seed` of stage `summarize` must be at most 4294967295
 --> news.toml:9:8
9 | seed = 5000000000
  |        ^^^^^^^^^^
error[E0313]: option `order.seed` of stage `summarize` must be an integer
  --> news.toml:10:18
10 | order = { seed = "x" }
   |                  ^^^ this is a string
error[E0315]: option `pair` of stage `summarize` must have at least 2 elements
  --> news.toml:11:8
11 | pair = [1]
   |        ^^^
error[E0313]: option `pair[0]` of stage `summarize` must be a string
  --> news.toml:11:9
11 | pair = [1]
   |         ^ this is an integer
error[E0314]: option `order` of stage `s2` cannot be `txt`
  --> news.toml:16:14
16 | with.order = "txt"
   |              ^^^^^ did you mean `text`?
   = help: it is one of `text`
error[E0313]: option `pair[1]` of stage `s2` must be an integer
  --> news.toml:17:19
17 | with.pair = ["a", "b"]
   |                   ^^^ this is a string
"#,
    );
}

const NEWS: &str = r#"
pipeline = "news"

[params]
token = { type = "string", env = "TOKEN", secret = true }
top = { type = "int", default = 3 }

[run]
threads = 2
block = "64 KiB"
quarantine = { path = "out/bad", max_ratio = 0.01 }
report = "out/run.json"

[[stage]]
use = "ingest"
with = { path = "a/*.txt", format = "text" }

[[stage]]
use = "segment"
batch = 64

[[stage]]
use = "entities"
on_error = "drop"

[[stage]]
use = "summarize"
from = "segment"
with.sentences = "${params.top}"

[[stage]]
use = "export"
from = ["entities", "summarize"]
with = { path = "out.jsonl", token = "${params.token}", fields.x = "y" }
"#;

fn settings() -> Settings<'static> {
    Settings { env: &|name| (name == "TOKEN").then(|| "a".to_owned()), ..Settings::default() }
}

#[test]
fn a_plan_has_every_column() {
    let plan = plan_with(NEWS, &settings()).unwrap();
    let shown: Vec<String> = plan
        .stages
        .iter()
        .map(|stage| {
            let names = |columns: &[Column]| {
                columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>().join(" ")
            };
            format!(
                "{} {:?}: {} + {} = {}",
                stage.id,
                stage.from.iter().map(|edge| edge.stage).collect::<Vec<_>>(),
                names(&stage.reads),
                names(&stage.adds),
                names(&stage.columns)
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            "ingest []:  + id text = id text",
            "segment [0]: text + sentences = id text sentences",
            "entities [1]: text sentences + entities = id text sentences entities",
            "summarize [1]: sentences + summary = id text sentences summary",
            "export [2, 3]: id +  = id text sentences",
        ]
    );
    assert_eq!(plan.stages[0].kind, Kind::Source);
    assert_eq!((plan.stages[1].batch, plan.stages[2].batch), (64, 256));
    assert_eq!(plan.stages[3].with["sentences"], 3);
    assert_eq!(plan.run.block, 64 << 10);
}

#[test]
fn a_plan_shows_no_secret() {
    let plan = plan_with(NEWS, &settings()).unwrap();
    assert_eq!(plan.stages[4].with["token"], "a");
    let shown = serde_json::to_value(&plan).unwrap();
    assert_eq!(
        shown["stages"][4]["with"],
        json!({"path": "out.jsonl", "token": "***", "fields": {"x": "y"}})
    );
    assert_eq!(shown["stages"][2]["on_error"], "drop");
    assert_eq!(
        shown["stages"][2]["adds"],
        json!([{"name": "entities", "type": "layer<label: utf8, norm: utf8?>"}])
    );
    assert_eq!(shown["run"]["quarantine"], json!({"path": "out/bad", "max_ratio": 0.01}));
}

#[test]
fn a_plan_takes_its_name_from_the_file() {
    let plan =
        good("stage = [{ use = \"ingest\", with.path = \"a\" }, { use = \"export\", with.path = \"x\" }]");
    assert_eq!(plan.name, "news");
}

#[test]
fn warnings_come_with_the_plan() {
    let text =
        "params.top = { type = \"int\", default = 3 }\n[[stage]]\nuse = \"ingest\"\nwith.path = \"a\"\n";
    let plan = good(text);
    let shown: String = plan.warnings.iter().map(|warning| warning.render(text, false)).collect();
    assert_eq!(
        shown,
        "\
warning[W0902]: param `top` is never used
 --> news.toml:1:8
1 | params.top = { type = \"int\", default = 3 }
  |        ^^^
  = help: use it as `${params.top}` in an option of a stage
warning[W0901]: the pipeline has no sink: nothing is written
 --> news.toml:3:7
3 | use = \"ingest\"
  |       ^^^^^^^^
  = help: add one: export
"
    );
}

#[test]
fn a_set_option_replaces_that_of_the_file() {
    let settings = Settings {
        set: pairs(&[("segment.max_len", "40"), ("export.path", "out/b.jsonl"), ("export.token", "b")]),
        ..settings()
    };
    let plan = plan_with(NEWS, &settings).unwrap();
    assert_eq!(plan.stages[1].with, json!({"max_len": 40}));
    assert_eq!(
        plan.stages[4].with_shown(),
        json!({"path": "out/b.jsonl", "token": "b", "fields": {"x": "y"}})
    );
}

#[test]
fn a_second_source_and_a_union() {
    let plan = good(
        r#"
stage = [
  { use = "ingest", with.path = "a" },
  { use = "ingest", id = "more", from = [], with.path = "b" },
  { use = "segment", from = ["more", "ingest"], with.quotes = true },
  { use = "export", with.path = "x" },
]"#,
    );
    let from: Vec<usize> = plan.stages[2].from.iter().map(|edge| edge.stage).collect();
    assert_eq!(from, [1, 0]);
    assert_eq!(plan.stages[2].adds.len(), 2);
}

#[test]
fn plugins_are_known_before_the_check() {
    let text = "[plugins]\ntopics = { path = \"p/topics\" }\n[[stage]]\nuse = \"ingest\"\n[[stage]]\nuse = \"ingest\"\n";
    let pipeline: Pipeline = parse("news.toml", text, &Settings::default()).unwrap();
    assert_eq!(pipeline.uses().iter().map(|placed| placed.value.as_str()).collect::<Vec<_>>(), ["ingest"]);
    let plugin = &pipeline.plugins[0];
    assert_eq!(
        pipeline.plugin_not_found(plugin, &["p/libtopics.so".to_owned()]).render(text, false),
        "\
error[E0601]: the library of plugin `topics` was not found
 --> news.toml:2:19
2 | topics = { path = \"p/topics\" }
  |                   ^^^^^^^^^^ no such file
  = help: tried `p/libtopics.so`
"
    );
    assert_eq!(pipeline.plugin_not_loaded(plugin, "no entry symbol").code, Code::PluginNotLoaded);
    assert_eq!(pipeline.plugin_broken(plugin, "no id").place, Some(10..16));
    assert_eq!(pipeline.plugin_clash(plugin, "segment", "docmill").code, Code::PluginClash);
}

#[test]
fn a_schema_that_refers_to_itself_costs_little() {
    let endless = json!({"$ref": "#/$defs/A", "$defs": {"A": {"$ref": "#/$defs/A"}}});
    let branching = json!({
        "$ref": "#/$defs/T",
        "$defs": {"T": {"anyOf": [
            {"type": "object", "properties": {"a": {"$ref": "#/$defs/T"}}, "additionalProperties": false},
            {"type": "object", "properties": {"a": {"$ref": "#/$defs/T"}}, "required": ["a"]},
            {"type": "integer"},
        ]}},
    });
    let text = format!("[[stage]]\nuse = \"ingest\"\nwith{} = \"x\"\n", ".a".repeat(50));
    for schema in [endless, branching] {
        let mut catalogue = Catalogue::new();
        catalogue.stage_mut("ingest").params = schema;
        let pipeline = parse("deep.toml", &text, &Settings::default()).unwrap();
        let _ = check(&pipeline, &catalogue);
    }
}

#[test]
fn a_schema_of_anything_accepts_anything() {
    for schema in
        [json!(null), json!(true), json!({}), json!({"properties": 3, "required": "x", "anyOf": {}})]
    {
        let mut catalogue = Catalogue::new();
        catalogue.stage_mut("ingest").params = schema;
        let text = "stage = [{ use = \"ingest\", with = { a = [1, \"x\"], b.c = true } }, { use = \"export\", with.path = \"x\" }]";
        let pipeline = parse("any.toml", text, &Settings::default()).unwrap();
        assert!(check(&pipeline, &catalogue).is_ok());
    }
}
