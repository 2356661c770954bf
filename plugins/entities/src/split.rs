//! Cuts a longer name at the places and peoples inside it.

use docmill_sdk::Span;

use crate::label::Label;
use crate::lexicon::{Lexicon, flag};
use crate::mention::Draft;
use crate::run::Candidate;
use crate::word::{Shape, Words};

/// Adds the pieces of a name that holds a listed place or people; adds nothing when it holds none, or is
/// itself in the word lists, but for listed names that a country or city is a piece of.
pub(crate) fn pieces(
    words: &Words<'_>,
    candidate: &Candidate,
    (label, score): (Label, f32),
    lexicon: &Lexicon,
    drafts: &mut Vec<Draft>,
) {
    let whole = matches!(label, Label::Person | Label::Norp | Label::Product);
    if whole || candidate.end < candidate.first + 2 {
        return;
    }
    let mut cuts = cuts(words, candidate, label, lexicon);
    if candidate.known.flags & flag::NAME != 0 {
        // "European Union" stays whole, "Bank of Japan" does not.
        cuts.retain(|&(start, end, inner)| {
            inner == Label::Loc && (start, end) != (candidate.first, candidate.end)
        });
    }
    if cuts.is_empty() {
        return;
    }
    let mut from = candidate.first;
    for (start, end, inner) in cuts {
        add(words, from, start, (label, score), drafts);
        add(words, start, end, (inner, score), drafts);
        from = end;
    }
    add(words, from, candidate.end, (label, score), drafts);
}

/// The listed places and peoples inside a candidate.
fn cuts(
    words: &Words<'_>,
    candidate: &Candidate,
    label: Label,
    lexicon: &Lexicon,
) -> Vec<(usize, usize, Label)> {
    let mut out = Vec::new();
    let mut at = candidate.first;
    while at < candidate.end {
        let Some(word) = words.get(at) else { break };
        let (len, entry) = words
            .phrase(lexicon, at)
            .filter(|(len, entry)| {
                let whole = *len == candidate.end - candidate.first;
                entry.flags & flag::NAME != 0 && at + len <= candidate.end && !whole
            })
            .unwrap_or((1, word.entry));
        let inner = if !word.is_capital() {
            None
        } else if entry.flags & (flag::COUNTRY | flag::PLACE) != 0 {
            (label != Label::Loc).then_some(Label::Loc)
        } else if entry.flags & flag::NORP != 0 {
            Some(Label::Norp)
        } else {
            None
        };
        let mut end = at + len;
        if let Some(inner) = inner {
            let head = words
                .get(end)
                .is_some_and(|next| next.is(flag::LOC_HEAD) && !next.is(flag::ORG_HEAD) && next.is_capital());
            if inner == Label::Loc && head && end + 1 < candidate.end {
                end += 1;
            }
            out.push((at, end, inner));
        }
        at = end;
    }
    out
}

fn add(words: &Words<'_>, from: usize, to: usize, (label, score): (Label, f32), drafts: &mut Vec<Draft>) {
    let (mut from, mut to) = (from, to);
    let loose =
        |at: usize| words.get(at).is_some_and(|word| matches!(word.shape, Shape::Mark | Shape::Possessive));
    while from < to && (loose(from) || words.is_text(from, "the")) {
        from += 1;
    }
    while to > from && (loose(to - 1) || words.is_text(to - 1, "the")) {
        to -= 1;
    }
    let named = (from..to).any(|at| words.get(at).is_some_and(crate::word::Word::is_capital));
    let (Some(first), Some(last)) = (words.get(from), to.checked_sub(1).and_then(|last| words.get(last)))
    else {
        return;
    };
    if from >= to || !named {
        return;
    }
    if let Some(span) = Span::new(words.text, first.start as usize, last.end as usize) {
        drafts.push(Draft::new(span, label, score));
    }
}
