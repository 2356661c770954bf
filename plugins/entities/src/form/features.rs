//! What the model sees of a form: numbered features of its words, its mentions' surroundings and the rules' points.

use super::{Form, Forms, NAMES, Scores};
use crate::lexicon::{flag, hash};
use crate::lists;
use crate::run::Candidate;
use crate::word::{Gap, Shape, Words};

/// Buckets that features are hashed into.
pub(crate) const BUCKETS: usize = 1 << 16;
/// Mentions of a form whose surroundings are looked at; the first ones.
const MENTIONS: usize = 8;
/// What a feature of the form itself weighs.
pub(crate) const WHOLE: i32 = 16;
/// What a feature of one mention weighs where a form has 1, 2, … of them: 16 by the root of their number.
const SHARE: [i32; MENTIONS + 1] = [16, 16, 11, 9, 8, 7, 7, 6, 6];
/// Words of a form that are looked at one by one.
const WORDS: usize = 8;

/// What a feature is about; the number goes into its bucket.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Whole,
    Word,
    Inner,
    First,
    Last,
    FirstStart,
    FirstEnd,
    LastStart,
    LastEnd,
    Bias,
    Shapes,
    Length,
    Count,
    Strong,
    Small,
    Head,
    Known,
    FirstFlag,
    LastFlag,
    Flags,
    Title,
    Part,
    Points,
    Best,
    Before,
    BeforeTwo,
    BeforePair,
    BeforeFlag,
    After,
    AfterTwo,
    AfterPair,
    AfterFlag,
    Around,
    Place,
    Neighbour,
}

impl Kind {
    /// The words for it in explanations.
    fn told(self) -> &'static str {
        match self {
            Self::Whole => "the name",
            Self::Word => "its word",
            Self::Inner => "its inner word",
            Self::First => "its first word",
            Self::Last => "its last word",
            Self::FirstStart => "its first word begins as",
            Self::FirstEnd => "its first word ends as",
            Self::LastStart => "its last word begins as",
            Self::LastEnd => "its last word ends as",
            Self::Bias => "any name",
            Self::Shapes => "how it is written",
            Self::Length => "its number of words",
            Self::Count => "its mentions and words",
            Self::Strong => "capitals that are its own",
            Self::Small => "in small letters elsewhere",
            Self::Head => "its head word",
            Self::Known => "its word list",
            Self::FirstFlag => "word list of its first word",
            Self::LastFlag => "word list of its last word",
            Self::Flags => "word lists of its ends",
            Self::Title => "titles before it",
            Self::Part => "part of a longer name",
            Self::Points => "points of the rules",
            Self::Best => "lead by the rules",
            Self::Before => "before it",
            Self::BeforeTwo => "two words before it",
            Self::BeforePair => "words before it",
            Self::BeforeFlag => "word list of the word before it",
            Self::After => "behind it",
            Self::AfterTwo => "two words behind it",
            Self::AfterPair => "words behind it",
            Self::AfterFlag => "word list of the word behind it",
            Self::Around => "on both sides",
            Self::Place => "where it stands",
            Self::Neighbour => "listed with",
        }
    }
}

/// The features of one form; used again for the next.
#[derive(Default)]
pub(crate) struct Features {
    /// Buckets of what the form itself is.
    pub(crate) own: Vec<u16>,
    /// Buckets of what stands around its mentions.
    pub(crate) around: Vec<u16>,
    /// What each of `around` weighs.
    pub(crate) share: i32,
    /// How many of `own` are about the words themselves; they stand first.
    pub(crate) words: usize,
    outside: bool,
    /// Names of the features in both lists, when somebody asks.
    pub(crate) names: Option<[Vec<String>; 2]>,
}

/// The document that features are taken from.
pub(crate) struct Scene<'a> {
    pub(crate) words: &'a Words<'a>,
    pub(crate) candidates: &'a [Candidate],
    pub(crate) forms: &'a Forms,
    /// Hashes of the words in small letters, sorted.
    pub(crate) small: &'a [u64],
    /// For each candidate the next one of its form, or its own index at the end.
    pub(crate) next: &'a [usize],
}

