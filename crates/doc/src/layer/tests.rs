use super::*;
use crate::columns;

fn at(text: &str, start: usize, end: usize) -> Span {
    Span::new(text, start, end).unwrap()
}

#[test]
fn a_builder_sorts_each_document_and_keeps_attributes_with_their_span() {
    let text = "Lima and Oslo";
    let layer =
        LayerType::new("places").with("label", AttributeKind::Label).with("norm", AttributeKind::Text);
    let mut builder = LayerBuilder::new(&layer);
    builder.push(at(text, 9, 13), &[Value::Text("LOC"), Value::Text("oslo")]);
    builder.push(at(text, 0, 4), &[Value::Text("CITY"), Value::Null]);
    builder.end_document();
    builder.end_document();
    let column = builder.finish();

    let read = Layer::new(&column).unwrap();
    assert_eq!(read.spans(0, text).map(|s| s.of(text)).collect::<Vec<_>>(), ["Lima", "Oslo"]);
    assert_eq!(read.rows(1), 2..2);
    assert_eq!(read.rows(9), 0..0);
    let norm = read.attribute("norm").unwrap().as_any().downcast_ref::<StringArray>().unwrap();
    assert!(norm.is_null(0));
    assert_eq!(norm.value(1), "oslo");
    assert_eq!(column.data_type(), layer.field().data_type());
}

#[test]
fn many_spans_at_once_are_sorted_too() {
    let text = "one two three";
    let layer = LayerType::new("tokens").with("kind", AttributeKind::Label);
    let mut builder = LayerBuilder::new(&layer);
    builder.extend(&[at(text, 4, 7), at(text, 0, 7), at(text, 0, 3)]);
    builder.end_document();
    builder.extend(&[]);
    builder.end_document();
    builder.extend(&[at(text, 0, 3), at(text, 4, 7), at(text, 8, 13)]);
    builder.end_document();
    let column = builder.finish();
    let read = Layer::new(&column).unwrap();
    assert_eq!(read.spans(0, text).map(|s| s.of(text)).collect::<Vec<_>>(), ["one", "one two", "two"]);
    assert_eq!(read.rows(1), 3..3);
    assert_eq!(read.spans(2, text).count(), 3);
    assert_eq!(column.data_type(), layer.field().data_type());
}

#[test]
fn what_an_unended_document_holds_is_left_out() {
    let mut builder = LayerBuilder::new(&columns::spans("tokens"));
    builder.push(at("a", 0, 1), &[]);
    builder.abandon_document();
    builder.end_document();
    builder.push(at("a", 0, 1), &[]);
    let column = builder.finish();
    assert_eq!(column.len(), 1);
    assert_eq!(Layer::new(&column).unwrap().rows(0), 0..0);
}

#[test]
fn spans_that_break_a_rule_are_named() {
    let text = "Größe";
    let check = |spans: &[(u32, u32)], says: &str| {
        let items = StructArray::new(
            Fields::from(vec![
                arrow_schema::Field::new("start", DataType::UInt32, false),
                arrow_schema::Field::new("end", DataType::UInt32, false),
            ]),
            vec![
                Arc::new(UInt32Array::from_iter_values(spans.iter().map(|s| s.0))),
                Arc::new(UInt32Array::from_iter_values(spans.iter().map(|s| s.1))),
            ],
            None,
        );
        let item = arrow_schema::Field::new("item", items.data_type().clone(), false);
        let offsets = OffsetBuffer::from_lengths([spans.len()]);
        let list = ListArray::new(Arc::new(item), offsets, Arc::new(items), None);
        let found = Layer::new(&list).unwrap().check(0, text).map_or_else(|e| e, |()| "fine".to_owned());
        assert_eq!(found, says);
    };
    check(&[(0, 2), (0, 7)], "fine");
    check(&[(0, 3)], "span 0..3 cuts a character (text of 7 bytes)");
    check(&[(2, 1)], "span 2..1 is reversed (text of 7 bytes)");
    check(&[(2, 9)], "span 2..9 reaches past the text (text of 7 bytes)");
    check(&[(2, 4), (0, 1)], "span 0..1 comes after 2..4: not sorted");
}
