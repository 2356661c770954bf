//! The words of a dateline before its mark, and how likely they are one.

use std::borrow::Cow;

use super::dateline::Line;
use super::header::starts_upper;
use super::marks::{Mark, marks};
use super::places;
use crate::dates::{self, Partial};

/// How much speaks for a dateline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Evidence {
    /// It is one, whatever follows.
    Sure,
    /// It is one if a sentence begins after it.
    IfProse,
}

/// The words before a mark, taken apart.
pub(super) struct Head<'a> {
    /// The first place named.
    place: &'a str,
    /// What follows the place after a comma: a country, a state.
    region: Option<&'a str>,
    pub(super) date: Option<Partial>,
    pub(super) agency: Option<&'a str>,
    /// The agency is one we know.
    known_agency: bool,
    /// The place is written in capitals.
    pub(super) capitals: bool,
}

impl<'a> Head<'a> {
    pub(super) fn of(head: &'a str) -> Option<Self> {
        let (mut date, mut agency, mut known_agency, mut bracketed_region) = (None, None, false, None);
        let mut rest = trim_end(head);
        while let Some(inner) = rest.strip_suffix(')') {
            let open = inner.rfind('(')?;
            let inner = inner.get(open + 1..)?.trim();
            if date.is_none() && whole_date(inner).is_some() {
                date = whole_date(inner);
            } else if places::is_region(inner) {
                bracketed_region = Some(inner);
            } else if agency.is_none() && (places::is_agency(inner) || like_agency(inner)) {
                known_agency = places::is_agency(inner);
                agency = Some(inner);
            } else {
                return None;
            }
            rest = trim_end(rest.get(..open)?);
        }
        let (before, found) = split_date(rest);
        let bracketed_date = date.is_some();
        date = date.or(found);
        rest = trim_end(before);
        if let Some((before, last)) = rest.rsplit_once(',')
            && agency.is_none()
            && places::is_agency(last.trim())
        {
            agency = Some(last.trim());
            known_agency = true;
            rest = trim_end(before);
        }
        if bracketed_date && found.is_some() {
            return None;
        }
        let (place, region) = places_of(rest)?;
        let capitals = is_capitals(place);
        Some(Self { place, region: region.or(bracketed_region), date, agency, known_agency, capitals })
    }

    /// How sure it is that these words before `mark` are a dateline that ends at `end`; `None` if not at all.
    pub(super) fn evidence(&self, line: &Line<'_>, mark: &Mark, end: usize) -> Option<Evidence> {
        let known = places::city(self.place).is_some();
        if !known && !self.known_agency && self.place.split([' ', '-']).any(places::is_rubric) {
            return None;
        }
        let region = self.region.is_some_and(places::is_region);
        if self.region.is_some() && !region && self.date.is_none() && !self.known_agency {
            return None;
        }
        if self.agency.is_some() && !self.known_agency && (mark.colon || !(known || self.capitals)) {
            return None;
        }
        if self.known_agency || self.date.is_some() && (known || self.capitals) {
            return Some(Evidence::Sure);
        }
        if self.date.is_some() {
            return Some(Evidence::IfProse);
        }
        let prose = line.after(end);
        if known && self.capitals {
            // A city may have the line to itself.
            return Some(Evidence::Sure);
        }
        let place = if prose.trim().is_empty() {
            false
        } else if self.capitals {
            let likely = || like_place(self.place) && !(mark.colon && is_transcript(line, end));
            region || places::is_region(self.place) || likely()
        } else {
            let plain_hyphen = mark.hyphen && !mark.spaced;
            let name = mark.colon && !region && AMBIGUOUS.contains(&self.place);
            let place = known && !name && (!plain_hyphen || prose.starts_with(' ')) || region && !mark.colon;
            place && !is_apposition(prose, mark)
        };
        place.then_some(Evidence::IfProse)
    }

    pub(super) fn place_name(&self) -> Cow<'a, str> {
        if let Some(city) = places::city(self.place) {
            return Cow::Borrowed(city.strip_suffix(" DC").unwrap_or(city));
        }
        if self.capitals { Cow::Owned(ordinary(self.place)) } else { Cow::Borrowed(self.place) }
    }
}

/// Cities whose name in front of a colon is more often a person or a plain word.
const AMBIGUOUS: &[&str] = &[
    "Austin",
    "Charlotte",
    "Cali",
    "Darwin",
    "Essen",
    "Florence",
    "Hamilton",
    "Jackson",
    "Lima",
    "Madison",
    "Male",
    "Nice",
    "Norfolk",
    "Orlando",
    "Phoenix",
    "Providence",
    "Rosario",
    "Salvador",
    "Santiago",
    "Victoria",
];

/// Cuts a date off the end: `NEW DELHI, Aug 3` -> `NEW DELHI`; also a bare weekday.
fn split_date(head: &str) -> (&str, Option<Partial>) {
    for (at, _) in head.match_indices([',', ' ']) {
        let (Some(before), Some(after)) = (head.get(..at), head.get(at + 1..)) else { continue };
        let after = after.trim_start();
        if let Some(date) = whole_date(after) {
            return (before, Some(date));
        }
        let weekday = dates::skip_weekday(after);
        if weekday > 3 && weekday == after.len() && head.get(at..).is_some_and(|rest| rest.starts_with(',')) {
            return (before, None);
        }
    }
    (head, None)
}

