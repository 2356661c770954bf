use super::{AROUND, ByteSet, Classes, Finder, Kernel, Portable, Sides, Work, with_kernel};
use proptest::collection::SizeRange;
use proptest::prelude::*;

fn bytes(len: impl Into<SizeRange> + Clone) -> impl Strategy<Value = Vec<u8>> {
    let plain = prop::collection::vec(
        prop::sample::select(b"abzhtw AZ\n\t\x0b,.@[`{\x7f\x80\xa0\xe2\xff09".to_vec()),
        len.clone(),
    );
    prop_oneof![plain, prop::collection::vec(any::<u8>(), len)]
}

#[derive(Clone, Copy)]
struct Look([u8; AROUND]);

impl Work for Look {
    type Done = (Classes, Sides, u64);

    fn work(self, kernel: impl Kernel) -> Self::Done {
        let block = self.0.first_chunk().unwrap();
        (kernel.classes(block), kernel.sides(block), kernel.gaps(&self.0))
    }
}

proptest! {
    #[test]
    fn find_is_the_same_everywhere(bytes in bytes(0..300), held in prop::collection::vec(any::<u8>(), 0..12), at in 0..320_usize) {
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
    fn classes_are_the_same_everywhere(bytes in bytes(AROUND)) {
        let block = *bytes.first_chunk().unwrap();
        let wanted = Look(block).work(Portable);
        prop_assert_eq!(with_kernel(Look(block)), wanted);
        #[cfg(target_arch = "x86_64")]
        {
            let narrow = super::avx2::Avx2::find().map(|kernel| kernel.run(Look(block)));
            prop_assert_eq!(narrow.unwrap_or(wanted), wanted);
        }
    }
}
