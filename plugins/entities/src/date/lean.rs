//! Which way an expression without a year points.

use crate::calendar::Lean;
use crate::lexicon::flag;
use crate::verb;
use crate::word::{Gap, Shape, Word, Words};

/// How many words back a verb is looked for.
const REACH: usize = 12;

/// Which way the words around an expression make it point.
pub(super) fn lean(words: &Words<'_>, at: usize, end: usize) -> Lean {
    if let Some(lean) = neighbours(words, at, end) {
        return lean;
    }
    if words.before(at).is_some_and(|before| is_word(words, before, "since")) {
        return Lean::Past;
    }
    let deadline = is_deadline(words, at);
    // The nearest verb decides: "said on Tuesday that it will" is past, "will meet on Tuesday" is not.
    for back in (at.saturating_sub(REACH)..at).rev() {
        if words.get(back + 1).is_some_and(|word| word.first) {
            break;
        }
        if let Some(lean) = verb(words, back, at, deadline) {
            // What was shut until a day may be shut still.
            return if deadline && lean == Lean::Past { Lean::Plain } else { lean };
        }
    }
    if deadline { told_behind(words, end).unwrap_or(Lean::Ahead) } else { behind(words, at, end) }
}

/// What `last year` behind a day or month makes of it, and the index after that.
pub(super) fn relative_year(words: &Words<'_>, end: usize) -> Option<(usize, Lean)> {
    let next = end + usize::from(words.is_text(end, "of"));
    let lean = match words.str(next) {
        "last" => Lean::Before,
        "this" => Lean::This,
        "next" => Lean::After,
        _ => return None,
    };
    (words.is_text(next + 1, "year") && words.same_line(next) && words.same_line(next + 1))
        .then_some((next + 2, lean))
}

/// True when a range would join what a verb sets apart: "moved from 25 February to 15 December".
pub(super) fn is_moved(words: &Words<'_>, at: usize) -> bool {
    words.before(at).is_some_and(|before| is_word(words, before, "from"))
        && (at.saturating_sub(6)..at).any(|back| verb::is_moved(words.str(back)))
}

fn is_word(words: &Words<'_>, word: &Word, text: &str) -> bool {
    words.slice(word.start, word.end).eq_ignore_ascii_case(text)
}

fn neighbours(words: &Words<'_>, at: usize, end: usize) -> Option<Lean> {
    let before = words.before(at).map_or("", |before| words.slice(before.start, before.end));
    let lean = match before.to_ascii_lowercase().as_str() {
        "last" | "past" => Some(Lean::Last),
        "next" | "coming" | "upcoming" => Some(Lean::Next),
        "this" => Some(Lean::This),
        _ => None,
    };
    lean.or_else(|| relative_year(words, end).map(|(_, lean)| lean))
}

/// Which way the word at `at`, before an expression at `date`, makes that point; `None` when it tells nothing.
fn verb(words: &Words<'_>, at: usize, date: usize, deadline: bool) -> Option<Lean> {
    let word = words.get(at).filter(|word| word.shape == Shape::Lower)?;
    let text = words.slice(word.start, word.end);
    // Half of all words, told apart at once.
    if matches!(
        text,
        "the"
            | "of"
            | "in"
            | "on"
            | "a"
            | "and"
            | "at"
            | "for"
            | "its"
            | "his"
            | "with"
            | "from"
            | "by"
            | "as"
    ) {
        return None;
    }
    let before = |off: usize| at.checked_sub(off).map_or("", |before| words.str(before));
    if text == "to" && words.get(at + 1).is_some_and(|next| at + 1 < date && is_verb(words, next)) {
        return Some(infinitive(words, at, deadline));
    }
    if matches!(words.str(date - 1), "for" | "to" | "until" | "till") && verb::is_moved(text) {
        return Some(Lean::Ahead);
    }
    if is_ahead(text) || (text == "set" && matches!(before(1), "is" | "are" | "was" | "were" | ",")) {
        return Some(match before(1) {
            "was" | "were" => Lean::Due,
            "been" if before(2) == "had" => Lean::Plain,
            _ => Lean::Ahead,
        });
    }
    if matches!(text, "would" | "may" | "might" | "must" | "should" | "can") {
        return Some(if words.is_text(at + 1, "have") { Lean::Past } else { Lean::Ahead });
    }
    if deadline && matches!(text, "wants" | "want" | "could") {
        return Some(Lean::Ahead);
    }
    // "would be issued in July", "will have finished by then": the verbs before the participle tell.
    let helper = |word: &str| matches!(word, "be" | "have");
    if helper(before(1)) || (before(1).ends_with("ly") && helper(before(2))) {
        return None;
    }
    if word.is(flag::SAY) {
        return (!deadline).then_some(Lean::Plain);
    }
    if verb::is_past(text) && (verb::is_irregular_past(text) || !describes(before(1))) {
        return Some(Lean::Past);
    }
    present(words, at, date)
}

