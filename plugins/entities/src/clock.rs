//! Finds times of day.

use crate::lexicon::flag;
use crate::word::{Gap, Shape, Words};

/// The time of day that begins at word `at`: the index after it and `hh:mm` with the zone when given.
pub(crate) fn time(words: &Words<'_>, at: usize) -> Option<(usize, String)> {
    let word = words.get(at)?;
    if word.shape == Shape::Lower {
        return match words.slice(word.start, word.end) {
            "noon" | "midday" => Some((at + 1, "12:00".to_owned())),
            "midnight" => Some((at + 1, "00:00".to_owned())),
            _ => None,
        };
    }
    if word.shape != Shape::Number || is_glued(words, at) {
        return None;
    }
    let text = words.str(at);
    if text == "12" && words.same_line(at + 1) {
        match words.str(at + 1) {
            "noon" | "midday" => return Some((at + 2, "12:00".to_owned())),
            "midnight" => return Some((at + 2, "00:00".to_owned())),
            _ => {}
        }
    }
    if let Some((hour, minute)) = colon(words, at) {
        let mut end = at + 3;
        let seconds = words.is_text(end, ":") && words.str(end + 1).len() == 2;
        end += if seconds { 2 } else { 0 };
        return Some(finish(words, end, hour, minute));
    }
    let (hour, minute) = match text.split_once('.') {
        Some((hour, minute)) if minute.len() == 2 => (hour.parse().ok()?, minute.parse().ok()?),
        Some(_) => return None,
        None if text.len() == 4 && military(words, at + 1) => {
            let (hour, minute) = text.split_at_checked(2)?;
            (hour.parse().ok()?, minute.parse().ok()?)
        }
        None => (text.parse().ok()?, 0),
    };
    let named = half_of_day(words, at + 1).is_some() || (text.len() == 4 && military(words, at + 1));
    (named && hour < 24 && minute < 60).then(|| finish(words, at + 1, hour, minute))
}

fn is_glued(words: &Words<'_>, at: usize) -> bool {
    words.get(at).is_none_or(|word| word.gap == Gap::None)
        && words.before(at).is_some_and(|before| before.is_letters() || before.is(flag::PREFIX))
}

fn colon(words: &Words<'_>, at: usize) -> Option<(u32, u32)> {
    let tight = (1..3).all(|off| words.get(at + off).is_some_and(|word| word.gap == Gap::None));
    let minute = words.str(at + 2);
    if !tight || words.str(at + 1) != ":" || minute.len() != 2 {
        return None;
    }
    let hour = words.str(at).parse().ok().filter(|&hour| hour < 24)?;
    minute.parse().ok().filter(|&minute| minute < 60).map(|minute| (hour, minute))
}

/// `am` or `pm` at `at`: whether it is pm.
fn half_of_day(words: &Words<'_>, at: usize) -> Option<bool> {
    if !words.same_line(at) {
        return None;
    }
    match words.str(at) {
        "am" | "a.m." | "AM" | "A.M." => Some(false),
        "pm" | "p.m." | "PM" | "P.M." => Some(true),
        _ => None,
    }
}

fn military(words: &Words<'_>, at: usize) -> bool {
    words.same_line(at) && (zone(words, at).is_some() || matches!(words.str(at), "hours" | "hrs"))
}

fn zone<'a>(words: &Words<'a>, at: usize) -> Option<&'a str> {
    const ZONES: [&str; 29] = [
        "AEST", "AST", "BST", "CAT", "CDT", "CEST", "CET", "CST", "EAT", "EDT", "EEST", "EET", "EST", "ET",
        "GMT", "HKT", "IST", "JST", "KST", "MDT", "MSK", "MST", "NZST", "PDT", "PKT", "PST", "SAST", "UTC",
        "WAT",
    ];
    let text = words.str(at);
    ZONES.binary_search(&text).is_ok().then_some(text)
}

fn finish(words: &Words<'_>, end: usize, hour: u32, minute: u32) -> (usize, String) {
    let mut end = end;
    let mut hour = hour;
    if let Some(late) = half_of_day(words, end) {
        end += 1;
        hour = match (late, hour) {
            (true, 1..=11) => hour + 12,
            (false, 12) => 0,
            _ => hour,
        };
    } else if matches!(words.str(end), "hours" | "hrs") && words.same_line(end) {
        end += 1;
    }
    let mut norm = format!("{hour:02}:{minute:02}");
    if let Some(zone) = zone(words, end).filter(|_| words.same_line(end)) {
        end += 1;
        norm.push(' ');
        norm.push_str(zone);
    }
    (end, norm)
}

#[cfg(test)]
mod tests;
