//! The standard columns of a batch and the textual notation of column types.

use crate::{AttributeKind, LayerType, label_type};
use arrow_schema::{DataType, Field, Fields};
use std::fmt::Write as _;

/// `id`: unique in a run, stable between runs.
#[must_use]
pub fn id() -> Field {
    Field::new("id", DataType::Utf8, false)
}

/// `uri`: where the document came from.
#[must_use]
pub fn uri() -> Field {
    Field::new("uri", DataType::Utf8, false)
}

/// `text`: the document's immutable UTF-8.
#[must_use]
pub fn text() -> Field {
    Field::new("text", DataType::Utf8, false)
}

/// A nullable string column such as `title`, `byline`, `publisher`, `lang` or `media_type`.
#[must_use]
pub fn string(name: &str) -> Field {
    Field::new(name, DataType::Utf8, true)
}

/// `published`: the day of publication, nullable.
#[must_use]
pub fn published() -> Field {
    Field::new("published", DataType::Date32, true)
}

/// `body_start`: byte offset at which the article proper begins.
#[must_use]
pub fn body_start() -> Field {
    Field::new("body_start", DataType::UInt32, false)
}

/// `dateline`: struct<place, date, agency, start, end>, nullable as a whole.
#[must_use]
pub fn dateline() -> Field {
    Field::new("dateline", DataType::Struct(dateline_fields()), true)
}

pub(crate) fn dateline_fields() -> Fields {
    Fields::from(vec![
        Field::new("place", DataType::Utf8, true),
        Field::new("date", DataType::Date32, true),
        Field::new("agency", DataType::Utf8, true),
        Field::new("start", DataType::UInt32, false),
        Field::new("end", DataType::UInt32, false),
    ])
}

/// `meta`: map<utf8, utf8>, everything else the source said, sorted by key.
#[must_use]
pub fn meta() -> Field {
    let entries = Fields::from(vec![
        Field::new("keys", DataType::Utf8, false),
        Field::new("values", DataType::Utf8, true),
    ]);
    let entries = Field::new("entries", DataType::Struct(entries), false);
    Field::new("meta", DataType::Map(entries.into(), false), false)
}

/// The columns that every source makes, in order.
#[must_use]
pub fn document() -> Vec<Field> {
    let strings = ["title", "byline", "publisher", "lang", "media_type"];
    let mut all = vec![id(), uri(), text()];
    all.extend(strings.map(string));
    all.extend([published(), dateline(), body_start(), meta()]);
    all
}

/// `__error`: struct<code, message>, null where a document was read well; only sources send it.
#[must_use]
pub fn error() -> Field {
    Field::new("__error", DataType::Struct(error_fields()), true)
}

pub(crate) fn error_fields() -> Fields {
    Fields::from(vec![
        Field::new("code", DataType::Utf8, false),
        Field::new("message", DataType::Utf8, false),
    ])
}

/// A layer column: `list<struct<start: u32, end: u32, …attributes>>`, never null.
#[must_use]
pub fn layer(name: &str, attributes: impl IntoIterator<Item = Field>) -> Field {
    let mut fields =
        vec![Field::new("start", DataType::UInt32, false), Field::new("end", DataType::UInt32, false)];
    fields.extend(attributes);
    list(name, fields)
}

/// A column of lists of structs that are no spans, such as `entity_list` or `keyphrases`; never null.
#[must_use]
pub fn list(name: &str, fields: Vec<Field>) -> Field {
    let item = Field::new("item", DataType::Struct(fields.into()), false);
    Field::new(name, DataType::List(item.into()), false)
}

/// `paragraphs`, `sentences` or `tokens`: a layer of bare spans.
#[must_use]
pub fn spans(name: &str) -> LayerType {
    LayerType::new(name)
}

/// `quotes` as `segment` makes it: direct quotations, no speaker yet.
#[must_use]
pub fn quotes() -> LayerType {
    LayerType::new("quotes").with("kind", AttributeKind::Label).with("group", AttributeKind::U32)
}

/// `entities`: label, normalised value, score and index into `entity_list`.
#[must_use]
pub fn entities() -> LayerType {
    LayerType::new("entities")
        .with("label", AttributeKind::Label)
        .with("norm", AttributeKind::Text)
        .with("explicit", AttributeKind::Bool)
        .with("score", AttributeKind::F32)
        .with("entity", AttributeKind::U32)
}

