use super::*;

fn mark(text: &str, part: &str, label: &str) -> Mark {
    let start = text.find(part).expect("the part is in the text");
    Mark { start, end: start + part.len(), label: label.to_owned() }
}

fn check(text: &str, parts: &[(&str, &str)], brackets: &str) {
    let marks: Vec<Mark> = parts.iter().map(|(part, label)| mark(text, part, label)).collect();
    assert_eq!(bracketed(text, &marks), brackets);
    // The colours are put between the same words.
    let plain: String = coloured(text, &marks)
        .split('\x1b')
        .enumerate()
        .map(|(at, part)| if at == 0 { part } else { part.split_once('m').map_or("", |(_, rest)| rest) })
        .collect();
    let labels = parts.iter().filter(|(_, label)| !label.is_empty()).map(|(_, label)| label.len() + 1);
    assert_eq!(plain.len(), text.len() + labels.sum::<usize>(), "{plain}");
}

#[test]
fn spans_beside_each_other() {
    check("Rain in Lagos.", &[("Lagos", "LOC"), ("Rain", "")], "[Rain] in [Lagos LOC].");
    check("", &[], "");
}

#[test]
fn spans_in_spans_close_from_the_inside() {
    let text = "“Bank of Ghana won,” he said.";
    let parts = [("Ghana", "LOC"), ("Bank of Ghana", "ORG"), ("“Bank of Ghana won,”", "direct")];
    check(text, &parts, "[“[Bank of [Ghana LOC] ORG] won,” direct] he said.");
}

#[test]
fn spans_that_cross_are_numbered() {
    check("a b c d", &[("a b c", "X"), ("b c d", "Y")], "[1 a [2 b c X 1] d Y 2]");
}

#[test]
fn equal_and_empty_spans() {
    check("a b", &[("b", "X"), ("b", "Y")], "a [[b Y] X]");
    let nothing = Mark { start: 1, end: 1, label: "Z".to_owned() };
    assert_eq!(bracketed("ab", &[nothing]), "a[ Z]b");
}

#[test]
fn spans_outside_the_text_are_left_out() {
    let wrong = |start, end| Mark { start, end, label: String::new() };
    assert_eq!(bracketed("é!", &[wrong(1, 2), wrong(0, 99), wrong(2, 0)]), "é!");
}

#[test]
fn nothing_steers_the_terminal() {
    let text = "a\x1b[2Jb\u{202E}c\r\nd";
    let marks = [mark(text, "b", "L\x1b[0m")];
    assert_eq!(bracketed(text, &marks), "a\u{FFFD}[2J[b L\u{FFFD}[0m]\u{FFFD}c\nd");
    assert!(!coloured(text, &marks).contains("\x1b[2J"));
}

#[test]
fn the_inner_span_shows_and_the_outer_comes_back() {
    let text = "a b c";
    let drawn = coloured(text, &[mark(text, "a b c", "X"), mark(text, "b", "Y")]);
    assert_eq!(drawn, "\x1b[0;1;36ma \x1b[0;1;4;33mb\x1b[0;2;33m Y\x1b[0;1;36m c\x1b[0;2;36m X\x1b[0m");
}
