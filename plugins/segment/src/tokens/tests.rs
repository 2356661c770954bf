use super::{LONGEST_UNIT, UNITS, run, tokens};
use docmill_sdk::Span;
use proptest::prelude::*;

/// Checks the tokens of the drawn text, in which `·` parts two tokens that touch.
fn check(drawn: &str) {
    let text = drawn.replace('·', "");
    let mut found = Vec::new();
    tokens(&text, Span::new(&text, 0, text.len()).unwrap(), &mut found);
    let have: Vec<_> = found.iter().map(|span| span.of(&text)).collect();
    let want: Vec<_> =
        drawn.split(|c: char| c == '·' || c.is_whitespace()).filter(|s| !s.is_empty()).collect();
    assert_eq!(have, want, "in {text:?}");
}

#[test]
fn words_and_marks() {
    check("");
    check("The envoy·, he said·, left·.");
    check("“·Stop·!·” (·Khan·) [·1·]");
    check("Wait·... what·?! No·!!! end·…");
    check("a dash — and -- more·–·so");
}

#[test]
fn contractions_are_one_token() {
    check("He didn't see Khan's or Khan’s dog·.");
    check("the players·' room");
    check("'s '90s 'em");
}

#[test]
fn numbers() {
    check("1,000 3.5 1,00,000 7:30 24/9/2025 2025·.");
    check("$·5·bn US$·3·m £·100 50·% 5·km 7·pm 5th 1980s");
    check("10·,·a 555-0100 020-555-0100 A·-·10");
    check("4·-·5");
}

#[test]
fn abbreviations_keep_their_stop() {
    check("Mr. Khan of Acme Ltd. in the U.S. at 5 p.m. today");
    check("J. R. Khan·, Jr.·, left at noon·.");
    check("No. 5 was a no·.");
    check("He took Plan B·.");
    check("signed·.·The end·.");
}

#[test]
fn units_are_sorted() {
    assert!(UNITS.is_sorted_by(|a, b| a < b) && UNITS.iter().all(|unit| unit.len() <= LONGEST_UNIT));
}

#[test]
fn hyphens() {
    check("a car·-·bomb in a twenty·-·first anti-war non-profit co-founder's e-mail");
}

#[test]
fn addresses() {
    check("See https://example.org/a-b?c=d#e·, www.example.com·. or (·a.b-c@example.co.uk·)·.");
    check("example.com and and·/·or #Tag @name AT&T");
}

#[test]
fn other_scripts() {
    check("今·日·は·雨·で·す·。");
    check("東·京·タワー 3·人");
    check("وہ کراچی گئے·۔");
    check("बारिश हुई·।");
    check("Größe cafe\u{301} naïve Шёл·.");
    check("🙂 ok·🙂");
}

#[test]
fn only_the_range_is_read() {
    let text = "one two three";
    let mut found = Vec::new();
    tokens(text, Span::new(text, 4, 7).unwrap(), &mut found);
    assert_eq!(found, [Span::new(text, 4, 7).unwrap()]);
}

/// What runs are made of, so that neighbours of all kinds meet.
const PIECES: &[&str] = &[
    " ", " ", "\n", "a", "b", "Ab", "U", "S", "U.S", "No", "no", "p.m", "Mr", "anti", "co", "w", "www", "0",
    "1", "15", "2025", "km", ".", ".", ",", ":", ";", "!", "?", "\"", "'", "’", "‘", "“", "”", "–", "—", "-",
    "-", "$", "&", "%", "(", ")", "[", "]", "@", "/", "#", "*", "_", "…", "é", "ß", "×", "÷", "Ș", "ɐ", "€",
    "کے", "۔", "،", "ٔ", "٥", "ж", "Ѐ", "日", "e\u{301}", "\u{a0}", "\u{2028}", "\0",
];

proptest! {
    #[test]
    fn blocks_give_what_runs_give(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..120), skip in 0..3_usize, spaced: bool) {
        // Without spaces a run is longer than a block.
        let text = if spaced { pieces.concat() } else { pieces.concat().replace([' ', '\n'], "") };
        let start = (skip.min(text.len())..=text.len()).find(|&at| text.is_char_boundary(at)).unwrap();
        let (mut blocks, mut runs) = (Vec::new(), Vec::new());
        tokens(&text, Span::new(&text, start, text.len()).unwrap(), &mut blocks);
        let mut at = start;
        for part in text.get(start..).unwrap().split_inclusive(|c: char| c.is_ascii_whitespace() || c == '\x0b') {
            let end = at + part.trim_end_matches(|c: char| c.is_ascii_whitespace() || c == '\x0b').len();
            run(&text, at, (at, end), text.len(), &mut runs);
            at += part.len();
        }
        let show = |spans: &[Span]| spans.iter().map(|span| span.of(&text).to_owned()).collect::<Vec<_>>();
        prop_assert_eq!(show(&blocks), show(&runs), "in {:?}", text);
    }
}
