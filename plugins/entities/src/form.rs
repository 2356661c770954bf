//! Gathers what a document says of each written form and decides on one label for it.

mod calibration;
pub(crate) mod features;
mod learned;

use std::collections::HashMap;

use self::calibration::RIGHT;
pub(crate) use self::learned::Judge;
use crate::label::Label;
use crate::lexicon::flag;
use crate::run::{Candidate, known_label};
use crate::word::{Gap, Shape, Word, Words};

/// Evidence for each label, in the order of [`NAMES`]; about the scale of twice the log odds.
pub(crate) type Scores = [i32; 7];

/// The labels of names in the order of the scores.
pub const NAMES: [Label; 7] =
    [Label::Person, Label::Org, Label::Loc, Label::Fac, Label::Norp, Label::Product, Label::Misc];

const PERSON: usize = 0;
const ORG: usize = 1;
const LOC: usize = 2;
const MISC: usize = 6;

/// The word lists that explanations name.
const LISTED: [(u64, &str); 9] = [
    (flag::COUNTRY, "countries"),
    (flag::PLACE, "places"),
    (flag::NORP, "peoples"),
    (flag::ORG, "organisations"),
    (flag::FAC, "facilities"),
    (flag::PRODUCT, "products"),
    (flag::MISC, "events and works"),
    (flag::FIRST, "first names"),
    (flag::SURNAME, "surnames"),
];

/// A name as it is written, with all its mentions.
pub(crate) struct Form {
    /// In small letters, without possessives.
    pub(crate) key: String,
    pub(crate) scores: Scores,
    pub(crate) words: usize,
    /// Mentions whose capital is not the sentence's.
    pub(crate) strong: u32,
    pub(crate) count: u32,
    /// The long form that this one abbreviates, as an index.
    pub(crate) long: Option<usize>,
    /// Group of the word lists; 0 for none.
    pub(crate) group: u16,
    pub(crate) label: Option<Label>,
    /// The share of names with this label and lead that are right, 0 to 1.
    pub(crate) score: f32,
    /// By how many points the label leads before the next.
    lead: u32,
    flags: u64,
    /// Evidence from the words around the mentions, summed.
    context: Scores,
    /// A single word that is an ordinary one in small letters.
    common: bool,
    /// The first word is in no list, so that it may stand for the whole.
    opens_own: bool,
    /// Mentions behind a title.
    titles: u32,
    /// The label that a head word or list entry gave the first mention.
    head: Option<Label>,
    /// The label of the longer name that this one may be a part of, as an index.
    part: Option<usize>,
    /// The first candidate, as an index.
    candidate: usize,
    /// What the model went by, if that was wanted.
    learned: Option<String>,
}

/// The forms of a document and the form of each candidate.
pub(crate) struct Forms {
    pub(crate) list: Vec<Form>,
    /// For each candidate the index of its form.
    pub(crate) of: Vec<usize>,
}

impl Forms {
    /// Gathers the evidence of all candidates and decides; linear but for looking up surnames.
    pub(crate) fn decide(words: &Words<'_>, candidates: &[Candidate], judge: Judge<'_>) -> Self {
        let small = small_words(words);
        let mut forms = Self { list: Vec::new(), of: Vec::with_capacity(candidates.len()) };
        let mut index: HashMap<String, usize> = HashMap::new();
        for (number, candidate) in candidates.iter().enumerate() {
            let text = text_of(words, candidate);
            let key = text.trim_end_matches('.').to_lowercase();
            let at = *index.entry(key.clone()).or_insert_with(|| {
                forms.list.push(Form { candidate: number, ..Form::new(words, candidate, key) });
                forms.list.len() - 1
            });
            forms.of.push(at);
            if let Some(form) = forms.list.get_mut(at) {
                form.observe(words, candidate);
            }
        }
        forms.list.iter_mut().for_each(Form::weigh);
        forms.link_brackets(words, candidates);
        forms.link_parts();
        for form in &mut forms.list {
            form.settle(&small);
        }
        forms.ask(judge, words, candidates, &small);
        forms
    }

