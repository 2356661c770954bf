//! The stages of a file.

use std::ops::Range;

use serde_json::{Map, Value};
use toml::Spanned;
use toml::de::DeValue;

use super::convert::{Converted, Converter};
use super::isolation;
use super::keys::{Keys, Problems, wrong_type};
use crate::suggest::{did_you_mean, listed, short};
use crate::{Code, Inputs, OnError, Place, Placed, Places, StageDecl};

/// More would keep a run waiting for hours over one document.
const MAX_RETRY: u32 = 100;

const KEYS: &[&str] =
    &["use", "id", "from", "when", "with", "unread", "on_error", "batch", "isolation", "timeout", "retry"];
pub(super) const ON_ERROR: [(&str, OnError); 3] =
    [("quarantine", OnError::Quarantine), ("fail", OnError::Fail), ("drop", OnError::Drop)];

/// The stages; `None` where one of them cannot be told, or there is none.
pub(crate) fn stages(keys: &Keys<'_, '_>, converter: &mut Converter<'_>) -> Option<Vec<StageDecl>> {
    let Some(value) = keys.get("stage") else {
        return if keys.is_misspelt("stage") { None } else { no_stages(0..0, converter.problems) };
    };
    let DeValue::Array(elements) = value.get_ref() else {
        let help = "write `[[stage]]`, with two brackets";
        wrong_type::<()>("stage", "an array of tables", value, converter.problems);
        if matches!(value.get_ref(), DeValue::Table(_)) {
            converter.problems.help_last(help);
        }
        return None;
    };
    if elements.is_empty() {
        return no_stages(value.span(), converter.problems);
    }
    let stages: Vec<_> =
        elements.iter().enumerate().map(|(at, element)| stage(at, element, converter)).collect();
    stages.into_iter().collect()
}

fn no_stages<T>(place: Range<usize>, problems: &mut Problems) -> Option<T> {
    let problem = problems
        .problem(Code::NoStages, "the pipeline has no stage")
        .at(place)
        .help("a stage is written `[[stage]]`, then `use = \"ingest\"`");
    problems.add(problem);
    None
}

fn stage(at: usize, value: &Spanned<DeValue<'_>>, converter: &mut Converter<'_>) -> Option<StageDecl> {
    let DeValue::Table(table) = value.get_ref() else {
        return wrong_type("stage", "a table", value, converter.problems);
    };
    let (before, flaws) = (converter.problems.count(), converter.flaws());
    let keys = Keys::new(table, "a stage", value.span());
    keys.check(KEYS, &[], converter.problems);
    for problem in converter.problems.since(before) {
        // No slip in a key of the language: then probably an option in the wrong place.
        if problem.code == Code::UnknownKey && problem.label.is_empty() {
            let key = converter.sources.slice(&problem.place.clone().unwrap_or_default());
            let help = format!("the options of a stage stand under `with`: `with.{} = …`", short(key));
            problem.help.insert(0, help);
        }
    }
    let named = Keys::new(table, format!("stage {}", at + 1), value.span());
    let use_ = named.needed_string("use", "use = \"segment\"", converter.problems);
    let id = id(&keys, converter.problems);
    let from = inputs(&keys, converter.problems);
    let unread = names(&keys, "unread", converter.problems);
    let when = converter.placed(&keys, "when");
    let on_error = on_error(&keys, converter.problems);
    let batch = keys.count("batch", u32::MAX, converter.problems);
    let retry = keys.number("retry", 0..=MAX_RETRY, converter.problems).unwrap_or_default();
    let (isolation, timeout_ms) = isolation::isolation(&keys, converter);
    let with = with(&keys, converter);

    let use_ = use_?;
    let mut places = with.places;
    places.insert(&[], Place { key: None, value: value.span() });
    note(&keys, &mut places);
    let secrets = with.secrets.into_iter().map(|path| path.into_iter().skip(1).collect()).collect();
    Some(StageDecl {
        id: id.unwrap_or_else(|| use_.clone()),
        use_,
        from: from?,
        unread,
        when,
        with: with.value,
        secrets,
        on_error,
        batch,
        retry: retry as u32,
        isolation,
        timeout_ms,
        sound: converter.flaws() == flaws,
        places,
        place: value.span(),
    })
}

