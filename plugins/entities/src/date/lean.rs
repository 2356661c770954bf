//! Which way an expression without a year points.

use crate::calendar::Lean;
use crate::lexicon::flag;
use crate::word::{Shape, Word, Words};

/// Which way the words around an expression make it point.
pub(super) fn lean(words: &Words<'_>, at: usize, end: usize) -> Lean {
    if let Some(lean) = neighbours(words, at, end) {
        return lean;
    }
    if is_deadline(words, at) {
        return deadline(words, at);
    }
    let mut seen = 0;
    let mut back = at;
    // The nearest verb decides: "said on Tuesday that it will" is past, "will meet on Tuesday" is not.
    while let Some(before) = back.checked_sub(1).and_then(|before| words.get(before)) {
        back -= 1;
        if seen == 12 || words.get(back + 1).is_some_and(|word| word.first) {
            break;
        }
        seen += 1;
        if before.shape != Shape::Lower {
            continue;
        }
        let text = words.slice(before.start, before.end);
        if is_ahead(text) || is_planned(words, back) {
            return Lean::Ahead;
        }
        if before.is(flag::SAY) || is_past(text) {
            return Lean::Plain;
        }
    }
    for off in 0..8 {
        let Some(word) = words.get(end + off).filter(|word| !word.first) else { break };
        let text = words.slice(word.start, word.end);
        if word.is(flag::SAY) || is_past(text) {
            return Lean::Plain;
        }
        if is_ahead(text) {
            return Lean::Ahead;
        }
    }
    Lean::Plain
}

fn neighbours(words: &Words<'_>, at: usize, end: usize) -> Option<Lean> {
    let before = words.before(at).map_or("", |before| words.slice(before.start, before.end));
    let lean = |text: &str| match text.to_ascii_lowercase().as_str() {
        "last" | "past" => Some(Lean::Last),
        "next" | "coming" | "upcoming" => Some(Lean::Next),
        "this" => Some(Lean::This),
        _ => None,
    };
    lean(before).or_else(|| if words.is_text(end + 1, "year") { lean(words.str(end)) } else { None })
}

fn is_ahead(text: &str) -> bool {
    matches!(
        text,
        "will" | "scheduled" | "upcoming" | "due" | "expected" | "shall" | "slated" | "plans" | "set"
    )
}

fn is_past(text: &str) -> bool {
    matches!(
        text,
        "was"
            | "were"
            | "had"
            | "did"
            | "began"
            | "came"
            | "took"
            | "held"
            | "met"
            | "won"
            | "lost"
            | "since"
    ) || (text.len() > 4 && text.ends_with("ed"))
}

/// `is to`, `are to` before a verb.
fn is_planned(words: &Words<'_>, at: usize) -> bool {
    words.is_text(at, "to")
        && at.checked_sub(1).is_some_and(|before| matches!(words.str(before), "is" | "are"))
        && words.get(at + 1).is_some_and(|next| next.shape == Shape::Lower)
}

/// True behind words that name the end of something: `by March`, `until the end of May`.
fn is_deadline(words: &Words<'_>, at: usize) -> bool {
    let mut back = at;
    for _ in 0..5 {
        let Some(before) = back.checked_sub(1).filter(|_| words.same_line(back)) else { return false };
        back = before;
        match words.str(back) {
            "the" | "end" | "of" | "early" | "late" | "mid" | "-" | "least" | "at" => {}
            "by" | "until" | "till" | "before" | "By" | "Until" | "Before" => return true,
            _ => return false,
        }
    }
    false
}

/// A deadline lies ahead unless the clause before it tells of the past.
fn deadline(words: &Words<'_>, at: usize) -> Lean {
    for off in 1..=12 {
        let Some(back) = at.checked_sub(off) else { break };
        if words.get(back + 1).is_some_and(|word| word.first) {
            break;
        }
        let Some(word) = words.get(back).filter(|word| word.shape == Shape::Lower) else { continue };
        let text = words.slice(word.start, word.end);
        let wish = matches!(text, "must" | "should" | "can" | "could" | "may" | "would" | "wants" | "want");
        let aim = text == "to" && words.get(back + 1).is_some_and(|next| is_verb(words, next));
        if is_ahead(text) || wish || aim {
            return Lean::Ahead;
        }
        if is_finite_past(text) {
            return Lean::Plain;
        }
    }
    Lean::Ahead
}

/// A word that may be a verb behind `to`.
fn is_verb(words: &Words<'_>, word: &Word) -> bool {
    word.shape == Shape::Lower
        && !matches!(
            words.slice(word.start, word.end),
            "a" | "an" | "the" | "about" | "more" | "its" | "their"
        )
}

fn is_finite_past(text: &str) -> bool {
    matches!(
        text,
        "was"
            | "were"
            | "had"
            | "did"
            | "fell"
            | "rose"
            | "grew"
            | "came"
            | "went"
            | "became"
            | "lasted"
            | "remained"
            | "stayed"
            | "reached"
            | "ended"
            | "continued"
            | "worked"
            | "served"
            | "lost"
            | "won"
            | "ran"
            | "led"
            | "held"
            | "lived"
            | "jumped"
            | "climbed"
            | "dropped"
    )
}
