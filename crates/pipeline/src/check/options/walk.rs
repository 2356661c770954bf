//! A small walker over JSON Schema: the part that generated schemas of option structs use.
//!
//! Keywords that it does not know (`pattern`, `multipleOf`, …) accept everything; the plugin itself looks at
//! the options again before it runs.

use serde_json::{Map, Value};

use crate::suggest::{nearest, short};

// A schema that refers to itself in several forms can ask for exponential work; what is left over then
// counts as fitting.
const MAX_STEPS: usize = 200_000;
const MAX_DEPTH: usize = 160;

/// One thing that does not fit; the path leads to the value that is wrong.
pub(super) struct Fault {
    pub(super) path: Vec<String>,
    pub(super) what: What,
}

/// What does not fit.
pub(super) enum What {
    /// The path leads to an option that the schema does not know.
    Unknown { known: Vec<String> },
    /// A table lacks an option; the path leads to the table.
    Missing { name: String, description: Option<String> },
    /// The wrong type, both in words: "an integer".
    Type { wanted: String, found: &'static str, choices: Vec<String> },
    /// None of the values allowed; `found` where it is a plain value.
    Choice { found: Option<String>, choices: Vec<String> },
    /// Outside a limit, in words: "at least 1".
    Range { limit: String },
    /// None of several forms, in words.
    Form { forms: Vec<String> },
}

pub(super) struct Walker<'a> {
    root: &'a Value,
    steps: usize,
    depth: usize,
    path: Vec<String>,
    faults: Vec<Fault>,
}

