use super::*;
use crate::export::tests::pair;

fn take(fields: &[&str]) -> RecordBatch {
    let batch = pair();
    let wanted: Vec<String> = fields.iter().map(|field| (*field).to_owned()).collect();
    let selection = Selection::new(&batch.schema(), &wanted).unwrap();
    let columns: Vec<ArrayRef> =
        selection.columns().iter().map(|index| Arc::clone(batch.column(*index))).collect();
    selection.apply(&columns, batch.num_rows()).unwrap()
}

#[test]
fn order_is_as_given() {
    let names = |fields: &[&str]| {
        take(fields).schema().fields().iter().map(|field| field.name().clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(&["text", "meta.tag", "id", "meta"]), ["text", "meta.tag", "id", "meta"]);
    assert_eq!(names(&[]).len(), pair().num_columns());
}

#[test]
fn parts_of_a_null_are_null() {
    let batch = take(&["dateline.end", "meta.absent", "meta.tag"]);
    let nulls = |index: usize| (0..2).map(|row| batch.column(index).is_null(row)).collect::<Vec<_>>();
    assert_eq!((nulls(0), nulls(1), nulls(2)), (vec![false, true], vec![true, true], vec![false, true]));
}
