//! Conditions over the columns of a record batch.

use crate::check::Condition;
use crate::print::written;
use crate::row::{Row, Value};
use crate::types::{Name, Names, Type};
use arrow_array::{BooleanArray, RecordBatch};
use arrow_buffer::BooleanBuffer;
use arrow_schema::{DataType, Fields, Schema};
use column::Column;
use std::fmt;

mod column;

/// The columns of a schema as names.
///
/// A field of a struct column is a name below it (`dateline.place`), and so is any key of a map of texts
/// (`meta.section`): it is missing where the map has no such key. Dictionary-encoded text is text.
///
/// # Examples
///
/// ```
/// use arrow_schema::{DataType, Field, Schema};
/// use docmill_expression::{Names, Type, types_of};
///
/// let schema = Schema::new(vec![Field::new("lang", DataType::Utf8, true)]);
/// assert_eq!(types_of(&schema).ty(&["lang"]), Some(Type::Text));
/// assert_eq!(types_of(&schema).ty(&["land"]), None);
/// ```
#[must_use]
pub fn types_of(schema: &Schema) -> SchemaNames {
    SchemaNames { fields: schema.fields().clone() }
}

/// The names of a schema's columns; made by [`types_of`].
#[derive(Clone, Debug)]
pub struct SchemaNames {
    fields: Fields,
}

impl Names for SchemaNames {
    fn ty(&self, path: &[&str]) -> Option<Type> {
        find(&self.fields, path)
    }

    /// The keys of maps are not among them: a schema does not know them.
    fn all(&self) -> Vec<String> {
        let mut names = Vec::new();
        collect(&self.fields, &mut Vec::new(), &mut names);
        names
    }
}

fn find(fields: &Fields, path: &[&str]) -> Option<Type> {
    let (first, rest) = path.split_first()?;
    let (_, field) = fields.find(first)?;
    match (field.data_type(), rest) {
        (data_type, []) => Some(type_of(data_type)),
        (DataType::Struct(fields), rest) => find(fields, rest),
        (DataType::Map(entries, _), [_]) => {
            let DataType::Struct(entries) = entries.data_type() else { return None };
            let is_text = |at: usize| entries.get(at).is_some_and(|f| type_of(f.data_type()) == Type::Text);
            (is_text(0) && is_text(1)).then_some(Type::Text)
        }
        _ => None,
    }
}

fn collect(fields: &Fields, path: &mut Vec<String>, names: &mut Vec<String>) {
    for field in fields {
        path.push(field.name().clone());
        names.extend(written(path));
        if let DataType::Struct(fields) = field.data_type() {
            collect(fields, path, names);
        }
        path.pop();
    }
}

fn type_of(data_type: &DataType) -> Type {
    match data_type {
        DataType::Boolean => Type::Bool,
        DataType::UInt8
        | DataType::UInt16
        | DataType::UInt32
        | DataType::UInt64
        | DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::Float32
        | DataType::Float64 => Type::Number,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Type::Text,
        DataType::Dictionary(_, values) if type_of(values) == Type::Text => Type::Text,
        DataType::Date32 => Type::Date,
        DataType::Timestamp(..) => Type::Timestamp,
        DataType::List(item) => match item.data_type() {
            DataType::Struct(fields) => {
                let label = fields.find("label").map(|(_, field)| type_of(field.data_type()));
                Type::Layer { label: label == Some(Type::Text) }
            }
            item => Type::List(Box::new(type_of(item))),
        },
        DataType::Map(..) => Type::Map,
        _ => Type::Other,
    }
}

/// A condition over the batches of one schema.
///
/// # Examples
///
/// ```
/// use arrow_array::{RecordBatch, StringArray, UInt32Array};
/// use docmill_expression::{Bound, condition, types_of};
/// use std::sync::Arc;
///
/// let batch = RecordBatch::try_from_iter([
///     ("lang", Arc::new(StringArray::from(vec![Some("en"), None])) as _),
///     ("words", Arc::new(UInt32Array::from(vec![90, 700])) as _),
/// ])
/// .unwrap();
/// let when = condition("lang != 'en' or words > 600", &types_of(&batch.schema())).unwrap();
/// let bound = Bound::new(&when, &batch.schema()).unwrap();
/// let holds = bound.evaluate(&batch).unwrap();
/// assert_eq!((holds.value(0), holds.value(1)), (false, true));
/// ```
#[derive(Clone, Debug)]
pub struct Bound {
    condition: Condition,
}

