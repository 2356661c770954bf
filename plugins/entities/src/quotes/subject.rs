//! The words that stand for who speaks.

use super::scene::Scene;
use crate::label::Label;
use crate::lexicon::flag;
use crate::word::Shape;

/// Words between a speaker and the verb.
const ADVERBS: [&str; 20] = [
    "again",
    "already",
    "also",
    "earlier",
    "even",
    "further",
    "had",
    "has",
    "have",
    "later",
    "never",
    "now",
    "often",
    "once",
    "recently",
    "repeatedly",
    "then",
    "was",
    "will",
    "would",
];

/// Words that open a noun phrase.
const DETERMINERS: [&str; 23] = [
    "A", "An", "Another", "Her", "His", "One", "The", "Their", "a", "an", "another", "her", "his", "its",
    "many", "one", "several", "some", "that", "the", "their", "this", "two",
];

/// Nouns for people who speak, beside the titles of the word lists.
const ROLES: [&str; 26] = [
    "brother",
    "daughter",
    "father",
    "head",
    "husband",
    "lawyer",
    "lawyers",
    "leader",
    "leaders",
    "member",
    "members",
    "mother",
    "official",
    "officials",
    "resident",
    "residents",
    "sister",
    "son",
    "source",
    "sources",
    "spokesman",
    "spokesperson",
    "spokeswoman",
    "wife",
    "witness",
    "witnesses",
];

/// The words that stand for a speaker.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subject {
    pub(super) first: usize,
    pub(super) end: usize,
    pub(super) kind: Who,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// A mention, by its index.
    Name(usize),
    He,
    She,
    It,
    They,
    /// A noun, as the index of its word.
    Role(usize),
    /// Whoever speaks in the rest of the sentence: `…, adding that`.
    Same,
}

/// Who says what the verb at `at` reports.
pub(super) fn subject(scene: &Scene<'_>, (from, to): (usize, usize), at: usize) -> Option<Subject> {
    let words = scene.words;
    let comma = at > from && words.is_text(at - 1, ",");
    let quote = at > from && (scene.closes(at - 1) || (comma && at > from + 1 && scene.closes(at - 2)));
    let participle = words.str(at).ends_with("ing");
    if participle {
        let same = Subject { first: at, end: at, kind: Who::Same };
        return Some(same);
    }
    if quote {
        return after(scene, at + 1, to).or_else(|| before(scene, from, at));
    }
    let found = before(scene, from, at);
    if found.is_none() && at > from && matches!(words.str(at - 1), "and" | "but") {
        return Some(Subject { first: at, end: at, kind: Who::Same });
    }
    if found.is_none() && (comma || at == from) { closing(scene, at + 1, to) } else { found }
}

/// The speaker behind `said` at the end of a sentence: `…, said the minister.`
fn closing(scene: &Scene<'_>, at: usize, to: usize) -> Option<Subject> {
    let found = after(scene, at, to)?;
    // ", said X, head of the institute for …": the comma tells that no clause follows.
    let set_off = matches!(scene.words.str(found.end), "," | "(" | "who");
    let rest = scene.count(found.end, to.min(found.end + 20));
    (rest < 8 || set_off).then_some(found)
}

