//! The learned score: weights and the classes of words, read from a small file.
//!
//! The file holds, in this order: `DMSW`, the format version as u32, the FNV-1a digest of all that follows as
//! u64, the weights as i16, those for a glance, the three thresholds as i32, a u32 for each bucket of words: their
//! tag, kind and case. All numbers are little endian. The training program `train` writes it, byte for byte the same
//! from the same texts.

use crate::features::{BITS, Block, CASE_BITS, Features, Head, KIND_BITS, Pair, Place, WordClass};
use crate::gaps::{Answer, Decide};
use crate::glance::{GLANCE_BITS, glance};
use crate::kernel::{Kernel, Work, with_kernel};
use std::sync::LazyLock;

/// The version of the file's format and of the features.
const VERSION: u32 = 5;
const MAGIC: &[u8; 4] = b"DMSW";
const HEAD: usize = 16;
const WEIGHTS: usize = 1 << BITS;
const GLANCES: usize = 1 << GLANCE_BITS;
const WORD_BITS: u32 = 16;
const WORDS: usize = 1 << WORD_BITS;
const CASE: u8 = (1 << CASE_BITS) - 1;
const KIND: u8 = (1 << KIND_BITS) - 1;
/// A bucket of words holds a class in its lowest bits, and a tag in all others.
const CLASS_BITS: u32 = CASE_BITS + KIND_BITS;

/// Weights are in steps of one part in so many.
pub const STEPS: f64 = 1000.0;
/// Odds, in steps, from which on there is no doubt: nine to one.
const SURE: i32 = 2200;

/// Weights and the classes of words.
#[derive(Debug)]
pub struct Model {
    weights: Box<[i16; WEIGHTS]>,
    glances: Box<[i16; GLANCES]>,
    threshold: Thresholds,
    words: Box<[u32; WORDS]>,
}

/// What a sum of weights must be above.
#[derive(Clone, Copy, Debug)]
pub struct Thresholds {
    /// For an end to be more likely than none.
    pub ends: i32,
    /// For a sentence to end at a glance.
    pub clearly: i32,
    /// For more than a glance to be needed.
    pub clearly_not: i32,
}

static WEB: LazyLock<Model> =
    LazyLock::new(|| Model::decode(include_bytes!("../train/web.bin")).expect("the model is tested"));

impl Model {
    /// The model of the profile `web`. It is decoded at the first call.
    #[must_use]
    pub fn web() -> &'static Self {
        &WEB
    }

    /// Reads a model; `None` when the format version, the length or the digest is not as it should be.
    #[must_use]
    pub fn decode(file: &[u8]) -> Option<Self> {
        let (head, body) = file.split_at_checked(HEAD)?;
        if head != Self::head(body) || body.len() != (WEIGHTS + GLANCES) * 2 + 12 + WORDS * 4 {
            return None;
        }
        let (weights, rest) = body.split_at_checked(WEIGHTS * 2)?;
        let (glances, rest) = rest.split_at_checked(GLANCES * 2)?;
        let (ends, rest) = rest.split_first_chunk()?;
        let (clearly, rest) = rest.split_first_chunk()?;
        let (clearly_not, words) = rest.split_first_chunk()?;
        let [ends, clearly, clearly_not] =
            [ends, clearly, clearly_not].map(|bytes| i32::from_le_bytes(*bytes));
        let threshold = Thresholds { ends, clearly, clearly_not };
        let (weights, glances) =
            (numbers(weights, i16::from_le_bytes)?, numbers(glances, i16::from_le_bytes)?);
        Some(Self { weights, glances, threshold, words: numbers(words, u32::from_le_bytes)? })
    }

    /// Writes a model of these weights, for a gap and for a glance at it, thresholds, and words with their
    /// classes.
    ///
    /// Words in one bucket shadow each other: the last one stays.
    #[must_use]
    pub fn encode(
        weights: &[i16],
        glances: &[i16],
        threshold: Thresholds,
        words: impl IntoIterator<Item = (u64, WordClass)>,
    ) -> Vec<u8> {
        let mut table = vec![0; WORDS];
        for (word, class) in words {
            let class = u32::from(class.kind & KIND) << CASE_BITS | u32::from(class.case & CASE);
            if let Some(bucket) = table.get_mut(bucket(word)) {
                *bucket = tag(word) << CLASS_BITS | class;
            }
        }
        let weights = weights.iter().chain(glances).flat_map(|weight| weight.to_le_bytes());
        let thresholds = [threshold.ends, threshold.clearly, threshold.clearly_not].map(i32::to_le_bytes);
        let body: Vec<u8> =
            weights.chain(thresholds.concat()).chain(table.into_iter().flat_map(u32::to_le_bytes)).collect();
        let mut file = Self::head(&body).to_vec();
        file.extend(body);
        file
    }

    fn head(body: &[u8]) -> [u8; HEAD] {
        let digest = body.iter().fold(0xcbf2_9ce4_8422_2325, |hash: u64, &b| {
            (hash ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)
        });
        let mut head = [0; HEAD];
        head[..4].copy_from_slice(MAGIC);
        head[4..8].copy_from_slice(&VERSION.to_le_bytes());
        head[8..].copy_from_slice(&digest.to_le_bytes());
        head
    }

    /// The class of the word with this hash.
    #[must_use]
    #[inline]
    pub fn class(&self, word: u64) -> WordClass {
        let found = self.words[bucket(word) % WORDS];
        let known = WordClass { case: found as u8 & CASE, kind: (found >> CASE_BITS) as u8 & KIND };
        if found >> CLASS_BITS == tag(word) { known } else { WordClass::default() }
    }

    /// What the weights of these features say about a sentence's end.
    #[must_use]
    #[inline]
    pub fn answer(&self, features: &[u32]) -> Answer {
        let odds = sum(&self.weights, features) - self.threshold.ends;
        if odds.abs() < SURE {
            return Answer::Perhaps(chance(f64::from(odds) / STEPS) as f32);
        }
        Answer::from(odds > 0)
    }

    /// Whether a sentence ends, when a glance is enough to tell.
    #[must_use]
    #[inline]
    pub fn glance(&self, glance: &[u32]) -> Option<bool> {
        let sum = sum(&self.glances, glance);
        if sum < self.threshold.clearly_not {
            return Some(false);
        }
        (sum > self.threshold.clearly).then_some(true)
    }
}

