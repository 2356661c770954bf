//! Expectations beside what came.

use crate::testing::bench::{Came, Document};
use docmill_pipeline::{Code, Diagnostic, ExpectDecl, Expected, TestDecl, Wanted};
use serde_json::Value;
use std::ops::Range;

/// Most values that a message tells.
const SHOWN: usize = 12;

/// The expectations of a test that do not hold; `file` is what the file with the test is called.
pub(crate) fn judge(file: &str, test: &TestDecl, came: &Came) -> Vec<Diagnostic> {
    let mut failures = Vec::new();
    let expects_loss = test.expect.iter().any(|expect| !matches!(expect.what, Expected::Column { .. }));
    if let Some((id, code, message)) = came.rejected.first().filter(|_| !expects_loss) {
        let what = format!("test `{}`: document `{id}` was rejected: {code}: {message}", test.name.value);
        failures.push(Diagnostic::new(Code::TestFailed, file, what).at(test.input.place()));
    }
    failures.extend(test.expect.iter().filter_map(|expect| {
        let (wanted, came, place) = failure(expect, came)?;
        let message = format!("test `{}`: {wanted}", test.name.value);
        Some(Diagnostic::new(Code::TestFailed, file, message).at(place).label(came))
    }));
    failures
}

/// What was wanted and what came, if it did not.
fn failure(expect: &ExpectDecl, came: &Came) -> Option<(String, String, Range<usize>)> {
    let lost = |word: &str, code: &str, count: u64, others: String| {
        let enough = if expect.any { count > 0 } else { count > 0 && count == came.given };
        let how = if expect.any { "a document" } else { "every document" };
        (!enough).then(|| (format!("{how} should be {word} as `{code}`"), others))
    };
    match &expect.what {
        Expected::Rejected(code) => {
            let count = came.rejected.iter().filter(|(_, found, _)| *found == code.value).count() as u64;
            let found = came.rejected.iter().map(|(_, code, _)| code.clone());
            let (wanted, came) = lost("rejected", &code.value, count, fates(came, found))?;
            Some((wanted, came, code.place.clone()))
        }
        Expected::Dropped(reason) => {
            let count = came.dropped.get(&reason.value).copied().unwrap_or_default();
            let found = came.dropped.keys().cloned();
            let (wanted, came) = lost("dropped", &reason.value, count, fates(came, found))?;
            Some((wanted, came, reason.place.clone()))
        }
        Expected::Column { column, label, attribute, wanted } => {
            let asked = Asked {
                column: &column.value,
                label: label.as_ref().map(|label| label.value.as_str()),
                attribute: attribute.as_ref().map(|attribute| attribute.value.as_str()),
            };
            let place = place(wanted);
            if came.documents.is_empty() {
                return Some((asked.wanted(wanted), "no document came through".to_owned(), place));
            }
            let mut missed = came.documents.iter().filter(|document| !asked.holds(document, wanted));
            let first = missed.next()?;
            let count = missed.count() + 1;
            if expect.any && count < came.documents.len() {
                return None;
            }
            let mut label = format!("came: {}", asked.came(first));
            if came.documents.len() > 1 {
                let id = first.get("id").and_then(Value::as_str).unwrap_or_default();
                label += &format!(" (`{id}`; {count} of {} documents)", came.documents.len());
            }
            Some((asked.wanted(wanted), label, place))
        }
    }
}

fn fates(came: &Came, found: impl Iterator<Item = String>) -> String {
    let found: Vec<String> = found.take(SHOWN).map(|code| format!("`{code}`")).collect();
    let through = came.documents.len();
    if found.is_empty() { format!("{through} came through") } else { format!("came: {}", found.join(", ")) }
}

fn place(wanted: &Wanted) -> Range<usize> {
    match wanted {
        Wanted::Equals(value) => value.place.clone(),
        Wanted::Contains(texts) | Wanted::Without(texts) => texts.place.clone(),
        Wanted::Count(count) => count.place.clone(),
        Wanted::Absent(place) => place.clone(),
    }
}

/// The part of a document that an expectation is about.
struct Asked<'a> {
    column: &'a str,
    label: Option<&'a str>,
    attribute: Option<&'a str>,
}

