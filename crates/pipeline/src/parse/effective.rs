//! The effective pipeline out of the tables of its files.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use serde_json::{Map, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::keys::{Keys, Problems};
use super::params::Values;
use super::{convert, declare, files, overrides, params};
use crate::effective::{SECRET, ShownParam, is_replaced};
use crate::{Diagnostic, Effective, Origin, Param, Settings, Sources, parse};

/// Reads a pipeline file as [`parse`] does and keeps its terms: see [`Effective`].
///
/// # Errors
///
/// Those of [`parse`].
///
/// # Examples
///
/// ```
/// use docmill_pipeline::{Settings, effective};
///
/// let text = "params.top = { type = \"int\", default = 3 }\n[[stage]]\nuse = \"summarize\"\nwith.sentences = \"${params.top}\"\n";
/// let settings = Settings { params: vec![("top".into(), "5".into())], ..Settings::default() };
/// let effective = effective("a.toml", text, &settings).map_err(|errors| errors[0].render(text, false))?;
/// assert_eq!(effective.toml(false), "[[stage]]\nuse = \"summarize\"\nwith.sentences = 5\n");
/// # Ok::<(), String>(())
/// ```
pub fn effective(name: &str, text: &str, settings: &Settings<'_>) -> Result<Effective, Vec<Diagnostic>> {
    parse(name, text, settings)?;
    let mut problems = Problems::new(name);
    let sources = files::gather(name, text, settings, &mut problems);
    let padded = files::padded(&sources);
    let roots: Vec<DeTable<'_>> =
        padded.iter().map(|text| DeTable::parse_recoverable(text).0.into_inner()).collect();
    let of_profile = profile_places(&roots, settings.profile.as_deref());
    let (root, _) = files::merge(roots, settings.profile.as_deref(), &mut problems);
    let declared = declare::params(&Keys::new(&root, "a pipeline file", 0..0), &mut problems);
    let defaults: BTreeMap<String, Range<usize>> = declared
        .iter()
        .filter_map(|declared| Some((declared.name.clone(), declared.default.as_ref()?.1.clone())))
        .collect();
    let values = params::resolve(declared, settings, &mut problems);
    let mut walk = Walk {
        sources: &sources,
        settings,
        values: &values,
        defaults: &defaults,
        of_profile,
        origins: BTreeMap::new(),
        secrets: Vec::new(),
        problems,
    };
    let mut out = Map::new();
    // Tests give params other values, and here every param is in its place.
    let is_left_out = |key: &str| key == "params" || key == "test";
    for (key, value) in root.iter().filter(|(key, _)| !is_left_out(key.get_ref())) {
        let mut path = vec![key.get_ref().to_string()];
        out.insert(key.get_ref().to_string(), walk.value(&mut path, value));
    }
    walk.set(&mut out);
    let shown = walk.params();
    Ok(Effective { values: out, origins: walk.origins, params: shown })
}

// Where the values of the profile chosen begin.
fn profile_places(roots: &[DeTable<'_>], profile: Option<&str>) -> BTreeSet<usize> {
    let mut places = BTreeSet::new();
    let Some(profile) = profile else { return places };
    for root in roots {
        let profiles = root.get("profile").and_then(|value| value.get_ref().as_table());
        if let Some(value) = profiles.and_then(|profiles| profiles.get(profile)) {
            note(value, &mut places);
        }
    }
    places
}

fn note(value: &Spanned<DeValue<'_>>, places: &mut BTreeSet<usize>) {
    places.insert(value.span().start);
    match value.get_ref() {
        DeValue::Array(elements) => elements.iter().for_each(|element| note(element, places)),
        DeValue::Table(table) => table.iter().for_each(|(_, element)| note(element, places)),
        _ => {}
    }
}

struct Walk<'a> {
    sources: &'a Sources,
    settings: &'a Settings<'a>,
    values: &'a Values,
    defaults: &'a BTreeMap<String, Range<usize>>,
    of_profile: BTreeSet<usize>,
    origins: BTreeMap<Vec<String>, Vec<String>>,
    secrets: Vec<Vec<String>>,
    problems: Problems,
}

