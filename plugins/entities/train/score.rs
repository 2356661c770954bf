//! How good the names are: strict scores by label, and how often a probability is right.

use std::collections::{BTreeMap, BTreeSet};

use docmill_entities::annotator::{Annotations, Annotator, Options};
use docmill_entities::label::Label;
use docmill_entities::learn::{NAMES, examples};
use docmill_entities::model::{OUTCOMES, STEPS};

use crate::cases::{case, whole};
use crate::fit::{odds, softmax};
use crate::read::Set;

/// Sets of less weight are too far from the text that the model is for to tell how sure it may be.
const FULL: f64 = 1.0;
/// Names that the line assumed beforehand counts for in each step.
const PRIOR: f64 = 6.0;
/// What a label is worth that no set annotates, beside its probability.
const CAUTION: f64 = 0.55;
/// Names that a label must have been found in to be calibrated.
const FEWEST: f64 = 50.0;

/// Names that are right, in the gold and found.
#[derive(Clone, Copy, Default)]
struct Count {
    right: u32,
    gold: u32,
    found: u32,
}

impl Count {
    fn f1(self) -> f64 {
        200.0 * f64::from(self.right) / f64::from((self.gold + self.found).max(1))
    }
}

/// Strict F1 of each label that the set annotates, of PERSON, ORG and LOC together and of all names, as a line.
pub(crate) fn strict(set: &Set, annotator: &Annotator) -> String {
    let mut counts = BTreeMap::<Label, Count>::new();
    let mut found = Annotations::default();
    let wanted = |label: Label| label.is_name() && set.labels.contains(&label);
    for document in &set.documents {
        annotator.annotate(&whole(&document.text), &mut found);
        let gold: BTreeSet<_> = document.spans.iter().copied().filter(|span| wanted(span.2)).collect();
        let mentions = found.mentions.iter().filter(|mention| wanted(mention.label));
        let mine: BTreeSet<_> =
            mentions.map(|mention| (mention.span.start(), mention.span.end(), mention.label)).collect();
        for span in &gold {
            let count = counts.entry(span.2).or_default();
            count.gold += 1;
            count.right += u32::from(mine.contains(span));
        }
        for span in &mine {
            counts.entry(span.2).or_default().found += 1;
        }
    }
    let sum = |labels: &dyn Fn(Label) -> bool| {
        counts.iter().filter(|(label, _)| labels(**label)).fold(Count::default(), |sum, (_, count)| Count {
            right: sum.right + count.right,
            gold: sum.gold + count.gold,
            found: sum.found + count.found,
        })
    };
    let core = sum(&|label| matches!(label, Label::Person | Label::Org | Label::Loc));
    let single: Vec<String> =
        counts.iter().map(|(label, count)| format!("{label} {:.1}", count.f1())).collect();
    format!("{}, core {:.2}, names {:.2}", single.join(", "), core.f1(), sum(&|_| true).f1())
}

/// For each label how often names are right in percent, by twentieths of the probability: the rising function that
/// is nearest to what was seen (pool adjacent violators).
pub(crate) fn calibrate(
    sets: &[Set],
    weights: &[[f64; OUTCOMES]],
    point: f64,
) -> [[u8; STEPS]; OUTCOMES - 1] {
    let mut seen = [[(0.0, 0.0); STEPS]; OUTCOMES - 1];
    let annotator = Annotator::new(Options::default());
    for set in sets.iter().filter(|set| set.weight >= FULL && !set.own) {
        for document in &set.documents {
            let spans: BTreeSet<_> = document.spans.iter().copied().collect();
            for example in examples(&annotator, &whole(&document.text)) {
                let mentions = example.mentions.clone();
                let chances = softmax(odds(weights, &case(example, 0, 1.0), 0, point));
                let best =
                    (0..NAMES.len()).fold(0, |best, at| if chances[at] > chances[best] { at } else { best });
                if !set.labels.contains(&NAMES[best]) {
                    continue;
                }
                let step = ((chances[best] * STEPS as f64) as usize).min(STEPS - 1);
                for mention in mentions {
                    let right = spans.contains(&(mention.start(), mention.end(), NAMES[best]));
                    let (good, all) = &mut seen[best][step];
                    *good += f64::from(u8::from(right));
                    *all += 1.0;
                }
            }
        }
    }
    seen.map(|row| rising(&row))
}

fn rising(row: &[(f64, f64); STEPS]) -> [u8; STEPS] {
    let known = row.iter().map(|step| step.1).sum::<f64>() >= FEWEST;
    let mut blocks: Vec<(f64, f64, usize)> = Vec::new();
    for (at, &(right, all)) in row.iter().enumerate() {
        let line = (at as f64 + 0.5) / STEPS as f64;
        let mut block = if known { (right + PRIOR * line, all + PRIOR, 1) } else { (CAUTION * line, 1.0, 1) };
        while let Some(&(good, count, width)) = blocks.last()
            && good / count > block.0 / block.1
        {
            blocks.pop();
            block = (block.0 + good, block.1 + count, block.2 + width);
        }
        blocks.push(block);
    }
    let mut shares = blocks.iter().flat_map(|&(right, all, width)| std::iter::repeat_n(right / all, width));
    std::array::from_fn(|_| (shares.next().unwrap_or(0.0) * 100.0).round() as u8)
}