    /// What decided on the label of `form`, for people: the points of each label and where they come from.
    pub(crate) fn why(&self, form: &Form, candidate: &Candidate) -> String {
        let mut points: Vec<(i32, Label)> =
            form.scores.into_iter().zip(NAMES).filter(|pair| pair.0 > 0).collect();
        points.sort_by_key(|pair| std::cmp::Reverse(pair.0));
        let points: Vec<String> = points.iter().map(|(score, label)| format!("{label} {score}")).collect();
        let mut parts = vec![format!("{} (leads by {})", points.join(", "), form.lead)];
        let lists: Vec<&str> =
            LISTED.iter().filter(|(flag, _)| form.flags & flag != 0).map(|(_, name)| *name).collect();
        if !lists.is_empty() {
            parts.push(format!("word lists: {}", lists.join(", ")));
        }
        parts.extend(form.head.map(|label| format!("head word: {label}")));
        if form.titles > 0 {
            parts.push(format!("behind a title {} of {} times", form.titles, form.count));
        }
        let around = form.context.into_iter().zip(NAMES).filter(|pair| pair.0 != 0);
        let around: Vec<String> = around.map(|(score, label)| format!("{label} {score:+}")).collect();
        if !around.is_empty() {
            parts.push(format!("words around: {}", around.join(", ")));
        }
        let long = form.long.and_then(|long| self.list.get(long));
        parts.extend(long.map(|long| format!("stands in brackets behind `{}`", long.key)));
        if candidate.mixed {
            parts.push("a place with an unknown word".to_owned());
        }
        parts.extend(form.learned.clone());
        parts.join("; ")
    }

    /// `Jordan Food and Drug Administration (JFDA)`: the short form takes the long form's evidence.
    fn link_brackets(&mut self, words: &Words<'_>, candidates: &[Candidate]) {
        for (at, pair) in candidates.windows(2).enumerate() {
            let [long, short] = pair else { continue };
            let bracket =
                words.is_text(long.end, "(") && short.first == long.end + 1 && words.is_text(short.end, ")");
            let (Some(&of_long), Some(&of_short)) = (self.of.get(at), self.of.get(at + 1)) else { continue };
            let acronym = short.end == short.first + 1
                && words
                    .get(short.first)
                    .is_some_and(|word| matches!(word.shape, Shape::Upper | Shape::Mixed));
            if !bracket || !acronym || of_long == of_short || long.end < long.first + 2 {
                continue;
            }
            let mut scores = self.list.get(of_long).map_or([0; 7], |form| form.scores);
            if scores.iter().all(|&score| score < 8) {
                scores = [0, 6, 0, 0, 0, 0, 0];
            }
            if let Some(form) = self.list.get_mut(of_long) {
                add(&mut form.scores, ORG, 4);
            }
            if let Some(form) = self.list.get_mut(of_short) {
                form.long = Some(of_long);
                for (own, other) in form.scores.iter_mut().zip(scores) {
                    *own += other.min(8);
                }
            }
        }
    }

    /// A lone surname or first name takes the evidence of the full name, a firm's first word that of the firm.
    fn link_parts(&mut self) {
        let mut parts: HashMap<String, usize> = HashMap::new();
        for form in &self.list {
            let first = form.key.split(' ').next().unwrap_or_default();
            if form.words > 1 && form.scores[ORG] > 7 && form.opens_own && form.scores[PERSON] < 7 {
                parts.entry(first.to_owned()).or_insert(ORG);
                continue;
            }
            let person = form.scores.iter().skip(1).all(|&other| other < form.scores[PERSON]);
            if form.words < 2 || form.scores[PERSON] < 3 || !person || form.flags & flag::NAME != 0 {
                continue;
            }
            let last = form.key.rsplit(' ').next().unwrap_or_default();
            for part in [last, first] {
                parts.insert(part.to_owned(), PERSON);
            }
            if let Some((_, rest)) = form.key.split_once(' ') {
                parts.insert(rest.to_owned(), PERSON);
            }
        }
        for form in &mut self.list {
            if let Some(&label) = parts.get(form.key.as_str())
                && form.flags & flag::COUNTRY == 0
                && (label == PERSON || form.flags & flag::NAME == 0 && form.words == 1)
            {
                add(&mut form.scores, label, if label == PERSON { 8 } else { 5 });
                form.strong += 1;
                form.part = Some(label);
            }
        }
    }
}

impl Form {
    fn new(words: &Words<'_>, candidate: &Candidate, key: String) -> Self {
        let mut form = Self {
            key,
            scores: [0; 7],
            words: candidate.end - candidate.first,
            strong: 0,
            count: 0,
            long: None,
            group: candidate.known.group,
            label: None,
            score: 0.0,
            lead: 0,
            flags: candidate.known.flags,
            context: [0; 7],
            common: candidate.end == candidate.first + 1 && words.has(candidate.first, flag::COMMON),
            titles: 0,
            part: None,
            candidate: 0,
            learned: None,
            head: candidate.head,
            opens_own: words.get(candidate.first).is_some_and(|word| word.entry.flags == 0),
        };
        form.shape(words, candidate);
        form
    }

