//! How far a run of name words goes.

use super::Cutter;
use crate::lexicon::flag;
use crate::word::{Gap, Shape};

/// Nouns whose possessive goes on into a name: `People's Party`, `Women's World Cup`.
const OWNERS: [&str; 15] = [
    "people", "children", "women", "men", "workers", "farmers", "world", "teachers", "king", "queen",
    "players", "doctors", "lawyers", "bachelor", "master",
];

/// Words of the longest run; a cap keeps cutting linear on texts that are all capitals.
const LONGEST: usize = 48;

impl Cutter<'_> {
    /// The index after the run of name words that begins at `at`.
    pub(super) fn run_end(&self, at: usize) -> usize {
        let mut end = at + 1;
        loop {
            // A listed phrase may hold what no name holds otherwise, as the number of COVID-19.
            if let Some((len, entry)) = self.words.phrase(self.lexicon, end - 1)
                && entry.flags & flag::NAME != 0
                && !(end - 1..end - 1 + len).any(|at| self.is_taken(at))
            {
                end += len - 1;
            }
            match self.step(end) {
                Some(next) if end < at + LONGEST => end = next,
                _ => return end,
            }
        }
    }

    /// The index after the word at `at`, if it continues a run of name words.
    fn step(&self, at: usize) -> Option<usize> {
        let words = self.words;
        let word = words.get(at).filter(|word| word.gap != Gap::Line && !word.first && !self.is_taken(at))?;
        let text = words.slice(word.start, word.end);
        match word.shape {
            Shape::Cap | Shape::Upper | Shape::Initial | Shape::Mixed => {
                let dotted = words.before(at).is_some_and(|before| before.shape == Shape::Initial);
                (word.gap == Gap::Space || dotted).then_some(at + 1)
            }
            Shape::Number => None,
            Shape::Possessive => {
                let owner = words.str(at - 1).to_ascii_lowercase();
                let group = OWNERS.contains(&owner.as_str());
                (group && self.is_name_word(at + 1)).then_some(at + 1)
            }
            Shape::Mark => self.step_mark(at, text),
            Shape::Lower => self.step_lower(at, text),
        }
    }

    fn step_mark(&self, at: usize, text: &str) -> Option<usize> {
        let words = self.words;
        let tight = words.get(at)?.gap == Gap::None;
        match text {
            "." if tight => {
                let before = words.get(at - 1)?;
                let tail = before.is(flag::ORG_TAIL) && before.end - before.start <= 5;
                let abbreviated = before.is(flag::TITLE | flag::ROLE) && before.end - before.start <= 5;
                let saint = matches!(words.str(at - 1), "St" | "Ste" | "Mt" | "Ft" | "Jr" | "Sr");
                (tail || ((abbreviated || saint) && self.opens(at + 1))).then_some(at + 1)
            }
            "-" | "\u{2011}" | "\u{2010}" if tight => self.step_hyphen(at),
            "-" if words.is_text(at - 1, "al") && self.is_name_word(at + 1) => Some(at + 2),
            "&" if self.is_name_word(at + 1) => Some(at + 2),
            "," => {
                let next = words.get(at + 1)?;
                let young = matches!(words.str(at + 1), "Jr" | "Sr" | "Jr." | "Sr.");
                (self.is_name_word(at + 1) && (young || next.is(flag::ORG_TAIL))).then_some(at + 2)
            }
            _ => None,
        }
    }

    fn step_hyphen(&self, at: usize) -> Option<usize> {
        let words = self.words;
        let (before, next) = (words.get(at - 1)?, words.get(at + 1)?);
        if next.gap != Gap::None || !next.is_letters() || self.is_taken(at + 1) {
            return None;
        }
        let known = before.is(flag::NAME) && before.is_capital();
        if next.is_capital() {
            let both = known && next.is(flag::NAME);
            return (!both).then_some(at + 2);
        }
        let text = words.str(at + 1);
        let syllable = text.len() < 5 && at > 1 && self.words.has(at - 2, flag::FIRST | flag::SURNAME);
        if syllable && words.get(at - 1).is_some_and(|word| word.gap == Gap::Space && !word.is(flag::NAME)) {
            return Some(at + 2);
        }
        let ordinary =
            next.is(flag::COMMON | flag::FUNCTION | flag::ROLE | flag::UNIT | flag::SAY | flag::TOPIC)
                || text.ends_with("ed")
                || text.ends_with("ing")
                || text.len() > 7
                || text.len() < 2;
        let acronym = before.shape == Shape::Upper || before.shape == Shape::Initial;
        (!known && !ordinary && !acronym).then_some(at + 2)
    }

    fn step_lower(&self, at: usize, text: &str) -> Option<usize> {
        let words = self.words;
        match text {
            "of" | "for" | "on" => {
                let next = if words.is_text(at + 1, "the") { at + 2 } else { at + 1 };
                self.is_name_word(next).then_some(next)
            }
            "and" => self.is_name_word(at + 1).then_some(at + 1),
            _ if words.has(at, flag::PARTICLE) => {
                let mut next = at + 1;
                while next < at + 4
                    && (words.has(next, flag::PARTICLE)
                        || words.is_text(next, "-")
                        || words.is_text(next, "’")
                        || words.is_text(next, "'"))
                    && !self.opens(next)
                {
                    next += 1;
                }
                self.opens(next).then_some(next + 1)
            }
            _ => None,
        }
    }
}
