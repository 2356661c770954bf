//! Languages: what a table says about the stops, words and marks of one, beside the rules all share.

use crate::abbreviations::{self, Abbreviation};
use crate::kernel::{ByteSet, Finder};
use crate::words::is_roman;
use serde::Deserialize;
use std::sync::LazyLock;

/// What is known about the sentences of one language.
///
/// The rules for English hold in every language; a table adds to them. English has an empty one.
#[derive(Debug)]
pub struct Language {
    tag: &'static str,
    table: Table,
    /// The abbreviations of the table's three classes, sorted.
    abbreviations: Vec<(String, Abbreviation)>,
    candidates: ByteSet,
}

/// A table as its file has it. Words are in small letters and without the last full stop, except `openings`,
/// which are written as they open a sentence.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Table {
    /// The stop after one never ends a sentence.
    never: Vec<String>,
    /// The stop after one ends a sentence unless a number follows.
    numbers: Vec<String>,
    /// The stop after one ends a sentence only before a word of `openings`.
    inside: Vec<String>,
    /// English abbreviations that are ordinary words here.
    ordinary: Vec<String>,
    /// Words that open a sentence far more often than they go on with a name.
    openings: Vec<String>,
    /// Words before which a number with a stop is an ordinal.
    ordinals: Vec<String>,
    /// True when a number in Roman figures with a stop is an ordinal.
    roman_ordinals: bool,
    /// Pairs of quotation marks, each as two chars; the second closes here even if it opens elsewhere.
    quotes: Vec<String>,
    /// Stops beside those of the scripts. One that begins with an ASCII char needs white space after it.
    stops: Vec<String>,
    /// True when `!` and `?` end a sentence even before a small letter.
    ends_before_small: bool,
    /// True when a quotation that ends in a comma stays in one sentence.
    keeps_attributed: bool,
}

macro_rules! tables {
    ($($tag:literal)*) => { &[$(($tag, include_str!(concat!("../languages/", $tag, ".toml")))),*] };
}

/// Tag and table of each language, sorted.
static FILES: &[(&str, &str)] = tables!["am" "bg" "da" "de" "el" "en" "es" "fa" "fr" "hi" "hy" "it" "ja"
    "kk" "mr" "my" "nl" "pl" "ru" "sk" "ur" "zh"];

static LANGUAGES: LazyLock<Vec<Language>> =
    LazyLock::new(|| FILES.iter().map(|(tag, file)| Language::read(tag, file)).collect());

static ENGLISH: LazyLock<Language> = LazyLock::new(|| Language::new("en", Table::default()));

/// Longest word, in bytes, that a list is searched for.
const LONGEST_WORD: usize = 48;

