//! `[params]`: what a pipeline file declares.

use std::ops::Range;

use serde_json::Value;
use toml::de::DeValue;

use super::convert::plain;
use super::keys::{Keys, Problems};
use super::stage::is_name;
use crate::suggest::{did_you_mean, listed, short};
use crate::{Code, ParamType, Place, units};

const KEYS: &[&str] = &["type", "default", "min", "max", "choices", "env", "secret", "help"];

pub(super) const TYPES: [(&str, ParamType); 8] = [
    ("string", ParamType::String),
    ("int", ParamType::Int),
    ("float", ParamType::Float),
    ("bool", ParamType::Bool),
    ("path", ParamType::Path),
    ("duration", ParamType::Duration),
    ("date", ParamType::Date),
    ("list", ParamType::List),
];

/// A declaration, still without a value.
pub(crate) struct Declared {
    pub(crate) name: String,
    pub(crate) place: Place,
    /// `None` after an error: nothing is asked of its value then.
    pub(crate) ty: Option<ParamType>,
    pub(crate) default: Option<(Value, Range<usize>)>,
    /// Whether there is a default, but one of the wrong type.
    pub(crate) default_is_broken: bool,
    pub(crate) min: Option<Value>,
    pub(crate) max: Option<Value>,
    pub(crate) choices: Option<Vec<Value>>,
    pub(crate) env: Option<String>,
    pub(crate) secret: bool,
    pub(crate) help: String,
}

impl ParamType {
    /// The word for it in a pipeline file.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        TYPES.iter().find(|(_, ty)| *ty == self).map_or("", |(name, _)| name)
    }

    fn is_ordered(self) -> bool {
        matches!(self, ParamType::Int | ParamType::Float | ParamType::Duration | ParamType::Date)
    }

    fn wanted(self) -> &'static str {
        match self {
            ParamType::String => "a string",
            ParamType::Int => "an integer",
            ParamType::Float => "a number",
            ParamType::Bool => "true or false",
            ParamType::Path => "a path",
            ParamType::Duration => "a span of time such as `2s`",
            ParamType::Date => "a day such as `2025-09-24`",
            ParamType::List => "a list of strings, numbers or truth values",
        }
    }

    /// The value in its final form.
    ///
    /// # Errors
    ///
    /// What is wanted instead.
    pub(crate) fn coerce(self, value: &Value) -> Result<Value, &'static str> {
        let fits = match (self, value) {
            (ParamType::Float, Value::Number(number)) => {
                return number.as_f64().map(Value::from).ok_or("a number");
            }
            (ParamType::Duration, Value::String(text)) => units::milliseconds(text).is_some(),
            (ParamType::Date, Value::String(text)) => {
                return units::day(text).map(Value::from).ok_or(self.wanted());
            }
            (ParamType::List, Value::Array(elements)) => elements
                .iter()
                .all(|element| element.is_string() || element.is_number() || element.is_boolean()),
            (ParamType::Int, Value::Number(number)) => number.is_i64(),
            (ParamType::String | ParamType::Path, Value::String(_)) | (ParamType::Bool, Value::Bool(_)) => {
                true
            }
            _ => false,
        };
        if fits { Ok(value.clone()) } else { Err(self.wanted()) }
    }

    /// The value that a text from outside the file stands for; a list is written `a,b` or as TOML.
    ///
    /// # Errors
    ///
    /// What is wanted instead.
    pub(crate) fn read(self, text: &str) -> Result<Value, &'static str> {
        let trimmed = text.trim();
        let value = match self {
            ParamType::Int => trimmed.parse::<i64>().ok().map(Value::from),
            ParamType::Float => {
                trimmed.parse::<f64>().ok().and_then(serde_json::Number::from_f64).map(Value::Number)
            }
            ParamType::Bool => trimmed.parse::<bool>().ok().map(Value::from),
            ParamType::List if trimmed.starts_with('[') => DeValue::parse(trimmed).ok().and_then(|list| {
                let mut problems = Problems::new("");
                let list = plain(&list, &mut problems);
                (problems.count() == 0).then_some(list)
            }),
            ParamType::List if trimmed.is_empty() => Some(Value::Array(Vec::new())),
            ParamType::List => Some(trimmed.split(',').map(|element| Value::from(element.trim())).collect()),
            _ => Some(Value::from(text)),
        };
        value.ok_or(self.wanted()).and_then(|value| self.coerce(&value))
    }
}

pub(crate) fn params(keys: &Keys<'_, '_>, problems: &mut Problems) -> Vec<Declared> {
    let Some(table) = keys.table("params", "`[params]`", problems) else { return Vec::new() };
    let mut params = Vec::new();
    for (name, value) in table.iter() {
        let place = Place { key: Some(name.place.clone()), value: value.span() };
        if !is_name(&name.value) {
            let problem = problems
                .problem(Code::BadName, format!("`{}` cannot be the name of a param", short(&name.value)))
                .at(name.place.clone())
                .help("a name has letters, digits, `_` and `-` only");
            problems.add(problem);
            params.push(Declared::broken(name.value, place));
            continue;
        }
        let Some(keys) = table.table(&name.value, &format!("param `{}`", short(&name.value)), problems)
        else {
            problems.help_last(&format!("for example `{}`", example(value.get_ref())));
            params.push(Declared::broken(name.value, place));
            continue;
        };
        params.push(param(name.value, place, &keys, problems));
    }
    params
}