impl Features {
    /// Features that know their names.
    pub(crate) fn named() -> Self {
        Self { names: Some([Vec::new(), Vec::new()]), ..Self::default() }
    }

    fn push(&mut self, kind: Kind, value: u64, shown: impl FnOnce() -> String) {
        const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
        let mixed = (value ^ (kind as u64 + 1).wrapping_mul(0xD6E8_FEB8_6659_FD93)).wrapping_mul(FACTOR);
        let bucket = ((mixed ^ (mixed >> 32)).wrapping_mul(FACTOR) >> 48) as u16;
        if let Some(names) = &mut self.names
            && let Some(list) = names.get_mut(usize::from(self.outside))
        {
            list.push(format!("{} {}", kind.told(), shown()));
        }
        if self.outside { self.around.push(bucket) } else { self.own.push(bucket) }
    }

    fn number(&mut self, kind: Kind, value: u64) {
        self.push(kind, value.wrapping_add(1 << 40), || value.to_string());
    }

    fn text(&mut self, kind: Kind, text: &str) {
        self.push(kind, hash(text.as_bytes()), || text.to_owned());
    }

    fn word(&mut self, kind: Kind, words: &Words<'_>, at: usize) {
        match words.get(at) {
            Some(word) if word.hash != 0 => self.push(kind, word.hash, || words.str(at).to_owned()),
            Some(word) if word.shape == Shape::Number => {
                self.text(kind, if word.end - word.start == 4 { "0000" } else { "0" });
            }
            Some(_) => self.text(kind, words.str(at)),
            None => self.text(kind, ""),
        }
    }

    fn flags(&mut self, kind: Kind, flags: u64) {
        let mut rest = flags;
        while rest != 0 {
            let bit = rest.trailing_zeros();
            self.push(kind, u64::from(bit) + (1 << 40), || lists::section(1 << bit).to_owned());
            rest &= rest - 1;
        }
    }

    /// Collects the features of a form; what was collected before is gone.
    pub(crate) fn collect(&mut self, scene: &Scene<'_>, form: &Form) {
        let at = form.candidate;
        self.own.clear();
        self.around.clear();
        self.names.iter_mut().flatten().for_each(Vec::clear);
        self.outside = false;
        let Some(candidate) = scene.candidates.get(at) else { return };
        self.lexical(scene, form, candidate);
        self.words = self.own.len();
        self.form(scene, form, candidate);
        self.points(form);
        self.outside = true;
        let mut mention = at;
        for _ in 0..MENTIONS {
            self.mention(scene, mention);
            match scene.next.get(mention) {
                Some(&next) if next != mention => mention = next,
                _ => break,
            }
        }
        self.share = SHARE.get(form.count as usize).or(SHARE.last()).copied().unwrap_or(1);
    }

    fn lexical(&mut self, scene: &Scene<'_>, form: &Form, candidate: &Candidate) {
        let words = scene.words;
        let (first, last) = (candidate.first, candidate.end - 1);
        self.push(Kind::Whole, hash(form.key.as_bytes()), || form.key.clone());
        for at in (first..candidate.end).take(WORDS) {
            self.word(Kind::Word, words, at);
            if at > first && at < last {
                self.word(Kind::Inner, words, at);
            }
        }
        if first != last {
            self.word(Kind::First, words, first);
            self.word(Kind::Last, words, last);
        }
    }

