use super::{BLOCK, ByteSet, Classes, Walk, classes_portable, find_gap, find_gap_portable, with_classes};
use proptest::prelude::*;

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let plain = prop::collection::vec(
        prop::sample::select(b"abz AZ\n\t\x0b,.@[`{\x7f\x80\xa0\xe2\xff09".to_vec()),
        0..300,
    );
    prop_oneof![plain, prop::collection::vec(any::<u8>(), 0..300)]
}

struct Look<'a> {
    block: [u8; BLOCK],
    out: &'a mut Classes,
}

impl Walk for Look<'_> {
    fn walk(self, classes: impl Fn(&[u8; BLOCK]) -> Classes) {
        *self.out = classes(&self.block);
    }
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
    fn classes_are_the_same_everywhere(bytes in prop::collection::vec(any::<u8>(), BLOCK)) {
        let block = *bytes.first_chunk().unwrap();
        let mut wide = Classes::default();
        with_classes(Look { block, out: &mut wide });
        prop_assert_eq!(wide, classes_portable(&block));
    }

    #[test]
    fn gaps_are_the_same_everywhere(bytes in bytes(), at in 0..320_usize) {
        prop_assert_eq!(find_gap(&bytes, at), find_gap_portable(&bytes, at));
    }
}
