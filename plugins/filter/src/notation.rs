//! From the notation of a column's type, as pipelines write it, to what an expression knows of it.

use docmill_expression::{NameTable, Type};
use docmill_sdk::Column;

/// The names that an expression over these columns may use: theirs, and those of a struct's fields.
pub(crate) fn names(columns: &[Column]) -> NameTable {
    let mut names = NameTable::new();
    for column in columns {
        if let Some(fields) = inside("struct", &column.data_type) {
            for (name, ty) in parts(fields).into_iter().filter_map(|field| field.split_once(": ")) {
                names = names.with([column.name.as_str(), name], of(ty));
            }
        }
        names = names.with([column.name.as_str()], of(&column.data_type));
    }
    names
}

fn of(notation: &str) -> Type {
    let notation = notation.strip_suffix('?').unwrap_or(notation);
    if notation == "layer" {
        return Type::Layer { label: false };
    }
    if let Some(attributes) = inside("layer", notation) {
        return Type::Layer { label: has_label(attributes) };
    }
    if let Some(element) = inside("list", notation) {
        return match inside("struct", element) {
            Some(fields) => Type::Layer { label: has_label(fields) },
            None => Type::List(Box::new(of(element))),
        };
    }
    match notation {
        "bool" => Type::Bool,
        "utf8" => Type::Text,
        "date32" => Type::Date,
        "timestamp" => Type::Timestamp,
        _ if inside("map", notation).is_some() => Type::Map,
        _ if inside("struct", notation).is_some() || notation == "binary" => Type::Other,
        _ => Type::Number,
    }
}

fn has_label(fields: &str) -> bool {
    parts(fields).into_iter().any(|field| field.starts_with("label: "))
}

/// What stands between the brackets of `word<…>`.
fn inside<'a>(word: &str, notation: &'a str) -> Option<&'a str> {
    notation.strip_prefix(word)?.strip_prefix('<')?.strip_suffix('>')
}

/// The parts of a list with commas, none of which is cut inside brackets.
fn parts(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0_usize, 0, Vec::new());
    for (at, c) in text.char_indices() {
        match c {
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.extend(text.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.extend(text.get(start..));
    parts.into_iter().map(str::trim).collect()
}

#[cfg(test)]
mod tests;
