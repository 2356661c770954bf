//! Years, runs of years and decades, and the numbers that look like them.

use super::{Found, Style, found, joiner, year_number};
use crate::calendar::When;
use crate::currency;
use crate::lexicon::flag;
use crate::word::{Gap, Shape, Words};

/// `2022`, `2019-2022`, `2022-23`, `2019 to 2022`, `1990s`.
pub(super) fn years(words: &Words<'_>, at: usize, style: Style) -> Option<Found> {
    if let Some(found) = decade(words, at) {
        return Some(if style.whole { found } else { Found { end: at + 1, ..found } });
    }
    let year = year_number(words, at).filter(|_| !in_code(words, at))?;
    if let Some(after) = joiner(words, at + 1, false).or_else(|| slash(words, at + 1)) {
        let text = words.str(after);
        let tight = words.get(after).is_some_and(|word| word.gap == Gap::None);
        let last = match text.len() {
            4 => year_number(words, after),
            2 if tight => text.parse::<i32>().ok().map(|short| year - year.rem_euclid(100) + short),
            _ => None,
        };
        if let Some(last) = last.filter(|&last| year < last && last - year < 400 && !is_count(words, after)) {
            return Some(found(words, at, after + 1, When::Years(year, last)));
        }
        if tight && words.get(after)?.shape == Shape::Number && text.len() != 4 {
            return None;
        }
    }
    is_year(words, at, year).then(|| found(words, at, at + 1, When::Year(year)))
}

fn slash(words: &Words<'_>, at: usize) -> Option<usize> {
    (words.is_text(at, "/") && words.get(at)?.gap == Gap::None).then_some(at + 1)
}

fn decade(words: &Words<'_>, at: usize) -> Option<Found> {
    let text = words.str(at);
    let glued = words.is_text(at + 1, "s") && words.get(at + 1)?.gap == Gap::None;
    if !glued || text.len() != 4 || !text.ends_with('0') {
        return None;
    }
    let year = text.parse().ok().filter(|year| (1000..2200).contains(year))?;
    Some(found(words, at, at + 2, When::Years(year, year + 9)))
}

/// `’80s`, a decade of the last century when its digits say 30 or more.
pub(super) fn short_decade(words: &Words<'_>, at: usize) -> Option<Found> {
    let text = words.str(at + 1);
    let tight = (1..3).all(|off| words.get(at + off).is_some_and(|word| word.gap == Gap::None));
    if !matches!(words.str(at), "'" | "’" | "‘") || !tight || !words.is_text(at + 2, "s") || text.len() != 2
    {
        return None;
    }
    let short: i32 = text.parse().ok().filter(|short| short % 10 == 0)?;
    let year = if short < 30 { 2000 + short } else { 1900 + short };
    Some(found(words, at, at + 3, When::Years(year, year + 9)))
}

/// True when the number is a piece of a code, a price or a fraction.
fn in_code(words: &Words<'_>, at: usize) -> bool {
    let Some(word) = words.get(at) else { return true };
    let Some(before) = words.before(at) else { return false };
    let text = words.slice(before.start, before.end);
    let tight = word.gap == Gap::None;
    (tight && before.is_letters())
        || (tight && matches!(text, "-" | "/" | "." | ":" | "#" | "_" | "=") && !after_word(words, at))
        || matches!(text, "$" | "€" | "£" | "₹" | "¥" | "₦" | "#" | "+")
        || currency::precedes(words, at)
        || is_numbered(text)
}

/// Words whose number is a name's, however much it looks like a year: `Flight 1999`, `Resolution 1701`.
fn is_numbered(text: &str) -> bool {
    const NUMBERED: [&str; 12] = [
        "airbus",
        "area",
        "article",
        "boeing",
        "flight",
        "highway",
        "no",
        "number",
        "resolution",
        "room",
        "route",
        "section",
    ];
    NUMBERED.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// A dash before a year may hang on a word such as `mid` or `post`.
fn after_word(words: &Words<'_>, at: usize) -> bool {
    at >= 2 && words.get(at - 2).is_some_and(|word| word.shape == Shape::Lower)
}

fn is_year(words: &Words<'_>, at: usize, year: i32) -> bool {
    let before = words.before(at).map_or("", |before| words.slice(before.start, before.end));
    let before = before.to_ascii_lowercase();
    let strong = matches!(
        before.as_str(),
        "in" | "since" | "until" | "till" | "during" | "year" | "circa" | "early" | "late" | "mid"
    );
    let weak = matches!(
        before.as_str(),
        "of" | "by"
            | "from"
            | "before"
            | "after"
            | "to"
            | "and"
            | "between"
            | "("
            | "the"
            | ","
            | "through"
            | "fy"
    );
    if is_count(words, at) {
        // "The 2019 elections" names a year, "2,019 elections" and "2000 elections" do not.
        let named = strong || (before == "the" && !counts_unit(words, at));
        return named && (1990..2036).contains(&year) && year % 100 != 0;
    }
    match year {
        1900..=2059 => true,
        1400..=1899 => strong || weak,
        _ => strong,
    }
}

/// True when the number counts the noun or unit after it: `2,000 people`, `9 tonnes`.
pub(super) fn is_count(words: &Words<'_>, at: usize) -> bool {
    let Some(next) = words.get(at + 1).filter(|next| next.gap == Gap::Space && next.shape == Shape::Lower)
    else {
        return false;
    };
    let text = words.slice(next.start, next.end);
    if counts_unit(words, at) {
        return true;
    }
    let verb = next.is(flag::FUNCTION | flag::SAY | flag::ACT);
    !verb && text.len() > 3 && text.ends_with('s') && !text.ends_with("ss")
}

/// True when the number counts people or a unit, which no year does.
pub(super) fn counts_unit(words: &Words<'_>, at: usize) -> bool {
    words.get(at + 1).is_some_and(|next| {
        let text = words.slice(next.start, next.end);
        next.gap == Gap::Space
            && next.shape == Shape::Lower
            && (next.is(flag::UNIT | flag::SCALE | flag::CURRENCY)
                || matches!(
                    text,
                    "people" | "men" | "women" | "children" | "per" | "percent" | "runs" | "votes"
                ))
    })
}
