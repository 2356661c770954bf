//! The values of params: default < declared environment < `--param`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::declare::{Declared, is_less};
use super::keys::Problems;
use crate::suggest::{did_you_mean, listed, short};
use crate::{Code, Diagnostic, Origin, Param, ParamType, Settings};

/// The params of a file by name; one whose value is wrong or missing is declared all the same.
pub(crate) struct Values {
    params: Vec<Param>,
    by_name: BTreeMap<String, Entry>,
}

struct Entry {
    // Into `params`; `None` after an error.
    at: Option<usize>,
    secret: bool,
}

impl Values {
    pub(crate) fn is_declared(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }

    pub(crate) fn is_secret(&self, name: &str) -> bool {
        self.by_name.get(name).is_some_and(|entry| entry.secret)
    }

    pub(crate) fn value(&self, name: &str) -> Option<&Value> {
        self.by_name
            .get(name)
            .and_then(|entry| entry.at)
            .and_then(|at| self.params.get(at))
            .map(|param| &param.value)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(String::as_str)
    }

    pub(crate) fn origin(&self, name: &str) -> Option<&Origin> {
        self.params.iter().find(|param| param.name == name).map(|param| &param.origin)
    }

    pub(crate) fn params(&self) -> &[Param] {
        &self.params
    }

    pub(crate) fn into_params(self) -> Vec<Param> {
        self.params
    }
}

/// Gives every declared param its value.
pub(crate) fn resolve(declared: Vec<Declared>, settings: &Settings<'_>, problems: &mut Problems) -> Values {
    unknown(&declared, settings, problems);
    let mut values = Values { params: Vec::new(), by_name: BTreeMap::new() };
    for declared in declared {
        let name = declared.name.clone();
        let secret = declared.secret;
        let param = param(declared, settings, problems);
        let at = param.is_some().then_some(values.params.len());
        values.params.extend(param);
        values.by_name.insert(name, Entry { at, secret });
    }
    values
}

/// A warning for every param that nothing refers to.
pub(crate) fn unused(values: &Values, used: &BTreeSet<String>, problems: &Problems) -> Vec<Diagnostic> {
    let unused = values.params.iter().filter(|param| !used.contains(&param.name));
    unused
        .map(|param| {
            problems
                .problem(Code::UnusedParam, format!("param `{}` is never used", short(&param.name)))
                .at(param.place.key_or_value())
                .help(format!("use it as `${{params.{}}}` in an option of a stage", short(&param.name)))
        })
        .collect()
}

fn unknown(declared: &[Declared], settings: &Settings<'_>, problems: &mut Problems) {
    for (name, _) in &settings.params {
        let names = || declared.iter().map(|declared| declared.name.as_str());
        if names().any(|known| known == name) {
            continue;
        }
        // The value stays out of the message: it may be a secret with a slip in its name.
        let message = format!("`--param {}=…` names no param of the pipeline", short(name));
        let help = if declared.is_empty() {
            "the pipeline has no params".to_owned()
        } else {
            format!("the params are {}", listed(names()))
        };
        let problem = problems.problem(Code::UnknownParam, message);
        problems.add(problem.help_if(did_you_mean(name, names())).help(help));
    }
}

fn param(declared: Declared, settings: &Settings<'_>, problems: &mut Problems) -> Option<Param> {
    let ty = declared.ty?;
    let (text, origin) = outside(&declared, ty, settings);
    let value = match text {
        Some(text) => match ty.read(&text) {
            Ok(value) => value,
            Err(wanted) => {
                let problem = problem(Code::ParamType, &declared, &format!("must be {wanted}"), problems);
                problems.add(found(problem, &declared, &origin, &text));
                return None;
            }
        },
        None => declared
            .default
            .as_ref()
            .map(|(value, _)| value.clone())
            .or_else(|| missing(&declared, problems))?,
    };
    if !is_allowed(&declared, ty, &value, &origin, problems) {
        return None;
    }
    let Declared { name, place, secret, help, .. } = declared;
    Some(Param { name, ty, value, origin, secret, help, place })
}

fn outside(declared: &Declared, ty: ParamType, settings: &Settings<'_>) -> (Option<String>, Origin) {
    if let Some((_, text)) = settings.params.iter().rev().find(|(name, _)| *name == declared.name) {
        let text = if ty == ParamType::Path { (settings.resolve_path)(text) } else { text.clone() };
        return (Some(text), Origin::CommandLine);
    }
    if let Some(name) = &declared.env
        && let Some(text) = (settings.env)(name)
    {
        return (Some(text), Origin::Environment(name.clone()));
    }
    (None, Origin::Default)
}

fn missing(declared: &Declared, problems: &mut Problems) -> Option<Value> {
    // A default of the wrong type has been complained about.
    if declared.default_is_broken {
        return None;
    }
    let name = short(&declared.name);
    let mut problem = problem(Code::MissingParam, declared, "has no value", problems)
        .help(format!("give one with `--param {name}=…`, or a `default`"));
    if let Some(env) = &declared.env {
        problem = problem.help(format!("or set the environment variable `{}`", short(env)));
    }
    problems.add(problem);
    None
}

fn is_allowed(
    declared: &Declared,
    ty: ParamType,
    value: &Value,
    origin: &Origin,
    problems: &mut Problems,
) -> bool {
    let mut wrong = Vec::new();
    if let Some(min) = declared.min.as_ref().filter(|min| is_less(ty, value, min)) {
        wrong.push((Code::ParamRange, format!("must be at least {}", shown(min))));
    }
    if let Some(max) = declared.max.as_ref().filter(|max| is_less(ty, max, value)) {
        wrong.push((Code::ParamRange, format!("must be at most {}", shown(max))));
    }
    if let Some(choices) = &declared.choices {
        let is_choice = |value: &Value| choices.contains(value);
        let fits =
            value.as_array().map_or_else(|| is_choice(value), |elements| elements.iter().all(is_choice));
        if !fits {
            let choices: Vec<String> = choices.iter().map(shown).collect();
            wrong.push((Code::ParamChoice, format!("must be one of {}", choices.join(", "))));
        }
    }
    for (code, what) in &wrong {
        let mut problem = problem(*code, declared, what, problems);
        if let (Origin::Default, Some((_, place))) = (origin, &declared.default) {
            problem.place = Some(place.clone());
        }
        if *code == Code::ParamChoice && !declared.secret {
            let choices = declared.choices.iter().flatten().filter_map(Value::as_str);
            problem.help.extend(value.as_str().and_then(|value| did_you_mean(value, choices)));
        }
        problems.add(found(problem, declared, origin, &shown(value)));
    }
    wrong.is_empty()
}

fn problem(code: Code, declared: &Declared, what: &str, problems: &Problems) -> Diagnostic {
    let message = format!("param `{}` {what}", short(&declared.name));
    problems.problem(code, message).at(declared.place.key_or_value())
}

// Says where the value comes from, and what it is unless that is a secret.
fn found(problem: Diagnostic, declared: &Declared, origin: &Origin, text: &str) -> Diagnostic {
    let text = if declared.secret { "…".to_owned() } else { short(text) };
    match origin {
        Origin::Default => problem,
        Origin::CommandLine => {
            problem.help(format!("the value comes from `--param {}={text}`", short(&declared.name)))
        }
        Origin::Environment(name) => {
            problem.help(format!("the value comes from the environment: `{}={text}`", short(name)))
        }
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => short(text),
        other => short(&other.to_string()),
    }
}
