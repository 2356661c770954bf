//! The language as a JSON Schema, for editors.

use serde_json::{Map, Value, json};

use crate::StageInfo;
use crate::parse::words;

/// A JSON Schema (2020-12) of pipeline files, in which `use` selects the schema of `with`.
///
/// An option may also be a string with a `${params.x}` in it, whatever its type. Of two stages with one id
/// the first counts.
///
/// # Examples
///
/// ```
/// let schema = docmill_pipeline::schema(&[]);
/// assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
/// ```
#[must_use]
pub fn schema(stages: &[StageInfo]) -> Value {
    let mut defs = Map::new();
    defs.insert("reference".into(), json!({"type": "string", "pattern": "\\$\\{params\\.[^}]+\\}"}));
    defs.insert("size".into(), json!({"type": "string", "pattern": "^[0-9.]+ *([KMGT]i?B|kB|B)$"}));
    defs.insert("time".into(), json!({"type": "string", "pattern": "^([0-9.]+ *(ms|s|m|h|d) *)+$"}));
    let mut ids: Vec<&str> = Vec::new();
    let mut selected = Vec::new();
    for stage in stages {
        if ids.contains(&stage.id.as_str()) {
            continue;
        }
        ids.push(&stage.id);
        let key = format!("with {}", stage.id);
        let target = format!("#/$defs/{}", key.replace('~', "~0").replace('/', "~1").replace(' ', "%20"));
        let needs_options =
            stage.params.get("required").and_then(Value::as_array).is_some_and(|keys| !keys.is_empty());
        selected.push(json!({
            "if": {"properties": {"use": {"const": stage.id}}, "required": ["use"]},
            "then": {
                "properties": {"with": {"$ref": target}},
                "required": if needs_options { json!(["with"]) } else { json!([]) },
            },
        }));
        defs.insert(key, options(&stage.params, &target));
    }
    // In a file that extends another one a plain value is the new default of a param.
    defs.insert("plain".into(), json!({"type": ["string", "number", "boolean", "array"]}));
    defs.insert("stage".into(), stage(stages, &ids, selected));
    defs.insert("param".into(), param());
    defs.insert("gate".into(), gate());
    let all_stages = json!({"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/stage"}});
    let gates = json!({
        "type": "array",
        "description": "What must hold at the end of a run.",
        "items": {"$ref": "#/$defs/gate"},
    });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "docmill pipeline",
        "type": "object",
        "additionalProperties": false,
        "anyOf": [{"required": ["stage"]}, {"required": ["extends"]}],
        "properties": {
            "pipeline": {"type": "string", "description": "The name of the pipeline."},
            "description": {"type": "string"},
            "extends": {"type": "string", "description": "The pipeline file that this one changes."},
            "params": {
                "type": "object",
                "description": "Values from outside: `${params.name}` in the options of a stage.",
                "additionalProperties": {"anyOf": [{"$ref": "#/$defs/param"}, {"$ref": "#/$defs/plain"}]},
            },
            "run": run(),
            "profile": profiles(&all_stages, &gates),
            "gate": gates,
            "test": tests(),
            "plugins": plugins(),
            "stage": all_stages,
        },
        "$defs": defs,
    })
}

fn stage(stages: &[StageInfo], ids: &[&str], selected: Vec<Value>) -> Value {
    let known: Vec<Value> = ids
        .iter()
        .map(|id| {
            let summary =
                stages.iter().find(|stage| stage.id == *id).map_or("", |stage| stage.summary.as_str());
            json!({"const": id, "description": summary})
        })
        .collect();
    let mut schema = json!({
        "type": "object",
        "additionalProperties": false,
        "anyOf": [{"required": ["use"]}, {"required": ["id"]}],
        "properties": {
            "use": if known.is_empty() { json!({"type": "string"}) } else { json!({"oneOf": known}) },
            "id": {"type": "string", "description": "The name of this instance; the name of the stage unless set."},
            "from": {
                "description": "The stages whose output it reads; the stage before unless set.",
                "oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "uniqueItems": true}],
            },
            "when": {
                "type": "string",
                "description": "The condition under which a document goes through it, such as `len(text) > 600`.",
            },
            "with": {"type": "object", "description": "The options of the stage."},
            "unread": {
                "type": "array",
                "items": {"type": "string"},
                "description": "Names of its outputs that nobody needs to read.",
            },
            "before": {"type": "string", "description": "In a change: the stage before which it is put."},
            "after": {"type": "string", "description": "In a change: the stage behind which it is put."},
            "remove": {"const": true, "description": "In a change: takes the stage out."},
            "on_error": {"enum": words::on_error(), "default": "quarantine"},
            "batch": {"type": "integer", "minimum": 1, "description": "Documents that it gets at once."},
            "retry": {
                "type": "integer", "minimum": 0, "maximum": 100, "default": 0,
                "description": "How often a call that failed for the moment alone is made again.",
            },
            "isolation": isolation(),
            "timeout": {
                "$ref": "#/$defs/time",
                "description": "How long it may take for one document; needs a process of its own.",
            },
        },
    });
    if let Value::Object(schema) = &mut schema
        && !selected.is_empty()
    {
        schema.insert("allOf".into(), Value::Array(selected));
    }
    schema
}

fn isolation() -> Value {
    let kind = json!({"enum": words::isolation()});
    json!({
        "description": "Where it runs: inside the run's own process, or in one that cannot take the run down.",
        "default": "none",
        "oneOf": [
            kind,
            {
                "type": "object",
                "additionalProperties": false,
                "required": ["kind"],
                "properties": {
                    "kind": kind,
                    "sandbox": {"enum": words::sandbox(), "default": "best-effort"},
                    "memory": {"$ref": "#/$defs/size", "default": "2 GiB"},
                    "read": {
                        "type": "array",
                        "items": {"type": "string"},
                        "description": "Files and folders that it may read besides the pipeline's folder.",
                    },
                },
            },
        ],
    })
}

