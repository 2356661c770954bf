//! Documents as the quarantine of a run keeps them: every column as it was, nothing read out of the text anew.

use std::borrow::Cow;
use std::fmt;

use chrono::{Days, NaiveDate};
use docmill_sdk::Span;
use serde::de::{MapAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};

use super::jsonl::Entry;
use crate::input::Fault;
use crate::openings::Dateline;
use crate::read::{Document, ReadOptions};

/// A line. Only id, uri and text must be there, so that such lines can be written by hand.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    id: String,
    uri: String,
    text: String,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    byline: Option<String>,
    #[serde(default)]
    publisher: Option<String>,
    #[serde(default)]
    lang: Option<String>,
    #[serde(default)]
    published: Option<Day>,
    #[serde(default)]
    media_type: Option<String>,
    #[serde(default)]
    dateline: Option<DatelineLine>,
    #[serde(default)]
    body_start: u32,
    #[serde(default)]
    meta: Pairs,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DatelineLine {
    #[serde(default)]
    place: Option<String>,
    #[serde(default)]
    date: Option<Day>,
    #[serde(default)]
    agency: Option<String>,
    start: usize,
    end: usize,
}

/// Takes a line for a document that was kept.
pub(crate) fn document(entry: &mut Entry<'_>, options: &ReadOptions) -> Result<Document, Fault> {
    let line: Line = serde_json::from_slice(entry.bytes).map_err(|error| Fault::bad_json(&error))?;
    if line.text.len() as u64 > options.max_document_bytes {
        return Err(Fault::too_large(options.max_document_bytes));
    }
    let bad = |message: String| Fault { code: "bad_document", message };
    if !line.text.is_char_boundary(line.body_start as usize) {
        return Err(bad(format!("body_start {} is no char boundary of the text", line.body_start)));
    }
    let dateline = match line.dateline {
        None => None,
        Some(DatelineLine { place, date, agency, start, end }) => {
            let span = Span::new(&line.text, start, end)
                .ok_or_else(|| bad(format!("dateline {start}..{end} is no span of the text")))?;
            let date = date.map(|Day(date)| date);
            Some(Dateline { place: place.map(Cow::Owned), date, agency: agency.map(Cow::Owned), span })
        }
    };
    Ok(Document {
        id: line.id,
        uri: line.uri,
        text: line.text,
        title: line.title,
        byline: line.byline,
        publisher: line.publisher,
        lang: line.lang,
        media_type: line.media_type.map(Cow::Owned),
        published: line.published.map(|Day(date)| date),
        dateline,
        body_start: line.body_start as usize,
        meta: line.meta.0,
    })
}

/// A day, written `2025-09-24` or as the number of days since 1970-01-01.
struct Day(NaiveDate);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Words;

        impl Visitor<'_> for Words {
            type Value = Day;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a day such as \"2025-09-24\", or a number of days since 1970-01-01")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Day, E> {
                text.parse().map(Day).map_err(|_| E::invalid_value(Unexpected::Str(text), &self))
            }

            fn visit_i64<E: serde::de::Error>(self, days: i64) -> Result<Day, E> {
                let (first, count) = (NaiveDate::default(), Days::new(days.unsigned_abs()));
                let day =
                    if days < 0 { first.checked_sub_days(count) } else { first.checked_add_days(count) };
                day.map(Day).ok_or_else(|| E::invalid_value(Unexpected::Signed(days), &self))
            }

            fn visit_u64<E: serde::de::Error>(self, days: u64) -> Result<Day, E> {
                self.visit_i64(i64::try_from(days).unwrap_or(i64::MAX))
            }
        }

        deserializer.deserialize_any(Words)
    }
}

/// The pairs of an object in their order; a key may come twice. One whose value is null is left out.
#[derive(Default)]
struct Pairs(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Pairs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of strings")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some((key, value)) = map.next_entry::<String, Option<String>>()? {
                    pairs.extend(value.map(|value| (key, value)));
                }
                Ok(Pairs(pairs))
            }
        }

        deserializer.deserialize_map(Object)
    }
}

#[cfg(test)]
mod tests;
