//! The pipeline that counts: all files, the profile, params and overrides in their places.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::Stages;

mod write;

/// A pipeline as it counts, still in the terms of the language, with the origin of every value.
///
/// `extends`, `profile` and `params` are gone: what they give stands where it is used. A secret is `***`,
/// also as a part of a longer string.
#[derive(Clone, Debug, PartialEq)]
pub struct Effective {
    pub(crate) values: Map<String, Value>,
    pub(crate) origins: BTreeMap<Vec<String>, Vec<String>>,
    pub(crate) params: Vec<ShownParam>,
}

/// A param with its value as it may be shown.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ShownParam {
    pub(crate) name: String,
    pub(crate) value: Value,
    pub(crate) origin: String,
}

/// What stands in place of a secret.
pub(crate) const SECRET: &str = "***";

impl Effective {
    /// Adds the options that are not given, with the defaults of the stages.
    pub fn add_defaults(&mut self, installed: &dyn Stages) {
        let Some(Value::Array(stages)) = self.values.get_mut("stage") else { return };
        for (at, stage) in stages.iter_mut().enumerate() {
            let Value::Object(stage) = stage else { continue };
            let Some(info) = stage.get("use").and_then(Value::as_str).and_then(|name| installed.get(name))
            else {
                continue;
            };
            let Some(Value::Object(options)) = info.params.get("properties") else { continue };
            for (name, schema) in options {
                let Some(default) = schema.get("default").filter(|default| !default.is_null()) else {
                    continue;
                };
                let with = stage.entry("with").or_insert_with(|| Value::Object(Map::new()));
                let Value::Object(with) = with else { continue };
                if !with.contains_key(name) {
                    with.insert(name.clone(), default.clone());
                    let path = ["stage", &at.to_string(), "with", name].map(str::to_owned).to_vec();
                    self.origins.insert(path, vec![format!("default of {} {}", info.id, info.version)]);
                }
            }
        }
    }

    /// As TOML, a value a line; with `origins` each line tells in a comment where its value comes from, and
    /// comments at the top list the params.
    ///
    /// Unless it holds a secret, the text is a pipeline that means the same at the place of the file.
    #[must_use]
    pub fn toml(&self, origins: bool) -> String {
        write::toml(self, origins)
    }

    /// As JSON: the values, the origins by key path, the params.
    #[must_use]
    pub fn json(&self) -> Value {
        let origins: Map<String, Value> =
            self.origins.iter().map(|(path, words)| (path.join("."), words.join(", ").into())).collect();
        let param = |param: &ShownParam| {
            (param.name.clone(), json!({ "value": param.value, "origin": param.origin }))
        };
        let params: Map<String, Value> = self.params.iter().map(param).collect();
        json!({ "pipeline": self.values, "origins": origins, "params": params })
    }
}

/// Whether `${params.x}` is replaced in strings at this path.
pub(crate) fn is_replaced(path: &[String]) -> bool {
    let key = |at: usize| path.get(at).map(String::as_str);
    match key(0) {
        Some("run") => true,
        Some("gate") => key(2) == Some("assert") || key(3) == Some("gold"),
        Some("stage") => {
            matches!(key(2), Some("with" | "when")) || (key(2), key(3)) == (Some("isolation"), Some("read"))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests;
