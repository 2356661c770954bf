//! The pipelines in a Markdown page.

use crate::gather::has_key;
use std::ops::Range;

/// Words after `toml` that say that a block is not to be checked.
const LEFT_OUT: [&str; 2] = ["wrong", "ignore"];

/// The bytes of each block of TOML in a page that is a pipeline: one with a key `pipeline`.
///
/// A block is what stands between two fences of at least three `` ` `` or `~`; one that is not closed goes on
/// to the end. A block whose fence says `toml wrong` or `toml ignore` is left out.
pub(crate) fn pipelines(page: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut open: Option<(Fence<'_>, usize)> = None;
    let mut at = 0;
    for line in page.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let Some(fence) = Fence::of(line) else { continue };
        match &open {
            None => open = Some((fence, at)),
            Some((opening, from)) if opening.is_closed_by(&fence) => {
                found.extend(opening.is_toml().then_some(*from..start));
                open = None;
            }
            Some(_) => {}
        }
    }
    if let Some((opening, from)) = open {
        found.extend(opening.is_toml().then_some(from..page.len()));
    }
    found.retain(|block| page.get(block.clone()).is_some_and(|text| has_key(text, "pipeline")));
    found
}

/// A line that opens or closes a block.
struct Fence<'a> {
    mark: char,
    length: usize,
    words: &'a str,
}

impl<'a> Fence<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let line = line.trim();
        let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let words = line.trim_start_matches(mark);
        let length = line.len() - words.len();
        // Three backticks that close on their own line are code inside a sentence.
        (length >= 3 && !(mark == '`' && words.contains('`'))).then_some(Self { mark, length, words })
    }

    fn is_closed_by(&self, other: &Self) -> bool {
        other.mark == self.mark && other.length >= self.length && other.words.is_empty()
    }

    fn is_toml(&self) -> bool {
        let mut words = self.words.split_whitespace();
        words.next().is_some_and(|word| word.eq_ignore_ascii_case("toml"))
            && !words.any(|word| LEFT_OUT.contains(&word))
    }
}

#[cfg(test)]
mod tests;