/// The speaker named from word `at` on.
pub(super) fn after(scene: &Scene<'_>, at: usize, to: usize) -> Option<Subject> {
    let words = scene.words;
    let mut org = None;
    let mut role: Option<usize> = None;
    let mut place = false;
    for next in at..to.min(at + 14) {
        let word = words.get(next)?;
        let text = words.slice(word.start, word.end);
        if let Some((number, mention)) = scene.mention(next) {
            let first = scene.mention_start(next);
            let named = Subject { first, end: mention_end(scene, next), kind: Who::Name(number) };
            if mention.label == Label::Person && role.is_none_or(|_| !place) {
                return Some(named);
            }
            if org.is_none() && matches!(mention.label, Label::Org | Label::Loc | Label::Norp | Label::Fac) {
                org = Some(named);
            }
            continue;
        }
        if next == at
            && let Some(kind) = pronoun(text)
        {
            return Some(Subject { first: at, end: at + 1, kind });
        }
        let tight = matches!(text, "-" | "’" | "'" | "&");
        if scene.is_quoted(next) || (word.shape == Shape::Mark && !tight) || matches!(text, "that" | "who") {
            break;
        }
        if word.shape == Shape::Lower && next == at && !is_determiner(text) && word.is(flag::FUNCTION) {
            return None;
        }
        if matches!(text, "of" | "for" | "from" | "at" | "in" | "with" | "on") {
            place = true;
        } else if !place
            && word.is_letters()
            && (word.is(flag::ROLE | flag::TITLE) || !word.is(flag::FUNCTION))
        {
            role = Some(next);
        }
    }
    let head = role.filter(|&head| org.is_none_or(|org: Subject| org.first < head || is_role(scene, head)));
    match (head, org) {
        (Some(head), _) => Some(Subject { first: at, end: head + 1, kind: Who::Role(head) }),
        (None, org) => org,
    }
}

fn mention_end(scene: &Scene<'_>, at: usize) -> usize {
    let own = scene.mention(at).map(|pair| pair.0);
    let mut end = at + 1;
    while scene.mention(end).is_some_and(|pair| Some(pair.0) == own) {
        end += 1;
    }
    end
}

/// The speaker named before the verb at `at`.
fn before(scene: &Scene<'_>, from: usize, at: usize) -> Option<Subject> {
    let words = scene.words;
    let mut end = at;
    while end > from && is_adverb(words.str(end - 1)) {
        end -= 1;
    }
    if end == from || scene.is_quoted(end - 1) {
        return None;
    }
    if matches!(words.str(end - 1), "who" | "which") {
        end -= 1 + usize::from(end > from + 1 && words.is_text(end - 2, ","));
        return phrase(scene, from, end);
    }
    if words.is_text(end - 1, ",") {
        // "On Tuesday, he said": nothing stands between two commas.
        let named = |found: &Subject| matches!(found.kind, Who::Name(_));
        let role = |found: &Subject| match found.kind {
            Who::Role(head) => is_role(scene, head) && found.first == from,
            _ => false,
        };
        return introduced(scene, from, end - 1)
            .or_else(|| apposition(scene, from, end - 1, named))
            .or_else(|| phrase(scene, from, end - 1).filter(named))
            .or_else(|| apposition(scene, from, end - 1, role));
    }
    if words.is_text(end - 1, ")") {
        let open = (from.max(end.saturating_sub(40))..end).rev().find(|&open| words.is_text(open, "("))?;
        return phrase(scene, from, open);
    }
    phrase(scene, from, end)
}

/// `the patriarch, X, said`: a noun with its article, and the person's name between commas.
fn introduced(scene: &Scene<'_>, from: usize, comma: usize) -> Option<Subject> {
    let found = phrase(scene, from, comma)?;
    let Who::Name(number) = found.kind else { return None };
    let person = scene.article.mentions.get(number).is_some_and(|m| m.label == Label::Person);
    let outer =
        found.first.checked_sub(1).filter(|&at| person && at > from && scene.words.is_text(at, ","))?;
    let outer = unit(scene, from, outer)?;
    let noun = matches!(outer.kind, Who::Role(_)) && is_determiner(scene.words.str(outer.first));
    noun.then_some(found)
}

/// `X, the minister for trade, said`: the words before the first of the two commas.
fn apposition(
    scene: &Scene<'_>,
    from: usize,
    comma: usize,
    wanted: impl Fn(&Subject) -> bool,
) -> Option<Subject> {
    let mut at = comma;
    for _ in 0..3 {
        at = (from.max(comma.saturating_sub(30))..at)
            .rev()
            .find(|&at| scene.words.is_text(at, ",") && !scene.is_quoted(at))?;
        if at > from
            && let Some(found) = phrase(scene, from, at)
            && wanted(&found)
        {
            return Some(found);
        }
    }
    None
}

