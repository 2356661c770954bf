//! What the learned score of the profile `web` looks at around a gap.
#![expect(clippy::inline_always, reason = "compiled with the kernel for the instructions that it may use")]

use crate::abbreviations::{Abbreviation, known_by};
use crate::chunk::Class;
use crate::kernel::Kernel;
use crate::window::{Run, WIDTH, Window};
use docmill_sdk::Span;

/// Number of bits of a feature, and so of the index of a weight.
pub const BITS: u32 = 18;

/// The most features that a gap can have.
const MOST: usize = 40;

/// What the rules say about a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// No stop stands before it.
    Silent = 0,
    /// The stop before it ends no sentence.
    Inside = 1,
    /// The stop before it ends a sentence.
    End = 2,
}

/// A gap between two runs of text at which a sentence may end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// Where the sentence before it would end.
    pub(crate) end: usize,
    /// Where the one after it would start.
    pub(crate) next: usize,
    /// Where the sentence before it starts.
    pub(crate) start: usize,
    pub(crate) rule: Rule,
    /// Where the next mark stands that may end a sentence, or the paragraph ends; not known after a stop.
    pub(crate) until: Option<usize>,
}

/// A paragraph, as far as its features do not change from gap to gap.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block<'a> {
    /// The whole text.
    pub(crate) text: &'a [u8],
    start: usize,
    pub(crate) end: usize,
    pub(crate) style: Style,
}

/// How strictly the paragraphs of a text end in stops.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Style(pub(crate) u64);

impl Style {
    /// Takes one look at the end of each paragraph.
    pub(crate) fn of(text: &str, paragraphs: &[Span]) -> Self {
        let open = paragraphs.iter().filter(|&&paragraph| !stopped(text.as_bytes(), paragraph)).count();
        // Two paragraphs tell no share.
        Self(if paragraphs.len() < 3 { 8 + open } else { (6 * open / paragraphs.len()).min(5) } as u64)
    }
}

/// True when a stop ends the paragraph, before quotation marks and brackets.
fn stopped(text: &[u8], paragraph: Span) -> bool {
    let (start, end) = (paragraph.start(), paragraph.end());
    let tail = text.get(start.max(end.saturating_sub(4))..end).unwrap_or_default();
    let last = tail.iter().rev().find(|&&b| !matches!(Class::of(b), Class::QUOTE | Class::CLOSE));
    last.is_some_and(|b| matches!(b, b'.' | b'!' | b'?'))
}

impl<'a> Block<'a> {
    pub(crate) fn new(text: &'a str, whole: Span, style: Style) -> Self {
        Self { text: text.as_bytes(), start: whole.start(), end: whole.end(), style }
    }

    /// The text up to the paragraph's end.
    pub(crate) fn upto_end(&self) -> &'a [u8] {
        self.text.get(..self.end).unwrap_or_default()
    }
}

/// The two runs at a gap, and the text around them.
#[derive(Clone, Debug)]
pub(crate) struct Pair<'a> {
    before: Window<'a>,
    after: Window<'a>,
    p: Run,
    n: Run,
    last_word: u64,
    next_word: u64,
    tail: u64,
    shape: u64,
    /// The class of the last byte before the gap and of the first after it.
    close: u64,
    first: u64,
    /// What the rules say, whether a stop stands before the gap, and whether white space does.
    kind: u64,
}

impl<'a> Pair<'a> {
    #[inline(always)]
    pub(crate) fn new(kernel: impl Kernel, block: &Block<'a>, place: Place) -> Self {
        let before = Window::before(kernel, block.text, block.start, place.end);
        let after = Window::after(kernel, block.text, place.next, block.end);
        let (p, n) = (before.run_to(WIDTH), after.run_from(0));
        let (tail, shape) = (before.tail(p), after.shape(n));
        let (close, first) = (before.last(p), after.first(n));
        let stop = |class: u64| matches!(class, 4..=6);
        let stopped = stop(close) || close >= 10 && stop(tail >> 4 & 15);
        let tight = u64::from(place.next == place.end);
        let kind = (place.rule as u64 | u64::from(stopped) << 2 | tight << 3) << 8;
        let (last_word, next_word) = (before.word(p), after.word(n));
        Self { before, after, p, n, last_word, next_word, tail, shape, close, first, kind }
    }