impl<'a> Walker<'a> {
    pub(super) fn new(root: &'a Value) -> Walker<'a> {
        Walker { root, steps: 0, depth: 0, path: Vec::new(), faults: Vec::new() }
    }

    /// What does not fit, in the order of the values.
    pub(super) fn faults(mut self, value: &Value) -> Vec<Fault> {
        self.value(self.root, value);
        self.faults
    }

    fn fault(&mut self, what: What) {
        self.faults.push(Fault { path: self.path.clone(), what });
    }

    fn value(&mut self, schema: &'a Value, value: &Value) {
        let Value::Object(schema) = schema else { return };
        self.steps += 1;
        if self.steps > MAX_STEPS || self.depth > MAX_DEPTH {
            return;
        }
        self.depth += 1;
        if let Some(target) = schema.get("$ref").and_then(|target| resolve(self.root, target)) {
            self.value(target, value);
        }
        if self.fits_type(schema, value) {
            self.choice(schema, value);
            match value {
                Value::Number(number) => self.number(schema, number),
                Value::String(text) => {
                    self.length(schema, ["minLength", "maxLength"], text.chars().count(), "char");
                }
                Value::Array(elements) => self.array(schema, elements),
                Value::Object(table) => self.table(schema, table),
                Value::Null | Value::Bool(_) => {}
            }
            for all in list(schema, "allOf") {
                self.value(all, value);
            }
            for key in ["anyOf", "oneOf"] {
                self.forms(list(schema, key), value);
            }
        }
        self.depth -= 1;
    }

    fn fits_type(&mut self, schema: &Map<String, Value>, value: &Value) -> bool {
        let types: Vec<&str> = match schema.get("type") {
            Some(Value::String(name)) => vec![name],
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
            _ => return true,
        };
        if types.iter().any(|name| is_type(name, value)) {
            return true;
        }
        let choices =
            schema.get("enum").and_then(Value::as_array).into_iter().flatten().filter_map(words).collect();
        self.fault(What::Type { wanted: wanted(&types), found: type_of(value), choices });
        false
    }

    fn choice(&mut self, schema: &Map<String, Value>, value: &Value) {
        let choices = match (schema.get("const"), schema.get("enum")) {
            (Some(only), _) => std::slice::from_ref(only),
            (None, Some(Value::Array(choices))) => choices.as_slice(),
            _ => return,
        };
        if !choices.contains(value) {
            self.fault(What::Choice {
                found: words(value),
                choices: choices.iter().filter_map(words).collect(),
            });
        }
    }

    fn number(&mut self, schema: &Map<String, Value>, number: &serde_json::Number) {
        let Some(value) = number.as_f64() else { return };
        let format = schema.get("format").and_then(Value::as_str).and_then(format_limits);
        let limit = |key: &str| schema.get(key).and_then(Value::as_number).cloned();
        let least = limit("minimum").or_else(|| Some(format.as_ref()?.0.clone()));
        let most = limit("maximum").or_else(|| Some(format.as_ref()?.1.clone()));
        let limits: [(Option<serde_json::Number>, &str, Outside); 4] = [
            (least, "at least", |value, limit| value < limit),
            (most, "at most", |value, limit| value > limit),
            (limit("exclusiveMinimum"), "more than", |value, limit| value <= limit),
            (limit("exclusiveMaximum"), "less than", |value, limit| value >= limit),
        ];
        for (limit, what, is_outside) in limits {
            let Some(limit) = limit else { continue };
            if limit.as_f64().is_some_and(|bound| is_outside(value, bound)) {
                self.fault(What::Range { limit: format!("be {what} {limit}") });
            }
        }
    }

    fn length(&mut self, schema: &Map<String, Value>, [min, max]: [&str; 2], length: usize, unit: &str) {
        let limit = |key| schema.get(key).and_then(Value::as_u64);
        let mut fault = |what: &str, limit: u64| {
            let plural = if limit == 1 { "" } else { "s" };
            self.fault(What::Range { limit: format!("have {what} {limit} {unit}{plural}") });
        };
        if let Some(min) = limit(min).filter(|&min| (length as u64) < min) {
            fault("at least", min);
        }
        if let Some(max) = limit(max).filter(|&max| (length as u64) > max) {
            fault("at most", max);
        }
    }

    fn array(&mut self, schema: &'a Map<String, Value>, elements: &[Value]) {
        self.length(schema, ["minItems", "maxItems"], elements.len(), "element");
        let first = list(schema, "prefixItems");
        let rest = schema.get("items");
        for (at, element) in elements.iter().enumerate() {
            if let Some(schema) = first.get(at).or(rest) {
                self.at(at.to_string(), |walker| walker.value(schema, element));
            }
        }
    }

    fn table(&mut self, schema: &'a Map<String, Value>, table: &Map<String, Value>) {
        let known = schema.get("properties").and_then(Value::as_object);
        let others = schema.get("additionalProperties");
        let mut slips = Vec::new();
        for (key, value) in table {
            match (known.and_then(|known| known.get(key)), others) {
                (Some(schema), _) => self.at(key.clone(), |walker| walker.value(schema, value)),
                (None, Some(Value::Bool(false))) => {
                    let known: Vec<String> =
                        known.map(|known| known.keys().cloned().collect()).unwrap_or_default();
                    slips.extend(nearest(key, known.iter().map(String::as_str)).map(str::to_owned));
                    self.at(key.clone(), |walker| walker.fault(What::Unknown { known }));
                }
                (None, Some(schema)) => self.at(key.clone(), |walker| walker.value(schema, value)),
                (None, None) => {}
            }
        }
        for name in list(schema, "required").iter().filter_map(Value::as_str) {
            // Not missing, just misspelt.
            if table.contains_key(name) || slips.iter().any(|slip| slip == name) {
                continue;
            }
            let description = known.and_then(|known| known.get(name)?.get("description")?.as_str());
            let description = description.and_then(|text| text.lines().next()).map(str::to_owned);
            self.fault(What::Missing { name: name.to_owned(), description });
        }
    }

    fn at(&mut self, key: String, then: impl FnOnce(&mut Self)) {
        self.path.push(key);
        then(self);
        self.path.pop();
    }

    // One form that fits is enough, for `oneOf` too: generated forms do not overlap.
    fn forms(&mut self, forms: &'a [Value], value: &Value) {
        // TOML has no null: an optional value has just the other form.
        let forms: Vec<&'a Value> = forms.iter().filter(|form| !is_null(form)).collect();
        let mut tried = Vec::with_capacity(forms.len());
        for form in &forms {
            let kept = std::mem::take(&mut self.faults);
            self.value(form, value);
            let faults = std::mem::replace(&mut self.faults, kept);
            if faults.is_empty() {
                return;
            }
            tried.push(faults);
        }
        if forms.is_empty() {
            return;
        }
        if let Some(choices) = self.all_choices(&forms) {
            return match value {
                Value::String(text) => self.fault(What::Choice { found: Some(text.clone()), choices }),
                other => {
                    self.fault(What::Type { wanted: "a string".to_owned(), found: type_of(other), choices });
                }
            };
        }
        // The faults of the one form that was meant say more than a list of forms.
        if let Some(at) = self.meant(&forms, value) {
            self.faults.extend(tried.into_iter().nth(at).unwrap_or_default());
        } else {
            let forms = forms.iter().map(|form| describe(self.root, form)).collect();
            self.fault(What::Form { forms });
        }
    }

    // The strings to choose from, where no form is anything else.
    fn all_choices(&self, forms: &[&'a Value]) -> Option<Vec<String>> {
        let mut choices = Vec::new();
        for form in forms {
            let form = followed(self.root, form);
            match (form.get("const"), form.get("enum")) {
                (Some(Value::String(only)), _) => choices.push(only.clone()),
                (None, Some(Value::Array(some))) => {
                    for choice in some {
                        choices.push(choice.as_str()?.to_owned());
                    }
                }
                _ => return None,
            }
        }
        Some(choices)
    }

    // The only form whose tags fit, or else the only one of the value's type, or with a key of the value.
    fn meant(&self, forms: &[&'a Value], value: &Value) -> Option<usize> {
        let followed: Vec<_> = forms.iter().map(|form| followed(self.root, form)).collect();
        let only = |fits: &dyn Fn(&Value) -> bool| {
            let mut found = followed.iter().enumerate().filter(|(_, form)| fits(form)).map(|(at, _)| at);
            found.next().filter(|_| found.next().is_none())
        };
        let tagged = |form: &Value| {
            let properties = form.get("properties").and_then(Value::as_object);
            let mut tags =
                properties.into_iter().flatten().filter_map(|(key, tag)| Some((key, tag.get("const")?)));
            let mut count = 0;
            let fits = tags.all(|(key, tag)| {
                count += 1;
                value.get(key) == Some(tag)
            });
            fits && count > 0
        };
        let typed =
            |form: &Value| form.get("type").and_then(Value::as_str).is_some_and(|name| is_type(name, value));
        let keyed = |form: &Value| {
            let properties = form.get("properties").and_then(Value::as_object);
            let keys = value.as_object().into_iter().flat_map(Map::keys);
            properties.is_some_and(|properties| keys.into_iter().any(|key| properties.contains_key(key)))
        };
        if forms.len() == 1 {
            return Some(0);
        }
        only(&tagged).or_else(|| only(&typed)).or_else(|| only(&keyed))
    }
}

type Outside = fn(f64, f64) -> bool;

// Of the widest formats only: generated schemas give the limits of the narrower ones themselves.
fn format_limits(format: &str) -> Option<(serde_json::Number, serde_json::Number)> {
    match format {
        "uint32" => Some((0.into(), u32::MAX.into())),
        "int32" => Some((i32::MIN.into(), i32::MAX.into())),
        "uint64" | "uint" => Some((0.into(), u64::MAX.into())),
        _ => None,
    }
}

fn list<'a>(schema: &'a Map<String, Value>, key: &str) -> &'a [Value] {
    schema.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn resolve<'a>(root: &'a Value, target: &Value) -> Option<&'a Value> {
    target.as_str()?.strip_prefix('#').and_then(|pointer| root.pointer(pointer))
}

