use super::{BLOCK, ByteSet, Masks, find_gap, find_gap_portable, masks, masks_portable};
use proptest::prelude::*;

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let plain = prop::collection::vec(
        prop::sample::select(b"abz AZ\n\t\x0b,.@[`{\x7f\x80\xa0\xe2\xff09".to_vec()),
        0..300,
    );
    prop_oneof![plain, prop::collection::vec(any::<u8>(), 0..300)]
}

proptest! {
    #[test]
    fn find_is_the_same_everywhere(bytes in bytes(), held in prop::collection::vec(any::<u8>(), 0..12), at in 0..320_usize) {
        let mut holds = [false; 256];
        held.iter().for_each(|&b| holds[usize::from(b)] = true);
        let set = ByteSet::new(holds);
        prop_assert_eq!(set.find(&bytes, at), set.find_portable(&bytes, at));
    }

    #[test]
    fn masks_are_the_same_everywhere(bytes in bytes()) {
        let blocks = bytes.len().div_ceil(BLOCK);
        let (mut wide, mut portable) = (vec![Masks::default(); blocks], vec![Masks::default(); blocks]);
        masks(&bytes, &mut wide);
        masks_portable(&bytes, &mut portable);
        prop_assert_eq!(wide, portable);
    }

    #[test]
    fn gaps_are_the_same_everywhere(bytes in bytes(), at in 0..320_usize) {
        prop_assert_eq!(find_gap(&bytes, at), find_gap_portable(&bytes, at));
    }
}
