//! A stage whose spans break the rules.

use crate::Params;
use docmill_sdk::arrow_array::builder::{ListBuilder, StructBuilder, UInt32Builder};
use docmill_sdk::arrow_schema::DataType;
use docmill_sdk::{About, Added, Documents, ErrorKind, Host, StageError, Transform, columns};
use std::sync::Arc;

/// Gives the spans that a document's text asks for: `mock:span` reaches past the text, `mock:cut` cuts the
/// character at its start, `mock:reversed` ends before it starts, `mock:unsorted` comes before another; any other
/// text has one sound span.
pub struct MockSpan;

impl Transform for MockSpan {
    type Params = Params;

    fn about() -> About {
        About::new("mock-span", "1.0.0", "gives spans that break the rules")
            .reads([columns::text()])
            .writes([columns::spans("mock_spans").field()])
    }

    fn new(_params: Params, _host: Host) -> Result<Self, StageError> {
        Ok(Self)
    }

    fn process(&mut self, documents: &Documents<'_>) -> Result<Added, StageError> {
        let texts = documents.texts()?;
        let layer = columns::spans("mock_spans").field();
        let DataType::List(item) = layer.data_type() else { return Err(internal()) };
        let DataType::Struct(fields) = item.data_type() else { return Err(internal()) };
        let spans = StructBuilder::from_fields(fields.clone(), 0);
        let mut column = ListBuilder::new(spans).with_field(Arc::clone(item));
        for row in 0..documents.len() {
            for &(start, end) in spans_of(texts.value(row)) {
                for (field, offset) in [start, end].into_iter().enumerate() {
                    let numbers = column.values().field_builder::<UInt32Builder>(field);
                    numbers.ok_or_else(internal)?.append_value(offset);
                }
                column.values().append(true);
            }
            column.append(true);
        }
        Ok(Added::columns(vec![Arc::new(column.finish())]))
    }
}

fn internal() -> StageError {
    StageError::new(ErrorKind::Internal, "a layer is a list of start and end")
}

fn spans_of(text: &str) -> &'static [(u32, u32)] {
    let asked: [(&str, &[(u32, u32)]); 4] = [
        ("mock:span", &[(0, 1 << 20)]),
        ("mock:cut", &[(0, 1)]),
        ("mock:reversed", &[(3, 2)]),
        ("mock:unsorted", &[(2, 3), (0, 1)]),
    ];
    let asked = asked.iter().find(|(marker, _)| text.contains(marker));
    asked.map_or(if text.is_ascii() && !text.is_empty() { &[(0, 1)] } else { &[] }, |(_, spans)| spans)
}
