//! Reads the word lists of `data/`.

use crate::lexicon::{Entry, Lexicon, flag};
use crate::word::{Shape, Words};

const LISTS: [&str; 7] = [
    include_str!("../data/countries.txt"),
    include_str!("../data/places.txt"),
    include_str!("../data/world.txt"),
    include_str!("../data/people.txt"),
    include_str!("../data/organisations.txt"),
    include_str!("../data/cues.txt"),
    include_str!("../data/common.txt"),
];

const SECTIONS: [(&str, u64); 35] = [
    ("country", flag::COUNTRY),
    ("place", flag::PLACE),
    ("people", flag::NORP),
    ("first", flag::FIRST),
    ("surname", flag::SURNAME),
    ("org", flag::ORG),
    ("fac", flag::FAC),
    ("product", flag::PRODUCT),
    ("misc", flag::MISC),
    ("title", flag::TITLE),
    ("role", flag::ROLE),
    ("org-head", flag::ORG_HEAD),
    ("org-tail", flag::ORG_TAIL),
    ("loc-head", flag::LOC_HEAD),
    ("fac-head", flag::FAC_HEAD),
    ("misc-head", flag::MISC_HEAD),
    ("common", flag::COMMON),
    ("function", flag::FUNCTION | flag::COMMON),
    ("month", flag::MONTH),
    ("weekday", flag::WEEKDAY),
    ("say", flag::SAY),
    ("prefix", flag::PREFIX),
    ("currency", flag::CURRENCY),
    ("unit", flag::UNIT),
    ("scale", flag::SCALE),
    ("particle", flag::PARTICLE),
    ("compass", flag::COMPASS),
    ("topic", flag::TOPIC),
    ("place-cue", flag::PLACE_CUE),
    ("holiday", flag::HOLIDAY),
    ("alone", flag::ALONE),
    ("royal", flag::ROYAL),
    ("act", flag::ACT),
    ("first-place", flag::FIRST | flag::PLACE),
    ("opener", flag::OPENER),
];

/// The name of the section that sets a flag; empty for none.
pub(crate) fn section(flag: u64) -> &'static str {
    SECTIONS.iter().find(|(_, flags)| flags & flag != 0).map_or("", |section| section.0)
}

/// Reads the embedded lists; a few milliseconds.
pub(crate) fn lexicon() -> Lexicon {
    let mut reader = Reader { lexicon: Lexicon::empty(), bare: Lexicon::empty() };
    for list in LISTS {
        reader.read(list);
    }
    reader.lexicon
}

struct Reader {
    lexicon: Lexicon,
    /// A table that stays empty, for cutting terms into words.
    bare: Lexicon,
}

impl Reader {
    fn read(&mut self, list: &'static str) {
        let mut flags = 0;
        for line in list.lines() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                flags = SECTIONS.iter().find(|(section, _)| *section == name).map_or(0, |section| section.1);
            } else if flags == flag::COUNTRY {
                self.read_country(line);
            } else if let Some((owner, terms)) = line.split_once(": ") {
                let country = self.lexicon.whole(owner.trim()).country;
                self.read_terms(terms, flags, country);
            } else {
                self.read_terms(line, flags, 0);
            }
        }
    }

    /// `Name = Alias | Demonym = Plural`.
    fn read_country(&mut self, line: &'static str) {
        let (names, peoples) = line.split_once('|').unwrap_or((line, ""));
        let country = self.lexicon.next_group();
        self.read_group(names, flag::COUNTRY, country);
        for terms in peoples.split(',').filter(|terms| !terms.trim().is_empty()) {
            self.read_group(terms, flag::NORP, country);
        }
    }

    fn read_terms(&mut self, terms: &'static str, flags: u64, country: u16) {
        for spellings in terms.split(',') {
            self.read_group(spellings, flags, country);
        }
    }

    fn read_group(&mut self, spellings: &'static str, flags: u64, country: u16) {
        let mut group = 0;
        if flags & flag::NAME != 0 {
            group = self.lexicon.open_group(spellings.split('=').next().unwrap_or_default().trim());
        }
        for term in spellings.split('=').map(str::trim).filter(|term| !term.is_empty()) {
            self.add(term, Entry { flags, group, country, longest: 0 });
        }
    }

    fn add(&mut self, term: &str, new: Entry) {
        let whole = if is_acronym(term) { term.to_owned() } else { term.to_lowercase() };
        if let Some(entry) = self.lexicon.entry_mut(&whole) {
            entry.flags |= new.flags;
            entry.group = if entry.group == 0 { new.group } else { entry.group };
            entry.country = if entry.country == 0 { new.country } else { entry.country };
        }
        let words = Words::scan(term, 0, &[], &self.bare);
        let len = words.list.len();
        if len > 1 && words.get(0).is_some_and(|word| word.shape != Shape::Mark) {
            let first = words.str(0);
            let first = if is_acronym(first) { first.to_owned() } else { first.to_lowercase() };
            for key in [first.clone(), first.to_lowercase()] {
                if let Some(entry) = self.lexicon.entry_mut(&key) {
                    entry.longest = entry.longest.max(len as u8);
                }
            }
        }
    }
}

/// Short words in capitals are listed as they are, so that `WHO` is not `who`.
fn is_acronym(term: &str) -> bool {
    term.len() <= 6 && term.len() > 1 && term.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}