impl Bound {
    /// Binds a condition to a schema; it may have been checked against another one that has these names
    /// too. The condition is cloned, see [`Condition`].
    ///
    /// # Errors
    /// When the schema has a name of the condition not at all, or with another type.
    pub fn new(condition: &Condition, schema: &Schema) -> Result<Bound, BindError> {
        for name in condition.names() {
            let path: Vec<&str> = name.path().iter().map(String::as_str).collect();
            let found = find(schema.fields(), &path);
            if found.as_ref() != Some(name.ty()) {
                return Err(BindError::new(name, found));
            }
        }
        Ok(Bound { condition: condition.clone() })
    }

    /// Whether the condition holds, for each row; no value is null. An empty batch gives no values.
    ///
    /// # Errors
    /// When the batch has a name of the condition not at all, or with another type: it is of another
    /// schema.
    pub fn evaluate(&self, batch: &RecordBatch) -> Result<BooleanArray, BindError> {
        let schema = batch.schema_ref();
        let columns: Result<Vec<Column<'_>>, BindError> = self
            .condition
            .names()
            .iter()
            .map(|name| {
                let path: Vec<&str> = name.path().iter().map(String::as_str).collect();
                let found = find(schema.fields(), &path);
                let column = (found.as_ref() == Some(name.ty())).then(|| Column::find(batch, name.path()));
                column.flatten().ok_or_else(|| BindError::new(name, found))
            })
            .collect();
        let columns = columns?;
        let holds = |row| self.condition.holds(&At { columns: &columns, row });
        Ok(BooleanArray::new(BooleanBuffer::collect_bool(batch.num_rows(), holds), None))
    }
}

/// One row of a batch.
struct At<'c> {
    columns: &'c [Column<'c>],
    row: usize,
}

impl Row for At<'_> {
    fn value(&self, name: usize) -> Value<'_> {
        self.columns.get(name).map_or(Value::Missing, |column| column.value(self.row))
    }

    fn count(&self, name: usize, label: Option<&str>) -> Option<u64> {
        self.columns.get(name)?.count(self.row, label)
    }

    fn holds(&self, name: usize, wanted: Value<'_>) -> bool {
        self.columns.get(name).is_some_and(|column| column.holds(self.row, wanted))
    }
}

/// What kind of mistake a [`BindError`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BindErrorKind {
    /// There is no column of this name.
    Missing,
    /// The column has another type than the condition was checked with.
    OtherType,
}

/// A column that a condition reads and a batch lacks, or has with another type.
///
/// # Examples
///
/// ```
/// use arrow_schema::Schema;
/// use docmill_expression::{BindErrorKind, Bound, NameTable, Type, condition};
///
/// let names = NameTable::new().with(["words"], Type::Number);
/// let when = condition("words > 600", &names).unwrap();
/// let error = Bound::new(&when, &Schema::empty()).unwrap_err();
/// assert_eq!(error.kind(), BindErrorKind::Missing);
/// assert_eq!(error.to_string(), "the batch has no column `words`");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BindError {
    name: Name,
    found: Option<Type>,
}

impl BindError {
    fn new(name: &Name, found: Option<Type>) -> BindError {
        BindError { name: name.clone(), found }
    }

    /// What kind of mistake it is.
    #[must_use]
    pub fn kind(&self) -> BindErrorKind {
        if self.found.is_none() { BindErrorKind::Missing } else { BindErrorKind::OtherType }
    }

    /// The name that was looked for.
    #[must_use]
    pub fn name(&self) -> &Name {
        &self.name
    }
}

impl fmt::Display for BindError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.found {
            None => write!(f, "the batch has no column `{}`", self.name),
            Some(found) if found == self.name.ty() => write!(f, "column `{}` cannot be read", self.name),
            Some(found) => write!(f, "column `{}` is {found}, not {}", self.name, self.name.ty()),
        }
    }
}

impl std::error::Error for BindError {}

#[cfg(test)]
mod tests;
