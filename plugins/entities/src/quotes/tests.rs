use proptest::prelude::*;

use super::*;
use crate::annotator::{Annotations, Annotator, Document, Options};

/// Sentences of plain prose: they end behind a stop and its closing mark.
fn sentences(text: &str) -> Vec<Span> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let (mut out, mut start) = (Vec::new(), 0);
    for (at, &(offset, c)) in chars.iter().enumerate() {
        let next = |off: usize| chars.get(at + off).map_or('\n', |pair| pair.1);
        let after = if next(1) == '”' { 2 } else { 1 };
        let head = text.get(..offset).unwrap();
        let title = head.ends_with("Mr") || head.ends_with("Ms");
        let opens = |c: char| c.is_uppercase() || c == '“';
        let stop = matches!(c, '.' | '!' | '?') && next(after) == ' ' && opens(next(after + 1)) && !title;
        let exclaims = stop && c != '.' && after == 2 && next(after + 1).is_uppercase();
        let end = if stop && !exclaims { chars.get(at + after).map(|pair| pair.0) } else { None };
        if let Some(end) = end.or_else(|| (c == '\n').then_some(offset)).filter(|&end| end > start) {
            out.extend(Span::new(text, start, end));
            start = text.len() - text.get(end..).unwrap().trim_start().len();
        }
    }
    out.extend(Span::new(text, start, text.len()).filter(|span| !span.is_empty()));
    out
}

/// The quotations of a text, written as in the file of cases.
fn drawn(text: &str) -> Vec<String> {
    let (sentences, mut direct) = (sentences(text), Vec::new());
    marks::direct(text, 0, &mut direct);
    let mut found = Annotations::default();
    let document = Document { text, published: None, body_start: 0, dateline: None, sentences: &sentences };
    Annotator::new(Options::default()).annotate(&document, &mut found);
    let (mentions, entities) = (&found.mentions, &found.entities);
    let article = Article { text, sentences: &sentences, direct: &direct, mentions, entities };
    let mut out = Vec::new();
    Quoter::new().quotations(&article, &mut out);
    let name = |entity: Option<u32>| entity.map_or("-", |entity| entities[entity as usize].name.as_str());
    out.iter()
        .map(|q| {
            let cue = q.cue.map_or("-", |cue| cue.of(text));
            format!("= {} {} | {} | {cue} | {}", q.kind.as_str(), q.group, name(q.speaker), q.span.of(text))
        })
        .collect()
}

#[test]
fn written_paragraphs() {
    let cases: Vec<&str> = include_str!("../../cases/quotes.txt").split("\n\n").skip(1).collect();
    let mut failed = Vec::new();
    for case in &cases {
        let lines = || case.lines().filter(|line| !line.is_empty());
        let text: Vec<&str> = lines().filter(|line| !line.starts_with("= ")).collect();
        let wanted: Vec<&str> = lines().filter(|line| line.starts_with("= ")).collect();
        let text = text.join("\n\n");
        let have = drawn(&text);
        if have != wanted {
            failed.push(format!("{text}\n wanted {wanted:#?}\n found {have:#?}"));
        }
    }
    assert!(failed.is_empty(), "{} of {} cases fail:\n{}", failed.len(), cases.len(), failed.join("\n"));
    assert!(cases.len() >= 60, "{} cases", cases.len());
}

#[test]
fn empty_text_gives_nothing() {
    assert!(drawn("").is_empty());
}

const PIECES: [&str; 44] = [
    "“",
    "”",
    "\"",
    "«",
    "»",
    "said",
    "says",
    "told",
    "that",
    "according",
    "to",
    "he",
    "she",
    "the",
    "minister",
    "Ana",
    "Torvald",
    "Mr",
    "Omar Haddad",
    ",",
    ".",
    "!",
    ":",
    "\n",
    "\n\n",
    "was",
    "adding",
    "and",
    "but",
    "Lima",
    "UN",
    "spokesman",
    "of",
    "in",
    "a",
    "statement",
    "on",
    "Tuesday",
    "who",
    "(",
    ")",
    "ß",
    "北京",
    "’s",
];

fn heap() -> impl Strategy<Value = String> {
    let words = prop::sample::select(PIECES.to_vec());
    prop::collection::vec((words, prop::sample::select(vec!["", " "])), 0..80)
        .prop_map(|parts| parts.iter().flat_map(|(word, gap)| [*word, *gap]).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_heap_of_cues_gives_sound_quotations(text in heap()) {
        for line in drawn(&text) {
            prop_assert!(line.starts_with("= "));
        }
    }
}
