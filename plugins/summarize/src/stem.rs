//! A light stemmer that only cuts, so that a stem is a piece of the word and costs no memory.

/// The stem of an English word given in lower-case ASCII: a prefix of it, never empty for a non-empty word.
///
/// Plurals, `-ing`, `-ed`, `-ly` and a final `e` or `y` go, so that `city` and `cities`, `makes` and `making`
/// meet. Meeting is all that counts; a stem need not be a word.
pub(crate) fn english(word: &[u8]) -> &[u8] {
    let word = without_ending(without_plural(word));
    match word {
        [stem @ .., b'e'] if stem.len() > 2 => stem,
        [stem @ .., before, b'y'] if !stem.is_empty() && !is_vowel(*before) => keep(word, 1),
        _ => word,
    }
}

/// True for an English word, in lower case, that is more likely an adverb or a verb's past than a noun.
pub(crate) fn is_verbal(word: &[u8]) -> bool {
    let adverb = word.len() > 4 && word.ends_with(b"ly");
    let past = word.len() > 4 && word.ends_with(b"ed") && !word.ends_with(b"eed");
    past || adverb
        && !matches!(word, b"family" | b"assembly" | b"supply" | b"reply" | b"monopoly" | b"anomaly")
}

/// Cuts the plural or third-person ending.
fn without_plural(word: &[u8]) -> &[u8] {
    match word {
        [stem @ .., b'i', b'e', b's'] if stem.len() > 1 => stem,
        [.., b's' | b'x', b'e', b's'] | [.., b'c' | b's', b'h', b'e', b's'] => keep(word, 2),
        [stem @ .., before, b's'] if stem.len() > 1 && !matches!(before, b's' | b'u' | b'i') => keep(word, 1),
        _ => word,
    }
}

/// Cuts `-ly`, `-ing` and `-ed`, where a stem of three letters with a vowel remains.
fn without_ending(word: &[u8]) -> &[u8] {
    let stem = match word {
        [stem @ .., b'i', b'l', b'y'] | [stem @ .., b'l', b'y'] if stem.len() > 3 => return stem,
        [stem @ .., b'i', b'n', b'g'] | [stem @ .., b'e', b'd'] => stem,
        _ => return word,
    };
    if stem.len() < 3 || !stem.iter().any(|&b| is_vowel(b) || b == b'y') {
        return word;
    }
    match stem {
        // "stopped" and "stop", but "calling" and "call", "passed" and "pass".
        [.., a, b] if a == b && !matches!(b, b'l' | b's' | b'e' | b'o') => keep(stem, 1),
        [.., b'i'] => keep(stem, 1),
        _ => stem,
    }
}

fn keep(word: &[u8], cut: usize) -> &[u8] {
    word.get(..word.len().saturating_sub(cut)).unwrap_or(word)
}

fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u')
}

#[cfg(test)]
mod tests;