    fn form(&mut self, scene: &Scene<'_>, form: &Form, candidate: &Candidate) {
        let words = scene.words;
        let (first, last) = (candidate.first, candidate.end - 1);
        self.number(Kind::Bias, 0);
        let single = u64::from(first == last);
        self.affixes(words, first, last);
        self.shapes(words, candidate);
        let (count, len) = (form.count.min(6), form.words.min(6) as u64);
        self.number(Kind::Length, len);
        self.number(Kind::Count, u64::from(count) * 8 + len.min(2));
        let strong = if form.strong == 0 { 0 } else { 1 + u64::from(form.strong == form.count) };
        self.number(Kind::Strong, strong * 2 + single);
        let is_small = |at: usize| words.get(at).is_some_and(|w| scene.small.binary_search(&w.hash).is_ok());
        let small = u64::from(is_small(first)) * 2 + u64::from(is_small(last));
        self.number(Kind::Small, small * 6 + strong * 2 + single);
        let head = candidate.head.map_or(15, |label| label as u64);
        self.number(Kind::Head, head * 4 + u64::from(candidate.mixed) * 2 + single);
        self.flags(Kind::Known, candidate.known.flags);
        self.flags(Kind::FirstFlag, words.get(first).map_or(0, |word| word.entry.flags));
        self.flags(Kind::LastFlag, words.get(last).map_or(0, |word| word.entry.flags) | 1 << 50);
        let kinds = |at: usize| words.get(at).map_or(0, |word| brief(word.entry.flags));
        self.number(Kind::Flags, kinds(first) << 20 | kinds(last) << 4 | len.min(3));
        if let Some(part) = form.part {
            self.number(Kind::Part, part as u64 * 2 + single);
        }
        self.number(Kind::Title, u64::from(form.titles > 0) * 2 + u64::from(form.titles * 2 > form.count));
    }

    /// How the first and the last word begin and end, the same word once.
    fn affixes(&mut self, words: &Words<'_>, first: usize, last: usize) {
        if first != last {
            self.affixes_of(words.str(first), [Kind::FirstStart, Kind::FirstEnd], 0);
        }
        let single = if first == last { 1 << 33 } else { 0 };
        self.affixes_of(words.str(last), [Kind::LastStart, Kind::LastEnd], single);
    }

    fn affixes_of(&mut self, text: &str, [start, end]: [Kind; 2], single: u64) {
        let mut buffer = [0_u8; 64];
        let bytes = crate::lexicon::lower(text, &mut buffer).unwrap_or(text.as_bytes());
        let len = bytes.len();
        let mut add = |kind: Kind, from: usize, to: usize, mark: u64| {
            let piece = bytes.get(from..to).unwrap_or(bytes);
            self.push(kind, hash(piece) ^ single ^ mark, || String::from_utf8_lossy(piece).into_owned());
        };
        add(start, 0, 3, 0);
        for (mark, size) in [(1, 2), (2, 3), (3, 4)] {
            add(end, len.saturating_sub(size), len, mark);
        }
    }

    fn shapes(&mut self, words: &Words<'_>, candidate: &Candidate) {
        let mut shapes = 0_u64;
        for at in (candidate.first..candidate.end).take(WORDS) {
            let Some(word) = words.get(at) else { continue };
            let mut code = word.shape as u64 + 1;
            if word.shape == Shape::Upper {
                code = 9 + u64::from(word.end - word.start).min(6);
            } else if word.shape == Shape::Mark {
                code = u64::from(words.str(at).as_bytes().first().copied().unwrap_or(0)) % 7 + 20;
            }
            shapes = shapes << 5 | code;
        }
        self.number(Kind::Shapes, shapes);
    }

    /// What the rules say, as far as they are asked.
    fn points(&mut self, form: &Form) {
        let (mut best, mut top, mut next) = (0, i32::MIN, i32::MIN);
        for (at, &points) in form.scores.iter().enumerate() {
            let step = (points.clamp(-4, 15) + 4) as u64;
            let name = || NAMES.get(at).map_or(String::new(), |label| format!("{label} {points}"));
            self.push(Kind::Points, at as u64 * 32 + step, name);
            if points > top {
                (best, next, top) = (at, top, points);
            } else {
                next = next.max(points);
            }
        }
        let lead = (top - next).clamp(0, 12) as u64;
        let name = || NAMES.get(best).map_or(String::new(), |label| format!("{label} {lead}"));
        self.push(Kind::Best, best as u64 * 16 + lead, name);
        self.number(Kind::Best, (1 << 10) + best as u64 * 32 + top.clamp(0, 20) as u64);
    }

