//! Calendar dates as newspapers, page metadata and addresses write them.

use chrono::{Datelike, NaiveDate};

/// A date of which some parts may be unsaid: `Aug 3` has no year, `June 2022` no day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Partial {
    /// The year, in four digits.
    pub(crate) year: Option<i32>,
    /// The month, 1 to 12.
    pub(crate) month: u32,
    /// The day of the month.
    pub(crate) day: Option<u32>,
}

impl Partial {
    /// The full date, or `None` when the year or the day is unsaid.
    pub(crate) fn full(self) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(self.year?, self.month, self.day?)
    }

    /// The full date with the year taken from the day of publication, or `None` without a day.
    ///
    /// Of the three years around it the one whose date lies closest is meant: `Dec 31` in an article of
    /// January 2 is the year before's.
    pub(crate) fn resolve(self, published: Option<NaiveDate>) -> Option<NaiveDate> {
        if self.year.is_some() {
            return self.full();
        }
        let (near, day) = (published?, self.day?);
        (near.year() - 1..=near.year() + 1)
            .filter_map(|year| NaiveDate::from_ymd_opt(year, self.month, day))
            .min_by_key(|date| (*date - near).num_days().abs())
    }
}

/// The date that a metadata value states, or `None` if it is no full date.
///
/// Knows RFC 3339 and everything that starts with `YYYY-MM-DD` or `YYYYMMDD`, RFC 2822, dates with the
/// month spelled out in either order, and all-number dates of which only one reading exists
/// (`26/07/2022`, not `05/07/2022`). The day is the one written, whatever the time zone.
pub(crate) fn stated(value: &str) -> Option<NaiveDate> {
    let value = value.trim();
    if let Some((date, _)) = numeric(value) {
        return Some(date);
    }
    if let Some(date) = compact(value) {
        return Some(date);
    }
    let after_weekday = skip_weekday(value);
    let rest = value.get(after_weekday..)?;
    spelled(rest).and_then(|(partial, _)| partial.full())
}

/// The date in the path of an address, if one reading of it exists.
///
/// `/2022/07/19/`, `/2022-07-19/`, `/20220719/` and `/19/07/2022/` are dates; `/2022/07/` lacks the day and
/// `/05/07/2022/` has two readings.
pub(crate) fn in_url(url: &str) -> Option<NaiveDate> {
    let after_scheme = url.find("://").map_or(0, |at| at + 3);
    let path = url.get(after_scheme..)?;
    let path = path.get(path.find('/')?..)?;
    let path = path.get(..path.find(['?', '#']).unwrap_or(path.len()))?;
    path.bytes().enumerate().filter(|(_, byte)| *byte == b'/').find_map(|(at, _)| {
        let rest = path.get(at + 1..)?;
        let segment = rest.get(..rest.find('/').unwrap_or(rest.len()))?;
        let whole = |date: NaiveDate, len: usize| {
            let ends = rest.as_bytes().get(len).is_none_or(|next| matches!(next, b'/' | b'-' | b'_'));
            (ends && (1990..2100).contains(&date.year())).then_some(date)
        };
        numeric(rest)
            .and_then(|(date, len)| whole(date, len))
            .or_else(|| (segment.len() == 8).then(|| compact(segment)).flatten().and_then(|d| whole(d, 8)))
    })
}

