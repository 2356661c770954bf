use crate::{Code, Diagnostic};

/// Draws the source line and the carets under the first `needle` of a text.
#[track_caller]
fn check(text: &str, needle: &str, expected: &[&str]) {
    let start = text.find(needle).unwrap();
    let wrong = Diagnostic::new(Code::BadValue, "a.toml", "no").at(start..start + needle.len()).label("here");
    let drawn = wrong.render(text, false);
    assert_eq!(drawn.lines().skip(1).collect::<Vec<_>>(), expected);
}

#[test]
fn the_caret_stands_under_the_place() {
    check("a\nb = 3 # c\n", "3", &[" --> a.toml:2:5", "2 | b = 3 # c", "  |     ^ here"]);
}

#[test]
fn a_tab_is_four_columns() {
    check(
        "\tb\t= 'x\ty'",
        "'x\ty'",
        &[" --> a.toml:1:6", "1 |     b    = 'x    y'", "  |            ^^^^^^^^ here"],
    );
}

#[test]
fn wide_and_combining_characters_keep_the_caret_in_place() {
    check(
        "k = '新聞' # e\u{301} x",
        "x",
        &[" --> a.toml:1:15", "1 | k = '新聞' # e\u{301} x", "  |                ^ here"],
    );
    check("k = '新聞' + 3", "'新聞'", &[" --> a.toml:1:5", "1 | k = '新聞' + 3", "  |     ^^^^^^ here"]);
}

#[test]
fn a_place_of_several_lines_is_drawn_on_the_first() {
    check("a = [\n1,\n]\n", "[\n1,\n]", &[" --> a.toml:1:5", "1 | a = [", "  |     ^ here"]);
}

#[test]
fn a_long_line_is_shown_through_a_window() {
    let long = format!("a = [{}'needle'{}]", "1, ".repeat(10_000), ", 2".repeat(10_000));
    let start = long.find("'needle'").unwrap();
    let wrong = Diagnostic::new(Code::BadValue, "a.toml", "no").at(start..start + 8);
    let drawn = wrong.render(&long, false);
    let lines: Vec<&str> = drawn.lines().collect();
    assert_eq!(lines[1], " --> a.toml:1:30006");
    assert!(
        lines[2].starts_with("1 | …") && lines[2].ends_with('…') && lines[2].contains("'needle'"),
        "{drawn}"
    );
    assert!(lines[2].chars().count() < 130, "{drawn}");
    let under: String =
        lines[2].chars().zip(lines[3].chars()).filter(|(_, mark)| *mark == '^').map(|(c, _)| c).collect();
    assert_eq!(under, "'needle'");
}

#[test]
fn a_long_place_is_cut() {
    let long = format!("a = '{}'", "x".repeat(5000));
    let drawn = Diagnostic::new(Code::BadValue, "a.toml", "no").at(4..long.len()).render(&long, false);
    assert!(drawn.lines().all(|line| line.chars().count() < 130), "{drawn}");
}

#[test]
fn what_would_steer_the_terminal_is_not_printed() {
    let text = "a = '\u{1b}[31m\u{202e}x'";
    let wrong =
        Diagnostic::new(Code::BadValue, "a\u{1b}.toml", "no \u{1b}[2J\n!").at(4..7).label("\r").help("\u{7}");
    let drawn = wrong.render(text, false);
    assert!(!drawn.chars().any(|c| c != '\n' && (c.is_control() || c == '\u{202e}')), "{drawn:?}");
    assert_eq!(drawn.lines().count(), 5);
}

#[test]
fn a_place_outside_the_text_is_moved_into_it() {
    for place in [0..0, 2..2, 3..4, 99..100] {
        let wrong = Diagnostic::new(Code::BadValue, "a.toml", "no").at(place);
        assert_eq!(wrong.render("a é\n", false).lines().count(), 4);
        assert_eq!(wrong.render("", false).lines().count(), 4);
        let _ = wrong.locate("a é\n");
    }
}

#[test]
fn colours_add_nothing_but_escapes() {
    let wrong = Diagnostic::new(Code::BadValue, "a.toml", "no").at(0..1).label("here").help("yes");
    let mut plain = String::new();
    let mut coloured = wrong.render("a = 1", true);
    assert!(coloured.starts_with("\x1b[1;31merror[E0203]\x1b[0m: "));
    while let Some((before, rest)) = coloured.split_once('\x1b') {
        plain.push_str(before);
        coloured = rest.split_once('m').unwrap().1.to_owned();
    }
    assert_eq!(plain + &coloured, wrong.render("a = 1", false));
}

#[test]
fn columns_are_the_same_in_whatever_order_they_are_asked_for() {
    let text = "é = 1, ü = 2\nö = 3\n";
    let lines = super::Lines::new(text);
    let column = |needle: &str| {
        let position = lines.position(text.find(needle).unwrap());
        (position.line, position.column)
    };
    for (needle, wanted) in [
        ("ü", (1, 8)),
        ("2", (1, 12)),
        ("1", (1, 5)),
        ("3", (2, 5)),
        ("ö", (2, 1)),
        ("2", (1, 12)),
        ("é", (1, 1)),
    ] {
        assert_eq!(column(needle), wanted, "{needle}");
    }
}