fn param() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["type"],
        "properties": {
            "type": {"enum": words::param_types()},
            "default": {},
            "min": {},
            "max": {},
            "choices": {"type": "array", "minItems": 1},
            "env": {"type": "string", "description": "The environment variable that gives the value."},
            "secret": {"type": "boolean", "default": false},
            "help": {"type": "string"},
        },
    })
}

fn gate() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["assert"],
        "properties": {
            "name": {"type": "string"},
            "assert": {
                "type": "string",
                "description": "What must hold, such as `run.documents_out >= 0.99 * run.documents_in`.",
            },
            "score": {
                "type": "object",
                "description": "Annotations that are compared with gold: gives `f1`, `precision`, `recall`.",
                "additionalProperties": false,
                "required": ["stage", "gold"],
                "properties": {
                    "stage": {"type": "string", "description": "The stage after which they are taken."},
                    "layer": {"type": "string", "description": "The column; the one that the stage adds unless set."},
                    "gold": {"type": "string", "description": "A JSON Lines file with `id` and the column."},
                    "offsets": {"enum": words::offsets(), "default": "bytes"},
                },
            },
        },
    })
}

fn plugins() -> Value {
    json!({
        "type": "object",
        "description": "Libraries that ship further stages.",
        "additionalProperties": {
            "type": "object",
            "additionalProperties": false,
            "required": ["path"],
            "properties": {"path": {"type": "string"}},
        },
    })
}

// What `[[test]]` says.
fn tests() -> Value {
    let words = json!({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]});
    let expectation = json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "column": {"type": "string", "description": "A column, or `dateline.place`, `meta.url`."},
            "label": {"type": "string", "description": "Of a layer: annotations with this label alone."},
            "attribute": {"type": "string", "description": "Of a layer: what is compared in place of the text."},
            "equals": {"description": "The value, or the texts of the annotations."},
            "contains": words,
            "count": {"type": "integer", "minimum": 0},
            "absent": {"anyOf": [{"const": true}, words]},
            "any": {"type": "boolean", "description": "One document is enough.", "default": false},
            "rejected": {"type": "string", "description": "The code under which a document must be rejected."},
            "dropped": {"type": "string", "description": "The reason under which a document must be dropped."},
        },
    });
    let test = json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["name"],
        "oneOf": [{"required": ["text"]}, {"required": ["file"]}, {"required": ["golden"]}],
        "properties": {
            "name": {"type": "string"},
            "text": {"type": "string", "description": "The text that goes in."},
            "file": {"type": "string", "description": "The file that goes in."},
            "golden": {"type": "string", "description": "A folder with `input/` and `expected.jsonl`."},
            "params": {"type": "object"},
            "profile": {"type": "string"},
            "from": {"type": "string", "description": "The stage that the input goes into."},
            "to": {"type": "string", "description": "The stage after which it is looked at."},
            "expect": {"type": "array", "items": expectation},
        },
    });
    json!({"type": "array", "description": "Texts and what must come of them.", "items": test})
}

// What `[profile.NAME]` may change.
fn profiles(stages: &Value, gates: &Value) -> Value {
    json!({
        "type": "object",
        "description": "Changes that `--profile NAME` lays over the file.",
        "additionalProperties": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
                "params": {"type": "object", "description": "New defaults of params."},
                "run": run(),
                "stage": stages,
                "gate": gates,
            },
        },
    })
}

fn run() -> Value {
    json!({
        "type": "object",
        "description": "How the pipeline is run; all but `duplicate_ids` never changes an output.",
        "additionalProperties": false,
        "properties": {
            "threads": {"type": "integer", "minimum": 1},
            "batch": {"type": "integer", "minimum": 1, "default": 256},
            "block": {"$ref": "#/$defs/size", "default": "4 MiB"},
            "memory": {"$ref": "#/$defs/size"},
            "store": {
                "oneOf": [
                    {"const": false},
                    {"type": "string"},
                    {
                        "type": "object",
                        "additionalProperties": false,
                        "properties": {
                            "path": {"type": "string"},
                            "max_size": {"$ref": "#/$defs/size", "default": "16 GiB"},
                        },
                    },
                ],
            },
            "duplicate_ids": {"enum": ["error", "suffix"], "default": "error"},
            "quarantine": {
                "oneOf": [
                    {"type": "string"},
                    {
                        "type": "object",
                        "additionalProperties": false,
                        "properties": {
                            "path": {"type": "string"},
                            "max_ratio": {"type": "number", "minimum": 0, "maximum": 1, "default": 0},
                        },
                    },
                ],
            },
            "report": {"type": "string"},
        },
    })
}

// The schema of `with` moved to `target`, where each option may be a reference to a param as well.
fn options(params: &Value, target: &str) -> Value {
    let mut schema = if params.is_null() { Value::Bool(true) } else { params.clone() };
    moved(&mut schema, target);
    if let Value::Object(schema) = &mut schema {
        schema.shift_remove("$schema");
        if let Some(Value::Object(options)) = schema.get_mut("properties") {
            for option in options.values_mut() {
                let own = option.take();
                *option = json!({"anyOf": [own, {"$ref": "#/$defs/reference"}]});
            }
        }
    }
    schema
}

fn moved(schema: &mut Value, target: &str) {
    match schema {
        Value::Object(table) => {
            for (key, value) in table {
                match value {
                    Value::String(own) if key == "$ref" && own.starts_with('#') => {
                        *own = format!("{target}{}", own.trim_start_matches('#'));
                    }
                    value => moved(value, target),
                }
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(|element| moved(element, target)),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
