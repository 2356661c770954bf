//! The choice of fields: which columns, or parts of columns, are exported, and in which order.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, BooleanArray, MapArray, RecordBatch, RecordBatchOptions, UInt32Array};
use arrow_schema::{DataType, Field, FieldRef, Schema, SchemaRef};
use arrow_select::nullif::nullif;
use arrow_select::take::take;

use crate::error::{ErrorKind, ExportError};

/// The fields chosen of a schema, ready to be taken from batches of it.
#[derive(Debug)]
pub(crate) struct Selection {
    columns: Vec<usize>,
    picks: Vec<Pick>,
    schema: SchemaRef,
}

/// One field: a column, by its position in [`Selection::columns`], and the way down into it.
#[derive(Debug)]
struct Pick {
    column: usize,
    steps: Vec<Step>,
}

#[derive(Debug)]
enum Step {
    Child(usize),
    Key(String),
}

impl Selection {
    /// Finds the `wanted` fields in a schema; none wanted means every column.
    ///
    /// A field is a column's name (`entities`), an attribute of a struct column (`dateline.place`) or a
    /// key of a map column (`meta.url`), which may hold dots itself and need not occur in any document.
    ///
    /// # Errors
    /// [`ErrorKind::Field`] for an unknown field, one named twice, or a part of a list.
    pub(crate) fn new(schema: &Schema, wanted: &[String]) -> Result<Self, ExportError> {
        let all: Vec<String>;
        let wanted = if wanted.is_empty() {
            all = schema.fields().iter().map(|field| field.name().clone()).collect();
            &all
        } else {
            wanted
        };
        let mut selection =
            Self { columns: Vec::new(), picks: Vec::new(), schema: Arc::new(Schema::empty()) };
        let mut fields: Vec<FieldRef> = Vec::with_capacity(wanted.len());
        for name in wanted {
            if fields.iter().any(|field| field.name() == name) {
                return Err(ExportError::new(ErrorKind::Field, format!("export the field `{name}` twice")));
            }
            let (index, steps, field) = find(schema, name)?;
            let column = selection.columns.iter().position(|known| *known == index);
            let column = column.unwrap_or_else(|| {
                selection.columns.push(index);
                selection.columns.len() - 1
            });
            selection.picks.push(Pick { column, steps });
            fields.push(Arc::new(field));
        }
        // Metadata is left out: it is the host's, and a file should not depend on it.
        selection.schema = Arc::new(Schema::new(fields));
        Ok(selection)
    }

    /// The positions of the columns that [`Selection::apply`] needs, in its order.
    pub(crate) fn columns(&self) -> &[usize] {
        &self.columns
    }

    /// The schema of what [`Selection::apply`] returns.
    pub(crate) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Takes the fields from the columns named by [`Selection::columns`], each of `rows` rows.
    pub(crate) fn apply(&self, columns: &[ArrayRef], rows: usize) -> Result<RecordBatch, ExportError> {
        let mut arrays = Vec::with_capacity(self.picks.len());
        for pick in &self.picks {
            let Some(column) = columns.get(pick.column) else { continue };
            let mut array = Arc::clone(column);
            for step in &pick.steps {
                array = step.take(&array)?;
            }
            arrays.push(array);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        Ok(RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options)?)
    }
}

impl Step {
    fn take(&self, array: &ArrayRef) -> Result<ArrayRef, ExportError> {
        match self {
            Self::Child(index) => {
                let array = array.as_struct();
                let child = array.column(*index);
                match array.nulls() {
                    None => Ok(Arc::clone(child)),
                    Some(nulls) => Ok(nullif(child, &BooleanArray::new(!nulls.inner(), None))?),
                }
            }
            Self::Key(key) => values_of(array.as_map(), key),
        }
    }
}

/// Looks one key up in each map; a map without it gives a null. Linear in the entries.
fn values_of(maps: &MapArray, key: &str) -> Result<ArrayRef, ExportError> {
    let keys = maps.keys().as_string::<i32>();
    let bounds = maps.value_offsets();
    let found: UInt32Array = bounds
        .iter()
        .zip(bounds.iter().skip(1))
        .enumerate()
        .map(|(row, (first, last))| {
            let mut entries = (*first..*last).filter(|_| maps.is_valid(row));
            entries.find(|entry| keys.value(*entry as usize) == key).map(|entry| entry as u32)
        })
        .collect();
    Ok(take(maps.values(), &found, None)?)
}

/// The column that a field is taken from: that of its name, or of the longest part of it before a dot.
pub(crate) fn column_of<'a>(field: &str, columns: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let is_before =
        |name: &&str| field.strip_prefix(*name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    columns.filter(is_before).max_by_key(|name| name.len())
}

/// Finds a field by its whole name, else by its longest prefix up to a dot that is a column.
fn find(schema: &Schema, name: &str) -> Result<(usize, Vec<Step>, Field), ExportError> {
    if let Some((index, field)) = schema.column_with_name(name) {
        return Ok((index, Vec::new(), plain(field)));
    }
    let dots = name.match_indices('.').map(|(at, _)| at).rev();
    let split = dots.filter_map(|at| Some((name.get(..at)?, name.get(at + 1..)?)));
    for (column, rest) in split {
        if let Some((index, field)) = schema.column_with_name(column) {
            let mut steps = Vec::new();
            let found = descend(field, rest, &mut steps).ok_or_else(|| no_part(field, column, rest))?;
            return Ok((index, steps, found.with_name(name)));
        }
    }
    let known: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    Err(ExportError::new(ErrorKind::Field, format!("find the field `{name}`"))
        .with_help(format!("columns here: {}", known.join(", "))))
}

/// Follows a dotted path into structs and at most one map; what it finds can always be null.
fn descend(field: &Field, path: &str, steps: &mut Vec<Step>) -> Option<Field> {
    match field.data_type() {
        DataType::Struct(children) => {
            let (head, rest) = match children.find(path) {
                Some(_) => (path, None),
                None => path.split_once('.').map(|(head, rest)| (head, Some(rest)))?,
            };
            let (index, child) = children.find(head)?;
            steps.push(Step::Child(index));
            match rest {
                Some(rest) => descend(child, rest, steps),
                None => Some(plain(child).with_nullable(true)),
            }
        }
        DataType::Map(entries, _) => {
            let DataType::Struct(pair) = entries.data_type() else { return None };
            let [key, value] = pair.as_ref() else { return None };
            if *key.data_type() != DataType::Utf8 {
                return None;
            }
            steps.push(Step::Key(path.to_owned()));
            Some(plain(value).with_nullable(true))
        }
        _ => None,
    }
}

fn plain(field: &Field) -> Field {
    Field::new(field.name(), field.data_type().clone(), field.is_nullable())
}

fn no_part(field: &Field, column: &str, rest: &str) -> ExportError {
    let message = format!("find `{rest}` in the column `{column}`");
    let help = match field.data_type() {
        DataType::Struct(children) => {
            let known: Vec<&str> = children.iter().map(|child| child.name().as_str()).collect();
            format!("attributes of `{column}`: {}", known.join(", "))
        }
        DataType::List(_) | DataType::LargeList(_) => {
            format!("`{column}` is a list, which is exported whole: choose `{column}`")
        }
        _ => format!("`{column}` has no parts: choose `{column}`"),
    };
    ExportError::new(ErrorKind::Field, message).with_help(help)
}

#[cfg(test)]
mod tests;
