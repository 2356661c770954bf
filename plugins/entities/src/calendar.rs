//! Calendar expressions and what they mean, seen from a day of publication.

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// A stretch of the calendar as the text names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    Day {
        year: Option<i32>,
        month: u32,
        day: u32,
    },
    Month {
        year: Option<i32>,
        month: u32,
    },
    Year(i32),
    /// First and last year, both included.
    Years(i32, i32),
    Quarter {
        year: Option<i32>,
        quarter: u32,
    },
    Half {
        year: Option<i32>,
        half: u32,
    },
    /// Spring 0, summer 1, autumn 2, winter 3.
    Season {
        year: i32,
        season: u32,
    },
    Weekday(Weekday),
    /// A weekday of the week so many weeks from publication's.
    WeekdayOf(Weekday, i32),
    /// From one weekday to the next of the other name.
    Weekdays(Weekday, Weekday),
    /// The weekend behind (-1), at or ahead of (0), or one after that (1) publication.
    Weekend(i32),
    /// Days from the day of publication.
    Days(i32),
    Weeks(i32),
    Months(i32),
    YearsOff(i32),
    QuartersOff(i32),
    /// The stretch of so many days, weeks, months or years that ends or begins at publication.
    Stretch {
        unit: Unit,
        count: i32,
    },
    Feast {
        feast: Feast,
        year: Option<i32>,
    },
    /// From the first to the last of two days or months.
    Between(Point, Point),
    /// A calendar expression whose place in the calendar is not told: `Saturdays`, `Ramadan`.
    Open,
}

/// A day or month of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Point {
    pub(crate) year: Option<i32>,
    pub(crate) month: u32,
    pub(crate) day: Option<u32>,
}

/// What a relative stretch is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Day,
    Week,
    Month,
    Year,
}

/// Feasts whose day is fixed or can be computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Feast {
    Fixed(u32, u32),
    /// Days from Easter Sunday.
    Easter(i32),
}

/// Which way an expression without a year or week points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lean {
    /// No sign in the words around.
    Plain,
    /// The clause speaks of what is to come.
    Ahead,
    /// The clause speaks of what has been.
    Past,
    /// The clause speaks of what was to come: nearest for a day or month, ahead for a weekday.
    Due,
    /// `last`: strictly before publication.
    Last,
    /// `next`: strictly after publication.
    Next,
    /// `this`: in the same year or week.
    This,
    /// `of last year`: in the year before.
    Before,
    /// `of next year`: in the year after.
    After,
}

/// The ISO 8601 form of `when`; `None` when publication is needed and unknown, or the day does not exist.
pub(crate) fn norm(when: When, published: Option<NaiveDate>, lean: Lean) -> Option<String> {
    match when {
        When::Day { year, month, day } => {
            let year = year.or_else(|| year_of(published?, month, Some(day), lean))?;
            NaiveDate::from_ymd_opt(year, month, day).map(iso)
        }
        When::Month { year, month } => {
            let year = year.or_else(|| year_of(published?, month, None, lean))?;
            Some(format!("{year:04}-{month:02}"))
        }
        When::Year(year) => Some(format!("{year:04}")),
        When::Years(from, to) => Some(format!("{from:04}/{to:04}")),
        When::Quarter { year, quarter } => {
            let year = year.or_else(|| year_of(published?, quarter * 3, None, lean))?;
            Some(format!("{year:04}-Q{quarter}"))
        }
        When::Half { year, half } => {
            let year = year.or_else(|| year_of(published?, half * 6, None, lean))?;
            Some(format!("{year:04}-{:02}/{year:04}-{:02}", half * 6 - 5, half * 6))
        }
        When::Season { year, season } => Some(seasonal(year, season)),
        When::Weekday(weekday) => weekday_of(published?, weekday, lean).map(iso),
        When::WeekdayOf(weekday, weeks) => weekday_off(published?, weekday, weeks).map(iso),
        When::Weekdays(from, to) => weekdays(published?, from, to, lean),
        When::Weekend(count) => weekend(published?, count),
        When::Days(count) => shift(published?, count).map(iso),
        When::Weeks(count) => shift(published?, count.checked_mul(7)?).map(iso_week),
        When::Months(count) => {
            month_off(published?, count).map(|(year, month)| format!("{year:04}-{month:02}"))
        }
        When::YearsOff(count) => Some(format!("{:04}", published?.year().checked_add(count)?)),
        When::QuartersOff(count) => {
            let (year, month) = month_off(published?, count.checked_mul(3)?)?;
            Some(format!("{year:04}-Q{}", month.div_ceil(3)))
        }
        When::Stretch { unit, count } => stretch(published?, unit, count),
        When::Feast { feast, year } => feast_of(feast, year, published, lean).map(iso),
        When::Between(from, to) => between(from, to, published, lean),
        When::Open => None,
    }
}

