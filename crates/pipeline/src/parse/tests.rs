use proptest::prelude::*;
use serde_json::{Value, json};

use crate::fixture::{Catalogue, broken, broken_with, pairs};
use crate::{
    Code, Inputs, Isolation, OnError, Origin, Pipeline, Sandbox, Settings, check, parse, parse_recoverable,
};

#[test]
fn a_value_without_quotes() {
    broken(
        r#"
pipeline = news
[[stage]]
use = "ingest"
"#,
        r#"
error[E0101]: a string must stand in quotes
 --> news.toml:1:12
1 | pipeline = news
  |            ^^^^ write `"news"`
"#,
    );
}

#[test]
fn several_syntax_errors_at_once() {
    broken(
        r#"
pipeline = "news
[run]
threads = 012
batch == 3
"#,
        r#"
error[E0101]: a string is not closed
 --> news.toml:1:17
1 | pipeline = "news
  |                 ^ the closing quote is missing
error[E0101]: unexpected leading zero
 --> news.toml:3:11
3 | threads = 012
  |           ^
error[E0101]: extra `=`
 --> news.toml:4:8
4 | batch == 3
  |        ^
"#,
    );
}

#[test]
fn a_key_twice() {
    broken(
        r#"
pipeline = "a"
pipeline = "b"
stage = [{ use = "ingest", with.path = "a" }]
"#,
        r#"
error[E0102]: `pipeline` is given twice
 --> news.toml:2:1
2 | pipeline = "b"
  | ^^^^^^^^
"#,
    );
}

#[test]
fn errors_of_the_language_before_a_syntax_error() {
    broken(
        r#"
pipelin = "news"
[run]
threads = 0
[[stage]]
use = segment
fron = "x"
"#,
        r#"
error[E0201]: unknown key `pipelin` in a pipeline file
 --> news.toml:1:1
1 | pipelin = "news"
  | ^^^^^^^ did you mean `pipeline`?
  = help: known keys: `pipeline`, `description`, `extends`, `params`, `run`, `plugins`, `stage`, `gate`, `test`, `profile`
error[E0203]: `threads` must be from 1 to 4096
 --> news.toml:3:11
3 | threads = 0
  |           ^
error[E0101]: a string must stand in quotes
 --> news.toml:5:7
5 | use = segment
  |       ^^^^^^^ write `"segment"`
"#,
    );
}

#[test]
fn no_stage_at_all() {
    broken(
        r#"
pipeline = "empty"
"#,
        r#"
error[E0309]: the pipeline has no stage
 --> news.toml:1:1
1 | pipeline = "empty"
  | ^
  = help: a stage is written `[[stage]]`, then `use = "ingest"`
"#,
    );
}

#[test]
fn an_empty_array_of_stages() {
    broken(
        r"
stage = []
",
        r#"
error[E0309]: the pipeline has no stage
 --> news.toml:1:9
1 | stage = []
  |         ^^
  = help: a stage is written `[[stage]]`, then `use = "ingest"`
"#,
    );
}

#[test]
fn one_bracket_too_few() {
    broken(
        r#"
[stage]
use = "ingest"
"#,
        r"
error[E0202]: `stage` must be an array of tables
 --> news.toml:1:1
1 | [stage]
  | ^^^^^^^ this is a table
  = help: write `[[stage]]`, with two brackets
",
    );
}

