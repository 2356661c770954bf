//! Values with units: sizes, spans of time, days.

use std::fmt::Write;

const SIZES: [(&str, f64); 9] = [
    ("B", 1.0),
    ("KiB", 1024.0),
    ("MiB", 1_048_576.0),
    ("GiB", 1_073_741_824.0),
    ("TiB", 1_099_511_627_776.0),
    ("kB", 1e3),
    ("MB", 1e6),
    ("GB", 1e9),
    ("TB", 1e12),
];

const TIMES: [(&str, f64); 5] = [("ms", 1.0), ("s", 1e3), ("m", 60e3), ("h", 3600e3), ("d", 86_400e3)];

// Whole numbers up to here are exact in an f64.
const MAX_EXACT: f64 = 9_007_199_254_740_992.0;

/// The bytes of a size such as `4 MiB` or `1.5GB`, rounded down; `None` if it is none.
#[must_use]
pub fn bytes(text: &str) -> Option<u64> {
    let (number, rest) = number(text.trim())?;
    let factor = factor(&SIZES, rest.trim_start())?;
    exact(number * factor)
}

/// The milliseconds of a span of time such as `2s`, `500ms` or `1m30s`, rounded down; `None` if it is none.
#[must_use]
pub fn milliseconds(text: &str) -> Option<u64> {
    let mut rest = text.trim();
    let mut sum = 0.0;
    let mut last = f64::INFINITY;
    while !rest.is_empty() {
        let (number, tail) = number(rest)?;
        let tail = tail.trim_start();
        let unit_end = tail.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at_checked(unit_end)?;
        let factor = factor(&TIMES, unit)?;
        // "30s1m" and "1s1s" are more likely slips than spans of time.
        if factor >= last {
            return None;
        }
        last = factor;
        sum += number * factor;
        rest = tail.trim_start();
    }
    if last.is_finite() { exact(sum) } else { None }
}

/// The day that a text names, as `YYYY-MM-DD`; `None` if it is no day of the calendar.
pub(crate) fn day(text: &str) -> Option<String> {
    let date: toml::value::Datetime = text.trim().parse().ok()?;
    match (date.date, date.time, date.offset) {
        (Some(date), None, None) => {
            let mut day = String::with_capacity(10);
            write!(day, "{date}").ok()?;
            Some(day)
        }
        _ => None,
    }
}

fn number(text: &str) -> Option<(f64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end)?;
    let well_formed = digits.starts_with(|c: char| c.is_ascii_digit()) && !digits.ends_with('.');
    if well_formed { Some((digits.parse().ok()?, rest)) } else { None }
}

fn factor(units: &[(&str, f64)], unit: &str) -> Option<f64> {
    units.iter().find(|(name, _)| *name == unit).map(|(_, factor)| *factor)
}

fn exact(value: f64) -> Option<u64> {
    (value <= MAX_EXACT).then_some(value as u64)
}

#[cfg(test)]
mod tests;