/// What a verb of the present, or "ahead of", makes of a date behind it.
fn present(words: &Words<'_>, at: usize, date: usize) -> Option<Lean> {
    let (text, next) = (words.str(at), words.str(at + 1));
    let before = at.checked_sub(1).map_or("", |before| words.str(before));
    let under_way = match text {
        "ahead" => next == "of",
        "head" | "heads" | "go" | "goes" => next == "to",
        "take" | "takes" => next == "place",
        _ => false,
    };
    if under_way {
        return Some(Lean::Ahead);
    }
    if text.len() > 5 && text.ends_with("ing") && matches!(before, "is" | "are") {
        return Some(Lean::Due);
    }
    if is_present(words, at, date) && !describes(before) {
        return Some(Lean::Due);
    }
    (is_timetable(words, at) && !describes(before) && opens_phrase(words, at + 1, date))
        .then_some(Lean::Ahead)
}

/// A word before a participle that makes it an adjective: `the proposed summit`.
fn describes(before: &str) -> bool {
    matches!(
        before,
        "the"
            | "a"
            | "an"
            | "its"
            | "his"
            | "her"
            | "their"
            | "this"
            | "that"
            | "these"
            | "those"
            | "of"
            | "for"
            | "with"
            | "no"
            | "any"
            | "some"
            | "The"
            | "A"
            | "An"
            | "our"
            | "after"
            | "by"
            | "and"
            | "in"
            | "-"
    )
}

/// Which way `to meet` makes a date point: what stands before the "to" tells.
fn infinitive(words: &Words<'_>, to: usize, deadline: bool) -> Lean {
    let before = |off: usize| to.checked_sub(off).map_or("", |before| words.str(before));
    let (aim, above) = if before(1) == "not" { (before(2), before(3)) } else { (before(1), before(2)) };
    match aim {
        "is" | "are" | "be" | "about" | "going" | "ready" | "likely" | "set" => Lean::Ahead,
        "was" | "were" if words.is_text(to + 1, "have") => Lean::Past,
        "was" | "were" => Lean::Due,
        "supposed" | "meant" if matches!(above, "was" | "were" | "been") => Lean::Past,
        _ if is_aim(aim) => match above {
            "was" | "were" => Lean::Due,
            "had" | "been" => Lean::Past,
            _ => Lean::Ahead,
        },
        _ if deadline && above != "had" && aim != "had" => Lean::Ahead,
        _ => Lean::Plain,
    }
}

/// Verbs and nouns whose `to …` is still to come.
fn is_aim(text: &str) -> bool {
    const AIMS: [&str; 40] = [
        "agree",
        "agreed",
        "agrees",
        "aim",
        "aimed",
        "aims",
        "asked",
        "directed",
        "due",
        "expect",
        "expected",
        "expects",
        "hope",
        "hoped",
        "hopes",
        "instructed",
        "intend",
        "intends",
        "invited",
        "ordered",
        "plan",
        "planned",
        "planning",
        "plans",
        "pledged",
        "promise",
        "promised",
        "promises",
        "required",
        "scheduled",
        "slated",
        "summoned",
        "threatened",
        "told",
        "vowed",
        "vows",
        "want",
        "wanted",
        "wants",
        "wish",
    ];
    AIMS.binary_search(&text).is_ok()
}

fn is_ahead(text: &str) -> bool {
    matches!(
        text,
        "will" | "scheduled" | "upcoming" | "due" | "expected" | "shall" | "slated" | "plans" | "planned"
    )
}

