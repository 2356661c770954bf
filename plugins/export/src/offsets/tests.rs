use arrow_array::Int32Array;
use proptest::prelude::*;

use super::*;

/// A batch of one layer with nullable offsets; a row without spans is a null list.
fn layer(rows: &[(&str, Vec<Option<u32>>)]) -> RecordBatch {
    let starts: UInt32Array = rows.iter().flat_map(|(_, starts)| starts.clone()).collect();
    let text: StringArray = rows.iter().map(|(text, _)| Some(*text)).collect();
    let others: ArrayRef = Arc::new(Int32Array::from(vec![7; starts.len()]));
    let fields = vec![Field::new("start", DataType::UInt32, true), Field::new("end", DataType::Int32, true)];
    let values = StructArray::new(fields.into(), vec![Arc::new(starts), others], None);
    let element = Arc::new(Field::new("item", values.data_type().clone(), false));
    let lengths = OffsetBuffer::<i32>::from_lengths(rows.iter().map(|(_, starts)| starts.len()));
    let nulls: NullBuffer = rows.iter().map(|(_, starts)| !starts.is_empty()).collect();
    let lists = GenericListArray::<i32>::new(element, lengths, Arc::new(values), Some(nulls));
    RecordBatch::try_from_iter_with_nullable([
        ("text", Arc::new(text) as ArrayRef, true),
        ("layer", Arc::new(lists) as ArrayRef, true),
    ])
    .unwrap()
}

fn starts(unit: Offsets, batch: &RecordBatch) -> Result<Vec<Vec<Option<u32>>>, ExportError> {
    let columns = unit.convert(batch, &[1])?;
    let lists = columns[0].as_list::<i32>();
    let row = |list: Option<ArrayRef>| {
        list.map(|list| list.as_struct().column(0).as_primitive::<UInt32Type>().iter().collect())
    };
    Ok(lists.iter().map(|list| row(list).unwrap_or_default()).collect())
}

#[test]
fn stray_offsets_are_told() {
    for (text, start) in [("é", 1), ("é", 3), ("e", 2), ("", 1), ("漢", u32::MAX)] {
        let batch =
            layer(&[("fine", vec![Some(4)]), (text, vec![None, Some(start)]), ("éééé", vec![Some(2)])]);
        let error = starts(Offsets::Chars, &batch).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Offset);
        assert!(error.to_string().contains(&format!("offset {start} in `layer`")), "{error}");
        assert!(starts(Offsets::Bytes, &batch).is_ok());
    }
}

#[test]
fn what_lies_under_a_null_is_left_alone() {
    let batch = layer(&[("é", vec![Some(2)])]);
    let lists = batch.column(1).as_list::<i32>();
    let values = StructArray::new(
        lists.values().as_struct().fields().clone(),
        vec![Arc::new(UInt32Array::from(vec![99, 2])), Arc::new(Int32Array::from(vec![1, 2]))],
        None,
    );
    let DataType::List(element) = lists.data_type() else { unreachable!() };
    let lists = GenericListArray::<i32>::new(
        Arc::clone(element),
        OffsetBuffer::from_lengths([1, 1]),
        Arc::new(values),
        Some(vec![false, true].into()),
    );
    let text: ArrayRef = Arc::new(StringArray::from(vec!["é", "é"]));
    let batch = RecordBatch::try_new(batch.schema(), vec![text, Arc::new(lists)]).unwrap();
    assert_eq!(starts(Offsets::Chars, &batch).unwrap(), [vec![], vec![Some(1)]]);
}

proptest! {
    #[test]
    fn counts_are_those_of_the_text_before(
        texts in proptest::collection::vec("[a-zé漢😀]{0,150}", 1..6),
        cut in 0..6_usize,
    ) {
        let every = |text: &str| text.char_indices().map(|(at, _)| Some(at as u32)).chain([Some(text.len() as u32), None]).collect();
        let rows: Vec<(&str, Vec<Option<u32>>)> = texts.iter().map(|text| (text.as_str(), every(text))).collect();
        let cut = cut.min(rows.len() - 1);
        let batch = layer(&rows).slice(cut, rows.len() - cut);
        let expected = |count: fn(&str) -> usize| -> Vec<Vec<Option<u32>>> {
            let row = |(text, starts): &(&str, Vec<Option<u32>>)| {
                starts.iter().map(|start| start.map(|start| count(text.get(..start as usize).unwrap()) as u32)).collect()
            };
            rows[cut..].iter().map(row).collect()
        };
        prop_assert_eq!(starts(Offsets::Chars, &batch).unwrap(), expected(|text| text.chars().count()));
        prop_assert_eq!(starts(Offsets::Utf16, &batch).unwrap(), expected(|text| text.encode_utf16().count()));
    }
}
