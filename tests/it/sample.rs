//! An article as a user sends it: what must be found in it.

use crate::command::{docmill, folder, lines};
use serde_json::Value;

const ARTICLE: &str = " date 2025-09-24 ISLAMABAD: The envoy, Tomas A Berglund, met the media on Tuesday.\n\n\
He said NATO and the UN Security Council had discussed Ukraine, and that aid of USD70.2 billion and Rs1.5bn \
had been sent from May 9 to 11. \u{201c}It is enough,\u{201d} Mr Berglund said.\n";

fn run() -> Value {
    let pipeline = r#"
pipeline = "one"
stage = [
  { use = "ingest", with.path = "a.txt" },
  { use = "segment" },
  { use = "entities" },
  { use = "summarize" },
  { use = "export", with.path = "out.jsonl" },
]
"#;
    let folder = folder(&[("one.toml", pipeline), ("a.txt", ARTICLE)]);
    docmill(folder.path(), &["run", "one.toml"]).exits(0);
    lines(&folder.path().join("out.jsonl")).remove(0)
}

fn of(span: &Value) -> &'static str {
    let at = |key: &str| usize::try_from(span[key].as_u64().unwrap()).unwrap();
    ARTICLE.get(at("start")..at("end")).unwrap()
}

#[test]
fn the_opening_is_understood_and_the_text_keeps_its_offsets() {
    let row = run();
    assert_eq!(row["text"], ARTICLE);
    assert_eq!(row["published"], "2025-09-24");
    assert_eq!(row["dateline"]["place"], "Islamabad");
    assert_eq!(of(&row["dateline"]), "ISLAMABAD:");
    let body = usize::try_from(row["body_start"].as_u64().unwrap()).unwrap();
    assert!(ARTICLE.get(body..).unwrap().starts_with("The envoy"));
    assert!(of(&row["sentences"][0]).starts_with("ISLAMABAD: The envoy"));
}

#[test]
fn entities_carry_labels_and_values() {
    let row = run();
    let found: Vec<(String, String, Value)> = row["entities"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| (of(e).to_owned(), e["label"].as_str().unwrap().to_owned(), e["norm"].clone()))
        .collect();
    let has = |text: &str, label: &str, norm: Value| {
        let want = (text.to_owned(), label.to_owned(), norm);
        assert!(found.contains(&want), "{want:?} is not among {found:#?}");
    };
    has("Tomas A Berglund", "PERSON", Value::Null);
    has("Berglund", "PERSON", Value::Null);
    has("NATO", "ORG", Value::Null);
    has("UN Security Council", "ORG", Value::Null);
    has("Ukraine", "LOC", Value::Null);
    has("USD70.2 billion", "MONEY", "USD 70200000000".into());
    has("Rs1.5bn", "MONEY", "PKR 1500000000".into());
    has("Tuesday", "DATE", "2025-09-23".into());
    has("May 9 to 11", "DATE", "2025-05-09/2025-05-11".into());
}

#[test]
fn one_person_is_one_entity() {
    let row = run();
    let people: Vec<&Value> =
        row["entity_list"].as_array().unwrap().iter().filter(|e| e["label"] == "PERSON").collect();
    assert_eq!(people.len(), 1, "{people:?}");
    assert_eq!(people[0]["name"], "Tomas A Berglund");
    assert_eq!(people[0]["mentions"], 2);
}

#[test]
fn quotations_are_a_layer() {
    let row = run();
    assert_eq!(of(&row["quotes"][0]), "\u{201c}It is enough,\u{201d}");
    assert_eq!(row["quotes"][0]["kind"], "direct");
}
