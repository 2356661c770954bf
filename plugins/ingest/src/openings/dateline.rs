//! Datelines: the place, the day and the agency that the first line of a report begins with.

use std::borrow::Cow;

use chrono::NaiveDate;
use docmill_sdk::Span;

use super::Dateline;
use super::head::{Evidence, Head, whole_date};
use super::header::{line_at, skip_blank, starts_upper};
use super::marks::{further_marks, marks};
use super::places;
use crate::dates::{self, Partial};

/// Reads the dateline at `start`; gives it with the offset of the prose after it.
pub(super) fn dateline(
    text: &str,
    start: usize,
    published: Option<NaiveDate>,
) -> Option<(Dateline<'_>, usize)> {
    let line = Line::at(text, start);
    let mut found = agency_first(&line).or_else(|| place_first(&line))?;
    // "AFP.- London - Text": the place follows the agency.
    if found.place.is_none()
        && let Some(place) = place_first(&Line::at(text, skip_blank(text, found.end)))
        && place.agency.is_none()
    {
        let span = found.span.cover(place.span);
        found = Found { date: found.date.or(place.date), agency: found.agency, span, ..place };
    }
    let dateline = Dateline {
        place: found.place,
        date: found.date.and_then(|date| date.resolve(published)),
        agency: found.agency.map(Cow::Borrowed),
        span: found.span,
    };
    Some((dateline, skip_blank(text, found.end)))
}

/// The start of the line that may open with a dateline.
pub(super) struct Line<'a> {
    pub(super) text: &'a str,
    pub(super) start: usize,
    /// As much of the line as a dateline can take.
    window: &'a str,
}

impl<'a> Line<'a> {
    /// The longest dateline, in bytes.
    const MAX_LEN: usize = 120;

    pub(super) fn at(text: &'a str, start: usize) -> Self {
        let line = line_at(text, start);
        let end = line.floor_char_boundary(Self::MAX_LEN);
        Self { text, start, window: line.get(..end).unwrap_or_default() }
    }

    /// What stands before the offset `end` of the line.
    fn before(&self, end: usize) -> &'a str {
        self.window.get(..end).unwrap_or_default()
    }

    /// What stands after the offset `end` of the line.
    pub(super) fn after(&self, end: usize) -> &'a str {
        self.window.get(end..).unwrap_or_default()
    }

    fn span(&self, end: usize) -> Option<Span> {
        Span::new(self.text, self.start, self.start + self.before(end).trim_end().len())
    }
}

struct Found<'a> {
    place: Option<Cow<'a, str>>,
    date: Option<Partial>,
    agency: Option<&'a str>,
    span: Span,
    /// The offset in the text after the last mark.
    end: usize,
}

/// `(Reuters) - Text` and `afrol News, 26 June - Text`: an agency without a place.
fn agency_first<'a>(line: &Line<'a>) -> Option<Found<'a>> {
    let first = marks(line.window).next();
    let (agency, date, end) = if let Some(rest) = line.window.strip_prefix('(') {
        let name = rest.get(..rest.find(')')?)?;
        let bracket = name.len() + 2;
        // The mark may be missing: "(CNN)The governor".
        let end = first
            .filter(|mark| line.before(mark.start).get(bracket..).is_some_and(|gap| gap.trim().is_empty()))
            .map_or(bracket, |mark| mark.end);
        (name.trim(), None, end)
    } else {
        let mark = first?;
        let head = line.before(mark.start).trim_end_matches(['.', ' ']);
        let (name, date) = head.split_once(',').map_or((head, None), |(name, date)| (name, Some(date)));
        let date = date.map(whole_date);
        if date == Some(None) || date.is_none() && !opens_prose(line.after(mark.end), false) {
            return None;
        }
        (name, date.flatten(), mark.end)
    };
    if !places::is_agency(agency) || places::city(agency).is_some() {
        return None;
    }
    let span = line.span(end)?;
    Some(Found { place: None, date, agency: Some(agency), span, end: line.start + end })
}

/// `ISLAMABAD: Text`, `NEW DELHI, Aug 3 (PTI) — Text`, `CAIRO - 26 July 2022: Text`.
fn place_first<'a>(line: &Line<'a>) -> Option<Found<'a>> {
    marks(line.window).take(3).find_map(|mark| {
        let mut head = Head::of(line.before(mark.start))?;
        let mut end = mark.end;
        // "CAIRO - 26 July 2022: Text": the day follows the first mark and has one of its own.
        if head.date.is_none()
            && let Some((date, len)) = date_then_mark(line.after(end))
        {
            head.date = Some(date);
            end += len;
        }
        end += further_marks(line.after(end));
        let evidence = head.evidence(line, &mark, end)?;
        if evidence == Evidence::IfProse && !opens_prose(line.after(end), head.capitals) {
            return None;
        }
        let place = Some(head.place_name());
        let span = line.span(end)?;
        Some(Found { place, date: head.date, agency: head.agency, span, end: line.start + end })
    })
}

/// `26 July 2022: ` after the first mark; gives the date and the length up to the second mark's end.
fn date_then_mark(rest: &str) -> Option<(Partial, usize)> {
    let gap = rest.len() - rest.trim_start().len();
    let (date, len) = dates::spelled(rest.get(gap..)?)?;
    let after = rest.get(gap + len..)?;
    let space = after.len() - after.trim_start_matches(' ').len();
    let mark = marks(after).next().filter(|mark| mark.start == space)?;
    Some((date, gap + len + mark.end))
}

/// True if `prose` can be the start of a sentence; after capitals a brand such as `eBay` will do.
fn opens_prose(prose: &str, capitals: bool) -> bool {
    let text = prose.trim_start().trim_start_matches(['"', '\'', '“', '‘', '«', '(', '[', '„', ' ']);
    let brand = || text.chars().nth(1).is_some_and(char::is_uppercase);
    starts_upper(text)
        || text.starts_with(|c: char| c.is_numeric() || matches!(c, '$' | '€' | '£' | '₹'))
        || capitals && brand()
}
