//! The user's own phrases and patterns, found in one pass over the text.

mod pattern;
mod read;

use aho_corasick::AhoCorasick;
use docmill_sdk::Span;

use crate::label::Label;
use pattern::Pattern;
pub use read::{ReadError, read};

/// A phrase or pattern of the user's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// What to look for: a phrase as it stands, or a pattern (see [`Gazetteer::new`]).
    pub text: String,
    /// True when `text` is a pattern.
    pub is_pattern: bool,
    /// The label of what is found.
    pub label: Label,
    /// The user's name for the thing: the `norm` of its mentions, which then share an entity.
    pub id: Option<String>,
    /// Finds the text in any spelling of its ASCII letters.
    pub ignore_case: bool,
    /// Where the term was declared, for explanations.
    pub origin: String,
}

/// Phrases and patterns in one automaton; built once, shared by any number of documents.
#[derive(Debug, Default)]
pub struct Gazetteer {
    automaton: Option<AhoCorasick>,
    terms: Vec<(Term, Pattern)>,
}

/// A term found in a text.
#[derive(Clone, Copy, Debug)]
pub struct Hit<'a> {
    /// Where it stands.
    pub span: Span,
    /// What was found.
    pub term: &'a Term,
}

impl Gazetteer {
    /// Builds the automaton; memory and time grow with the length of all terms.
    ///
    /// In a pattern `#` stands for a run of digits, `^` for a word with a capital, `*` for any word; `\` takes a
    /// mark's meaning away. A wildcard matches at most 64 bytes. A term counts where no letter or digit stands
    /// beside a letter or digit at its edges.
    ///
    /// # Errors
    /// Says in words which term holds nothing but wildcards or is empty.
    pub fn new(terms: Vec<Term>) -> Result<Self, String> {
        let parsed: Result<Vec<_>, String> =
            terms.into_iter().map(|term| Pattern::parse(&term).map(|pattern| (term, pattern))).collect();
        let terms = parsed?;
        if terms.is_empty() {
            return Ok(Self::default());
        }
        let any_case = terms.iter().any(|(term, _)| term.ignore_case);
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(any_case)
            .build(terms.iter().map(|(_, pattern)| pattern.anchor()))
            .map_err(|error| error.to_string())?;
        Ok(Self { automaton: Some(automaton), terms })
    }

    /// True when there is nothing to look for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The terms in `text` from byte `from` on, in text order, without overlaps.
    ///
    /// Of hits that overlap the one that begins first counts, of those the longest, of those the one declared
    /// first. Time grows with the text and with the number of terms that match at one place.
    #[must_use]
    pub fn hits<'a>(&'a self, text: &str, from: usize) -> Vec<Hit<'a>> {
        let Some(automaton) = &self.automaton else { return Vec::new() };
        let mut found: Vec<(usize, usize, usize)> = automaton
            .find_overlapping_iter(text.get(from..).unwrap_or_default())
            .filter_map(|hit| {
                let at = hit.pattern().as_usize();
                let (term, pattern) = self.terms.get(at)?;
                let (start, end) =
                    pattern.around(text, (from + hit.start(), from + hit.end()), term.ignore_case)?;
                (start >= from).then_some((start, end, at))
            })
            .collect();
        found.sort_unstable_by_key(|&(start, end, at)| (start, std::cmp::Reverse(end), at));
        let mut taken = from;
        let mut out = Vec::new();
        for (start, end, at) in found {
            if let (Some((term, _)), Some(span)) = (self.terms.get(at), Span::new(text, start, end))
                && start >= taken
            {
                out.push(Hit { span, term });
                taken = end;
            }
        }
        out
    }
}

#[cfg(test)]
mod tests;
