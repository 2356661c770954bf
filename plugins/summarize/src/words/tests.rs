use proptest::prelude::*;

use super::*;

/// The words as `|word`, or ` word` where a phrase may bridge the gap before it.
fn check(text: &str, expected: &str) {
    let written = |word: Word| {
        format!("{}{}", if word.joined { ' ' } else { '|' }, text.get(word.start..word.end).unwrap())
    };
    assert_eq!(words(text).map(written).collect::<String>(), expected, "words of {text:?}");
}

fn check_forms(text: &str, expected: &[Form]) {
    assert_eq!(words(text).map(|word| word.form).collect::<Vec<_>>(), expected, "forms in {text:?}");
}

#[test]
fn nothing_gives_no_words() {
    check("", "");
    check(" … — !? ", "");
}

#[test]
fn words_join_over_a_blank_a_line_end_or_a_hyphen() {
    check("salt-tolerant rice\nharvest", "|salt tolerant rice harvest");
    check("rice, salt; harvest  end", "|rice|salt|harvest|end");
    check("Nigeria's port", "|Nigeria|s port");
}

#[test]
fn an_apostrophe_before_a_capital_stays_inside() {
    check("Ronan O’Halloran and Pat O'Neil", "|Ronan O’Halloran and Pat O'Neil");
}

#[test]
fn numbers_keep_their_points() {
    check("Rs1.5bn, 3,500 blankets. 2024", "|Rs1.5bn|3,500 blankets|2024");
    check_forms("Cost 3,500 yen", &[Form::Capital, Form::Number, Form::Plain]);
}

#[test]
fn marks_belong_to_their_word() {
    check("हिन्दी समाचार। पानी", "|हिन्दी समाचार|पानी");
    check("کِتاب گھر", "|کِتاب گھر");
    check("cafe\u{301} Müzeyyen", "|cafe\u{301} Müzeyyen");
}

#[test]
fn scripts_without_blanks_give_pairs() {
    check("東京都は雪", "|東京 京都 は 雪");
    check("雪。", "|雪");
    check_forms("東京での", &[Form::Pair, Form::GrammarPair]);
}

proptest! {
    #[test]
    fn words_lie_in_order_on_char_boundaries(text in "\\PC{0,80}|[a-zA-Z' ’.\\-0-9東京はก่の雪ß\u{301}]{0,80}") {
        let mut last = 0;
        for word in words(&text) {
            prop_assert!(word.start >= last && word.end > word.start);
            prop_assert!(text.get(word.start..word.end).is_some());
            last = word.start + 1;
        }
    }
}
