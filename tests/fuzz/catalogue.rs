//! The bundled stages as far as the loader asks for them, without their libraries.

use docmill_pipeline::{Answer, Column, ParamFault, StageInfo, Stages};
use serde_json::{Value, json};

pub(crate) struct Catalogue(Vec<StageInfo>);

impl Default for Catalogue {
    fn default() -> Self {
        let list = |of: Value| json!({"type": "array", "items": of});
        let text = || json!({"type": "string"});
        let options = |properties: Value, required: Value| json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false});
        let columns = json!([
            {"name": "id", "type": "utf8"}, {"name": "text", "type": "utf8"}, {"name": "lang", "type": "utf8"},
            {"name": "published", "type": "date32"},
            {"name": "dateline", "type": "struct<place: utf8?, date: date32?>"},
            {"name": "meta", "type": "map<utf8, utf8>"},
        ]);
        let layers = ["paragraphs", "sentences", "tokens", "quotes"];
        let made: Vec<Value> =
            layers.iter().map(|name| json!({"name": name, "type": "layer", "optional": true})).collect();
        let stages = json!([
            {"id": "ingest", "kind": "source", "version": "0.1.0", "writes": columns, "params": options(
                json!({"path": {"anyOf": [text(), list(text())]}, "format": {"enum": ["text", "jsonl", null]},
                    "fields": options(json!({"text": text(), "title": text()}), json!([])),
                    "max_document_mib": {"type": "integer", "minimum": 1, "maximum": 1024}}), json!(["path"]))},
            {"id": "segment", "kind": "transform", "reads": [{"name": "text", "type": "utf8"}], "writes": made,
                "params": options(json!({"layers": list(json!({"enum": layers})), "language": text(),
                    "abbreviations": list(text())}), json!([]))},
            {"id": "entities", "kind": "transform", "ports": ["out", "dropped"],
                "reads": [{"name": "sentences", "type": "layer"}],
                "writes": [{"name": "entities", "type": "layer<label: utf8>"}],
                "params": options(json!({"min_score": {"type": "number", "maximum": 1.0},
                    "types": list(json!({"enum": ["PERSON", "ORG"]}))}), json!([]))},
            {"id": "summarize", "kind": "transform", "reads": [{"name": "sentences", "type": "layer"}],
                "writes": [{"name": "summary", "type": "layer<rank: u32>"}], "replaces": ["summary"],
                "params": options(json!({"sentences": {"type": ["integer", "null"], "format": "uint32"},
                    "deep": {"$ref": "#"}}), json!([]))},
            {"id": "export", "kind": "sink", "reads": [{"name": "text", "type": "utf8"}], "params": options(
                json!({"path": text(), "fields": list(text()), "offsets": {"enum": ["bytes", "chars"]}}), json!(["path"]))},
        ]);
        Catalogue(serde_json::from_value(stages).expect("the stages are described as plugins do"))
    }
}

impl Stages for Catalogue {
    fn get(&self, name: &str) -> Option<&StageInfo> {
        self.0.iter().find(|stage| stage.id == name)
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.0.iter().map(|stage| stage.id.clone()).collect();
        names.sort();
        names
    }

    /// Adds the layers that the options name, all by default; refuses an empty path.
    fn plan(&self, name: &str, with: &Value, _input: &[Column]) -> Result<Answer, Vec<ParamFault>> {
        if with.get("path").is_some_and(|path| path == "") {
            let path = vec!["path".to_owned()];
            return Err(vec![ParamFault {
                path,
                bytes: Some(0..3),
                message: "is empty".to_owned(),
                help: None,
            }]);
        }
        let wanted = |column: &&Column| {
            let layers = with.get("layers").and_then(Value::as_array);
            layers.is_none_or(|layers| layers.iter().any(|layer| *layer == column.name.as_str()))
        };
        let writes = self.get(name).map(|stage| stage.writes.as_slice()).unwrap_or_default();
        Ok(Answer { reads: None, adds: writes.iter().filter(wanted).cloned().collect() })
    }
}