// The schema behind a chain of references.
fn followed<'a>(root: &'a Value, mut schema: &'a Value) -> &'a Value {
    for _ in 0..16 {
        match schema.get("$ref").and_then(|target| resolve(root, target)) {
            Some(target) => schema = target,
            None => break,
        }
    }
    schema
}

fn is_null(form: &Value) -> bool {
    form.get("type").is_some_and(|name| name == "null") || form.get("const").is_some_and(Value::is_null)
}

fn is_type(name: &str, value: &Value) -> bool {
    match name {
        "string" => value.is_string(),
        // `3.0` is a float in TOML, and a stage that wants an integer refuses it.
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        _ => true,
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a truth value",
        Value::Number(number) if number.is_f64() => "a float",
        Value::Number(_) => "an integer",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "a table",
    }
}

fn wanted(types: &[&str]) -> String {
    let words = types.iter().filter(|name| **name != "null").map(|name| match *name {
        "string" => "a string",
        "integer" => "an integer",
        "number" => "a number",
        "boolean" => "true or false",
        "array" => "an array",
        "object" => "a table",
        other => other,
    });
    words.collect::<Vec<_>>().join(" or ")
}

fn words(value: &Value) -> Option<String> {
    match value {
        Value::Null | Value::Array(_) | Value::Object(_) => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

fn describe(root: &Value, form: &Value) -> String {
    let form = followed(root, form);
    if let Some(only) = form.get("const").and_then(words) {
        return format!("`{}`", short(&only));
    }
    if let Some(choices) = form.get("enum").and_then(Value::as_array) {
        let choices: Vec<String> =
            choices.iter().filter_map(words).map(|word| format!("`{}`", short(&word))).collect();
        return choices.join(", ");
    }
    let kind = match form.get("type") {
        Some(Value::String(name)) => wanted(&[name]),
        Some(Value::Array(names)) => wanted(&names.iter().filter_map(Value::as_str).collect::<Vec<_>>()),
        _ => return form.get("title").and_then(Value::as_str).map_or("another form".to_owned(), short),
    };
    let keys: Vec<String> = form
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(key, schema)| match schema.get("const").and_then(words) {
            Some(tag) => format!("`{key} = \"{tag}\"`"),
            None => format!("`{key}`"),
        })
        .collect();
    if keys.is_empty() { kind } else { format!("{kind} with {}", keys.join(", ")) }
}
