//! Texts without most of their stops and line breaks, which teach what words may end a sentence or open one where
//! nothing else shows it.

use crate::Document;
use crate::learn::Random;

/// Of 100 stops so many are left out.
const SILENT: usize = 90;
/// Of 100 paragraphs that end without a stop so many are joined with the next one.
const JOINED: usize = 70;

/// The document without most of the stops that end a sentence after a letter or a digit, and with some of its
/// paragraphs in one: headings, signatures and fields of mail then run together as they do where line breaks were lost.
///
/// The last stop of a paragraph stays: how a text's paragraphs end tells how it is written.
pub(crate) fn silenced(document: &Document, random: &mut Random) -> Document {
    let Document { text, starts, ends, genre } = document;
    let mut out = Document { genre: genre.clone(), ..Document::default() };
    let (mut passed, mut joined) = (0, false);
    for (&start, &end) in starts.iter().zip(ends) {
        let sentence = text.get(start..end).unwrap_or_default();
        out.text.push_str(if joined { " " } else { text.get(passed..start).unwrap_or_default() });
        out.starts.insert(out.text.len());
        let (gap, stopped) = (Gap::before(text.get(end..).unwrap_or_default()), stopped(sentence));
        let silent = gap == Gap::Space && stopped == Some(true) && random.below(100) < SILENT;
        out.text.push_str(if silent { sentence.trim_end_matches(STOPS) } else { sentence });
        out.ends.insert(out.text.len());
        joined = gap == Gap::Break && stopped.is_none() && random.below(100) < JOINED;
        passed = end;
    }
    out.text.push_str(text.get(passed..).unwrap_or_default());
    out
}

const STOPS: [char; 3] = ['.', '!', '?'];

/// What stands after a sentence.
#[derive(PartialEq, Eq)]
enum Gap {
    /// Nothing, or no white space.
    None,
    Space,
    /// A paragraph's end.
    Break,
}

impl Gap {
    fn before(rest: &str) -> Self {
        let next = rest.trim_start();
        let space = rest.strip_suffix(next).unwrap_or_default();
        match space.contains('\n') {
            _ if next.is_empty() || space.is_empty() => Self::None,
            true => Self::Break,
            false => Self::Space,
        }
    }
}

/// Whether the stop at the end of a sentence stands after a letter or a digit; `None` without one.
fn stopped(sentence: &str) -> Option<bool> {
    let word = sentence.strip_suffix(STOPS)?;
    Some(word.len() > 1 && word.ends_with(|c: char| c.is_ascii_alphanumeric()))
}
