//! The learned weights: read from a small file, asked once for each form of a name.
//!
//! The file holds, in this order: `DMEN`, the format version as u32, the FNV-1a digest of all that follows as u64,
//! the number of labels and their names with the length of each as one byte, the weight of a rule's point as i32, the
//! step of a weight as f32, for each label how often it is right in percent for each twentieth of its probability,
//! and for each bucket one i8 a label and one for "no name". All numbers are little endian.

use std::borrow::Cow;
use std::fmt;

use crate::form::NAMES;
use crate::form::features::{BUCKETS, Features, WHOLE};

/// The version of the file's format and of the features.
const VERSION: u32 = 1;
const MAGIC: &[u8; 4] = b"DMEN";
/// The labels of names and "no name".
pub const OUTCOMES: usize = NAMES.len() + 1;
/// Steps of probability in which a label's share of right names is told.
pub const STEPS: usize = 20;
/// Points beyond these tell the model nothing more.
const MOST_POINTS: i32 = 20;
const LEAST_POINTS: i32 = -8;

/// Weights that tell a label from what is seen of a name.
#[derive(Clone, Debug)]
pub struct Model {
    /// What one of the rules' points weighs, in steps of a sixteenth of a weight.
    point: i32,
    /// What a weight of 1 is worth.
    step: f32,
    right: [[u8; STEPS]; OUTCOMES - 1],
    weights: Cow<'static, [u8]>,
}

/// What the model's file holds, as numbers.
#[derive(Clone, Debug)]
pub struct Weights {
    /// What one of the rules' points weighs in log odds.
    pub point: f64,
    /// For each bucket the weight of each outcome, in log odds.
    pub weights: Vec<[f64; OUTCOMES]>,
    /// For each label how often it is right in percent, by twentieths of its probability.
    pub right: [[u8; STEPS]; OUTCOMES - 1],
}

/// Why a file is no model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoModel {
    /// It does not begin as a model does.
    Magic,
    /// It is of another version of the format.
    Version(u32),
    /// It is shorter or longer than it should be.
    Length,
    /// Its bytes are not those that were written.
    Digest,
    /// Its labels are others than those of the stage.
    Labels,
    /// A number in it is out of range.
    Number,
}

impl fmt::Display for NoModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Magic => f.write_str("the file is no model: it does not begin with `DMEN`"),
            Self::Version(version) => write!(f, "the model has format version {version}, not {VERSION}"),
            Self::Length => f.write_str("the model's file is cut short or too long"),
            Self::Digest => f.write_str("the model's file is damaged: its digest is another"),
            Self::Labels => f.write_str("the model was trained for other labels"),
            Self::Number => f.write_str("a number in the model is out of range"),
        }
    }
}

impl std::error::Error for NoModel {}

impl Model {
    /// Buckets that features are hashed into.
    pub const BUCKETS: usize = BUCKETS;

    /// The model that docmill brings along.
    #[must_use]
    pub fn embedded() -> Self {
        let file = include_bytes!("../train/news.bin");
        Self::decode(Cow::Borrowed(file)).expect("the tests read the embedded model")
    }

    /// Reads a model.
    ///
    /// # Errors
    /// [`NoModel`] says what is wrong with the bytes.
    pub fn decode(file: Cow<'static, [u8]>) -> Result<Self, NoModel> {
        let mut rest = Reader(&file);
        if rest.take(4) != Ok(MAGIC.as_slice()) {
            return Err(NoModel::Magic);
        }
        let version = u32::from_le_bytes(rest.array()?);
        if version != VERSION {
            return Err(NoModel::Version(version));
        }
        let digest = u64::from_le_bytes(rest.array()?);
        if rest.0.len() != labels().len() + 8 + STEPS * NAMES.len() + BUCKETS * OUTCOMES {
            return Err(NoModel::Length);
        }
        if digest != fnv(rest.0) {
            return Err(NoModel::Digest);
        }
        if rest.take(labels().len())? != labels() {
            return Err(NoModel::Labels);
        }
        let (point, step) = (i32::from_le_bytes(rest.array()?), f32::from_le_bytes(rest.array()?));
        let mut right = [[0; STEPS]; OUTCOMES - 1];
        for row in &mut right {
            *row = rest.array()?;
        }
        let sound = right.iter().flatten().all(|&percent| percent <= 100);
        let fits = step > 0.0 && step < 16.0 && (0..1 << 20).contains(&point);
        if !(sound && fits) {
            return Err(NoModel::Number);
        }
        let from = file.len() - BUCKETS * OUTCOMES;
        let weights = match file {
            Cow::Borrowed(file) => Cow::Borrowed(file.get(from..).unwrap_or_default()),
            Cow::Owned(mut file) => Cow::Owned(file.split_off(from)),
        };
        Ok(Self { point, step, right, weights })
    }

