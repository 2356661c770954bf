//! How news articles open: metadata, byline and dateline in front of the prose, and the footer behind it.
//!
//! The forms are those of wire services and newspapers, among them `date 2025-09-24 ISLAMABAD: Text`,
//! `LONDON (Reuters) - Text`, `NEW DELHI, Aug 3 (PTI) — Text` and `Published in Dawn, September 24th, 2025`.
//! Recognition is strict: what is not clearly an opening is prose. Headlines are prose too.

use std::borrow::Cow;

use chrono::NaiveDate;
use docmill_sdk::Span;

use crate::dates;

mod dateline;
mod head;
mod header;
mod marks;
mod places;

/// What stands around an article's prose; every offset is into the text it was read from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opening<'a> {
    /// The address on the first line.
    pub url: Option<&'a str>,
    /// The headline, if a line says so (`Title: …`); a bare headline is left alone.
    pub title: Option<&'a str>,
    /// The day of publication: as given by the caller, else from the metadata before the article, the
    /// footer, the address or a dateline with its year, in this order.
    pub published: Option<NaiveDate>,
    /// The authors, without "By".
    pub byline: Option<&'a str>,
    /// The newspaper or site, from the footer or the metadata.
    pub publisher: Option<&'a str>,
    /// The dateline, if the prose opens with one.
    pub dateline: Option<Dateline<'a>>,
    /// The first byte of prose after all of these; the text's length if none follows.
    pub body_start: usize,
    /// The footer with the place of publication; it is no part of the body.
    pub footer: Option<Span>,
}

/// Where and when a report was filed, and by which agency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dateline<'a> {
    /// The city in ordinary spelling: `Topeka` for `TOPEKA, Kan.`; the first of several.
    pub place: Option<Cow<'a, str>>,
    /// The day, if it is written with its year or the day of publication is known.
    pub date: Option<NaiveDate>,
    /// The agency as written, without brackets: `Reuters`.
    pub agency: Option<Cow<'a, str>>,
    /// From the first letter to the mark that ends the dateline: `ISLAMABAD:`, `LONDON (Reuters) -`.
    pub span: Span,
}

impl Dateline<'_> {
    /// The same dateline, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> Dateline<'static> {
        Dateline {
            place: self.place.map(|place| Cow::Owned(place.into_owned())),
            date: self.date,
            agency: self.agency.map(|agency| Cow::Owned(agency.into_owned())),
            span: self.span,
        }
    }
}

/// Reads the opening of a text about which nothing else is known.
///
/// Looks at the first lines and the last ones; a text without any opening has `body_start` at its first
/// char that is no white space. Empty text gives an empty opening.
///
/// ```
/// # use docmill_ingest::openings::opening;
/// let text = " date 2025-09-24 ISLAMABAD: The ambassador spoke.";
/// let opening = opening(text);
/// assert_eq!(opening.published.unwrap().to_string(), "2025-09-24");
/// let dateline = opening.dateline.unwrap();
/// assert_eq!(dateline.place.unwrap(), "Islamabad");
/// assert_eq!(dateline.span.of(text), "ISLAMABAD:");
/// assert!(text[opening.body_start..].starts_with("The ambassador"));
/// ```
#[must_use]
pub fn opening(text: &str) -> Opening<'_> {
    opening_after(text, 0, None)
}

/// Reads the opening of the part of a text that begins at `start`, with the day of publication if known.
///
/// `start` is where other metadata ends, such as the front matter of a Markdown file; an offset outside
/// the text counts as its end. `published` is kept as it is and gives a dateline without a year its year.
#[must_use]
pub fn opening_after(text: &str, start: usize, published: Option<NaiveDate>) -> Opening<'_> {
    let start = if text.is_char_boundary(start) { start } else { text.len() };
    let header = header::header(text, start);
    let footer = header::footer(text, header.end);
    let known = published
        .or(header.published)
        .or(footer.as_ref().and_then(|footer| footer.published))
        .or_else(|| header.url.and_then(dates::in_url));
    let filed = dateline::dateline(text, header.end, known);
    let (dateline, body_start) = filed.map_or((None, header.end), |(dateline, at)| (Some(dateline), at));
    Opening {
        url: header.url,
        title: header.title,
        published: known.or_else(|| dateline.as_ref().and_then(|dateline| dateline.date)),
        byline: header.byline,
        publisher: header.publisher.or(footer.as_ref().map(|footer| footer.publisher)),
        dateline,
        body_start,
        footer: footer.map(|footer| footer.span),
    }
}

#[cfg(test)]
mod tests;
