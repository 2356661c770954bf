//! Mutates texts for as long as it is told and checks what must hold for every text.
//!
//! `DOCMILL_FUZZ_SECONDS=600 cargo test --release -p docmill-segment --test fuzz -- --nocapture`; without the
//! variable it runs for a second. `DOCMILL_FUZZ_SEED` repeats a run; the seed is printed.

use docmill_sdk::Span;
use docmill_segment::language::Language;
use docmill_segment::paragraphs::paragraphs;
use docmill_segment::quotes::quotes;
use docmill_segment::sentences::{Profile, Splitter, SplitterOptions};
use docmill_segment::tokens::tokens;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const PIECES: &[&str] = &[
    " ",
    "\n",
    "\n\n",
    "\r\n",
    "\u{a0}",
    "\u{2028}",
    "\u{85}",
    "\u{3000}",
    ".",
    "...",
    "…",
    "!",
    "?",
    "。",
    "؟",
    "۔",
    ":",
    ";",
    ",",
    "\"",
    "'",
    "“",
    "”",
    "‘",
    "’",
    "«",
    "»",
    "„",
    "(",
    ")",
    "[1]",
    "-",
    "—",
    "/",
    "@",
    "$",
    "•",
    "1.",
    "12",
    "a",
    "I",
    "Mr.",
    "No.",
    "U.S.",
    "p.m.",
    "Khan",
    "said",
    "The",
    "http://a.b/",
    "www.",
    "e@f.gh",
    "今",
    "タ",
    "é",
    "e\u{301}",
    "🙂",
    "Π",
    "न",
    "፡፡",
    "\0",
    "\u{200d}",
    "5km",
    "Photo: ",
    "`",
    "{",
    "\u{b}",
    "\t",
];

/// A linear congruential sequence.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound.max(1)
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn nothing_breaks_on_mutated_texts() {
    let clock = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |now| now.as_nanos() as u64);
    let seed = number("DOCMILL_FUZZ_SEED").unwrap_or(clock);
    let limit = Duration::from_secs(number("DOCMILL_FUZZ_SECONDS").unwrap_or(1));
    let seeds: Vec<&str> = include_str!("../cases/news.txt").lines().collect();
    let tags: Vec<_> = Language::tags().collect();
    println!("seed {seed}");
    let (mut random, began, mut runs, mut bytes) = (Random(seed), Instant::now(), 0_u64, 0);
    let mut text = String::new();
    while began.elapsed() < limit {
        mutate(&mut text, &seeds, &mut random);
        check(&text, tags[random.below(tags.len())], &mut random);
        (runs, bytes) = (runs + 1, bytes + text.len());
    }
    println!("{runs} texts, {bytes} bytes");
}

fn mutate(text: &mut String, seeds: &[&str], random: &mut Random) {
    if text.len() > 20_000 || random.below(50) == 0 {
        text.clear();
    }
    for _ in 0..=random.below(4) {
        let mut at = random.below(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        match random.below(6) {
            0 => text.insert_str(at, seeds[random.below(seeds.len())]),
            1 => text.truncate(at),
            2 => text.insert_str(at, &PIECES[random.below(PIECES.len())].repeat(random.below(300))),
            3 => text.insert(at, char::from_u32(random.below(0x11_0000) as u32).unwrap_or('x')),
            _ => text.insert_str(at, PIECES[random.below(PIECES.len())]),
        }
    }
}

fn check(text: &str, tag: &str, random: &mut Random) {
    let profile = if random.below(2) == 0 { Profile::News } else { Profile::Web };
    let longest = (random.below(4) == 0).then(|| 1 + random.below(60));
    let keep_quotes = random.below(4) == 0;
    let splitter =
        Splitter::new(&SplitterOptions { profile, longest, keep_quotes, ..SplitterOptions::default() });
    let language = Language::find(tag).expect("the tag is one of the table's");
    let (mut blocks, mut found, mut words, mut quoted) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    paragraphs(text, 0, &mut blocks);
    splitter.sentences_in(language, text, &blocks, &mut found);
    blocks.iter().for_each(|&block| tokens(text, block, &mut words));
    quotes(text, &blocks, &mut quoted);
    for spans in [&blocks, &found, &words] {
        covers(text, spans);
    }
    assert!(quoted.windows(2).all(|pair| pair[0].span.end() <= pair[1].span.start()), "in {text:?}");
}

/// Asserts that `spans` are sorted and apart, bounded by no white space, and cover the rest of `text`.
fn covers(text: &str, spans: &[Span]) {
    let mut at = 0;
    for span in spans {
        let gap = text.get(at..span.start());
        assert!(gap.is_some(), "{span} is out of order or within a char in {text:?}");
        let gap = gap.unwrap_or_default();
        assert!(gap.trim().is_empty(), "{gap:?} belongs to none in {text:?}");
        let inner = text.get(span.start()..span.end()).unwrap_or_default();
        assert!(!inner.is_empty() && inner.trim() == inner, "{inner:?} in {text:?}");
        at = span.end();
    }
    assert!(text.get(at..).is_some_and(|rest| rest.trim().is_empty()), "a rest belongs to none in {text:?}");
}
