//! Documents from JSON Lines and back.

use crate::testing::bench::Document;
use arrow_json::writer::LineDelimited;
use arrow_json::{ReaderBuilder, WriterBuilder};
use docmill_pipeline::{Column, ColumnType};
use docmill_runner::{Batches, Failure, Output, Stage};
use docmill_sdk::arrow_array::{ArrayRef, RecordBatch};
use docmill_sdk::arrow_schema::{ArrowError, DataType, Field, Fields, Schema, SchemaRef, TimeUnit};
use docmill_sdk::{AttributeKind, Block, LayerBuilder, LayerType, Span, columns};
use serde_json::Value;
use std::sync::Arc;

/// Appends documents as JSON Lines, nulls spelled out, as the export stage does.
pub(crate) fn write(batch: &RecordBatch, lines: &mut Vec<u8>) -> Result<(), ArrowError> {
    let mut writer = WriterBuilder::new().with_explicit_nulls(true).build::<_, LineDelimited>(&mut *lines);
    writer.write(batch)?;
    writer.finish()
}

/// The objects of JSON Lines.
pub(crate) fn objects(text: &str) -> Result<Vec<Document>, String> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let object = |(at, line): (usize, &str)| {
        serde_json::from_str(line).map_err(|error| format!("line {} is no JSON object: {error}", at + 1))
    };
    lines.map(object).collect()
}

/// A source whose documents are there already.
#[derive(Clone)]
pub(crate) struct Fed {
    columns: Vec<Column>,
    batch: RecordBatch,
}

/// Documents from JSON Lines, with those of the columns that the first line has.
pub(crate) fn read(known: &[Column], text: &str) -> Result<Fed, String> {
    let documents = objects(text)?;
    let first = documents.first().ok_or("the input has no document")?;
    let given = known.iter().filter(|column| first.contains_key(&column.name));
    let columns: Vec<Column> = given.cloned().collect();
    let (layers, others): (Vec<&Column>, Vec<&Column>) =
        columns.iter().partition(|column| column.ty.attributes().is_some());
    let fields: Option<Fields> = others.iter().map(|column| field(column)).collect();
    let schema = Arc::new(Schema::new(fields.ok_or("a column of the input cannot be read from JSON")?));
    let reader = ReaderBuilder::new(schema).with_batch_size(documents.len());
    let failed = |error: ArrowError| format!("the input does not fit the columns: {error}");
    let mut decoder = reader.build_decoder().map_err(failed)?;
    decoder.serialize(&documents).map_err(failed)?;
    let batch = decoder.flush().map_err(failed)?.ok_or("the input has no document")?;
    let mut arrays: Vec<(Field, ArrayRef)> = Vec::new();
    for column in &columns {
        if layers.contains(&column) {
            arrays.push(layer(column, &documents)?);
        } else if let Ok(at) = batch.schema_ref().index_of(&column.name) {
            arrays.push((batch.schema_ref().field(at).clone(), batch.column(at).clone()));
        }
    }
    let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) = arrays.into_iter().unzip();
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).map_err(failed)?;
    Ok(Fed { columns, batch })
}

impl Fed {
    /// A source with these columns and no document.
    pub(crate) fn nothing(columns: &[Column]) -> Result<Self, String> {
        let fields: Option<Fields> = columns.iter().map(field).collect();
        let schema =
            Schema::new(fields.ok_or("a source beside the one that is fed has a column of its own")?);
        Ok(Self { columns: columns.to_vec(), batch: RecordBatch::new_empty(Arc::new(schema)) })
    }

    /// Its columns.
    pub(crate) fn columns(&self) -> Vec<Column> {
        self.columns.clone()
    }
}

impl Stage for Fed {
    fn open(&mut self, _input: Option<&SchemaRef>) -> Result<Option<SchemaRef>, Failure> {
        Ok(Some(self.batch.schema()))
    }

    fn process(&mut self, _batch: &RecordBatch) -> Result<Output, Failure> {
        Err(Failure::new("internal", "a source takes no documents"))
    }

    fn blocks(&mut self) -> Result<Vec<Block>, Failure> {
        let block =
            Block { key: "input".to_owned(), uri: "input".to_owned(), bytes: 0, fingerprint: String::new() };
        Ok(vec![block])
    }

