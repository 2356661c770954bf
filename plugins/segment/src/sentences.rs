//! Sentences: each paragraph is cut where a stop ends one.

use crate::boundary::{Context, Verdict};
use crate::captions::caption_end;
use crate::chars::{byte, ceil_boundary, char_at, char_before, floor_boundary, skip_space, stop, trim};
use crate::doubts::{Doubt, Doubts};
use crate::features::{Block, Place, Rule, Style};
use crate::gaps::{Answer, Decide, Gaps, Rules};
use crate::language::Language;
use crate::lines::{Marker, marker};
use crate::model::{Model, Scored};
use crate::quotes::{Quote, quotes};
use docmill_sdk::Span;
use docmill_sdk::schemars::{self, JsonSchema};
use docmill_sdk::serde::Deserialize;
use memchr::memmem;

/// The kind of text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(crate = "docmill_sdk::serde", rename_all = "lowercase")]
pub enum Profile {
    /// Edited prose: sentences end at stops, which rules judge.
    #[default]
    News,
    /// Mail, forums, reviews: sentences also end where no stop stands, and a learned score has the last word.
    /// Texts in other languages than English are treated as news.
    Web,
}

/// What a user may change about the rules.
#[derive(Clone, Debug, Default)]
pub struct SplitterOptions {
    /// The kind of text.
    pub profile: Profile,
    /// Abbreviations beside the built-in ones, with or without the last full stop, in any case. The stop
    /// after one of them never ends a sentence within a paragraph.
    pub abbreviations: Vec<String>,
    /// Cuts longer sentences, in bytes, at white space if there is some, else between two chars; `None` leaves
    /// them whole.
    pub longest: Option<usize>,
    /// Keeps a direct quotation in one sentence instead of splitting the sentences inside it.
    pub keep_quotes: bool,
}

/// Splits paragraphs into sentences.
#[derive(Clone, Debug, Default)]
pub struct Splitter {
    abbreviations: Vec<String>,
    keep_quotes: bool,
    profile: Profile,
    longest: Option<usize>,
}

impl Splitter {
    /// A splitter with the user's options; it can be used for any number of texts.
    #[must_use]
    pub fn new(options: &SplitterOptions) -> Self {
        // Char by char, as the words of a text are compared.
        let small = |word: &String| -> String {
            word.trim().trim_end_matches('.').chars().flat_map(char::to_lowercase).collect()
        };
        let mut abbreviations: Vec<_> =
            options.abbreviations.iter().map(small).filter(|word| !word.is_empty()).collect();
        abbreviations.sort();
        Self {
            abbreviations,
            keep_quotes: options.keep_quotes,
            profile: options.profile,
            longest: options.longest,
        }
    }

    /// Appends the sentences of `paragraphs` by the rules of English; see [`Self::sentences_in`].
    pub fn sentences(&self, text: &str, paragraphs: &[Span], out: &mut Vec<Span>) {
        self.sentences_in(Language::english(), text, paragraphs, out);
    }

    /// Appends the sentences of `paragraphs`, which must be sorted spans of `text`, to `out`.
    ///
    /// Every char of a paragraph that is no white space belongs to exactly one sentence; sentences are in
    /// text order, never cross a paragraph's border and never begin or end with white space. One pass, no
    /// allocation for a sentence. No paragraphs give no sentences.
    pub fn sentences_in(&self, language: &Language, text: &str, paragraphs: &[Span], out: &mut Vec<Span>) {
        let from = out.len();
        let prose = Prose { text, language, paragraphs };
        match self.profile {
            Profile::Web if language.tag() == "en" => {
                self.sentences_by(prose, &mut Scored::new(Model::web()), out);
            }
            _ => self.sentences_by(prose, &mut Rules, out),
        }
        if let Some(longest) = self.longest {
            cut(text, longest, from, out);
        }
    }

    /// Like [`Self::sentences_in`], but `decide` has the last word at every gap that it must see.
    pub(crate) fn sentences_by<D: Decide>(&self, prose: Prose<'_>, decide: &mut D, out: &mut Vec<Span>) {
        let Prose { text, language, paragraphs } = prose;
        let kept = self.kept(language, text, paragraphs);
        let kept = Kept { quotes: &kept };
        let style = Style::of(text, if D::GAPS { paragraphs } else { &[] });
        let extra = &self.abbreviations;
        let doubts = Doubts::default();
        let mut cutter = Cutter { text, language, extra, kept, style, decide, doubts, out };
        for &paragraph in paragraphs {
            let Some(whole) = trim(text, paragraph.start(), paragraph.end()) else { continue };
            match marker(text, whole.start()) {
                Some((first, _)) => cutter.list(whole, first),
                None => cutter.prose(whole),
            }
        }
    }

