use super::*;
use serde_json::json;

#[test]
fn values_are_brief_and_harmless() {
    for (name, value, want) in [
        ("title", json!(null), "-"),
        ("title", json!("a  b\n\tc"), "\"a b c\""),
        ("title", json!("x\u{1b}[31my"), "\"x\u{FFFD}[31my\""),
        ("text", json!("äb"), "3 bytes \"äb\""),
        ("n", json!(3), "3"),
        ("list", json!([]), "0"),
        ("list", json!(["a", "b"]), "2: [\"a\",\"b\"]"),
        ("tokens", json!([{"start": 0, "end": 1}, {"start": 1, "end": 2}]), "2"),
        (
            "entities",
            json!([
                {"start": 0, "end": 1, "label": "LOC"},
                {"start": 1, "end": 2, "label": "ORG"},
                {"start": 2, "end": 3, "label": "ORG"},
            ]),
            "3: ORG 2, LOC 1",
        ),
    ] {
        assert_eq!(brief(name, &value), want);
    }
}

#[test]
fn long_values_are_cut_at_their_chars() {
    let long = brief("title", &json!("ü".repeat(500)));
    assert_eq!(long, format!("\"{}…\"", "ü".repeat(MAX_CHARS)));
    let words = brief("title", &json!("word ".repeat(500)));
    assert!(words.chars().count() <= MAX_CHARS + 3 && words.ends_with("…\""), "{words}");
}
