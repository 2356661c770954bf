//! Finds calendar expressions and says what they name.

mod lean;
mod named;
mod relative;
mod year;

use chrono::Weekday;

use self::lean::{is_moved, lean, relative_year};
use self::named::{century, fiscal, holiday, part_of_year};
use self::relative::{ago, relative};
use self::year::{counts_unit, is_count, short_decade, years};
use crate::calendar::{Lean, Point, When};
use crate::lexicon::flag;
use crate::word::{Gap, Shape, Words};

/// A calendar expression of the words from where it was looked for up to `end`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    /// Index after the last word.
    pub(crate) end: usize,
    pub(crate) when: When,
    /// Holds a weekday, a month or a year.
    pub(crate) explicit: bool,
    pub(crate) lean: Lean,
}

/// How dates are read, and how much of them one span covers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    /// Reads `03/04/2025` as 3 April.
    pub(crate) day_first: bool,
    /// Takes `March to June`, `winter of 2022` and `1990s` whole, not the months and years in them alone.
    pub(crate) whole: bool,
}

/// The calendar expression that begins at word `at`.
pub(crate) fn date(words: &Words<'_>, at: usize, style: Style) -> Option<Found> {
    let found = plain_date(words, at, style)?;
    Some(if style.whole { with_year(words, found) } else { found })
}

fn plain_date(words: &Words<'_>, at: usize, style: Style) -> Option<Found> {
    let word = words.get(at)?;
    if word.shape == Shape::Number {
        return day_month(words, at, style)
            .or_else(|| numeric(words, at, style.day_first))
            .or_else(|| years(words, at, style))
            .or_else(|| century(words, at))
            .or_else(|| ago(words, at));
    }
    if word.shape == Shape::Mark {
        return if style.whole { short_decade(words, at) } else { None };
    }
    if word.is(flag::WEEKDAY) {
        return weekday(words, at, style);
    }
    if word.is(flag::MONTH) && word.is_capital() {
        return month_first(words, at, style);
    }
    if word.is(flag::HOLIDAY) {
        return holiday(words, at);
    }
    if !word.is_letters() {
        return None;
    }
    let part = if style.whole { fiscal(words, at).or_else(|| part_of_year(words, at)) } else { None };
    part.or_else(|| relative(words, at))
}

/// `March last year`, `3 June of this year`: the year is a part of the date.
fn with_year(words: &Words<'_>, found: Found) -> Found {
    let open = match found.when {
        When::Day { year, .. } | When::Month { year, .. } => year.is_none(),
        When::Between(from, to) => from.year.is_none() && to.year.is_none(),
        _ => false,
    };
    match relative_year(words, found.end).filter(|_| open) {
        Some((end, lean)) => Found { end, lean, ..found },
        None => found,
    }
}

fn found(words: &Words<'_>, at: usize, end: usize, when: When) -> Found {
    let open = match when {
        When::Day { year, .. }
        | When::Month { year, .. }
        | When::Quarter { year, .. }
        | When::Half { year, .. } => year.is_none(),
        When::Year(_) | When::Years(..) | When::Season { .. } | When::Open => false,
        _ => true,
    };
    // What names its year points nowhere else.
    let lean = if open { lean(words, at, end) } else { Lean::Plain };
    Found { end, when, explicit: true, lean }
}

fn weekday(words: &Words<'_>, at: usize, style: Style) -> Option<Found> {
    let text = words.str(at);
    let day = weekday_name(text)?;
    let mut next = at + 1;
    if words.is_text(next, ",") || words.is_text(next, ".") {
        next += 1;
    }
    if words.same_line(next)
        && let Some(inner) = day_month(words, next, style).or_else(|| month_first(words, next, style))
        && matches!(inner.when, When::Day { .. })
    {
        return Some(inner);
    }
    if text.len() < 6 {
        return None;
    }
    if text.ends_with(['s', 'S']) {
        return Some(found(words, at, at + 1, When::Open));
    }
    if style.whole
        && let Some((end, when)) = week_of(words, at + 1, day).or_else(|| later_weekday(words, at + 1, day))
    {
        return Some(found(words, at, end, when));
    }
    Some(found(words, at, at + 1, When::Weekday(day)))
}