    /// Writes a model; weights are rounded to steps of which 127 make the largest.
    #[must_use]
    pub fn encode(model: &Weights) -> Vec<u8> {
        let most = model.weights.iter().flatten().fold(1e-6, |most: f64, weight| most.max(weight.abs()));
        let step = (most / 127.0) as f32;
        let point = (model.point * f64::from(WHOLE) / f64::from(step)).round() as i32;
        let mut body = labels();
        body.extend(point.to_le_bytes());
        body.extend(step.to_le_bytes());
        body.extend(model.right.iter().flatten());
        let round = |weight: &f64| (weight / f64::from(step)).round().clamp(-127.0, 127.0) as i8;
        body.extend(model.weights.iter().flatten().map(|weight| round(weight).cast_unsigned()));
        let mut file = MAGIC.to_vec();
        file.extend(VERSION.to_le_bytes());
        file.extend(fnv(&body).to_le_bytes());
        file.extend(body);
        file
    }

    /// The probability of each label in the order of [`NAMES`], and last that of no name.
    pub(crate) fn probabilities(&self, features: &Features, points: &[i32]) -> [f32; OUTCOMES] {
        let mut own = [0_i32; OUTCOMES];
        let mut around = [0_i32; OUTCOMES];
        for (buckets, sums) in [(&features.own, &mut own), (&features.around, &mut around)] {
            for &bucket in buckets {
                let row = self.row(bucket);
                sums.iter_mut().zip(row).for_each(|(sum, weight)| *sum += i32::from(weight));
            }
        }
        let mut odds = [0.0; OUTCOMES];
        for (at, odds) in odds.iter_mut().enumerate() {
            let rules = clamped(points.get(at).copied().unwrap_or(0));
            let sum = own.get(at).copied().unwrap_or(0) * WHOLE
                + around.get(at).copied().unwrap_or(0) * features.share
                + rules * self.point;
            *odds = sum as f32 * self.step / WHOLE as f32;
        }
        softmax(odds)
    }

    /// The weights of one bucket.
    #[inline]
    fn row(&self, bucket: u16) -> [i8; OUTCOMES] {
        let from = usize::from(bucket) * OUTCOMES;
        let row = self.weights.get(from..from + OUTCOMES).and_then(|row| row.first_chunk::<OUTCOMES>());
        row.map_or([0; OUTCOMES], |row| row.map(u8::cast_signed))
    }

    /// What the features of one bucket add to an outcome, in log odds, in a form's or a mention's share of it.
    pub(crate) fn weight(&self, bucket: u16, outcome: usize, share: i32) -> f32 {
        let weight = self.row(bucket).get(outcome).copied().unwrap_or(0);
        f32::from(weight) * self.step * share as f32 / WHOLE as f32
    }

    /// How often names that have a label with this probability are right, 0 to 1.
    pub(crate) fn right(&self, label: usize, probability: f32) -> f32 {
        let step = ((probability * STEPS as f32) as usize).min(STEPS - 1);
        f32::from(self.right.get(label).and_then(|row| row.get(step)).copied().unwrap_or(0)) / 100.0
    }
}

/// Probabilities from log odds.
#[must_use]
pub fn softmax(odds: [f32; OUTCOMES]) -> [f32; OUTCOMES] {
    let most = odds.iter().fold(f32::MIN, |most, &odds| most.max(odds));
    let powers = odds.map(|odds| exp(odds - most));
    let sum: f32 = powers.iter().sum();
    powers.map(|power| power / sum)
}

/// What a rule's points count for.
#[must_use]
pub fn clamped(points: i32) -> i32 {
    points.clamp(LEAST_POINTS, MOST_POINTS)
}

/// The exponential of a number up to 0 by multiplication alone, which rounds the same everywhere.
fn exp(x: f32) -> f32 {
    (0..10).fold(1.0 + x.clamp(-30.0, 0.0) / 1024.0, |power, _| power * power)
}

fn labels() -> Vec<u8> {
    let mut out = vec![NAMES.len() as u8];
    for name in NAMES {
        out.push(name.as_str().len() as u8);
        out.extend(name.as_str().bytes());
    }
    out
}

fn fnv(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash: u64, &b| (hash ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
}

/// The bytes that are not read yet.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, len: usize) -> Result<&'a [u8], NoModel> {
        let (taken, rest) = self.0.split_at_checked(len).ok_or(NoModel::Length)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], NoModel> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(NoModel::Length)?;
        self.0 = rest;
        Ok(*taken)
    }
}

#[cfg(test)]
mod tests;
