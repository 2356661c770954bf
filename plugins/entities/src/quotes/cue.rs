//! Verbs of saying.

use super::scene::Scene;
use super::subject::{Subject, after, subject};
use crate::lexicon::flag;
use crate::word::Shape;

/// Verbs that report speech beside those of the word lists, in this form.
const MORE: [&str; 52] = [
    "accused",
    "accusing",
    "adding",
    "advised",
    "answered",
    "arguing",
    "asking",
    "asserted",
    "blamed",
    "calling",
    "cautioned",
    "cautions",
    "claiming",
    "conceded",
    "condemned",
    "continued",
    "countered",
    "cried",
    "declaring",
    "demanded",
    "denounced",
    "describing",
    "dismissed",
    "dubbed",
    "explaining",
    "hailed",
    "hinted",
    "indicated",
    "insisting",
    "labelled",
    "noting",
    "pledged",
    "predicted",
    "predicting",
    "predicts",
    "promising",
    "questioned",
    "quoted",
    "read",
    "ruled",
    "saying",
    "screamed",
    "shouted",
    "signalled",
    "stressing",
    "suggesting",
    "suggests",
    "urging",
    "warning",
    "whispered",
    "wondered",
    "yelled",
];

/// Verbs of thinking and thanking, which the word lists count among those of saying.
const SILENT: [&str; 9] =
    ["believed", "believes", "expressed", "highlighted", "hoped", "hopes", "read", "thanked", "thinks"];

/// Verbs that report words in marks alone.
const MARKS: [&str; 15] = [
    "accused",
    "accusing",
    "blamed",
    "called",
    "calling",
    "condemned",
    "criticised",
    "criticized",
    "denounced",
    "described",
    "describing",
    "dubbed",
    "hailed",
    "labelled",
    "praised",
];

/// Verbs that report a clause without "that".
const BARE: [&str; 20] = [
    "added",
    "adding",
    "adds",
    "argued",
    "argues",
    "claimed",
    "claims",
    "explained",
    "insisted",
    "insists",
    "noted",
    "notes",
    "said",
    "say",
    "saying",
    "says",
    "stressed",
    "told",
    "warned",
    "warns",
];

/// What a verb of saying reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    /// A clause, with "that" or without.
    Bare,
    /// A clause with "that".
    That,
    /// Words in marks alone.
    Marks,
    /// "according to": the rest of the sentence.
    Rest,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Cue {
    pub(super) at: usize,
    pub(super) end: usize,
    pub(super) takes: Takes,
    pub(super) subject: Option<Subject>,
}

/// The verbs of saying in the words `[from, to)`, outside of marks, in text order.
pub(super) fn cues(scene: &Scene<'_>, from: usize, to: usize) -> Vec<Cue> {
    let mut out: Vec<Cue> = Vec::new();
    for at in from..to {
        if scene.is_quoted(at) {
            continue;
        }
        if scene.words.is_text(at, "according") && scene.words.is_text(at + 1, "to") {
            let subject = after(scene, at + 2, to);
            out.push(Cue { at, end: at + 2, takes: Takes::Rest, subject });
        } else if let Some(takes) = takes(scene, from, at) {
            let subject = subject(scene, (from, to), at);
            let orphan = subject.is_none() && takes != Takes::Bare;
            if !orphan || scene.closes(at.wrapping_sub(1)) {
                out.push(Cue { at, end: at + 1, takes, subject });
            }
        }
    }
    out
}

/// What the word at `at` reports, if it is a verb of saying here.
fn takes(scene: &Scene<'_>, from: usize, at: usize) -> Option<Takes> {
    let words = scene.words;
    let word = words.get(at).filter(|word| word.shape == Shape::Lower)?;
    let text = words.slice(word.start, word.end);
    let listed = word.is(flag::SAY) || MORE.binary_search(&text).is_ok();
    if !listed || SILENT.binary_search(&text).is_ok() || scene.mention(at).is_some() {
        return None;
    }
    let before = if at > from { words.str(at - 1) } else { "" };
    let noun = matches!(
        before,
        "to" | "the" | "a" | "an" | "his" | "her" | "their" | "its" | "our" | "my" | "this" | "of" | "no"
    );
    if noun || (is_passive(scene, from, at) && !words.is_text(at + 1, "as")) {
        return None;
    }
    let silent = MARKS.contains(&text);
    Some(if silent {
        Takes::Marks
    } else if BARE.binary_search(&text).is_ok() {
        Takes::Bare
    } else {
        Takes::That
    })
}

/// `was told`, `is widely said`.
fn is_passive(scene: &Scene<'_>, from: usize, at: usize) -> bool {
    let mut back = at;
    while back > from && scene.words.str(back - 1).ends_with("ly") {
        back -= 1;
    }
    back > from
        && matches!(
            scene.words.str(back - 1),
            "was" | "were" | "been" | "be" | "is" | "are" | "being" | "not"
        )
}
