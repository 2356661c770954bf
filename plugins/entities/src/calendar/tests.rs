use super::*;

#[test]
fn easter_of_known_years() {
    for (year, month, day) in [(1999, 4, 4), (2000, 4, 23), (2024, 3, 31), (2025, 4, 20), (2038, 4, 25)] {
        assert_eq!(easter(year), NaiveDate::from_ymd_opt(year, month, day));
    }
}

#[test]
fn months_cross_years() {
    let day = NaiveDate::from_ymd_opt(2025, 1, 31).unwrap();
    assert_eq!(month_off(day, -1), Some((2024, 12)));
    assert_eq!(month_off(day, 12), Some((2026, 1)));
    let winter = Point { year: None, month: 12, day: None };
    let range = between(winter, Point { month: 2, ..winter }, Some(day), Lean::Plain);
    assert_eq!(range.as_deref(), Some("2024-12/2025-02"));
}
