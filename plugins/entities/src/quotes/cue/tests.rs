use super::*;
use crate::lists;
use crate::word::Words;

#[test]
fn the_lists_are_sorted() {
    assert!(MORE.is_sorted() && MARKS.is_sorted() && BARE.is_sorted() && SILENT.is_sorted());
}

#[test]
fn every_listed_verb_is_found() {
    let lexicon = lists::lexicon();
    for verb in MORE.iter().chain(&MARKS).filter(|verb| SILENT.binary_search(verb).is_err()) {
        let words = Words::scan(verb, 0, &[], &lexicon);
        assert!(words.get(0).is_some_and(|word| is_saying(word, verb)), "{verb}");
    }
}