#[test]
fn unknown_keys_everywhere() {
    broken(
        r#"
pipline = "news"
[run]
thread = 2
[run.quarantine]
maxratio = 0.1
[plugins]
topics = { path = "p/topics", version = "1" }
[params]
top = { type = "string", default = "a", desc = "x" }
[[stage]]
use = "ingest"
with.path = "${params.top}"
name = "x"
"#,
        r#"
error[E0201]: unknown key `pipline` in a pipeline file
 --> news.toml:1:1
1 | pipline = "news"
  | ^^^^^^^ did you mean `pipeline`?
  = help: known keys: `pipeline`, `description`, `extends`, `params`, `run`, `plugins`, `stage`, `gate`, `test`, `profile`
error[E0201]: unknown key `thread` in `[run]`
 --> news.toml:3:1
3 | thread = 2
  | ^^^^^^ did you mean `threads`?
  = help: known keys: `threads`, `batch`, `block`, `memory`, `store`, `duplicate_ids`, `quarantine`, `report`
error[E0201]: unknown key `maxratio` in `run.quarantine`
 --> news.toml:5:1
5 | maxratio = 0.1
  | ^^^^^^^^ did you mean `max_ratio`?
  = help: known keys: `path`, `max_ratio`
error[E0201]: unknown key `version` in plugin `topics`
 --> news.toml:7:31
7 | topics = { path = "p/topics", version = "1" }
  |                               ^^^^^^^
  = help: known keys: `path`
error[E0201]: unknown key `desc` in param `top`
 --> news.toml:9:41
9 | top = { type = "string", default = "a", desc = "x" }
  |                                         ^^^^
  = help: known keys: `type`, `default`, `min`, `max`, `choices`, `env`, `secret`, `help`
error[E0201]: unknown key `name` in a stage
  --> news.toml:13:1
13 | name = "x"
   | ^^^^ did you mean `id`?
   = help: known keys: `use`, `id`, `from`, `when`, `with`, `unread`, `on_error`, `batch`, `isolation`, `timeout`, `retry`
"#,
    );
}

#[test]
fn wrong_types_at_the_top() {
    broken(
        r#"
pipeline = 3
params = "x"
plugins = { topics = "p/topics" }
[run]
threads = "two"
batch = 1.5
block = 4
quarantine = 7
report = false
[[stage]]
use = "ingest"
with.path = "a"
"#,
        r#"
error[E0202]: `pipeline` must be a string
 --> news.toml:1:12
1 | pipeline = 3
  |            ^ this is an integer
error[E0202]: `params` must be a table
 --> news.toml:2:10
2 | params = "x"
  |          ^^^ this is a string
error[E0202]: `topics` must be a table
 --> news.toml:3:22
3 | plugins = { topics = "p/topics" }
  |                      ^^^^^^^^^^ this is a string
error[E0202]: `threads` must be an integer
 --> news.toml:5:11
5 | threads = "two"
  |           ^^^^^ this is a string
error[E0202]: `batch` must be an integer
 --> news.toml:6:9
6 | batch = 1.5
  |         ^^^ this is a float
error[E0202]: `block` must be a size such as "4 MiB"
 --> news.toml:7:9
7 | block = 4
  |         ^ this is an integer
error[E0202]: `quarantine` must be a path or a table
 --> news.toml:8:14
8 | quarantine = 7
  |              ^ this is an integer
error[E0202]: `report` must be a string
 --> news.toml:9:10
9 | report = false
  |          ^^^^^ this is a truth value
"#,
    );
}

#[test]
fn wrong_types_in_a_stage() {
    broken(
        r#"
[[stage]]
use = ["ingest"]
[[stage]]
use = "export"
id = 2026-01-01
from = 1
with = "x"
batch = true
"#,
        r#"
error[E0202]: `use` must be a string
 --> news.toml:2:7
2 | use = ["ingest"]
  |       ^^^^^^^^^^ this is an array
error[E0202]: `id` must be a string
 --> news.toml:5:6
5 | id = 2026-01-01
  |      ^^^^^^^^^^ this is a date or time
error[E0202]: `from` must be an id or an array of ids
 --> news.toml:6:8
6 | from = 1
  |        ^ this is an integer
error[E0202]: `with` must be a table
 --> news.toml:7:8
7 | with = "x"
  |        ^^^ this is a string
  = help: for example `with = { name = "value" }`, or `with.name = "value"`
error[E0202]: `batch` must be an integer
 --> news.toml:8:9
8 | batch = true
  |         ^^^^ this is a truth value
"#,
    );
}