    fn mention(&mut self, scene: &Scene<'_>, at: usize) {
        let Some(candidate) = scene.candidates.get(at) else { return };
        let words = scene.words;
        let (first, end) = (candidate.first, candidate.end);
        let single = u64::from(end == first + 1);
        let opens = words.get(first).is_none_or(|word| word.gap == Gap::Line);
        if opens {
            self.text(Kind::Before, "\n");
        } else if let Some(before) = first.checked_sub(1) {
            self.word(Kind::Before, words, before);
            let near = words.get(before);
            self.flags(Kind::BeforeFlag, near.map_or(0, |word| word.entry.flags));
            if let Some(two) = before.checked_sub(1).filter(|_| near.is_some_and(|w| w.gap != Gap::Line)) {
                self.word(Kind::BeforeTwo, words, two);
                self.pair(Kind::BeforePair, words, (two, before));
            }
        }
        let goes_on = |at: usize| words.get(at).is_some_and(|word| word.gap != Gap::Line);
        if goes_on(end) {
            self.word(Kind::After, words, end);
            self.flags(Kind::AfterFlag, words.get(end).map_or(0, |word| word.entry.flags));
            if goes_on(end + 1) {
                self.word(Kind::AfterTwo, words, end + 1);
                self.pair(Kind::AfterPair, words, (end, end + 1));
            }
            self.around(words, first, end);
        } else {
            self.text(Kind::After, "\n");
        }
        let first_word = words.get(first).is_some_and(|word| word.first);
        self.number(Kind::Place, u64::from(first_word) * 4 + u64::from(opens) * 2 + single);
        for before in [true, false] {
            if let Some(label) = listed_beside(scene, at, before) {
                let name = || NAMES.get(label).map_or(String::new(), ToString::to_string);
                self.push(Kind::Neighbour, label as u64, name);
            }
        }
    }

    fn pair(&mut self, kind: Kind, words: &Words<'_>, (one, two): (usize, usize)) {
        let part = |at: usize| {
            words
                .get(at)
                .map_or(0, |word| if word.hash == 0 { hash(words.str(at).as_bytes()) } else { word.hash })
        };
        self.push(kind, part(one).rotate_left(7) ^ part(two), || {
            format!("{} {}", words.str(one), words.str(two))
        });
    }

    /// The words on both sides together.
    fn around(&mut self, words: &Words<'_>, first: usize, end: usize) {
        if let Some(before) = first.checked_sub(1) {
            self.pair(Kind::Around, words, (before, end));
        }
    }
}

/// Flags that tell what a name's word may be, in few bits.
fn brief(flags: u64) -> u64 {
    let bits = [
        flag::COUNTRY | flag::PLACE,
        flag::NORP,
        flag::FIRST,
        flag::SURNAME,
        flag::ORG | flag::ORG_HEAD | flag::ORG_TAIL,
        flag::LOC_HEAD,
        flag::FAC_HEAD,
        flag::MISC_HEAD | flag::MISC | flag::PRODUCT,
        flag::COMMON | flag::TOPIC,
        flag::COMPASS,
    ];
    bits.iter().enumerate().map(|(at, bits)| u64::from(flags & bits != 0) << at).sum()
}

/// The rules' label of the candidate that a comma or `and` joins to this one.
fn listed_beside(scene: &Scene<'_>, at: usize, before: bool) -> Option<usize> {
    let other = if before { at.checked_sub(1)? } else { at + 1 };
    let (own, beside) = (scene.candidates.get(at)?, scene.candidates.get(other)?);
    let (from, to) = if before { (beside.end, own.first) } else { (own.end, beside.first) };
    let joined = to.checked_sub(from).is_some_and(|len| (1..3).contains(&len))
        && (from..to).all(|at| matches!(scene.words.str(at), "," | "and" | "&" | "or" | "/" | ";"));
    let form = scene.forms.list.get(*scene.forms.of.get(other)?).filter(|_| joined)?;
    best_of(&form.scores)
}

/// The label that leads by points, if it has enough of them.
fn best_of(scores: &Scores) -> Option<usize> {
    let best = (0..scores.len()).rev().max_by_key(|&at| scores.get(at))?;
    scores.get(best).is_some_and(|&top| top > 3).then_some(best)
}
