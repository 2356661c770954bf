//! Words that are written with a full stop, by what the stop tells about a sentence's end, and the words
//! after it that tell the rest.

use crate::chunk::hash;
use std::sync::LazyLock;

/// What a word with a full stop after it says about the end of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Abbreviation {
    /// Stands before a name: never the end.
    Title,
    /// Stands before a number: the end unless a number follows.
    BeforeNumber,
    /// Can stand anywhere: the end only when a word follows that often opens a sentence.
    Open,
    /// A time of day: the end when a capitalised word follows that is no weekday, month or time zone.
    Time,
}

/// The longest abbreviation known, in bytes.
pub(crate) const LONGEST: usize = 10;

/// Looks up `word`, written without its last full stop, in the English list.
///
/// ASCII case is ignored, but a word that is an ordinary one in small letters, such as `sat`, counts only
/// with a capital. The cost does not depend on the word; an empty word is none.
#[must_use]
pub fn abbreviation(word: &str) -> Option<Abbreviation> {
    let known = known(word.as_bytes())?;
    let ordinary = known.ordinary && !word.bytes().any(|b| b.is_ascii_uppercase());
    known.class.filter(|_| !ordinary)
}

/// A word that some list holds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    /// The word in small letters.
    word: &'static [u8],
    pub(crate) class: Option<Abbreviation>,
    /// True for an abbreviation that is an ordinary word when written small.
    pub(crate) ordinary: bool,
    /// The word as it opens a sentence, if it often does.
    pub(crate) opens: Option<&'static str>,
}

/// Buckets of the table of words, some ten for each.
const BUCKETS: usize = 1 << 12;

/// The words of the lists by their hash.
static KNOWN: LazyLock<Vec<Option<Known>>> = LazyLock::new(|| {
    let lists = [
        (TITLES, Abbreviation::Title),
        (BEFORE_NUMBERS, Abbreviation::BeforeNumber),
        (OPEN, Abbreviation::Open),
        (TIMES, Abbreviation::Time),
    ];
    let mut table = vec![None; BUCKETS];
    for (word, class) in lists.iter().flat_map(|(words, class)| words.iter().map(move |word| (word, class))) {
        enter(&mut table, word.as_bytes()).class = Some(*class);
    }
    ORDINARY.iter().for_each(|word| enter(&mut table, word.as_bytes()).ordinary = true);
    for (word, small) in OPENINGS.iter().zip(SMALL_OPENINGS.iter()) {
        enter(&mut table, small.as_bytes()).opens = Some(word);
    }
    table
});

static SMALL_OPENINGS: LazyLock<Vec<String>> =
    LazyLock::new(|| OPENINGS.iter().map(|word| word.to_ascii_lowercase()).collect());

fn enter<'a>(table: &'a mut [Option<Known>], word: &'static [u8]) -> &'a mut Known {
    let at = place(table, word, hash(word));
    table[at].get_or_insert(Known { word, class: None, ordinary: false, opens: None })
}

/// The bucket of `word`, which has this hash, or the free one where it would stand.
fn place(table: &[Option<Known>], word: &[u8], hash: u64) -> usize {
    let mut at = (hash >> 40) as usize % BUCKETS;
    while table.get(at).is_some_and(|found| found.is_some_and(|found| !found.word.eq_ignore_ascii_case(word)))
    {
        at = (at + 1) % BUCKETS;
    }
    at
}

/// What the lists say about `word`, in any case, as a hash of the word finds it.
pub(crate) fn known(word: &[u8]) -> Option<&'static Known> {
    known_by(word, hash(word))
}

/// The same for a word whose hash is known.
pub(crate) fn known_by(word: &[u8], hash: u64) -> Option<&'static Known> {
    let table = KNOWN.as_slice();
    table.get(place(table, word, hash))?.as_ref()
}

/// True for capitalised words that open a sentence far more often than they go on with a name.
pub(crate) fn opens_sentence(word: &str) -> bool {
    known(word.as_bytes()).is_some_and(|known| known.opens == Some(word))
}

/// True for words that follow a time of day within one sentence: weekdays, months, zones.
pub(crate) fn goes_with_time(word: &str) -> bool {
    holds(WITH_TIMES, word)
}

/// True for verbs that report speech and may follow the name of the one who spoke.
pub(crate) fn reports_speech(word: &str) -> bool {
    holds(SPEECH, word)
}

fn holds(sorted: &[&str], word: &str) -> bool {
    sorted.binary_search(&word).is_ok()
}

/// A list of words, which must be sorted. Without commas a list keeps its shape when the code is formatted.
macro_rules! words {
    ($($word:literal)*) => { &[$($word),*] };
}
pub(crate) use words;

/// Ranks, offices and other words that stand before a name.
static TITLES: &[&str] = words![
    "adm" "adml" "ald" "amb" "approx" "asst" "att" "atty" "bl" "brig" "capt" "cdr" "cf" "cllr" "cmdr"
    "col" "comdr" "const" "cpl" "cpt" "dep" "det" "dr" "dra" "drs" "e.g" "eg" "engr" "ens" "esp" "fr"
    "ft" "gen" "gov" "govs" "hon" "hr" "hrh" "i.e" "ie" "incl" "insp" "int'l" "intl" "justs" "lt" "ltg"
    "maj" "md" "messrs" "mlle" "mme" "mons" "mr" "mrs" "ms" "msgr" "mt" "mx" "pfc" "pres" "prof" "profs"
    "pvt" "rep" "reps" "rev" "revd" "sec'y" "sen" "sens" "sgt" "shri" "smt" "sra" "srta" "ssgt" "supt"
    "v" "viz" "vs" "z"
];

