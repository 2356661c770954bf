//! Which way an expression without a year points.

use crate::calendar::Lean;
use crate::lexicon::flag;
use crate::word::{Shape, Words};

/// Which way the words around an expression make it point.
pub(super) fn lean(words: &Words<'_>, at: usize, end: usize) -> Lean {
    if let Some(lean) = neighbours(words, at, end) {
        return lean;
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
        if is_ahead(text) {
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
