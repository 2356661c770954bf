//! The written cases of `cases/`: sentences with the values that the grammar must give, paragraphs with their quotations,
//! and whole articles with both.

use chrono::NaiveDate;
use docmill_sdk::Span;
use std::fmt::Write as _;

use crate::annotator::{Annotations, Annotator, Dateline, Document, Options};
use crate::label::Label;
use crate::quotes::{Article, Direct, Quoter, marks};

/// One line without its brackets, and what stands in them: offset, letter of the label, text, norm. `before` bytes
/// stand before the line.
fn read(line: &str, before: usize) -> (String, Vec<String>) {
    let (mut text, mut wanted) = (String::new(), Vec::new());
    let mut rest = line;
    while let Some((plain, after)) = rest.split_once('[') {
        text.push_str(plain);
        let (inner, after) = after.split_once(']').unwrap();
        let (label, inner) = inner.split_once(' ').unwrap();
        let (span, norm) = inner.split_once('|').unwrap();
        wanted.push(format!("{} {label} {span} = {norm}", before + text.len()));
        text.push_str(span);
        rest = after;
    }
    text.push_str(rest);
    (text, wanted)
}

fn letter(label: Label) -> Option<&'static str> {
    match label {
        Label::Date => Some("D"),
        Label::Time => Some("T"),
        Label::Money => Some("M"),
        Label::Percent => Some("P"),
        Label::Quantity => Some("Q"),
        _ => None,
    }
}

/// The values that were found, written as `read` writes them.
fn values(found: &Annotations, text: &str) -> Vec<String> {
    let line = |m: &crate::mention::Mention| {
        let norm = m.norm.as_deref().unwrap_or("-");
        letter(m.label).map(|letter| format!("{} {letter} {} = {norm}", m.span.start(), m.span.of(text)))
    };
    found.mentions.iter().filter_map(line).collect()
}