/// Reads a date in digits at the start of `text`: `2025-09-24`, `2025/9/24`, `24.09.2025`, `26/07/2022`.
///
/// Gives the date and its length in bytes. Two readings are none.
pub(crate) fn numeric(text: &str) -> Option<(NaiveDate, usize)> {
    let (first, first_len) = number(text, 4)?;
    let separator = *text.as_bytes().get(first_len)?;
    if !matches!(separator, b'-' | b'/' | b'.') {
        return None;
    }
    let (second, second_len) = number(text.get(first_len + 1..)?, 2)?;
    let at = first_len + 1 + second_len;
    if *text.as_bytes().get(at)? != separator {
        return None;
    }
    let (third, third_len) = number(text.get(at + 1..)?, 4)?;
    let len = at + 1 + third_len;
    let date = if first_len == 4 && third_len <= 2 {
        NaiveDate::from_ymd_opt(first as i32, second, third)?
    } else if first_len <= 2 && third_len == 4 {
        // A dot is never used month first; otherwise only a number above 12 tells the day.
        let (day, month) = match (first, second) {
            (day, month) if day > 12 || day == month || separator == b'.' => (day, month),
            (month, day) if day > 12 => (day, month),
            _ => return None,
        };
        NaiveDate::from_ymd_opt(third as i32, month, day)?
    } else {
        return None;
    };
    Some((date, len))
}

/// Reads a date with its month spelled out at the start of `text`, in either order.
///
/// `24 September 2025`, `September 24th, 2025`, `Sept. 24`, `24 Sep`, `June 2022`, `3 de mayo de 2022`.
/// Gives the date and its length in bytes; a comma or space after it is not included. The year must have
/// four digits and follow at once.
pub(crate) fn spelled(text: &str) -> Option<(Partial, usize)> {
    if let Some((month, at)) = month(text) {
        let rest = text.get(at..)?;
        let gap = spaces(rest);
        let day = rest.get(gap..).and_then(|rest| day(rest).map(|(day, len)| (day, at + gap + len)));
        let (day, at) = day.map_or((None, at), |(day, at)| (Some(day), at));
        let year = year_after(text, at);
        if day.is_none() && year.is_none() {
            return None;
        }
        return Some(partial(month, day, year, at));
    }
    let (day, len) = day(text)?;
    let mut at = len + spaces(text.get(len..)?);
    if text.get(at..at + 3).is_some_and(|of| of.eq_ignore_ascii_case("de ") || of.eq_ignore_ascii_case("of "))
    {
        at += 3;
    }
    let (month, len) = month(text.get(at..)?)?;
    let at = at + len;
    Some(partial(month, Some(day), year_after(text, at), at))
}

/// The length of a weekday and the comma or spaces after it at the start of `text`, else 0.
pub(crate) fn skip_weekday(text: &str) -> usize {
    let len = letters(text);
    let word = text.get(..len).unwrap_or_default();
    let known =
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"].iter().any(|day| {
            len >= 3 && day.get(..len.min(day.len())).is_some_and(|day| day.eq_ignore_ascii_case(word))
        });
    if !known {
        return 0;
    }
    let rest = text.get(len..).unwrap_or_default();
    len + rest.bytes().take_while(|byte| matches!(byte, b' ' | b',' | b'.')).count()
}

fn partial(month: u32, day: Option<u32>, year: Option<(i32, usize)>, at: usize) -> (Partial, usize) {
    let (year, at) = year.map_or((None, at), |(year, at)| (Some(year), at));
    (Partial { year, month, day }, at)
}

fn compact(text: &str) -> Option<NaiveDate> {
    let (digits, len) = number(text, 8)?;
    if len != 8 {
        return None;
    }
    NaiveDate::from_ymd_opt((digits / 10_000) as i32, digits / 100 % 100, digits % 100)
}

/// A whole run of at most `max` digits: `None` when there is none or it is longer.
fn number(text: &str, max: usize) -> Option<(u32, usize)> {
    let len = text.bytes().take(max + 1).take_while(u8::is_ascii_digit).count();
    if len == 0 || len > max {
        return None;
    }
    Some((text.get(..len)?.parse().ok()?, len))
}

