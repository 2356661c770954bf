use super::{listed, nearest, short};

#[test]
fn the_nearest_name_is_proposed() {
    let known = ["threads", "batch", "block", "max_len", "id"];
    for (name, meant) in [
        ("thread", Some("threads")),
        ("Batch", Some("batch")),
        ("max-len", Some("max_len")),
        ("bacth", Some("batch")),
        ("di", None),
        ("timeout", None),
        ("", None),
    ] {
        assert_eq!(nearest(name, known), meant, "{name}");
    }
    assert_eq!(nearest(&"a".repeat(1_000_000), known), None);
}

#[test]
fn the_word_of_another_language_is_understood() {
    let known = ["use", "id", "from", "with", "int"];
    for (name, meant) in
        [("depends_on", Some("from")), ("options", Some("with")), ("Integer", Some("int")), ("path", None)]
    {
        assert_eq!(nearest(name, known), meant, "{name}");
    }
    assert_eq!(nearest("depends_on", ["stage"]), None);
}

#[test]
fn long_lists_and_names_are_cut() {
    let names: Vec<String> = (0..50).map(|at| at.to_string()).collect();
    assert!(listed(names.iter().map(String::as_str)).ends_with("`39` and 10 more"));
    assert_eq!(short("ab"), "ab");
    assert_eq!(short(&"é".repeat(100)).chars().count(), 65);
}
