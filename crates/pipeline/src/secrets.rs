//! The values of secret params, hidden wherever a plugin may tell them.

use serde_json::Value;
use std::borrow::Cow;
use std::fmt;

/// Values that nothing may show: in place of each stands `***`.
///
/// A value of fewer than four bytes is not looked for in texts, which would hide every `1` in them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secrets(Vec<String>);

/// Bytes from which a value is looked for.
const LEAST: usize = 4;

impl Secrets {
    /// The secrets with these values; of lists and tables every value in them.
    #[must_use]
    pub fn new<'a>(values: impl IntoIterator<Item = &'a Value>) -> Self {
        let mut all = Vec::new();
        values.into_iter().for_each(|value| collect(value, &mut all));
        // As part of JSON, and as `{:?}` writes it.
        let escaped: Vec<String> = all
            .iter()
            .flat_map(|text| [Value::from(text.as_str()).to_string(), format!("{text:?}")])
            .map(|quoted| quoted.trim_matches('"').to_owned())
            .collect();
        all.extend(escaped);
        all.retain(|text| text.len() >= LEAST);
        // A secret that holds another is hidden whole.
        all.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
        all.dedup();
        Self(all)
    }

    /// True when there is nothing to hide.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A text without the secrets.
    #[must_use]
    pub fn hide<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut shown = Cow::Borrowed(text);
        for secret in self.0.iter().filter(|secret| text.contains(secret.as_str())) {
            shown = Cow::Owned(shown.replace(secret.as_str(), crate::effective::SECRET));
        }
        shown
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({})", self.0.len())
    }
}

fn collect(value: &Value, all: &mut Vec<String>) {
    match value {
        Value::String(text) => all.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| collect(value, all)),
        Value::Object(table) => table.values().for_each(|value| collect(value, all)),
        Value::Number(number) => all.push(number.to_string()),
        Value::Null | Value::Bool(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_hidden_wherever_they_stand() {
        let values = [json!("hush-hush"), json!("hush"), json!(["a\"b\n c", 12345]), json!("x"), json!(true)];
        let secrets = Secrets::new(&values);
        let check = |text: &str, want: &str| assert_eq!(secrets.hide(text), want);
        check("told hush-hush and hush", "told *** and ***");
        check("x is 12345, true", "x is ***, true");
        check("raw a\"b\n c, JSON a\\\"b\\n c", "raw ***, JSON ***");
        check("nothing", "nothing");
        assert!(!format!("{secrets:?}").contains("hush"));
        assert!(Secrets::new(&[json!("abc")]).is_empty());
    }
}