/// `Monday last week`, `Friday of next week`: what stands behind the weekday.
fn week_of(words: &Words<'_>, at: usize, day: Weekday) -> Option<(usize, When)> {
    let next = at + usize::from(words.is_text(at, "of"));
    let weeks = match words.str(next) {
        "last" => -1,
        "this" => 0,
        "next" => 1,
        _ => return None,
    };
    let whole = words.is_text(next + 1, "week") && words.same_line(next) && words.same_line(next + 1);
    whole.then_some((next + 2, When::WeekdayOf(day, weeks)))
}

/// `Monday to Wednesday`: what stands behind the first of them.
fn later_weekday(words: &Words<'_>, at: usize, day: Weekday) -> Option<(usize, When)> {
    let next = joiner(words, at, false)?;
    let long = words.has(next, flag::WEEKDAY) && (6..=9).contains(&words.str(next).len());
    let last = weekday_name(words.str(next)).filter(|_| long && !words.str(next).ends_with('s'))?;
    (last != day).then_some((next + 1, When::Weekdays(day, last)))
}

fn weekday_name(text: &str) -> Option<Weekday> {
    let start = text.get(..3)?.to_ascii_lowercase();
    Some(match start.as_str() {
        "mon" => Weekday::Mon,
        "tue" => Weekday::Tue,
        "wed" => Weekday::Wed,
        "thu" => Weekday::Thu,
        "fri" => Weekday::Fri,
        "sat" => Weekday::Sat,
        "sun" => Weekday::Sun,
        _ => return None,
    })
}

fn month_name(words: &Words<'_>, at: usize) -> Option<u32> {
    const NAMES: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let word = words.get(at).filter(|word| word.is(flag::MONTH) && word.is_capital())?;
    let text = words.slice(word.start, word.end);
    let start = text.get(..3)?;
    NAMES.iter().position(|name| name.eq_ignore_ascii_case(start)).map(|month| month as u32 + 1)
}

/// A day of the month at `at`, and the index after it and its `st`, `nd`, `rd` or `th`.
fn day_number(words: &Words<'_>, at: usize) -> Option<(u32, usize)> {
    let word = words.get(at)?;
    let text = words.str(at);
    if word.shape != Shape::Number || text.len() > 2 {
        return None;
    }
    let day = text.parse().ok().filter(|day| (1..=31).contains(day))?;
    let suffix = words.get(at + 1).filter(|next| next.gap == Gap::None && next.is_letters());
    match suffix {
        Some(_) if matches!(words.str(at + 1), "st" | "nd" | "rd" | "th") => Some((day, at + 2)),
        Some(_) => None,
        None => Some((day, at + 1)),
    }
}

/// A year of four digits at `at`.
fn year_number(words: &Words<'_>, at: usize) -> Option<i32> {
    let text = words.str(at);
    let whole = text.len() == 4 && words.get(at)?.shape == Shape::Number;
    let glued = words
        .get(at + 1)
        .is_some_and(|next| next.gap == Gap::None && (next.is_letters() || words.is_text(at + 1, "%")));
    if !whole || glued {
        return None;
    }
    text.parse().ok().filter(|year| (1000..=2199).contains(year))
}

/// The index after a dash or a word that joins the ends of a range.
fn joiner(words: &Words<'_>, at: usize, lists: bool) -> Option<usize> {
    let text = words.str(at);
    let dash = matches!(text, "-" | "–" | "—");
    let word = text.eq_ignore_ascii_case("to")
        || matches!(text, "through" | "till" | "until")
        || (lists && matches!(text, "and" | "&"));
    ((dash || word) && words.same_line(at) && words.same_line(at + 1)).then_some(at + 1)
}

/// An optional `, 2025` at `at`: the year and the index after it.
fn trailing_year(words: &Words<'_>, at: usize, comma: bool) -> (Option<i32>, usize) {
    year_from(words, at, comma, 1800)
}

/// Like `trailing_year`, behind a day and month, which let earlier years count too.
fn year_of_day(words: &Words<'_>, at: usize) -> (Option<i32>, usize) {
    year_from(words, at, true, 1000)
}

fn year_from(words: &Words<'_>, at: usize, comma: bool, first: i32) -> (Option<i32>, usize) {
    let next = if (comma && words.is_text(at, ",")) || words.is_text(at, "of") { at + 1 } else { at };
    match year_number(words, next) {
        Some(year) if words.same_line(next) && (first..2100).contains(&year) => {
            // "April 2022 figures" names a year, "April 2000 people" does not.
            let recent = next == at && (1990..2036).contains(&year) && year % 100 != 0;
            let counts = if recent { counts_unit(words, next) } else { is_count(words, next) };
            if counts { (None, at) } else { (Some(year), next + 1) }
        }
        _ => (None, at),
    }
}

