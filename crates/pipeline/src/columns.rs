//! Columns and the notation for their types.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

mod notation;

/// A named column of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// The name, unique in a batch.
    pub name: String,
    /// What it holds; `type` in JSON.
    #[serde(rename = "type")]
    pub ty: ColumnType,
    /// Of a column that a stage reads: it may be missing. Of one that it writes: it depends on the options.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
}

impl Column {
    /// A column that is not optional.
    #[must_use]
    pub fn new(name: impl Into<String>, ty: ColumnType) -> Column {
        Column { name: name.into(), ty, optional: false }
    }
}

impl fmt::Display for Column {
    /// `sentences: layer`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.ty)
    }
}

/// The type of a column, in a notation of its own.
///
/// ```text
/// bool u8 u16 u32 u64 i8 i16 i32 i64 f32 f64 utf8 binary date32 timestamp
/// map<utf8, utf8>   list<T>   struct<name: T, name: T?>   layer   layer<name: T, name: T?>
/// ```
///
/// `?` marks a field that may be null; whether a whole column may be null is not part of its type.
/// `layer<…>` is short for `list<struct<start: u32, end: u32, …>>` and is how such a type is printed.
/// A dictionary-encoded column has the type of its values.
///
/// # Examples
///
/// ```
/// use docmill_pipeline::ColumnType;
///
/// let made: ColumnType = "list<struct<start: u32, end: u32, label: utf8>>".parse()?;
/// assert_eq!(made.to_string(), "layer<label: utf8>");
/// let wanted: ColumnType = "layer".parse()?;
/// assert!(wanted.accepts(&made));
/// assert!(!made.accepts(&wanted));
/// # Ok::<(), docmill_pipeline::ColumnTypeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// `bool`
    Bool,
    /// `u8`
    U8,
    /// `u16`
    U16,
    /// `u32`
    U32,
    /// `u64`
    U64,
    /// `i8`
    I8,
    /// `i16`
    I16,
    /// `i32`
    I32,
    /// `i64`
    I64,
    /// `f32`
    F32,
    /// `f64`
    F64,
    /// `utf8`
    Utf8,
    /// `binary`
    Binary,
    /// `date32`
    Date32,
    /// `timestamp`
    Timestamp,
    /// `map<key, value>`
    Map(Box<ColumnType>, Box<ColumnType>),
    /// `list<element>`
    List(Box<ColumnType>),
    /// `struct<field, …>`
    Struct(Vec<Field>),
}

/// A named field of a [`ColumnType::Struct`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The name.
    pub name: String,
    /// What it holds.
    pub ty: ColumnType,
    /// Whether it may be null.
    pub nullable: bool,
}

impl ColumnType {
    /// A layer with these attributes beside `start` and `end`.
    #[must_use]
    pub fn layer(attributes: Vec<Field>) -> ColumnType {
        let offset = |name: &str| Field { name: name.to_owned(), ty: ColumnType::U32, nullable: false };
        let mut fields = vec![offset("start"), offset("end")];
        fields.extend(attributes);
        ColumnType::List(Box::new(ColumnType::Struct(fields)))
    }

    /// The attributes of a layer beside `start` and `end`; `None` of any other type.
    #[must_use]
    pub fn attributes(&self) -> Option<&[Field]> {
        let ColumnType::List(element) = self else { return None };
        let ColumnType::Struct(fields) = element.as_ref() else { return None };
        let (offsets, attributes) = fields.split_at_checked(2)?;
        let is_offset =
            |field: &Field, name| field.name == name && field.ty == ColumnType::U32 && !field.nullable;
        (is_offset(&offsets[0], "start") && is_offset(&offsets[1], "end")).then_some(attributes)
    }

    /// Whether a stage that reads this type can read a column that was made as `made`.
    ///
    /// Equal types fit. A struct fits when each field named here is there with a type that fits, wherever
    /// it stands; more fields do no harm. A field that may be null here may be one that never is, not the
    /// other way round.
    #[must_use]
    pub fn accepts(&self, made: &ColumnType) -> bool {
        self.mismatch(made).is_none()
    }

    /// Why [`ColumnType::accepts`] says no, in a few words; `None` where it says yes.
    #[must_use]
    pub fn mismatch(&self, made: &ColumnType) -> Option<String> {
        match (self, made) {
            (ColumnType::List(wanted), ColumnType::List(made)) => wanted.mismatch(made),
            (ColumnType::Map(key, value), ColumnType::Map(made_key, made_value)) => {
                key.mismatch(made_key).or_else(|| value.mismatch(made_value))
            }
            (ColumnType::Struct(wanted), ColumnType::Struct(made)) => {
                wanted.iter().find_map(|field| field.mismatch(made))
            }
            (wanted, made) if wanted == made => None,
            (wanted, made) => Some(format!("`{made}` is not `{wanted}`")),
        }
    }
}

impl Field {
    fn mismatch(&self, made: &[Field]) -> Option<String> {
        let name = &self.name;
        let Some(found) = made.iter().find(|field| field.name == *name) else {
            return Some(format!("field `{name}` is missing"));
        };
        if found.nullable && !self.nullable {
            return Some(format!("field `{name}` may be null"));
        }
        self.ty.mismatch(&found.ty).map(|why| format!("field `{name}`: {why}"))
    }
}

impl fmt::Display for ColumnType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        notation::write(self, f)
    }
}

impl FromStr for ColumnType {
    type Err = ColumnTypeError;

    /// Reads the notation; white space between its parts is free.
    fn from_str(text: &str) -> Result<ColumnType, ColumnTypeError> {
        notation::parse(text)
    }
}

impl Serialize for ColumnType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ColumnType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ColumnType, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A text that is no [`ColumnType`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnTypeError {
    message: String,
    offset: usize,
}

impl ColumnTypeError {
    /// The byte of the text where reading stopped.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }
}

impl fmt::Display for ColumnTypeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column type: {} at byte {}", self.message, self.offset)
    }
}

impl std::error::Error for ColumnTypeError {}

#[cfg(test)]
mod tests;
