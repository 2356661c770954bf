use super::{
    BLOCK, ByteSet, Classes, Finder, Kernel, Portable, Sides, Work, find_gap, find_gap_portable, with_kernel,
};
use proptest::prelude::*;

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let plain = prop::collection::vec(
        prop::sample::select(b"abzhtw AZ\n\t\x0b,.@[`{\x7f\x80\xa0\xe2\xff09".to_vec()),
        0..300,
    );
    prop_oneof![plain, prop::collection::vec(any::<u8>(), 0..300)]
}

#[derive(Clone, Copy)]
struct Look([u8; BLOCK]);

impl Work for Look {
    type Done = (Classes, Sides);

    fn work(self, kernel: impl Kernel) -> Self::Done {
        (kernel.classes(&self.0), kernel.sides(&self.0))
    }
}

proptest! {
    #[test]
    fn find_is_the_same_everywhere(bytes in bytes(), held in prop::collection::vec(any::<u8>(), 0..12), at in 0..320_usize) {
        let mut holds = [false; 256];
        held.iter().for_each(|&b| holds[usize::from(b)] = true);
        let set = ByteSet::new(holds);
        prop_assert_eq!(set.find(&bytes, at), set.find_portable(&bytes, at));
        let mut finder = Finder::new(&set, &bytes);
        let (mut from, mut skip) = (at, 0);
        while let Some(found) = finder.next(from) {
            prop_assert_eq!(Some(found), set.find_portable(&bytes, from));
            // Now to the next byte, now past a block.
            skip = (skip + 37) % 90;
            from = found + 1 + skip;
        }
        prop_assert_eq!(None, set.find_portable(&bytes, from));
    }

    #[test]
    fn classes_are_the_same_everywhere(bytes in prop::collection::vec(any::<u8>(), BLOCK)) {
        let block = *bytes.first_chunk().unwrap();
        let wanted = Look(block).work(Portable);
        prop_assert_eq!(with_kernel(Look(block)), wanted);
        #[cfg(target_arch = "x86_64")]
        {
            let narrow = super::avx2::Avx2::find().map(|kernel| kernel.run(Look(block)));
            prop_assert_eq!(narrow.unwrap_or(wanted), wanted);
        }
    }

    #[test]
    fn gaps_are_the_same_everywhere(bytes in bytes(), at in 0..320_usize) {
        prop_assert_eq!(find_gap(&bytes, at), find_gap_portable(&bytes, at));
    }
}
