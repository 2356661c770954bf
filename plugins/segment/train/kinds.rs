//! The kinds of words: those of the lists in `kinds.txt`, the parts of speech of a lexicon, and what texts with names
//! in them tell.

use crate::offsets;
use docmill_sdk::serde_json::Value;
use docmill_segment::gaps::word;
use std::collections::{BTreeMap, BTreeSet};

const LISTS: &str = include_str!("kinds.txt");

/// The kinds of a word that mostly begins a person's name, follows in one, or stands in a name of anything else.
const PERSON: u8 = 15;
const SURNAME: u8 = 16;
const NAME: u8 = 17;

/// The kinds of the other words: their part of speech, by the tags of the Penn Treebank. Names are missing, and so
/// are nouns in the singular, which most unknown words are.
const TAGS: [(&str, u8); 26] = [
    ("NNS", 18),
    ("JJ", 19),
    ("JJR", 20),
    ("JJS", 20),
    ("VB", 21),
    ("VBP", 21),
    ("VBZ", 22),
    ("VBD", 23),
    ("VBN", 24),
    ("VBG", 25),
    ("RB", 26),
    ("RBR", 27),
    ("RP", 27),
    ("IN", 28),
    ("DT", 29),
    ("PRP", 30),
    ("PRP$", 31),
    ("CC", 32),
    ("MD", 33),
    ("TO", 34),
    ("WDT", 35),
    ("WP", 35),
    ("WRB", 35),
    ("CD", 36),
    ("UH", 37),
    ("EX", 38),
];

/// The kind of each word that has one, by its hash.
pub(crate) struct Kinds(BTreeMap<u64, u8>);

/// How often a word begins a person's name, follows in one, stands in another name, and in none.
#[derive(Clone, Copy, Default)]
struct Named {
    person: u32,
    surname: u32,
    name: u32,
    plain: u32,
}

impl Named {
    /// The kind of a word of which most are part of names.
    fn kind(self) -> Option<u8> {
        let Self { person, surname, name, plain } = self;
        let most = 3 * (person + surname + name + plain) / 5;
        match (person + surname > most, name > most) {
            (true, _) => Some(if person >= surname { PERSON } else { SURNAME }),
            (_, true) => Some(NAME),
            _ => None,
        }
    }
}

impl Kinds {
    /// Of the lists, of a lexicon in which each line is a word and its tags, and of texts with `entities`: a start and
    /// an end in chars, and a label. The lists have the last word, but for first names; then the lexicon.
    pub(crate) fn of(lexicon: &str, texts: &[Value]) -> Self {
        let mut counts = BTreeMap::new();
        texts.iter().for_each(|text| count(text, &mut counts));
        let mut kinds: BTreeMap<u64, u8> = counts
            .into_iter()
            .filter_map(|(word, named): (u64, Named)| Some((word, named.kind()?)))
            .collect();
        let mut kind = 0;
        for line in LISTS.lines().filter(|line| !line.starts_with('#')) {
            if line.starts_with('[') {
                kind += 1;
                continue;
            }
            let words = line.split(',').map(str::trim).filter(|listed| !listed.is_empty());
            kinds.extend(words.map(|listed| (word(listed).1, kind)));
        }
        for (tagged, kind) in tagged(lexicon) {
            if kinds.get(&tagged).is_none_or(|&kind| kind >= PERSON) {
                kinds.insert(tagged, kind);
            }
        }
        Self(kinds)
    }

    /// The kind of the word with this hash, 0 for none.
    pub(crate) fn get(&self, word: u64) -> u8 {
        self.0.get(&word).copied().unwrap_or(0)
    }

    /// All words with a kind, by hash.
    pub(crate) fn words(&self) -> impl Iterator<Item = u64> {
        self.0.keys().copied()
    }
}

/// The words of a lexicon by hash, and the kind that the first tag of each tells. What is told of a word in small
/// letters goes before what is told of it with a capital.
fn tagged(lexicon: &str) -> BTreeMap<u64, u8> {
    let is_word = |word: &&str| {
        word.starts_with(|c: char| c.is_ascii_alphabetic())
            && word.bytes().all(|b| b.is_ascii_alphabetic() || b == b'\'')
    };
    let mut kinds = BTreeMap::new();
    let mut told = BTreeSet::new();
    for small in [true, false] {
        for line in lexicon.lines() {
            let mut columns = line.split_whitespace();
            let Some(written) = columns.next().filter(is_word) else { continue };
            let hash = word(written).1;
            if small != written.contains(char::is_uppercase) && told.insert(hash) {
                let kind = columns.next().and_then(|tag| TAGS.iter().find(|(known, _)| *known == tag));
                kinds.extend(kind.map(|(_, kind)| (hash, *kind)));
            }
        }
    }
    kinds
}

/// Counts the words of a text by the names that they stand in.
fn count(json: &Value, counts: &mut BTreeMap<u64, Named>) {
    let text = json["text"].as_str().unwrap_or_default();
    let offsets = offsets(text);
    let names = json["entities"].as_array().map(Vec::as_slice).unwrap_or_default();
    let side = |name: &Value, n: usize| offsets.get(name[n].as_u64()? as usize).copied();
    let mut at = 0;
    for run in text.split_inclusive(|c: char| c.is_ascii_whitespace()) {
        let (core, hash) = word(run.trim_end());
        let start = at + run.find(core).unwrap_or(0);
        at += run.len();
        if core.is_empty() || !core.chars().all(char::is_alphabetic) {
            continue;
        }
        let tally = counts.entry(hash).or_default();
        let holds = |name: &&Value| {
            side(name, 0).is_some_and(|from| from <= start) && side(name, 1).is_some_and(|to| start < to)
        };
        *match names.iter().find(holds) {
            None => &mut tally.plain,
            Some(name) if name[2] != "PERSON" => &mut tally.name,
            Some(name) if side(name, 0) == Some(start) => &mut tally.person,
            Some(_) => &mut tally.surname,
        } += 1;
    }
}
