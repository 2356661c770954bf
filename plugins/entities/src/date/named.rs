//! Parts of the calendar with names of their own: centuries, quarters, seasons, feasts.

use super::{Found, found, lean, trailing_year};
use crate::calendar::{Feast, Lean, When};
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

/// `third quarter of 2022`, `Q1 2022`, `first half of this year`, `summer of 2020`.
pub(super) fn part_of_year(words: &Words<'_>, at: usize) -> Option<Found> {
    let text = words.str(at);
    if words.get(at)?.shape == Shape::Upper && text.len() == 2 && text.starts_with('Q') {
        let quarter = text.get(1..)?.parse().ok().filter(|quarter| (1..=4).contains(quarter))?;
        let (year, end) = trailing_year(words, at + 1, true);
        return Some(Found {
            explicit: year.is_some(),
            ..found(words, at, end, When::Quarter { year, quarter })
        });
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
    let (year, end) = trailing_year(words, at + 2, true);
    if half && year.is_none() {
        return None;
    }
    let when = if half { When::Half { year, half: part } } else { When::Quarter { year, quarter: part } };
    Some(Found { explicit: year.is_some(), ..found(words, at, end, when) })
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
