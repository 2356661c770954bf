//! Who a name, pronoun or role stands for.

use docmill_sdk::Span;
use std::collections::HashSet;

use super::scene::Scene;
use super::subject::{Subject, Who};
use crate::label::Label;
use crate::lexicon::flag;
use crate::word::{Word, Words};

/// A speaker as far as the text tells.
#[derive(Clone, Copy, Debug)]
pub(super) struct Speaker {
    pub(super) entity: Option<u32>,
    pub(super) span: Option<Span>,
    pub(super) score: f32,
}

impl Speaker {
    pub(super) const fn nobody() -> Self {
        Self { entity: None, span: None, score: 0.3 }
    }
}

/// What a pronoun says of the one it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gender {
    Man,
    Woman,
}

/// First names that tell a gender.
pub(super) struct Given {
    women: HashSet<&'static str>,
    men: HashSet<&'static str>,
}

impl Given {
    /// Reads the embedded list.
    pub(super) fn new() -> Self {
        let (women, men) = include_str!("../../data/given.txt").split_once("[man]").unwrap_or_default();
        let women = women.split_once("[woman]").unwrap_or_default().1;
        let names = |list: &'static str| list.split([',', '\n']).map(str::trim).collect();
        Self { women: names(women), men: names(men) }
    }

    fn gender(&self, first: &str) -> Option<Gender> {
        if self.women.contains(first) {
            return Some(Gender::Woman);
        }
        self.men.contains(first).then_some(Gender::Man)
    }
}

/// What the text has told so far.
pub(super) struct Memory<S> {
    /// What was said last.
    pub(super) said: Option<S>,
    /// The last person who spoke.
    speaker: Option<u32>,
    /// The people of the last sentences, the first named first; the newer sentence goes before the older.
    people: Vec<u32>,
    /// The last body that spoke or was named first in a sentence.
    body: Option<u32>,
    /// Nouns with the person they were said of, newest last.
    roles: Vec<(u64, u32)>,
    genders: Vec<(u32, Gender)>,
}

impl<S> Default for Memory<S> {
    fn default() -> Self {
        let (people, roles, genders) = (Vec::new(), Vec::new(), Vec::new());
        Self { said: None, speaker: None, people, body: None, roles, genders }
    }
}

/// How many words or mentions back a speaker is looked for, which keeps the work linear on endless sentences.
const REACH: usize = 200;

/// Nouns that stand for the body a text is about.
const BODIES: [&str; 32] = [
    "agency",
    "army",
    "association",
    "authority",
    "bank",
    "board",
    "body",
    "club",
    "commission",
    "committee",
    "company",
    "corporation",
    "council",
    "court",
    "department",
    "federation",
    "firm",
    "force",
    "foundation",
    "government",
    "group",
    "institute",
    "ministry",
    "office",
    "organisation",
    "organization",
    "party",
    "police",
    "report",
    "statement",
    "union",
    "university",
];

impl<S> Memory<S> {
    /// Who `subject` stands for, in the sentence that begins at word `from`.
    pub(super) fn resolve(&self, scene: &Scene<'_>, from: usize, subject: Option<Subject>) -> Speaker {
        let Some(subject) = subject else { return Speaker::nobody() };
        let span = scene.span(subject.first, subject.end);
        let found = |entity: Option<u32>, score: f32| Speaker { entity, span, score };
        match subject.kind {
            Who::Name(number) => {
                let mention = scene.article.mentions.get(number);
                let span = mention.map(|mention| mention.span);
                Speaker { entity: mention.map(|mention| mention.entity), span, score: 0.95 }
            }
            Who::He => found(self.person(scene, (from, subject.first), Some(Gender::Man)), 0.8),
            Who::She => found(self.person(scene, (from, subject.first), Some(Gender::Woman)), 0.8),
            Who::It => found(self.body, 0.6),
            Who::They => found(None, 0.4),
            Who::Role(head) => {
                self.role(scene, head).map_or(found(None, 0.4), |entity| found(Some(entity), 0.6))
            }
            Who::Same => {
                let entity = self.same(scene, from, subject.first);
                Speaker { entity, span: None, score: if entity.is_some() { 0.7 } else { 0.3 } }
            }
        }
    }

