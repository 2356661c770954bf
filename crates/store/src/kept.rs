//! A rejected document as it is written, so that it can be read again.

use serde::{Serialize, Serializer};

/// A document as its source gave it, borrowed. `ingest` reads it back under `format = "documents"`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct KeptDocument<'a> {
    /// Its id.
    pub id: &'a str,
    /// Where it came from.
    pub uri: &'a str,
    /// Its text.
    pub text: &'a str,
    /// Its title.
    pub title: Option<&'a str>,
    /// Its authors.
    pub byline: Option<&'a str>,
    /// Who published it.
    pub publisher: Option<&'a str>,
    /// Its language.
    pub lang: Option<&'a str>,
    /// The day of publication.
    pub published: Option<Day>,
    /// The media type of its source.
    pub media_type: Option<&'a str>,
    /// Its dateline.
    pub dateline: Option<KeptDateline<'a>>,
    /// The byte at which the article proper begins.
    pub body_start: u32,
    /// Everything else its source said, in the order of the source; a value may be missing.
    #[serde(serialize_with = "pairs")]
    pub meta: Vec<(&'a str, Option<&'a str>)>,
}

/// The dateline of a kept document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct KeptDateline<'a> {
    /// The place in ordinary spelling.
    pub place: Option<&'a str>,
    /// The day.
    pub date: Option<Day>,
    /// The agency.
    pub agency: Option<&'a str>,
    /// The first byte of the text that it takes.
    pub start: u32,
    /// The byte after it.
    pub end: u32,
}

/// A day by the number of days since 1970-01-01.
///
/// It is written `2025-09-24`; as the number where the year does not have four digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day(pub i32);

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(days) = *self;
        let (year, month, day) = civil(days);
        if (0..10_000).contains(&year) {
            serializer.collect_str(&format_args!("{year:04}-{month:02}-{day:02}"))
        } else {
            serializer.serialize_i32(days)
        }
    }
}

/// A map whose keys may come twice, which a map of Rust's would not hold.
fn pairs<S: Serializer>(pairs: &[(&str, Option<&str>)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().copied())
}

/// Year, month and day in the Gregorian calendar, which is taken to have held for ever.
fn civil(days: i32) -> (i64, i64, i64) {
    // Years begin in March here, so that a leap day is the last day of its year. The calendar repeats every 400
    // years, which are 146,097 days; 719,468 days lie between 0000-03-01 and 1970-01-01.
    let days = i64::from(days) + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    // Months from March have 31, 30, 31, 30, 31 days, and the same again: 153 days in five months.
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, carry) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (year + era * 400 + carry, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        let shown = |days| serde_json::to_string(&Day(days)).unwrap();
        assert_eq!(shown(0), "\"1970-01-01\"");
        assert_eq!(shown(-1), "\"1969-12-31\"");
        assert_eq!(shown(11_016), "\"2000-02-29\"");
        assert_eq!(shown(20_355), "\"2025-09-24\"");
        assert_eq!(shown(-719_528), "\"0000-01-01\"");
        assert_eq!(shown(-719_529), "-719529");
        assert_eq!(shown(2_932_896), "\"9999-12-31\"");
        assert_eq!(shown(2_932_897), "2932897");
        assert_eq!(shown(i32::MAX), "2147483647");
        // Every day is the one after the day before, over four hundred years.
        let long = |year: i64, month| match month {
            2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        let mut at = civil(-200 * 366);
        for days in -200 * 366 + 1..200 * 366 {
            let (year, month, day) = at;
            at = match (month, day) {
                (12, 31) => (year + 1, 1, 1),
                (_, day) if day == long(year, month) => (year, month + 1, 1),
                _ => (year, month, day + 1),
            };
            assert_eq!(civil(days), at);
        }
    }

    #[test]
    fn a_key_that_comes_twice_is_written_twice() {
        let kept =
            KeptDocument { id: "1", meta: vec![("k", Some("a")), ("k", None)], ..KeptDocument::default() };
        assert!(serde_json::to_string(&kept).unwrap().ends_with(r#""meta":{"k":"a","k":null}}"#));
    }
}