#[test]
fn values_that_are_not_allowed() {
    broken(
        r#"
[run]
threads = 0
batch = 99999999999999999999
block = "4 megs"
memory = "0 B"
quarantine = { path = "q", max_ratio = 1.5 }
[[stage]]
use = "ingest"
with.path = "a"
on_error = "quarantene"
isolation = "thread"
[[stage]]
use = "export"
id = "my export"
with.path = "b"
"#,
        r#"
error[E0203]: `threads` must be from 1 to 4096
 --> news.toml:2:11
2 | threads = 0
  |           ^
error[E0203]: `batch` must be from 1 to 4294967295
 --> news.toml:3:9
3 | batch = 99999999999999999999
  |         ^^^^^^^^^^^^^^^^^^^^
error[E0203]: `4 megs` is no size
 --> news.toml:4:9
4 | block = "4 megs"
  |         ^^^^^^^^
  = help: a size is a number and a unit: B, KiB, MiB, GiB, TiB, kB, MB, GB, TB
error[E0203]: `memory` must be at least 1 B
 --> news.toml:5:10
5 | memory = "0 B"
  |          ^^^^^
error[E0203]: `max_ratio` must be from 0 to 1
 --> news.toml:6:40
6 | quarantine = { path = "q", max_ratio = 1.5 }
  |                                        ^^^
error[E0203]: `on_error` cannot be `quarantene`
  --> news.toml:10:12
10 | on_error = "quarantene"
   |            ^^^^^^^^^^^^ did you mean `quarantine`?
   = help: it is one of `quarantine`, `fail`, `drop`
error[E0203]: `isolation` cannot be `thread`
  --> news.toml:11:13
11 | isolation = "thread"
   |             ^^^^^^^^
   = help: it is one of `none`, `process`
error[E0206]: `my export` cannot be an id
  --> news.toml:14:6
14 | id = "my export"
   |      ^^^^^^^^^^^
   = help: an id has letters, digits, `_` and `-` only
"#,
    );
}

#[test]
fn processes_that_are_not_said_well() {
    broken(
        r#"
[[stage]]
use = "ingest"
with.path = "a"
[[stage]]
use = "segment"
isolation = { kind = "process", sandbox = "require", memory = "1 MiB", reads = ["lists"] }
timeout = "2 seconds"
[[stage]]
use = "entities"
isolation = { sandbox = "off", read = "lists" }
timeout = "0s"
[[stage]]
use = "export"
with.path = "b"
"#,
        r#"
error[E0203]: `sandbox` cannot be `require`
 --> news.toml:6:43
6 | isolation = { kind = "process", sandbox = "require", memory = "1 MiB", reads = ["lists"] }
  |                                           ^^^^^^^^^ did you mean `required`?
  = help: it is one of `required`, `best-effort`, `off`
error[E0203]: `memory` must be at least 64 MiB: no process begins in less
 --> news.toml:6:63
6 | isolation = { kind = "process", sandbox = "require", memory = "1 MiB", reads = ["lists"] }
  |                                                               ^^^^^^^
error[E0201]: unknown key `reads` in `isolation`
 --> news.toml:6:72
6 | isolation = { kind = "process", sandbox = "require", memory = "1 MiB", reads = ["lists"] }
  |                                                                        ^^^^^ did you mean `read`?
  = help: known keys: `kind`, `sandbox`, `memory`, `read`
error[E0203]: `2 seconds` is no span of time
 --> news.toml:7:11
7 | timeout = "2 seconds"
  |           ^^^^^^^^^^^
  = help: a span of time is a number and a unit, such as `500ms`, `2s`, `1m30s`
error[E0204]: `isolation` lacks `kind`
  --> news.toml:10:13
10 | isolation = { sandbox = "off", read = "lists" }
   |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   = help: for example `kind = "process"`
error[E0202]: `read` must be an array of paths
  --> news.toml:10:39
10 | isolation = { sandbox = "off", read = "lists" }
   |                                       ^^^^^^^ this is a string
error[E0203]: `timeout` must be at least 1 ms
  --> news.toml:11:11
11 | timeout = "0s"
   |           ^^^^
"#,
    );
}

#[test]
fn a_process_of_its_own() {
    let read = |line: &str| {
        let text = format!(
            "params.lists = {{ type = \"string\", default = \"lists\" }}\nstage = [{{ use = \"ingest\", with.path = \"a\" }}, {{ use = \"segment\", {line} }}]"
        );
        let pipeline = parse("news.toml", &text, &Settings::default()).unwrap();
        (pipeline.stages[1].isolation.clone(), pipeline.stages[1].timeout_ms)
    };
    assert_eq!(read("isolation = \"none\""), (None, None));
    assert_eq!(read("isolation.kind = \"none\", isolation.memory = \"1 GiB\""), (None, None));
    let (isolation, timeout_ms) = read("isolation = \"process\", timeout = \"1m30s\"");
    assert_eq!(
        isolation,
        Some(Isolation { sandbox: Sandbox::BestEffort, memory: 2 << 30, read: Vec::new() })
    );
    assert_eq!(timeout_ms, Some(90_000));
    let table = "isolation = { kind = \"process\", sandbox = \"off\", memory = \"1 GiB\", read = [\"${params.lists}/a\"] }";
    let read_ = vec!["lists/a".to_owned()];
    let wanted = Isolation { sandbox: Sandbox::Off, memory: 1 << 30, read: read_ };
    assert_eq!(read(table), (Some(wanted), None));
}