/// The chance of what has these odds, as a natural logarithm. It is made by multiplication alone, which rounds the same
/// everywhere.
#[must_use]
pub fn chance(odds: f64) -> f64 {
    let against = (0..12).fold(1.0 - odds.clamp(-30.0, 30.0) / 4096.0, |power, _| power * power);
    1.0 / (1.0 + against)
}

/// The remainder keeps the loop free of branches: every feature is below the number of weights, a power of 2.
#[inline]
fn sum<const N: usize>(weights: &[i16; N], features: &[u32]) -> i32 {
    features.iter().map(|&at| i32::from(weights[at as usize % N])).sum()
}

fn numbers<T, const WIDTH: usize, const N: usize>(
    bytes: &[u8],
    number: fn([u8; WIDTH]) -> T,
) -> Option<Box<[T; N]>> {
    let (numbers, _) = bytes.as_chunks();
    numbers.iter().map(|&bytes| number(bytes)).collect::<Box<[T]>>().try_into().ok()
}

fn bucket(word: u64) -> usize {
    (word >> (64 - WORD_BITS)) as usize
}

/// What tells a word from others in its bucket: the bits of its hash below those that choose the bucket.
fn tag(word: u64) -> u32 {
    (word << WORD_BITS >> (32 + CLASS_BITS)) as u32
}

/// The decisions of a model on one text.
pub(crate) struct Scored {
    model: &'static Model,
    head: Head,
}

impl Scored {
    pub(crate) fn new(model: &'static Model) -> Self {
        Self { model, head: Head::default() }
    }

    /// Apart, so that the way through a glance stays short.
    #[inline(never)]
    fn look_closer(&mut self, block: &Block<'_>, place: Place) -> Answer {
        with_kernel(Judge { scored: self, block, place })
    }
}

impl Decide for Scored {
    const GAPS: bool = true;

    #[expect(clippy::inline_always, reason = "the place would go through memory")]
    #[inline(always)]
    fn ends(&mut self, block: &Block<'_>, place: Place) -> Answer {
        let clear = self.model.glance(&glance(block.text, block.style, place));
        clear.map_or_else(|| self.look_closer(block, place), Answer::from)
    }
}

/// One decision.
struct Judge<'a> {
    scored: &'a mut Scored,
    block: &'a Block<'a>,
    place: Place,
}

impl Work for Judge<'_> {
    type Done = Answer;

    #[expect(clippy::inline_always, reason = "compiled with the kernel for the instructions that it may use")]
    #[inline(always)]
    fn work(self, kernel: impl Kernel) -> Answer {
        let Self { scored: Scored { model, head }, block, place } = self;
        let pair = Pair::new(kernel, block, place);
        let features = Features::of(kernel, (block, place), &pair, head, &|word| model.class(word));
        model.answer(features.as_slice())
    }
}

#[cfg(test)]
mod tests;
