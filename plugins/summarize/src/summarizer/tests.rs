use proptest::prelude::*;

use super::*;

/// Spans of the sentences, each of which ends with a point or a line.
fn split(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut start = 0;
    for piece in text.split_inclusive(['.', '?', '\n']) {
        let lead = piece.len() - piece.trim_start().len();
        let end = start + piece.trim_end().len();
        spans.extend(Span::new(text, start + lead, end).filter(|span| !span.is_empty()));
        start += piece.len();
    }
    spans
}

fn summarize(text: &str, options: Options) -> Summary {
    let sentences = split(text);
    let document = Document { text, title: None, body_start: 0, sentences: &sentences, lang: Some("en") };
    let mut summary = Summary::default();
    Summarizer::new(options).summarize(&document, &mut summary);
    summary
}

/// The chosen sentences with their ranks, in text order.
fn check(text: &str, options: Options, expected: &[(&str, u32)]) {
    let summary = summarize(text, options);
    let chosen: Vec<_> = summary.sentences.iter().map(|chosen| (chosen.span.of(text), chosen.rank)).collect();
    assert_eq!(chosen, expected, "summary of {text:?}");
}

#[test]
fn an_empty_document_has_an_empty_summary() {
    check("", Options::default(), &[]);
    check(" \n … \n", Options::default(), &[]);
}

#[test]
fn one_sentence_is_its_own_summary() {
    let text = "A goat closed the runway at Nadi for forty minutes on Wednesday.";
    check(text, Options::default(), &[(text, 1)]);
    check("Rain.", Options::default(), &[("Rain.", 1)]);
    check("Click here.", Options::default(), &[("Click here.", 1)]);
}

#[test]
fn equal_sentences_are_chosen_once() {
    let text = "The dock workers went back to the harbour on Monday. ".repeat(9);
    check(&text, Options::default(), &[("The dock workers went back to the harbour on Monday.", 1)]);
}

const STORM: &str = "\
Heavy snow closed the airport of Sapporo for eleven hours and left travellers on its floors. \
It was warm. Who paid for the noodles? \
The airport gave the travellers sleeping bags and noodles until the snow ended. \
Published in The Coastal Courier.";

#[test]
fn the_lead_comes_first_and_the_footer_never() {
    let two = Options { sentences: 2, ..Options::default() };
    let expected = [
        ("Heavy snow closed the airport of Sapporo for eleven hours and left travellers on its floors.", 1),
        ("The airport gave the travellers sleeping bags and noodles until the snow ended.", 2),
    ];
    check(STORM, two, &expected);
    let all = summarize(STORM, Options { sentences: 9, ..Options::default() });
    assert_eq!(all.sentences.len(), 4);
}

#[test]
fn nothing_is_chosen_when_nothing_is_asked_for() {
    check(STORM, Options { sentences: 0, ..Options::default() }, &[]);
    check(STORM, Options { max_chars: Some(0), ..Options::default() }, &[]);
    assert!(summarize(STORM, Options { keyphrases: 0, ..Options::default() }).keyphrases.is_empty());
}

#[test]
fn the_title_lifts_the_sentence_that_answers_it() {
    let text =
        "The council met for two hours on a Monday. The old bridge over the harbour needs new cables now.";
    let sentences = split(text);
    let best = |title| {
        let document = Document { text, title, body_start: 0, sentences: &sentences, lang: Some("en") };
        let mut summary = Summary::default();
        let options = Options { sentences: 1, lead_weight: 0.1, ..Options::default() };
        Summarizer::new(options).summarize(&document, &mut summary);
        summary.sentences[0].span
    };
    assert_eq!(best(Some("Harbour bridges need cables")), sentences[1]);
    assert_eq!(best(Some("Council meets on Monday")), sentences[0]);
}

#[test]
fn a_sentence_before_the_body_is_not_chosen() {
    let text = "Snow in Sapporo and on its airport today. The airport of Sapporo was closed by snow.";
    let sentences = split(text);
    let document =
        Document { text, title: None, body_start: sentences[1].start(), sentences: &sentences, lang: None };
    let mut summary = Summary::default();
    Summarizer::new(Options::default()).summarize(&document, &mut summary);
    assert_eq!(summary.sentences.iter().map(|chosen| chosen.span).collect::<Vec<_>>(), [sentences[1]]);
}

#[test]
fn weights_that_are_no_numbers_count_as_none() {
    let odd = Options { lead_weight: f32::NAN, redundancy: -1.0, ..Options::default() };
    let none = Options { lead_weight: 0.0, redundancy: 0.0, ..Options::default() };
    assert_eq!(summarize(STORM, odd), summarize(STORM, none));
}

proptest! {
    #[test]
    fn summaries_keep_their_promises(
        text in "([A-Za-z東はก,“?' 0-9\\-]{0,40}[.?\n ]){0,30}|\\PC{0,200}",
        body_start in 0..300_usize,
        sentences in 0..6_usize,
        max_chars in proptest::option::of(0..200_usize),
        lang in proptest::option::of("en|ur|"),
    ) {
        let options = Options { sentences, max_chars, ..Options::default() };
        let spans = split(&text);
        let title = Some(text.as_str());
        let document = Document { text: &text, title, body_start, sentences: &spans, lang: lang.as_deref() };
        let mut summary = Summary::default();
        let summarizer = Summarizer::new(options);
        summarizer.summarize(&document, &mut summary);
        let chosen = &summary.sentences;
        prop_assert!(chosen.len() <= sentences);
        prop_assert!(chosen.is_sorted_by(|a, b| a.span.end() <= b.span.start()));
        prop_assert!(chosen.iter().all(|c| spans.contains(&c.span) && c.score.is_finite() && c.score >= 0.0));
        let mut ranks: Vec<u32> = chosen.iter().map(|c| c.rank).collect();
        ranks.sort_unstable();
        prop_assert!(ranks.iter().copied().eq(1..=chosen.len() as u32));
        let chars = chosen.iter().map(|c| c.span.of(&text).chars().count() + 1).sum::<usize>().saturating_sub(1);
        prop_assert!(max_chars.is_none_or(|most| chars <= most));
        prop_assert!(summary.keyphrases.len() <= options.keyphrases);
        prop_assert!(summary.keyphrases.iter().all(|k| !k.text.is_empty() && k.score > 0.0 && k.score <= 1.0));
        let mut again = summary.clone();
        summarizer.summarize(&document, &mut again);
        prop_assert_eq!(summary, again);
    }
}
