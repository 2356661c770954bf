//! The written cases of `cases/`: sentences with the values that the grammar must give.

use chrono::NaiveDate;

use crate::annotator::{Annotations, Annotator, Document, Options};
use crate::label::Label;

/// One sentence without its brackets, and what stands in them: offset, text, letter of the label, norm.
fn read(line: &str) -> (String, Vec<String>) {
    let (mut text, mut wanted) = (String::new(), Vec::new());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('[') {
        text.push_str(before);
        let (inner, after) = after.split_once(']').unwrap();
        let (label, inner) = inner.split_once(' ').unwrap();
        let (span, norm) = inner.split_once('|').unwrap();
        wanted.push(format!("{} {label} {span} = {norm}", text.len()));
        text.push_str(span);
        rest = after;
    }
    text.push_str(rest);
    (text, wanted)
}

fn letter(label: Label) -> &'static str {
    match label {
        Label::Date => "D",
        Label::Time => "T",
        Label::Money => "M",
        Label::Percent => "P",
        _ => "Q",
    }
}

/// Runs a file of cases and tells all that fail at once.
fn check(cases: &str, types: &[Label], least: usize) {
    let annotator = Annotator::new(Options { types: types.to_vec(), ..Options::default() });
    let mut found = Annotations::default();
    let mut published = None;
    let (mut count, mut failed) = (0, Vec::new());
    for line in cases.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(day) = line.strip_prefix("published ") {
            published = day.parse::<NaiveDate>().ok();
            continue;
        }
        count += 1;
        let (text, wanted) = read(line);
        let document = Document { text: &text, published, body_start: 0, dateline: None, sentences: &[] };
        annotator.annotate(&document, &mut found);
        let have: Vec<String> = found
            .mentions
            .iter()
            .map(|m| {
                let norm = m.norm.as_deref().unwrap_or("-");
                format!("{} {} {} = {norm}", m.span.start(), letter(m.label), m.span.of(&text))
            })
            .collect();
        if have != wanted {
            failed.push(format!("{text}\n  wanted {wanted:?}\n  found  {have:?}"));
        }
    }
    assert!(failed.is_empty(), "{} of {count} cases fail:\n{}", failed.len(), failed.join("\n"));
    assert!(count >= least, "{count} cases");
}

#[test]
fn dates_and_times() {
    check(include_str!("../cases/dates.txt"), &[Label::Date, Label::Time], 150);
}

#[test]
fn amounts() {
    check(include_str!("../cases/amounts.txt"), &[Label::Money, Label::Percent, Label::Quantity], 150);
}

#[test]
fn dates_and_times_written_blind() {
    check(include_str!("../cases/dates-blind-1.txt"), &[Label::Date, Label::Time], 120);
    check(include_str!("../cases/dates-blind-2.txt"), &[Label::Date, Label::Time], 60);
}

#[test]
fn amounts_written_blind() {
    let types = [Label::Money, Label::Percent, Label::Quantity];
    check(include_str!("../cases/amounts-blind-1.txt"), &types, 120);
    check(include_str!("../cases/amounts-blind-2.txt"), &types, 60);
}
