//! What the learned score of the profile `web` looks at around a gap.

use crate::abbreviations::{Abbreviation, LONGEST, known};
use crate::chunk::{Chunk, Class, chunk_at, chunk_before, is_space};
use docmill_sdk::Span;

/// Number of bits of a feature, and so of the index of a weight.
pub const BITS: u32 = 16;

/// The most features that a gap can have.
const MOST: usize = 40;

/// How far back, in bytes, the words of the sentence are counted.
const COUNTED: usize = 80;

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
}

/// A paragraph, as far as its features do not change from gap to gap.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block<'a> {
    /// The text up to the paragraph's end.
    pub(crate) bytes: &'a [u8],
    start: usize,
    end: usize,
    /// True when the paragraph ends in a stop.
    stopped: bool,
}

impl<'a> Block<'a> {
    pub(crate) fn new(text: &'a str, whole: Span) -> Self {
        let (start, end) = (whole.start(), whole.end());
        let bytes = text.as_bytes().get(..end).unwrap_or_default();
        let tail = bytes.get(start.max(end.saturating_sub(4))..).unwrap_or_default();
        let last = tail.iter().rev().find(|&&b| !matches!(Class::of(b), Class::QUOTE | Class::CLOSE));
        let stopped = last.is_some_and(|b| matches!(b, b'.' | b'!' | b'?'));
        Self { bytes, start, end, stopped }
    }
}

/// The two runs at a gap.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair<'a> {
    before: Chunk<'a>,
    after: Chunk<'a>,
}

impl<'a> Pair<'a> {
    pub(crate) fn new(block: &Block<'a>, place: Place) -> Self {
        let before = chunk_before(block.bytes, block.start, place.end);
        Self { before, after: chunk_at(block.bytes, place.next, block.end) }
    }

    /// The features that tell at little cost whether the gap is worth a closer look.
    pub(crate) fn glance(&self, place: Place) -> [u16; GLANCE] {
        let Self { before: p, after: n } = self;
        let first = n.first();
        let kind = kind(self, place) << 8;
        [
            index(kind | 1, n.word, first),
            index(kind | 2, p.word, first << 4 | p.last()),
            index(kind | 3, p.tail & 0xfff, n.shape & 0xff),
            index(kind | 4, p.last(), n.shape & 0xffff),
        ]
    }
}

/// What the rules say, whether a stop stands before the gap, and whether white space does.
fn kind(pair: &Pair<'_>, place: Place) -> u64 {
    let tight = u64::from(place.next == place.end);
    let stop = |class: u64| matches!(class, 4..=6);
    let last = pair.before.last();
    let stopped = stop(last) || last >= 10 && stop(pair.before.tail >> 4 & 15);
    place.rule as u64 | u64::from(stopped) << 2 | tight << 3
}

/// The number of features for a glance.
pub(crate) const GLANCE: usize = 4;

/// How a word, known by its hash, is mostly written.
pub(crate) trait Cases: Fn(u64) -> u64 {}
impl<F: Fn(u64) -> u64> Cases for F {}

/// Decides which features share a weight; one of 41 tried, by the score on EWT's development part, where
/// they range over about a point.
const SALT: u64 = 33 << 40;

/// The index of the weight for a template, of which only the number must be its own, and its two values.
#[inline]
fn index(template: u64, a: u64, b: u64) -> u16 {
    let mixed =
        (a.wrapping_mul(0xff51_afd7_ed55_8ccd) ^ b.rotate_left(32)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    ((mixed ^ (mixed >> 29) ^ template ^ SALT).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - BITS)) as u16
}

/// The features of one gap: indices of weights.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Features {
    found: [u16; MOST],
    len: usize,
    kind: u64,
}

impl Features {
    pub(crate) fn of(block: &Block<'_>, place: Place, pair: Pair<'_>, cases: &impl Cases) -> Self {
        let view = View::new(block, place, pair, cases);
        let kind = kind(&pair, place);
        let mut out = Self { found: [0; MOST], len: 0, kind };
        out.push(1, 0, 0);
        view.words(&mut out);
        view.shapes(&mut out);
        view.cases(&mut out, cases);
        view.lengths(&mut out, block, place);
        out
    }

    /// The indices of the weights that count for the gap.
    pub(crate) fn as_slice(&self) -> &[u16] {
        self.found.get(..self.len).unwrap_or_default()
    }

    #[inline]
    fn push(&mut self, template: u64, a: u64, b: u64) {
        if let Some(slot) = self.found.get_mut(self.len) {
            *slot = index(template ^ (self.kind << 8), a, b);
            self.len += 1;
        }
    }
}

/// The runs around a gap: three before it, three after it, and the sentence's first.
struct View<'a> {
    ppp: Chunk<'a>,
    pp: Chunk<'a>,
    p: Chunk<'a>,
    n: Chunk<'a>,
    nn: Chunk<'a>,
    nnn: Chunk<'a>,
    head: Chunk<'a>,
    /// How many runs stand between the sentence's first and the gap, at most three.
    age: u64,
    /// The class of the last byte before the gap and of the first after it.
    close: u64,
    first: u64,
    /// The case of the next word.
    case: u64,
}