#[test]
fn a_block_that_is_too_big() {
    broken(
        r#"
run.block = "2 GiB"
stage = [{ use = "ingest", with.path = "a" }]
"#,
        r#"
error[E0203]: `block` must be at least 1 B and at most 1 GiB
 --> news.toml:1:13
1 | run.block = "2 GiB"
  |             ^^^^^^^
"#,
    );
}

#[test]
fn a_store_that_is_no_place() {
    broken(
        r#"
run.store = 3
[[stage]]
use = "ingest"
with.path = "a"
"#,
        r"
error[E0202]: `store` must be a path, a table, or `false`
 --> news.toml:1:13
1 | run.store = 3
  |             ^ this is an integer
",
    );
    broken(
        r#"
run.store = { max_size = "3 apples" }
[[stage]]
use = "ingest"
with.path = "a"
"#,
        r#"
error[E0203]: `3 apples` is no size
 --> news.toml:1:26
1 | run.store = { max_size = "3 apples" }
  |                          ^^^^^^^^^^
  = help: a size is a number and a unit: B, KiB, MiB, GiB, TiB, kB, MB, GB, TB
"#,
    );
}

#[test]
fn stages_without_use() {
    broken(
        r#"
[[stage]]
with.path = "a"
[[stage]]
use = ""
"#,
        r#"
error[E0204]: stage 1 lacks `use`
 --> news.toml:1:1
1 | [[stage]]
  | ^^^^^^^^^
  = help: for example `use = "segment"`
error[E0203]: `use` is empty
 --> news.toml:4:7
4 | use = ""
  |       ^^
"#,
    );
}

#[test]
fn a_stage_that_is_no_table() {
    broken(
        r#"
stage = ["ingest"]
"#,
        r#"
error[E0202]: `stage` must be a table
 --> news.toml:1:10
1 | stage = ["ingest"]
  |          ^^^^^^^^ this is a string
"#,
    );
}

#[test]
fn numbers_that_cannot_be_held() {
    broken(
        r#"
[[stage]]
use = "summarize"
with.a = nan
with.b = 0xFFFF_FFFF_FFFF_FFFF
"#,
        r#"
error[E0303]: the first stage must be a source, and `summarize` is a transform
 --> news.toml:2:7
2 | use = "summarize"
  |       ^^^^^^^^^^^
  = help: sources: `ingest`
error[E0207]: a number must be finite
 --> news.toml:3:10
3 | with.a = nan
  |          ^^^
error[E0207]: a number must be within 64 bits
 --> news.toml:4:10
4 | with.b = 0xFFFF_FFFF_FFFF_FFFF
  |          ^^^^^^^^^^^^^^^^^^^^^
"#,
    );
}

#[test]
fn a_plugin_without_path() {
    broken(
        r#"
[plugins]
topics = {}
[[stage]]
use = "ingest"
with.path = "a"
"#,
        r#"
error[E0204]: plugin `topics` lacks `path`
 --> news.toml:2:10
2 | topics = {}
  |          ^^
  = help: for example `path = "plugins/my_topics"`
"#,
    );
}

#[test]
fn a_reference_with_a_slip() {
    broken(
        r#"
[params]
folder = { type = "path", default = "in" }
[[stage]]
use = "ingest"
with.path = "${params.foldr}/*.txt"
"#,
        r#"
error[E0501]: there is no param `foldr`
 --> news.toml:5:14
5 | with.path = "${params.foldr}/*.txt"
  |              ^^^^^^^^^^^^^^^ did you mean `folder`?
  = help: the params are `folder`
"#,
    );
}

