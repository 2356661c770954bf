//! What a word or a char beside a stop looks like.

/// True for a word that cannot begin a sentence: it starts small and has no capital within, as `iPhone` has.
pub(crate) fn goes_on(first: char, word: &str) -> bool {
    first.is_lowercase() && !word.chars().any(char::is_uppercase)
}

/// True for marks that go on with a sentence after an abbreviation's full stop. A number sign is one: it
/// stands within references, `2010. № 5`, and seldom opens a sentence.
pub(crate) fn is_joint(c: char) -> bool {
    matches!(c, ',' | ';' | ':' | ')' | ']' | '!' | '?' | '%' | '/' | '，' | '、' | '»' | '”' | '№')
}

/// True for what numbers an item or a heading at a sentence's start: "1", "12", "a", "IV".
pub(crate) fn is_marker(word: &str) -> bool {
    let bytes = word.as_bytes();
    !bytes.is_empty()
        && (bytes.len() <= 3 && bytes.iter().all(u8::is_ascii_digit)
            || bytes.len() == 1 && bytes.iter().all(u8::is_ascii_alphabetic)
            || bytes.len() <= 4 && bytes.iter().all(|b| matches!(b, b'I' | b'V' | b'X')))
}

/// True for a number in Roman figures of more than one letter.
pub(crate) fn is_roman(word: &str) -> bool {
    word.len() > 1 && word.bytes().all(|b| matches!(b, b'I' | b'V' | b'X' | b'L' | b'C'))
}

/// True for a word in small letters that is too long for an abbreviation and can be spoken. After such a
/// word a stop ends the sentence even where the writer forgot the capital.
pub(crate) fn is_plain(word: &str) -> bool {
    word.chars().nth(3).is_some()
        && word.chars().all(char::is_lowercase)
        && word.contains(|c: char| !c.is_ascii() || matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y'))
}

/// True for a single capital letter.
pub(crate) fn is_initial(word: &str) -> bool {
    let mut chars = word.chars();
    chars.next().is_some_and(char::is_uppercase) && chars.next().is_none()
}

/// True for a title that can open a sentence.
pub(crate) fn is_honorific(word: &str) -> bool {
    matches!(word, "Mr" | "Mrs" | "Ms")
}

/// True for a hyphen or a dash.
pub(crate) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '–' | '—')
}

/// True for letters with full stops between them: `U.S`, `Ph.D`, `e.g`.
pub(crate) fn is_acronym(word: &str) -> bool {
    word.as_bytes().contains(&b'.')
        && word.split('.').all(|part| {
            let letters = part.chars().count();
            (1..=2).contains(&letters) && part.chars().all(char::is_alphabetic)
        })
}
