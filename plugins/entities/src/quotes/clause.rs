//! The clause that a verb of saying reports.

use super::cue::{Cue, Takes, is_saying};
use super::scene::Scene;
use super::subject::Who;
use crate::lexicon::flag;
use crate::verb;
use crate::word::{Gap, Shape};

/// Words of the shortest clause.
const SHORTEST: usize = 3;

/// The words `[first, end)` of the clause that `cue` reports in the sentence `[from, end)`, its final stop left out;
/// `later` is the next verb of saying, and `spoken` says that words in marks before this one are its own.
pub(super) fn clause(
    scene: &Scene<'_>,
    (from, end): (usize, usize),
    cue: &Cue,
    later: Option<&Cue>,
    spoken: bool,
) -> Option<(usize, usize)> {
    let found = match cue.takes {
        Takes::Marks => None,
        Takes::Rest if is_opening(scene, from, cue.at) => rest(scene, cue, end),
        // "He said that — according to statistics — …" is an aside.
        Takes::Rest if matches!(scene.words.str(cue.at.wrapping_sub(1)), "—" | "–" | "-") => None,
        Takes::Rest => ahead(scene, from, cue.at),
        // “We go,” said Ana Torvald after the vote: the verb has its words already.
        Takes::Bare | Takes::That if spoken => trailing(scene, from, cue),
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
    let is_colon = |at: &usize| {
        scene.words.is_text(*at, ":") && scene.words.get(at + 1).is_some_and(|next| next.gap != Gap::None)
    };
    if let Some(colon) = (first..end.min(first + 8)).find(is_colon) {
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
    // "When we met, I asked what he would do": the verb reports what follows.
    let goes_on = matches!(
        scene.words.str(cue.end),
        "what" | "how" | "why" | "whether" | "who" | "which" | "that" | "to"
    );
    let whole = comma
        && !goes_on
        && !is_dependent(scene, from, start - 1)
        && !leads_in(scene, cue)
        && !is_named_behind_marks(scene, from, start)
        && (has_verb(scene, from, start) || is_plain(scene, from, start));
    whole.then(|| ahead(scene, from, start)).flatten()
}

/// "Asked about the dam, X said": the words before the comma hang on what follows.
fn is_dependent(scene: &Scene<'_>, from: usize, comma: usize) -> bool {
    let text = scene.words.str(from);
    let opens = matches!(
        text,
        "When"
            | "While"
            | "Although"
            | "Though"
            | "Because"
            | "If"
            | "Unless"
            | "Whether"
            | "Asked"
            | "Despite"
    ) || (scene.mention(from).is_none()
        && text.len() > 4
        && (text.ends_with("ing") || text.ends_with("ed"))
        && !scene.words.has(from + 1, flag::ACT | flag::SAY));
    opens && !(from + 1..comma.min(from + 60)).any(|at| scene.words.is_text(at, ",") && !scene.is_quoted(at))
}

/// True when words in marks follow the verb, which reports those: "X said: “…”".
fn leads_in(scene: &Scene<'_>, cue: &Cue) -> bool {
    let near = (cue.end..cue.end + 12).find(|&at| scene.is_quoted(at) || scene.words.is_text(at, "."));
    near.is_some_and(|at| scene.is_quoted(at) && matches!(scene.words.str(at - 1), ":" | ","))
}

/// “We will appeal,” his lawyer, X, said: what stands between the marks and the name is the speaker.
fn is_named_behind_marks(scene: &Scene<'_>, from: usize, start: usize) -> bool {
    let back = (from.max(start.saturating_sub(14))..start).rev().find(|&at| scene.is_quoted(at));
    back.is_some_and(|at| {
        scene.pauses_at(at) && scene.count(at + 1, start) > 0 && !has_verb(scene, at + 1, start)
    })
}

/// A clause whose verb no list knows: it opens with its subject.
fn is_plain(scene: &Scene<'_>, from: usize, end: usize) -> bool {
    let opens = scene.words.get(from);
    let opens = opens.is_some_and(|word| {
        !word.is(flag::FUNCTION)
            || matches!(scene.words.str(from), "The" | "A" | "An" | "His" | "Her" | "Its" | "Their")
    });
    opens && scene.count(from, end.min(from + 20)) >= 5
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
    // "problems that officials say have long been known" has its subject elsewhere.
    let headless = is_auxiliary(text);
    if opens.shape == Shape::Mark || infinitive || this || headless || scene.is_quoted(at) {
        return None;
    }
    let sure = matches!(words.str(cue.at), "said" | "says" | "saying" | "say" | "told" | "added");
    let near = if sure { end } else { later.map_or(end, |later| later.at.min(end)).min(at + 9) };
    // “Peace takes work said X, bishop of Y”: a name without a verb is the speaker.
    let plain = sure && scene.count(at, end) >= 5 && scene.mention(at).is_none();
    (has_verb(scene, at, near) || plain).then_some((at, end))
}

/// The "that" of the clause: close behind the verb, with no comma or other verb before it.
fn that(scene: &Scene<'_>, from: usize, end: usize) -> Option<usize> {
    // "pledged to take the job, that attempt …" and "X, he claimed, knew that …" report nothing here.
    let aside = scene.words.is_text(from, ",") && !scene.words.is_text(from + 3, "that");
    if aside || scene.words.is_text(from, "to") {
        return None;
    }
    // "said the gang that did it" names a gang, "denied a report that it failed" a report.
    let said = from.checked_sub(1).is_some_and(|at| !is_addressed(scene.words.str(at)));
    let noun =
        matches!(scene.words.str(from), "the" | "a" | "an" | "he" | "she" | "it" | "they" | "his" | "her");
    if said && (noun || scene.mention(from).is_some()) {
        return None;
    }
    for at in from..end.min(from + 12) {
        let text = scene.words.str(at);
        if text == "that" && !scene.is_quoted(at) {
            return Some(at);
        }
        if scene.is_quoted(at)
            || matches!(text, ":" | ";")
            || (text == "," && at > from + 9)
            || is_auxiliary(text)
            || verb::is_irregular_past(text)
        {
            return None;
        }
    }
    None
}

/// Verbs that name who is told before what is told.
fn is_addressed(verb: &str) -> bool {
    matches!(
        verb,
        "told"
            | "tells"
            | "telling"
            | "warned"
            | "warns"
            | "warning"
            | "assured"
            | "informed"
            | "reminded"
            | "reminding"
            | "promised"
            | "cautioned"
            | "advised"
    )
}

/// Where another speaker takes over: before ", adding …" and ", but Y said".
fn cut(scene: &Scene<'_>, cue: &Cue, later: Option<&Cue>, to: usize) -> usize {
    let to = goes_on(scene, cue, to).unwrap_or(to);
    let Some(later) = later.filter(|later| later.at > cue.end && later.at < to) else { return to };
    let start = later.subject.map_or(later.at, |subject| subject.first.min(later.at));
    let back = |at: usize| if at > cue.end && scene.words.is_text(at - 1, ",") { Some(at - 1) } else { None };
    if later.subject.is_some_and(|subject| subject.kind == Who::Same) || later.takes == Takes::Rest {
        return back(later.at).unwrap_or(if later.takes == Takes::Rest { later.at } else { to });
    }
    let start = appositive(scene, cue.end, start);
    if start > cue.end && matches!(scene.words.str(start - 1), "but" | "and" | "while" | "although") {
        return back(start - 1).or_else(|| is_and(scene, start).then_some(start - 1)).unwrap_or(to);
    }
    to
}

/// "… but the coach, X, said": where the words begin that stand for X.
fn appositive(scene: &Scene<'_>, from: usize, start: usize) -> usize {
    if start < from + 3 || !scene.words.is_text(start - 1, ",") {
        return start;
    }
    (from.max(start.saturating_sub(9))..start - 1)
        .rev()
        .find(|&at| matches!(scene.words.str(at), "but" | "while" | "although" | "and"))
        .map_or(start, |at| at + 1)
}

/// Where the speaker's next deed begins: "X argued that it was illegal and demanded …".
fn goes_on(scene: &Scene<'_>, cue: &Cue, to: usize) -> Option<usize> {
    let words = scene.words;
    let and = (cue.end + 3..to.min(cue.end + 60)).find(|&at| {
        words.is_text(at, "and")
            && !scene.is_quoted(at)
            && words
                .get(at + 1)
                .is_some_and(|next| next.shape == Shape::Lower && is_saying(next, words.str(at + 1)))
            && words.str(at + 1).ends_with("ed")
    })?;
    Some(if words.is_text(and - 1, ",") { and - 1 } else { and })
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
            || (lower && verb::is_past(text))
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