// A declaration that has the value as its default.
fn example(value: &DeValue<'_>) -> String {
    let (ty, default) = match value {
        DeValue::Integer(number) => ("int", number.as_str()),
        DeValue::Float(number) => ("float", number.as_str()),
        DeValue::Boolean(truth) => ("bool", if *truth { "true" } else { "false" }),
        DeValue::Datetime(_) => ("date", "\"2025-09-24\""),
        DeValue::Array(_) => ("list", "[…]"),
        DeValue::String(_) | DeValue::Table(_) => ("string", "\"…\""),
    };
    format!("{{ type = \"{ty}\", default = {default} }}")
}

impl Declared {
    // Stands for a declaration that cannot be read, so that a reference to it is not wrong as well.
    fn broken(name: String, place: Place) -> Declared {
        Declared {
            name,
            place,
            ty: None,
            default: None,
            default_is_broken: false,
            min: None,
            max: None,
            choices: None,
            env: None,
            secret: false,
            help: String::new(),
        }
    }
}

fn param(name: String, place: Place, keys: &Keys<'_, '_>, problems: &mut Problems) -> Declared {
    keys.check(KEYS, &[], problems);
    let mut declared = Declared::broken(name, place);
    declared.ty = ty(keys, problems);
    declared.env = keys.string("env", problems).map(|env| env.value);
    declared.secret = keys.boolean("secret", problems).unwrap_or_default();
    declared.help = keys.string("help", problems).map(|help| help.value).unwrap_or_default();
    let Some(ty) = declared.ty else { return declared };
    declared.default = value(keys, "default", ty, problems);
    declared.default_is_broken = declared.default.is_none()
        && (keys.get("default").is_some() || keys.is_misspelt("default") || keys.is_misspelt("env"));
    declared.min = bound(keys, "min", ty, problems);
    declared.max = bound(keys, "max", ty, problems);
    declared.choices = choices(keys, ty, problems);
    if let (Some(min), Some(max)) = (&declared.min, &declared.max)
        && is_less(ty, max, min)
    {
        let place = keys.get("max").map_or(keys.place(), toml::Spanned::span);
        let problem = problems.problem(Code::BadDeclaration, "`max` is less than `min`").at(place);
        let min = min.as_str().map_or_else(|| min.to_string(), str::to_owned);
        problems.add(problem.label(format!("`min` is {}", short(&min))));
        declared.min = None;
        declared.max = None;
    }
    declared
}

fn ty(keys: &Keys<'_, '_>, problems: &mut Problems) -> Option<ParamType> {
    let word = keys.needed_string("type", "type = \"string\"", problems)?;
    let ty = TYPES.iter().find(|(name, _)| *name == word.value).map(|(_, ty)| *ty);
    if ty.is_none() {
        let names = || TYPES.iter().map(|(name, _)| *name);
        let problem = problems
            .problem(Code::BadValue, format!("a param cannot be of type `{}`", short(&word.value)))
            .at(word.place)
            .label(did_you_mean(&word.value, names()).unwrap_or_default())
            .help(format!("it is one of {}", listed(names())));
        problems.add(problem);
    }
    ty
}

fn value(
    keys: &Keys<'_, '_>,
    key: &str,
    ty: ParamType,
    problems: &mut Problems,
) -> Option<(Value, Range<usize>)> {
    let value = keys.get(key)?;
    match ty.coerce(&plain(value, problems)) {
        Ok(coerced) => Some((coerced, value.span())),
        Err(wanted) => {
            let problem = problems
                .problem(Code::ParamType, format!("`{key}` must be {wanted}"))
                .at(value.span())
                .label(format!("the param is of type `{}`", ty.as_str()));
            problems.add(problem);
            None
        }
    }
}

fn bound(keys: &Keys<'_, '_>, key: &str, ty: ParamType, problems: &mut Problems) -> Option<Value> {
    let place = keys.key_place(key)?;
    if ty.is_ordered() {
        return value(keys, key, ty, problems).map(|(value, _)| value);
    }
    let message = format!("`{key}` has no meaning for a param of type `{}`", ty.as_str());
    let ordered: Vec<&str> = TYPES.iter().filter(|(_, ty)| ty.is_ordered()).map(|(name, _)| *name).collect();
    let help = format!("remove it: only a value of type {} has limits", listed(ordered));
    problems.add(problems.problem(Code::BadDeclaration, message).at(place).help(help));
    None
}

fn choices(keys: &Keys<'_, '_>, ty: ParamType, problems: &mut Problems) -> Option<Vec<Value>> {
    let value = keys.get("choices")?;
    let Value::Array(choices) = plain(value, problems) else {
        return super::keys::wrong_type("choices", "an array", value, problems);
    };
    // The choices of a list are those of its elements.
    let coerced: Result<Vec<_>, _> = match ty {
        ParamType::List => Ok(choices),
        ty => choices.iter().map(|choice| ty.coerce(choice)).collect(),
    };
    match coerced {
        Ok(choices) if !choices.is_empty() => Some(choices),
        Ok(_) => {
            problems.add(problems.problem(Code::BadDeclaration, "`choices` is empty").at(value.span()));
            None
        }
        Err(wanted) => {
            let problem = problems.problem(Code::ParamType, format!("each of `choices` must be {wanted}"));
            problems.add(problem.at(value.span()).label(format!("the param is of type `{}`", ty.as_str())));
            None
        }
    }
}

/// Whether one value of an ordered type comes before another.
pub(crate) fn is_less(ty: ParamType, a: &Value, b: &Value) -> bool {
    match (ty, a, b) {
        (ParamType::Duration, Value::String(a), Value::String(b)) => {
            units::milliseconds(a) < units::milliseconds(b)
        }
        // `YYYY-MM-DD` sorts as the days do.
        (ParamType::Date, Value::String(a), Value::String(b)) => a < b,
        (ParamType::Int, a, b) => a.as_i64() < b.as_i64(),
        (_, a, b) => a.as_f64() < b.as_f64(),
    }
}