impl Language {
    /// The language of a BCP 47 tag, of which only the primary subtag counts: `de`, `de-AT`, `DE_at`.
    ///
    /// `None` when there is no table for it, as for an empty tag. The tables are read at the first call.
    #[must_use]
    pub fn find(tag: &str) -> Option<&'static Self> {
        let primary = tag.trim().split(['-', '_']).next()?;
        LANGUAGES.iter().find(|language| language.tag.eq_ignore_ascii_case(primary))
    }

    /// English, whose rules hold where no language is known.
    #[must_use]
    pub fn english() -> &'static Self {
        &ENGLISH
    }

    /// The primary subtags of the languages known, sorted.
    pub fn tags() -> impl Iterator<Item = &'static str> {
        FILES.iter().map(|(tag, _)| *tag)
    }

    /// The primary subtag: `de`.
    #[must_use]
    pub fn tag(&self) -> &'static str {
        self.tag
    }

    /// True for English, to which no table adds anything.
    pub(crate) fn is_plain(&self) -> bool {
        self.tag == "en"
    }

    fn read(tag: &'static str, file: &str) -> Self {
        Self::new(tag, toml::from_str(file).expect("the tables are tested"))
    }

    fn new(tag: &'static str, mut table: Table) -> Self {
        for words in [&mut table.ordinary, &mut table.openings, &mut table.ordinals] {
            words.sort();
        }
        let mut abbreviations: Vec<_> = [
            (&mut table.never, Abbreviation::Title),
            (&mut table.numbers, Abbreviation::BeforeNumber),
            (&mut table.inside, Abbreviation::Open),
        ]
        .into_iter()
        .flat_map(|(words, class)| words.drain(..).map(move |word| (word, class)))
        .collect();
        abbreviations.sort_by(|(a, _), (b, _)| a.cmp(b));
        let mut candidates = SHARED_CANDIDATES;
        for first in table.stops.iter().filter_map(|stop| stop.bytes().next()) {
            candidates[usize::from(first)] = true;
        }
        Self { tag, table, abbreviations, candidates: ByteSet::new(candidates) }
    }

    /// Finds the places of `bytes` at which a stop or a mark that matters to one may start.
    pub(crate) fn candidates<'a>(&'a self, bytes: &'a [u8]) -> Finder<'a> {
        Finder::new(&self.candidates, bytes)
    }

    /// The length in bytes of the stop of this language's own at `at`.
    pub(crate) fn stop_at(&self, text: &str, at: usize) -> Option<usize> {
        if self.table.stops.is_empty() {
            return None;
        }
        let rest = text.as_bytes().get(at..)?;
        self.table.stops.iter().find(|stop| rest.starts_with(stop.as_bytes())).map(String::len)
    }

    /// The class of `word`, which stands before a full stop without it. Case is ignored.
    pub(crate) fn abbreviation(&self, word: &str) -> Option<Abbreviation> {
        let own = self.own_abbreviation(word);
        let own = own.or_else(|| (self.table.roman_ordinals && is_roman(word)).then_some(Abbreviation::Open));
        let shared =
            || abbreviations::abbreviation(word).filter(|_| !holds_small(&self.table.ordinary, word));
        own.or_else(shared)
    }

    /// The class of `word` in this language's own table.
    pub(crate) fn own_abbreviation(&self, word: &str) -> Option<Abbreviation> {
        if self.abbreviations.is_empty() {
            return None;
        }
        let mut buffer = [0; LONGEST_WORD];
        let small = small(word, &mut buffer)?;
        let found = self.abbreviations.binary_search_by(|(known, _)| known.as_bytes().cmp(small)).ok()?;
        self.abbreviations.get(found).map(|(_, class)| *class)
    }

    /// True when the stop after `word` never ends a sentence, whatever the rules of English say.
    pub(crate) fn never_ends(&self, word: &str) -> bool {
        self.own_abbreviation(word) == Some(Abbreviation::Title)
    }

    /// True for capitalised words that open a sentence far more often than they go on with a name.
    pub(crate) fn opens_sentence(&self, word: &str) -> bool {
        abbreviations::opens_sentence(word)
            || self.table.openings.binary_search_by(|known| known.as_str().cmp(word)).is_ok()
    }

    /// True when the number `last`, which has a stop, and the word `next` are part of an ordinal or a date,
    /// `12. Juni` or `3. 10. 1990`, in a text that has `before` before `last` and `after` after `next`.
    pub(crate) fn is_ordinal(&self, before: &str, last: &str, next: &str, after: &str) -> bool {
        if self.table.ordinals.is_empty() || !is_short_number(last) {
            return false;
        }
        let month = || {
            let day = before.strip_suffix(' ').unwrap_or(before).strip_suffix('.');
            day.is_some_and(|day| day.ends_with(|c: char| c.is_ascii_digit()))
        };
        holds_small(&self.table.ordinals, next)
            || is_short_number(next) && after.starts_with('.')
            || next.len() == 4 && next.bytes().all(|b| b.is_ascii_digit()) && month()
    }

    /// True for a mark that closes a quotation here, though it opens one elsewhere.
    pub(crate) fn closes(&self, c: char) -> bool {
        self.table.quotes.iter().any(|pair| pair.ends_with(c))
    }

    /// True when `!` and `?` end a sentence even before a small letter.
    pub(crate) fn ends_before_small(&self) -> bool {
        self.table.ends_before_small
    }

    /// True when a quotation that ends in a comma stays in one sentence.
    pub(crate) fn keeps_attributed(&self) -> bool {
        self.table.keeps_attributed
    }
}

/// Bytes at which a stop, a straight quotation mark or a title's bracket may start.
const SHARED_CANDIDATES: [bool; 256] = {
    let mut table = [false; 256];
    let starts = b".!?\":;\xcd\xd6\xd8\xdb\xe0\xe1\xe2\xe3\xea\xef";
    let mut i = 0;
    while i < starts.len() {
        table[starts[i] as usize] = true;
        i += 1;
    }
    table
};

/// True when `words`, which must be sorted and in small letters, hold `word` in any case.
pub(crate) fn holds_small(words: &[String], word: &str) -> bool {
    if words.is_empty() {
        return false;
    }
    let mut buffer = [0; LONGEST_WORD];
    let Some(small) = small(word, &mut buffer) else { return false };
    words.binary_search_by(|known| known.as_bytes().cmp(small)).is_ok()
}

/// Writes `word` in small letters to `buffer`, char by char; `None` when it is longer.
fn small<'a>(word: &str, buffer: &'a mut [u8; LONGEST_WORD]) -> Option<&'a [u8]> {
    let mut end = 0;
    for c in word.chars() {
        if c.is_ascii() {
            *buffer.get_mut(end)? = c.to_ascii_lowercase() as u8;
            end += 1;
            continue;
        }
        for c in c.to_lowercase() {
            c.encode_utf8(buffer.get_mut(end..end + c.len_utf8())?);
            end += c.len_utf8();
        }
    }
    buffer.get(..end)
}

fn is_short_number(word: &str) -> bool {
    matches!(word.len(), 1 | 2) && word.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests;
