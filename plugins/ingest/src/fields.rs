//! Which fields of an entry hold a document's columns.

use docmill_sdk::schemars::{self, JsonSchema};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Where an entry's columns are: JSON pointers (`/headline`) or the names of fields (`headline`).
///
/// A column that is not given is taken from the first field present among usual names (`text`, `body`,
/// `content`, ...). Further fields with one value go to `meta` under their names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Fields {
    /// The document's id: text or a number.
    pub id: Option<String>,
    /// Its text.
    pub text: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// Its authors: text, or a list that is joined by commas.
    pub byline: Option<String>,
    /// Its publisher.
    pub publisher: Option<String>,
    /// Its language.
    pub lang: Option<String>,
    /// Its day of publication, in any form that states a full date.
    pub published: Option<String>,
}

/// The columns found in an entry; what is left of it is `rest`.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    pub(crate) id: Option<String>,
    /// `None` if there is no such field or its value is no text.
    pub(crate) text: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) byline: Option<String>,
    pub(crate) publisher: Option<String>,
    pub(crate) lang: Option<String>,
    pub(crate) published: Option<String>,
    pub(crate) rest: Vec<(String, String)>,
}

const ID: &[&str] = &["id", "_id", "uuid", "guid"];
const TEXT: &[&str] = &["text", "body", "content", "article", "articleBody", "maintext"];
const TITLE: &[&str] = &["title", "headline"];
const BYLINE: &[&str] = &["byline", "author", "authors"];
const PUBLISHER: &[&str] = &["publisher", "source", "site_name"];
const LANG: &[&str] = &["lang", "language"];
const PUBLISHED: &[&str] = &[
    "published",
    "date",
    "pubDate",
    "pub_date",
    "publication_date",
    "date_published",
    "datePublished",
    "published_at",
    "publishedAt",
    "published_date",
];

impl Fields {
    /// Takes the columns out of a JSON object.
    pub(crate) fn columns(&self, mut object: Map<String, Value>) -> Columns {
        let mut columns = Columns {
            text: take(&mut object, self.text.as_deref(), TEXT, text_of),
            title: take(&mut object, self.title.as_deref(), TITLE, text_of),
            byline: take(&mut object, self.byline.as_deref(), BYLINE, list_of),
            publisher: take(&mut object, self.publisher.as_deref(), PUBLISHER, text_of),
            lang: take(&mut object, self.lang.as_deref(), LANG, text_of),
            published: take(&mut object, self.published.as_deref(), PUBLISHED, text_of),
            id: take(&mut object, self.id.as_deref(), ID, scalar_of),
            rest: Vec::new(),
        };
        columns.id = columns.id.filter(|id| !id.trim().is_empty());
        if columns.id.is_none() && self.id.is_none() {
            // An address names a document well, and it is worth keeping as such too.
            columns.id = object.get("url").and_then(|url| scalar_of(&mut url.clone()));
        }
        columns.rest =
            object.into_iter().filter_map(|(name, mut value)| Some((name, scalar_of(&mut value)?))).collect();
        columns
    }

    /// The name or pointer that the text is looked for under, for messages.
    pub(crate) fn text_name(&self) -> &str {
        self.text.as_deref().unwrap_or("text")
    }
}

/// Takes the value out of the named field, else out of the first of the `usual` ones that has a value.
fn take(
    object: &mut Map<String, Value>,
    named: Option<&str>,
    usual: &[&str],
    read: fn(&mut Value) -> Option<String>,
) -> Option<String> {
    if let Some(name) = named {
        return match name.strip_prefix('/') {
            Some(key) if !key.contains(['/', '~']) => take_key(object, key, read),
            Some(path) => read(pointed(object, path)?),
            None => take_key(object, name, read),
        };
    }
    usual.iter().find_map(|key| take_key(object, key, read))
}

/// Takes a field away if its value can be read.
fn take_key(
    object: &mut Map<String, Value>,
    key: &str,
    read: fn(&mut Value) -> Option<String>,
) -> Option<String> {
    let value = read(object.get_mut(key)?)?;
    object.remove(key);
    Some(value)
}

/// Follows a JSON pointer of several parts, without its leading slash.
fn pointed<'a>(object: &'a mut Map<String, Value>, path: &str) -> Option<&'a mut Value> {
    let (first, rest) = path.split_once('/').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let value = object.get_mut(&first.replace("~1", "/").replace("~0", "~"))?;
    match rest {
        Some(rest) => value.pointer_mut(&format!("/{rest}")),
        None => Some(value),
    }
}

fn text_of(value: &mut Value) -> Option<String> {
    match value {
        Value::String(text) => Some(std::mem::take(text)),
        _ => None,
    }
}

fn list_of(value: &mut Value) -> Option<String> {
    match value {
        Value::Array(values) => {
            let names: Vec<String> = values.iter_mut().filter_map(text_of).collect();
            (!names.is_empty()).then(|| names.join(", "))
        }
        value => text_of(value),
    }
}

fn scalar_of(value: &mut Value) -> Option<String> {
    match value {
        Value::String(text) => Some(std::mem::take(text)),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
