use crate::fixture::{broken, good};

const STAGES: &str = r#"
stage = [
  { use = "ingest", with.path = "a" },
  { use = "segment" },
  { use = "entities" },
  { use = "export", with.path = "x" },
]
"#;

#[test]
fn gates_reach_the_plan() {
    let plan = good(&format!(
        "{STAGES}[[gate]]\nassert = \"run.documents_out >= 0.99 * run.documents_in\"\n\
         [[gate]]\nname = \"quality\"\nscore = {{ stage = \"entities\", gold = \"gold.jsonl\", offsets = \"chars\" }}\n\
         assert = \"f1 >= 0.7 and label.LOC.recall > 0.5\"\n"
    ));
    assert_eq!(plan.gates[0].name, "run.documents_out >= 0.99 * run.documents_in");
    assert_eq!(plan.gates[1].name, "quality");
    let score = plan.gates[1].score.as_ref().unwrap();
    assert_eq!((score.stage, score.layer.as_str(), score.gold.as_str()), (2, "entities", "gold.jsonl"));
}

#[test]
fn counts_that_are_not_there() {
    broken(
        &format!("{STAGES}[[gate]]\nassert = \"run.document_out > 1 and stage.entites.rejected == 0\"\n"),
        "
error[E0702]: unknown name `run.document_out`
 --> news.toml:8:11
8 | assert = \"run.document_out > 1 and stage.entites.rejected == 0\"
  |           ^^^^^^^^^^^^^^^^ did you mean `run.documents_out`?
error[E0702]: unknown name `stage.entites.rejected`
 --> news.toml:8:36
8 | assert = \"run.document_out > 1 and stage.entites.rejected == 0\"
  |                                    ^^^^^^^^^^^^^^^^^^^^^^ did you mean `stage.entities.rejected`?
",
    );
}

#[test]
fn a_score_of_nothing() {
    broken(
        &format!(
            "{STAGES}[[gate]]\nassert = \"f1 > 0.5\"\nscore = {{ stage = \"entites\", gold = \"g\" }}\n\
             [[gate]]\nassert = \"f1 > 0.5\"\nscore = {{ stage = \"ingest\", gold = \"g\" }}\n\
             [[gate]]\nassert = \"f1 > 0.5\"\nscore = {{ stage = \"entities\", layer = \"entites\", gold = \"g\" }}\n"
        ),
        r#"
error[E0305]: `score` names no stage: there is no `entites`
 --> news.toml:9:19
9 | score = { stage = "entites", gold = "g" }
  |                   ^^^^^^^^^ did you mean `entities`?
  = help: the stages are `ingest`, `segment`, `entities`, `export`
error[E0204]: stage `ingest` adds no layer: say which one is scored
  --> news.toml:12:9
12 | score = { stage = "ingest", gold = "g" }
   |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   = help: the layers are 
error[E0401]: stage `entities` has no layer `entites`
  --> news.toml:15:39
15 | score = { stage = "entities", layer = "entites", gold = "g" }
   |                                       ^^^^^^^^^ did you mean `entities`?
   = help: layers after it: `sentences`, `entities`
"#,
    );
}

#[test]
fn a_gate_that_is_no_condition() {
    broken(
        &format!("{STAGES}[[gate]]\nname = \"x\"\n[[gate]]\nassert = \"run.rejected\"\noften = 3\n"),
        "
error[E0204]: a gate lacks `assert`
 --> news.toml:7:1
7 | [[gate]]
  | ^^^^^^^^
  = help: for example `assert = \"run.rejected == 0\"`
error[E0704]: `run.rejected` is a number, not a condition
  --> news.toml:10:11
10 | assert = \"run.rejected\"
   |           ^^^^^^^^^^^^
   = help: compare it: `run.rejected > 0`
error[E0201]: unknown key `often` in a gate
  --> news.toml:11:1
11 | often = 3
   | ^^^^^
   = help: known keys: `name`, `assert`, `score`
",
    );
}
