//! A hash for tables of numbers that are hashes already: fast, and still not to be foreseen.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};

/// A table by numbers. Its order is never used, so that its random key shows in no output.
pub(crate) type KeyedMap<K, V> = HashMap<K, V, Keyed>;

/// Mixes a random key into every hash, so that no text can be written whose words all fall into one slot.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keyed {
    key: u64,
}

impl Default for Keyed {
    /// A key of its own for each table.
    fn default() -> Self {
        Self { key: RandomState::new().hash_one(0_u64) }
    }
}

impl BuildHasher for Keyed {
    type Hasher = KeyedHasher;

    #[inline]
    fn build_hasher(&self) -> KeyedHasher {
        KeyedHasher { state: self.key }
    }
}

/// Hasher made by [`Keyed`].
pub(crate) struct KeyedHasher {
    state: u64,
}

impl Hasher for KeyedHasher {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    /// Folds the 128-bit product: every bit of the number reaches every bit of the hash.
    #[inline]
    fn write_u64(&mut self, number: u64) {
        let product = u128::from(self.state ^ number) * 0x9e37_79b9_7f4a_7c15;
        self.state = (product >> 64) as u64 ^ product as u64;
    }

    #[inline]
    fn finish(&self) -> u64 {
        self.state
    }
}

#[cfg(test)]
mod tests;
