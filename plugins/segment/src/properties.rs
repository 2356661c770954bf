//! What holds for every text, however odd.

use crate::language::Language;
use crate::paragraphs::paragraphs;
use crate::quotes::quotes;
use crate::sentences::{Profile, Splitter, SplitterOptions};
use crate::tokens::tokens;
use docmill_sdk::Span;
use proptest::prelude::*;

const PIECES: &[&str] = &[
    " ", " ", "\n", "\n\n", "\r\n", "\u{a0}", "\u{2028}", ".", ".", "..", "…", "!", "?", "。", "！", "؟",
    "۔", "।", ":", ";", ",", "\"", "'", "“", "”", "‘", "’", "«", "»", "„", "「", "」", "《", "》", "(", ")",
    "[", "]", "-", "–", "/", "@", "$", "&", "•", "1", "2", "12", "a", "b", "I", "Mr", "No", "U.S.", "p.m.",
    "Khan", "said", "The", "the", "http://", "www.", "e", "今", "日", "タ", "é", "e\u{301}", "🙂", "Ի", "Π",
    "न", "\u{94d}", "፡፡", "|", "XI", "Juni", "\0", "\u{200d}", "5km", "1a",
];

fn text() -> impl Strategy<Value = String> {
    let pieces =
        prop::collection::vec(prop::sample::select(PIECES), 0..60).prop_map(|pieces| pieces.concat());
    prop_oneof![4 => pieces, 1 => any::<String>()]
}

fn language() -> impl Strategy<Value = &'static Language> {
    let tags: Vec<_> = Language::tags().collect();
    prop::sample::select(tags).prop_map(|tag| Language::find(tag).unwrap())
}

/// Asserts that `spans` are sorted and apart, bounded by no white space, and cover the rest of `text`.
fn assert_cover(text: &str, from: usize, spans: &[Span]) {
    let mut at = from;
    for span in spans {
        assert!(!span.is_empty() && span.start() >= at, "{span} in {text:?}");
        let gap = text.get(at..span.start()).unwrap();
        assert!(gap.chars().all(char::is_whitespace), "{gap:?} belongs to none in {text:?}");
        let inner = span.of(text);
        assert_eq!(inner.trim(), inner, "in {text:?}");
        at = span.end();
    }
    let rest = text.get(at..).unwrap();
    assert!(rest.trim().is_empty(), "{rest:?} belongs to none in {text:?}");
}

proptest! {
    #[test]
    fn paragraphs_and_sentences_and_tokens_cover_the_body(text in text(), from in 0..40_usize, keep_quotes: bool, web: bool, longest in prop::option::of(1..30_usize), language in language()) {
        let profile = if web { Profile::Web } else { Profile::News };
        let splitter = Splitter::new(&SplitterOptions { keep_quotes, abbreviations: vec!["Khan".to_owned()], profile, longest });
        let (mut blocks, mut found, mut words) = (Vec::new(), Vec::new(), Vec::new());
        paragraphs(&text, from, &mut blocks);
        splitter.sentences_in(language, &text, &blocks, &mut found);
        let body = (from.min(text.len())..=text.len()).find(|&at| text.is_char_boundary(at)).unwrap();
        assert_cover(&text, body, &blocks);
        assert_cover(&text, body, &found);
        for sentence in &found {
            assert!(blocks.iter().any(|block| block.contains(*sentence)), "{sentence} in {text:?}");
            tokens(&text, *sentence, &mut words);
        }
        assert_cover(&text, body, &words);
        assert!(words.iter().all(|word| !word.of(&text).contains(char::is_whitespace)), "in {text:?}");
    }

    #[test]
    fn quotes_lie_apart_within_lines(text in text()) {
        let (mut blocks, mut found) = (Vec::new(), Vec::new());
        paragraphs(&text, 0, &mut blocks);
        quotes(&text, &blocks, &mut found);
        let (mut at, mut groups) = (0, 0);
        for quote in &found {
            assert!(quote.span.start() >= at && !quote.span.is_empty(), "in {text:?}");
            assert!(!quote.span.of(&text).contains(['\n', '\r', '\u{2028}', '\u{2029}']), "in {text:?}");
            assert!(blocks.iter().any(|block| block.contains(quote.span)), "in {text:?}");
            assert!(quote.group <= groups, "in {text:?}");
            groups = groups.max(quote.group + 1);
            at = quote.span.end();
        }
    }
}

/// Texts that would take hours if any rule looked back or ahead without bound.
#[test]
fn hostile_texts_take_linear_time() {
    let splitter = Splitter::new(&SplitterOptions { keep_quotes: true, ..SplitterOptions::default() });
    for piece in [
        ".",
        ". ",
        ".A",
        "a.",
        "\"",
        "“",
        "“ ",
        "‘a ",
        "'a ",
        "(‘a",
        "(",
        ". (",
        "1. ",
        "1 2. ",
        "• ",
        "a@",
        "1-",
        "123-",
        "1a",
        "www.",
        "http://a\"",
        "a'",
        "'",
        "《",
        "！",
        "Mr. ",
        "-",
        "\n-",
        "a\n",
        " ",
        "\u{a0}",
        "」",
        "\" ",
        "a\" ",
        "“a” said ",
        "a. . . . ",
        "„a. b,“ ",
        "1. 2. ",
        "XI. ",
        "፡፡",
        "№. ",
    ] {
        let text = piece.repeat(400_000 / piece.len());
        let (mut blocks, mut found, mut words, mut quoted) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        paragraphs(&text, 0, &mut blocks);
        for tag in ["am", "hi", "kk", "sk"] {
            splitter.sentences_in(Language::find(tag).unwrap(), &text, &blocks, &mut found);
            assert_cover(&text, 0, &found);
            found.clear();
        }
        splitter.sentences(&text, &blocks, &mut found);
        for block in &blocks {
            tokens(&text, *block, &mut words);
        }
        quotes(&text, &blocks, &mut quoted);
        assert_cover(&text, 0, &found);
        assert_cover(&text, 0, &words);
    }
}
