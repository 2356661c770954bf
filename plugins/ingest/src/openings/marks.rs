//! The marks that can end a dateline.

use super::header::starts_upper;

/// A mark that can end a dateline: a colon, a dash, hyphens.
pub(super) struct Mark {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) colon: bool,
    /// It is a single hyphen.
    pub(super) hyphen: bool,
    /// White space stands before it.
    pub(super) spaced: bool,
}

/// The marks of `window` that stand outside brackets and inside no word, up to the first sentence end.
pub(super) fn marks(window: &str) -> impl Iterator<Item = Mark> + '_ {
    let bytes = window.as_bytes();
    let mut depth = 0_usize;
    let mut until = 0;
    let mut done = false;
    window.char_indices().filter_map(move |(at, c)| {
        if done || at < until {
            return None;
        }
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '?' | '!' | '"' | '“' | '”' | ';' => done = true,
            _ => {}
        }
        if depth > 0 {
            return None;
        }
        let before = at.checked_sub(1).and_then(|at| bytes.get(at)).copied();
        let run: usize = window.get(at..)?.chars().take_while(|next| *next == c).map(char::len_utf8).sum();
        let after = window.get(at + run..)?;
        let spaced = before == Some(b' ');
        let digits =
            before.is_some_and(|b| b.is_ascii_digit()) && after.starts_with(|c: char| c.is_ascii_digit());
        let is_mark = match c {
            ':' => run == 1 && !digits && !after.starts_with('/'),
            '—' | '―' => true,
            '–' => !digits,
            '-' if run > 1 => true,
            '-' => after.starts_with([' ', '\n', '\u{a0}']) || spaced && starts_upper(after),
            _ => false,
        };
        until = at + run;
        is_mark.then_some(Mark {
            start: at,
            end: at + run,
            colon: c == ':',
            hyphen: c == '-' && run == 1,
            spaced,
        })
    })
}

/// The length of more dashes after a mark: `ATHENS - - Text`.
pub(super) fn further_marks(rest: &str) -> usize {
    let after = rest.trim_start_matches([' ', '-', '–', '—', '―']);
    let dashes = rest.get(..rest.len() - after.len()).unwrap_or_default();
    if dashes.contains(['-', '–', '—', '―']) { dashes.len() } else { 0 }
}
