use proptest::prelude::*;

use crate::cases::quotations;

#[test]
fn a_name_is_no_clause() {
    assert!(quotations("Peace takes hard work said Omar Haddad, bishop of Lima.").is_empty());
}

#[test]
fn empty_text_gives_nothing() {
    assert!(quotations("").is_empty());
}

const PIECES: [&str; 44] = [
    "“",
    "”",
    "\"",
    "«",
    "»",
    "said",
    "says",
    "told",
    "that",
    "according",
    "to",
    "he",
    "she",
    "the",
    "minister",
    "Ana",
    "Torvald",
    "Mr",
    "Omar Haddad",
    ",",
    ".",
    "!",
    ":",
    "\n",
    "\n\n",
    "was",
    "adding",
    "and",
    "but",
    "Lima",
    "UN",
    "spokesman",
    "of",
    "in",
    "a",
    "statement",
    "on",
    "Tuesday",
    "who",
    "(",
    ")",
    "ß",
    "北京",
    "’s",
];

fn heap() -> impl Strategy<Value = String> {
    let words = prop::sample::select(PIECES.to_vec());
    prop::collection::vec((words, prop::sample::select(vec!["", " "])), 0..80)
        .prop_map(|parts| parts.iter().flat_map(|(word, gap)| [*word, *gap]).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_heap_of_cues_gives_sound_quotations(text in heap()) {
        for line in quotations(&text) {
            prop_assert!(line.starts_with("= "));
        }
    }
}
