use super::*;
use crate::stopwords::Stopwords;
use crate::terms::{Language, Reader};

const BY: Weights = Weights { lead: 1.0, title: 0.3, redundancy: 0.5, half_lead: 2.0, smoothing: 8.0 };

/// One sentence a line, picked by `by` within `limit`: their numbers, best first.
fn picks(text: &str, by: &Weights, limit: Limit) -> Vec<usize> {
    let stopwords = Stopwords::english();
    let reader = Reader { stopwords: &stopwords, language: Language::English };
    let mut start = 0;
    let spans: Vec<Span> = text
        .split_inclusive('\n')
        .map(|line| {
            let span = Span::new(text, start, start + line.trim_end().len()).unwrap();
            start += line.len();
            span
        })
        .collect();
    let terms = Terms::read(text, 0, &spans, &reader);
    let weights = term_weights(&terms);
    let selection = Selection { text, terms: &terms, weights: &weights, by };
    let picked = selection.pick(selection.candidates(&[]), limit);
    picked.iter().map(|pick| spans.iter().position(|span| *span == pick.span).unwrap()).collect()
}

fn check(text: &str, by: &Weights, sentences: usize, expected: &[usize]) {
    assert_eq!(picks(text, by, Limit { sentences, chars: None }), expected, "{text}");
}

const CANAL: &str = "\
The canal between Multan and Bahawalpur will be lined with concrete, the ministry said.
Farmers along the canal want the concrete before the next cotton season begins there.
The canal between Multan and Bahawalpur will be lined with concrete, said the ministry.
A museum in another country showed a painting of some flowers to its visitors yesterday.
";

#[test]
fn a_strong_lead_keeps_the_text_s_order() {
    let by = Weights { lead: 50.0, redundancy: 0.0, ..BY };
    check(CANAL, &by, 2, &[0, 1]);
}

#[test]
fn what_says_the_same_is_passed_over() {
    let by = Weights { redundancy: 0.1, ..BY };
    check(CANAL, &by, 4, &[0, 1, 3]);
}

#[test]
fn redundancy_prefers_what_is_new() {
    check(CANAL, &BY, 2, &[0, 3]);
}

#[test]
fn without_a_lead_the_content_decides() {
    let by = Weights { lead: 0.0, redundancy: 0.0, ..BY };
    let last = picks(CANAL, &by, Limit { sentences: 3, chars: None });
    assert_eq!(last.last(), Some(&3));
}

#[test]
fn the_limit_in_characters_holds_with_the_blanks() {
    let text = "Rain fell on the northern hills of Lima.\nSnow fell on the southern roads of Oslo.\n";
    let by = Weights { redundancy: 0.0, ..BY };
    let fitting = |chars| picks(text, &by, Limit { sentences: 2, chars: Some(chars) });
    assert_eq!(fitting(81), [0, 1]);
    assert_eq!(fitting(80), [0]);
    assert_eq!(fitting(39), [] as [usize; 0]);
}

#[test]
fn a_common_term_of_a_long_document_counts_less() {
    let text = "Rain harbour fell.\n".repeat(4) + &"Rain stopped.\n".repeat(6);
    let stopwords = Stopwords::english();
    let reader = Reader { stopwords: &stopwords, language: Language::English };
    let mut spans = Vec::new();
    for (at, _) in text.match_indices("Rain") {
        let end = text.split_at(at).1.find('\n').unwrap() + at;
        spans.extend(Span::new(&text, at, end));
    }
    let terms = Terms::read(&text, 0, &spans, &reader);
    let weights = term_weights(&terms);
    assert!(weights[0] < weights[1], "{weights:?}");
}

#[test]
fn only_the_best_of_very_many_are_candidates() {
    let score = |number: usize| Candidate {
        span: Span::new("", 0, 0).unwrap(),
        distinct: (0, 0),
        score: number as f64,
        norm: 0.0,
        likeness: 0.0,
    };
    let kept = best((0..CANDIDATES + 7).map(score).collect());
    assert_eq!(kept.len(), CANDIDATES);
    assert!(kept.iter().all(|candidate| candidate.score >= 7.0));
}
