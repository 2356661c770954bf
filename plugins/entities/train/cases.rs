//! Names to learn from: what the stage sees of them, and what the annotation says they may be.

use std::collections::BTreeSet;

use docmill_entities::annotator::{Annotator, Document, Options};
use docmill_entities::label::Label;
use docmill_entities::learn::{Example, NAMES, examples};
use docmill_entities::model::OUTCOMES;

use crate::fit::Case;
use crate::read::{Annotated, Set};

const ALL: u16 = (1 << OUTCOMES) - 1;
const NONE: u16 = 1 << (OUTCOMES - 1);
/// The rules see a label in a name from so many points on.
const SEEN: i32 = 4;
/// Mentions beyond these make a name no weightier.
const MENTIONS: usize = 4;
/// So many times the names are shown with other parts of the word lists forgotten.
const PASSES: u64 = 2;
/// Names of a hundred that are forgotten then.
const FORGOTTEN: u64 = 50;
/// What a name with forgotten lists weighs beside one with all.
const BLURRED: f64 = 0.5;

/// The names of all sets, with the word lists and with half of them forgotten, so that the model learns to do
/// without.
pub(crate) fn cases(sets: &[Set]) -> Vec<Case> {
    let mut out = Vec::new();
    let annotator = || Annotator::new(Options::default());
    collect(sets, &annotator(), 1.0, &mut out);
    for pass in 1..=PASSES {
        collect(sets, &annotator().without_lists(pass, FORGOTTEN), BLURRED, &mut out);
    }
    out
}

fn collect(sets: &[Set], annotator: &Annotator, scale: f64, out: &mut Vec<Case>) {
    for set in sets {
        for document in &set.documents {
            for example in examples(annotator, &whole(&document.text)) {
                let allowed = open(&example, document, &set.labels);
                if allowed > 0 && allowed < ALL && !example.settled {
                    let mentions = example.mentions.len().min(MENTIONS) as f64;
                    out.push(case(example, allowed, set.weight * scale * mentions.sqrt()));
                }
            }
        }
    }
}

/// A text as the stage gets it.
pub(crate) fn whole(text: &str) -> Document<'_> {
    Document { text, published: None, body_start: 0, dateline: None, sentences: &[] }
}

/// A name of which the annotation leaves `allowed` open, as bits.
pub(crate) fn case(example: Example, allowed: u16, weight: f64) -> Case {
    Case {
        share: f64::from(example.share) / 16.0,
        points: example.points,
        own: example.own,
        words: example.words,
        around: example.around,
        allowed,
        weight,
    }
}

fn bit(label: Label) -> u16 {
    NAMES.iter().position(|&name| name == label).map_or(0, |at| 1 << at)
}

/// The outcomes that the annotation leaves open for a name; none when it says nothing clear.
fn open(example: &Example, document: &Annotated, labels: &BTreeSet<Label>) -> u16 {
    let most = example.points.iter().max().copied().unwrap_or(0);
    let top = |at: usize| example.points.get(at) == Some(&most) && most >= SEEN;
    let seen = (0..NAMES.len()).filter(|&at| top(at)).fold(0, |bits, at| bits | 1 << at);
    let said: Vec<u16> = example
        .mentions
        .iter()
        .map(|mention| match annotation(document, mention.start(), mention.end()) {
            Said::Nothing => allowed(None, labels, seen),
            Said::Label(label) => allowed(Some(label), labels, seen),
            Said::Unclear => 0,
        })
        .filter(|&bits| bits != 0)
        .collect();
    let common = said.iter().fold(ALL, |common, bits| common & bits);
    if said.is_empty() {
        return 0;
    }
    if common != 0 {
        return common;
    }
    let votes = |at: usize| said.iter().filter(|bits| *bits >> at & 1 == 1).count();
    let most = (0..OUTCOMES).map(votes).max();
    (0..OUTCOMES).filter(|&at| Some(votes(at)) == most).fold(0, |bits, at| bits | 1 << at)
}

/// What the annotation says of a mention.
enum Said {
    Nothing,
    Label(Label),
    /// It cuts the text otherwise.
    Unclear,
}

fn annotation(document: &Annotated, start: usize, end: usize) -> Said {
    let mut found = document.spans.iter().filter(|span| span.0 < end && start < span.1);
    let Some(first) = found.next() else { return Said::Nothing };
    // What begins or ends alike is the same thing with or without its article, its title or what is said of it.
    let alike = first.1 == end || first.0 == start && first.1 > end;
    if alike && found.next().is_none() { Said::Label(first.2) } else { Said::Unclear }
}

/// What a name may be that the annotation of a set calls `label`. What a set does not annotate is left open where
/// the rules see it: what no annotation ever ruled out would take everything else.
fn allowed(label: Option<Label>, labels: &BTreeSet<Label>, seen: u16) -> u16 {
    let missing = |label: Label| if labels.contains(&label) { 0 } else { bit(label) & seen };
    match label {
        None => NAMES.iter().fold(NONE, |bits, &name| bits | missing(name)),
        Some(Label::Loc) => bit(Label::Loc) | missing(Label::Fac),
        Some(Label::Org) => bit(Label::Org) | missing(Label::Fac),
        Some(Label::Misc) => bit(Label::Misc) | missing(Label::Product),
        Some(label) => bit(label),
    }
}
