use proptest::prelude::*;

use super::{Column, ColumnType};

fn ty(text: &str) -> ColumnType {
    text.parse().unwrap()
}

#[test]
fn the_notation_is_read_and_written() {
    for text in [
        "bool",
        "u8",
        "i64",
        "f32",
        "utf8",
        "binary",
        "date32",
        "timestamp",
        "map<utf8, utf8>",
        "list<list<f64>>",
        "struct<place: utf8, date: date32?>",
        "struct<>",
        "layer",
        "layer<label: utf8, norm: utf8?>",
        "list<struct<name: utf8, first: u32>>",
        "list<struct<start: u32>>",
        "layer<parts: list<layer>>",
    ] {
        assert_eq!(ty(text).to_string(), text);
    }
    assert_eq!(ty(" list < struct<start:u32,end:u32 , x :utf8 ? > > ").to_string(), "layer<x: utf8?>");
    assert_eq!(ty("layer<>").to_string(), "layer");
    // Only offsets that are never null make a layer.
    assert_eq!(ty("list<struct<start: u32?, end: u32>>").attributes(), None);
}

#[test]
fn what_is_no_type_is_refused() {
    for (text, message) in [
        ("", "column type: `` is no type at byte 0"),
        ("string", "column type: `string` is no type at byte 0"),
        ("list<utf8", "column type: expected `>` at byte 9"),
        ("list utf8", "column type: expected `<` at byte 5"),
        ("utf8 utf8", "column type: text after the end of the type at byte 5"),
        ("struct<a: utf8, a: u8>", "column type: field `a` is there twice at byte 17"),
        ("layer<start: u32>", "column type: field `start` is there twice at byte 11"),
        ("struct<: u8>", "column type: the name of a field is missing at byte 7"),
        ("struct<a: u8 b: u8>", "column type: expected `,` at byte 13"),
        ("map<utf8>", "column type: expected `,` at byte 8"),
    ] {
        assert_eq!(text.parse::<ColumnType>().unwrap_err().to_string(), message);
    }
    assert!("list<".repeat(100_000).parse::<ColumnType>().is_err());
}

#[test]
fn a_reader_accepts_more_than_it_needs() {
    for (wanted, made) in [
        ("utf8", "utf8"),
        ("layer", "layer<label: utf8>"),
        ("layer<b: u8?>", "layer<a: u8, b: u8>"),
        ("struct<b: u8, a: u8>", "struct<a: u8, b: u8, c: u8?>"),
        ("map<utf8, struct<>>", "map<utf8, struct<a: u8>>"),
    ] {
        assert_eq!(ty(wanted).mismatch(&ty(made)), None);
    }
    for (wanted, made, why) in [
        ("utf8", "binary", "`binary` is not `utf8`"),
        ("layer<label: utf8>", "layer", "field `label` is missing"),
        ("layer<a: u8>", "layer<a: u8?>", "field `a` may be null"),
        ("layer<a: u8>", "layer<a: u16>", "field `a`: `u16` is not `u8`"),
        ("list<utf8>", "utf8", "`utf8` is not `list<utf8>`"),
        ("map<utf8, u8>", "map<utf8, u16>", "`u16` is not `u8`"),
    ] {
        assert_eq!(ty(wanted).mismatch(&ty(made)).as_deref(), Some(why));
        assert!(!ty(wanted).accepts(&ty(made)));
    }
}

#[test]
fn a_column_is_read_from_json() {
    let column: Column =
        serde_json::from_str(r#"{"name": "sentences", "type": "layer", "new_key": 1}"#).unwrap();
    assert_eq!(column.to_string(), "sentences: layer");
    assert_eq!(serde_json::to_string(&column).unwrap(), r#"{"name":"sentences","type":"layer"}"#);
    assert!(serde_json::from_str::<Column>(r#"{"name": "sentences", "type": "span"}"#).is_err());
}

proptest! {
    #[test]
    fn any_text_is_a_type_or_an_error(text in "[a-z0-9<>:,? ]{0,40}|.{0,20}") {
        if let Ok(ty) = text.parse::<ColumnType>() {
            prop_assert_eq!(ty.to_string().parse::<ColumnType>(), Ok(ty));
        }
    }
}
