use super::*;

#[test]
fn plurals_become_singular() {
    for (plural, one) in [
        ("bodies", "body"),
        ("children", "child"),
        ("people", "people"),
        ("boxes", "box"),
        ("churches", "church"),
        ("lives", "life"),
        ("firemen", "fireman"),
        ("potatoes", "potato"),
        ("shoes", "shoe"),
        ("houses", "house"),
        ("soldiers", "soldier"),
        ("status", "status"),
    ] {
        assert_eq!(singular(plural), one);
    }
}

#[test]
fn tables_are_sorted() {
    assert!(UNITS.is_sorted_by_key(|pair| pair.0));
    assert!(IRREGULAR.is_sorted_by_key(|pair| pair.0));
    assert!(NOT_COUNTED.is_sorted());
}
