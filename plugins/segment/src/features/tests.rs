use super::Style;
use crate::paragraphs::paragraphs;

fn style(text: &str) -> u64 {
    let mut found = Vec::new();
    paragraphs(text, 0, &mut found);
    Style::of(text, &found).0
}

#[test]
fn a_text_is_told_by_the_share_of_its_paragraphs_without_a_stop() {
    assert_eq!(style("One.\n\nTwo!\n\n(Three?)\n\n\"Four.\""), 0);
    assert_eq!(style("Dear all\n\nWe meet at nine.\n\nRegards"), 4);
    assert_eq!(style("Name\n\nStreet\n\nTown"), 5);
}

#[test]
fn two_paragraphs_are_counted_and_none_is_none() {
    assert_eq!(style(""), 8);
    assert_eq!(style("One. Two."), 8);
    assert_eq!(style("Great place"), 9);
    assert_eq!(style("Great place\n\nthanks"), 10);
}
