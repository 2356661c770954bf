use super::*;

#[test]
fn the_lists_are_sorted() {
    assert!(PAST.is_sorted() && MOVED.is_sorted());
}

#[test]
fn forms_of_the_past() {
    assert!(is_past("took") && is_past("closed") && !is_past("need") && !is_past("takes"));
    assert!(is_irregular_past("was") && !is_irregular_past("closed"));
    assert!(is_moved("postponed") && !is_moved("closed"));
}
