//! Reading and writing the notation of column types.

use std::collections::BTreeSet;
use std::fmt;

use super::{ColumnType, ColumnTypeError, Field};

// Far beyond any sensible type, and far from the end of the stack.
const MAX_DEPTH: usize = 32;

const PLAIN: [(&str, ColumnType); 15] = [
    ("bool", ColumnType::Bool),
    ("u8", ColumnType::U8),
    ("u16", ColumnType::U16),
    ("u32", ColumnType::U32),
    ("u64", ColumnType::U64),
    ("i8", ColumnType::I8),
    ("i16", ColumnType::I16),
    ("i32", ColumnType::I32),
    ("i64", ColumnType::I64),
    ("f32", ColumnType::F32),
    ("f64", ColumnType::F64),
    ("utf8", ColumnType::Utf8),
    ("binary", ColumnType::Binary),
    ("date32", ColumnType::Date32),
    ("timestamp", ColumnType::Timestamp),
];

pub(super) fn write(ty: &ColumnType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if let Some(attributes) = ty.attributes() {
        return if attributes.is_empty() {
            f.write_str("layer")
        } else {
            write_fields("layer", attributes, f)
        };
    }
    match ty {
        ColumnType::List(element) => write!(f, "list<{element}>"),
        ColumnType::Map(key, value) => write!(f, "map<{key}, {value}>"),
        ColumnType::Struct(fields) => write_fields("struct", fields, f),
        plain => f.write_str(PLAIN.iter().find(|(_, ty)| ty == plain).map_or("", |(name, _)| name)),
    }
}

fn write_fields(word: &str, fields: &[Field], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{word}<")?;
    for (at, Field { name, ty, nullable }) in fields.iter().enumerate() {
        let comma = if at == 0 { "" } else { ", " };
        let mark = if *nullable { "?" } else { "" };
        write!(f, "{comma}{name}: {ty}{mark}")?;
    }
    f.write_str(">")
}

pub(super) fn parse(text: &str) -> Result<ColumnType, ColumnTypeError> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    let ty = reader.ty()?;
    reader.skip_space();
    if reader.at < text.len() { Err(reader.error("text after the end of the type")) } else { Ok(ty) }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn ty(&mut self) -> Result<ColumnType, ColumnTypeError> {
        if self.depth == MAX_DEPTH {
            return Err(self.error("nested too deeply"));
        }
        self.depth += 1;
        let start = self.at;
        let word = self.word();
        let ty = match word {
            "list" => {
                self.expect('<')?;
                let element = self.ty()?;
                self.expect('>')?;
                ColumnType::List(Box::new(element))
            }
            "map" => {
                self.expect('<')?;
                let key = self.ty()?;
                self.expect(',')?;
                let value = self.ty()?;
                self.expect('>')?;
                ColumnType::Map(Box::new(key), Box::new(value))
            }
            "struct" => {
                self.expect('<')?;
                ColumnType::Struct(self.fields(&[])?)
            }
            "layer" if self.accept('<') => ColumnType::layer(self.fields(&["start", "end"])?),
            "layer" => ColumnType::layer(Vec::new()),
            _ => {
                let Some((_, ty)) = PLAIN.iter().find(|(name, _)| *name == word) else {
                    self.at = start;
                    return Err(self.error(&format!("`{word}` is no type")));
                };
                ty.clone()
            }
        };
        self.depth -= 1;
        Ok(ty)
    }

    // The opening bracket has been read.
    fn fields(&mut self, taken: &[&str]) -> Result<Vec<Field>, ColumnTypeError> {
        let mut fields = Vec::new();
        let mut names: BTreeSet<&str> = taken.iter().copied().collect();
        while !self.accept('>') {
            if !fields.is_empty() {
                self.expect(',')?;
            }
            let name = self.word();
            if name.is_empty() {
                return Err(self.error("the name of a field is missing"));
            }
            if !names.insert(name) {
                return Err(self.error(&format!("field `{name}` is there twice")));
            }
            self.expect(':')?;
            let ty = self.ty()?;
            let nullable = self.accept('?');
            fields.push(Field { name: name.to_owned(), ty, nullable });
        }
        Ok(fields)
    }

    fn word(&mut self) -> &'a str {
        self.skip_space();
        let rest = self.text.get(self.at..).unwrap_or_default();
        let end = rest.find(|c: char| c.is_whitespace() || "<>:,?".contains(c)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    fn accept(&mut self, wanted: char) -> bool {
        self.skip_space();
        let found = self.text.get(self.at..).is_some_and(|rest| rest.starts_with(wanted));
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    fn expect(&mut self, wanted: char) -> Result<(), ColumnTypeError> {
        if self.accept(wanted) { Ok(()) } else { Err(self.error(&format!("expected `{wanted}`"))) }
    }

    fn skip_space(&mut self) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn error(&self, message: &str) -> ColumnTypeError {
        ColumnTypeError { message: message.to_owned(), offset: self.at }
    }
}