    /// Evidence from the form itself.
    fn shape(&mut self, words: &Words<'_>, candidate: &Candidate) {
        if let Some(label) = candidate.head {
            let weight = if candidate.known.flags & flag::NAME != 0 { 10 } else { 9 };
            add(&mut self.scores, index_of(label), weight);
            if candidate.known.flags & (flag::FIRST | flag::SURNAME) != 0
                && candidate.known.flags & flag::COUNTRY == 0
            {
                add(&mut self.scores, index_of(label), -5);
            }
        }
        if candidate.mixed {
            add(&mut self.scores, ORG, 5);
        }
        let capitals =
            (candidate.first..candidate.end).filter_map(|at| words.get(at)).filter(|word| word.is_capital());
        let capitals: Vec<&Word> = capitals.collect();
        let Some((first, last)) = capitals.first().zip(capitals.last()) else { return };
        if candidate.head.is_some() {
            return;
        }
        if first.is(flag::FIRST) {
            add(&mut self.scores, PERSON, if capitals.len() > 1 { 6 } else { 3 });
        }
        if last.is(flag::SURNAME) {
            add(&mut self.scores, PERSON, if capitals.len() > 1 { 4 } else { 2 });
        }
        if capitals.len() > 1 {
            let plain = capitals.iter().all(|word| matches!(word.shape, Shape::Cap | Shape::Initial));
            let common = capitals.iter().any(|word| word.is(flag::COMMON | flag::TOPIC | flag::COMPASS));
            if plain && capitals.len() < 5 && !common {
                add(&mut self.scores, PERSON, 3);
            }
            if common {
                add(&mut self.scores, ORG, 2);
                add(&mut self.scores, MISC, 2);
            }
            if capitals.iter().any(|word| word.shape == Shape::Initial) {
                add(&mut self.scores, PERSON, 3);
            }
            if capitals.iter().skip(1).any(|word| word.shape == Shape::Upper) {
                add(&mut self.scores, ORG, 2);
            }
        } else if first.shape == Shape::Upper && !first.is(flag::COMMON) && first.end - first.start < 7 {
            add(&mut self.scores, ORG, 4);
        } else if first.shape == Shape::Mixed {
            add(&mut self.scores, ORG, 2);
        }
        self.inner(words, candidate);
    }

    fn inner(&mut self, words: &Words<'_>, candidate: &Candidate) {
        for at in candidate.first..candidate.end {
            let Some(word) = words.get(at) else { continue };
            let text = words.slice(word.start, word.end);
            if text == "&" {
                add(&mut self.scores, ORG, 5);
            }
            if word.shape == Shape::Lower && word.is(flag::PARTICLE) {
                add(&mut self.scores, PERSON, 2);
            }
            if word.shape == Shape::Lower && word.gap == Gap::None {
                add(&mut self.scores, PERSON, 3);
            }
            if word.is(flag::PARTICLE) && word.is_capital() && candidate.end > at + 1 {
                add(&mut self.scores, PERSON, 2);
            }
        }
    }

    /// Evidence from the words around one mention.
    fn observe(&mut self, words: &Words<'_>, candidate: &Candidate) {
        let Some(first) = words.get(candidate.first) else { return };
        self.count += 1;
        if !first.first || candidate.title || candidate.end > candidate.first + 1 {
            self.strong += 1;
        }
        self.titles += u32::from(candidate.title);
        self.before(words, candidate.first);
        self.after(words, candidate.end);
    }

    /// Takes the average of the context into the scores: many mentions make a form surer, not without end.
    fn weigh(&mut self) {
        let count = self.count.max(1) as i32;
        let place = self.flags & flag::NAME != 0 && self.flags & (flag::FIRST | flag::SURNAME) == 0;
        for (at, (score, context)) in self.scores.iter_mut().zip(self.context).enumerate() {
            let sum = if count > 3 { context * 3 / count } else { context };
            *score += if place && at == PERSON { sum.min(2) } else { sum };
        }
        if self.titles * 4 >= self.count && self.titles > 0 && !place {
            add(&mut self.scores, PERSON, 7);
        }
    }

    fn before(&mut self, words: &Words<'_>, at: usize) {
        let Some(before) = words.before(at) else { return };
        let text = words.slice(before.start, before.end);
        if before.shape == Shape::Mark {
            let wanted = at.checked_sub(2).and_then(|at| words.get(at));
            if text == "," && wanted.is_some_and(|word| word.is(flag::ROLE)) {
                add(&mut self.context, PERSON, 3);
            }
            return;
        }
        if before.is(flag::PLACE_CUE) {
            add(&mut self.context, LOC, 2);
        }
        if before.is(flag::ROLE | flag::TITLE) {
            add(&mut self.context, PERSON, 4);
        }
        match text {
            "the" | "The" => {
                add(&mut self.context, PERSON, -4);
                add(&mut self.context, ORG, 1);
            }
            "by" | "with" => add(&mut self.context, PERSON, 1),
            "of" if at > 1 && words.has(at - 2, flag::LOC_HEAD) => add(&mut self.context, LOC, 5),
            "of" if at > 1
                && matches!(
                    words.str(at - 2),
                    "capital" | "people" | "north" | "south" | "east" | "west"
                ) =>
            {
                add(&mut self.context, LOC, 4);
            }
            _ => {}
        }
    }

