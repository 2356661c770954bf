//! Who said what: finds reported speech and its speakers.
//!
//! [`Quoter`] takes the quotations in marks, the sentences and the entities of a text and gives every quotation
//! with its speaker, without arrow.

mod clause;
mod cue;
pub mod marks;
mod scene;
mod speaker;
pub mod stage;
mod subject;

use docmill_sdk::Span;
use docmill_sdk::schemars::{self, JsonSchema};
use docmill_sdk::serde::Deserialize;
use std::collections::HashMap;

use crate::annotator::{Entity, Mention};
use crate::lexicon::Lexicon;
use crate::lists;
use crate::word::Words;
use clause::{clause, closed};
use cue::{Cue, Takes, cues};
use scene::{Piece, Scene};
use speaker::{Given, Memory, Speaker};
use subject::Who;

/// Words of a stretch in marks that nobody utters and that still is no nickname: below this it is left out.
const UTTERED: usize = 4;

/// A piece of direct speech, with its marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Direct {
    /// Where it stands.
    pub span: Span,
    /// Pieces of one quotation share this number.
    pub group: u32,
}

/// One document as the stage sees it.
#[derive(Clone, Copy, Debug)]
pub struct Article<'a> {
    /// The whole text; all offsets are bytes of it.
    pub text: &'a str,
    /// Where the article proper begins: what stands before, such as a dateline, is nobody's speech.
    pub body_start: usize,
    /// Sentences in text order; without them nothing is found.
    pub sentences: &'a [Span],
    /// The stretches in quotation marks, in text order.
    pub direct: &'a [Direct],
    /// The mentions of entities, in text order.
    pub mentions: &'a [Mention],
    /// What the mentions' `entity` counts.
    pub entities: &'a [Entity],
}

/// How speech is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(crate = "docmill_sdk::serde", rename_all = "lowercase")]
pub enum Kind {
    /// In quotation marks.
    Direct,
    /// In a clause of the writer's.
    Indirect,
    /// In a clause that holds words in quotation marks.
    Mixed,
}

impl Kind {
    /// The kind as exports write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Indirect => "indirect",
            Self::Mixed => "mixed",
        }
    }
}

/// A quotation, or one piece of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quotation {
    /// The words said: with their marks, or the reported clause without "that" and the final stop.
    pub span: Span,
    /// How they are reported.
    pub kind: Kind,
    /// Pieces of one quotation share this number, which counts from 0 within a document.
    pub group: u32,
    /// The entity that speaks, if the text names it.
    pub speaker: Option<u32>,
    /// The words that stand for the speaker: a name, a pronoun, a role.
    pub speaker_span: Option<Span>,
    /// The verb of saying, or "according to".
    pub cue: Option<Span>,
    /// How sure the speaker is, 0 to 1.
    pub score: f32,
}

/// Finds quotations; built once, shared by any number of documents.
pub struct Quoter {
    lexicon: Lexicon,
    given: Given,
}

impl Default for Quoter {
    fn default() -> Self {
        Self::new()
    }
}

impl Quoter {
    /// Reads the word lists; takes a few milliseconds.
    #[must_use]
    pub fn new() -> Self {
        Self { lexicon: lists::lexicon(), given: Given::new() }
    }

    /// Finds the quotations of `article`, sorted by place; what `out` held before is gone.
    ///
    /// Takes time linear in the text; empty text gives nothing. Stretches in marks that nobody in the text
    /// utters, such as nicknames, are left out.
    pub fn quotations(&self, article: &Article<'_>, out: &mut Vec<Quotation>) {
        out.clear();
        let Some(first) = article.sentences.first() else { return };
        let words = Words::scan(article.text, first.start(), article.sentences, &self.lexicon);
        let scene = Scene::new(&words, article, &self.given);
        let mut walk =
            Walk { scene: &scene, out, groups: HashMap::new(), next: 0, memory: Memory::default() };
        let mut at = words.list.partition_point(|word| (word.start as usize) < article.body_start);
        let mut from = at;
        for sentence in article.sentences {
            while words.get(at).is_some_and(|word| (word.start as usize) < sentence.end()) {
                at += 1;
            }
            // Several sentences in one pair of marks have one attribution.
            if at > from && !scene.crosses(at) {
                walk.sentence(from, at);
                from = at;
            }
        }
        walk.sentence(from, at);
        walk.finish();
    }
}

/// What was said last, for speech that names nobody.
#[derive(Clone, Copy)]
struct Said {
    speaker: Speaker,
    group: u32,
    /// Index after the last word of its sentence.
    end: usize,
    /// The sentence ends in a colon.
    leads: bool,
    cue: Option<Span>,
}

/// The words in marks that a verb of saying reports.
#[derive(Clone, Copy)]
struct Used {
    group: u32,
    /// They stand before the verb.
    before: bool,
}

struct Walk<'a, 'b> {
    scene: &'a Scene<'a>,
    out: &'b mut Vec<Quotation>,
    /// The number given to each group of the input, and the verb that it belongs to, if it has one.
    groups: HashMap<u32, (u32, Option<usize>)>,
    next: u32,
    memory: Memory<Said>,
}

