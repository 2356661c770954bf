//! Captions: the credit that follows a caption without a stop between them.

use crate::chars::{back_over_space, char_before, char_within, skip_space};

/// A credit is shorter than this, in bytes, its label included.
const LONGEST_CREDIT: usize = 120;

/// Words that name the kind of a picture or who made it.
static LABELS: [&[u8]; 17] = [
    b"Cartoon",
    b"Chart",
    b"Copyright",
    b"Credit",
    b"Graphic",
    b"Illustration",
    b"Image",
    b"Images",
    b"Map",
    b"Photo",
    b"Photograph",
    b"Photographer",
    b"Photos",
    b"Picture",
    b"Pictures",
    b"Source",
    b"Video",
];

/// Where the caption ends after which the label before the colon at `colon` begins a credit: `The harbour
/// at dawn Image: A. Rahim.`
///
/// The credit must take up the rest of a paragraph, whose end is `end`; the caption starts at `start`.
pub(crate) fn caption_end(text: &str, start: usize, colon: usize, end: usize) -> Option<usize> {
    if end - colon > LONGEST_CREDIT {
        return None;
    }
    let head = text.as_bytes().get(start..colon)?;
    let label = head.rsplit(|b| !b.is_ascii_alphabetic()).next()?;
    if label.len() == head.len() || LABELS.binary_search(&label).is_err() {
        return None;
    }
    let named = char_within(text, skip_space(text, colon + 1, end), end).is_some_and(char::is_uppercase);
    let begin = colon - label.len();
    let before = back_over_space(text, start, begin);
    let goes_on =
        char_before(text, before).is_some_and(|c| c.is_alphanumeric() || matches!(c, ')' | '.' | '”' | '"'));
    (named && before > start && before < begin && goes_on).then_some(before)
}

#[cfg(test)]
mod tests;
