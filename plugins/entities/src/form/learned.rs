//! The model's say on the forms of a document.

use docmill_sdk::Span;

use super::features::{Features, Scene, WHOLE};
use super::{Form, Forms, NAMES, PERSON};
use crate::label::Label;
use crate::learn::Example;
use crate::lexicon::flag;
use crate::model::{Model, OUTCOMES};
use crate::run::Candidate;
use crate::word::Words;

/// A name is left out when no label is more than this share as likely as "no name".
const LEAST: f32 = 0.5;
/// Features that an explanation names.
const TOLD: usize = 4;

/// Who decides on names: the rules, or a model that sees what they say.
#[derive(Clone, Copy)]
pub(crate) struct Judge<'a> {
    pub(crate) model: Option<&'a Model>,
    /// Keeps with each form what the model went by.
    pub(crate) explain: bool,
}

impl Forms {
    /// Lets the model decide on each form that the word lists leave open.
    pub(super) fn ask(
        &mut self,
        judge: Judge<'_>,
        words: &Words<'_>,
        candidates: &[Candidate],
        small: &[u64],
    ) {
        let Some(model) = judge.model else { return };
        let mut answers = Vec::with_capacity(self.list.len());
        let mut named = judge.explain.then(Features::named);
        self.each(words, candidates, small, &mut |scene, form, features| {
            if form.is_settled() {
                answers.push(None);
                return;
            }
            let answer = model.probabilities(features, &form.scores);
            let told = named.as_mut().map(|named| {
                named.collect(scene, form);
                reasons(model, named, &answer)
            });
            answers.push(Some((answer, told)));
        });
        for (form, answer) in self.list.iter_mut().zip(answers) {
            let Some((answer, told)) = answer else { continue };
            let (best, chance) = best_name(&answer);
            let none = answer.last().copied().unwrap_or(0.0);
            form.label = NAMES.get(best).copied().filter(|_| chance > none * LEAST);
            form.score = model.right(best, chance);
            form.learned = told;
        }
    }

    /// What the model would see of each form.
    pub(crate) fn examples(
        &self,
        words: &Words<'_>,
        candidates: &[Candidate],
        small: &[u64],
    ) -> Vec<Example> {
        let mut out: Vec<Example> = Vec::with_capacity(self.list.len());
        self.each(words, candidates, small, &mut |_, form, features| {
            out.push(Example {
                mentions: Vec::new(),
                own: features.own.clone(),
                words: features.words,
                around: features.around.clone(),
                share: features.share,
                points: form.scores,
                settled: form.is_settled(),
            });
        });
        for (candidate, &of) in candidates.iter().zip(&self.of) {
            let ends = words.get(candidate.first).zip(words.get(candidate.end - 1));
            let span =
                ends.and_then(|(first, last)| Span::new(words.text, first.start as usize, last.end as usize));
            if let Some((example, span)) = out.get_mut(of).zip(span) {
                example.mentions.push(span);
            }
        }
        out
    }

    /// Hands the features of each form to `take`, in the order of the list.
    fn each(
        &self,
        words: &Words<'_>,
        candidates: &[Candidate],
        small: &[u64],
        take: &mut dyn FnMut(&Scene<'_>, &Form, &Features),
    ) {
        let mut next: Vec<usize> = (0..candidates.len()).collect();
        let mut seen: Vec<Option<usize>> = vec![None; self.list.len()];
        for (at, &form) in self.of.iter().enumerate().rev() {
            if let Some((later, next)) = seen.get_mut(form).zip(next.get_mut(at)) {
                *next = later.unwrap_or(at);
                *later = Some(at);
            }
        }
        let scene = Scene { words, candidates, forms: self, small, next: &next };
        let mut features = Features::default();
        for form in &self.list {
            features.collect(&scene, form);
            take(&scene, form, &features);
        }
    }
}

impl Form {
    /// A country or people of the word lists, or a part of a person's name: no training text knows better.
    fn is_settled(&self) -> bool {
        let listed = self.flags & (flag::COUNTRY | flag::NORP) != 0;
        listed || self.part == Some(PERSON) && self.label == Some(Label::Person)
    }
}

/// The likeliest label and its probability; of equal ones the first.
fn best_name(answer: &[f32; OUTCOMES]) -> (usize, f32) {
    let names = answer.iter().copied().enumerate().take(OUTCOMES - 1);
    names.fold((0, f32::MIN), |best, next| if next.1 > best.1 { next } else { best })
}

/// The features that speak most for the likeliest outcome against the next one, for people.
fn reasons(model: &Model, features: &Features, answer: &[f32; OUTCOMES]) -> String {
    let mut order: Vec<usize> = (0..OUTCOMES).collect();
    order.sort_by(|&one, &two| {
        let chance = |at: usize| answer.get(at).copied().unwrap_or(0.0);
        chance(two).total_cmp(&chance(one)).then(one.cmp(&two))
    });
    let name = |at: usize| NAMES.get(at).map_or("no name", |label| label.as_str());
    let chance = |at: usize| answer.get(at).copied().unwrap_or(0.0);
    let (best, next) = (order.first().copied().unwrap_or(0), order.get(1).copied().unwrap_or(0));
    let mut told: Vec<(f32, &str)> = Vec::new();
    let [own, around] = features.names.as_ref().map_or([&[][..], &[][..]], |names| {
        let [own, around] = names;
        [own.as_slice(), around.as_slice()]
    });
    for (buckets, names, share) in [(&features.own, own, WHOLE), (&features.around, around, features.share)] {
        for (&bucket, name) in buckets.iter().zip(names) {
            let weight = model.weight(bucket, best, share) - model.weight(bucket, next, share);
            match told.iter_mut().find(|told| told.1 == name) {
                Some(known) => known.0 += weight,
                None => told.push((weight, name)),
            }
        }
    }
    told.sort_by(|one, two| two.0.total_cmp(&one.0).then_with(|| one.1.cmp(two.1)));
    let told: Vec<String> = told
        .iter()
        .take(TOLD)
        .filter(|told| told.0 > 0.0)
        .map(|(weight, name)| format!("{name} {weight:+.2}"))
        .collect();
    format!(
        "model: {} {:.2}, {} {:.2} ({})",
        name(best),
        chance(best),
        name(next),
        chance(next),
        told.join(", ")
    )
}
