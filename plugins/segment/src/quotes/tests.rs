use super::quotes;
use crate::paragraphs::paragraphs;

/// Checks the quotations of `text`: each with its group before it.
fn check(text: &str, expected: &[&str]) {
    let (mut blocks, mut found) = (Vec::new(), Vec::new());
    paragraphs(text, 0, &mut blocks);
    quotes(text, &blocks, &mut found);
    let drawn: Vec<_> =
        found.iter().map(|quote| format!("{} {}", quote.group, quote.span.of(text))).collect();
    assert_eq!(drawn, expected, "in {text:?}");
}

#[test]
fn double_marks() {
    check("", &[]);
    check("He said “we will go” and left.", &["0 “we will go”"]);
    check("He said \"we will go\" and left.", &["0 \"we will go\""]);
    check("Il dit « on part » et sort.", &["0 « on part »"]);
    check("Er sagte: „Wir gehen.“ Dann ging er.", &["0 „Wir gehen.“"]);
    check("彼は「行く」と言った。", &["0 「行く」"]);
    check("”We go,” he said.", &["0 ”We go,”"]);
}

#[test]
fn single_marks() {
    check(
        "He said ‘we won’t go to the players’ room,’ and left.",
        &["0 ‘we won’t go to the players’ room,’"],
    );
    check("He stood up. 'We are late.' He ran.", &["0 'We are late.'"]);
    check("It's the players' union of the '90s, and that's it.", &[]);
    check("Rock ’n’ roll of the ’60s is Khan’s.", &[]);
}

#[test]
fn nested_marks_belong_to_the_outer_quotation() {
    check("“He said ‘no’ to “us” all,” she said.", &["0 “He said ‘no’ to “us” all,”"]);
    check("‘He said “no” to us,’ she said.", &["0 ‘He said “no” to us,’"]);
}

#[test]
fn attributions_part_pieces_of_one_group() {
    check("“We go,” Mr. Khan said. “We win.”", &["0 “We go,”", "0 “We win.”"]);
    check("“We go,” he said, “and we win.”", &["0 “We go,”", "0 “and we win.”"]);
    check("He called it “a mess” and said “we must act”.", &["0 “a mess”", "1 “we must act”"]);
    check("“We go,” he said. Rain fell. “We win.”", &["0 “We go,”", "1 “We win.”"]);
}

#[test]
fn open_quotations_go_on_in_the_next_paragraph() {
    check("“We go.\n\n“We win.”\n\n“Who?”", &["0 “We go.", "0 “We win.”", "1 “Who?”"]);
    check("\"We go.\n\n\"We win.\"", &["0 \"We go.", "0 \"We win.\""]);
}

#[test]
fn pieces_end_with_their_line() {
    check("He said “we will go to the\ntown and rest”.", &["0 “we will go to the", "0 town and rest”"]);
}

#[test]
fn stray_marks_are_no_quotations() {
    check("A 5\" pipe and a 6'2\" man.", &[]);
    check("He said “nothing more and left", &[]);
    check("Then \" alone.", &[]);
}