/// Verbs of the present that tell of a timetable: "parliament votes on Thursday".
fn is_timetable(words: &Words<'_>, at: usize) -> bool {
    matches!(
        words.str(at),
        "arrives"
            | "begins"
            | "closes"
            | "concludes"
            | "convenes"
            | "decides"
            | "departs"
            | "ends"
            | "expires"
            | "faces"
            | "hosts"
            | "kicks"
            | "meets"
            | "meet"
            | "opens"
            | "reconvenes"
            | "reopens"
            | "resumes"
            | "returns"
            | "starts"
            | "takes"
            | "travels"
            | "turns"
            | "votes"
            | "begin"
            | "convene"
            | "reopen"
            | "resume"
    ) || (words.is_text(at, "runs") && matches!(words.str(at + 1), "out" | "from" | "until"))
}

/// A verb of the present with its object: "Zambia buries its former leader on Saturday".
fn is_present(words: &Words<'_>, at: usize, date: usize) -> bool {
    let text = words.str(at);
    let ends = text.len() > 3 && text.ends_with('s') && !text.ends_with("ss") && !text.ends_with("us");
    let function = words.get(at).is_none_or(|word| word.is(flag::FUNCTION));
    ends && !function
        && at + 2 < date
        && matches!(words.str(at + 1), "the" | "a" | "an" | "its" | "his" | "her" | "their")
}

/// True when the word at `at` begins a phrase, so that the word before it may be a verb.
fn opens_phrase(words: &Words<'_>, at: usize, date: usize) -> bool {
    at == date
        || words
            .get(at)
            .is_some_and(|word| word.is(flag::FUNCTION) || word.is_capital() || word.shape == Shape::Number)
}

/// What the verbs behind an expression without a verb before it make of it.
fn behind(words: &Words<'_>, at: usize, end: usize) -> Lean {
    // "In December, the court ruled", but not "the vote in December was called off".
    let opens = (at.saturating_sub(3)..=at).any(|back| words.get(back).is_some_and(|word| word.first))
        && words.before(at).is_none_or(|before| !describes_date(words.slice(before.start, before.end)));
    for off in 0..8 {
        let Some(word) = words.get(end + off).filter(|word| !word.first) else { break };
        let text = words.slice(word.start, word.end);
        let next = words.get(end + off + 1);
        if is_border(text) || (text == "and" && next.is_some_and(|next| next.shape == Shape::Lower)) {
            break;
        }
        if word.is(flag::SAY) {
            return Lean::Plain;
        }
        if verb::is_past(text) {
            return if opens { Lean::Past } else { Lean::Plain };
        }
        let been = matches!(words.str((end + off).saturating_sub(1)), "been" | "had");
        if is_ahead(text) && !been {
            return Lean::Ahead;
        }
    }
    Lean::Plain
}

/// Words before a date that make it a part of a name or noun: `the October vote`.
fn describes_date(before: &str) -> bool {
    matches!(before, "the" | "The" | "a" | "A" | "its" | "his" | "her" | "their" | "of")
}

/// Words that open another clause.
fn is_border(text: &str) -> bool {
    matches!(
        text,
        "but"
            | "while"
            | "who"
            | "which"
            | "when"
            | "after"
            | "before"
            | "because"
            | "as"
            | "that"
            | "where"
            | "if"
    )
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

/// Which way a clause points that begins with its deadline: "By March, the rebels had taken both cities".
fn told_behind(words: &Words<'_>, end: usize) -> Option<Lean> {
    for at in end..end + 14 {
        let word = words.get(at).filter(|word| !word.first && word.gap != Gap::Line)?;
        let text = words.slice(word.start, word.end);
        if word.shape != Shape::Lower {
            continue;
        }
        if is_border(text) {
            return None;
        }
        if is_ahead(text)
            || matches!(text, "would" | "could" | "must" | "should" | "may" | "might" | "is" | "are")
        {
            return Some(Lean::Ahead);
        }
        if verb::is_irregular_past(text) {
            return Some(Lean::Past);
        }
    }
    None
}

/// A word that may be a verb behind `to`.
fn is_verb(words: &Words<'_>, word: &Word) -> bool {
    word.shape == Shape::Lower
        && !matches!(
            words.slice(word.start, word.end),
            "a" | "an"
                | "the"
                | "about"
                | "more"
                | "its"
                | "their"
                | "his"
                | "her"
                | "this"
                | "that"
                | "mid"
                | "late"
                | "early"
                | "at"
        )
}
