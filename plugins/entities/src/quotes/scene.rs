//! A text with its words, and what lies over each of them.

use docmill_sdk::Span;

use super::Article;
use super::cue::Cue;
use super::speaker::Given;
use crate::annotator::Mention;
use crate::lexicon::flag;
use crate::word::{Shape, Words};

/// A stretch in quotation marks, in words.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    /// Index of the opening mark.
    pub(super) first: usize,
    /// Index after the closing mark.
    pub(super) end: usize,
    pub(super) span: Span,
    pub(super) group: u32,
}

pub(super) struct Scene<'a> {
    pub(super) words: &'a Words<'a>,
    pub(super) article: &'a Article<'a>,
    pub(super) given: &'a Given,
    /// For each word 1 + the index of the mention of a name over it; 0 for none.
    mentions: Vec<u32>,
    /// For each word 1 + the index of the piece over it; 0 for none.
    quoted: Vec<u32>,
    pieces: Vec<Piece>,
}

impl<'a> Scene<'a> {
    pub(super) fn new(words: &'a Words<'a>, article: &'a Article<'a>, given: &'a Given) -> Self {
        let mut scene = Self {
            given,
            words,
            article,
            mentions: vec![0; words.list.len()],
            quoted: vec![0; words.list.len()],
            pieces: Vec::with_capacity(article.direct.len()),
        };
        let mut at = 0;
        for (number, mention) in article.mentions.iter().enumerate() {
            let (first, end) = range(words, &mut at, mention.span);
            if mention.label.is_name() {
                let slots = scene.mentions.get_mut(first..end).unwrap_or_default();
                slots.fill(number as u32 + 1);
            }
        }
        at = 0;
        for direct in article.direct {
            let (first, end) = range(words, &mut at, direct.span);
            scene.pieces.push(Piece { first, end, span: direct.span, group: direct.group });
            let number = scene.pieces.len() as u32;
            scene.quoted.get_mut(first..end).unwrap_or_default().fill(number);
        }
        scene
    }

    /// The mention of a name over word `at`: its index and itself.
    pub(super) fn mention(&self, at: usize) -> Option<(usize, &'a Mention)> {
        let number = (*self.mentions.get(at)? as usize).checked_sub(1)?;
        self.article.mentions.get(number).map(|mention| (number, mention))
    }

    /// Index of the first word of the mention over word `at`.
    pub(super) fn mention_start(&self, at: usize) -> usize {
        let own = self.mentions.get(at).copied();
        let mut first = at;
        while first > 0 && self.mentions.get(first - 1).copied() == own {
            first -= 1;
        }
        first
    }

    pub(super) fn is_quoted(&self, at: usize) -> bool {
        self.quoted.get(at).is_some_and(|&number| number > 0)
    }

    /// True when the word at `at` closes a piece.
    pub(super) fn closes(&self, at: usize) -> bool {
        self.is_quoted(at) && self.quoted.get(at) != self.quoted.get(at + 1)
    }

    /// True when a piece goes on from the word before `at` to the word at `at`.
    pub(super) fn crosses(&self, at: usize) -> bool {
        at.checked_sub(1).is_some_and(|before| self.is_quoted(before) && !self.closes(before))
    }

    /// The numbers of the pieces that begin in `[from, to)`.
    pub(super) fn pieces(&self, from: usize, to: usize) -> std::ops::Range<usize> {
        let first = self.pieces.partition_point(|piece| piece.first < from);
        let end = self.pieces.partition_point(|piece| piece.first < to);
        first..end.max(first)
    }

    pub(super) fn piece(&self, number: usize) -> Option<Piece> {
        self.pieces.get(number).copied()
    }

    /// True when the piece ends in a comma or stop, or has a comma behind it, so that an attribution follows.
    pub(super) fn pauses(&self, piece: Piece) -> bool {
        let inner = piece.end.checked_sub(2).map_or("", |at| self.words.str(at));
        let pause = |text: &str| matches!(text, "," | "." | "!" | "?" | "…" | "—" | "–" | "-");
        pause(inner) || self.words.is_text(piece.end, ",")
    }

    /// True for a few words in marks that all have capitals and no stop: the title of a work.
    pub(super) fn is_title(&self, piece: Piece) -> bool {
        let inner = piece.first + 1..piece.end.saturating_sub(1);
        !inner.is_empty()
            && inner.len() <= 8
            && inner.clone().all(|at| {
                self.words.get(at).is_some_and(|word| {
                    word.is_capital()
                        || (at > inner.start
                            && (word.is(flag::FUNCTION)
                                || matches!(word.shape, Shape::Number | Shape::Possessive)))
                })
            })
    }

    /// True when a piece closes at word `at` with a comma or stop.
    pub(super) fn pauses_at(&self, at: usize) -> bool {
        let piece =
            self.quoted.get(at).and_then(|&number| self.pieces.get((number as usize).checked_sub(1)?));
        self.closes(at) && piece.is_some_and(|&piece| self.pauses(piece))
    }

    /// True when the words between two pieces are one attribution: set off by commas, without a stop.
    pub(super) fn interrupts(&self, end: usize, first: usize) -> bool {
        let paused =
            end.checked_sub(2).is_some_and(|at| matches!(self.words.str(at), "," | "." | "!" | "?" | "—"));
        let comma = first.checked_sub(1).is_some_and(|at| self.words.is_text(at, ","));
        (paused || self.words.is_text(end, ",")) && comma
    }

    /// True for a word that is no mark.
    pub(super) fn is_word(&self, at: usize) -> bool {
        self.words.get(at).is_some_and(|word| word.shape != Shape::Mark)
    }

    /// The number of words that are no marks.
    pub(super) fn count(&self, from: usize, to: usize) -> usize {
        (from..to).filter(|&at| self.is_word(at)).count()
    }

    pub(super) fn span(&self, from: usize, to: usize) -> Option<Span> {
        let (first, last) = (self.words.get(from)?, self.words.get(to.checked_sub(1)?)?);
        Span::new(self.words.text, first.start as usize, last.end as usize)
    }

    pub(super) fn cue(&self, cue: &Cue) -> Option<Span> {
        self.span(cue.at, cue.end)
    }
}

/// The words that a span covers; `at` only moves on, so that all spans together cost one pass.
fn range(words: &Words<'_>, at: &mut usize, span: Span) -> (usize, usize) {
    while words.get(*at).is_some_and(|word| (word.start as usize) < span.start()) {
        *at += 1;
    }
    let mut end = *at;
    while words.get(end).is_some_and(|word| (word.start as usize) < span.end()) {
        end += 1;
    }
    (*at, end)
}