    /// The classes of the bytes beside the gap.
    #[inline(always)]
    fn sides(&self) -> u64 {
        self.first << 4 | self.close
    }
}

/// Number of bits of a word's case, and of its kind.
pub(crate) const CASE_BITS: u32 = 3;
pub(crate) const KIND_BITS: u32 = 6;

/// What is known of a word beside its letters; all 0 for an unknown one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WordClass {
    /// How it is mostly written, from 1 for a capital to 7 for small letters.
    pub case: u8,
    /// Its kind, below 64: a greeting, say, a first name or a past tense. The training program numbers them.
    pub kind: u8,
}

/// Tells the class of a word by its hash.
pub(crate) trait Classes: Fn(u64) -> WordClass {}
impl<F: Fn(u64) -> WordClass> Classes for F {}

/// The index of the weight for a template, of which only the number must be its own, and its two values.
#[inline]
fn index(template: u64, a: u64, b: u64) -> u32 {
    let mixed =
        (a.wrapping_mul(0xff51_afd7_ed55_8ccd) ^ b.rotate_left(32)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    ((mixed ^ (mixed >> 29) ^ template).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - BITS)) as u32
}

/// The features of one gap: indices of weights.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Features {
    found: [u32; MOST],
    len: usize,
    kind: u64,
}

/// The first word of a sentence, and the last one before it, in the paragraph before if need be.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Head {
    /// Where the sentence starts.
    start: usize,
    word: u64,
    shape: u64,
    /// The kind of that last word.
    earlier_kind: u64,
    /// The class of the last byte before the sentence.
    close: u64,
}

impl Head {
    fn new(kernel: impl Kernel, block: &Block<'_>, start: usize, classes: &impl Classes) -> Self {
        let window = Window::after(kernel, block.text, start, block.end);
        let run = window.run_from(0);
        let before = Window::before(kernel, block.text, 0, start);
        let last = before.run_to(WIDTH);
        // A dash says less than the word before it.
        let spoken = if last.len() == 0 { before.run_to(last.bounds().0) } else { last };
        let (earlier_kind, close) = (classes(before.word(spoken)).kind.into(), before.last(last));
        Self { start, word: window.word(run), shape: window.shape(run), earlier_kind, close }
    }
}

impl Features {
    /// `head` is that of an earlier gap of the same text, and becomes that of this one.
    #[inline(always)]
    pub(crate) fn of(
        kernel: impl Kernel,
        (block, place): (&Block<'_>, Place),
        pair: &Pair<'_>,
        head: &mut Head,
        classes: &impl Classes,
    ) -> Self {
        if head.start != place.start || head.shape == 0 {
            *head = Head::new(kernel, block, place.start, classes);
        }
        let view = View::new(place, pair, *head, classes);
        let mut out = Self { found: [0; MOST], len: 0, kind: pair.kind };
        out.push(1, 0, 0);
        view.words(&mut out);
        view.shapes(&mut out);
        view.cases(&mut out);
        view.kinds(&mut out);
        view.lengths(&mut out, block, place);
        view.earlier(&mut out, block, place);
        out
    }

    /// The indices of the weights that count for the gap.
    pub(crate) fn as_slice(&self) -> &[u32] {
        self.found.get(..self.len).unwrap_or_default()
    }

    #[inline(always)]
    fn push(&mut self, template: u64, a: u64, b: u64) {
        if let Some(slot) = self.found.get_mut(self.len) {
            *slot = index(template ^ self.kind, a, b);
            self.len += 1;
        }
    }
}

/// A run and what is told of it.
#[derive(Clone, Copy)]
struct Seen {
    /// Its shape after the gap, its tail before.
    shape: u64,
    first: u64,
    /// The kind of its word.
    kind: u64,
}

/// What stands around a gap: three runs before it, three after it, and the sentence's first.
struct View<'a> {
    pair: &'a Pair<'a>,
    ppp_tail: u64,
    ppp_kind: u64,
    pp: Seen,
    pp_word: u64,
    nn: Seen,
    nnn: Seen,
    head: Head,
    /// How many runs stand between the sentence's first and the gap, at most three.
    age: u64,
    /// Where the sentence starts in the window before the gap.
    begins: u32,
    /// How the words beside the gap are mostly written.
    last_case: u64,
    case: u64,
    /// Their kinds.
    last_kind: u64,
    next_kind: u64,
}