/// `24 September 2025`, `19 to 21 April`, `the 9th of May`, `28 July to 3 August`.
fn day_month(words: &Words<'_>, at: usize, style: Style) -> Option<Found> {
    let (first, mut next) = day_number(words, at)?;
    let mut last = None;
    if let Some(after) = joiner(words, next, true)
        && let Some((day, end)) = day_number(words, after)
        && day > first
    {
        last = Some(day);
        next = end;
    }
    if words.is_text(next, "of") {
        next += 1;
    }
    let month = month_name(words, next).filter(|_| words.same_line(next))?;
    next += 1;
    if words.is_text(next, ".") && year_number(words, next + 1).is_some() {
        next += 1;
    }
    let (year, end) = year_of_day(words, next);
    let from = Point { year, month, day: Some(first) };
    let when = match last {
        Some(day) => When::Between(from, Point { day: Some(day), ..from }),
        None => match later_day(words, end).filter(|_| style.whole && !is_moved(words, at)) {
            Some((to, end)) => return Some(found(words, at, end, When::Between(from, to))),
            None => When::Day { year, month, day: first },
        },
    };
    Some(found(words, at, end, when))
}

/// The other end of a range of days, `to August 3, 2021` or `to 3 August 2021`, and the index after it.
fn later_day(words: &Words<'_>, at: usize) -> Option<(Point, usize)> {
    let next = joiner(words, at, false)?;
    let (month, day, end) = if let Some(month) = month_name(words, next) {
        let (day, end) = day_number(words, next + 1).filter(|_| words.same_line(next + 1))?;
        (month, day, end)
    } else {
        let (day, end) = day_number(words, next)?;
        (month_name(words, end).filter(|_| words.same_line(end))?, day, end + 1)
    };
    let (year, end) = year_of_day(words, end);
    Some((Point { year, month, day: Some(day) }, end))
}

/// `September 24, 2025`, `May 9 to 11`, `May 2025`, `March`, `January to March 2022`.
fn month_first(words: &Words<'_>, at: usize, style: Style) -> Option<Found> {
    let month = month_name(words, at)?;
    let mut next = at + 1;
    let short = words.str(at).len() <= 4 && !matches!(words.str(at), "May" | "June" | "July");
    if short && words.is_text(next, ".") && words.get(next)?.gap == Gap::None {
        next += 1;
    }
    if words.same_line(next)
        && let Some((day, after)) = day_number(words, next)
        && !is_count(words, next)
    {
        let from = Point { year: None, month, day: Some(day) };
        return Some(month_day(words, at, (from, after), style));
    }
    let (year, end) = trailing_year(words, next, true);
    if let Some((to, end)) = later_month(words, end).filter(|_| style.whole && !is_moved(words, at)) {
        return Some(found(words, at, end, When::Between(Point { year, month, day: None }, to)));
    }
    if year.is_some() {
        return Some(found(words, at, end, When::Month { year, month }));
    }
    lone_month(words, at).then(|| {
        let end =
            if next > at + 1 && words.get(next).is_some_and(|word| !word.first) { next } else { at + 1 };
        found(words, at, end, When::Month { year: year_beside(words, end), month })
    })
}

/// The other end of a range of months, `to March 2022`, and the index after it.
fn later_month(words: &Words<'_>, at: usize) -> Option<(Point, usize)> {
    let next = joiner(words, at, false)?;
    let month = month_name(words, next)?;
    if day_number(words, next + 1).is_some() {
        return None;
    }
    let (year, end) = trailing_year(words, next + 1, true);
    Some((Point { year, month, day: None }, end))
}

fn month_day(words: &Words<'_>, at: usize, (from, after): (Point, usize), style: Style) -> Found {
    let (month, mut next) = (from.month, after);
    let mut to = None;
    if let Some(other) = joiner(words, next, true)
        && let Some((day, end)) = day_number(words, other)
        && Some(day) > from.day
        && month_name(words, end).is_none()
        && !is_count(words, other)
    {
        to = Some(day);
        next = end;
    }
    let (year, end) = year_of_day(words, next);
    if to.is_none()
        && let Some((to, end)) = later_day(words, end).filter(|_| style.whole && !is_moved(words, at))
    {
        return found(words, at, end, When::Between(Point { year, ..from }, to));
    }
    let when = match (to, from.day) {
        (Some(day), _) => When::Between(Point { year, ..from }, Point { year, month, day: Some(day) }),
        (None, Some(day)) => When::Day { year, month, day },
        (None, None) => When::Month { year, month },
    };
    found(words, at, end, when)
}

