//! Parts of the calendar with names of their own: centuries, quarters, seasons, feasts.

use super::year::years;
use super::{Found, Style, found, lean, trailing_year};
use crate::calendar::{Feast, Lean, Point, When};
use crate::word::{Gap, Shape, Words};

/// `20th century`.
pub(super) fn century(words: &Words<'_>, at: usize) -> Option<Found> {
    let text = words.str(at);
    let suffix =
        matches!(words.str(at + 1), "st" | "nd" | "rd" | "th") && words.get(at + 1)?.gap == Gap::None;
    if !suffix || text.len() > 2 {
        return None;
    }
    let mut next = at + 2;
    if words.is_text(next, "-") {
        next += 1;
    }
    if !words.is_text(next, "century") {
        return None;
    }
    let last = text.parse::<i32>().ok().filter(|count| (1..=22).contains(count))? * 100;
    Some(Found { end: next + 1, when: When::Years(last - 99, last), explicit: false, lean: Lean::Plain })
}

/// `fiscal 2024`, `FY2023`, `financial year 2024-25`: the years as they are named.
pub(super) fn fiscal(words: &Words<'_>, at: usize) -> Option<Found> {
    let text = words.str(at);
    if let Some(year) = text.strip_prefix("FY").filter(|year| !year.is_empty()) {
        return fiscal_year(words, at, at + 1, year);
    }
    let named = words.is_text(at + 1, "year");
    let next = match text.to_ascii_lowercase().as_str() {
        "fiscal" | "financial" if named => at + 2,
        "fy" | "fiscal" => at + 1,
        _ => return None,
    };
    if matches!(text, "FY") && words.str(next).len() == 2 {
        return fiscal_year(words, at, next + 1, words.str(next));
    }
    let whole = Style { day_first: true, whole: true };
    let inner = years(words, next, whole).filter(|_| words.same_line(next))?;
    Some(found(words, at, inner.end, inner.when))
}

/// The year of two or four digits that ends before word `next`, with the short end of a range behind it.
fn fiscal_year(words: &Words<'_>, at: usize, next: usize, year: &str) -> Option<Found> {
    let century = if year.len() == 2 { 2000 } else { 0 };
    let year = year.parse::<i32>().ok().filter(|_| matches!(year.len(), 2 | 4))? + century;
    let tight = (0..2).all(|off| words.get(next + off).is_some_and(|word| word.gap == Gap::None));
    let short = words.str(next + 1);
    if tight && matches!(words.str(next), "-" | "/" | "–") && short.len() == 2 {
        let last = short.parse().ok().filter(|&last: &i32| last == (year + 1).rem_euclid(100));
        return last.map(|_| found(words, at, next + 2, When::Years(year, year + 1)));
    }
    (1900..2100).contains(&year).then(|| found(words, at, next, When::Year(year)))
}

/// `third quarter of 2022`, `Q1 2022`, `first half of this year`, `summer of 2020`.
pub(super) fn part_of_year(words: &Words<'_>, at: usize) -> Option<Found> {
    let text = words.str(at);
    if words.get(at)?.shape == Shape::Upper && text.len() == 2 && text.starts_with('Q') {
        let quarter = text.get(1..)?.parse().ok().filter(|quarter| (1..=4).contains(quarter))?;
        let part = |year| When::Quarter { year, quarter };
        return Some(of_year(words, at, at + 1, part));
    }
    if let Some(half) = match text {
        "H1" => Some(1),
        "H2" => Some(2),
        _ => None,
    } {
        let found = of_year(words, at, at + 1, |year| When::Half { year, half });
        return (found.end > at + 1).then_some(found);
    }
    if words.is_text(at, "first") && words.is_text(at + 2, "months") {
        return first_months(words, at);
    }
    if let Some(season) = season(text) {
        let (year, end) = trailing_year(words, at + 1, false);
        return year.map(|year| found(words, at, end, When::Season { year, season }));
    }
    let part = match text.to_ascii_lowercase().as_str() {
        "first" => 1,
        "second" => 2,
        "third" => 3,
        "fourth" | "final" => 4,
        _ => return None,
    };
    let half = words.is_text(at + 1, "half") && part < 3;
    if !half && !words.is_text(at + 1, "quarter") {
        return None;
    }
    let when = |year| {
        if half { When::Half { year, half: part } } else { When::Quarter { year, quarter: part } }
    };
    let found = of_year(words, at, at + 2, when);
    (!half || found.end > at + 2).then_some(found)
}

