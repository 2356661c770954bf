//! A term as literal text and wildcards around one anchor.

use super::Term;

/// The longest stretch that a wildcard matches, in bytes; a bound keeps the search linear.
const LONGEST: usize = 64;

/// A piece of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Literal(String),
    Digits,
    Capital,
    Word,
}

/// A term cut at the literal that the automaton looks for.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    /// Read from the anchor backwards.
    before: Vec<Part>,
    anchor: String,
    after: Vec<Part>,
}

impl Pattern {
    /// Cuts a term at its longest literal.
    pub(super) fn parse(term: &Term) -> Result<Self, String> {
        let parts = if term.is_pattern { parts(&term.text) } else { vec![Part::Literal(term.text.clone())] };
        let length = |part: &Part| if let Part::Literal(text) = part { text.trim().len() } else { 0 };
        let longest = parts.iter().map(length).max().filter(|&longest| longest > 0);
        let at = longest.and_then(|longest| parts.iter().position(|part| length(part) == longest));
        let Some((at, Part::Literal(anchor))) = at.and_then(|at| parts.get(at).map(|part| (at, part))) else {
            return Err(format!("`{}` holds no letter, digit or mark to look for", term.text));
        };
        let before = parts.iter().take(at).rev().cloned().collect();
        let after = parts.iter().skip(at + 1).cloned().collect();
        Ok(Self { before, anchor: anchor.clone(), after })
    }

    pub(super) fn anchor(&self) -> &str {
        &self.anchor
    }

    /// The bounds of the whole term around an anchor found at `start..end`, if all of it is there.
    pub(super) fn around(
        &self,
        text: &str,
        (start, end): (usize, usize),
        ignore_case: bool,
    ) -> Option<(usize, usize)> {
        if !ignore_case && text.get(start..end)? != self.anchor {
            return None;
        }
        let (mut first, mut last) = (start, end);
        for part in &self.before {
            first -= part.len_before(text.get(..first)?, ignore_case)?;
        }
        for part in &self.after {
            last += part.len_at(text.get(last..)?, ignore_case)?;
        }
        is_apart(text, first, last).then_some((first, last))
    }
}

/// True when the stretch neither begins nor ends within a word.
fn is_apart(text: &str, start: usize, end: usize) -> bool {
    let split = |at: usize| {
        let before = text.get(..at).and_then(|head| head.chars().next_back());
        let after = text.get(at..).and_then(|tail| tail.chars().next());
        before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric)
    };
    !split(start) && !split(end)
}

impl Part {
    /// Bytes that the part covers at the start of `text`.
    fn len_at(&self, text: &str, ignore_case: bool) -> Option<usize> {
        if let Self::Literal(literal) = self {
            return same(text.get(..literal.len())?, literal, ignore_case).then_some(literal.len());
        }
        let end = text.char_indices().find(|&(_, c)| !self.takes(c)).map_or(text.len(), |(at, _)| at);
        self.accepts(text.get(..end)?)
    }

    /// Bytes that the part covers at the end of `text`.
    fn len_before(&self, text: &str, ignore_case: bool) -> Option<usize> {
        if let Self::Literal(literal) = self {
            let at = text.len().checked_sub(literal.len())?;
            return same(text.get(at..)?, literal, ignore_case).then_some(literal.len());
        }
        let mut start = text.len();
        for (at, c) in text.char_indices().rev() {
            if !self.takes(c) || text.len() - at > LONGEST {
                break;
            }
            start = at;
        }
        self.accepts(text.get(start..)?)
    }

    fn takes(&self, c: char) -> bool {
        match self {
            Self::Digits => c.is_ascii_digit(),
            _ => c.is_alphanumeric(),
        }
    }

    fn accepts(&self, stretch: &str) -> Option<usize> {
        let capital = stretch.chars().next()?.is_uppercase();
        ((capital || *self != Self::Capital) && stretch.len() <= LONGEST).then_some(stretch.len())
    }
}

fn same(text: &str, literal: &str, ignore_case: bool) -> bool {
    if ignore_case { text.eq_ignore_ascii_case(literal) } else { text == literal }
}

fn parts(pattern: &str) -> Vec<Part> {
    let mut out: Vec<Part> = Vec::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        let part = match c {
            '#' => Part::Digits,
            '^' => Part::Capital,
            '*' => Part::Word,
            _ => {
                let c = if c == '\\' { chars.next().unwrap_or(c) } else { c };
                if let Some(Part::Literal(text)) = out.last_mut() {
                    text.push(c);
                    continue;
                }
                Part::Literal(c.to_string())
            }
        };
        out.push(part);
    }
    out
}
