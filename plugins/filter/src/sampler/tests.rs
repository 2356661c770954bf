use super::*;
use proptest::prelude::*;

fn ids(count: usize) -> impl Iterator<Item = String> {
    (0..count).map(|n| format!("archive/2025/news.jsonl.gz#line={n}"))
}

fn sampler(share: f64, seed: u64) -> Sampler {
    Sampler::new(share, seed).unwrap()
}

/// Worked out by the recipe in the documentation, apart from this code: a sample must not change with a
/// release.
#[test]
fn the_hash_stays_as_it_is() {
    for (seed, id, wanted) in HASHES {
        assert_eq!(hash(*seed, id), *wanted, "{seed} {id}");
    }
}

#[test]
fn a_share_is_about_what_it_says() {
    let count = 100_000;
    for (share, seed) in [(0.001, 0), (0.1, 0), (0.1, 7), (0.5, 0), (0.9, 1)] {
        let kept = ids(count).filter(|id| sampler(share, seed).keeps(id)).count() as f64;
        let wanted = share * count as f64;
        let deviation = (wanted * (1.0 - share)).sqrt();
        assert!((kept - wanted).abs() < 4.0 * deviation, "{share} {seed}: {kept}");
    }
}

#[test]
fn seeds_do_not_know_of_each_other() {
    let count = 100_000;
    let (one, other) = (sampler(0.3, 0), sampler(0.3, 1));
    let both = ids(count).filter(|id| one.keeps(id) && other.keeps(id)).count() as f64;
    let wanted = 0.09 * count as f64;
    assert!((both - wanted).abs() < 4.0 * (wanted * 0.91).sqrt(), "{both}");
}

#[test]
fn neighbours_are_not_kept_together() {
    let count = 100_000;
    let tenth = sampler(0.1, 0);
    let kept: Vec<bool> = ids(count).map(|id| tenth.keeps(&id)).collect();
    let pairs = kept.windows(2).filter(|pair| pair[0] && pair[1]).count() as f64;
    let wanted = 0.01 * count as f64;
    assert!((pairs - wanted).abs() < 4.0 * wanted.sqrt(), "{pairs}");
}

#[test]
fn the_ends_are_nothing_and_all() {
    assert!(ids(1_000).all(|id| sampler(1.0, 3).keeps(&id) && !sampler(0.0, 3).keeps(&id)));
}

#[test]
fn what_is_no_share_is_refused() {
    for share in [-0.1, 1.000_001, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(Sampler::new(share, 0), None, "{share}");
    }
    assert!(Sampler::new(-0.0, 0).is_some());
}

proptest! {
    #[test]
    fn a_larger_sample_holds_the_smaller(id: String, seed: u64, a in 0.0..=1.0, b in 0.0..=1.0) {
        let (less, more) = if a <= b { (a, b) } else { (b, a) };
        prop_assert!(!sampler(less, seed).keeps(&id) || sampler(more, seed).keeps(&id));
    }

    #[test]
    fn a_tenth_is_in_a_fifth(ids in prop::collection::vec(any::<String>(), 0..200), seed: u64) {
        let (tenth, fifth) = (sampler(0.1, seed), sampler(0.2, seed));
        prop_assert!(ids.iter().filter(|id| tenth.keeps(id)).all(|id| fifth.keeps(id)));
    }
}

const HASHES: &[(u64, &str, u64)] = &[
    (0, "", 0x7bd3_144f_29c0_cc9e),
    (0, "a", 0x6df9_901e_e878_b6be),
    (1, "a", 0xdea1_3a43_1626_96b9),
    (0, "archive/a.jsonl#line=17", 0x107b_376c_36ef_06e6),
    (u64::MAX, "größe", 0x926b_6f36_34f1_4b00),
];
