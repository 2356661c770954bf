use super::*;
use arrow_array::builder::{
    BooleanBuilder, Int64Builder, ListBuilder, MapBuilder, StringBuilder, StringDictionaryBuilder,
    StructBuilder,
};
use arrow_array::types::Int8Type;
use arrow_array::{Date32Array, NullArray, UInt32Array};
use arrow_schema::{Field, Fields, Schema};
use std::sync::Arc;

fn columns(rows: usize) -> Vec<ArrayRef> {
    let fields =
        Fields::from(vec![Field::new("n", DataType::Int64, true), Field::new("s", DataType::Utf8, true)]);
    let mut truth = BooleanBuilder::new();
    let mut words = StringDictionaryBuilder::<Int8Type>::new();
    let mut list = ListBuilder::new(StructBuilder::from_fields(fields, 0));
    let mut map = MapBuilder::new(None, StringBuilder::new(), StringBuilder::new());
    for n in 0..rows {
        truth.append_option((n % 3 > 0).then_some(n % 2 == 0));
        if n % 4 == 0 {
            words.append_null();
        } else {
            words.append_value(["a", "bé"][n % 2]);
        }
        for m in 0..n % 4 {
            let values = list.values();
            values.field_builder::<Int64Builder>(0).unwrap().append_option((m > 0).then_some(m as i64));
            values.field_builder::<StringBuilder>(1).unwrap().append_value("é".repeat(m));
            values.append(true);
        }
        list.append(n % 5 > 0);
        map.keys().append_value(n.to_string());
        map.values().append_option((n % 2 > 0).then_some("x"));
        map.append(n % 7 > 0).unwrap();
    }
    vec![
        Arc::new((0..rows).map(|n| (n % 6 > 0).then(|| "ü".repeat(n))).collect::<arrow_array::StringArray>()),
        Arc::new(UInt32Array::from_iter_values(0..rows as u32)),
        Arc::new((0..rows).map(|n| (n % 2 > 0).then_some(n as i32)).collect::<Date32Array>()),
        Arc::new(NullArray::new(rows)),
        Arc::new(truth.finish()),
        Arc::new(words.finish()),
        Arc::new(list.finish()),
        Arc::new(map.finish()),
    ]
}

fn batch(rows: usize) -> RecordBatch {
    let columns = columns(rows);
    let fields: Vec<Field> = columns
        .iter()
        .enumerate()
        .map(|(n, column)| Field::new(n.to_string(), column.data_type().clone(), true))
        .collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap()
}

fn memory(encoded: &Encoded) -> Vec<u8> {
    let mut memory = vec![0; encoded.layout.bytes];
    for (at, buffer) in &encoded.buffers {
        memory[*at..at + buffer.len()].copy_from_slice(buffer);
    }
    memory
}

#[test]
fn every_type_comes_back_as_it_was_whatever_the_slice() {
    let whole = batch(40);
    for (offset, len) in [(0, 40), (0, 0), (40, 0), (1, 39), (7, 1), (8, 16), (13, 20)] {
        let sent = whole.slice(offset, len);
        let encoded = encode(sent.columns(), len);
        let got =
            decode(&sent.schema(), &encoded.layout, (&Buffer::from(memory(&encoded)), checked)).unwrap();
        assert_eq!(got, sent, "{len} rows from {offset}");
    }
    let none = RecordBatch::try_new_with_options(
        Arc::new(Schema::empty()),
        Vec::new(),
        &RecordBatchOptions::new().with_row_count(Some(3)),
    );
    let got = decode(
        &Arc::new(Schema::empty()),
        &encode(&[], 3).layout,
        (&Buffer::from(Vec::<u8>::new()), checked),
    )
    .unwrap();
    assert_eq!(got, none.unwrap());
}

#[test]
fn a_slice_costs_what_its_own_rows_do() {
    let whole = batch(400);
    assert!(
        encode(whole.slice(0, 4).columns(), 4).layout.bytes < encode(whole.columns(), 400).layout.bytes / 20
    );
}

#[test]
fn damage_is_an_error_and_never_a_panic() {
    let sent = batch(9);
    let encoded = encode(sent.columns(), 9);
    let bytes = memory(&encoded);
    let read = |layout: &Layout, bytes: &[u8]| {
        let memory = Buffer::from(bytes.to_vec());
        docmill_sdk::export::catch(|| decode(&sent.schema(), layout, (&memory, checked))).unwrap_or_else(
            |words| {
                assert!(!words.is_empty());
                Err(damaged("a panic that the caller catches"))
            },
        )
    };
    assert!(read(&encoded.layout, &bytes).is_ok());
    let mut refused = 0;
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 0xff;
        refused += usize::from(read(&encoded.layout, &changed).is_err());
    }
    assert!(refused > 20, "{refused} changes were seen");
    for at in 0..encoded.layout.parts.len() {
        for part in [(0, 0), (usize::MAX, 1), (1, usize::MAX), (0, bytes.len() + 1)] {
            let mut layout = encoded.layout.clone();
            layout.parts[at] = part;
            let _ = read(&layout, &bytes);
        }
        let mut layout = encoded.layout.clone();
        layout.parts.truncate(at);
        assert!(read(&layout, &bytes).is_err());
    }
    for at in 0..encoded.layout.nodes.len() {
        for node in [(0, true), (8, false), (10, true), (usize::MAX, true), (usize::MAX, false)] {
            let mut layout = encoded.layout.clone();
            layout.nodes[at] = node;
            assert!(read(&layout, &bytes).is_err() || node.0 == 8, "{at} {node:?}");
        }
    }
}