fn iso(day: NaiveDate) -> String {
    day.format("%Y-%m-%d").to_string()
}

fn iso_week(day: NaiveDate) -> String {
    let week = day.iso_week();
    format!("{:04}-W{:02}", week.year(), week.week())
}

fn shift(day: NaiveDate, count: i32) -> Option<NaiveDate> {
    let days = Days::new(u64::from(count.unsigned_abs()));
    if count < 0 { day.checked_sub_days(days) } else { day.checked_add_days(days) }
}

fn month_off(day: NaiveDate, count: i32) -> Option<(i32, u32)> {
    let months = day.year().checked_mul(12)?.checked_add(day.month0() as i32)?.checked_add(count)?;
    Some((months.div_euclid(12), months.rem_euclid(12) as u32 + 1))
}

/// The year of a month or day named without one.
///
/// News looks back more often than ahead, so a bare name is the one behind publication unless that is more
/// than eight months away; a clause about the future turns this around.
fn year_of(published: NaiveDate, month: u32, day: Option<u32>, lean: Lean) -> Option<i32> {
    let year = published.year();
    let start = NaiveDate::from_ymd_opt(year, month, day.unwrap_or(1))
        .or_else(|| NaiveDate::from_ymd_opt(year, month, 1))?;
    let same = day.is_none() && month == published.month();
    let behind = start <= published;
    let days = (published - start).num_days();
    let off = match lean {
        Lean::Before => -1,
        Lean::After => 1,
        Lean::Last if !behind || same => -1,
        Lean::Next if behind => 1,
        Lean::Ahead if behind && !same && days > 10 => 1,
        // A day's grace, as a text may be dated by the clock of another place.
        Lean::Past if days < -1 => -1,
        Lean::Plain | Lean::Due if days > 245 && day.is_some() => 1,
        Lean::Plain | Lean::Due if days < -120 => -1,
        _ => 0,
    };
    Some(year + off)
}

fn weekday_of(published: NaiveDate, weekday: Weekday, lean: Lean) -> Option<NaiveDate> {
    let today = published.weekday().num_days_from_monday() as i32;
    let wanted = weekday.num_days_from_monday() as i32;
    let back = (today - wanted).rem_euclid(7);
    shift(
        published,
        match lean {
            Lean::Last if back == 0 => -7,
            Lean::Plain | Lean::Past | Lean::Last | Lean::Before => -back,
            Lean::Next if back == 0 => 7,
            Lean::Ahead | Lean::Due if back == 0 => 0,
            Lean::Ahead | Lean::Due | Lean::Next | Lean::After => 7 - back,
            Lean::This => wanted - today,
        },
    )
}

fn weekday_off(published: NaiveDate, weekday: Weekday, weeks: i32) -> Option<NaiveDate> {
    let today = published.weekday().num_days_from_monday() as i32;
    shift(published, weekday.num_days_from_monday() as i32 - today + 7 * weeks)
}

fn weekdays(published: NaiveDate, from: Weekday, to: Weekday, lean: Lean) -> Option<String> {
    let index = |day: Weekday| day.num_days_from_monday() as i32;
    let length = (index(to) - index(from)).rem_euclid(7);
    let (first, last) = if matches!(lean, Lean::Ahead | Lean::Due | Lean::Next) {
        let first = weekday_of(published, from, lean)?;
        (first, shift(first, length)?)
    } else {
        let last = weekday_of(published, to, lean)?;
        (shift(last, -length)?, last)
    };
    Some(format!("{}/{}", iso(first), iso(last)))
}

