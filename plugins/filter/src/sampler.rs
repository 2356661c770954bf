//! Which documents are in a sample.

/// Keeps a share of all documents, chosen by their ids.
///
/// Whether a document is kept depends on its id, the share and the seed, and on nothing else: not on its
/// place among the others, nor on how they are batched, threaded or sharded. What is kept at a share is
/// kept at every larger one with the same seed.
///
/// The id is hashed to a number of 64 bits, evenly spread, and the document is kept when the number is less
/// than share · 2⁶⁴. The hash, which must stay as it is because every sample that was ever taken depends
/// on it, is FNV-1a of 64 bits over the eight bytes of the seed, least first, and the bytes of the id;
/// then the three-step finalizer of `MurmurHash3`, without which ids that differ in their last letter alone
/// would be near each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sampler {
    /// The first number that is not kept; up to 2⁶⁴.
    limit: u128,
    seed: u64,
}

impl Sampler {
    /// A sampler for a share from 0 (nothing) to 1 (all); `None` when it is not in between.
    ///
    /// # Examples
    ///
    /// ```
    /// use docmill_filter::sampler::Sampler;
    ///
    /// assert!(Sampler::new(1.0, 0).is_some_and(|all| all.keeps("a")));
    /// assert!(Sampler::new(0.0, 0).is_some_and(|none| !none.keeps("a")));
    /// assert_eq!(Sampler::new(1.5, 0), None);
    /// ```
    #[must_use]
    pub fn new(share: f64, seed: u64) -> Option<Sampler> {
        // A share times a power of two loses nothing but what lies behind the point.
        let limit = || (share * 2_f64.powi(64)) as u128;
        (0.0..=1.0).contains(&share).then(|| Sampler { limit: limit(), seed })
    }

    /// Whether the document of this id is in the sample. Any id will do, the empty one too.
    #[must_use]
    pub fn keeps(&self, id: &str) -> bool {
        u128::from(hash(self.seed, id)) < self.limit
    }
}

fn hash(seed: u64, id: &str) -> u64 {
    let mut state = 0xcbf2_9ce4_8422_2325_u64;
    for byte in seed.to_le_bytes().into_iter().chain(id.bytes()) {
        state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    state = (state ^ (state >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    state = (state ^ (state >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    state ^ (state >> 33)
}

#[cfg(test)]
mod tests;
