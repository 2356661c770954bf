//! What examples teach: weights of features.

use docmill_segment::model::chance;

/// How large the first steps are.
const RATE: f64 = 0.2;
/// What draws a weight to zero, and what keeps it small.
const SPARSE: f64 = 1.0;
const SMALL: f64 = 3.0;
const EPOCHS: usize = 15;
/// The weights are the mean of so many runs.
const RUNS: u64 = 8;

/// One gap: its features, those for a glance and whether a sentence ends there.
#[derive(Clone)]
pub(crate) struct Example {
    pub(crate) features: Vec<u32>,
    pub(crate) glance: Vec<u32>,
    pub(crate) ends: bool,
}

/// How to learn.
#[derive(Clone, Copy)]
pub(crate) struct Lesson<'a> {
    /// The number of bits of a feature.
    pub(crate) bits: u32,
    pub(crate) features: fn(&Example) -> &[u32],
    /// How sure to be of an end, or of none: those who marked the sentences did not always agree.
    pub(crate) sure: f64,
    /// Weights to begin with, from which it costs to depart; none when empty.
    pub(crate) prior: &'a [f64],
}

/// The mean of the weights of all runs, which are told their number.
pub(crate) fn mean(fit: impl Fn(u64) -> Vec<f64>) -> Vec<f64> {
    let mut sum = fit(0);
    for run in 1..RUNS {
        sum.iter_mut().zip(fit(run)).for_each(|(sum, weight)| *sum += weight);
    }
    sum.into_iter().map(|sum| sum / RUNS as f64).collect()
}

impl Lesson<'_> {
    /// Logistic regression by "follow the regularised leader", coordinate by coordinate (`McMahan` and others, 2013);
    /// the weights are the mean of those after each epoch of the second half. Each run has its own order of the
    /// documents.
    pub(crate) fn fit(self, documents: &[Vec<Example>], run: u64) -> Vec<f64> {
        let mut prior = self.prior.to_vec();
        prior.resize(1 << self.bits, 0.0);
        let mut leader = Leader::new(&prior);
        let mut sum = vec![0.0; prior.len()];
        let mut order: Vec<usize> = (0..documents.len()).collect();
        let mut random = Random(11 + run);
        for epoch in 0..EPOCHS {
            for last in (1..order.len()).rev() {
                order.swap(last, random.below(last + 1));
            }
            for example in order.iter().flat_map(|&document| &documents[document]) {
                let wanted = if example.ends { self.sure } else { 1.0 - self.sure };
                leader.learn((self.features)(example), wanted);
            }
            if epoch >= EPOCHS / 2 {
                sum.iter_mut().zip(&leader.weights).for_each(|(sum, weight)| *sum += weight);
            }
        }
        let counted = (EPOCHS - EPOCHS / 2) as f64;
        sum.iter().zip(&prior).map(|(sum, prior)| sum / counted + prior).collect()
    }
}

/// Weights beside those of a prior.
struct Leader<'a> {
    prior: &'a [f64],
    weights: Vec<f64>,
    pull: Vec<f64>,
    squares: Vec<f64>,
}

impl<'a> Leader<'a> {
    fn new(prior: &'a [f64]) -> Self {
        let zeros = vec![0.0; prior.len()];
        Self { prior, weights: zeros.clone(), pull: zeros.clone(), squares: zeros }
    }

    /// `wanted` is the chance of an end that would be right.
    fn learn(&mut self, features: &[u32], wanted: f64) {
        let score: f64 = features.iter().map(|&at| self.prior[at as usize] + self.weights[at as usize]).sum();
        let slope = chance(score) - wanted;
        for at in features.iter().map(|&at| at as usize) {
            let squares = self.squares[at] + slope * slope;
            let step = (squares.sqrt() - self.squares[at].sqrt()) / RATE;
            self.pull[at] += slope - step * self.weights[at];
            self.squares[at] = squares;
            let pull = self.pull[at];
            let beyond = pull - pull.signum() * SPARSE;
            let resistance = (1.0 + squares.sqrt()) / RATE + SMALL;
            self.weights[at] = if pull.abs() <= SPARSE { 0.0 } else { -beyond / resistance };
        }
    }
}

/// A linear congruential sequence.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }
}