    /// The quotations that must stay whole.
    fn kept(&self, language: &Language, text: &str, paragraphs: &[Span]) -> Vec<Quote> {
        let mut found = Vec::new();
        if self.keep_quotes || language.keeps_attributed() {
            quotes(text, paragraphs, &mut found);
        }
        if !self.keep_quotes {
            found.retain(|quote| quote.span.of(text).chars().nth_back(1) == Some(','));
        }
        found
    }
}

/// Cuts the spans of `out` from the `from`th on that are longer than `longest` bytes.
fn cut(text: &str, longest: usize, from: usize, out: &mut Vec<Span>) {
    if out.iter().skip(from).all(|span| span.len() <= longest) {
        return;
    }
    for span in out.split_off(from) {
        let mut rest = Some(span);
        while let Some(long) = rest.filter(|rest| rest.len() > longest) {
            let limit = long.start() + longest;
            let window = text.get(long.start()..floor_boundary(text, limit)).unwrap_or_default();
            let space = window.rfind(char::is_whitespace).filter(|&at| at > 0);
            let hard =
                if window.is_empty() { ceil_boundary(text, limit + 1) } else { long.start() + window.len() };
            let middle = space.map_or(hard, |at| long.start() + at);
            out.extend(trim(text, long.start(), middle));
            rest = trim(text, middle, long.end());
        }
        out.extend(rest);
    }
}

/// A text to split.
#[derive(Clone, Copy)]
pub(crate) struct Prose<'a> {
    pub(crate) text: &'a str,
    pub(crate) language: &'a Language,
    pub(crate) paragraphs: &'a [Span],
}

/// One text while it is cut into sentences.
struct Cutter<'a, D> {
    text: &'a str,
    language: &'a Language,
    extra: &'a [String],
    kept: Kept<'a>,
    style: Style,
    decide: &'a mut D,
    doubts: Doubts,
    out: &'a mut Vec<Span>,
}

impl<D: Decide> Cutter<'_, D> {
    /// Cuts a paragraph that begins with a list marker, also before the markers that follow within it.
    fn list(&mut self, whole: Span, first: Marker) {
        let (mut start, mut found) = (whole.start(), first);
        while let Some((next, marker)) = next_item(self.text, start, whole.end(), found) {
            if let Some(entry) = trim(self.text, start, next) {
                self.prose(entry);
            }
            (start, found) = (next, marker);
        }
        if let Some(entry) = trim(self.text, start, whole.end()) {
            self.prose(entry);
        }
    }

    /// Cuts a span that holds no list.
    fn prose(&mut self, whole: Span) {
        let text = self.text;
        let bytes = text.as_bytes().get(..whole.end()).unwrap_or_default();
        let mut context = Context {
            text,
            start: whole.start(),
            end: whole.end(),
            in_straight: false,
            extra: self.extra,
            language: self.language,
        };
        self.doubts.begin(whole.start());
        let mut gaps = Gaps::new(Block::new(text, whole, self.style));
        let (mut at, mut title, mut seen) = (whole.start(), None, whole.start());
        let mut candidates = self.language.candidates(bytes);
        while let Some(hit) = candidates.next(at) {
            if is_mark_of_no_stop(bytes, hit) {
                at = hit + 3;
                continue;
            }
            let Some(c) = char_at(text, hit) else { break };
            at = hit + c.len_utf8();
            if c == ':'
                && let Some(end) = caption_end(text, context.start, hit, whole.end())
            {
                if D::GAPS {
                    self.gaps(&mut gaps, &mut context, seen, end);
                    seen = at;
                }
                self.end(&mut context, end);
                continue;
            }
            match c {
                '"' => context.in_straight = !context.in_straight,
                '《' | '〈' | '（' => title = Some(hit),
                '》' | '〉' | '）' => title = None,
                // The stop in 《你好！春天》 belongs to the title of a book.
                _ if title.is_some_and(|open: usize| hit - open < LONGEST_TITLE) => {}
                _ if stop(c).is_some()
                    || is_foreign_stop(text, hit, c)
                    || self.language.stop_at(text, hit).is_some() =>
                {
                    if D::GAPS {
                        self.gaps(&mut gaps, &mut context, seen, hit);
                    }
                    let verdict = context.judge(hit);
                    let (Verdict::Inside(next) | Verdict::End(next)) = verdict;
                    let passed = text.get(hit..next).unwrap_or_default();
                    context.in_straight ^= passed.matches('"').count() % 2 == 1;
                    at = next;
                    seen = next;
                    let ends = verdict == Verdict::End(next);
                    let answer = self.decided(&gaps.block, &context, next, ends);
                    self.take(&mut context, next, answer);
                }
                _ => {}
            }
        }
        if D::GAPS {
            self.gaps(&mut gaps, &mut context, seen, whole.end());
        }
        self.doubts.settle(whole.end(), whole.end(), |start, end| self.out.extend(trim(text, start, end)));
    }

    /// Ends the sentence at `end` unless a quotation must stay whole there.
    fn end(&mut self, context: &mut Context<'_>, end: usize) {
        if !self.kept.holds(end) {
            context.start = skip_space(self.text, end, context.end);
            let found = |start, end| self.out.extend(trim(self.text, start, end));
            self.doubts.settle(end, context.start, found);
        }
    }

    /// Keeps in mind that a sentence may end at `end`, and goes on as what is more likely.
    fn doubt(&mut self, context: &mut Context<'_>, end: usize, chance: f32) {
        if !self.kept.holds(end) {
            let next = skip_space(self.text, end, context.end);
            let found = |start, end| self.out.extend(trim(self.text, start, end));
            self.doubts.add(Doubt { end, next, chance }, found);
            if chance > 0.5 {
                context.start = next;
            }
        }
    }

    /// Does as answered about `end`.
    #[inline]
    fn take(&mut self, context: &mut Context<'_>, end: usize, answer: Answer) {
        match answer {
            Answer::No => {}
            Answer::Yes => self.end(context, end),
            Answer::Perhaps(chance) => self.doubt(context, end, chance),
        }
    }

    /// What is decided about the stop that ends at `end`, of which the rules say `ends`.
    fn decided(&mut self, block: &Block<'_>, context: &Context<'_>, end: usize, ends: bool) -> Answer {
        let next = byte(self.text, end);
        if !D::GAPS || end >= context.end || !(next.is_ascii_whitespace() || next.is_ascii_graphic()) {
            return ends.into();
        }
        let rule = if ends { Rule::End } else { Rule::Inside };
        let next = skip_space(self.text, end, context.end);
        self.decide.ends(block, Place { end, next, start: context.start, rule, until: None })
    }

    /// Ends sentences at gaps without a stop in `[from, to)`.
    fn gaps(&mut self, gaps: &mut Gaps<'_>, context: &mut Context<'_>, from: usize, to: usize) {
        let mut at = from;
        while let Some((end, next)) = gaps.next(at, to) {
            at = next;
            let place = Place { end, next, start: context.start, rule: Rule::Silent, until: Some(to) };
            let answer = self.decide.ends(&gaps.block, place);
            self.take(context, end, answer);
        }
    }
}