/// Words that stand before a number, months and weekdays among them.
static BEFORE_NUMBERS: &[&str] = words![
    "apr" "apt" "art" "aug" "ca" "ch" "chap" "circa" "dec" "ext" "feb" "fig" "figs" "fri" "jan" "jul"
    "jun" "mar" "mob" "mon" "no" "nos" "nov" "nr" "n°" "oct" "op" "p" "paras" "pg" "pgs" "ph" "pp" "re"
    "rm" "rs" "rub" "sat" "sec" "secs" "sep" "sept" "sq" "sun" "tel" "thu" "thur" "thurs" "tk" "tue"
    "tues" "us$" "vol" "vols" "wed" "weds"
];

/// Companies, suffixes of names, roads, states and units.
static OPEN: &[&str] = words![
    "a.k.a" "adj" "al" "ala" "alta" "ariz" "ark" "assn" "assoc" "assocs" "attn" "ave" "avg" "b.sc"
    "bldg" "blvd" "bros" "calif" "co" "colo" "conf" "conn" "corp" "corps" "cos" "def" "del" "dept"
    "depts" "dist" "div" "ed" "eds" "esq" "est" "et" "etc" "fla" "ga" "govt" "hrs" "hwy" "ibid" "ill"
    "inc" "ind" "inst" "jnr" "jr" "kan" "kans" "km" "ky" "la" "lb" "lbs" "llc" "llp" "ltd" "m.sc" "mass"
    "max" "mfg" "mgr" "mich" "min" "minn" "mins" "misc" "miss" "mo" "mont" "mph" "n.y" "natl" "neb"
    "nev" "okla" "ont" "ore" "oz" "pa" "penn" "ph.d" "pkwy" "pl" "plc" "pte" "que" "rd" "s.a" "sask"
    "sci" "snr" "sr" "st" "ste" "sts" "tech" "tenn" "tex" "trans" "u.s" "u.s.s.r" "univ" "va" "vt"
    "wash" "wis" "wisc" "wyo" "yr" "yrs"
];

/// Times of day.
static TIMES: &[&str] = words![
    "a.m" "p.m"
];

/// Abbreviations that are ordinary words when written small.
static ORDINARY: &[&str] = words![
    "adj" "ark" "col" "del" "hon" "ill" "ind" "jan" "la" "mar" "mass" "miss" "mon" "mt" "ore" "pa" "sat"
    "sun" "wash" "wed"
];

/// See [`opens_sentence`].
static OPENINGS: &[&str] = words![
    "A" "About" "According" "After" "All" "Also" "Although" "Among" "An" "And" "Another" "Any" "Are"
    "As" "Asked" "At" "Because" "Before" "Both" "But" "By" "Can" "Could" "Critics" "Despite" "Did" "Do"
    "Does" "During" "Each" "Earlier" "Even" "Every" "Few" "For" "From" "Had" "Has" "Have" "He" "Her"
    "Here" "His" "How" "However" "I" "If" "In" "Instead" "Is" "It" "Its" "Just" "Last" "Later" "Let"
    "Many" "Meanwhile" "More" "Moreover" "Most" "Mr" "Mrs" "Ms" "My" "Neither" "Next" "No" "Nobody"
    "Nor" "Not" "Nothing" "Now" "Officials" "On" "Once" "One" "Only" "Or" "Other" "Others" "Our" "Over"
    "People" "Please" "Police" "She" "Should" "Since" "So" "Some" "Still" "Such" "That" "The" "Their"
    "Then" "There" "These" "They" "This" "Those" "Though" "Three" "Through" "Thus" "To" "Today" "Two"
    "Under" "Unlike" "Until" "Was" "We" "Were" "What" "When" "Where" "Whether" "Which" "While" "Who"
    "Why" "Will" "With" "Without" "Would" "Yes" "Yet" "You" "Your"
];

/// See [`goes_with_time`].
static WITH_TIMES: &[&str] = words![
    "AEDT" "AEST" "Apr" "April" "Aug" "August" "BST" "CDT" "CEST" "CET" "CST" "CT" "Central" "Dec"
    "December" "EAT" "EDT" "EST" "ET" "Eastern" "Feb" "February" "Fri" "Friday" "GMT" "Greenwich" "HKT"
    "IST" "JST" "Jan" "January" "Jul" "July" "Jun" "June" "MT" "Mar" "March" "May" "Mon" "Monday"
    "Mountain" "NZDT" "NZST" "Nov" "November" "Oct" "October" "PDT" "PKT" "PST" "PT" "Pacific" "SAST"
    "SGT" "Sat" "Saturday" "Sep" "Sept" "September" "Sun" "Sunday" "Thu" "Thur" "Thurs" "Thursday" "Tue"
    "Tues" "Tuesday" "UTC" "WAT" "WIB" "Wed" "Wednesday"
];

/// See [`reports_speech`].
static SPEECH: &[&str] = words![
    "added" "adds" "announced" "answered" "argued" "asked" "asks" "begged" "chanted" "claimed"
    "commented" "concluded" "continued" "cried" "declared" "demanded" "exclaimed" "explained" "inquired"
    "insisted" "joked" "laughed" "mused" "noted" "observed" "pleaded" "posted" "queried" "questioned"
    "quipped" "recalled" "recounted" "reiterated" "remarked" "replied" "replies" "responded" "said"
    "say" "says" "screamed" "shouted" "shouts" "stated" "stressed" "tells" "told" "tweeted" "urged"
    "warned" "whispered" "wondered" "writes" "wrote" "yelled"
];

#[cfg(test)]
mod tests;
