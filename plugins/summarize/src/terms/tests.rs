use super::*;

fn read(text: &str, lang: Option<&str>) -> Terms {
    let stopwords = if lang == Some("en") { Stopwords::english() } else { Stopwords::foreign() };
    let reader = Reader { stopwords: &stopwords, language: Language::of(lang, text, &stopwords) };
    let spans: Vec<Span> = Span::new(text, 0, text.len()).into_iter().collect();
    Terms::read(text, 0, &spans, &reader)
}

/// The terms' numbers in text order, `-` for a word that carries nothing.
fn check(text: &str, lang: Option<&str>, expected: &str) {
    let terms = read(text, lang);
    let number = |token: &Token| if token.term == NO_TERM { "-".to_owned() } else { token.term.to_string() };
    let numbers: Vec<String> = terms.tokens.iter().map(number).collect();
    assert_eq!(numbers.join(" "), expected, "terms of {text:?}");
}

#[test]
fn forms_of_a_word_share_a_term() {
    check("The port and the PORTS of a porter", Some("en"), "- 0 - - 0 - - 1");
}

#[test]
fn other_languages_share_their_first_letters() {
    check("el ascensor y los ascensores", Some("es"), "- 0 - - 0");
    check("کتب خانے میں کتب", Some("ur"), "0 1 - 0");
}

#[test]
fn the_language_is_found_where_none_is_given() {
    let stopwords = Stopwords::english();
    let of = |text| Language::of(None, text, &stopwords);
    assert_eq!(of("The ferry had been on its way to the island when it ran aground."), Language::English);
    assert_eq!(of("El ascensor volvió a subir los metros que separan el puerto del cerro."), Language::Other);
    assert_eq!(of(""), Language::English);
    assert_eq!(Language::of(Some("EN-gb"), "", &stopwords), Language::English);
    assert_eq!(Language::of(Some("ü"), "", &stopwords), Language::Other);
}

#[test]
fn counts_tell_capitals_from_plain_words() {
    let terms = read("Rice fell. The rice of Ben Tre", Some("en"));
    let used = terms.uses[0];
    assert_eq!((used.count, used.spread, used.plain), (2, 1, 1));
}

#[test]
fn what_stands_before_the_body_is_not_read() {
    let text = "LIMA: Rain fell.";
    let stopwords = Stopwords::english();
    let reader = Reader { stopwords: &stopwords, language: Language::English };
    let span = Span::new(text, 0, text.len()).unwrap();
    let tokens = |body_start| Terms::read(text, body_start, &[span], &reader).tokens.len();
    assert_eq!((tokens(0), tokens(6), tokens(99)), (3, 2, 0));
}

#[test]
fn endless_words_are_cut() {
    let long = "ü".repeat(1000);
    let mut lower = Vec::new();
    lower_case(&long, &mut lower);
    assert_eq!(lower.len(), WORD_BYTES);
    assert_eq!(prefix(&lower, 3), "üüü".as_bytes());
}
