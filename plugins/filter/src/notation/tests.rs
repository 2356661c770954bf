use super::names;
use docmill_expression::{Names, Type};
use docmill_sdk::Column;

#[test]
fn every_column_of_the_data_model_has_its_type() {
    let columns = [
        ("text", "utf8"),
        ("published", "date32"),
        ("body_start", "u32"),
        ("meta", "map<utf8, utf8>"),
        ("dateline", "struct<place: utf8?, date: date32?, parts: list<struct<a: u8, b: u8>>>"),
        ("sentences", "layer"),
        ("entities", "layer<label: utf8, norm: utf8?>"),
        ("entity_list", "list<struct<name: utf8, label: utf8>>"),
        ("topics", "list<utf8>"),
    ];
    let columns: Vec<Column> = columns
        .iter()
        .map(|(name, ty)| Column { name: (*name).into(), data_type: (*ty).into(), optional: false })
        .collect();
    let names = names(&columns);
    let expected: [(&[&str], Type); 12] = [
        (&["text"], Type::Text),
        (&["published"], Type::Date),
        (&["body_start"], Type::Number),
        (&["meta"], Type::Map),
        (&["dateline"], Type::Other),
        (&["dateline", "place"], Type::Text),
        (&["dateline", "date"], Type::Date),
        (&["dateline", "parts"], Type::Layer { label: false }),
        (&["sentences"], Type::Layer { label: false }),
        (&["entities"], Type::Layer { label: true }),
        (&["entity_list"], Type::Layer { label: true }),
        (&["topics"], Type::List(Box::new(Type::Text))),
    ];
    for (path, ty) in expected {
        assert_eq!(names.ty(path), Some(ty), "{path:?}");
    }
}
