//! The clause that a verb of saying reports.

use super::cue::{Cue, Takes};
use super::scene::Scene;
use super::subject::Who;
use crate::lexicon::flag;
use crate::word::Shape;

/// Words of the shortest clause.
const SHORTEST: usize = 3;

/// The words `[first, end)` of the clause that `cue` reports in the sentence `[from, end)`, its final stop left out;
/// `later` is the next verb of saying.
pub(super) fn clause(
    scene: &Scene<'_>,
    (from, end): (usize, usize),
    cue: &Cue,
    later: Option<&Cue>,
) -> Option<(usize, usize)> {
    let found = match cue.takes {
        Takes::Marks => None,
        Takes::Rest if is_opening(scene, from, cue.at) => rest(scene, cue, end),
        Takes::Rest => ahead(scene, from, cue.at),
        Takes::Bare | Takes::That => {
            behind(scene, (from, end), cue, later).or_else(|| trailing(scene, from, cue))
        }
    };
    let (first, end) = found?;
    let near = end.min(first + 400);
    let outside = (first..near).filter(|&at| scene.is_word(at) && !scene.is_quoted(at)).take(2).count();
    (outside == 2 && scene.count(first, near) >= SHORTEST).then_some((first, end))
}

/// The end of the sentence without its final stop; a stop inside of marks stays.
pub(super) fn closed(scene: &Scene<'_>, from: usize, to: usize) -> usize {
    let mut end = to;
    while end > from && !scene.is_quoted(end - 1) && matches!(scene.words.str(end - 1), "." | "!" | "?" | "…")
    {
        end -= 1;
    }
    end
}

/// True when only marks and words such as "but" stand between the sentence's start and `at`.
fn is_opening(scene: &Scene<'_>, from: usize, at: usize) -> bool {
    (from..at)
        .all(|at| !scene.is_word(at) || matches!(scene.words.str(at), "But" | "And" | "However" | "Yet"))
}

/// "According to X, …".
fn rest(scene: &Scene<'_>, cue: &Cue, end: usize) -> Option<(usize, usize)> {
    let subject = cue.subject.map_or(cue.end, |subject| subject.end);
    let comma = (subject..end).find(|&at| scene.words.is_text(at, ",") && !scene.is_quoted(at))?;
    // "According to X, the minister, …": the clause begins behind the second comma.
    let next = comma + 1;
    let aside = matches!(scene.words.str(next), "a" | "an" | "the" | "who")
        .then(|| (next..end.min(next + 12)).find(|&at| scene.words.is_text(at, ",")))
        .flatten()
        .filter(|&second| {
            (next..second).any(|at| scene.words.has(at, flag::ROLE)) && !has_verb(scene, next, second)
        });
    Some((aside.map_or(next, |second| second + 1), end))
}

/// "…, according to X" and "…, X said": the words from the sentence's start to the comma before `at`.
fn ahead(scene: &Scene<'_>, from: usize, at: usize) -> Option<(usize, usize)> {
    let mut end = at;
    while end > from && scene.words.is_text(end - 1, ",") && !scene.is_quoted(end - 1) {
        end -= 1;
    }
    let mut first = from;
    while first < end && !scene.is_quoted(first) && matches!(scene.words.str(first), "But" | "And" | "Yet") {
        first += 1;
    }
    // A dateline or other lead-in with a colon is no part of what was said.
    if let Some(colon) = (first..end.min(first + 8)).find(|&at| scene.words.is_text(at, ":")) {
        first = colon + 1;
    }
    (end > first).then_some((first, end))
}

/// "…, X said on Tuesday."
fn trailing(scene: &Scene<'_>, from: usize, cue: &Cue) -> Option<(usize, usize)> {
    let subject = cue.subject?;
    if subject.kind == Who::Same {
        return None;
    }
    let start = subject.first.min(cue.at);
    let comma = start > from && scene.words.is_text(start - 1, ",") && !scene.is_quoted(start - 1);
    (comma && has_verb(scene, from, start)).then(|| ahead(scene, from, start)).flatten()
}

/// "X said (that) …".
fn behind(
    scene: &Scene<'_>,
    (_, to): (usize, usize),
    cue: &Cue,
    later: Option<&Cue>,
) -> Option<(usize, usize)> {
    let words = scene.words;
    if cue.subject.is_some_and(|subject| subject.first >= cue.end && subject.kind != Who::Same) {
        return None;
    }
    let end = cut(scene, cue, later, to);
    if let Some(that) = that(scene, cue.end, later.map_or(end, |later| later.at.min(end))) {
        return Some((that + 1, end));
    }
    // Behind words in marks the verb has its clause already: “We go,” said somebody unheard of.
    let quoted = cue.at > 1
        && (scene.closes(cue.at - 1) || (words.is_text(cue.at - 1, ",") && scene.closes(cue.at - 2)));
    if cue.takes != Takes::Bare || quoted {
        return None;
    }
    let mut at = cue.end;
    if words.is_text(cue.at, "told") {
        at = addressee(scene, at, end)?;
    }
    at = aside(scene, at, end);
    let opens = words.get(at).filter(|_| at < end)?;
    let text = words.slice(opens.start, opens.end);
    let infinitive = matches!(text, "to" | "so" | "in" | "on" | "at" | "of" | "with" | "about" | "as" | "by");
    let this = text == "this" && words.has(at + 1, flag::FUNCTION) && !is_auxiliary(words.str(at + 1));
    if opens.shape == Shape::Mark || infinitive || this || scene.is_quoted(at) {
        return None;
    }
    let sure = matches!(words.str(cue.at), "said" | "says" | "saying" | "say" | "told" | "added");
    let near = if sure { end } else { later.map_or(end, |later| later.at.min(end)).min(at + 9) };
    (has_verb(scene, at, near) || (sure && scene.count(at, end) >= 5)).then_some((at, end))
}