impl Walk<'_, '_> {
    fn sentence(&mut self, from: usize, to: usize) {
        let cues = cues(self.scene, from, to);
        let speakers = self.speakers(&cues, from);
        let pieces = self.scene.pieces(from, to);
        let alone =
            !pieces.is_empty() && (from..to).all(|at| self.scene.is_quoted(at) || !self.scene.is_word(at));
        let mut used: Vec<Option<Used>> = vec![None; cues.len()];
        let mut last: Option<(usize, u32)> = None;
        for piece in pieces.clone() {
            let Some(found) = self.scene.piece(piece) else { continue };
            let chosen = choose(self.scene, &cues, found);
            let said = match chosen {
                Some((at, score)) => self.attributed(&cues, &speakers, (at, score), to),
                None => self.bare(found, (from, to), alone),
            };
            let Some(said) = said else { continue };
            // “A,” he said, “B”: the attribution only interrupts.
            let broken = chosen.and_then(|(at, _)| {
                let cue = cues.get(at).filter(|cue| cue.at < found.first)?;
                let (end, group) = last.filter(|&(end, _)| end <= cue.at)?;
                self.scene.interrupts(end, found.first).then_some(group)
            });
            let cue = chosen.and_then(|(at, _)| cues.get(at)).map(|cue| cue.at);
            let group = self.group(found, broken.unwrap_or(said.group), cue);
            last = Some((found.end, group));
            if let Some((at, _)) = chosen {
                let before = cues.get(at).is_some_and(|cue| found.end <= cue.at);
                used.get_mut(at).into_iter().for_each(|slot| *slot = Some(Used { group, before }));
            }
            self.push(found.span, Kind::Direct, group, said);
            self.memory.said = Some(Said { group, ..said });
        }
        self.clauses((from, to), &cues, &speakers, &used);
        if let Some((cue, &speaker)) = cues.iter().zip(&speakers).next_back() {
            let leads = self.scene.words.is_text(to.saturating_sub(1), ":");
            let group = self.memory.said.filter(|said| said.end == to).map_or(u32::MAX, |said| said.group);
            self.memory.said = Some(Said { speaker, group, end: to, leads, cue: self.scene.cue(cue) });
        }
        self.memory.pass(self.scene, from, to, speakers.last().copied());
    }

    /// Who speaks at each verb of a sentence.
    fn speakers(&self, cues: &[Cue], from: usize) -> Vec<Speaker> {
        let mut out: Vec<Speaker> = Vec::with_capacity(cues.len());
        for cue in cues {
            // "He said the dam was old, adding …": the one who spoke goes on.
            let same = cue.subject.is_some_and(|subject| subject.kind == Who::Same);
            let earlier = out.last().filter(|earlier| same && earlier.span.is_some());
            out.push(match earlier {
                Some(&earlier) => Speaker { score: earlier.score * 0.9, ..earlier },
                None => self.memory.resolve(self.scene, from, cue.subject),
            });
        }
        out
    }

    fn attributed(
        &self,
        cues: &[Cue],
        speakers: &[Speaker],
        (at, score): (usize, f32),
        end: usize,
    ) -> Option<Said> {
        let (cue, speaker) = (cues.get(at)?, speakers.get(at)?);
        let speaker = Speaker { score: speaker.score * score, ..*speaker };
        Some(Said { speaker, group: u32::MAX, end, leads: false, cue: self.scene.cue(cue) })
    }

    /// What to make of a piece whose sentence has no verb of saying.
    fn bare(&self, piece: Piece, (from, to): (usize, usize), alone: bool) -> Option<Said> {
        let nobody = Said { speaker: Speaker::nobody(), group: u32::MAX, end: to, leads: false, cue: None };
        let Some(last) = self.memory.said.filter(|_| alone) else {
            let long = self.scene.count(piece.first, piece.end.min(piece.first + 20)) >= UTTERED;
            return (alone || (long && !self.scene.is_title(piece))).then_some(nobody);
        };
        let follows = last.end == from;
        let same_line = self.scene.words.same_line(from);
        if last.leads && follows {
            return Some(Said { group: u32::MAX, leads: true, end: to, ..last });
        }
        // The speech goes on behind its attribution, or in a paragraph of its own.
        let group = if follows && same_line { last.group } else { u32::MAX };
        let score = if follows && same_line { 0.9 } else { 0.6 };
        let span = if follows && same_line { last.speaker.span } else { None };
        let cue = if follows && same_line { last.cue } else { None };
        let speaker = Speaker { span, score: last.speaker.score * score, ..last.speaker };
        Some(Said { speaker, group, end: to, leads: false, cue })
    }

    /// The number of the piece's group; `group` is the one it goes on, if any, and `cue` its own verb.
    ///
    /// “A,” said X. “B,” said Y: what has a verb of its own is another's, though the input takes both for one.
    fn group(&mut self, piece: Piece, group: u32, cue: Option<usize>) -> u32 {
        let new = (if group == u32::MAX { self.next } else { group }, cue);
        let known = self.groups.entry(piece.group).or_insert(new);
        if group == u32::MAX && cue.is_some() && known.1.is_some() && known.1 != cue {
            *known = new;
        }
        known.1 = known.1.or(cue);
        let number = known.0;
        self.next = self.next.max(number + 1);
        number
    }

