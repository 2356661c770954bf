use super::{is_word, is_word_by_tables};

#[test]
fn the_quick_ranges_say_what_the_tables_say() {
    let wrong: Vec<char> = ('\0'..=char::MAX).filter(|&c| is_word(c) != is_word_by_tables(c)).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}