    /// Who does what the sentence tells of, up to word `to`.
    fn same(&self, scene: &Scene<'_>, from: usize, to: usize) -> Option<u32> {
        let words = scene.words;
        let pronoun = match words.str(from) {
            "He" => Some(Gender::Man),
            "She" => Some(Gender::Woman),
            "It" => return self.body,
            "They" => return None,
            _ => None,
        };
        if pronoun.is_some() {
            return self.person(scene, (from, from), pronoun);
        }
        // "Contractors stopped work, saying …" names nobody.
        let noun = usize::from(matches!(words.str(from), "The" | "A" | "An" | "Some" | "Many" | "Other"));
        let plain = words
            .get(from + noun)
            .is_some_and(|word| word.is_letters() && !word.is(flag::FUNCTION | flag::TITLE))
            && (from + noun..from + noun + 3).all(|at| scene.mention(at).is_none());
        if plain {
            return None;
        }
        let first =
            first_of(scene, from, to, |label| matches!(label, Label::Person | Label::Org | Label::Loc));
        first.or(self.speaker)
    }

    /// The person that a pronoun stands for: the first of this sentence or of the last ones who fits, then
    /// the last speaker.
    fn person(&self, scene: &Scene<'_>, (from, to): (usize, usize), gender: Option<Gender>) -> Option<u32> {
        let fits = |entity: u32| {
            let own = self.genders.iter().rev().find(|pair| pair.0 == entity).map(|pair| pair.1);
            let own = own.or_else(|| gender_of(scene, entity));
            own.is_none() || gender.is_none() || own == gender
        };
        let here =
            (from.max(to.saturating_sub(REACH))..to).filter(|&at| !scene.is_quoted(at)).find_map(|at| {
                let (_, mention) = scene.mention(at)?;
                (mention.label == Label::Person && fits(mention.entity)).then_some(mention.entity)
            });
        here.or_else(|| self.people.iter().copied().find(|&entity| fits(entity)))
            .or_else(|| self.speaker.filter(|&entity| fits(entity)))
    }

    /// The person or body that a noun was said of.
    fn role(&self, scene: &Scene<'_>, head: usize) -> Option<u32> {
        let word = scene.words.get(head)?;
        let text = scene.words.slice(word.start, word.end);
        let hash = title(scene.words, head, word);
        if let Some(pair) = self.roles.iter().rev().find(|pair| pair.0 == hash) {
            return Some(pair.1);
        }
        let Ok(at) = BODIES.binary_search(&text) else { return self.only_person(scene, head) };
        let name = BODIES.get(at)?;
        let end = scene.article.mentions.partition_point(|m| m.span.start() < word.start as usize);
        let near = scene.article.mentions.get(end.saturating_sub(REACH)..end).unwrap_or_default();
        let last = near.iter().rev().filter(|mention| mention.label == Label::Org).find(|mention| {
            let entity = scene.article.entities.get(mention.entity as usize);
            entity.is_some_and(|entity| entity.name.split(' ').any(|part| part.eq_ignore_ascii_case(name)))
        });
        let last = last.map(|mention| mention.entity);
        let statement = matches!(text, "statement" | "report");
        last.or(self
            .body
            .filter(|_| matches!(text, "company" | "firm" | "agency" | "group" | "club") || statement))
    }

    /// "The minister" of a text that has told of one person alone.
    fn only_person(&self, scene: &Scene<'_>, head: usize) -> Option<u32> {
        let words = scene.words;
        let definite = (head.saturating_sub(4)..head).rev().find(|&at| words.has(at, flag::FUNCTION));
        let definite = definite.is_some_and(|at| matches!(words.str(at), "the" | "The"));
        let &[person] = self.people.as_slice() else { return None };
        let noun = words.str(head);
        let leads = matches!(
            noun,
            "president"
                | "premier"
                | "minister"
                | "chancellor"
                | "governor"
                | "mayor"
                | "senator"
                | "ambassador"
                | "king"
                | "queen"
                | "prince"
                | "princess"
                | "pope"
                | "bishop"
                | "archbishop"
                | "general"
                | "leader"
                | "chief"
                | "director"
                | "chairman"
                | "chairwoman"
                | "secretary"
                | "coach"
                | "captain"
                | "manager"
                | "striker"
                | "singer"
                | "actor"
                | "actress"
                | "author"
                | "writer"
                | "champion"
                | "billionaire"
                | "tycoon"
                | "envoy"
                | "commander"
                | "professor"
                | "lawmaker"
                | "politician"
        );
        (definite && leads).then_some(person)
    }