/// Saturday and Sunday; a publication on one of them is in `this` weekend.
fn weekend(published: NaiveDate, count: i32) -> Option<String> {
    let today = published.weekday().num_days_from_monday() as i32;
    let saturday = shift(published, 5 - today + 7 * count)?;
    Some(format!("{}/{}", iso(saturday), iso(shift(saturday, 1)?)))
}

fn seasonal(year: i32, season: u32) -> String {
    match season {
        0 => format!("{year:04}-03/{year:04}-05"),
        1 => format!("{year:04}-06/{year:04}-08"),
        2 => format!("{year:04}-09/{year:04}-11"),
        _ => format!("{year:04}-12/{:04}-02", year + 1),
    }
}

fn stretch(published: NaiveDate, unit: Unit, count: i32) -> Option<String> {
    let sign = count.signum();
    let (near, far) = match unit {
        Unit::Day => (iso(shift(published, sign)?), iso(shift(published, count)?)),
        Unit::Week => {
            (iso_week(shift(published, 7 * sign)?), iso_week(shift(published, count.checked_mul(7)?)?))
        }
        Unit::Month => {
            let name = |(year, month): (i32, u32)| format!("{year:04}-{month:02}");
            (name(month_off(published, sign)?), name(month_off(published, count)?))
        }
        Unit::Year => {
            let name = |off: i32| published.year().checked_add(off).map(|year| format!("{year:04}"));
            (name(sign)?, name(count)?)
        }
    };
    Some(if sign < 0 { format!("{far}/{near}") } else { format!("{near}/{far}") })
}

fn feast_of(feast: Feast, year: Option<i32>, published: Option<NaiveDate>, lean: Lean) -> Option<NaiveDate> {
    let on = |year: i32| match feast {
        Feast::Fixed(month, day) => NaiveDate::from_ymd_opt(year, month, day),
        Feast::Easter(days) => shift(easter(year)?, days),
    };
    if let Some(year) = year {
        return on(year);
    }
    let published = published?;
    let near = on(published.year())?;
    let month = near.month();
    on(year_of(published, month, Some(near.day()), lean)?)
}

/// Easter Sunday of the western calendar (the method of Meeus, Jones and Butcher).
fn easter(year: i32) -> Option<NaiveDate> {
    let (golden, century, rest) = (year.rem_euclid(19), year.div_euclid(100), year.rem_euclid(100));
    let shift = (century - (century + 8).div_euclid(25) + 1).div_euclid(3);
    let moon = (19 * golden + century - century.div_euclid(4) - shift + 15).rem_euclid(30);
    let week =
        (32 + 2 * century.rem_euclid(4) + 2 * rest.div_euclid(4) - moon - rest.rem_euclid(4)).rem_euclid(7);
    let late = (golden + 11 * moon + 22 * week).div_euclid(451);
    let day = moon + week - 7 * late + 114;
    NaiveDate::from_ymd_opt(year, day.div_euclid(31) as u32, day.rem_euclid(31) as u32 + 1)
}

fn between(from: Point, to: Point, published: Option<NaiveDate>, lean: Lean) -> Option<String> {
    let wraps = (to.month, to.day) < (from.month, from.day);
    let end = to.year.or_else(|| from.year.map(|year| year + i32::from(wraps)));
    let end = end.or_else(|| year_of(published?, to.month, to.day, lean))?;
    let start = from.year.unwrap_or(end - i32::from(wraps));
    Some(format!("{}/{}", point(start, from)?, point(end, to)?))
}

fn point(year: i32, point: Point) -> Option<String> {
    match point.day {
        Some(day) => NaiveDate::from_ymd_opt(year, point.month, day).map(iso),
        None => Some(format!("{year:04}-{:02}", point.month)),
    }
}

#[cfg(test)]
mod tests;
