use docmill_sdk::Span;

use super::*;
use crate::selection::term_weights;
use crate::stopwords::Stopwords;
use crate::terms::{Language, Reader};

/// The key phrases of a text of one sentence, best first, parted by `, `.
fn phrases(text: &str, lang: &str, count: usize) -> Vec<String> {
    let stopwords = Stopwords::english();
    let reader = Reader { stopwords: &stopwords, language: Language::of(Some(lang), text, &stopwords) };
    let spans: Vec<Span> = Span::new(text, 0, text.len()).into_iter().collect();
    let terms = Terms::read(text, 0, &spans, &reader);
    let found = keyphrases(text, &terms, &term_weights(&terms), count);
    assert!(found.is_sorted_by(|a, b| a.score >= b.score));
    found.into_iter().map(|phrase| phrase.text).collect()
}

fn check(text: &str, expected: &[&str]) {
    let mut found = phrases(text, "en", 9);
    let mut expected = expected.to_vec();
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected, "phrases of {text:?}");
}

#[test]
fn nothing_has_no_phrases() {
    check("", &[]);
    check("It was what it was, 12 of 40.", &[]);
}

#[test]
fn function_words_verbs_numbers_and_marks_end_a_phrase() {
    check(
        "The salt-tolerant rice of the Mekong Delta rose to 430,000 hectares; dock workers, said Lagos.",
        &["salt-tolerant rice", "Mekong Delta", "hectares", "dock workers", "Lagos"],
    );
    check("Engineers closely inspected pipes exposed by storms", &["Engineers", "pipes", "storms"]);
}

#[test]
fn a_name_stands_without_its_title() {
    check("the director Leocadia Treviño", &["director", "Leocadia Treviño"]);
    check("Energy Minister Maeve Corkum-Doiron", &["Energy Minister", "Maeve Corkum-Doiron"]);
}

#[test]
fn a_part_of_a_kept_phrase_is_not_given_again() {
    check("canal concrete. canals. concretes. canal concretes.", &["canal concrete"]);
}

#[test]
fn long_runs_keep_their_head() {
    check("cheap woven mosquito house window screens", &["mosquito house window screens"]);
    check("rice\n  harvest, rice\nharvest", &["rice harvest"]);
    assert_eq!(phrases(&"x".repeat(LONGEST_BYTES + 1), "en", 3), [] as [&str; 0]);
}

#[test]
fn what_comes_back_and_comes_early_is_best() {
    assert_eq!(phrases("crane survey, crane survey, power line", "en", 1), ["crane survey"]);
    assert_eq!(phrases("crane survey, crane survey", "en", 0), [] as [&str; 0]);
}

#[test]
fn scripts_without_blanks_give_their_runs() {
    let mut found = phrases("東京の大雪は空港を", "ja", 9);
    found.sort_unstable();
    assert_eq!(found, ["大雪", "東京", "空港"]);
}

#[test]
fn scores_have_four_decimals() {
    assert!((rounded(0.123_456) - 0.1235).abs() < 1e-9);
}