    /// Takes in the sentence of the words `[from, to)`, whose last speech was `speaker`'s.
    pub(super) fn pass(&mut self, scene: &Scene<'_>, from: usize, to: usize, speaker: Option<Speaker>) {
        let label = |entity: u32| scene.article.entities.get(entity as usize).map(|entity| entity.label);
        let mut here: Vec<u32> = Vec::new();
        let mut at = from;
        while at < to {
            let Some((_, mention)) = scene.mention(at).filter(|_| !scene.is_quoted(at)) else {
                at += 1;
                continue;
            };
            let first = at;
            while scene.mention(at).is_some_and(|(_, other)| other.span == mention.span) {
                at += 1;
            }
            match mention.label {
                Label::Person => {
                    self.learn(scene, (from, to), (first, at), mention.entity);
                    if !here.contains(&mention.entity) && here.len() < 4 {
                        here.push(mention.entity);
                    }
                }
                Label::Org if here.is_empty() => self.body = Some(mention.entity),
                _ => {}
            }
        }
        let entity = speaker.and_then(|speaker| speaker.entity);
        match entity.and_then(label) {
            Some(Label::Person) => {
                self.speaker = entity;
                here.retain(|&other| Some(other) != entity);
                here.insert(0, entity.unwrap_or_default());
            }
            Some(Label::Org) => self.body = entity,
            _ => {}
        }
        self.people.retain(|other| !here.contains(other));
        here.append(&mut self.people);
        here.truncate(6);
        self.people = here;
    }

    /// Remembers the titles before a person's name and the nouns of an apposition behind it.
    fn learn(
        &mut self,
        scene: &Scene<'_>,
        (from, to): (usize, usize),
        (first, end): (usize, usize),
        entity: u32,
    ) {
        let words = scene.words;
        for at in (from.max(first.saturating_sub(4))..first).rev() {
            let text = words.str(at);
            match text {
                "Mr" | "Sir" | "Lord" | "King" => self.genders.push((entity, Gender::Man)),
                "Mrs" | "Ms" | "Miss" | "Lady" | "Queen" | "Madam" => {
                    self.genders.push((entity, Gender::Woman));
                }
                "." => {}
                _ if !words.has(at, flag::ROLE | flag::TITLE) => break,
                _ => self.roles.extend(words.get(at).map(|word| (title(words, at, word), entity))),
            }
        }
        if words.is_text(end, ",") {
            let clause =
                (end + 1..to.min(end + 10)).take_while(|&at| !words.is_text(at, ",")).collect::<Vec<_>>();
            for at in clause {
                let word = words.get(at).filter(|word| word.is(flag::ROLE | flag::TITLE));
                self.roles.extend(word.map(|word| (title(words, at, word), entity)));
            }
        }
        if self.roles.len() > 200 {
            self.roles.drain(..100);
        }
        if self.genders.len() > 200 {
            self.genders.drain(..100);
        }
    }
}

/// The hash of a title, in which a vice president is no president.
fn title(words: &Words<'_>, at: usize, word: &Word) -> u64 {
    let before = at.checked_sub(1).map_or("", |before| words.str(before));
    let before =
        if before == "-" { at.checked_sub(2).map_or("", |before| words.str(before)) } else { before };
    word.hash ^ u64::from(["vice", "deputy"].iter().any(|rank| rank.eq_ignore_ascii_case(before)))
}

/// The first mention in `[from, to)` outside of marks whose label is wanted.
fn first_of(scene: &Scene<'_>, from: usize, to: usize, wanted: impl Fn(Label) -> bool) -> Option<u32> {
    (from.max(to.saturating_sub(REACH))..to).filter(|&at| !scene.is_quoted(at)).find_map(|at| {
        let (_, mention) = scene.mention(at)?;
        wanted(mention.label).then_some(mention.entity)
    })
}

/// What the first name of a person tells.
fn gender_of(scene: &Scene<'_>, entity: u32) -> Option<Gender> {
    let name = scene.article.entities.get(entity as usize)?.name.as_str();
    let first = name.split(' ').next().filter(|first| first.len() < name.len())?.to_lowercase();
    scene.given.gender(&first)
}
