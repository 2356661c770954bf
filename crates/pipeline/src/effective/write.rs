//! Values as TOML.

use std::fmt::Write;

use serde_json::Value;

use super::{Effective, is_replaced};

pub(super) fn toml(effective: &Effective, origins: bool) -> String {
    let mut writer = Writer { effective, origins, out: String::new() };
    if origins {
        for param in &effective.params {
            let value = inline(&param.value, false);
            let _ = writeln!(writer.out, "# param {} = {value}  ({})", key(&param.name), line(&param.origin));
        }
        if !effective.params.is_empty() {
            writer.out.push('\n');
        }
    }
    let is_section = |value: &Value| match value {
        Value::Object(_) => true,
        Value::Array(elements) => !elements.is_empty() && elements.iter().all(Value::is_object),
        _ => false,
    };
    for (name, value) in effective.values.iter().filter(|(_, value)| !is_section(value)) {
        writer.value(std::slice::from_ref(name), 0, value);
    }
    for (name, value) in effective.values.iter().filter(|(_, value)| value.is_object()) {
        writer.section(&format!("[{}]", key(name)), std::slice::from_ref(name), value);
    }
    for (name, value) in effective.values.iter().filter(|(_, value)| is_section(value)) {
        for (at, element) in value.as_array().into_iter().flatten().enumerate() {
            writer.section(&format!("[[{}]]", key(name)), &[name.clone(), at.to_string()], element);
        }
    }
    writer.out
}

// The keys that a stage begins with.
const FIRST: [&str; 4] = ["use", "id", "from", "when"];

struct Writer<'a> {
    effective: &'a Effective,
    origins: bool,
    out: String,
}

impl Writer<'_> {
    fn section(&mut self, header: &str, path: &[String], value: &Value) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
        let _ = writeln!(self.out, "{header}");
        let mut entries: Vec<_> = value.as_object().into_iter().flatten().collect();
        if path.first().is_some_and(|name| name == "stage") {
            // As people write a stage, wherever its keys come from.
            let rank = |name: &str| FIRST.iter().position(|first| *first == name).unwrap_or(FIRST.len());
            entries.sort_by_key(|(name, _)| rank(name));
        }
        for (name, value) in entries {
            let path = [path, std::slice::from_ref(name)].concat();
            self.value(&path, path.len() - 1, value);
        }
    }

    // A value in a line of its own, a table as dotted keys; `from` is where the key begins in the path.
    fn value(&mut self, path: &[String], from: usize, value: &Value) {
        if let Value::Object(table) = value
            && !table.is_empty()
        {
            for (name, value) in table {
                self.value(&[path, std::slice::from_ref(name)].concat(), from, value);
            }
            return;
        }
        let keys: Vec<String> = path.iter().skip(from).map(|name| key(name)).collect();
        let _ = write!(self.out, "{} = {}", keys.join("."), inline(value, is_replaced(path)));
        if let Some(words) = self.effective.origins.get(path).filter(|_| self.origins) {
            let _ = write!(self.out, "  # {}", line(&words.join(", ")));
        }
        self.out.push('\n');
    }
}

fn key(name: &str) -> String {
    let is_bare = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if is_bare { name.to_owned() } else { string(name) }
}

// With `escaped` the value stands where references are replaced.
fn inline(value: &Value, escaped: bool) -> String {
    match value {
        Value::String(text) if escaped => string(&text.replace("${", "$${")),
        Value::String(text) => string(text),
        Value::Array(elements) => {
            let elements: Vec<String> = elements.iter().map(|element| inline(element, escaped)).collect();
            format!("[{}]", elements.join(", "))
        }
        Value::Object(table) if table.is_empty() => "{}".to_owned(),
        Value::Object(table) => {
            let entries: Vec<String> = table
                .iter()
                .map(|(name, value)| format!("{} = {}", key(name), inline(value, escaped)))
                .collect();
            format!("{{ {} }}", entries.join(", "))
        }
        // TOML has no null; no value of a pipeline is one.
        Value::Null => "\"\"".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => {
            let digits = number.to_string();
            let is_whole = !number.is_f64() || digits.contains(['.', 'e', 'E']);
            if is_whole { digits } else { format!("{digits}.0") }
        }
    }
}

fn string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => drop(write!(out, "\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

// In a comment nothing may end the line.
fn line(text: &str) -> String {
    crate::harmless(text)
}
