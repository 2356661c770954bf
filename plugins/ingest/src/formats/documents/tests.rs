use std::fs;
use std::sync::Arc;

use chrono::{Days, NaiveDate};
use docmill_store::{Day, KeptDateline, KeptDocument, Quarantine};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

use crate::blocks::blocks_as;
use crate::find::find_as;
use crate::format::Format;
use crate::read::{Document, Outcome, ReadOptions, read};

fn read_back(folder: &std::path::Path, max_document_bytes: u64) -> Vec<Outcome> {
    let format = Some(Format::Documents);
    let found = find_as(folder, &["documents.jsonl".to_owned()], format).unwrap();
    let options = Arc::new(ReadOptions { format, max_document_bytes, ..ReadOptions::default() });
    // Small blocks, so that the file is read in pieces.
    let blocks = blocks_as(&found, 512, format);
    blocks.iter().flat_map(|block| read(block.clone(), Arc::clone(&options)).collect::<Vec<_>>()).collect()
}

fn outcomes_of(text: &str) -> Vec<Outcome> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("documents.jsonl"), text).unwrap();
    read_back(folder.path(), 1 << 20)
}

/// Texts that break what writes or reads them carelessly.
fn odd() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("\0\0".to_owned()),
        Just("a lone \" and a \\".to_owned()),
        Just("By LIMA (Reuters) - Title: x\r\n\u{2028}\u{85}\n".to_owned()),
        Just("\u{feff}mark".to_owned()),
        any::<String>(),
        "[\"\\\\{}\\[\\]:,\\x00-\\x20a😀]{0,40}",
    ]
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        odd(),
        Just("id".to_owned()),
        Just("text".to_owned()),
        Just("published".to_owned()),
        Just("meta".to_owned()),
    ]
}

type Rest = ([Option<String>; 5], Option<i32>, Option<(Option<String>, Option<i32>)>, Vec<(String, String)>);

fn documents() -> impl Strategy<Value = Vec<(String, String, String, Rest)>> {
    let strings = [of(odd()), of(odd()), of(odd()), of(odd()), of(odd())];
    // The days that chrono can hold.
    let day = || of(-96_000_000_i32..95_000_000);
    let rest = (strings, day(), of((of(odd()), day())), vec((key(), odd()), 0..4));
    vec((odd(), odd(), odd(), rest), 1..20)
}

fn date(days: i32) -> NaiveDate {
    let count = Days::new(u64::from(days.unsigned_abs()));
    let first = NaiveDate::default();
    if days < 0 { first - count } else { first + count }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_the_quarantine_keeps_is_read_back_as_it_was(documents in documents(), at in any::<prop::sample::Index>()) {
        let folder = tempfile::tempdir().unwrap();
        let mut quarantine = Quarantine::new(folder.path());
        for (id, uri, text, (strings, published, dateline, meta)) in &documents {
            let borders: Vec<usize> = (0..=text.len()).filter(|&n| text.is_char_boundary(n)).collect();
            let border = borders[at.index(borders.len())] as u32;
            let [title, byline, publisher, lang, media_type] = strings.each_ref().map(|s| s.as_deref());
            quarantine.keep(&KeptDocument {
                id, uri, text, title, byline, publisher, lang, media_type,
                published: published.map(Day),
                dateline: dateline.as_ref().map(|(place, date)| KeptDateline {
                    place: place.as_deref(), date: date.map(Day), agency: title, start: 0, end: border,
                }),
                body_start: border,
                meta: meta.iter().map(|(key, value)| (key.as_str(), Some(value.as_str()))).collect(),
            }).unwrap();
        }
        quarantine.commit().unwrap();
        let read = read_back(folder.path(), 64 << 20);
        prop_assert_eq!(read.len(), documents.len());
        for (outcome, (id, uri, text, (strings, published, dateline, meta))) in read.into_iter().zip(&documents) {
            let read: Document = outcome.unwrap();
            prop_assert_eq!((&read.id, &read.uri, &read.text), (id, uri, text));
            let got = [read.title, read.byline, read.publisher, read.lang, read.media_type.map(Into::into)];
            prop_assert_eq!(&got, strings);
            prop_assert_eq!(read.published, published.map(date));
            let place = read.dateline.map(|d| (d.place.map(std::borrow::Cow::into_owned), d.date, d.span.end()));
            let wanted = dateline.clone().map(|(place, day)| (place, day.map(date), read.body_start));
            prop_assert_eq!(place, wanted);
            prop_assert_eq!(&read.meta, meta);
        }
    }
}

#[test]
fn a_line_that_was_not_kept_by_a_run_is_rejected_in_its_place() {
    let lines = [
        r#"{"id":"1","uri":"a","text":"Rain."}"#,
        r#"{"id":"2","uri":"a","text":"é","body_start":1}"#,
        r#"{"id":"3","uri":"a","text":"é","dateline":{"start":2,"end":0}}"#,
        r#"{"id":"4","uri":"a","text":"x","published":"yesterday"}"#,
        r#"{"id":"5","uri":"a","text":"x","published":99999999999}"#,
        r#"{"id":"6","text":"x"}"#,
        r#"{"id":"7","uri":"a","text":"x","headline":"x"}"#,
        r#"{"id":"8","uri":"a","text":"\ud800"}"#,
        "",
        r#"{"id":"9","uri":"b","text":"Sun.","meta":{"k":null,"l":"1"},"published":-719529}"#,
    ];
    let outcomes = outcomes_of(&lines.join("\n"));
    let told: Vec<String> = outcomes
        .iter()
        .map(|outcome| match outcome {
            Ok(document) => format!("{} {}", document.id, document.text),
            Err(rejected) => format!("{} {}", rejected.uri, rejected.code),
        })
        .collect();
    let want = [
        "1 Rain.",
        "documents.jsonl#line=2 bad_document",
        "documents.jsonl#line=3 bad_document",
        "documents.jsonl#line=4 bad_json",
        "documents.jsonl#line=5 bad_json",
        "documents.jsonl#line=6 bad_json",
        "documents.jsonl#line=7 bad_json",
        "documents.jsonl#line=8 bad_json",
        "9 Sun.",
    ];
    assert_eq!(told, want);
    let last = outcomes.last().unwrap().as_ref().unwrap();
    assert_eq!(last.meta, [("l".to_owned(), "1".to_owned())]);
    assert_eq!(last.published.unwrap().to_string(), "-0001-12-31");
}

#[test]
fn a_text_as_long_as_the_limit_is_read_whatever_it_takes_in_json() {
    let folder = tempfile::tempdir().unwrap();
    let mut quarantine = Quarantine::new(folder.path());
    let longest = "\0".repeat(1000);
    for text in [longest.as_str(), &"x".repeat(1001)] {
        quarantine.keep(&KeptDocument { id: "1", uri: "a", text, ..KeptDocument::default() }).unwrap();
    }
    quarantine.commit().unwrap();
    let outcomes = read_back(folder.path(), 1000);
    assert_eq!(outcomes[0].as_ref().unwrap().text, longest);
    assert_eq!(outcomes[1].as_ref().unwrap_err().code, "too_large");
}