/// A date that is all of `text`, a weekday before it allowed.
pub(super) fn whole_date(text: &str) -> Option<Partial> {
    let text = text.trim();
    let text = text.get(dates::skip_weekday(text)..)?;
    let (date, len) = dates::spelled(text)?;
    text.get(len..)?.trim_matches(['.', ' ']).is_empty().then_some(date)
}

/// The first place and what follows it after a comma, or `None` if these are no names of places.
fn places_of(words: &str) -> Option<(&str, Option<&str>)> {
    let mut parts = words.split(',').map(str::trim);
    let first = parts.next()?;
    let region = parts.next();
    let further = parts.next();
    if parts.next().is_some() || further.is_some_and(|part| !is_name(part)) {
        return None;
    }
    let first = first.split(['/', '&']).next()?.trim();
    let first = [" and ", " AND "].iter().find_map(|and| first.split_once(and)).map_or(first, |(one, _)| one);
    if !is_name(first) || region.is_some_and(|region| !is_name(region)) {
        return None;
    }
    // "Egypt, Cairo" names the country first.
    match region {
        Some(city)
            if places::is_region(first) && places::city(city).is_some() && places::city(first).is_none() =>
        {
            Some((city, Some(first)))
        }
        _ => Some((first, region)),
    }
}

/// One to five capitalised words of letters; particles may be in lower case.
fn is_name(words: &str) -> bool {
    let mut count = 0;
    let fits = words.split(' ').filter(|word| !word.is_empty()).all(|word| {
        count += 1;
        let letters = word.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '’' | '-' | '.'));
        letters && (starts_upper(word) || count > 1 && SMALL.contains(&word))
    });
    fits && (1..=5).contains(&count)
}

/// A name in capitals that is likely a place we do not know: long enough to be no acronym.
fn like_place(name: &str) -> bool {
    let words = name.split([' ', '-']).filter(|word| !word.is_empty()).count();
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    let vowels = name.chars().filter(|c| "AEIOUYÀÁÂÃÄÅÈÉÊËÌÍÎÏÒÓÔÖØÙÚÛÜ".contains(*c)).count();
    let script = name.chars().any(char::is_uppercase);
    script && words <= 3 && letters >= 5 && vowels * 5 >= letters
}

fn like_agency(name: &str) -> bool {
    let letters = name.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '/' | '.' | '&' | '-'));
    letters && (2..=30).contains(&name.len()) && name.split(' ').count() <= 4 && starts_upper(name)
}

fn is_capitals(name: &str) -> bool {
    name.chars().filter(|c| c.is_alphabetic()).count() >= 2
        && name.chars().all(|c| !c.is_alphabetic() || c.is_uppercase())
}

/// True if another line opens with a name in capitals and a colon, as speeches in a transcript do.
fn is_transcript(line: &Line<'_>, end: usize) -> bool {
    let from = line.start + end;
    let place = line.text.get(line.start..from).unwrap_or_default();
    line.text.get(from..).unwrap_or_default().lines().skip(1).any(|line| {
        let start = line.get(..line.floor_char_boundary(MAX_NAME)).unwrap_or_default();
        let Some((name, _)) = start.trim_start().split_once(':') else { return false };
        place.starts_with(name) || is_capitals(name) && is_name(name) && places::city(name).is_none()
    })
}

/// The longest name of a speaker, in bytes.
const MAX_NAME: usize = 60;

/// True for `Paris — Europe's most visited city — is`: the dash opens an insertion.
fn is_apposition(rest: &str, mark: &Mark) -> bool {
    const VERBS: &[&str] = &[
        "is", "was", "has", "had", "are", "were", "will", "would", "can", "could", "may", "might", "remains",
    ];
    !mark.colon
        && marks(rest).any(|second| {
            let after = rest.get(second.end..).unwrap_or_default().trim_start();
            !second.colon && after.split(' ').next().is_some_and(|word| VERBS.contains(&word))
        })
}

/// `PORT-AU-PRINCE` -> `Port-au-Prince`.
fn ordinary(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for (index, word) in name.split(' ').filter(|word| !word.is_empty()).enumerate() {
        if index > 0 {
            out.push(' ');
        }
        for (part_index, part) in word.split('-').enumerate() {
            if part_index > 0 {
                out.push('-');
            }
            let lower = part.to_lowercase();
            let small = SMALL.contains(&lower.as_str()) && index + part_index > 0;
            if small { out.push_str(&lower) } else { push_title(&mut out, part, &lower) }
        }
    }
    out
}

/// Writes one word with capitals after its start and after dots and one-letter elisions (`N'Djamena`).
fn push_title(out: &mut String, word: &str, lower: &str) {
    if word.contains('.') && word.len() <= 5 && word.split('.').all(|part| part.chars().count() <= 1) {
        out.push_str(word);
        return;
    }
    let mut letters = 0;
    let mut upper = true;
    for c in lower.chars() {
        if upper {
            out.extend(c.to_uppercase());
        } else {
            out.push(c);
        }
        letters += usize::from(c.is_alphabetic());
        upper = matches!(c, '\'' | '’') && letters == 1 || c == '.';
    }
}

/// Words in place names that ordinary spelling keeps in lower case.
const SMALL: &[&str] = &[
    "and", "au", "aux", "by", "da", "das", "de", "del", "der", "di", "do", "dos", "du", "el", "en", "es",
    "la", "las", "le", "les", "of", "on", "sous", "sur", "the", "upon", "am", "an", "al",
];

fn trim_end(head: &str) -> &str {
    head.trim_end_matches([' ', '.', ',', '\u{a0}'])
}
