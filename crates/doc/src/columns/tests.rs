use super::*;

#[test]
fn every_standard_column_has_a_notation() {
    let shown: Vec<String> =
        document().iter().map(|f| format!("{}: {}", f.name(), notation(f.data_type()))).collect();
    assert_eq!(
        shown,
        [
            "id: utf8",
            "uri: utf8",
            "text: utf8",
            "title: utf8",
            "byline: utf8",
            "publisher: utf8",
            "lang: utf8",
            "media_type: utf8",
            "published: date32",
            "dateline: struct<place: utf8?, date: date32?, agency: utf8?, start: u32, end: u32>",
            "body_start: u32",
            "meta: map<utf8, utf8>",
        ]
    );
}

#[test]
fn a_layer_is_told_from_other_lists() {
    assert!(is_layer(quotes().field().data_type()));
    assert!(!is_layer(entity_list().data_type()));
    assert_eq!(notation(spans("tokens").field().data_type()), "layer");
    assert_eq!(notation(quotes().field().data_type()), "layer<kind: utf8, group: u32?>");
    assert_eq!(notation(keyphrases().data_type()), "list<struct<text: utf8, score: f32>>");
}
