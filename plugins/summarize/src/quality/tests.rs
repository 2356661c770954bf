use docmill_sdk::Span;

use super::*;
use crate::stopwords::Stopwords;
use crate::terms::{Language, Reader};

fn of(text: &str) -> f64 {
    let stopwords = Stopwords::english();
    let reader = Reader { stopwords: &stopwords, language: Language::English };
    let span = Span::new(text, 0, text.len()).unwrap();
    let terms = Terms::read(text, 0, &[span], &reader);
    quality(text, &terms, &terms.sentences[0])
}

/// The first sentence can stand alone better than the second.
fn check_better(better: &str, worse: &str) {
    assert!(of(better) > of(worse), "{better:?} {} {worse:?} {}", of(better), of(worse));
}

const PLAIN: &str = "The water ministry said the canal would be finished by spring.";

#[test]
fn prose_is_whole() {
    assert!((of(PLAIN) - 1.0).abs() < 1e-9);
}

#[test]
fn what_leans_asks_or_lists_is_less() {
    check_better(PLAIN, "It said the canal would be finished by spring of the year.");
    check_better(PLAIN, "But the ministry said the canal would be finished by spring.");
    check_better(PLAIN, "“The canal,” the ministry said, “will be finished by spring.”");
    check_better(PLAIN, "Who will finish the canal that the ministry promised last spring?");
    check_better(PLAIN, "The ministry set out what the canal would need by next spring:");
    check_better(PLAIN, "- the canal that the ministry promised will be finished by spring");
    check_better(PLAIN, "THE CANAL WILL BE FINISHED BY SPRING, SAYS WATER MINISTRY");
    check_better(PLAIN, "Canal 12 34 5 finished 3 17 22 by spring 7 8 9");
}

#[test]
fn short_ones_are_less_and_function_words_least() {
    check_better(PLAIN, "The canal will be finished.");
    check_better("The canal will be finished.", "Rain.");
    check_better("Rain.", "That was that, and so it was.");
}

#[test]
fn what_a_publisher_adds_is_nothing() {
    for text in [
        "Published in The Coastal Courier, March 4th, 2025",
        "CLICK HERE to get alerts.",
        "Never miss a race: sign up for our newsletter.",
        "© 2025 The Visayan Ledger.",
        "— … —",
    ] {
        assert!(of(text) == 0.0, "{text:?}");
    }
    assert!(
        of("Published in March, the long report of the water ministry found leaks in nine canals of ten.")
            > 0.0
    );
    assert!(of("For more than ten years the canal had been without water.") > 0.0);
}