/// True for the quotation marks and dashes of general punctuation, which share their first byte with stops.
#[inline]
fn is_mark_of_no_stop(bytes: &[u8], at: usize) -> bool {
    matches!(bytes.get(at..at + 3), Some([0xe2, 0x80, 0x90..=0x9f]))
}

/// A title in brackets is shorter than this, in bytes; a longer one was never closed.
const LONGEST_TITLE: usize = 200;

/// Direct quotations that must stay whole, as far as they were not passed yet.
struct Kept<'a> {
    quotes: &'a [Quote],
}

impl Kept<'_> {
    /// True when `end` lies inside a quotation. Offsets must not fall from call to call.
    fn holds(&mut self, end: usize) -> bool {
        while let [first, rest @ ..] = self.quotes {
            if first.span.end() > end {
                return first.span.start() < end;
            }
            self.quotes = rest;
        }
        false
    }
}

/// True for `:` after an Armenian letter and `;` after a Greek one, which are that script's full stop and
/// question mark.
fn is_foreign_stop(text: &str, at: usize, c: char) -> bool {
    let before = || char_before(text, at);
    match c {
        ':' => before().is_some_and(|c| matches!(c, '\u{531}'..='\u{587}')),
        ';' => before().is_some_and(|c| matches!(c, '\u{370}'..='\u{3ff}')),
        _ => false,
    }
}

/// The next list item after the one that starts at `start`: its offset and marker.
fn next_item(text: &str, start: usize, end: usize, marker: Marker) -> Option<(usize, Marker)> {
    let mut buffer = String::new();
    let after = match marker {
        Marker::Bullet(c) => {
            buffer.push(c);
            marker
        }
        Marker::Number(n, suffix) => {
            buffer = format!("{}{suffix}", n + 1);
            Marker::Number(n + 1, suffix)
        }
        Marker::Letter(letter, suffix) => {
            buffer.push(char::from(letter + 1));
            buffer.push_str(suffix);
            Marker::Letter(letter + 1, suffix)
        }
        Marker::Dash | Marker::Bracketed => return None,
    };
    let bullet = matches!(marker, Marker::Bullet(_));
    let haystack = text.as_bytes().get(start + 1..end)?;
    memmem::find_iter(haystack, &buffer).map(|found| start + 1 + found).find_map(|at| {
        let spaced = char_before(text, at).is_some_and(char::is_whitespace);
        let followed = bullet || char_at(text, at + buffer.len()).is_some_and(char::is_whitespace);
        (text.is_char_boundary(at) && spaced && followed && at + buffer.len() < end).then_some((at, after))
    })
}

#[cfg(test)]
mod tests;
