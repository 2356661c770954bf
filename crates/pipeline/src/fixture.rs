//! A catalogue and the one function that the tests of broken pipelines go through.

use serde_json::{Value, json};

use crate::{
    Answer, Column, Diagnostic, ParamFault, Plan, Settings, StageInfo, Stages, check, parse_recoverable,
};

/// Five stages as plugins describe them.
pub(crate) struct Catalogue {
    stages: Vec<StageInfo>,
}

impl Catalogue {
    pub(crate) fn new() -> Catalogue {
        let described = json!([ingest(), segment(), entities(), summarize(), export()]);
        Catalogue { stages: serde_json::from_value(described).unwrap() }
    }

    pub(crate) fn stage_mut(&mut self, name: &str) -> &mut StageInfo {
        self.stages.iter_mut().find(|stage| stage.id == name).unwrap()
    }

    pub(crate) fn stages(&self) -> &[StageInfo] {
        &self.stages
    }
}

impl Stages for Catalogue {
    fn get(&self, name: &str) -> Option<&StageInfo> {
        self.stages.iter().find(|stage| stage.id == name)
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.stages.iter().map(|stage| stage.id.clone()).collect();
        names.sort();
        names
    }

    fn plan(&self, name: &str, with: &Value, input: &[Column]) -> Result<Answer, Vec<ParamFault>> {
        let info = self.get(name).unwrap();
        if let Some(column) = with.get("weigh_by").and_then(Value::as_str)
            && !input.iter().any(|known| known.name == column)
        {
            let message = format!("no column `{column}` to weigh by");
            let help = Some("columns: text, sentences".to_owned());
            return Err(vec![ParamFault { path: vec!["weigh_by".into()], bytes: None, message, help }]);
        }
        let has_quotes = with.get("quotes").and_then(Value::as_bool).unwrap_or_default();
        let adds = info.writes.iter().filter(|column| !column.optional || has_quotes).cloned().collect();
        Ok(Answer { reads: None, adds })
    }
}

fn ingest() -> Value {
    json!({
        "id": "ingest", "version": "0.1.0", "plugin": "docmill-ingest", "kind": "source",
        "summary": "reads articles from files", "some_newer_key": true,
        "params": {
            "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Params", "type": "object",
            "properties": {
                "path": {"type": "string", "minLength": 1, "description": "Files, as a glob.\nRelative."},
                "format": {"$ref": "#/$defs/Format"},
            },
            "required": ["path"], "additionalProperties": false,
            "$defs": {"Format": {"oneOf": [
                {"type": "string", "const": "text", "description": "Plain text."},
                {"type": "string", "enum": ["jsonl", "html"]},
            ]}},
        },
        "writes": [{"name": "id", "type": "utf8"}, {"name": "text", "type": "utf8"}],
        "output_version": 1, "pure": true,
    })
}

fn segment() -> Value {
    json!({
        "id": "segment", "version": "1.2.0", "plugin": "docmill-segment", "kind": "transform",
        "params": {
            "type": "object",
            "properties": {
                "language": {"type": ["string", "null"], "enum": ["en", "ur", null]},
                "max_len": {"type": ["integer", "null"], "format": "uint32", "minimum": 1, "maximum": 10000},
                "quotes": {"type": "boolean", "default": false},
            },
            "additionalProperties": false,
        },
        "reads": [{"name": "text", "type": "utf8"}],
        "writes": [
            {"name": "sentences", "type": "layer"},
            {"name": "quotes", "type": "layer<kind: utf8>", "optional": true},
        ],
    })
}

fn entities() -> Value {
    json!({
        "id": "entities", "version": "0.3.0", "plugin": "docmill-entities", "kind": "transform",
        "params": {
            "type": "object",
            "properties": {
                "threshold": {"type": "number", "exclusiveMinimum": 0, "maximum": 1.0},
                "lists": {"type": "array", "items": {"$ref": "#/$defs/List"}, "maxItems": 3},
            },
            "additionalProperties": false,
            "$defs": {"List": {
                "type": "object",
                "properties": {"label": {"type": "string"}, "path": {"type": "string"}},
                "required": ["label", "path"], "additionalProperties": false,
            }},
        },
        "reads": [
            {"name": "text", "type": "utf8"}, {"name": "sentences", "type": "layer"},
            {"name": "quotes", "type": "layer<kind: utf8, group: u32>", "optional": true},
        ],
        "writes": [{"name": "entities", "type": "layer<label: utf8, norm: utf8?>"}],
    })
}