#[test]
fn references_that_cannot_be_read() {
    broken(
        r#"
[[stage]]
use = "ingest"
with.path = "${env.HOME}/${params.x}/${oops"
"#,
        r#"
error[E0507]: `${env.HOME}` is no reference to a param
 --> news.toml:3:14
3 | with.path = "${env.HOME}/${params.x}/${oops"
  |              ^^^^^^^^^^^ only `${params.name}` can be referred to
  = help: the environment is read through a param: `home = { type = "string", env = "HOME" }`
error[E0501]: there is no param `x`
 --> news.toml:3:26
3 | with.path = "${env.HOME}/${params.x}/${oops"
  |                          ^^^^^^^^^^^
  = help: declare it: `[params]`, then `x = { type = "string" }`
error[E0507]: `${oops` is no reference to a param
 --> news.toml:3:38
3 | with.path = "${env.HOME}/${params.x}/${oops"
  |                                      ^^^^^^ `}` is missing
"#,
    );
}

#[test]
fn a_list_inside_a_string() {
    broken(
        r#"
[params]
names = { type = "list", default = ["a", "b"] }
[[stage]]
use = "ingest"
with.path = "${params.names}/x"
"#,
        r#"
error[E0508]: `${params.names}` is a list and cannot be part of a string
 --> news.toml:5:14
5 | with.path = "${params.names}/x"
  |              ^^^^^^^^^^^^^^^
  = help: a list can only be the whole value
"#,
    );
}

#[test]
fn declarations_that_are_wrong() {
    broken(
        r#"
[params]
a = { default = 1 }
b = { type = "integer" }
c = { type = "int", default = "x" }
d = { type = "int", default = 12, min = 1, max = 10 }
e = { type = "int", default = 3, min = 10, max = 1 }
[[stage]]
use = "ingest"
with.path = "a"
"#,
        r#"
error[E0204]: param `a` lacks `type`
 --> news.toml:2:5
2 | a = { default = 1 }
  |     ^^^^^^^^^^^^^^^
  = help: for example `type = "string"`
error[E0203]: a param cannot be of type `integer`
 --> news.toml:3:14
3 | b = { type = "integer" }
  |              ^^^^^^^^^ did you mean `int`?
  = help: it is one of `string`, `int`, `float`, `bool`, `path`, `duration`, `date`, `list`
error[E0504]: `default` must be an integer
 --> news.toml:4:31
4 | c = { type = "int", default = "x" }
  |                               ^^^ the param is of type `int`
error[E0505]: param `d` must be at most 10
 --> news.toml:5:31
5 | d = { type = "int", default = 12, min = 1, max = 10 }
  |                               ^^
error[E0509]: `max` is less than `min`
 --> news.toml:6:50
6 | e = { type = "int", default = 3, min = 10, max = 1 }
  |                                                  ^ `min` is 10
"#,
    );
}

#[test]
fn declarations_that_contradict_themselves() {
    broken(
        r#"
[params]
f = { type = "bool", default = true, min = 1 }
g = { type = "string", default = "z", choices = ["x", "y"] }
h = { type = "date", default = "2025-02-30" }
i = { type = "duration", default = "2 sec" }
j = { type = "int", default = 1, choices = [] }
"k l" = { type = "int", default = 1 }
m = 3
[[stage]]
use = "ingest"
with.path = "a"
"#,
        r#"
error[E0509]: `min` has no meaning for a param of type `bool`
 --> news.toml:2:38
2 | f = { type = "bool", default = true, min = 1 }
  |                                      ^^^
  = help: remove it: only a value of type `int`, `float`, `duration`, `date` has limits
error[E0506]: param `g` must be one of x, y
 --> news.toml:3:34
3 | g = { type = "string", default = "z", choices = ["x", "y"] }
  |                                  ^^^
error[E0504]: `default` must be a day such as `2025-09-24`
 --> news.toml:4:32
4 | h = { type = "date", default = "2025-02-30" }
  |                                ^^^^^^^^^^^^ the param is of type `date`
error[E0504]: `default` must be a span of time such as `2s`
 --> news.toml:5:36
5 | i = { type = "duration", default = "2 sec" }
  |                                    ^^^^^^^ the param is of type `duration`
error[E0509]: `choices` is empty
 --> news.toml:6:44
6 | j = { type = "int", default = 1, choices = [] }
  |                                            ^^
error[E0206]: `k l` cannot be the name of a param
 --> news.toml:7:1
7 | "k l" = { type = "int", default = 1 }
  | ^^^^^
  = help: a name has letters, digits, `_` and `-` only
error[E0202]: `m` must be a table
 --> news.toml:8:5
8 | m = 3
  |     ^ this is an integer
  = help: for example `{ type = "int", default = 3 }`
"#,
    );
}