/// The "that" of the clause: close behind the verb, with no comma or other verb before it.
fn that(scene: &Scene<'_>, from: usize, end: usize) -> Option<usize> {
    for at in from..end.min(from + 12) {
        let text = scene.words.str(at);
        if text == "that" && !scene.is_quoted(at) {
            return Some(at);
        }
        if scene.is_quoted(at)
            || matches!(text, ":" | ";")
            || (text == "," && at > from + 9)
            || is_auxiliary(text)
        {
            return None;
        }
    }
    None
}

/// Where another speaker takes over: before ", adding …" and ", but Y said".
fn cut(scene: &Scene<'_>, cue: &Cue, later: Option<&Cue>, to: usize) -> usize {
    let Some(later) = later.filter(|later| later.at > cue.end) else { return to };
    let start = later.subject.map_or(later.at, |subject| subject.first.min(later.at));
    let back = |at: usize| if at > cue.end && scene.words.is_text(at - 1, ",") { Some(at - 1) } else { None };
    if later.subject.is_some_and(|subject| subject.kind == Who::Same) || later.takes == Takes::Rest {
        return back(later.at).unwrap_or(if later.takes == Takes::Rest { later.at } else { to });
    }
    if start > cue.end && matches!(scene.words.str(start - 1), "but" | "and" | "while" | "although") {
        return back(start - 1).or_else(|| is_and(scene, start).then_some(start - 1)).unwrap_or(to);
    }
    to
}

fn is_and(scene: &Scene<'_>, at: usize) -> bool {
    scene.words.is_text(at - 1, "and") && matches!(scene.words.str(at), "he" | "she" | "said" | "added")
}

/// The index behind the one who was told.
fn addressee(scene: &Scene<'_>, at: usize, end: usize) -> Option<usize> {
    let mut next = at;
    while next < end && next < at + 6 {
        let word = scene.words.get(next)?;
        if scene.mention(next).is_some() {
            while scene.mention(next).is_some() {
                next += 1;
            }
            return Some(next);
        }
        let text = scene.words.slice(word.start, word.end);
        next += 1;
        if matches!(text, "him" | "her" | "them" | "us" | "me" | "it")
            || (text.ends_with('s') && text.len() > 4)
        {
            return Some(next);
        }
        if !matches!(text, "a" | "an" | "the" | "his" | "her" | "local" | "state") && word.is(flag::FUNCTION)
        {
            return None;
        }
        if matches!(text, "conference" | "parliament" | "court" | "audience") {
            return Some(next);
        }
    }
    None
}

/// The index behind a day or "in a statement".
fn aside(scene: &Scene<'_>, at: usize, end: usize) -> usize {
    let words = scene.words;
    let mut next = at;
    for _ in 0..3 {
        let on = usize::from(
            words.is_text(next, "on") || words.is_text(next, "late") || words.is_text(next, "early"),
        );
        if words.has(next + on, flag::WEEKDAY) || matches!(words.str(next), "yesterday" | "today" | "earlier")
        {
            next += on + 1;
        } else if matches!(words.str(next), "in" | "at" | "during")
            && matches!(words.str(next + 1), "a" | "an" | "the")
        {
            let noun = (next + 2..end.min(next + 6)).find(|&at| {
                matches!(
                    words.str(at),
                    "statement"
                        | "interview"
                        | "speech"
                        | "conference"
                        | "briefing"
                        | "report"
                        | "tweet"
                        | "post"
                        | "letter"
                )
            });
            let Some(noun) = noun else { break };
            next = noun + 1;
        } else {
            break;
        }
    }
    next
}

/// True when the words hold something like a finite verb.
fn has_verb(scene: &Scene<'_>, from: usize, to: usize) -> bool {
    (from..to.min(from + 40)).any(|at| {
        let text = scene.words.str(at);
        let word = scene.words.get(at);
        let lower = word.is_some_and(|word| word.shape == Shape::Lower);
        is_auxiliary(text)
            || (lower && text.len() > 4 && text.ends_with("ed"))
            || word.is_some_and(|word| lower && word.is(flag::ACT | flag::SAY))
            || matches!(
                text,
                "fell"
                    | "rose"
                    | "grew"
                    | "came"
                    | "shows"
                    | "needs"
                    | "remains"
                    | "gave"
                    | "found"
                    | "killed"
            )
    })
}

fn is_auxiliary(text: &str) -> bool {
    matches!(
        text,
        "is" | "are"
            | "was"
            | "were"
            | "has"
            | "have"
            | "had"
            | "will"
            | "would"
            | "can"
            | "could"
            | "may"
            | "might"
            | "must"
            | "should"
            | "do"
            | "does"
            | "did"
            | "cannot"
    )
}
