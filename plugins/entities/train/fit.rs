//! Softmax regression on names whose label is known in part.

use docmill_entities::model::{OUTCOMES, clamped};

use crate::random::Random;

/// A name with the labels that it may have.
pub(crate) struct Case {
    pub(crate) own: Vec<u16>,
    /// How many of `own` are about the words themselves; they stand first.
    pub(crate) words: usize,
    pub(crate) around: Vec<u16>,
    pub(crate) share: f64,
    pub(crate) points: [i32; OUTCOMES - 1],
    /// The outcomes that the annotation leaves open, as bits.
    pub(crate) allowed: u16,
    pub(crate) weight: f64,
}

/// What one of the rules' points weighs in log odds.
pub(crate) const POINT: f64 = 0.3;
/// How large the first steps are: small, so that the rules keep their say where little was seen.
const RATE: f64 = 0.01;
/// What draws a weight to zero, and what keeps it small.
const SPARSE: f64 = 0.5;
const SMALL: f64 = 3.0;
const EPOCHS: usize = 15;
/// Of so many of a hundred names the words themselves are hidden at each look.
const BLIND: usize = 50;
/// Slopes below this change nothing.
const FLAT: f64 = 1e-5;

/// The weights of all buckets, by "follow the regularised leader", coordinate by coordinate (`McMahan` and others,
/// 2013); their mean after each epoch of the second half.
pub(crate) fn fit(cases: &[Case], buckets: usize) -> Vec<[f64; OUTCOMES]> {
    let zeros = vec![[0.0; OUTCOMES]; buckets];
    let mut leader = Leader { weights: zeros.clone(), pull: zeros.clone(), squares: zeros.clone() };
    let mut order: Vec<usize> = (0..cases.len()).collect();
    let mut sum = zeros;
    let mut random = Random::new(11);
    for epoch in 0..EPOCHS {
        random.shuffle(&mut order);
        for &at in &order {
            let from = if random.below(100) < BLIND { cases[at].words } else { 0 };
            leader.learn(&cases[at], from);
        }
        if epoch >= EPOCHS / 2 {
            for (sum, weights) in sum.iter_mut().zip(&leader.weights) {
                sum.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += weight);
            }
        }
    }
    let epochs = (EPOCHS - EPOCHS / 2) as f64;
    sum.iter_mut().flatten().for_each(|sum| *sum /= epochs);
    sum
}

struct Leader {
    weights: Vec<[f64; OUTCOMES]>,
    pull: Vec<[f64; OUTCOMES]>,
    squares: Vec<[f64; OUTCOMES]>,
}

impl Leader {
    fn learn(&mut self, case: &Case, from: usize) {
        let odds = odds(&self.weights, case, from, POINT);
        let chances = softmax(odds);
        let open: f64 = (0..OUTCOMES).filter(|at| case.allowed >> at & 1 == 1).map(|at| chances[at]).sum();
        for (outcome, chance) in chances.into_iter().enumerate() {
            let wanted = if case.allowed >> outcome & 1 == 1 { chance / open } else { 0.0 };
            let slope = (chance - wanted) * case.weight;
            if slope.abs() < FLAT {
                continue;
            }
            for &bucket in &case.own[from..] {
                self.step(usize::from(bucket), outcome, slope);
            }
            for &bucket in &case.around {
                self.step(usize::from(bucket), outcome, slope * case.share);
            }
        }
    }

    fn step(&mut self, at: usize, outcome: usize, slope: f64) {
        let before = self.squares[at][outcome];
        let squares = before + slope * slope;
        let step = (squares.sqrt() - before.sqrt()) / RATE;
        self.pull[at][outcome] += slope - step * self.weights[at][outcome];
        self.squares[at][outcome] = squares;
        let pull = self.pull[at][outcome];
        let beyond = pull - pull.signum() * SPARSE;
        let resistance = (1.0 + squares.sqrt()) / RATE + SMALL;
        self.weights[at][outcome] = if pull.abs() <= SPARSE { 0.0 } else { -beyond / resistance };
    }
}

/// The log odds of each outcome.
pub(crate) fn odds(weights: &[[f64; OUTCOMES]], case: &Case, from: usize, point: f64) -> [f64; OUTCOMES] {
    let mut out = [0.0; OUTCOMES];
    for (out, &points) in out.iter_mut().zip(&case.points) {
        *out = f64::from(clamped(points)) * point;
    }
    for (buckets, share) in [(&case.own[from..], 1.0), (case.around.as_slice(), case.share)] {
        for &bucket in buckets {
            out.iter_mut()
                .zip(&weights[usize::from(bucket)])
                .for_each(|(out, weight)| *out += weight * share);
        }
    }
    out
}

/// Probabilities from log odds.
pub(crate) fn softmax(odds: [f64; OUTCOMES]) -> [f64; OUTCOMES] {
    let most = odds.iter().fold(f64::MIN, |most, &odds| most.max(odds));
    let powers = odds.map(|odds| exp(odds - most));
    let sum: f64 = powers.iter().sum();
    powers.map(|power| power / sum)
}

/// The exponential by multiplication alone, which rounds the same everywhere.
fn exp(x: f64) -> f64 {
    (0..12).fold(1.0 + x.clamp(-30.0, 30.0) / 4096.0, |power, _| power * power)
}