#[test]
fn params_without_value() {
    broken(
        r#"
[params]
folder = { type = "path" }
token = { type = "string", env = "TOKEN", secret = true }
[[stage]]
use = "ingest"
with.path = "${params.folder}/${params.token}"
"#,
        r#"
error[E0503]: param `folder` has no value
 --> news.toml:2:1
2 | folder = { type = "path" }
  | ^^^^^^
  = help: give one with `--param folder=…`, or a `default`
error[E0503]: param `token` has no value
 --> news.toml:3:1
3 | token = { type = "string", env = "TOKEN", secret = true }
  | ^^^^^
  = help: give one with `--param token=…`, or a `default`
  = help: or set the environment variable `TOKEN`
"#,
    );
}

#[test]
fn values_from_outside_that_do_not_fit() {
    let settings = Settings {
        params: pairs(&[("top", "11"), ("kinds", "a,c"), ("topp", "4")]),
        env: &|name| Some(format!("value of {name}")),
        ..Settings::default()
    };
    broken_with(
        &settings,
        r#"
[params]
top = { type = "int", default = 3, max = 10 }
day = { type = "date", env = "DAY" }
pin = { type = "int", env = "PIN", secret = true }
kinds = { type = "list", choices = ["a", "b"], default = [] }
[[stage]]
use = "ingest"
with.path = "a"
"#,
        r#"
error[E0502]: `--param topp=…` names no param of the pipeline
  = help: did you mean `top`?
  = help: the params are `top`, `day`, `pin`, `kinds`
error[E0505]: param `top` must be at most 10
 --> news.toml:2:1
2 | top = { type = "int", default = 3, max = 10 }
  | ^^^
  = help: the value comes from `--param top=11`
error[E0504]: param `day` must be a day such as `2025-09-24`
 --> news.toml:3:1
3 | day = { type = "date", env = "DAY" }
  | ^^^
  = help: the value comes from the environment: `DAY=value of DAY`
error[E0504]: param `pin` must be an integer
 --> news.toml:4:1
4 | pin = { type = "int", env = "PIN", secret = true }
  | ^^^
  = help: the value comes from the environment: `PIN=…`
error[E0506]: param `kinds` must be one of a, b
 --> news.toml:5:1
5 | kinds = { type = "list", choices = ["a", "b"], default = [] }
  | ^^^^^
  = help: the value comes from `--param kinds=["a","c"]`
"#,
    );
}

#[test]
fn a_set_that_names_nothing() {
    let settings = Settings {
        set: pairs(&[("ingst.path", "b"), ("path", "b"), ("ingest.path.x", "b"), ("ingest..x", "b")]),
        ..Settings::default()
    };
    broken_with(
        &settings,
        r#"
[[stage]]
use = "ingest"
with.path = "a"
"#,
        r"
error[E0318]: `--set ingst.path=…` names no stage: there is no `ingst`
  = help: did you mean `ingest`?
  = help: the stages are `ingest`
error[E0318]: `--set path=…` is not of the form `stage.option`
  = help: for example `--set segment.max_len=400`
error[E0318]: `--set ingest.path.x=…` leads through a value that is no table
error[E0318]: `--set ingest..x=…` is not of the form `stage.option`
  = help: for example `--set segment.max_len=400`
",
    );
}

#[test]
fn an_option_beside_with() {
    broken(
        r#"
[[stage]]
use = "ingest"
path = "a/*.txt"
"#,
        r#"
error[E0201]: unknown key `path` in a stage
 --> news.toml:3:1
3 | path = "a/*.txt"
  | ^^^^
  = help: the options of a stage stand under `with`: `with.path = …`
  = help: known keys: `use`, `id`, `from`, `when`, `with`, `unread`, `on_error`, `batch`, `isolation`, `timeout`, `retry`
"#,
    );
}

fn parsed(text: &str, settings: &Settings<'_>) -> Pipeline {
    parse("news.toml", text, settings).unwrap_or_else(|errors| panic!("{}", errors[0].render(text, false)))
}