    fn after(&mut self, words: &Words<'_>, end: usize) {
        let Some(next) = words.get(end).filter(|next| next.gap != Gap::Line) else { return };
        let text = words.slice(next.start, next.end);
        if next.is(flag::SAY) {
            add(&mut self.context, PERSON, 2);
            add(&mut self.context, ORG, 1);
        } else if next.is(flag::ACT) {
            add(&mut self.context, PERSON, 2);
        } else if next.shape == Shape::Lower && next.is(flag::LOC_HEAD) {
            add(&mut self.context, LOC, 4);
        } else if next.shape == Shape::Lower && next.is(flag::FAC_HEAD) {
            add(&mut self.context, LOC, 2);
        } else if next.shape == Shape::Lower && next.is(flag::ORG_HEAD) {
            add(&mut self.context, ORG, 2);
        }
        match text {
            "," => self.after_comma(words, end + 1),
            "who" | "whose" => add(&mut self.context, PERSON, 3),
            "(" if words.get(end + 1).is_some_and(|word| word.shape == Shape::Number)
                && words.is_text(end + 2, ")")
                && words.str(end + 1).len() == 2 =>
            {
                add(&mut self.context, PERSON, 5);
            }
            "spokesman" | "spokeswoman" | "spokesperson" | "chairman" | "president" | "director"
            | "chief" | "official" | "officials" => add(&mut self.context, ORG, 2),
            _ => {}
        }
    }

    fn after_comma(&mut self, words: &Words<'_>, at: usize) {
        let Some(next) = words.get(at) else { return };
        let text = words.slice(next.start, next.end);
        if next.shape == Shape::Number && text.len() == 2 && matches!(words.str(at + 1), "," | "." | "-") {
            add(&mut self.context, PERSON, 5);
        } else if text == "who" || text == "whose" {
            add(&mut self.context, PERSON, 4);
        } else if next.is_capital() && next.is(flag::COUNTRY | flag::PLACE) {
            add(&mut self.context, LOC, 3);
        } else if next.is(flag::ROLE) && next.shape == Shape::Lower {
            add(&mut self.context, PERSON, 2);
        } else if matches!(text, "a" | "an" | "the") && words.has(at + 1, flag::ROLE) {
            add(&mut self.context, PERSON, 3);
        }
    }

    /// Chooses the label, or none when the evidence does not suffice.
    fn settle(&mut self, small: &[u64]) {
        let mut best = 0;
        for at in 1..self.scores.len() {
            if self.scores.get(at) > self.scores.get(best) {
                best = at;
            }
        }
        let top = self.scores.get(best).copied().unwrap_or(0);
        let known = known_label(self.flags).is_some();
        if self.strong == 0 && !known && self.words == 1 {
            let ordinary = small.binary_search(&crate::lexicon::hash(self.key.as_bytes())).is_ok();
            if ordinary || top < 3 {
                return;
            }
        }
        if top < 1 {
            if self.words == 1 && (self.strong < 2 || self.common) {
                return;
            }
            best = ORG;
        }
        let next = self.scores.iter().enumerate().filter(|&(at, _)| at != best).map(|pair| *pair.1).max();
        self.lead = (top - next.unwrap_or(0).max(0)).max(0) as u32;
        let row = RIGHT.get(best).map_or(&[][..], |row| row.as_slice());
        let right = row.get(self.lead as usize).or(row.last()).copied().unwrap_or(0);
        self.score = f32::from(right) / 100.0;
        self.label = NAMES.get(best).copied();
    }
}

/// Hashes of the words in small letters, sorted.
pub(crate) fn small_words(words: &Words<'_>) -> Vec<u64> {
    let mut small: Vec<u64> =
        words.list.iter().filter(|word| word.shape == Shape::Lower).map(|word| word.hash).collect();
    small.sort_unstable();
    small
}

/// The text that a candidate covers.
pub(crate) fn text_of<'a>(words: &Words<'a>, candidate: &Candidate) -> &'a str {
    match (words.get(candidate.first), words.get(candidate.end.saturating_sub(1))) {
        (Some(first), Some(last)) => words.slice(first.start, last.end),
        _ => "",
    }
}

fn index_of(label: Label) -> usize {
    NAMES.iter().position(|&name| name == label).unwrap_or(MISC)
}

fn add(scores: &mut Scores, at: usize, weight: i32) {
    if let Some(score) = scores.get_mut(at) {
        *score += weight;
    }
}