impl<'a> View<'a> {
    #[inline(always)]
    fn new(place: Place, pair: &'a Pair<'a>, head: Head, classes: &impl Classes) -> Self {
        let Pair { before, after, p, n, .. } = pair;
        let pp = before.run_to(p.bounds().0);
        let ppp = before.run_to(pp.bounds().0);
        let nn = after.run_from(n.bounds().1);
        let nnn = after.run_from(nn.bounds().1);
        let begins = WIDTH - place.end.saturating_sub(place.start).min(WIDTH as usize) as u32;
        let age = [*p, pp, ppp].iter().take_while(|run| run.bounds().0 > begins).count() as u64;
        let kind = |word| u64::from(classes(word).kind);
        let ahead =
            |run| Seen { shape: after.shape(run), first: after.first(run), kind: kind(after.word(run)) };
        let pp_word = before.word(pp);
        let (last, next) = (classes(pair.last_word), classes(pair.next_word));
        Self {
            ppp_tail: before.tail(ppp),
            ppp_kind: kind(before.word(ppp)),
            pp: Seen { shape: before.tail(pp), first: before.first(pp), kind: kind(pp_word) },
            pp_word,
            nn: ahead(nn),
            nnn: ahead(nnn),
            last_case: last.case.into(),
            case: next.case.into(),
            last_kind: last.kind.into(),
            next_kind: next.kind.into(),
            pair,
            head,
            age,
            begins,
        }
    }

    #[inline(always)]
    fn words(&self, out: &mut Features) {
        let Self { pair, pp, nn, nnn, head, case, .. } = self;
        let Pair { last_word, next_word, close, first, after, before, p, n, .. } = pair;
        out.push(4, *next_word, *first);
        out.push(68, *next_word, close << 4 | case);
        out.push(61, self.pp_word, *last_word);
        out.push(65, head.word, first << 4 | close);
        out.push(60, *last_word, *first);
        out.push(75, case << 12 | first << 8 | nn.first << 4 | nnn.first, before.first(*p) << 4 | pp.first);
        let (class, opens) = (class(before.core(*p), *last_word), opens(after.core(*n), *next_word));
        out.push(21, u64::from(opens), first << 8 | class);
        out.push(55, after.core(*n).iter().take(3).fold(0, |prefix, &b| prefix << 8 | u64::from(b)), 0);
    }

    #[inline(always)]
    fn shapes(&self, out: &mut Features) {
        let Self { pair, ppp_tail, pp, nn, nnn, .. } = self;
        let Pair { tail, shape, close, first, .. } = pair;
        let ending = tail & 0xff;
        out.push(2, *close, *first);
        out.push(5, tail & 0xffff, shape & 0xfff);
        out.push(8, pp.shape & 0xff, ending | (shape & 0xff) << 8);
        out.push(13, *shape, 0);
        out.push(14, *tail, 0);
        let before = (pp.shape & 0xff) << 32 | ending << 16;
        out.push(17, ppp_tail & 0xff, before | (shape & 0xff) << 8 | nn.shape & 0xff);
        out.push(48, shape & 0xff, (nn.shape & 0xff) << 8 | nnn.shape & 0xff);
        out.push(49, first << 8 | nn.first << 4 | nnn.first, *close);
    }

    #[inline(always)]
    fn cases(&self, out: &mut Features) {
        let Self { pair, case, last_case, .. } = self;
        let Pair { tail, close, before, p, .. } = pair;
        out.push(19, *case, close << 4 | tail >> 4 & 15);
        out.push(24, *last_case, before.shape(*p) & 0xfff);
    }

