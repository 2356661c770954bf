//! From TOML values to JSON, with places noted and `${params.x}` replaced.

use std::collections::BTreeSet;
use std::ops::Range;

use serde_json::{Map, Value};
use toml::Spanned;
use toml::de::DeValue;

use super::keys::{Keys, Problems};
use super::params::Values;
use crate::suggest::{did_you_mean, listed, short};
use crate::{Code, Diagnostic, Place, Placed, Places, Sources};

// The TOML parser limits its own depth, but dotted keys inside nested tables multiply.
const MAX_DEPTH: usize = 64;

/// Turns values into JSON.
pub(crate) struct Converter<'a> {
    pub(crate) sources: &'a Sources,
    values: &'a Values,
    used: BTreeSet<String>,
    pub(crate) problems: &'a mut Problems,
    places: Places,
    secrets: Vec<Vec<String>>,
    // How often a reference had no value, because its param has a mistake.
    holes: usize,
}

/// A table as JSON, with what is known of its values.
pub(crate) struct Converted {
    pub(crate) value: Value,
    pub(crate) places: Places,
    /// The paths of the values that hold a secret.
    pub(crate) secrets: Vec<Vec<String>>,
}

impl<'a> Converter<'a> {
    pub(crate) fn new(sources: &'a Sources, values: &'a Values, problems: &'a mut Problems) -> Converter<'a> {
        Converter {
            sources,
            values,
            used: BTreeSet::new(),
            problems,
            places: Places::default(),
            secrets: Vec::new(),
            holes: 0,
        }
    }

    /// How many problems there are, with those that were told where a param is declared.
    pub(crate) fn flaws(&self) -> usize {
        self.problems.count() + self.holes
    }

    /// The names of the params that were referred to.
    pub(crate) fn into_used(self) -> BTreeSet<String> {
        self.used
    }

    /// A value with references replaced; its places are noted under `path`.
    pub(crate) fn convert(&mut self, path: &[String], value: &Spanned<DeValue<'_>>) -> Converted {
        let mut path = path.to_vec();
        let value = self.value(&mut path, value);
        let places = std::mem::take(&mut self.places);
        Converted { value, places, secrets: std::mem::take(&mut self.secrets) }
    }

    /// A string of the language with references replaced; `None` after an error.
    pub(crate) fn string(&mut self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<String> {
        let DeValue::String(text) = value.get_ref() else {
            return super::keys::wrong_type(key, "a string", value, self.problems);
        };
        let before = self.flaws();
        let replaced = self.replace(&[], text, value.span());
        self.secrets.clear();
        match replaced {
            // What a broken reference leaves behind would only be complained about once more.
            _ if self.flaws() > before => None,
            Value::String(text) => Some(text),
            _ => super::keys::wrong_type(key, "a string, and the param is none", value, self.problems),
        }
    }

    /// The string of a key with references replaced; `None` where there is none, and after an error.
    pub(crate) fn placed(&mut self, keys: &Keys<'_, '_>, key: &str) -> Option<Placed<String>> {
        let value = keys.get(key)?;
        self.string(key, value).map(|text| Placed { value: text, place: value.span() })
    }

    fn value(&mut self, path: &mut Vec<String>, value: &Spanned<DeValue<'_>>) -> Value {
        match value.get_ref() {
            DeValue::String(text) => self.replace(path, text, value.span()),
            DeValue::Array(elements) => {
                if self.is_too_deep(path, value.span()) {
                    return Value::Null;
                }
                let mut array = Vec::with_capacity(elements.len());
                for (at, element) in elements.iter().enumerate() {
                    path.push(at.to_string());
                    self.places.insert(path, Place { key: None, value: element.span() });
                    array.push(self.value(path, element));
                    path.pop();
                }
                Value::Array(array)
            }
            DeValue::Table(table) => {
                if self.is_too_deep(path, value.span()) {
                    return Value::Null;
                }
                let mut object = Map::new();
                for (key, element) in table {
                    path.push(key.get_ref().to_string());
                    self.places.insert(path, Place { key: Some(key.span()), value: element.span() });
                    object.insert(key.get_ref().to_string(), self.value(path, element));
                    path.pop();
                }
                Value::Object(object)
            }
            plain => scalar(plain, value.span(), self.problems),
        }
    }

    fn is_too_deep(&mut self, path: &[String], place: Range<usize>) -> bool {
        let too_deep = path.len() >= MAX_DEPTH;
        if too_deep {
            let message = format!("values are nested more than {MAX_DEPTH} deep");
            self.problems.add(self.problems.problem(Code::TooDeep, message).at(place));
        }
        too_deep
    }

    // `$${` stands for `${`; a string that is one reference becomes the value with its type.
    fn replace(&mut self, path: &[String], text: &str, place: Range<usize>) -> Value {
        if !text.contains("${") {
            return Value::from(text);
        }
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find("${") {
            let (before, reference) = rest.split_at_checked(at).unwrap_or((rest, ""));
            if let Some(before) = before.strip_suffix('$') {
                out.push_str(before);
                out.push_str("${");
                rest = reference.get(2..).unwrap_or_default();
                continue;
            }
            out.push_str(before);
            let Some(end) = reference.find('}') else {
                let problem = self.bad_reference(reference, "`}` is missing", &place);
                self.problems.add(problem);
                return Value::from(out);
            };
            let (reference, tail) = reference.split_at_checked(end + 1).unwrap_or((reference, ""));
            let value = self.reference(path, reference, &place);
            if reference.len() == text.len() {
                return value.cloned().unwrap_or_default();
            }
            match value {
                Some(Value::String(text)) => out.push_str(text),
                Some(Value::Array(_)) => self.list_in_text(reference, &place),
                Some(plain) => out.push_str(&plain.to_string()),
                None => {}
            }
            rest = tail;
        }
        out.push_str(rest);
        Value::from(out)
    }

    fn reference(&mut self, path: &[String], reference: &str, place: &Range<usize>) -> Option<&'a Value> {
        let inner = reference.get(2..reference.len() - 1).unwrap_or_default().trim();
        let Some(name) = inner.strip_prefix("params.") else {
            self.foreign(reference, inner, place);
            return None;
        };
        let values = self.values;
        if !values.is_declared(name) {
            let names: Vec<&str> = values.names().collect();
            let place = self.place_within(reference, place);
            let problem = self
                .problems
                .problem(Code::UnknownReference, format!("there is no param `{}`", short(name)))
                .at(place)
                .label(did_you_mean(name, names.iter().copied()).unwrap_or_default());
            let help = if names.is_empty() {
                format!("declare it: `[params]`, then `{} = {{ type = \"string\" }}`", short(name))
            } else {
                format!("the params are {}", listed(names))
            };
            self.problems.add(problem.help(help));
            return None;
        }
        self.used.insert(name.to_owned());
        if values.is_secret(name) {
            self.secrets.push(path.to_vec());
        }
        let value = values.value(name);
        self.holes += usize::from(value.is_none());
        value
    }

    // A reference to something else than a param.
    fn foreign(&mut self, reference: &str, inner: &str, place: &Range<usize>) {
        let variable = inner.strip_prefix("env.").unwrap_or(inner);
        let is_variable = !variable.is_empty()
            && variable
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
        let problem = if self.values.is_declared(inner) {
            self.bad_reference(reference, &format!("write `${{params.{}}}`", short(inner)), place)
        } else {
            self.bad_reference(reference, "only `${params.name}` can be referred to", place)
        };
        self.problems.add(if is_variable {
            let name = short(&variable.to_ascii_lowercase());
            problem.help(format!(
                "the environment is read through a param: `{name} = {{ type = \"string\", env = \"{}\" }}`",
                short(variable)
            ))
        } else {
            problem.help("write `$${` for the characters `${`")
        });
    }

    fn bad_reference(&mut self, reference: &str, why: &str, place: &Range<usize>) -> Diagnostic {
        let place = self.place_within(reference, place);
        self.problems
            .problem(Code::BadReference, format!("`{}` is no reference to a param", short(reference)))
            .at(place)
            .label(why)
    }

    fn list_in_text(&mut self, reference: &str, place: &Range<usize>) {
        let place = self.place_within(reference, place);
        let problem = self
            .problems
            .problem(Code::ListInText, format!("`{reference}` is a list and cannot be part of a string"))
            .at(place)
            .help("a list can only be the whole value");
        self.problems.add(problem);
    }

    // The reference itself where the literal has it as it is, without escapes; else the whole literal.
    fn place_within(&self, reference: &str, place: &Range<usize>) -> Range<usize> {
        let literal = self.sources.slice(place);
        match literal.find(reference) {
            Some(at) => place.start + at..place.start + at + reference.len(),
            None => place.clone(),
        }
    }
}

/// A TOML value as JSON, nothing replaced; `path`s and places are not kept.
pub(crate) fn plain(value: &Spanned<DeValue<'_>>, problems: &mut Problems) -> Value {
    nested(value, 0, problems)
}

fn nested(value: &Spanned<DeValue<'_>>, depth: usize, problems: &mut Problems) -> Value {
    match value.get_ref() {
        DeValue::Array(_) | DeValue::Table(_) if depth >= MAX_DEPTH => {
            let message = format!("values are nested more than {MAX_DEPTH} deep");
            problems.add(problems.problem(Code::TooDeep, message).at(value.span()));
            Value::Null
        }
        DeValue::Array(elements) => {
            elements.iter().map(|element| nested(element, depth + 1, problems)).collect()
        }
        DeValue::Table(table) => table
            .iter()
            .map(|(key, element)| (key.get_ref().to_string(), nested(element, depth + 1, problems)))
            .collect(),
        plain => scalar(plain, value.span(), problems),
    }
}

fn scalar(value: &DeValue<'_>, place: Range<usize>, problems: &mut Problems) -> Value {
    let number = match value {
        DeValue::String(text) => return Value::from(text.as_ref()),
        DeValue::Boolean(truth) => return Value::from(*truth),
        DeValue::Datetime(time) => return Value::from(time.to_string()),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).ok().map(Value::from)
        }
        DeValue::Float(number) => {
            let number = number.as_str().parse::<f64>().ok();
            number.and_then(serde_json::Number::from_f64).map(Value::Number)
        }
        DeValue::Array(_) | DeValue::Table(_) => return Value::Null,
    };
    number.unwrap_or_else(|| {
        let what = if matches!(value, DeValue::Float(_)) { "finite" } else { "within 64 bits" };
        problems.add(problems.problem(Code::BadNumber, format!("a number must be {what}")).at(place));
        Value::Null
    })
}
