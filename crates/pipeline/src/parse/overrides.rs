//! `--set stage.key=value`.

use serde_json::{Map, Value};
use toml::de::DeValue;

use super::convert::plain;
use super::keys::Problems;
use crate::suggest::{did_you_mean, listed, short};
use crate::{Code, Diagnostic, Settings, StageDecl};

// Deep enough for any options, and far from the end of the stack.
const MAX_KEYS: usize = 32;

pub(crate) fn apply(stages: &mut [StageDecl], settings: &Settings<'_>, problems: &mut Problems) {
    for (key, text) in &settings.set {
        let mut path = key.split('.').map(str::to_owned);
        let id = path.next().unwrap_or_default();
        let path: Vec<String> = path.collect();
        if path.is_empty() || path.len() > MAX_KEYS || path.iter().any(String::is_empty) {
            let problem = unknown(key, "is not of the form `stage.option`", problems);
            problems.add(problem.help("for example `--set segment.max_len=400`"));
            continue;
        }
        let Some(at) = stages.iter().position(|stage| stage.id.value == id) else {
            let names = || stages.iter().map(|stage| stage.id.value.as_str());
            let problem = unknown(key, &format!("names no stage: there is no `{}`", short(&id)), problems)
                .help_if(did_you_mean(&id, names()))
                .help(format!("the stages are {}", listed(names())));
            problems.add(problem);
            continue;
        };
        let Some(stage) = stages.get_mut(at) else { continue };
        // The value stays out: it may be a secret.
        let words = format!("--set {}=…", short(key));
        if put(&mut stage.with, &path, value(text)).is_none() {
            problems.add(unknown(key, "leads through a value that is no table", problems));
            continue;
        }
        stage.secrets.retain(|secret| !secret.starts_with(&path));
        let placed: Vec<String> = std::iter::once("with".to_owned()).chain(path).collect();
        stage.places.replace(&placed, words);
    }
}

fn unknown(key: &str, why: &str, problems: &Problems) -> Diagnostic {
    problems.problem(Code::UnknownSet, format!("`--set {}=…` {why}", short(key)))
}

// TOML, or a plain string where it is none: `--set export.path=out/a.jsonl` needs no quotes.
pub(crate) fn value(text: &str) -> Value {
    let mut problems = Problems::new("");
    DeValue::parse(text)
        .ok()
        .map(|value| plain(&value, &mut problems))
        .filter(|_| problems.count() == 0)
        .unwrap_or_else(|| Value::from(text))
}

// `None` where a value on the way is neither a table nor an array with that element.
pub(crate) fn put(mut at: &mut Value, path: &[String], value: Value) -> Option<()> {
    for key in path {
        at = match at {
            Value::Object(table) => table.entry(key.as_str()).or_insert_with(|| Value::Object(Map::new())),
            Value::Array(elements) => elements.get_mut(key.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    *at = value;
    Some(())
}
