//! Finds stretches of words that are written like names and cuts them into candidates.

mod walk;

use crate::label::Label;
use crate::lexicon::{Entry, Lexicon, flag};
use crate::word::{Gap, Shape, Word, Words};

/// Titles that are surnames too.
const SURNAMES: [&str; 14] = [
    "Dame", "Tun", "Don", "Major", "Count", "Lord", "Bishop", "Pope", "Judge", "Sultan", "Prince", "King",
    "Dean", "Duke",
];

/// A stretch of words that may name something.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate {
    /// Index of the first word.
    pub(crate) first: usize,
    /// Index after the last word.
    pub(crate) end: usize,
    /// The label that a head word (`University`, `Ltd`) or a word list gives.
    pub(crate) head: Option<Label>,
    /// What the word lists know of the whole.
    pub(crate) known: Entry,
    /// A title stands before it.
    pub(crate) title: bool,
    /// A place and an unknown word, as in `Health Canada`.
    pub(crate) mixed: bool,
}

impl Candidate {
    fn plain(first: usize, end: usize, title: bool) -> Self {
        Self { first, end, head: None, known: Entry::default(), title, mixed: false }
    }
}

/// Cuts the text into candidates; `taken` marks words that dates and amounts hold.
pub(crate) fn candidates(words: &Words<'_>, taken: &[bool], lexicon: &Lexicon) -> Vec<Candidate> {
    let mut cutter = Cutter { words, lexicon, taken, end: 0, out: Vec::new() };
    let mut at = 0;
    while at < words.list.len() {
        if cutter.opens(at) {
            cutter.end = cutter.run_end(at);
            cutter.cut(at);
            at = cutter.end.max(at + 1);
        } else {
            at += 1;
        }
    }
    cutter.out
}

struct Cutter<'a> {
    words: &'a Words<'a>,
    lexicon: &'a Lexicon,
    taken: &'a [bool],
    /// Index after the last word of the present run.
    end: usize,
    out: Vec<Candidate>,
}