fn summarize() -> Value {
    json!({
        "id": "summarize", "version": "0.1.0", "plugin": "docmill-summarize", "kind": "transform",
        "params": {
            "type": "object",
            "properties": {
                "sentences": {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "null"}]},
                "weigh_by": {"type": "string"},
                "seed": {"type": ["integer", "null"], "format": "uint32", "minimum": 0},
                "order": {"oneOf": [
                    {"type": "string", "enum": ["text"]},
                    {"type": "object", "properties": {"by": {"type": "string"}}, "required": ["by"],
                     "additionalProperties": false},
                    {"type": "object", "properties": {"seed": {"type": "integer"}}, "required": ["seed"],
                     "additionalProperties": false},
                ]},
                "pair": {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}],
                         "minItems": 2, "maxItems": 2},
                "length": {"anyOf": [
                    {"type": "integer", "minimum": 1},
                    {"type": "object", "properties": {"unit": {"const": "chars"}, "most": {"type": "integer"}},
                     "required": ["unit", "most"], "additionalProperties": false},
                    {"type": "object", "properties": {"unit": {"const": "share"}, "ratio": {"type": "number"}},
                     "required": ["unit", "ratio"], "additionalProperties": false},
                ]},
            },
            "additionalProperties": false,
        },
        "reads": [{"name": "sentences", "type": "layer"}],
        "writes": [{"name": "summary", "type": "layer<rank: u32, score: f32>"}],
    })
}

fn export() -> Value {
    json!({
        "id": "export", "version": "0.1.0", "plugin": "docmill-export", "kind": "sink",
        "params": {
            "type": "object",
            "properties": {
                "path": {"type": "string"}, "token": {"enum": ["a", "b"]},
                "fields": {"type": "object", "additionalProperties": {"type": "string"}},
            },
            "required": ["path"], "additionalProperties": false,
        },
        "reads": [{"name": "id", "type": "utf8"}],
    })
}

/// The plan of a pipeline, or all that is wrong with it as one text, as `docmill check` shows it.
pub(crate) fn plan_with(text: &str, settings: &Settings<'_>) -> Result<Plan, String> {
    let (pipeline, _, mut problems) = parse_recoverable("news.toml", text, settings);
    match pipeline.as_ref().map(|pipeline| check(pipeline, &Catalogue::new())) {
        Some(Ok(plan)) if problems.is_empty() => return Ok(plan),
        Some(Err(more)) => problems.extend(more),
        _ => {}
    }
    Diagnostic::sort(&mut problems);
    Err(Diagnostic::render_all(&problems, text, false))
}

/// All that is found in a pipeline, warnings as well.
pub(crate) fn findings(text: &str) -> Vec<Diagnostic> {
    findings_among(text, &Catalogue::new())
}

/// The same with other stages installed.
pub(crate) fn findings_among(text: &str, catalogue: &Catalogue) -> Vec<Diagnostic> {
    let (pipeline, _, mut problems) = parse_recoverable("news.toml", text, &Settings::default());
    match pipeline.as_ref().map(|pipeline| check(pipeline, catalogue)) {
        Some(Ok(plan)) => problems.extend(plan.warnings),
        Some(Err(more)) => problems.extend(more),
        None => {}
    }
    problems
}

/// Compares what is shown of a broken pipeline; both texts start with a line feed, for looks.
#[track_caller]
pub(crate) fn broken(text: &str, expected: &str) {
    broken_with(&Settings::default(), text, expected);
}

#[track_caller]
pub(crate) fn broken_with(settings: &Settings<'_>, text: &str, expected: &str) {
    let text = text.strip_prefix('\n').unwrap_or(text);
    let shown = plan_with(text, settings).expect_err("the pipeline is broken");
    assert_eq!(shown.trim_end(), expected.trim(), "got:\n{shown}");
}

/// The plan of a pipeline that is fine.
#[track_caller]
pub(crate) fn good(text: &str) -> Plan {
    plan_with(text, &Settings::default()).unwrap_or_else(|shown| panic!("{shown}"))
}

/// Names and values as [`Settings`] has them.
pub(crate) fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
}