/// Sentences of plain prose: they end behind a stop and its closing mark.
fn sentences(text: &str, from: usize) -> Vec<Span> {
    let chars: Vec<(usize, char)> = text.char_indices().filter(|pair| pair.0 >= from).collect();
    let (mut out, mut start) = (Vec::new(), from);
    let closes = |c: char| matches!(c, '”' | '’' | '"' | '»');
    for (at, &(offset, c)) in chars.iter().enumerate() {
        let next = |off: usize| chars.get(at + off).map_or('\n', |pair| pair.1);
        let after = if closes(next(1)) { 2 } else { 1 };
        let head = text.get(..offset).unwrap();
        let mut back = head.chars().rev();
        let initial =
            back.next().is_some_and(char::is_uppercase) && back.next().is_none_or(|c| !c.is_alphanumeric());
        let title = (initial && next(after + 1).is_uppercase())
            || ["Mr", "Ms", "Dr", "Gen"].iter().any(|title| head.ends_with(title));
        let opens = |c: char| c.is_uppercase() || matches!(c, '“' | '‘' | '"' | '«');
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

/// The dateline of an article that has one, such as `NAIROBI, Kenya — `.
fn dateline(text: &str) -> Option<Dateline<'_>> {
    let head = text.get(..text.floor_char_boundary(40)).unwrap();
    let end = [" — ", ": "].iter().find_map(|mark| head.find(mark).map(|at| at + mark.len()))?;
    let place = head.split([',', ' ', ':']).next().filter(|place| place.chars().all(char::is_uppercase))?;
    let span = Span::new(text, 0, text.get(..end).unwrap().trim_end().len())?;
    Some(Dateline { place, span })
}

/// The stretches in `‘…’` of a text without other marks, which `segment` finds.
fn single_marks(text: &str, out: &mut Vec<Direct>) {
    if !out.is_empty() {
        return;
    }
    let mut from = 0;
    while let Some(open) = text.get(from..).and_then(|rest| rest.find('‘')).map(|at| from + at) {
        let ends = |at: &usize| !text.get(at + 3..).unwrap().starts_with(char::is_alphanumeric);
        let close = text.get(open..).unwrap().match_indices('’').map(|(at, _)| open + at).find(ends);
        let Some(close) = close else { break };
        let group = out.len() as u32;
        out.extend(Span::new(text, open, close + 3).map(|span| Direct { span, group }));
        from = close + 3;
    }
}

/// The quotations of an annotated text, written as in the files of cases.
fn quoted(text: &str, body_start: usize, sentences: &[Span], found: &Annotations) -> Vec<String> {
    let mut direct = Vec::new();
    marks::direct(text, body_start, &mut direct);
    single_marks(text, &mut direct);
    let (mentions, entities) = (&found.mentions, &found.entities);
    let article = Article { text, body_start, sentences, direct: &direct, mentions, entities };
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

/// The quotations of a text without dateline or date.
pub(crate) fn quotations(text: &str) -> Vec<String> {
    let sentences = sentences(text, 0);
    let mut found = Annotations::default();
    let document = Document { text, published: None, body_start: 0, dateline: None, sentences: &sentences };
    Annotator::new(Options::default()).annotate(&document, &mut found);
    quoted(text, 0, &sentences, &found)
}

/// Tells all cases that fail at once, and whether there are as many as there should be.
fn settle(failed: &[String], count: usize, least: usize) {
    assert!(failed.is_empty(), "{} of {count} cases fail:\n{}", failed.len(), failed.join("\n"));
    assert!(count >= least, "{count} cases");
}

/// Runs files of sentences with values.
fn check_values(files: &[&str], types: &[Label], least: usize) {
    let annotator = Annotator::new(Options { types: types.to_vec(), ..Options::default() });
    let mut found = Annotations::default();
    let mut published = None;
    let (mut count, mut failed) = (0, Vec::new());
    for line in
        files.iter().flat_map(|file| file.lines()).filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        if let Some(day) = line.strip_prefix("published ") {
            published = day.parse::<NaiveDate>().ok();
            continue;
        }
        count += 1;
        let (text, wanted) = read(line, 0);
        let document = Document { text: &text, published, body_start: 0, dateline: None, sentences: &[] };
        annotator.annotate(&document, &mut found);
        let have = values(&found, &text);
        if have != wanted {
            failed.push(format!("{text}\n  wanted {wanted:?}\n  found  {have:?}"));
        }
    }
    settle(&failed, count, least);
}

/// Runs files of paragraphs with quotations.
fn check_quotations(files: &[&str], least: usize) {
    let (mut count, mut failed) = (0, Vec::new());
    for case in files.iter().flat_map(|file| file.split("\n\n").skip(1)) {
        count += 1;
        let lines = || case.lines().filter(|line| !line.is_empty());
        let text: Vec<&str> = lines().filter(|line| !line.starts_with("= ")).collect();
        let wanted: Vec<&str> = lines().filter(|line| line.starts_with("= ")).collect();
        let text = text.join("\n\n");
        let have = quotations(&text);
        if have != wanted {
            failed.push(format!("{text}\n  wanted {wanted:#?}\n  found  {have:#?}"));
        }
    }
    settle(&failed, count, least);
}

/// What stands in one list alone, as lines.
fn difference(wanted: &[String], have: &[String]) -> String {
    let mut out = String::new();
    for line in wanted.iter().filter(|line| !have.contains(line)) {
        writeln!(out, "  wanted {line}").unwrap();
    }
    for line in have.iter().filter(|line| !wanted.contains(line)) {
        writeln!(out, "  found  {line}").unwrap();
    }
    out
}

/// Runs files of whole articles.
fn check_articles(files: &[&str], least: usize) {
    let annotator = Annotator::new(Options::default());
    let mut found = Annotations::default();
    let (mut count, mut failed) = (0, Vec::new());
    for case in files.iter().flat_map(|file| file.split("\n\n").skip(1)) {
        count += 1;
        let (mut text, mut wanted, mut said) = (String::new(), Vec::new(), Vec::new());
        let mut published = None;
        for line in case.lines() {
            if let Some(day) = line.strip_prefix("published ") {
                published = day.parse::<NaiveDate>().ok();
            } else if line.starts_with("= ") {
                said.push(line.to_owned());
            } else {
                let (paragraph, marked) = read(line, text.len());
                wanted.extend(marked);
                text.push_str(&paragraph);
                text.push_str("\n\n");
            }
        }
        let dateline = dateline(&text);
        let body_start = dateline.map_or(0, |dateline| dateline.span.end() + 1);
        let sentences = sentences(&text, 0);
        let document = Document { text: &text, published, body_start, dateline, sentences: &sentences };
        annotator.annotate(&document, &mut found);
        let wrong = difference(&wanted, &values(&found, &text));
        let unquoted = difference(&said, &quoted(&text, body_start, &sentences, &found));
        if !wrong.is_empty() || !unquoted.is_empty() {
            failed.push(format!("{}\n{wrong}{unquoted}", text.lines().next().unwrap()));
        }
    }
    settle(&failed, count, least);
}

#[test]
fn dates_and_times() {
    check_values(&[include_str!("../cases/dates.txt")], &[Label::Date, Label::Time], 150);
}

#[test]
fn blind_dates_and_times() {
    let files = [include_str!("../cases/dates-blind-1.txt"), include_str!("../cases/dates-blind-2.txt")];
    check_values(&files, &[Label::Date, Label::Time], 180);
}

#[test]
fn amounts() {
    let types = [Label::Money, Label::Percent, Label::Quantity];
    check_values(&[include_str!("../cases/amounts.txt")], &types, 150);
}

#[test]
fn blind_amounts() {
    let files = [include_str!("../cases/amounts-blind-1.txt"), include_str!("../cases/amounts-blind-2.txt")];
    check_values(&files, &[Label::Money, Label::Percent, Label::Quantity], 180);
}

#[test]
fn quoted_paragraphs() {
    check_quotations(&[include_str!("../cases/quotes.txt")], 60);
}

#[test]
fn blind_quoted_paragraphs() {
    check_quotations(
        &[include_str!("../cases/quotes-blind-1.txt"), include_str!("../cases/quotes-blind-2.txt")],
        90,
    );
}

#[test]
fn articles() {
    check_articles(
        &[include_str!("../cases/articles-blind-1.txt"), include_str!("../cases/articles-blind-2.txt")],
        18,
    );
}