impl Asked<'_> {
    fn holds(&self, document: &Document, wanted: &Wanted) -> bool {
        let value = self.value(document);
        let parts = self.parts(document);
        let has = |text: &String| match &parts {
            Some(parts) => parts.iter().any(|part| part.as_str() == Some(text)),
            None => value.as_str().is_some_and(|value| value.contains(text.as_str())),
        };
        match wanted {
            Wanted::Equals(wanted) => match (&parts, &wanted.value) {
                (Some(parts), Value::Array(wanted)) => {
                    parts.len() == wanted.len() && parts.iter().zip(wanted).all(|(a, b)| is_same(a, b))
                }
                _ => is_same(value, &wanted.value),
            },
            Wanted::Contains(texts) => texts.value.iter().all(has),
            Wanted::Without(texts) => !texts.value.iter().any(has),
            Wanted::Count(count) => {
                let entries = value.as_object().map_or(0, serde_json::Map::len);
                parts.map_or(entries, |parts| parts.len()) as u64 == count.value
            }
            Wanted::Absent(_) => parts.map_or(value.is_null(), |parts| parts.is_empty()),
        }
    }

    fn value<'a>(&self, document: &'a Document) -> &'a Value {
        let (name, rest) = match self.column.split_once('.') {
            Some((name, rest)) => (name, Some(rest)),
            None => (self.column, None),
        };
        let value = document.get(name).unwrap_or(&Value::Null);
        rest.map_or(value, |rest| value.get(rest).unwrap_or(&Value::Null))
    }

    /// The texts or attributes of annotations, or the elements of another list; `None` of a single value.
    fn parts(&self, document: &Document) -> Option<Vec<Value>> {
        let elements = self.value(document).as_array()?;
        let text = document.get("text").and_then(Value::as_str).unwrap_or_default();
        let of_label = |element: &&Value| {
            self.label.is_none_or(|label| element.get("label").and_then(Value::as_str) == Some(label))
        };
        let part = |element: &Value| match self.attribute {
            Some(attribute) => element.get(attribute).cloned().unwrap_or_default(),
            None => covered(element, text).map_or_else(|| element.clone(), Value::from),
        };
        Some(elements.iter().filter(of_label).map(part).collect())
    }

    fn came(&self, document: &Document) -> String {
        match self.parts(document) {
            Some(parts) if parts.is_empty() => "nothing".to_owned(),
            Some(parts) => listed(parts.iter()),
            None if self.value(document).is_null() => "nothing".to_owned(),
            None => listed(std::iter::once(self.value(document))),
        }
    }

    fn wanted(&self, wanted: &Wanted) -> String {
        let mut what = format!("`{}`", self.column);
        if let Some(attribute) = self.attribute {
            what = format!("`{attribute}` of {what}");
        }
        if let Some(label) = self.label {
            what += &format!(" with label `{label}`");
        }
        let texts =
            |texts: &[String]| texts.iter().map(|text| format!("`{text}`")).collect::<Vec<_>>().join(", ");
        match wanted {
            Wanted::Equals(value) => format!("{what} should be {}", listed(std::iter::once(&value.value))),
            Wanted::Contains(wanted) => format!("{what} should contain {}", texts(&wanted.value)),
            Wanted::Without(wanted) => format!("{what} should not contain {}", texts(&wanted.value)),
            Wanted::Count(count) => format!("there should be {} of {what}", count.value),
            Wanted::Absent(_) => format!("there should be no {what}"),
        }
    }
}

/// The text that an annotation covers.
pub(crate) fn covered<'a>(element: &Value, text: &'a str) -> Option<&'a str> {
    let offset = |key: &str| element.get(key).and_then(Value::as_u64).map(|at| at as usize);
    text.get(offset("start")?..offset("end")?)
}

// `3` of the file and `3.0` of a column are one number.
fn is_same(one: &Value, other: &Value) -> bool {
    one == other || (one.is_number() && one.as_f64() == other.as_f64())
}

fn listed<'a>(values: impl ExactSizeIterator<Item = &'a Value>) -> String {
    let more = values.len().saturating_sub(SHOWN);
    let shown: Vec<String> = values.take(SHOWN).map(shown).collect();
    let list = shown.join(", ");
    if more > 0 { format!("{list} and {more} more") } else { list }
}

/// A value on one line, cut where it is long.
pub(crate) fn shown(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match line.char_indices().nth(80) {
        Some((cut, _)) => format!("`{}…`", line.get(..cut).unwrap_or_default()),
        None => format!("`{line}`"),
    }
}