    #[inline(always)]
    fn kinds(&self, out: &mut Features) {
        let Self { pair, pp, nn, nnn, last_kind, next_kind, .. } = self;
        let sides = pair.sides();
        out.push(110, kinds([*last_kind, *next_kind]), sides);
        out.push(113, kinds([*next_kind, nn.kind, nnn.kind]), sides);
        out.push(114, kinds([self.ppp_kind, pp.kind, *last_kind]), sides);
    }

    /// What stands before the sentence, and how the text is written.
    #[inline(always)]
    fn earlier(&self, out: &mut Features, block: &Block<'_>, place: Place) {
        let Self { pair, head, last_kind, next_kind, .. } = self;
        let Head { earlier_kind, .. } = *head;
        let sides = pair.sides();
        let age = u64::from(place.start == block.start) << 4 | self.age;
        out.push(125, kinds([age, earlier_kind]), head.close << 8 | sides);
        out.push(126, kinds([age, earlier_kind, *last_kind]), head.close << 8 | sides);
        let Style(style) = block.style;
        out.push(140, style, sides);
        out.push(141, style, kinds([*last_kind, *next_kind]));
    }

    #[inline(always)]
    fn lengths(&self, out: &mut Features, block: &Block<'_>, place: Place) {
        let Self { pair, nn, head, case, .. } = self;
        let Pair { shape, close, first, after, before, .. } = pair;
        // A place whose words end before the sentence begins is as odd as a very long one, and was learned so.
        let done = scale(place.end.checked_sub(place.start).unwrap_or(usize::MAX));
        let age = self.age << 4 | done;
        out.push(32, age, 0);
        out.push(33, age, first << 8 | case);
        out.push(36, head.shape & 0xfff, (shape & 0xfff) << 16 | age);
        out.push(39, u64::from(place.start == block.start), close << 8 | first);
        let (small, capital) = before.initials(self.begins);
        out.push(46, small.min(4) << 8 | capital.min(4), *first);
        out.push(47, small.min(2) << 8 | capital.min(4), close << 8 | first << 4 | nn.first);
        let (small, capital) = after.initials(0);
        out.push(80, small.min(6) << 4 | capital.min(6), first << 4 | case);
        let left = place.until.map_or(UNKNOWN, |until| scale(until.saturating_sub(place.next)));
        out.push(161, left, done);
    }
}

/// The kinds of words in one number; what stands first may be wider.
#[inline(always)]
fn kinds<const N: usize>(kinds: [u64; N]) -> u64 {
    kinds.iter().fold(0, |all, kind| all << KIND_BITS | kind)
}

/// Stands for a length that is not known.
const UNKNOWN: u64 = 15;

/// A length in bytes in about logarithmic steps, below [`UNKNOWN`].
#[inline]
fn scale(bytes: usize) -> u64 {
    match bytes {
        0..16 => bytes as u64 / 4,
        16..32 => 4 + (bytes as u64 - 16) / 8,
        32..256 => 2 * u64::from(bytes.ilog2()) - 4 + (bytes >> (bytes.ilog2() - 1) & 1) as u64,
        256..512 => 12,
        512..1024 => 13,
        _ => 14,
    }
}

/// The class of the abbreviation that is the word, 0 for none.
#[inline]
fn class(word: &[u8], hash: u64) -> u64 {
    let Some(known) = known_by(word, hash) else { return 0 };
    let small = word.first().is_some_and(u8::is_ascii_lowercase);
    match known.class.filter(|_| !(known.ordinary && small)) {
        None => 0,
        Some(Abbreviation::Title) => 1,
        Some(Abbreviation::BeforeNumber) => 2,
        Some(Abbreviation::Open) => 3,
        Some(Abbreviation::Time) => 4,
    }
}

/// True for a capitalised word that opens sentences.
#[inline]
fn opens(word: &[u8], hash: u64) -> bool {
    let opening = known_by(word, hash).and_then(|known| known.opens);
    opening.is_some_and(|opening| opening.as_bytes() == word)
}

#[cfg(test)]
mod tests;
