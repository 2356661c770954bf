//! What the results of stages depend on beside their input.
//!
//! A recipe names all that can change what a stage makes of the same documents: the stage's version or its library,
//! its options, its condition, the files that its options name. Where those files lie, threads, limits and what is
//! done with a document that fails are not in it.

use crate::digests::{blake3_of, sha256_of};
use crate::installed::Installed;
use docmill_pipeline::{Kind, Plan, PlannedStage, Sandbox};
use docmill_store::Recipe;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// The version of what is kept: columns, units of documents, frames.
const DATA: &str = "1";

/// One recipe a stage of the plan. Paths start from `folder`.
///
/// # Errors
/// A sentence about the library that cannot be read.
pub(crate) fn recipes(plan: &Plan, installed: &Installed, folder: &Path) -> Result<Vec<Recipe>, String> {
    // A library may ship many stages and be large.
    let mut digests: BTreeMap<&Path, String> = BTreeMap::new();
    for path in plan.stages.iter().filter_map(|planned| installed.path(&planned.use_)) {
        if !digests.contains_key(path) {
            let digest = sha256_of(path).map_err(|e| format!("cannot read {}: {e}", path.display()))?;
            digests.insert(path, digest.to_string());
        }
    }
    let library = |planned: &PlannedStage| Some(digests.get(installed.path(&planned.use_)?)?.clone());
    Ok(plan.stages.iter().map(|planned| recipe(planned, library(planned), installed, folder)).collect())
}

fn recipe(planned: &PlannedStage, library: Option<String>, installed: &Installed, folder: &Path) -> Recipe {
    let mut parts = BTreeMap::new();
    let mut part = |name: &str, value: String| parts.insert(name.to_owned(), value);
    part("data", DATA.to_owned());
    part("stage", planned.use_.clone());
    part("plugin", format!("{} {}", planned.plugin, planned.version));
    part("output_version", planned.output_version.to_string());
    match library {
        Some(library) => part("library", library),
        // Versions alone would rest on somebody's raising them.
        None => part("library", format!("built in, sources {}", env!("DOCMILL_BUILD"))),
    };
    if let Some(when) = &planned.when {
        part("when", when.clone());
    }
    if let Some(isolation) = planned.isolation.as_ref().filter(|isolation| isolation.sandbox != Sandbox::Off)
    {
        // What a stage may not read it cannot work with.
        part("isolation", format!("{:?}, read {:?}", isolation.sandbox, isolation.read));
    }
    let schema = docmill_pipeline::Stages::get(installed, &planned.use_).map(|info| &info.params);
    let paths = schema.map(|schema| input_paths(schema, &planned.with)).unwrap_or_default();
    let Value::Object(options) = &planned.with else { return Recipe(parts) };
    for (name, value) in options {
        let named: Vec<&Vec<String>> = paths.iter().filter(|path| path.first() == Some(name)).collect();
        let mut value = value.clone();
        if planned.kind == Kind::Source && !named.is_empty() {
            // The blocks tell what a source reads: by their content and their places below it.
            continue;
        }
        for path in &named {
            change(&mut value, &path[1..], |value| content(folder, value));
        }
        for path in planned.secrets.iter().filter(|path| path.first() == Some(name)) {
            change(&mut value, &path[1..], |value| {
                let digest = blake3::derive_key("docmill a secret in a recipe", value.to_string().as_bytes());
                Value::from(format!(
                    "*** {}",
                    blake3::Hash::from(digest).to_hex().get(..16).unwrap_or_default()
                ))
            });
        }
        part(&format!("with.{name}"), value.to_string());
    }
    Recipe(parts)
}

/// The content of the file that an option names, in place of its path.
fn content(folder: &Path, value: &Value) -> Value {
    let Some(path) = value.as_str() else { return value.clone() };
    match blake3_of(&folder.join(path)) {
        Ok((_, digest)) => Value::from(format!("blake3 {digest}")),
        // The stage says so when it is made; until then it is another content than any.
        Err(error) => Value::from(format!("unreadable: {}", error.kind())),
    }
}

fn change(value: &mut Value, path: &[String], new: impl Fn(&Value) -> Value) {
    let found = path.iter().try_fold(value, |value, key| match value {
        Value::Object(table) => table.get_mut(key),
        Value::Array(elements) => elements.get_mut(key.parse::<usize>().ok()?),
        _ => None,
    });
    if let Some(value) = found {
        *value = new(value);
    }
}

/// The places of the strings in `options` that name files to be read, as the schema of the options says.
pub(crate) fn input_paths(schema: &Value, options: &Value) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    walk((schema, schema), options, &mut Vec::new(), &mut found);
    found.sort();
    found.dedup();
    found
}

/// Options are a few levels deep; a schema that refers to itself goes no deeper than its value.
fn walk(
    (root, schema): (&Value, &Value),
    value: &Value,
    path: &mut Vec<String>,
    found: &mut Vec<Vec<String>>,
) {
    if path.len() > 32 {
        return;
    }
    if let Some(target) =
        schema.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#'))
        && let Some(target) = root.pointer(target)
        && target.get("$ref").is_none()
    {
        walk((root, target), value, path, found);
    }
    for choice in
        ["anyOf", "oneOf", "allOf"].into_iter().filter_map(|key| schema.get(key)?.as_array()).flatten()
    {
        walk((root, choice), value, path, found);
    }
    match value {
        Value::String(_) if schema.get("format").and_then(Value::as_str) == Some("input-path") => {
            found.push(path.clone());
        }
        Value::Array(elements) => {
            let Some(items) = schema.get("items") else { return };
            for (n, element) in elements.iter().enumerate() {
                path.push(n.to_string());
                walk((root, items), element, path, found);
                path.pop();
            }
        }
        Value::Object(table) => {
            for (key, value) in table {
                let own = schema.get("properties").and_then(|properties| properties.get(key));
                let Some(own) = own.or_else(|| schema.get("additionalProperties")) else { continue };
                path.push(key.clone());
                walk((root, own), value, path, found);
                path.pop();
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn files_are_found_wherever_a_schema_lets_them_stand() {
        let schema = json!({
            "$defs": {"list": {"type": "object", "properties": {"file": {"format": "input-path"}}}},
            "properties": {
                "path": {"anyOf": [{"format": "input-path"}, {"items": {"format": "input-path"}}]},
                "lists": {"items": {"$ref": "#/$defs/list"}},
                "out": {"format": "output-path"},
            },
        });
        let options =
            json!({"path": ["a", "b"], "lists": [{"file": "c", "name": "d"}], "out": "e", "other": "f"});
        let found: Vec<String> = input_paths(&schema, &options).iter().map(|path| path.join(".")).collect();
        assert_eq!(found, ["lists.0.file", "path.0", "path.1"]);
        assert_eq!(input_paths(&schema, &json!({"path": "a"})), [["path"]]);
        let endless = json!({"$ref": "#", "properties": {"a": {"$ref": "#"}}});
        assert!(input_paths(&endless, &json!({"a": {"a": "b"}})).is_empty());
    }
}