    /// The clauses that the sentence's verbs report; its words in marks stand in the output already.
    fn clauses(
        &mut self,
        (from, to): (usize, usize),
        cues: &[Cue],
        speakers: &[Speaker],
        used: &[Option<Used>],
    ) {
        let mut covered = from;
        let start = self.scene.words.get(from).map_or(0, |word| word.start as usize);
        let begin = self.out.partition_point(|quotation| quotation.span.start() < start);
        let direct = self.out.len();
        let stop = closed(self.scene, from, to);
        for (at, (cue, &speaker)) in cues.iter().zip(speakers).enumerate() {
            // A verb within a reported clause is the speaker's, not the writer's.
            if cue.at < covered {
                continue;
            }
            let later = cues.get(at + 1);
            let used = used.get(at).copied().flatten();
            let spoken = used.is_some_and(|used| used.before);
            let Some((first, end)) = clause(self.scene, (from, stop), cue, later, spoken) else { continue };
            if first < covered && covered > from {
                continue;
            }
            let Some(span) = self.scene.span(first, end) else { continue };
            let inner = self.scene.pieces(first, end).next().is_some();
            let number = used.filter(|_| inner).map_or(self.next, |used| used.group);
            self.next = self.next.max(number + 1);
            // All words in marks of one clause are of one quotation.
            let pieces = self.out.get_mut(begin..direct).unwrap_or_default();
            let within = pieces.partition_point(|piece| piece.span.start() < span.start());
            let within = pieces.get_mut(within..).unwrap_or_default().iter_mut();
            within.take_while(|piece| piece.span.end() <= span.end()).for_each(|piece| piece.group = number);
            let said = Said { speaker, group: number, end: to, leads: false, cue: self.scene.cue(cue) };
            self.push(span, if inner { Kind::Mixed } else { Kind::Indirect }, number, said);
            covered = end;
        }
    }

    fn push(&mut self, span: Span, kind: Kind, group: u32, said: Said) {
        let Speaker { entity, span: speaker_span, score } = said.speaker;
        self.out.push(Quotation { span, kind, group, speaker: entity, speaker_span, cue: said.cue, score });
    }

    /// Gives pieces without a speaker that of their group, and puts all in order.
    fn finish(self) {
        let mut known: Vec<Option<(u32, f32)>> = vec![None; self.next as usize];
        for quotation in self.out.iter() {
            let slot = known.get_mut(quotation.group as usize);
            if let (Some(slot @ None), Some(speaker)) = (slot, quotation.speaker) {
                *slot = Some((speaker, quotation.score));
            }
        }
        for quotation in self.out.iter_mut().filter(|quotation| quotation.speaker_span.is_none()) {
            if let Some((speaker, score)) = known.get(quotation.group as usize).copied().flatten() {
                (quotation.speaker, quotation.score) = (Some(speaker), score * 0.9);
            }
        }
        self.out.sort_by_key(|quotation| (quotation.span.start(), std::cmp::Reverse(quotation.span.end())));
        self.out.sort_by_key(|quotation| (quotation.span.start(), quotation.span.end()));
        let mut order: Vec<Option<u32>> = vec![None; self.next as usize];
        let mut next = 0;
        for quotation in self.out.iter_mut() {
            let Some(slot) = order.get_mut(quotation.group as usize) else { continue };
            quotation.group = *slot.get_or_insert_with(|| {
                next += 1;
                next - 1
            });
        }
    }
}

/// The verb of saying that a piece belongs to, and how sure that is.
fn choose(scene: &Scene<'_>, cues: &[Cue], piece: Piece) -> Option<(usize, f32)> {
    let after = Some(cues.partition_point(|cue| cue.at < piece.end)).filter(|&at| at < cues.len());
    let before = cues.partition_point(|cue| cue.end <= piece.first).checked_sub(1);
    let gap = |at: usize| cues.get(at).map_or(usize::MAX, |cue| cue.at - piece.end);
    let closed = scene.pauses(piece);
    // In “Unbowed”, her memoir, she wrote of trees: a title stands in marks, too.
    let told =
        |at: usize| cues.get(at).is_some_and(|cue| cue.takes == Takes::Marks || cue.end + 1 >= piece.first);
    if scene.is_title(piece) && !before.is_some_and(told) {
        return None;
    }
    match (before, after) {
        // “A,” he said.
        (_, Some(at)) if closed && gap(at) < 16 => Some((at, 1.0)),
        (Some(at), _) => Some((at, 1.0)),
        // “A mess” is what he called it.
        (None, Some(at))
            if gap(at) < 12 && (gap(at) < 5 || cues.get(at).is_some_and(|cue| cue.takes == Takes::Marks)) =>
        {
            Some((at, 0.8))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