/// `entity_list`: the document's distinct entities in order of first mention.
#[must_use]
pub fn entity_list() -> Field {
    list(
        "entity_list",
        vec![
            Field::new("name", DataType::Utf8, false),
            Field::new("label", label_type(), false),
            Field::new("mentions", DataType::UInt32, false),
            Field::new("first", DataType::UInt32, false),
        ],
    )
}

/// `summary`: the chosen sentences in text order.
#[must_use]
pub fn summary() -> LayerType {
    LayerType::new("summary").with("rank", AttributeKind::U32).with("score", AttributeKind::F32)
}

/// `keyphrases`: text and score, best first.
#[must_use]
pub fn keyphrases() -> Field {
    let fields =
        vec![Field::new("text", DataType::Utf8, false), Field::new("score", DataType::Float32, false)];
    list("keyphrases", fields)
}

/// True when the type is a layer: a list of structs that begin with `start: u32, end: u32`.
#[must_use]
pub fn is_layer(data_type: &DataType) -> bool {
    let DataType::List(item) = data_type else { return false };
    let DataType::Struct(fields) = item.data_type() else { return false };
    let offset = |at: usize, name: &str| {
        fields.get(at).is_some_and(|f| f.name() == name && *f.data_type() == DataType::UInt32)
    };
    offset(0, "start") && offset(1, "end")
}

/// The type as pipelines, messages and plugin descriptions write it, such as `layer<label: utf8>`.
///
/// Dictionary encoding is not shown (a label reads `utf8`), `?` marks a nullable field of a struct.
/// A type that has no notation is written as arrow prints it.
#[must_use]
pub fn notation(data_type: &DataType) -> String {
    let mut out = String::new();
    write_type(data_type, &mut out);
    out
}

fn write_type(data_type: &DataType, out: &mut String) {
    match data_type {
        DataType::Boolean => out.push_str("bool"),
        DataType::UInt8 => out.push_str("u8"),
        DataType::UInt16 => out.push_str("u16"),
        DataType::UInt32 => out.push_str("u32"),
        DataType::UInt64 => out.push_str("u64"),
        DataType::Int8 => out.push_str("i8"),
        DataType::Int16 => out.push_str("i16"),
        DataType::Int32 => out.push_str("i32"),
        DataType::Int64 => out.push_str("i64"),
        DataType::Float32 => out.push_str("f32"),
        DataType::Float64 => out.push_str("f64"),
        DataType::Utf8 => out.push_str("utf8"),
        DataType::Binary => out.push_str("binary"),
        DataType::Date32 => out.push_str("date32"),
        DataType::Timestamp(..) => out.push_str("timestamp"),
        DataType::Dictionary(_, value) => write_type(value, out),
        DataType::Map(entries, _) => {
            let DataType::Struct(fields) = entries.data_type() else { return };
            out.push_str("map<");
            for (n, field) in fields.iter().enumerate() {
                out.push_str(if n == 0 { "" } else { ", " });
                write_type(field.data_type(), out);
            }
            out.push('>');
        }
        DataType::Struct(fields) => write_fields("struct", fields, out),
        DataType::List(item) if is_layer(data_type) => {
            let DataType::Struct(fields) = item.data_type() else { return };
            let attributes: Fields = fields.iter().skip(2).cloned().collect();
            write_fields("layer", &attributes, out);
        }
        DataType::List(item) => {
            out.push_str("list<");
            write_type(item.data_type(), out);
            out.push('>');
        }
        other => {
            let _ = write!(out, "{other}");
        }
    }
}

fn write_fields(head: &str, fields: &Fields, out: &mut String) {
    out.push_str(head);
    if fields.is_empty() {
        return;
    }
    for (n, field) in fields.iter().enumerate() {
        out.push_str(if n == 0 { "<" } else { ", " });
        out.push_str(field.name());
        out.push_str(": ");
        write_type(field.data_type(), out);
        if field.is_nullable() {
            out.push('?');
        }
    }
    out.push('>');
}

#[cfg(test)]
mod tests;
