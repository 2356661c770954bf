//! Verbs of saying.

use super::scene::Scene;
use super::subject::{Subject, after, subject};
use crate::lexicon::flag;
use crate::word::{Shape, Word};

/// Verbs that report speech beside those of the word lists, in this form.
const MORE: [&str; 103] = [
    "accused",
    "accusing",
    "acknowledges",
    "acknowledging",
    "adding",
    "admits",
    "admitting",
    "advised",
    "affirmed",
    "allege",
    "alleged",
    "alleges",
    "alleging",
    "announcing",
    "answered",
    "argue",
    "arguing",
    "asking",
    "asserted",
    "assured",
    "begged",
    "blamed",
    "boasted",
    "calling",
    "cautioned",
    "cautions",
    "chanted",
    "claiming",
    "complained",
    "complains",
    "conceded",
    "condemned",
    "confirming",
    "confirms",
    "contend",
    "contended",
    "contends",
    "continued",
    "countered",
    "cried",
    "declaring",
    "demanded",
    "denies",
    "denounced",
    "denying",
    "describing",
    "dismissed",
    "dubbed",
    "emphasises",
    "emphasizes",
    "explaining",
    "guessed",
    "hailed",
    "hinted",
    "indicated",
    "informed",
    "insist",
    "insisting",
    "joking",
    "labelled",
    "maintains",
    "mused",
    "noting",
    "pledged",
    "posted",
    "predicted",
    "predicting",
    "predicts",
    "promising",
    "protested",
    "questioned",
    "quoted",
    "quoting",
    "radioed",
    "reasoned",
    "recalling",
    "reckon",
    "reckoned",
    "reckons",
    "reminded",
    "reported",
    "retorted",
    "revealing",
    "reveals",
    "ruled",
    "saying",
    "screamed",
    "shouted",
    "sighed",
    "signalled",
    "snapped",
    "stating",
    "stressing",
    "suggesting",
    "suggests",
    "telling",
    "urging",
    "vows",
    "warn",
    "warning",
    "whispered",
    "wondered",
    "yelled",
];

/// Verbs of thinking and thanking, which the word lists count among those of saying.
const SILENT: [&str; 9] =
    ["believed", "believes", "expressed", "highlighted", "hoped", "hopes", "read", "thanked", "thinks"];

/// Verbs that report words in marks alone.
const MARKS: [&str; 32] = [
    "accused",
    "accusing",
    "blamed",
    "blasted",
    "branded",
    "called",
    "calling",
    "calls",
    "condemned",
    "criticised",
    "criticized",
    "decried",
    "denounced",
    "deplored",
    "described",
    "describes",
    "describing",
    "dismissed",
    "dubbed",
    "hailed",
    "hails",
    "labelled",
    "lauded",
    "likened",
    "mocked",
    "praised",
    "rejected",
    "ridiculed",
    "slammed",
    "spoke",
    "termed",
    "welcomed",
];

/// Verbs that report a clause without "that".
const BARE: [&str; 24] = [
    "added",
    "adding",
    "adds",
    "argued",
    "argues",
    "arguing",
    "claimed",
    "claiming",
    "claims",
    "explained",
    "insisted",
    "insisting",
    "insists",
    "noted",
    "notes",
    "said",
    "say",
    "saying",
    "says",
    "stressed",
    "tells",
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
    if matches!(text, "read" | "reads") && at > from && is_writing(words.str(at - 1)) {
        return Some(Takes::Marks);
    }
    if !is_saying(word, text) || scene.mention(at).is_some() {
        return None;
    }
    let silent = MARKS.binary_search(&text).is_ok();
    let before = if at > from { words.str(at - 1) } else { "" };
    let noun = matches!(
        before,
        "to" | "the" | "a" | "an" | "his" | "her" | "their" | "its" | "our" | "my" | "this" | "of" | "no"
    );
    if noun || (is_passive(scene, from, at) && !words.is_text(at + 1, "as")) {
        return None;
    }
    if text == "spoke" && !words.is_text(at + 1, "of") {
        return None;
    }
    Some(if silent {
        Takes::Marks
    } else if BARE.binary_search(&text).is_ok() {
        Takes::Bare
    } else {
        Takes::That
    })
}

/// Nouns for what is written and read out: “…,” the statement read.
fn is_writing(text: &str) -> bool {
    matches!(
        text,
        "statement" | "letter" | "message" | "notice" | "note" | "post" | "tweet" | "banner" | "sign"
    )
}

/// True for a verb of saying, whatever it reports.
pub(super) fn is_saying(word: &Word, text: &str) -> bool {
    // Three words of four end otherwise, which spares them the search.
    let form = matches!(text.as_bytes(), [.., b'd' | b's' | b'g'])
        || matches!(text, "allege" | "argue" | "insist" | "reckon" | "spoke" | "warn");
    let listed = word.is(flag::SAY)
        || (form && (MORE.binary_search(&text).is_ok() || MARKS.binary_search(&text).is_ok()));
    listed && SILENT.binary_search(&text).is_err()
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

#[cfg(test)]
mod tests;