impl Walk<'_> {
    fn value(&mut self, path: &mut Vec<String>, value: &Spanned<DeValue<'_>>) -> Value {
        match value.get_ref() {
            DeValue::Table(table) if !table.is_empty() => {
                let mut out = Map::new();
                for (key, element) in table {
                    path.push(key.get_ref().to_string());
                    out.insert(key.get_ref().to_string(), self.value(path, element));
                    path.pop();
                }
                Value::Object(out)
            }
            DeValue::Array(elements) => {
                // An array stands in one line: its origins are its own and those of all in it.
                let mut words = vec![self.place(&value.span())];
                let mut out = Vec::new();
                for (at, element) in elements.iter().enumerate() {
                    path.push(at.to_string());
                    out.push(self.value(path, element));
                    if element.get_ref().as_table().is_none() {
                        words.extend(self.origins.remove(path).unwrap_or_default());
                    }
                    path.pop();
                }
                if !elements.iter().any(|element| element.get_ref().as_table().is_some()) {
                    let mut known = BTreeSet::new();
                    words.retain(|word| known.insert(word.clone()));
                    self.origins.insert(path.clone(), words);
                }
                Value::Array(out)
            }
            DeValue::String(text) if is_replaced(path) && text.contains("${") => {
                let (replaced, mut words) = self.replaced(path, text);
                words.push(format!("in {}", self.place(&value.span())));
                self.origins.insert(path.clone(), words);
                replaced
            }
            _ => {
                let words = vec![self.place(&value.span())];
                self.origins.insert(path.clone(), words);
                convert::plain(value, &mut self.problems)
            }
        }
    }

    // A string with its references replaced, and where their values come from.
    fn replaced(&mut self, path: &[String], text: &str) -> (Value, Vec<String>) {
        let (mut out, mut words, mut rest) = (String::new(), Vec::new(), text);
        while let Some(at) = rest.find("${") {
            let (before, reference) = rest.split_at_checked(at).unwrap_or((rest, ""));
            if let Some(before) = before.strip_suffix('$') {
                out.push_str(before);
                out.push_str("${");
                rest = reference.get(2..).unwrap_or_default();
                continue;
            }
            out.push_str(before);
            let Some((inner, tail)) = reference.get(2..).and_then(|rest| rest.split_once('}')) else { break };
            let name = inner.trim().trim_start_matches("params.");
            let is_secret = self.values.is_secret(name);
            if is_secret {
                self.secrets.push(path.to_vec());
            }
            words.push(self.origin(name));
            let known = self.values.value(name).cloned().unwrap_or_default();
            let value = if is_secret { Value::from(SECRET) } else { known };
            if inner.len() + 3 == text.len() {
                return (value, words);
            }
            match value {
                Value::String(text) => out.push_str(&text),
                plain => out.push_str(&plain.to_string()),
            }
            rest = tail;
        }
        out.push_str(rest);
        (Value::from(out), words)
    }

    // Where the value of a param comes from.
    fn origin(&self, name: &str) -> String {
        let given = self.settings.params.iter().rev().find(|(given, _)| given == name);
        if let Some((_, value)) = given {
            let value = if self.values.is_secret(name) { SECRET } else { value };
            return format!("--param {name}={value}");
        }
        match (self.values.origin(name), self.defaults.get(name)) {
            (Some(Origin::Environment(variable)), _) => format!("env {variable}"),
            (_, Some(place)) => format!("{name}: {}", self.place(place)),
            _ => format!("default of {name}"),
        }
    }

    // `news.toml:14`, with the profile in front where it gave the value.
    fn place(&self, place: &Range<usize>) -> String {
        let spot = self.sources.spot(place).map(|spot| format!("{}:{}", spot.file, spot.line));
        let spot = spot.unwrap_or_default();
        match &self.settings.profile {
            Some(profile) if self.of_profile.contains(&place.start) => format!("profile {profile}, {spot}"),
            _ => spot,
        }
    }

    // `--set stage.key=value`, last of all. What replaces a secret is taken for one.
    fn set(&mut self, out: &mut Map<String, Value>) {
        for (key, text) in &self.settings.set {
            let (id, rest) = key.split_once('.').unwrap_or((key, ""));
            let Some(Value::Array(stages)) = out.get_mut("stage") else { continue };
            let is_it =
                |stage: &Value| stage.get("id").or_else(|| stage.get("use")).is_some_and(|name| name == id);
            let Some(at) = stages.iter().position(is_it) else { continue };
            let keys: Vec<String> = rest.split('.').map(str::to_owned).collect();
            let path = [vec!["stage".to_owned(), at.to_string(), "with".to_owned()], keys.clone()].concat();
            let is_secret =
                self.secrets.iter().any(|secret| secret.starts_with(&path) || path.starts_with(secret));
            let value = if is_secret { Value::from(SECRET) } else { overrides::value(text) };
            let Some(Value::Object(stage)) = stages.get_mut(at) else { continue };
            let with = stage.entry("with").or_insert_with(|| Value::Object(Map::new()));
            if overrides::put(with, &keys, value).is_none() {
                continue;
            }
            self.origins.retain(|known, _| !known.starts_with(&path));
            let shown = if is_secret { SECRET } else { text };
            let words = format!("--set {key}={shown}");
            // An element of an array has no line of its own.
            let mut line = path;
            while line.last().is_some_and(|key| key.parse::<usize>().is_ok()) && line.len() > 4 {
                line.pop();
            }
            self.origins.entry(line).or_default().push(words);
        }
    }

    fn params(&self) -> Vec<ShownParam> {
        let shown = |param: &Param| {
            let value = if param.secret { Value::from(SECRET) } else { param.value.clone() };
            ShownParam { name: param.name.clone(), value, origin: self.origin(&param.name) }
        };
        self.values.params().iter().map(shown).collect()
    }
}
