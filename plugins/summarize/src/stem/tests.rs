use super::*;

/// All words of a group share one stem.
fn check_meet(group: &str) {
    let stems: Vec<_> = group.split(' ').map(|word| english(word.as_bytes())).collect();
    assert!(stems.iter().all(|stem| *stem == stems[0]), "{group}: {stems:?}");
}

fn check_differ(a: &str, b: &str) {
    assert_ne!(english(a.as_bytes()), english(b.as_bytes()), "{a} and {b}");
}

#[test]
fn forms_of_a_word_meet() {
    check_meet("city cities");
    check_meet("make makes making");
    check_meet("stop stops stopped stopping");
    check_meet("call calls called calling");
    check_meet("pass passes passed passing");
    check_meet("worker workers");
    check_meet("study studies studied");
    check_meet("heavy heavily");
}

#[test]
fn short_words_and_other_endings_stay() {
    check_differ("thing", "th");
    check_differ("red", "r");
    check_differ("bus", "bu");
    check_differ("water", "war");
    assert_eq!(english(b"s"), b"s");
    assert_eq!(english(b""), b"");
}

#[test]
fn adverbs_and_pasts_are_told_from_nouns() {
    for word in ["closely", "exposed", "recycled"] {
        assert!(is_verbal(word.as_bytes()), "{word}");
    }
    for word in ["family", "supply", "seed", "speed", "bed", "bridge"] {
        assert!(!is_verbal(word.as_bytes()), "{word}");
    }
}
