use super::{GLANCE_BITS, after, before, glance, spaces};
use crate::features::{Place, Rule, Style};
use proptest::prelude::*;

fn at_gap(text: &str, rule: Rule) -> [u32; super::GLANCE] {
    let end = text.find('|').unwrap();
    glance(
        text.replace('|', " ").as_bytes(),
        Style::default(),
        Place { end, next: end + 1, start: 0, rule, until: None },
    )
}

#[test]
fn both_words_the_chars_beside_the_gap_and_the_rule_are_seen() {
    let base = at_gap("they met the|Senate again", Rule::Silent);
    for other in [
        "they met toe|Senate again",
        "they met the|Senats again",
        "they met The|Senate again",
        "they met the.|Senate",
    ] {
        assert_ne!(at_gap(other, Rule::Silent), base, "{other}");
    }
    let ruled = at_gap("they met the|Senate again", Rule::End);
    assert!(base.iter().zip(ruled).all(|(one, other)| *one != other));
}

#[test]
fn what_is_farther_than_eight_bytes_is_not_seen() {
    let base = at_gap("they met the|Senators again", Rule::Silent);
    assert_eq!(at_gap("thex met the|Senators, all", Rule::Silent), base);
}

#[test]
fn bytes_are_read_in_text_order_and_fewer_at_the_ends() {
    assert_eq!(before(b"12345678abc", 9), u64::from_le_bytes(*b"2345678a"));
    assert_eq!(before(b"ab", 2), u64::from_le_bytes(*b"\0\0\0\0\0\0ab"));
    assert_eq!(after(b"12345678abc", 1), u64::from_le_bytes(*b"2345678a"));
    assert_eq!(after(b"ab", 0), u64::from_le_bytes(*b"ab\0\0\0\0\0\0"));
    assert_eq!((before(b"ab", 3), after(b"ab", 3)), (0, 0));
}

proptest! {
    #[test]
    fn spaces_are_found_in_every_byte(bytes in any::<[u8; 8]>()) {
        let wanted = bytes.map(|b| if b <= b' ' { 0x80 } else { 0 });
        prop_assert_eq!(spaces(u64::from_le_bytes(bytes)), u64::from_le_bytes(wanted));
    }

    #[test]
    fn indices_are_in_bounds_in_every_text(text in prop::collection::vec(any::<u8>(), 0..30), end in 0..40_usize, gap in 0..3_usize, start in 0..40_usize) {
        let found = glance(&text, Style::default(), Place { end, next: end + gap, start, rule: Rule::Inside, until: None });
        prop_assert!(found.iter().all(|&at| at < 1 << GLANCE_BITS));
    }
}
