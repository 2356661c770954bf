use super::{dot, mermaid, text};
use crate::Plan;
use crate::fixture::good;

fn plan() -> Plan {
    good(
        r#"
pipeline = "the \"news\""
[[stage]]
use = "ingest"
with.path = "a"
[[stage]]
use = "segment"
id = "split"
[[stage]]
use = "export"
with.path = "x"
[[stage]]
use = "export"
id = "second"
from = "ingest"
with.path = "y"
"#,
    )
}

#[test]
fn as_mermaid() {
    assert_eq!(
        mermaid(&plan()),
        "\
flowchart TD
  s0([\"ingest\"])
  s1[\"split (segment)\"]
  s2[(\"export\")]
  s3[(\"second (export)\")]
  s0 -->|\"id, text\"| s1
  s1 -->|\"id, sentences\"| s2
  s0 -->|\"id, text\"| s3
"
    );
}

#[test]
fn as_dot() {
    assert_eq!(
        dot(&plan()),
        "\
digraph \"the \\\"news\\\"\" {
  node [shape=box];
  s0 [label=\"ingest\", shape=oval];
  s1 [label=\"split (segment)\"];
  s2 [label=\"export\", shape=cylinder];
  s3 [label=\"second (export)\", shape=cylinder];
  s0 -> s1 [label=\"id, text\"];
  s1 -> s2 [label=\"id, sentences\"];
  s0 -> s3 [label=\"id, text\"];
}
"
    );
}

#[test]
fn names_are_escaped() {
    let mut plan = plan();
    plan.stages.truncate(1);
    plan.stages[0].id = "a\"<b>\n`#".to_owned();
    assert_eq!(mermaid(&plan), "flowchart TD\n  s0([\"a#34;#60;b#62; #96;#35; (ingest)\"])\n");
}

#[test]
fn as_text() {
    assert_eq!(
        text(&plan()),
        "\
○ ingest
├─╮
▼ │   id, text
● │ split (segment)
▼ │   id, sentences
■ │ export
  ▼   ingest: id, text
  ■ second (export)
"
    );
}

#[test]
fn unions_come_together() {
    let plan = good(
        r#"
[[stage]]
use = "ingest"
with.path = "a"
[[stage]]
use = "segment"
id = "b"
[[stage]]
use = "segment"
id = "c"
from = "ingest"
[[stage]]
use = "export"
id = "early"
from = "b"
with.path = "x"
[[stage]]
use = "export"
from = ["b", "c"]
with.path = "y"
"#,
    );
    assert_eq!(
        text(&plan),
        "\
○ ingest
├─╮
▼ │   id, text
● │ b (segment)
├─┼─╮
│ ▼ │   ingest: id, text
│ ● │ c (segment)
▼ │ │   b: id, sentences
■ │ │ early (export)
  ▼ │   c: id, sentences
  │ ▼   b: id, sentences
  ├─╯
  ■ export
"
    );
}