#[test]
fn both_ways_of_writing_stages_are_one() {
    let tables =
        "[[stage]]\nuse = \"a\"\n[stage.with]\nx.y = 1\n[[stage]]\nuse = \"b\"\nid = \"c\"\nfrom = \"a\"\n";
    let inline = "stage = [{ use = \"a\", with.x.y = 1 }, { use = \"b\", id = \"c\", from = \"a\" }]";
    for text in [tables, inline] {
        let pipeline = parsed(text, &Settings::default());
        assert_eq!(pipeline.stages[0].id.value, "a");
        assert_eq!(pipeline.stages[0].with, json!({"x": {"y": 1}}));
        assert_eq!(pipeline.stages[0].from, Inputs::Before);
        assert_eq!(pipeline.stages[1].id.value, "c");
        assert!(matches!(&pipeline.stages[1].from, Inputs::Named(names) if names[0].value == "a"));
        assert_eq!(pipeline.stages[1].on_error, OnError::Quarantine);
        let place = pipeline.stages[0].places.get(&["with", "x", "y"]).unwrap();
        assert_eq!(text.get(place.value.clone()), Some("1"));
        assert_eq!(text.get(place.key_or_value()), Some("y"));
        let nearest = pipeline.stages[0].places.nearest(&["with", "x", "z", "0"]).unwrap();
        assert_eq!(text.get(nearest.key_or_value()), Some("x"));
    }
}

#[test]
fn a_reference_keeps_its_type_and_joins_strings() {
    let text = r#"
[params]
top = { type = "int", default = 3 }
share = { type = "float", default = 1 }
names = { type = "list", default = ["a", 2] }
day = { type = "date", default = 2025-09-24 }
wait = { type = "duration", default = "1m30s", max = "2m" }
fast = { type = "bool", default = true }
[[stage]]
use = "a"
with.top = "${params.top}"
with.share = "${ params.share }"
with.names = "${params.names}"
with.fast = ["${params.fast}"]
with.text = "$${params.top} is ${params.top}, $5, ${params.day}/${params.wait}"
"#;
    let with = &parsed(text, &Settings::default()).stages[0].with;
    let expected = json!({
        "top": 3, "share": 1.0, "names": ["a", 2], "fast": [true],
        "text": "${params.top} is 3, $5, 2025-09-24/1m30s",
    });
    assert_eq!(*with, expected);
}

#[test]
fn values_from_outside_win() {
    let text = r#"
[params]
top = { type = "int", default = 3, env = "TOP" }
dir = { type = "path", default = "in" }
names = { type = "list", default = [] }
more = { type = "list", default = [] }
wait = { type = "string", env = "TOP" }
[run]
report = "${params.dir}/run.json"
[[stage]]
use = "a"
with = { a = "${params.top}", b = "${params.names}", c = "${params.more}", d = "${params.wait}" }
"#;
    let settings = Settings {
        params: pairs(&[("top", "4"), ("top", "5"), ("dir", "x"), ("names", "a, b"), ("more", "[1, 2]")]),
        env: &|name| (name == "TOP").then(|| "7".to_owned()),
        resolve_path: &|path| format!("../{path}"),
        ..Settings::default()
    };
    let pipeline = parsed(text, &settings);
    assert_eq!(pipeline.stages[0].with, json!({"a": 5, "b": ["a", "b"], "c": [1, 2], "d": "7"}));
    assert_eq!(pipeline.run.report.as_deref(), Some("../x/run.json"));
    assert_eq!(pipeline.params[0].origin, Origin::CommandLine);
    assert_eq!(pipeline.params[4].origin, Origin::Environment("TOP".to_owned()));
    assert_eq!(pipeline.params[1].value, Value::from("../x"));
    assert!(pipeline.warnings.is_empty());
}

#[test]
fn a_secret_is_noted_where_it_goes() {
    let text = r#"
params.key = { type = "string", default = "k", secret = true }
[[stage]]
use = "a"
with.list = ["x", "Bearer ${params.key}"]
"#;
    let pipeline = parsed(text, &Settings::default());
    assert_eq!(pipeline.stages[0].secrets, [["list", "1"]]);
}

