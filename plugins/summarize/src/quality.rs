//! Tells sentences that can stand in a summary from those that cannot.

use crate::terms::{Sentence, Terms, Token};
use crate::words::Form;

/// Words that lean on the sentence before.
const LEANING: &[&str] = &[
    "also",
    "and",
    "another",
    "besides",
    "both",
    "but",
    "he",
    "her",
    "hers",
    "his",
    "however",
    "i",
    "indeed",
    "instead",
    "it",
    "its",
    "meanwhile",
    "moreover",
    "my",
    "nor",
    "or",
    "our",
    "she",
    "so",
    "such",
    "that",
    "their",
    "then",
    "therefore",
    "these",
    "they",
    "this",
    "those",
    "though",
    "thus",
    "we",
    "who",
    "yet",
    "you",
];

/// Openings of what a publisher adds to an article, in lower case.
const BOILERPLATE_OPENINGS: &[&str] = &[
    "advertisement",
    "all rights reserved",
    "by continuing",
    "click here",
    "copyright 1",
    "copyright 2",
    "copyright ©",
    "copyright (c)",
    "follow us",
    "for more information",
    "for more on",
    "image credit",
    "listen to",
    "photo by",
    "photo credit",
    "photograph by",
    "photos by",
    "published in",
    "published:",
    "read also",
    "read more",
    "related:",
    "see also",
    "share this",
    "sign up",
    "subscribe",
    "this article was",
    "this site uses",
    "updated:",
    "watch the video",
    "we use cookies",
    "©",
];

/// The same, at any word of a short sentence; found by their first letter, since every word is asked.
fn boilerplate_pieces(first: u8) -> &'static [&'static str] {
    match first.to_ascii_lowercase() {
        b'a' => &["all rights reserved"],
        b'c' => &["click here", "cookie policy"],
        b'f' => &["follow us on"],
        b'p' => &["privacy policy"],
        b's' => &["scroll down", "sign up for", "subscribe to"],
        b't' => &["terms of service"],
        _ => &[],
    }
}

/// Bytes that boilerplate has at most; whatever is longer is prose.
const SHORT_BYTES: usize = 160;

/// How well a sentence can stand alone, from 0 (never) to 1.
pub(crate) fn quality(text: &str, terms: &Terms, sentence: &Sentence) -> f64 {
    let body = text.get(sentence.body_start..sentence.span.end()).unwrap_or_default().trim();
    let tokens = terms.tokens_of(sentence);
    if tokens.is_empty() || is_boilerplate(text, body, tokens) {
        return 0.0;
    }
    let numbers = tokens.iter().filter(|token| token.form == Form::Number).count();
    let mut quality = length_quality(tokens.len(), terms.distinct_of(sentence).len());
    if numbers * 3 > tokens.len() {
        quality *= 0.3;
    }
    if is_heading(body) {
        quality *= 0.5;
    }
    let closing = body.trim_end_matches(['"', '\'', '”', '’', '»', ')']);
    if closing.ends_with(['?', '؟', '？']) {
        quality *= 0.5;
    } else if closing.ends_with([':', '…']) {
        quality *= 0.6;
    }
    quality * opening_quality(body)
}

/// Short sentences say little; very long ones fill a summary alone.
fn length_quality(words: usize, terms: usize) -> f64 {
    match (words, terms) {
        (_, 0) => 0.01,
        (0..=4, _) => 0.1,
        (8..=45, _) => 1.0,
        (46..=70, _) => 0.85,
        (5..=7 | 71.., _) => 0.6,
    }
}

/// Sentences that open with a word or mark that refers back.
fn opening_quality(body: &str) -> f64 {
    if body.starts_with(['"', '“', '«', '„', '‘', '\'', '「']) {
        return 0.8;
    }
    if body.starts_with(['-', '•', '*', '–', '(']) {
        return 0.6;
    }
    let end = body.find(|c: char| !c.is_alphabetic()).unwrap_or(body.len());
    let first = body.get(..end).unwrap_or_default();
    if LEANING.iter().any(|word| word.eq_ignore_ascii_case(first)) { 0.9 } else { 1.0 }
}

/// True for what is written in capitals throughout, which a headline is and prose is not.
fn is_heading(body: &str) -> bool {
    let mut capitals = 0_usize;
    for c in body.chars() {
        if c.is_lowercase() {
            return false;
        }
        capitals += usize::from(c.is_uppercase());
    }
    capitals > 0
}

/// True for what a publisher adds: footers, credits, links.
fn is_boilerplate(text: &str, body: &str, tokens: &[Token]) -> bool {
    if body.len() > SHORT_BYTES {
        return false;
    }
    // "Published in 1920, the novel …" is prose: a long footer has no full stop.
    let can_be_footer = body.len() <= SHORT_BYTES / 2 || !body.ends_with('.');
    if can_be_footer && BOILERPLATE_OPENINGS.iter().any(|opening| starts_with(body.as_bytes(), opening)) {
        return true;
    }
    let from = |token: &Token| text.as_bytes().get(token.start as usize..).unwrap_or_default();
    let holds_piece = |bytes: &[u8]| {
        let pieces = bytes.first().map_or(&[] as &[&str], |&first| boilerplate_pieces(first));
        pieces.iter().any(|piece| starts_with(bytes, piece))
    };
    tokens.iter().any(|token| holds_piece(from(token)))
}

/// True when the bytes start with `opening`; letters of either case are the same.
fn starts_with(bytes: &[u8], opening: &str) -> bool {
    bytes.get(..opening.len()).is_some_and(|head| head.eq_ignore_ascii_case(opening.as_bytes()))
}

#[cfg(test)]
mod tests;