fn id(keys: &Keys<'_, '_>, problems: &mut Problems) -> Option<Placed<String>> {
    let id = keys.string("id", problems)?;
    if is_name(&id.value) {
        return Some(id);
    }
    let problem = problems
        .problem(Code::BadName, format!("`{}` cannot be an id", short(&id.value)))
        .at(id.place.clone())
        .help("an id has letters, digits, `_` and `-` only");
    problems.add(problem);
    // Kept, so that a `from` that names it is not wrong as well.
    Some(id)
}

/// Whether a name has letters, digits, `_` and `-` only, and at least one.
pub(crate) fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

// `None` after an error: what the stage reads cannot be told.
fn inputs(keys: &Keys<'_, '_>, problems: &mut Problems) -> Option<Inputs> {
    let Some(value) = keys.get("from") else { return Some(Inputs::Before) };
    let names = match value.get_ref() {
        DeValue::String(_) => vec![input(value, problems)],
        DeValue::Array(elements) => elements.iter().map(|element| input(element, problems)).collect(),
        _ => return wrong_type("from", "an id or an array of ids", value, problems),
    };
    names.into_iter().collect::<Option<Vec<_>>>().map(Inputs::Named)
}

fn input(value: &Spanned<DeValue<'_>>, problems: &mut Problems) -> Option<Placed<String>> {
    let DeValue::String(name) = value.get_ref() else {
        return wrong_type("from", "an id or an array of ids", value, problems);
    };
    Some(Placed { value: name.to_string(), place: value.span() })
}

// An array of strings.
fn names(keys: &Keys<'_, '_>, key: &str, problems: &mut Problems) -> Vec<Placed<String>> {
    let Some(value) = keys.get(key) else { return Vec::new() };
    let DeValue::Array(elements) = value.get_ref() else {
        return wrong_type(key, "an array of strings", value, problems).unwrap_or_default();
    };
    let mut names = Vec::new();
    for element in elements {
        match element.get_ref() {
            DeValue::String(name) => names.push(Placed { value: name.to_string(), place: element.span() }),
            _ => drop(wrong_type::<()>(key, "an array of strings", element, problems)),
        }
    }
    names
}

fn on_error(keys: &Keys<'_, '_>, problems: &mut Problems) -> OnError {
    let Some(word) = keys.string("on_error", problems) else { return OnError::default() };
    if let Some((_, known)) = ON_ERROR.iter().find(|(name, _)| *name == word.value) {
        return *known;
    }
    let names = || ON_ERROR.iter().map(|(name, _)| *name);
    let problem = problems
        .problem(Code::BadValue, format!("`on_error` cannot be `{}`", short(&word.value)))
        .at(word.place)
        .label(did_you_mean(&word.value, names()).unwrap_or_default())
        .help(format!("it is one of {}", listed(names())));
    problems.add(problem);
    OnError::default()
}

fn with(keys: &Keys<'_, '_>, converter: &mut Converter<'_>) -> Converted {
    let empty =
        Converted { value: Value::Object(Map::new()), places: Places::default(), secrets: Vec::new() };
    let Some(value) = keys.get("with") else { return empty };
    if !matches!(value.get_ref(), DeValue::Table(_)) {
        wrong_type::<()>("with", "a table", value, converter.problems);
        converter.problems.help_last("for example `with = { name = \"value\" }`, or `with.name = \"value\"`");
        return empty;
    }
    converter.convert(&["with".to_owned()], value)
}

// The places of the runner's own keys; those below `with` are there already.
fn note(keys: &Keys<'_, '_>, places: &mut Places) {
    for (key, value) in keys.iter() {
        places.insert(std::slice::from_ref(&key.value), Place { key: Some(key.place), value: value.span() });
        if let (DeValue::Array(elements), "from") = (value.get_ref(), key.value.as_str()) {
            for (at, element) in elements.iter().enumerate() {
                places
                    .insert(&[key.value.clone(), at.to_string()], Place { key: None, value: element.span() });
            }
        }
    }
}