/// `first nine months of 2024`, `first six months of this year`.
fn first_months(words: &Words<'_>, at: usize) -> Option<Found> {
    let month = match words.str(at + 1) {
        "two" | "2" => 2,
        "three" | "3" => 3,
        "four" | "4" => 4,
        "five" | "5" => 5,
        "six" | "6" => 6,
        "seven" | "7" => 7,
        "eight" | "8" => 8,
        "nine" | "9" => 9,
        "10" | "ten" => 10,
        "11" | "eleven" => 11,
        _ => return None,
    };
    let part = |year| {
        let point = |month| Point { year, month, day: None };
        When::Between(point(1), point(month))
    };
    let found = of_year(words, at, at + 3, part);
    (found.end > at + 3).then_some(found)
}

/// A part of the year from `at` to `end` with the year behind it: `2022`, `of fiscal 2022`, `of last year`.
fn of_year(words: &Words<'_>, at: usize, end: usize, part: impl Fn(Option<i32>) -> When) -> Found {
    let (year, after) = trailing_year(words, end, true);
    if year.is_some() {
        return found(words, at, after, part(year));
    }
    let next = end + usize::from(words.is_text(end, "of"));
    if let Some(Found { when: When::Year(year), end, .. }) = fiscal(words, next) {
        return found(words, at, end, part(Some(year)));
    }
    let relative = if next > end && words.is_text(next + 1, "year") {
        match words.str(next) {
            "this" => Some(Lean::This),
            "last" => Some(Lean::Before),
            "next" => Some(Lean::After),
            _ => None,
        }
    } else {
        None
    };
    match relative {
        Some(lean) => Found { end: next + 2, when: part(None), explicit: false, lean },
        None => Found { explicit: false, ..found(words, at, end, part(None)) },
    }
}

fn season(text: &str) -> Option<u32> {
    Some(match text.to_ascii_lowercase().as_str() {
        "spring" => 0,
        "summer" => 1,
        "autumn" | "fall" => 2,
        "winter" => 3,
        _ => return None,
    })
}

/// `Easter`, `Good Friday`, `Christmas Eve 2024`.
pub(super) fn holiday(words: &Words<'_>, at: usize) -> Option<Found> {
    let word = words.get(at).filter(|word| word.is_capital())?;
    let (feast, mut end) = match words.slice(word.start, word.end).to_ascii_lowercase().as_str() {
        "easter" if words.is_text(at + 1, "Monday") => (Some(Feast::Easter(1)), at + 2),
        "easter" if words.is_text(at + 1, "Sunday") => (Some(Feast::Easter(0)), at + 2),
        "easter" => (Some(Feast::Easter(0)), at + 1),
        "pentecost" => (Some(Feast::Easter(49)), at + 1),
        "good" if words.is_text(at + 1, "Friday") => (Some(Feast::Easter(-2)), at + 2),
        "ash" if words.is_text(at + 1, "Wednesday") => (Some(Feast::Easter(-46)), at + 2),
        "palm" if words.is_text(at + 1, "Sunday") => (Some(Feast::Easter(-7)), at + 2),
        "christmas" if words.is_text(at + 1, "Eve") => (Some(Feast::Fixed(12, 24)), at + 2),
        "christmas" if words.is_text(at + 1, "Day") => (Some(Feast::Fixed(12, 25)), at + 2),
        "christmas" => (Some(Feast::Fixed(12, 25)), at + 1),
        "boxing" if words.is_text(at + 1, "Day") => (Some(Feast::Fixed(12, 26)), at + 2),
        "halloween" => (Some(Feast::Fixed(10, 31)), at + 1),
        "ramadan" | "ramzan" | "diwali" | "hanukkah" | "thanksgiving" | "passover" | "nowruz" => {
            (None, at + 1)
        }
        "new" if words.is_text(at + 1, "Year") && is_owner(words, at + 2) => match words.str(at + 3) {
            "Day" => (Some(Feast::Fixed(1, 1)), at + 4),
            "Eve" => (Some(Feast::Fixed(12, 31)), at + 4),
            _ => return None,
        },
        "eid" if words.is_text(at + 1, "al") && words.is_text(at + 2, "-") => (None, at + 4),
        _ => return None,
    };
    let (year, after) = trailing_year(words, end, false);
    if year.is_some() {
        end = after;
    }
    let when = feast.map_or(When::Open, |feast| When::Feast { feast, year });
    Some(Found { end, when, explicit: year.is_some(), lean: lean(words, at, end) })
}

fn is_owner(words: &Words<'_>, at: usize) -> bool {
    words.get(at).is_some_and(|word| word.shape == Shape::Possessive)
}
