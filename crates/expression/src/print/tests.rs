use super::*;
use crate::parse;

#[test]
fn expressions_are_written_with_the_brackets_they_need() {
    for (source, wanted) in [
        ("((a))and((b)or(c))", "a and (b or c)"),
        ("(a and b) and c", "(a and b) and c"),
        ("a-(b-c)+d", "a - (b - c) + d"),
        ("(a-b)-c", "a - b - c"),
        ("(not a) == b", "(not a) == b"),
        ("-(a+b)", "-(a + b)"),
        ("x in [ 1,2 , ]", "x in [1, 2]"),
        ("(a == b) == c", "(a == b) == c"),
        ("1_000 < 2.50e0", "1000 < 2.5"),
        ("x == 1e300", "x == 1e300"),
        (r#"x == "it's\n""#, r"x == 'it\'s\n'"),
        (r#"stage."a\"b".c"#, r#"stage."a\"b".c"#),
    ] {
        assert_eq!(parse(source).unwrap().to_string(), wanted, "{source}");
    }
}

#[test]
fn names_that_no_expression_can_write_are_not_written() {
    for (path, wanted) in [
        (vec!["text"], Some("text")),
        (vec!["größe", "x_1"], Some("größe.x_1")),
        (vec!["stage", "", "and", "1st"], Some(r#"stage."".and."1st""#)),
        (vec!["and", "x"], None),
        (vec!["my column"], None),
        (vec![""], None),
        (vec![], None),
    ] {
        assert_eq!(written(&path).as_deref(), wanted, "{path:?}");
    }
}
