use super::*;

#[test]
fn lists_are_sorted() {
    for list in [TITLES, BEFORE_NUMBERS, OPEN, TIMES, ORDINARY, OPENINGS, WITH_TIMES, SPEECH] {
        assert!(list.is_sorted_by(|a, b| a < b), "{list:?}");
    }
    for list in [TITLES, BEFORE_NUMBERS, OPEN, TIMES] {
        assert!(list.iter().all(|word| word.len() <= LONGEST), "{list:?}");
    }
}

#[test]
fn words_are_found_in_any_case() {
    let check = |word, expected| assert_eq!(abbreviation(word), expected, "{word}");
    check("Mr", Some(Abbreviation::Title));
    check("LTD", Some(Abbreviation::Open));
    check("p.m", Some(Abbreviation::Time));
    check("no", Some(Abbreviation::BeforeNumber));
    check("Sat", Some(Abbreviation::BeforeNumber));
    check("sat", None);
    check("", None);
    check("incorporated", None);
}
