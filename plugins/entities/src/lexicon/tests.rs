use super::*;
use crate::lists;

#[test]
fn spellings_share_a_group() {
    let lexicon = lists::lexicon();
    assert_eq!(lexicon.whole("U.S.").group, lexicon.whole("United States").group);
    assert_eq!(lexicon.whole("Kiev").group, lexicon.whole("Kyiv").group);
    assert_ne!(lexicon.whole("Niger").group, lexicon.whole("Nigeria").group);
}

#[test]
fn acronyms_are_not_small_words() {
    let lexicon = lists::lexicon();
    assert_ne!(lexicon.word("WHO").0.flags & flag::ORG, 0);
    assert_eq!(lexicon.word("who").0.flags & flag::ORG, 0);
    assert_ne!(lexicon.word("US").0.flags & flag::COUNTRY, 0);
    assert_eq!(lexicon.word("us").0.flags & flag::COUNTRY, 0);
}

#[test]
fn cities_know_their_country() {
    let lexicon = lists::lexicon();
    assert_eq!(lexicon.group_name(lexicon.whole("Lahore").country), "Pakistan");
    assert_eq!(lexicon.whole("no such place").country, 0);
}
