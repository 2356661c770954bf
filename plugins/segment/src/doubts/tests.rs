use super::{Doubt, Doubts, MOST, PRICE};
use proptest::prelude::*;

/// The sentences between 0 and the end after these chances, one end at each ten; each next one starts a byte later.
fn sentences(chances: &[f32]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut doubts = Doubts::default();
    doubts.begin(0);
    for (n, &chance) in chances.iter().enumerate() {
        let end = 10 * (n + 1);
        doubts.add(Doubt { end, next: end + 1, chance }, |start, end| found.push((start, end)));
    }
    let last = 10 * (chances.len() + 1);
    doubts.settle(last, last, |start, end| found.push((start, end)));
    found
}

#[test]
fn an_end_alone_is_taken_when_it_is_likely() {
    assert_eq!(sentences(&[]), [(0, 10)]);
    assert_eq!(sentences(&[0.5]), [(0, 10), (11, 20)]);
    assert_eq!(sentences(&[0.4]), [(0, 20)]);
}

#[test]
fn one_of_two_ends_is_taken_when_only_one_of_them_is_right() {
    assert_eq!(sentences(&[0.6, 0.4]), [(0, 10), (11, 30)]);
    assert_eq!(sentences(&[0.4, 0.6]), [(0, 20), (21, 30)]);
}

/// What the sentences are worth that end at the marked ends, by definition.
fn worth(chances: &[f32], taken: u32) -> f32 {
    let is_taken = |at: usize| taken >> at & 1 == 1;
    let mut sum = 0.0;
    let mut right = 1.0;
    for (at, &chance) in chances.iter().enumerate() {
        if is_taken(at) {
            sum += right * chance - PRICE;
            right = chance;
        } else {
            right *= 1.0 - chance;
        }
    }
    sum + right - PRICE
}

proptest! {
    #[test]
    fn no_other_way_is_worth_more(chances in prop::collection::vec(0.01_f32..0.99, 0..10)) {
        let found = sentences(&chances);
        let taken = found.iter().filter(|(_, end)| *end < 10 * (chances.len() + 1));
        let taken = taken.fold(0, |taken, (_, end)| taken | 1 << (end / 10 - 1));
        let best = (0..1 << chances.len()).map(|taken| worth(&chances, taken)).fold(f32::MIN, f32::max);
        prop_assert!((worth(&chances, taken) - best).abs() < 1e-5);
    }

    #[test]
    fn the_sentences_of_many_ends_follow_each_other(chances in prop::collection::vec(0.01_f32..0.99, 0..4 * MOST)) {
        let found = sentences(&chances);
        prop_assert_eq!(found.first().unwrap().0, 0);
        prop_assert_eq!(found.last().unwrap().1, 10 * (chances.len() + 1));
        prop_assert!(found.windows(2).all(|pair| pair[1].0 == pair[0].1 + 1));
    }
}
