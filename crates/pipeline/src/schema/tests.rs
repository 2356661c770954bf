use serde_json::{Value, json};

use super::schema;
use crate::fixture::Catalogue;

#[test]
fn use_selects_the_options() {
    let schema = schema(Catalogue::new().stages());
    let stage = &schema["$defs"]["stage"];
    assert_eq!(
        stage["properties"]["use"]["oneOf"][0],
        json!({"const": "ingest", "description": "reads articles from files"})
    );
    assert_eq!(
        stage["allOf"][0],
        json!({
            "if": {"properties": {"use": {"const": "ingest"}}, "required": ["use"]},
            "then": {"properties": {"with": {"$ref": "#/$defs/with%20ingest"}}, "required": ["with"]},
        })
    );
    assert_eq!(stage["allOf"][1]["then"]["required"], json!([]));
    let format = &schema["$defs"]["with ingest"]["properties"]["format"];
    assert_eq!(
        *format,
        json!({"anyOf": [{"$ref": "#/$defs/with%20ingest/$defs/Format"}, {"$ref": "#/$defs/reference"}]})
    );
}

#[test]
fn every_reference_leads_somewhere() {
    let schema = schema(Catalogue::new().stages());
    let mut todo = vec![&schema];
    let mut count = 0;
    while let Some(value) = todo.pop() {
        match value {
            Value::Object(table) => {
                if let Some(Value::String(target)) = table.get("$ref") {
                    count += 1;
                    let pointer = target.strip_prefix('#').unwrap().replace("%20", " ");
                    assert!(schema.pointer(&pointer).is_some(), "{target}");
                }
                todo.extend(table.values());
            }
            Value::Array(elements) => todo.extend(elements),
            _ => {}
        }
    }
    assert!(count > 10);
}