impl<'a> View<'a> {
    fn new(block: &Block<'a>, place: Place, pair: Pair<'a>, cases: &impl Cases) -> Self {
        let Block { bytes, start, end, .. } = *block;
        let Pair { before: p, after: n } = pair;
        let latest = place.end - p.bytes.len();
        let gap_before = back(bytes, start, latest);
        let pp = chunk_before(bytes, start, gap_before);
        let second = gap_before - pp.bytes.len();
        let third_end = back(bytes, start, second);
        let ppp = chunk_before(bytes, start, third_end);
        let third = third_end - ppp.bytes.len();
        let nn_at = ahead(bytes, place.next + n.bytes.len(), end);
        let nn = chunk_at(bytes, nn_at, end);
        let nnn = chunk_at(bytes, ahead(bytes, nn_at + nn.bytes.len(), end), end);
        let head = chunk_at(bytes, place.start, end);
        let age = [latest, second, third].iter().take_while(|&&at| at > place.start).count() as u64;
        Self { age, close: p.last(), first: n.first(), case: cases(n.word), ppp, pp, p, n, nn, nnn, head }
    }

    fn words(&self, out: &mut Features) {
        let Self { p, n, nn, nnn, close, first, case, .. } = self;
        out.push(4, n.word, *first);
        out.push(7, p.word, n.word);
        out.push(23, nn.word, n.word);
        out.push(50, nnn.word, *first);
        out.push(12, p.len.min(6) as u64, first << 8 | case);
        out.push(22, n.len.min(6) as u64, close << 8 | first);
        let (class, opens) = (class(p), u64::from(opens(n)));
        out.push(20, class, first << 8 | case);
        out.push(21, opens, first << 8 | class);
        out.push(55, n.core.iter().take(3).fold(0, |prefix, &b| prefix << 8 | u64::from(b)), 0);
    }

    fn shapes(&self, out: &mut Features) {
        let Self { ppp, pp, p, n, nn, nnn, close, first, .. } = self;
        let tail = p.tail & 0xff;
        out.push(2, *close, *first);
        out.push(5, p.tail & 0xffff, n.shape & 0xfff);
        out.push(8, pp.tail & 0xff, tail | (n.shape & 0xff) << 8);
        out.push(13, n.shape, 0);
        out.push(14, p.tail, 0);
        let before = (pp.tail & 0xff) << 32 | tail << 16;
        out.push(17, ppp.tail & 0xff, before | (n.shape & 0xff) << 8 | nn.shape & 0xff);
        out.push(48, n.shape & 0xff, (nn.shape & 0xff) << 8 | nnn.shape & 0xff);
        out.push(49, first << 8 | nn.first() << 4 | nnn.first(), *close);
    }

    fn cases(&self, out: &mut Features, cases: &impl Cases) {
        let Self { pp, p, nn, close, first, case, .. } = self;
        let last = cases(p.word);
        let around = cases(pp.word) << 12 | last << 8 | case << 4 | cases(nn.word);
        out.push(15, around, first << 4 | nn.first());
        out.push(16, last << 8 | case, p.tail & 0xff | first << 8);
        out.push(19, *case, close << 4 | p.tail >> 4 & 15);
        out.push(24, last, p.shape & 0xfff);
    }

    fn lengths(&self, out: &mut Features, block: &Block<'_>, place: Place) {
        let Self { p, n, nn, head, close, first, case, .. } = self;
        // A place whose words end before the sentence begins is as odd as a very long one, and was learned so.
        let apart = |from: usize, to: usize| scale(to.checked_sub(from).unwrap_or(usize::MAX));
        let (done, left) = (apart(place.start, place.end), apart(place.next, block.end));
        let age = self.age << 4 | done;
        let stopped = u64::from(block.stopped);
        out.push(32, age, 0);
        out.push(33, age, first << 8 | case);
        out.push(34, left, stopped);
        out.push(36, head.shape & 0xfff, (n.shape & 0xfff) << 16 | age);
        out.push(39, u64::from(place.start == block.start), close << 8 | first);
        out.push(40, done, left << 8 | stopped);
        out.push(41, stopped, (p.tail & 0xff) << 8 | n.shape & 0xff);
        let (small, capital) = initials(block.bytes, place);
        out.push(46, small.min(4) << 8 | capital.min(4), *first);
        out.push(47, small.min(2) << 8 | capital.min(4), close << 8 | first << 4 | nn.first());
    }
}

/// How many of the sentence's last words begin small and how many with a capital.
fn initials(bytes: &[u8], place: Place) -> (u64, u64) {
    let from = place.end.saturating_sub(COUNTED).max(place.start);
    let (mut small, mut capital, mut opens) = (0, 0, true);
    for &b in bytes.get(from..place.end).unwrap_or_default() {
        small += u64::from(opens & b.is_ascii_lowercase());
        capital += u64::from(opens & b.is_ascii_uppercase());
        opens = is_space(b);
    }
    (small, capital)
}

/// A length in bytes in about logarithmic steps.
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

fn back(bytes: &[u8], start: usize, mut at: usize) -> usize {
    while at > start && bytes.get(at - 1).is_some_and(|&b| is_space(b)) {
        at -= 1;
    }
    at
}

fn ahead(bytes: &[u8], mut at: usize, end: usize) -> usize {
    while at < end && bytes.get(at).is_some_and(|&b| is_space(b)) {
        at += 1;
    }
    at
}

/// The class of the abbreviation between the marks of a run, 0 for none.
fn class(run: &Chunk<'_>) -> u64 {
    if run.len > LONGEST {
        return 0;
    }
    let Some(known) = known(run.core) else { return 0 };
    let small = run.core.first().is_some_and(u8::is_ascii_lowercase);
    match known.class.filter(|_| !(known.ordinary && small)) {
        None => 0,
        Some(Abbreviation::Title) => 1,
        Some(Abbreviation::BeforeNumber) => 2,
        Some(Abbreviation::Open) => 3,
        Some(Abbreviation::Time) => 4,
    }
}

/// True for a capitalised word that opens sentences.
fn opens(run: &Chunk<'_>) -> bool {
    let opening = known(run.core).and_then(|known| known.opens);
    opening.is_some_and(|word| word.as_bytes() == run.core)
}