impl Cutter<'_> {
    fn opens(&self, at: usize) -> bool {
        self.words.get(at).is_some_and(Word::is_capital) && !self.is_taken(at)
    }

    fn is_taken(&self, at: usize) -> bool {
        self.taken.get(at).copied().unwrap_or(true)
    }

    fn is_name_word(&self, at: usize) -> bool {
        self.opens(at) && self.words.get(at).is_some_and(|word| !word.first && word.gap != Gap::Line)
    }

    fn cut(&mut self, start: usize) {
        let mut at = start;
        let mut title = false;
        while at < self.end {
            let Some(word) = self.words.get(at).copied() else { break };
            let particle = title && word.is(flag::PARTICLE) && word.shape == Shape::Lower;
            if particle {
                let end = self.chunk_end(at);
                self.push(Candidate::plain(at, end, true));
                title = false;
                at = end;
            } else if !word.is_capital() {
                // "Presidents Putin and Zelensky": the title holds for both.
                title &= self.words.is_text(at, "and") || self.words.is_text(at, ".");
                at += 1;
            } else if self.skips(at, &word) {
                at += 1;
            } else if let Some(len) = self.title(at) {
                at = self.after_title(at + len);
                title = true;
            } else {
                let end = self.candidate(at, title);
                title &= self.words.is_text(end, "and");
                at = end.max(at + 1);
            }
        }
    }

    /// True for a word whose capital is the sentence's or an article's.
    fn skips(&self, at: usize, word: &Word) -> bool {
        if word.is(flag::FUNCTION) && matches!(word.shape, Shape::Cap | Shape::Initial) {
            return !self.listed(at);
        }
        if !word.first || !word.is(flag::COMMON) || word.is(flag::NAME | flag::FIRST) || self.listed(at) {
            return false;
        }
        let chunk = self.chunk_end(at);
        chunk == at + 1 || self.head_in(at + 1, chunk).is_none()
    }

    /// True when a listed phrase begins here.
    fn listed(&self, at: usize) -> bool {
        self.words
            .phrase(self.lexicon, at)
            .is_some_and(|(len, entry)| entry.flags & flag::NAME != 0 && at + len <= self.end)
    }

    /// The number of words of the title at `at`.
    fn title(&self, at: usize) -> Option<usize> {
        let word = self.words.get(at)?;
        if let Some((len, entry)) = self.words.phrase(self.lexicon, at)
            && at + len <= self.end
        {
            if entry.flags & (flag::TITLE | flag::ROLE) != 0 {
                return Some(len);
            }
            if entry.flags & flag::NAME != 0 {
                return None;
            }
        }
        if !word.is(flag::TITLE | flag::ROLE) {
            return None;
        }
        if word.is(flag::ROYAL) {
            let chunk = self.plain_chunk_end(at + 1);
            if self.head_in(at + 1, chunk).is_some_and(|(_, label)| label != Label::Misc) {
                return None;
            }
        }
        Some(1)
    }

    /// Skips what belongs to a title: its period, `of State`, `for Foreign Affairs and Trade`.
    fn after_title(&self, at: usize) -> usize {
        let words = self.words;
        let mut next = at;
        if words.is_text(next, ".") {
            next += 1;
        }
        if !matches!(words.str(next), "of" | "for") {
            return next;
        }
        let mut topic = next + 1;
        let mut any = false;
        while topic < self.end {
            if words.has(topic, flag::TOPIC) && self.opens(topic) {
                any = true;
            } else if !matches!(words.str(topic), "and" | "of" | "the" | "for" | "&") {
                break;
            }
            topic += 1;
        }
        if any { topic } else { next }
    }

    fn is_connector(&self, at: usize) -> bool {
        self.words.get(at).is_some_and(|word| word.shape == Shape::Lower)
            && matches!(self.words.str(at), "of" | "for" | "on" | "and" | "the")
    }

    /// The index after the words from `at` on that no connector interrupts.
    fn plain_chunk_end(&self, at: usize) -> usize {
        (at..self.end).find(|&next| self.is_connector(next)).unwrap_or(self.end)
    }

    /// Like `plain_chunk_end`, but a title ends the chunk too.
    fn chunk_end(&self, at: usize) -> usize {
        let mut next = at + 1;
        while next < self.end && !self.is_connector(next) {
            if self.opens(next)
                && self.title(next).is_some()
                && !self.is_cabinet(next)
                && !self.is_surname(next)
            {
                break;
            }
            next += 1;
        }
        next
    }

    /// Words such as `General` in `General Hospital` are no title when a head follows at once.
    fn is_cabinet(&self, at: usize) -> bool {
        self.words.get(at + 1).is_some_and(|next| next.is(flag::HEAD) && next.is_capital())
            && at + 1 < self.end
            && !self.words.has(at, flag::ROLE)
    }

    /// `Dame`, `Tun` and the like behind a name, with nobody's name after them, are names themselves.
    fn is_surname(&self, next: usize) -> bool {
        SURNAMES.contains(&self.words.str(next))
            && !(next + 1 < self.end && self.words.get(next + 1).is_some_and(Word::is_capital))
    }

    /// The last head word in `[from, to)` and its label.
    fn head_in(&self, from: usize, to: usize) -> Option<(usize, Label)> {
        (from..to).rev().find_map(|at| {
            let word = self.words.get(at).filter(|word| word.is_capital())?;
            head_label(word.entry.flags).map(|label| (at, label))
        })
    }

    /// Emits the candidates that begin at `at` and returns the index after them.
    fn candidate(&mut self, at: usize, title: bool) -> usize {
        let chunk = self.chunk_end(at);
        let (len, known) = self.known(at, chunk);
        if let Some((head, label)) = self.head_in(at + 1, chunk).filter(|&(head, _)| head >= at + len) {
            let person = known.flags & flag::NORP != 0 && self.is_person(at + len, head);
            if !person && (!title || label == Label::Org) {
                return self.headed(at, head + 1, label, title);
            }
        }
        if known.flags & flag::NAME != 0 {
            return self.known_candidate(at, (len, known), chunk, title);
        }
        let word_flags = self.words.get(at).map_or(0, |word| word.entry.flags);
        let person = word_flags & flag::FIRST != 0 && self.words.is_text(at + 2, "-");
        if let Some(label) = head_label(word_flags).filter(|_| !person) {
            return self.head_first(at, chunk, label, title);
        }
        if let Some(end) = self.joined_topics(at, chunk) {
            return self.headed(at, end, Label::Org, title);
        }
        let cut = self.inner_name(at, chunk, title);
        self.push(Candidate { mixed: cut.1, ..Candidate::plain(at, cut.0, title) });
        cut.0
    }

    fn known(&self, at: usize, chunk: usize) -> (usize, Entry) {
        match self.words.phrase(self.lexicon, at) {
            Some((len, entry)) if entry.flags & flag::NAME != 0 && at + len <= self.end => (len, entry),
            _ => {
                let entry = self.words.get(at).map(|word| word.entry).unwrap_or_default();
                // A name of one word inside a longer hyphenated one is not that name.
                let hyphen = at + 1 < chunk && self.words.is_text(at + 1, "-");
                let name = entry.flags & flag::NAME != 0 && !hyphen;
                (1, if name { entry } else { Entry::default() })
            }
        }
    }

    fn is_person(&self, at: usize, to: usize) -> bool {
        at < to && self.words.has(at, flag::FIRST) && !self.words.has(at, flag::NAME)
    }

    fn known_candidate(
        &mut self,
        at: usize,
        (len, known): (usize, Entry),
        chunk: usize,
        title: bool,
    ) -> usize {
        let end = at + len;
        let place = known.flags & (flag::COUNTRY | flag::PLACE) != 0;
        let next = self.words.get(end).filter(|next| end < chunk && next.is_capital());
        let first = known.flags & flag::FIRST != 0;
        if let Some(next) = next
            && place
            && known.flags & flag::NORP == 0
        {
            let named = next.is(flag::NAME) || self.listed(end);
            if (first || title) && !named && known.flags & flag::COUNTRY == 0 {
                self.push(Candidate::plain(at, chunk, title));
                return chunk;
            }
            if !next.is(flag::FIRST) && !named && !next.is(flag::FUNCTION) {
                self.push(Candidate { mixed: true, ..Candidate::plain(at, chunk, title) });
                return chunk;
            }
        }
        if known.flags & flag::ORG != 0
            && let Some(next) = next
            && len == 1
            && next.entry.flags & !flag::COMPASS == 0
            && next.gap == Gap::Space
            && matches!(next.shape, Shape::Cap)
        {
            self.push(Candidate { head: Some(Label::Org), ..Candidate::plain(at, end + 1, title) });
            return end + 1;
        }
        let ends_in_head = self.words.get(end - 1).is_some_and(|word| word.is(flag::HEAD)) && len > 1;
        if ends_in_head && known.flags & flag::ORG != 0 {
            return self.headed(at, end, Label::Org, title);
        }
        self.push(Candidate { head: known_label(known.flags), known, ..Candidate::plain(at, end, title) });
        end
    }

    /// A name that a head closes, with what `of`, `for` and `and` add to it.
    fn headed(&mut self, at: usize, end: usize, label: Label, title: bool) -> usize {
        let listed = self.lexicon.whole(self.text(at, end)).flags & flag::NAME != 0;
        let end = if listed && !self.words.is_text(end, "of") { end } else { self.extended(end, label) };
        let known = self.lexicon.whole(self.text(at, end));
        let end = if end < self.end && self.is_final_period(end) { end + 1 } else { end };
        self.push(Candidate { head: Some(label), known, ..Candidate::plain(at, end, title) });
        end
    }

    /// A name that a head opens: `Lake Victoria`, `Ministry of Health`, `Typhoon Haiyan`.
    fn head_first(&mut self, at: usize, chunk: usize, label: Label, title: bool) -> usize {
        let end = self.extended(chunk, label);
        let alone = end == at + 1;
        if alone && !self.words.has(at, flag::ALONE) {
            return end;
        }
        let label = if chunk > at + 1 && label == Label::Org && !self.words.has(chunk - 1, flag::HEAD) {
            None
        } else {
            Some(label)
        };
        self.push(Candidate { head: label, ..Candidate::plain(at, end, title) });
        end
    }

    /// The index after `of the Interior and Trade` and the like behind a head.
    fn extended(&self, end: usize, label: Label) -> usize {
        let words = self.words;
        let mut end = end;
        for _ in 0..4 {
            if end >= self.end {
                break;
            }
            let mut next = end + 1;
            match words.str(end) {
                "of" => next += usize::from(words.is_text(next, "the")),
                "for" | "on" if label == Label::Org || label == Label::Misc => {
                    next += usize::from(words.is_text(next, "the"));
                }
                "and" if self.is_topic_list(end) => {}
                _ => break,
            }
            if !self.opens(next) || next >= self.end || self.title(next).is_some() {
                break;
            }
            let chunk = self.chunk_end(next);
            let (len, known) = self.known(next, chunk);
            let place = known.flags & (flag::COUNTRY | flag::PLACE | flag::NORP) != 0;
            let head = self.head_in(next + len, chunk);
            end = match head {
                Some((head, _)) => head + 1,
                None if place => next + len,
                None => chunk,
            };
        }
        end
    }

    fn is_topic_list(&self, and: usize) -> bool {
        self.words.has(and - 1, flag::TOPIC)
            && self.words.get(and + 1).is_some_and(|next| !next.is(flag::NAME | flag::FIRST | flag::TITLE))
    }

    /// `Food and Drug Administration`: the end of a name whose topics stand before its head.
    fn joined_topics(&self, at: usize, chunk: usize) -> Option<usize> {
        let topic = self.words.has(chunk - 1, flag::TOPIC) && self.words.is_text(chunk, "and");
        let next = chunk + 1;
        if !topic || next >= self.end || !self.opens(next) || at >= chunk {
            return None;
        }
        let (head, label) = self.head_in(next, self.chunk_end(next))?;
        (label == Label::Org).then_some(head + 1)
    }

    /// Where a list name inside `[at, chunk)` cuts an unknown name off, and whether the two go together.
    fn inner_name(&self, at: usize, chunk: usize, title: bool) -> (usize, bool) {
        let person = title || self.words.has(at, flag::FIRST);
        for inner in at + 1..chunk {
            let Some(word) = self.words.get(inner).filter(|word| word.is_capital()) else { continue };
            let phrase =
                self.words.phrase(self.lexicon, inner).filter(|(_, entry)| entry.flags & flag::NAME != 0);
            let flags = phrase.map_or(word.entry.flags, |(_, entry)| entry.flags);
            if flags & flag::NORP != 0 && flags & (flag::FIRST | flag::SURNAME) == 0 && word.gap == Gap::Space
            {
                return (inner, false);
            }
            let place =
                flags & (flag::COUNTRY | flag::PLACE) != 0 && flags & (flag::FIRST | flag::SURNAME) == 0;
            if place && !person && word.gap == Gap::Space {
                return (chunk, true);
            }
            if flags & flag::ORG != 0 && phrase.is_some() {
                return (inner, false);
            }
        }
        (chunk, false)
    }

    fn text(&self, at: usize, end: usize) -> &str {
        match (self.words.get(at), end.checked_sub(1).and_then(|last| self.words.get(last))) {
            (Some(first), Some(last)) => self.words.slice(first.start, last.end),
            _ => "",
        }
    }

    fn push(&mut self, candidate: Candidate) {
        let Candidate { first, mut end, known, .. } = candidate;
        while known.flags & flag::NAME == 0
            && end > first + 1
            && !self.words.get(end - 1).is_some_and(Word::is_letters)
            && !self.is_final_period(end - 1)
        {
            end -= 1;
        }
        self.out.push(Candidate { end, ..candidate });
    }

    fn is_final_period(&self, at: usize) -> bool {
        self.words.is_text(at, ".")
            && at > 0
            && (self.words.has(at - 1, flag::ORG_TAIL) || matches!(self.words.str(at - 1), "Jr" | "Sr"))
    }
}

/// The label of a head word.
pub(crate) fn head_label(flags: u64) -> Option<Label> {
    if flags & (flag::ORG_HEAD | flag::ORG_TAIL) != 0 {
        Some(Label::Org)
    } else if flags & flag::FAC_HEAD != 0 {
        Some(Label::Fac)
    } else if flags & flag::LOC_HEAD != 0 {
        Some(Label::Loc)
    } else if flags & flag::MISC_HEAD != 0 {
        Some(Label::Misc)
    } else {
        None
    }
}

/// The label a word list gives.
pub(crate) fn known_label(flags: u64) -> Option<Label> {
    const LABELS: [(u64, Label); 6] = [
        (flag::COUNTRY | flag::PLACE, Label::Loc),
        (flag::ORG, Label::Org),
        (flag::NORP, Label::Norp),
        (flag::FAC, Label::Fac),
        (flag::MISC, Label::Misc),
        (flag::PRODUCT, Label::Product),
    ];
    LABELS.iter().find(|(bits, _)| flags & bits != 0).map(|pair| pair.1)
}
