use super::paragraphs;

/// Checks the paragraphs of `text`; within one, line ends are drawn as ` / `.
fn check(text: &str, expected: &[&str]) {
    check_from(text, 0, expected);
}

fn check_from(text: &str, from: usize, expected: &[&str]) {
    let mut found = Vec::new();
    paragraphs(text, from, &mut found);
    let drawn: Vec<_> = found.iter().map(|span| span.of(text).replace('\n', " / ")).collect();
    assert_eq!(drawn, expected, "in {text:?}");
}

#[test]
fn blank_lines_part_paragraphs() {
    check("", &[]);
    check(" \n\t\n\u{a0}", &[]);
    check("First block.\n\n \nSecond block.\n", &["First block.", "Second block."]);
    check("Dos.\r\n\r\nLine ends.\r", &["Dos.", "Line ends."]);
    check("One.\u{2029}Two.\u{2028}Three.", &["One.", "Two.", "Three."]);
    check("\u{a0}Padded.\u{3000}\n\nNext.", &["Padded.", "Next."]);
}

#[test]
fn the_text_before_the_body_belongs_to_none() {
    check_from("Home > News\n\nLAHORE: It rained.", 13, &["LAHORE: It rained."]);
    check_from("é It rained.", 1, &["It rained."]);
    check_from("It rained.", 99, &[]);
}

#[test]
fn archives_have_one_paragraph_a_line() {
    check(
        "The council met on Monday to hear the engineers.\nIt will meet again.\n“No date is set.”\nMembers left.",
        &[
            "The council met on Monday to hear the engineers.",
            "It will meet again.",
            "“No date is set.”",
            "Members left.",
        ],
    );
}

#[test]
fn short_lines_without_a_stop_stand_alone() {
    check(
        "Dam opens in Swat\nBy Our Correspondent\nThe dam was opened on Monday.",
        &["Dam opens in Swat", "By Our Correspondent", "The dam was opened on Monday."],
    );
    check("Karachi 210\nLahore 198\nMultan 187", &["Karachi 210", "Lahore 198", "Multan 187"]);
}

#[test]
fn list_items_stand_alone() {
    check(
        "Demands:\n- higher pay\n- shorter hours\n• safety",
        &["Demands:", "- higher pay", "- shorter hours", "• safety"],
    );
    check("1. wheat\n2) rice\n(c) maize\nb) barley", &["1. wheat", "2) rice", "(c) maize", "b) barley"]);
}

#[test]
fn wrapped_lines_are_joined() {
    check(
        "The river rose for a third day on Sunday, and the authority\nsaid that Sukkur Barrage was full. \
         Boats were sent to Khairpur\nand to villages beyond it.\n\nFarmers lost their crops and will be paid, the \
         minister for\nAgriculture said.",
        &[
            "The river rose for a third day on Sunday, and the authority / said that Sukkur Barrage was full. \
             Boats were sent to Khairpur / and to villages beyond it.",
            "Farmers lost their crops and will be paid, the minister for / Agriculture said.",
        ],
    );
}

#[test]
fn broken_lines_are_joined() {
    check("The court told the\nministry to answer.", &["The court told the / ministry to answer."]);
    check(
        "It was shown to the\nNational Museum, which kept it.",
        &["It was shown to the / National Museum, which kept it."],
    );
}
