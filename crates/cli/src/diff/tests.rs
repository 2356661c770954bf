use super::annotations::{Kind, Unit, changed};
use serde_json::{Value, json};

/// Compares two sets of annotations over one text; gives what differs as `kind label start..end`.
fn check(was: &Value, is: &Value, want: &[&str]) {
    check_texts((was, "Rain fell in Lima on Monday."), (is, "Rain fell in Lima on Monday."), want);
}

fn check_texts((was, before): (&Value, &str), (is, after): (&Value, &str), want: &[&str]) {
    let row = |layer: &Value, text: &str| json!({ "id": "1", "text": text, "entities": layer });
    let found = changed("1", &row(was, before), &row(is, after), (Unit::Bytes, Unit::Bytes));
    let told: Vec<String> = found
        .annotations
        .iter()
        .map(|c| format!("{:?} {} {}..{}", c.kind, c.label, c.start, c.end).to_lowercase())
        .collect();
    assert_eq!(told, want);
}

#[test]
fn each_sort_of_change_is_told() {
    let lima = json!({ "start": 13, "end": 17, "label": "LOC", "score": 0.5 });
    let person = json!({ "start": 13, "end": 17, "label": "PERSON", "score": 0.5 });
    let surer = json!({ "start": 13, "end": 17, "label": "LOC", "score": 0.9 });
    let longer = json!({ "start": 10, "end": 17, "label": "LOC", "score": 0.5 });
    let monday = json!({ "start": 21, "end": 27, "label": "DATE" });
    check(&json!([lima]), &json!([lima]), &[]);
    check(&json!([lima]), &json!([]), &["removed loc 13..17"]);
    check(&json!([]), &json!([lima, monday]), &["added loc 13..17", "added date 21..27"]);
    check(&json!([lima]), &json!([person]), &["relabelled loc 13..17"]);
    check(&json!([lima]), &json!([surer]), &["altered loc 13..17"]);
    check(&json!([lima]), &json!([longer]), &["moved loc 10..17"]);
    check(&json!([lima]), &json!([monday]), &["removed loc 13..17", "added date 21..27"]);
    check(&json!([lima, lima]), &json!([lima]), &["removed loc 13..17"]);
}

#[test]
fn annotations_keep_their_words_when_the_text_before_them_grows() {
    let was = json!([{ "start": 13, "end": 17, "label": "LOC" }]);
    let is = json!([{ "start": 53, "end": 57, "label": "LOC" }]);
    let after = "An official of the weather service said Rain fell in Lima.";
    check_texts((&was, "Rain fell in Lima on Monday."), (&is, after), &["moved loc 53..57"]);
}

#[test]
fn columns_that_are_no_layers_are_told_by_name() {
    let was = json!({ "id": "1", "title": "Rain", "list": [{ "name": "Lima" }], "gone": 1, "n": null });
    let is = json!({ "id": "1", "title": "Snow", "list": [{ "name": "Oslo" }], "n": null });
    let found = changed("1", &was, &is, (Unit::Bytes, Unit::Bytes));
    assert_eq!(found.columns, ["gone", "list", "title"]);
    assert!(found.annotations.is_empty());
}

#[test]
fn words_are_cut_out_by_the_unit_of_the_output() {
    let row =
        |start: u32| json!({ "text": "é😀 Lima fell", "entities": [{ "start": start, "end": start + 4 }] });
    let empty = json!({ "text": "é😀 Lima fell", "entities": [] });
    for (unit, start) in [(Unit::Bytes, 7), (Unit::Chars, 3), (Unit::Utf16, 4)] {
        let found = changed("1", &empty, &row(start), (unit, unit));
        assert_eq!(found.annotations[0].text, "Lima", "{unit:?}");
        assert_eq!(found.annotations[0].kind, Kind::Added);
        // Offsets that lead nowhere are told without their words.
        let beyond = changed("1", &empty, &row(400), (unit, unit));
        assert_eq!(beyond.annotations[0].text, "");
    }
}