#[test]
fn a_pipeline_with_a_wrong_key_is_read_all_the_same() {
    let text = "pipelin = \"x\"\n[[stage]]\nuse = \"a\"\nfro = \"b\"\n[[stage]]\nuse = \"b\"\n";
    let (pipeline, _, errors) = parse_recoverable("news.toml", text, &Settings::default());
    let stages = pipeline.unwrap().stages;
    assert_eq!(errors.len(), 2);
    assert_eq!((stages[0].sound, stages[1].sound), (false, true));
}

#[test]
fn a_byte_order_mark_and_carriage_returns_do_no_harm() {
    let text = "\u{FEFF}pipelin = \"x\"\r\n[[stage]]\r\nuse = \"a\"\r\nwiht = 1\r\n";
    let errors = parse("news.toml", text, &Settings::default()).unwrap_err();
    assert_eq!(
        errors[0].render(text, false).lines().skip(1).take(3).collect::<Vec<_>>(),
        [" --> news.toml:1:1", "1 | pipelin = \"x\"", "  | ^^^^^^^ did you mean `pipeline`?"]
    );
    assert_eq!(
        errors[1].render(text, false).lines().skip(1).take(3).collect::<Vec<_>>(),
        [" --> news.toml:4:1", "4 | wiht = 1", "  | ^^^^ did you mean `with`?"]
    );
}

#[test]
fn deep_nesting_is_an_error() {
    for text in [
        format!("a = {}", "[".repeat(100_000)),
        format!("a = {}1{}", "[".repeat(100_000), "]".repeat(100_000)),
        format!("stage = {}", "{a=".repeat(100_000)),
        format!("[[stage]]\nuse = \"a\"\nwith = {{ {}x = 1 }}", "a.".repeat(70)),
        format!("[[stage]]\nuse = \"a\"\nwith{} = 1\n", ".a".repeat(100_000)),
        format!("{} = 1\n", vec!["a"; 100_000].join(".")),
    ] {
        let errors = parse("deep.toml", &text, &Settings::default()).unwrap_err();
        assert!(
            errors.iter().any(|error| error.code == Code::TooDeep || error.code == Code::Syntax),
            "{errors:?}"
        );
        assert!(errors[0].render(&text, false).len() < 2000);
    }
}

fn never_panics(text: &str) -> Result<(), TestCaseError> {
    let settings = Settings {
        params: pairs(&[("a", text)]),
        set: pairs(&[("a.b", text), (text, "1")]),
        env: &|name| Some(name.to_owned()),
        ..Settings::default()
    };
    let (pipeline, _, errors) = parse_recoverable("any.toml", text, &settings);
    for error in &errors {
        prop_assert!(!error.render(text, true).is_empty());
        let _ = error.locate(text);
    }
    if let Some(pipeline) = pipeline {
        let _ = check(&pipeline, &Catalogue::new());
    }
    Ok(())
}

// Pieces that come together as almost a pipeline far more often than random characters do.
fn almost_a_pipeline() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "[[stage]]\n",
        "[params]\n",
        "[run]\n",
        "[plugins]\n",
        "stage",
        "use",
        "with",
        "from",
        "id",
        "params",
        "type",
        "default",
        "min",
        "choices",
        "threads",
        "block",
        "quarantine",
        "batch",
        " = ",
        ".",
        "{",
        "}",
        "[",
        "]",
        ",",
        "\n",
        "\"ingest\"",
        "\"segment\"",
        "\"export\"",
        "\"int\"",
        "\"list\"",
        "\"a\"",
        "a",
        "\"${params.a}\"",
        "\"$${\"",
        "\"${\"",
        "\"x${params.a}\"",
        "3",
        "-1",
        "0.5",
        "nan",
        "true",
        "2025-09-24",
        "\"",
        "'",
        "#",
        "é",
        "\t",
        "\u{0}",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in any::<String>()) {
        never_panics(&text)?;
    }

    #[test]
    fn almost_any_pipeline_is_read_without_panic(text in almost_a_pipeline()) {
        never_panics(&text)?;
    }

    #[test]
    fn any_string_is_an_option_without_panic(text in any::<String>()) {
        let quoted = toml::Value::String(text).to_string();
        never_panics(&format!("params.a = {{ type = \"path\" }}\n[[stage]]\nuse = \"ingest\"\nwith.path = {quoted}\n"))?;
    }
}
