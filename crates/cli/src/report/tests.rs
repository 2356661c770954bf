use super::*;

#[test]
fn paths_are_told_from_the_folder_of_the_report() {
    let check = |folder: &str, file: &str, want: &str| {
        assert_eq!(seen_from(Path::new(folder), Path::new(file)), want);
    };
    check("/a/out", "/a/out/x.jsonl", "x.jsonl");
    check("/a/pipelines/../out", "/a/out/deep/x.jsonl", "deep/x.jsonl");
    check("/a/out", "/a/x.jsonl", "../x.jsonl");
    check("/", "/x", "x");
}

#[test]
fn every_object_of_the_schema_is_closed_and_every_field_described() {
    fn walk(value: &Value, path: &str) {
        if let Some(properties) = value.get("properties").and_then(Value::as_object) {
            assert_eq!(value["additionalProperties"], false, "{path}");
            for (name, property) in properties {
                assert!(property["description"].is_string(), "{path}/{name} has no description");
            }
        }
        match value {
            Value::Object(table) => {
                table.iter().for_each(|(key, inner)| walk(inner, &format!("{path}/{key}")));
            }
            Value::Array(all) => all.iter().for_each(|inner| walk(inner, path)),
            _ => {}
        }
    }
    walk(&schema(), "");
}
