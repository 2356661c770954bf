//! Expressions counted from the day of publication.

use super::Found;
use crate::calendar::{Lean, Unit, When};
use crate::word::{Shape, Words};

/// `today`, `last month`, `the past two weeks`, `two days ago`.
pub(super) fn relative(words: &Words<'_>, at: usize) -> Option<Found> {
    let plain = |end: usize, when: When| Some(Found { end, when, explicit: false, lean: Lean::Plain });
    let text = words.str(at).to_ascii_lowercase();
    let sign = match text.as_str() {
        "today" | "tonight" => return plain(at + 1, When::Days(0)),
        "yesterday" => return plain(at + 1, When::Days(-1)),
        "tomorrow" => return plain(at + 1, When::Days(1)),
        "last" | "past" | "previous" => -1,
        "this" | "current" => 0,
        "next" | "coming" => 1,
        _ => return ago(words, at),
    };
    if text == "previous" || text == "past" || text == "coming" || text == "current" {
        return stretch(words, at, sign);
    }
    let when = match unit(words.str(at + 1)) {
        Some((Unit::Week, false)) => When::Weeks(sign),
        Some((Unit::Month, false)) => When::Months(sign),
        Some((Unit::Year, false)) => When::YearsOff(sign),
        None if words.is_text(at + 1, "quarter") && sign != 0 => When::QuartersOff(sign),
        None if words.is_text(at + 1, "weekend") => When::Weekend(sign),
        _ => return stretch(words, at, sign),
    };
    if !words.same_line(at + 1) || words.is_text(at + 2, "-") {
        return None;
    }
    plain(at + 2, when)
}

fn stretch(words: &Words<'_>, at: usize, sign: i32) -> Option<Found> {
    let count = count(words, at + 1)?;
    let (unit, true) = unit(words.str(at + 2))? else { return None };
    let when = When::Stretch { unit, count: count * sign };
    (sign != 0).then_some(Found { end: at + 3, when, explicit: false, lean: Lean::Plain })
}

/// `two days ago`, `3 years ago`.
pub(super) fn ago(words: &Words<'_>, at: usize) -> Option<Found> {
    let count = -count(words, at)?;
    let (unit, _) = unit(words.str(at + 1))?;
    if !words.is_text(at + 2, "ago") {
        return None;
    }
    let when = match unit {
        Unit::Day => When::Days(count),
        Unit::Week => When::Weeks(count),
        Unit::Month => When::Months(count),
        Unit::Year => When::YearsOff(count),
    };
    Some(Found { end: at + 3, when, explicit: false, lean: Lean::Plain })
}

/// A unit of the calendar, and whether it is written as a plural.
fn unit(text: &str) -> Option<(Unit, bool)> {
    Some(match text {
        "day" => (Unit::Day, false),
        "days" => (Unit::Day, true),
        "week" => (Unit::Week, false),
        "weeks" => (Unit::Week, true),
        "month" => (Unit::Month, false),
        "months" => (Unit::Month, true),
        "year" => (Unit::Year, false),
        "years" => (Unit::Year, true),
        _ => return None,
    })
}

fn count(words: &Words<'_>, at: usize) -> Option<i32> {
    const WORDS: [&str; 13] = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve",
    ];
    let text = words.str(at);
    if words.get(at)?.shape == Shape::Number {
        return text.parse().ok().filter(|count| (1..1000).contains(count));
    }
    if text.eq_ignore_ascii_case("a") || text.eq_ignore_ascii_case("an") {
        return Some(1);
    }
    WORDS
        .iter()
        .position(|word| word.eq_ignore_ascii_case(text))
        .map(|count| count as i32)
        .filter(|&count| count > 0)
}
