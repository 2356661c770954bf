use super::*;
use crate::lists;

fn check(text: &str, wanted: &[&str]) {
    let lexicon = lists::lexicon();
    let words = Words::scan(text, 0, &[], &lexicon);
    let have: Vec<&str> = (0..words.list.len()).map(|at| words.str(at)).collect();
    assert_eq!(have, wanted);
}

#[test]
fn words_and_marks() {
    check("O'Brien's U.S. trip, at 8.50am", &["O'Brien", "'s", "U.S.", "trip", ",", "at", "8.50", "am"]);
    check("USD70.2 Sana’a COP27 p.m.", &["USD", "70.2", "Sana’a", "COP27", "p.m."]);
    check("see https://a.b/c?d now", &["see", "https://a.b/c?d", "now"]);
    check("Al-Rai don't", &["Al", "-", "Rai", "don't"]);
}

#[test]
fn shapes() {
    for (text, wanted) in [
        ("NATO", Shape::Upper),
        ("Rome", Shape::Cap),
        ("rome", Shape::Lower),
        ("J.", Shape::Initial),
        ("WeChat", Shape::Mixed),
        ("北京", Shape::Lower),
        ("Émile", Shape::Cap),
    ] {
        assert_eq!(shape(text), wanted, "{text}");
    }
}

#[test]
fn sentence_openers_are_marked() {
    let lexicon = lists::lexicon();
    let text = "Rain fell. Then “Stop,” he said: We go.";
    let words = Words::scan(text, 0, &[], &lexicon);
    let first: Vec<&str> =
        (0..words.list.len()).filter(|&at| words.list[at].first).map(|at| words.str(at)).collect();
    assert_eq!(first, ["Rain", "Then", "Stop", "We"]);
}
