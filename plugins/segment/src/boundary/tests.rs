use super::*;
use proptest::prelude::*;

const PIECES: &[&str] = &[
    " ",
    ". ",
    ". ",
    ".",
    "said",
    "corp",
    "approximately",
    "departmentally",
    "etc",
    "est",
    "No",
    "Mr",
    "U.S",
    "p.m",
    "Khan",
    "A",
    "I",
    "The",
    "2",
    "12",
    "-",
    "'",
    "\"",
    "”",
    "(",
    ")",
    "é",
    "iii",
    "\n",
    ". . .",
    "…",
];

proptest! {
    #[test]
    fn plain_ends_are_what_the_rules_say(pieces in prop::collection::vec(prop::sample::select(PIECES), 1..40), in_straight: bool) {
        let text = pieces.concat();
        let (extra, language) = (&[][..], Language::english());
        for (at, _) in text.match_indices('.') {
            let context = Context { text: &text, start: 0, end: text.len(), in_straight, extra, language };
            if context.is_plain_end(at) {
                prop_assert_eq!(context.judge_by_rules(at), Verdict::End(at + 1), "at {} of {:?}", at, text);
            }
        }
    }
}

#[test]
fn most_stops_are_plain_ends() {
    let text = "The bridge was closed. Nobody had told the mayor. He left at 5 p.m. Monday with Mr. Khan.";
    let (extra, language) = (&[][..], Language::english());
    let context = Context { text, start: 0, end: text.len(), in_straight: false, extra, language };
    let plain: Vec<_> =
        text.match_indices('.').map(|(at, _)| at).filter(|&at| context.is_plain_end(at)).collect();
    assert_eq!(plain, [21, 48]);
}
