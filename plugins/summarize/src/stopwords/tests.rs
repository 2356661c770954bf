use super::*;

fn check(words: &str, expected: Role) {
    let table = Stopwords::english();
    for word in words.split(' ') {
        assert_eq!(table.role(hash(word.as_bytes())), expected, "{word}");
    }
}

#[test]
fn each_list_gives_its_role() {
    check("the and couldn yourselves ten dr", Role::Function);
    check("said gen tuesday kilometres write", Role::Breaking);
    check("minister spokeswoman", Role::Title);
    check("water islamabad harvest zebra", Role::Content);
}

#[test]
fn every_word_is_found_in_a_table_with_room() {
    let english = Stopwords::english();
    let foreign = Stopwords::foreign();
    let lists = [
        (FUNCTION, &english),
        (TITLES, &english),
        (SHORT_TITLES, &english),
        (BREAKING, &english),
        (FOREIGN, &foreign),
    ];
    for (list, table) in lists {
        for word in list.split_ascii_whitespace() {
            assert_ne!(table.role(hash(word.as_bytes())), Role::Content, "{word}");
            assert_eq!(word, word.to_lowercase());
        }
        let taken = table.slots.iter().filter(|slot| **slot != 0).count();
        assert!(taken * 2 < SLOTS, "{taken} of {SLOTS} slots are taken");
    }
}