fn day(text: &str) -> Option<(u32, usize)> {
    let (day, len) = number(text, 2).filter(|(day, _)| (1..=31).contains(day))?;
    let rest = text.get(len..)?;
    let ending = ["st", "nd", "rd", "th", "º", "er", "."].into_iter().find(|ending| {
        rest.get(..ending.len()).is_some_and(|found| found.eq_ignore_ascii_case(ending))
            && !rest.get(ending.len()..).is_some_and(|rest| rest.starts_with(char::is_alphanumeric))
    });
    let clock = rest.starts_with(':')
        && rest.get(1..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    if ending.is_none() && (clock || rest.starts_with(char::is_alphabetic)) {
        return None;
    }
    // "Sept. 24." closes a line, "3. Mai" is an ordinal: the dot belongs to the date only before a month.
    let dot = if ending == Some(".") {
        usize::from(month(rest.get(1..)?.trim_start_matches(' ')).is_some())
    } else {
        ending.map_or(0, str::len)
    };
    Some((day, len + dot))
}

/// A year of four digits after spaces, a comma or `de`; gives the year and the offset after it.
fn year_after(text: &str, at: usize) -> Option<(i32, usize)> {
    let rest = text.get(at..)?;
    let gap = rest.bytes().take_while(|byte| matches!(byte, b' ' | b',')).count();
    let rest = rest.get(gap..)?;
    let de = if rest.get(..3).is_some_and(|de| de.eq_ignore_ascii_case("de ")) { 3 } else { 0 };
    let (year, len) = number(rest.get(de..)?, 4)?;
    let whole = len == 4 && gap > 0 && (1700..2200).contains(&year);
    whole.then_some((year as i32, at + gap + de + len))
}

fn month(text: &str) -> Option<(u32, usize)> {
    let len = letters(text);
    let word = text.get(..len)?;
    if !(3..=12).contains(&len) {
        return None;
    }
    let (_, month) = MONTHS.iter().find(|(name, _)| {
        let mut lower = word.chars().flat_map(char::to_lowercase);
        name.chars().all(|c| lower.next() == Some(c)) && lower.next().is_none()
    })?;
    let dot = usize::from(text.get(len..).is_some_and(|rest| rest.starts_with('.')) && len <= 5);
    Some((*month, len + dot))
}

/// Month names and their short forms in English, Spanish, French, Portuguese, Italian and German.
#[rustfmt::skip]
const MONTHS: &[(&str, u32)] = &[
    ("jan", 1), ("january", 1), ("enero", 1), ("janvier", 1), ("janeiro", 1), ("gennaio", 1), ("januar", 1),
    ("feb", 2), ("february", 2), ("febrero", 2), ("février", 2), ("fevereiro", 2), ("febbraio", 2), ("februar", 2),
    ("mar", 3), ("march", 3), ("marzo", 3), ("mars", 3), ("março", 3), ("märz", 3),
    ("apr", 4), ("april", 4), ("abril", 4), ("avril", 4), ("aprile", 4),
    ("may", 5), ("mayo", 5), ("mai", 5), ("maio", 5), ("maggio", 5),
    ("jun", 6), ("june", 6), ("junio", 6), ("juin", 6), ("junho", 6), ("giugno", 6), ("juni", 6),
    ("jul", 7), ("july", 7), ("julio", 7), ("juillet", 7), ("julho", 7), ("luglio", 7), ("juli", 7),
    ("aug", 8), ("august", 8), ("agosto", 8), ("août", 8),
    ("sep", 9), ("sept", 9), ("september", 9), ("septiembre", 9), ("septembre", 9), ("setembro", 9), ("settembre", 9),
    ("oct", 10), ("october", 10), ("octubre", 10), ("octobre", 10), ("outubro", 10), ("ottobre", 10), ("oktober", 10),
    ("nov", 11), ("november", 11), ("noviembre", 11), ("novembre", 11), ("novembro", 11),
    ("dec", 12), ("december", 12), ("diciembre", 12), ("décembre", 12), ("dezembro", 12), ("dicembre", 12), ("dezember", 12),
];

/// The length in bytes of the run of letters at the start of `text`, looking at no more than 16 chars.
fn letters(text: &str) -> usize {
    text.chars().take(16).take_while(|c| c.is_alphabetic()).map(char::len_utf8).sum()
}

fn spaces(text: &str) -> usize {
    text.bytes().take_while(|byte| *byte == b' ').count()
}

#[cfg(test)]
mod tests;