    fn read(&mut self, _key: &str) -> Result<Batches, Failure> {
        let batch = (self.batch.num_rows() > 0).then(|| Ok(self.batch.clone()));
        Ok(Box::new(batch.into_iter()))
    }

    fn write(&mut self, _batch: &RecordBatch) -> Result<(), Failure> {
        Err(Failure::new("internal", "a source takes no documents"))
    }

    fn flush(&mut self) -> Result<(), Failure> {
        Ok(())
    }
}

/// A column that every source makes has the standard's field, another the one that its type says.
fn field(column: &Column) -> Option<Field> {
    let standard = columns::document().into_iter().find(|field| *field.name() == column.name);
    match standard {
        Some(field) => Some(field),
        None => Some(Field::new(&column.name, data_type(&column.ty)?, true)),
    }
}

fn data_type(ty: &ColumnType) -> Option<DataType> {
    Some(match ty {
        ColumnType::Bool => DataType::Boolean,
        ColumnType::U8 => DataType::UInt8,
        ColumnType::U16 => DataType::UInt16,
        ColumnType::U32 => DataType::UInt32,
        ColumnType::U64 => DataType::UInt64,
        ColumnType::I8 => DataType::Int8,
        ColumnType::I16 => DataType::Int16,
        ColumnType::I32 => DataType::Int32,
        ColumnType::I64 => DataType::Int64,
        ColumnType::F32 => DataType::Float32,
        ColumnType::F64 => DataType::Float64,
        ColumnType::Utf8 => DataType::Utf8,
        ColumnType::Date32 => DataType::Date32,
        ColumnType::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, None),
        ColumnType::List(element) => DataType::List(Arc::new(Field::new("item", data_type(element)?, false))),
        ColumnType::Struct(fields) => {
            let field = |field: &docmill_pipeline::Field| {
                Some(Field::new(&field.name, data_type(&field.ty)?, field.nullable))
            };
            DataType::Struct(fields.iter().map(field).collect::<Option<Fields>>()?)
        }
        ColumnType::Binary | ColumnType::Map(..) => return None,
    })
}

/// A layer whose spans must lie in the documents' texts.
fn layer(column: &Column, documents: &[Document]) -> Result<(Field, ArrayRef), String> {
    let mut ty = LayerType::new(&column.name);
    let attributes = column.ty.attributes().unwrap_or_default();
    for attribute in attributes {
        let kind = match attribute.ty {
            ColumnType::Utf8 if attribute.nullable => AttributeKind::Text,
            ColumnType::Utf8 => AttributeKind::Label,
            ColumnType::U32 => AttributeKind::U32,
            ColumnType::F32 => AttributeKind::F32,
            ColumnType::Bool => AttributeKind::Bool,
            _ => return Err(format!("attribute `{}` cannot be read from JSON", attribute.name)),
        };
        ty = ty.with(&attribute.name, kind);
    }
    let mut builder = LayerBuilder::new(&ty);
    for (at, document) in documents.iter().enumerate() {
        let text = document.get("text").and_then(Value::as_str).unwrap_or_default();
        let elements = document.get(&column.name).and_then(Value::as_array);
        for element in elements.into_iter().flatten() {
            let offset = |key: &str| element.get(key).and_then(Value::as_u64).map(|at| at as usize);
            let span =
                offset("start").zip(offset("end")).and_then(|(start, end)| Span::new(text, start, end));
            let span = span.ok_or_else(|| {
                format!("line {}: {element} in `{}` is no span of the text in bytes", at + 1, column.name)
            })?;
            let values: Vec<docmill_sdk::Value<'_>> =
                attributes.iter().map(|attribute| value(element.get(&attribute.name))).collect();
            builder.push(span, &values);
        }
        builder.end_document();
    }
    Ok((ty.field(), builder.finish()))
}

fn value(given: Option<&Value>) -> docmill_sdk::Value<'_> {
    match given {
        Some(Value::String(text)) => docmill_sdk::Value::Text(text),
        Some(Value::Bool(truth)) => docmill_sdk::Value::Bool(*truth),
        Some(Value::Number(number)) => match number.as_u64() {
            Some(whole) => docmill_sdk::Value::U32(whole as u32),
            None => docmill_sdk::Value::F32(number.as_f64().unwrap_or_default() as f32),
        },
        _ => docmill_sdk::Value::Null,
    }
}
