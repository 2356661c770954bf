//! Days as the calendar has them.

/// The days from 1970-01-01 to a day written `2025-09-24`; `None` when it is written otherwise or the
/// calendar has no such day. Years run from 0001 to 9999.
pub(crate) fn days(text: &str) -> Option<i32> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes.get(4) != Some(&b'-') || bytes.get(7) != Some(&b'-') {
        return None;
    }
    let (year, month, day) = (digits(text, 0, 4)?, digits(text, 5, 7)?, digits(text, 8, 10)?);
    if year == 0 || !(1..=12).contains(&month) || day == 0 || day > length(year, month) {
        return None;
    }
    // Years are counted from March, so that the leap day is the last of a year.
    let (from_march, year) = if month > 2 { (month - 3, year) } else { (month + 9, year - 1) };
    let in_year = (153 * from_march + 2) / 5 + day - 1;
    Some(year * 365 + year / 4 - year / 100 + year / 400 + in_year - 719_468)
}

fn digits(text: &str, from: usize, to: usize) -> Option<i32> {
    let part = text.get(from..to)?;
    part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse().ok())?
}

fn length(year: i32, month: i32) -> i32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::days;

    #[test]
    fn days_are_counted_from_1970() {
        for (text, wanted) in [
            ("1970-01-01", Some(0)),
            ("1969-12-31", Some(-1)),
            ("2000-02-29", Some(11_016)),
            ("2000-03-01", Some(11_017)),
            ("2025-09-24", Some(20_355)),
            ("0001-01-01", Some(-719_162)),
            ("9999-12-31", Some(2_932_896)),
            ("1900-02-29", None),
            ("2025-02-29", None),
            ("2025-13-01", None),
            ("2025-00-10", None),
            ("2025-04-31", None),
            ("2025-04-00", None),
            ("0000-01-01", None),
            ("2025-9-24", None),
            ("+025-09-24", None),
            ("2025-09-24T", None),
            ("２025-09", None),
            ("", None),
        ] {
            assert_eq!(days(text), wanted, "{text}");
        }
    }

    #[test]
    fn every_day_follows_the_one_before() {
        let mut before = days("1599-12-31").unwrap();
        for year in 1600..2401 {
            for month in 1..=12 {
                for day in 1..=31 {
                    let Some(now) = days(&format!("{year:04}-{month:02}-{day:02}")) else { continue };
                    assert_eq!(now, before + 1, "{year}-{month}-{day}");
                    before = now;
                }
            }
        }
    }
}