/// True when a month's name stands alone and is no verb, girl or procession.
fn lone_month(words: &Words<'_>, at: usize) -> bool {
    let text = words.str(at);
    let Some(word) = words.get(at) else { return false };
    if text.len() == 3 && !text.eq_ignore_ascii_case("may") {
        return words.is_text(at + 1, ".");
    }
    let cue = words.before(at).is_some_and(|before| {
        let text = words.slice(before.start, before.end).to_ascii_lowercase();
        matches!(
            text.as_str(),
            "in" | "since"
                | "until"
                | "till"
                | "by"
                | "last"
                | "next"
                | "this"
                | "from"
                | "of"
                | "early"
                | "late"
                | "mid"
                | "through"
                | "during"
                | "to"
                | "before"
                | "after"
                | "between"
                | "and"
                | "for"
                | "each"
                | "every"
                | "around"
                | "("
                | "-"
                | "–"
                | "previous"
                | "past"
                | "coming"
                | "or"
                | ","
        )
    });
    let year =
        words.is_text(at + 1, "last") || words.is_text(at + 1, "this") || words.is_text(at + 1, "next");
    let name = words.get(at + 1).is_some_and(|next| next.is_capital() && next.gap == Gap::Space);
    let title =
        words.before(at).is_some_and(|before| before.is(flag::TITLE | flag::FIRST) && before.is_capital());
    match text.to_ascii_lowercase().as_str() {
        "may" if words.is_text(at.wrapping_sub(1), "the") => {
            word.shape == Shape::Cap
                && words
                    .get(at + 1)
                    .is_some_and(|next| next.shape == Shape::Lower && !next.is(flag::FUNCTION))
        }
        "may" => year || (cue && !words.is_text(at.wrapping_sub(1), ",") && word.shape == Shape::Cap),
        "march" => (cue || year || !word.first) && !words.is_text(at + 1, "for") && !name,
        "april" | "june" | "august" => (cue || year || !name) && !title,
        _ => true,
    }
}

/// The year that `last year` after a month names cannot be written here, but a nearby lean can; a year in
/// brackets can.
fn year_beside(words: &Words<'_>, at: usize) -> Option<i32> {
    if words.is_text(at, "(") && words.is_text(at + 2, ")") { year_number(words, at + 1) } else { None }
}

/// `2025-09-24`, `24/09/2025`, `24.09.2025`.
fn numeric(words: &Words<'_>, at: usize, day_first: bool) -> Option<Found> {
    let text = words.str(at);
    if text.matches('.').count() == 2 {
        let mut parts = text.split('.');
        let day = parts.next()?.parse().ok()?;
        let month = parts.next()?.parse().ok()?;
        let year = parts.next().filter(|year| year.len() == 4)?.parse().ok()?;
        return plausible(year, month, day).map(|when| found(words, at, at + 1, when));
    }
    let mark = words.str(at + 1);
    let tight = (1..5).all(|off| words.get(at + off).is_some_and(|word| word.gap == Gap::None));
    if !tight || !matches!(mark, "-" | "/" | "–") || words.str(at + 3) != mark {
        return None;
    }
    let number = |at: usize| words.str(at).parse::<u32>().ok();
    let (first, second, third) = (number(at)?, number(at + 2)?, number(at + 4)?);
    let when = match (text.len(), words.str(at + 4).len()) {
        (4, 1 | 2) => plausible(first as i32, second, third),
        (1 | 2, 4) if second > 12 || (!day_first && first <= 12) => plausible(third as i32, first, second),
        (1 | 2, 4) => plausible(third as i32, second, first),
        _ => None,
    }?;
    Some(found(words, at, at + 5, when))
}

fn plausible(year: i32, month: u32, day: u32) -> Option<When> {
    let good = (1000..2200).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    good.then_some(When::Day { year: Some(year), month, day })
}

#[cfg(test)]
mod tests;
