//! The kinds of words: those of the lists in `kinds.txt`, and what texts with names in them tell.

use crate::offsets;
use docmill_sdk::serde_json::Value;
use docmill_segment::gaps::word;
use std::collections::BTreeMap;

const LISTS: &str = include_str!("kinds.txt");

/// The kinds of a word that mostly begins a person's name, follows in one, or stands in a name of anything else.
const PERSON: u8 = 15;
const SURNAME: u8 = 16;
const NAME: u8 = 17;

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
    /// Of the lists, and of texts with `entities`: a start and an end in chars, and a label. The lists have the last
    /// word.
    pub(crate) fn of(texts: &[Value]) -> Self {
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