/// The noun phrase that ends before word `end`.
fn phrase(scene: &Scene<'_>, from: usize, end: usize) -> Option<Subject> {
    let unit = unit(scene, from, end)?;
    let words = scene.words;
    let inner =
        unit.first > from + 1 && matches!(words.str(unit.first - 1), "of" | "for" | "from" | "at" | "in");
    if inner && let Some(outer) = self::unit(scene, from, unit.first - 1) {
        // "Police in Manila": a place where somebody is says nothing.
        let placed = matches!(words.str(unit.first - 1), "in" | "at") && matches!(unit.kind, Who::Name(_));
        if placed && matches!(outer.kind, Who::Name(_) | Who::Role(_)) {
            return Some(outer);
        }
        let person = match outer.kind {
            Who::Name(number) => scene.article.mentions.get(number).is_some_and(|m| m.label == Label::Person),
            Who::Role(head) => is_role(scene, head),
            _ => false,
        };
        if person {
            return Some(if matches!(outer.kind, Who::Role(_)) { Subject { end, ..outer } } else { outer });
        }
    }
    Some(unit)
}

/// A name or noun with what stands before it, back to its article.
fn unit(scene: &Scene<'_>, from: usize, end: usize) -> Option<Subject> {
    let words = scene.words;
    let last = end.checked_sub(1).filter(|&last| last >= from && !scene.is_quoted(last))?;
    if let Some((number, _)) = scene.mention(last) {
        let name = scene.mention_start(last);
        let mut first = name;
        while first > from && name - first < 8 && is_modifier(scene, first - 1) {
            first -= 1;
        }
        let kind = Who::Name(number);
        return Some(if first > from && is_determiner(words.str(first - 1)) {
            Subject { first: first - 1, end, kind }
        } else {
            Subject { first, end, kind }
        });
    }
    if let Some(kind) = pronoun(words.str(last)) {
        return Some(Subject { first: last, end, kind });
    }
    let word = words.get(last).filter(|word| word.is_letters())?;
    if word.is(flag::FUNCTION) && word.shape == Shape::Lower {
        return None;
    }
    let mut first = last;
    while first > from
        && last - first < 10
        && (is_modifier(scene, first - 1) || scene.mention(first - 1).is_some())
    {
        first -= 1;
    }
    if first > from && is_determiner(words.str(first - 1)) {
        first -= 1;
    }
    Some(Subject { first, end, kind: Who::Role(last) })
}

/// A word that may stand before the noun of a phrase.
fn is_modifier(scene: &Scene<'_>, at: usize) -> bool {
    let Some(word) = scene.words.get(at).filter(|_| !scene.is_quoted(at)) else { return false };
    match word.shape {
        Shape::Mark => scene.words.is_text(at, "-") || scene.words.is_text(at, "."),
        Shape::Possessive => true,
        _ => !word.is(flag::FUNCTION | flag::SAY) && !is_adverb(scene.words.str(at)),
    }
}

/// A noun for somebody who may speak.
fn is_role(scene: &Scene<'_>, at: usize) -> bool {
    scene.words.has(at, flag::ROLE | flag::TITLE) || ROLES.contains(&scene.words.str(at))
}

fn pronoun(text: &str) -> Option<Who> {
    Some(match text {
        "he" | "He" => Who::He,
        "she" | "She" => Who::She,
        "it" | "It" => Who::It,
        "they" | "They" => Who::They,
        _ => return None,
    })
}

fn is_determiner(text: &str) -> bool {
    DETERMINERS.contains(&text)
}

fn is_adverb(text: &str) -> bool {
    ADVERBS.contains(&text) || (text.len() > 4 && text.ends_with("ly"))
}
