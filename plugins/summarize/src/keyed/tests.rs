use super::*;

#[test]
fn a_table_finds_what_it_was_given() {
    let mut table: KeyedMap<(u64, u64), u64> = KeyedMap::default();
    for number in 0..1000 {
        table.insert((number, number << 32), number);
    }
    assert!((0..1000).all(|number| table.get(&(number, number << 32)) == Some(&number)));
    assert_eq!(table.get(&(1, 0)), None);
}

#[test]
fn numbers_that_differ_in_their_high_bits_fall_apart() {
    let keyed = Keyed::default();
    let mut low: Vec<u64> = (0..4096_u64).map(|number| keyed.hash_one(number << 52) & 0xfff).collect();
    low.sort_unstable();
    low.dedup();
    // Chance leaves about 63 % of the slots taken.
    assert!(low.len() > 2000, "{}", low.len());
}
