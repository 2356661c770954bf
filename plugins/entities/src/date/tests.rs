use chrono::NaiveDate;

use crate::annotator::{Annotations, Annotator, Document, Options};
use crate::label::Label;

/// Each case is a sentence and its dates as `text = norm`, `-` for none, seen from Wednesday 2025-09-24.
fn check(cases: &[(&str, &[&str])]) {
    check_from(NaiveDate::from_ymd_opt(2025, 9, 24), cases);
}

fn check_from(published: Option<NaiveDate>, cases: &[(&str, &[&str])]) {
    let annotator = Annotator::new(Options { types: vec![Label::Date], ..Options::default() });
    let mut found = Annotations::default();
    for (text, wanted) in cases {
        annotator.annotate(
            &Document { text, published, body_start: 0, dateline: None, sentences: &[] },
            &mut found,
        );
        let have: Vec<String> = found
            .mentions
            .iter()
            .map(|m| format!("{} = {}", m.span.of(text), m.norm.as_deref().unwrap_or("-")))
            .collect();
        assert_eq!(have, *wanted, "{text}");
    }
}

#[test]
fn full_dates() {
    check(&[
        ("It began on September 3, 2024.", &["September 3, 2024 = 2024-09-03"]),
        ("It began on Sept. 3, 2024, he said.", &["Sept. 3, 2024 = 2024-09-03"]),
        ("It began on 3 September 2024.", &["3 September 2024 = 2024-09-03"]),
        ("It began on the 3rd of September, 2024.", &["3rd of September, 2024 = 2024-09-03"]),
        ("It began on September 3rd 2024.", &["September 3rd 2024 = 2024-09-03"]),
        ("It began on Tuesday, September 3, 2024.", &["Tuesday, September 3, 2024 = 2024-09-03"]),
        ("It began Friday 22nd July 2022 in town.", &["Friday 22nd July 2022 = 2022-07-22"]),
        ("Filed 2025-09-03 by mail.", &["2025-09-03 = 2025-09-03"]),
        ("Filed 03/04/2025 by mail.", &["03/04/2025 = 2025-04-03"]),
        ("Filed 03/14/2025 by mail.", &["03/14/2025 = 2025-03-14"]),
        ("Filed 24.09.2023 by mail.", &["24.09.2023 = 2023-09-24"]),
        ("It fell on February 30, 2024.", &["February 30, 2024 = -"]),
    ]);
}

#[test]
fn days_without_a_year_look_back_unless_far() {
    check(&[
        ("They met on May 9.", &["May 9 = 2025-05-09"]),
        ("They met on 9 May.", &["9 May = 2025-05-09"]),
        ("They met on December 31.", &["December 31 = 2024-12-31"]),
        ("They meet on December 31.", &["December 31 = 2025-12-31"]),
        ("They met on January 2.", &["January 2 = 2025-01-02"]),
        ("The vote is on January 2.", &["January 2 = 2026-01-02"]),
        ("They met on Sept. 20.", &["Sept. 20 = 2025-09-20"]),
        ("They will meet on May 9.", &["May 9 = 2026-05-09"]),
    ]);
    let january = NaiveDate::from_ymd_opt(2025, 1, 10);
    check_from(january, &[("It closed on November 3.", &["November 3 = 2024-11-03"])]);
}

#[test]
fn months() {
    check(&[
        ("Exports fell in March.", &["March = 2025-03"]),
        ("Exports fell in March 2021.", &["March 2021 = 2021-03"]),
        ("Exports fell in August of 2018.", &["August of 2018 = 2018-08"]),
        ("Exports fell in May, 2020.", &["May, 2020 = 2020-05"]),
        ("Exports fell last December.", &["December = 2024-12"]),
        ("Polls open next March.", &["March = 2026-03"]),
        ("Exports fell since May.", &["May = 2025-05"]),
        ("Exports may fall. May he rest.", &[]),
        ("They held a march. March for peace!", &[]),
        ("Rain from January to March 2022 broke records.", &["January to March 2022 = 2022-01/2022-03"]),
        ("Exports fell in October last year.", &["October last year = 2024-10"]),
    ]);
}

#[test]
fn ranges_of_days_are_one_span() {
    check(&[
        ("A truce from May 9 to 11 held.", &["May 9 to 11 = 2025-05-09/2025-05-11"]),
        ("A truce from May 9-11, 2024 held.", &["May 9-11, 2024 = 2024-05-09/2024-05-11"]),
        ("Open 28 to 31 July this time.", &["28 to 31 July = 2025-07-28/2025-07-31"]),
        ("Open 12th to 17th July, 2022 only.", &["12th to 17th July, 2022 = 2022-07-12/2022-07-17"]),
        ("Closed on July 15 and 16 again.", &["July 15 and 16 = 2025-07-15/2025-07-16"]),
        ("Open between May 2 and May 4.", &["May 2 = 2025-05-02", "May 4 = 2025-05-04"]),
        ("Open April 1 through 14 daily.", &["April 1 through 14 = 2025-04-01/2025-04-14"]),
    ]);
}

#[test]
fn weekdays() {
    check(&[
        ("He spoke on Tuesday.", &["Tuesday = 2025-09-23"]),
        ("He spoke on Wednesday.", &["Wednesday = 2025-09-24"]),
        ("He spoke on Thursday.", &["Thursday = 2025-09-18"]),
        ("He spoke last Wednesday.", &["Wednesday = 2025-09-17"]),
        ("He speaks next Monday.", &["Monday = 2025-09-29"]),
        ("They will vote on Friday.", &["Friday = 2025-09-26"]),
        ("He said on Tuesday that they will vote.", &["Tuesday = 2025-09-23"]),
        ("On Friday the court will rule.", &["Friday = 2025-09-26"]),
        ("He spoke Monday evening.", &["Monday = 2025-09-22"]),
        ("It opens on Sundays.", &["Sundays = -"]),
    ]);
}

#[test]
fn years_and_parts_of_years() {
    check(&[
        ("It opened in 1998.", &["1998 = 1998"]),
        ("The 2026 World Cup is near.", &["2026 = 2026"]),
        ("It ran from 2019 to 2022.", &["2019 to 2022 = 2019/2022"]),
        ("It ran 2019-2022.", &["2019-2022 = 2019/2022"]),
        ("The 2022-23 season ended.", &["2022-23 = 2022/2023"]),
        ("The 2022/23 season ended.", &["2022/23 = 2022/2023"]),
        ("Poverty of the 1990s faded.", &["1990s = 1990/1999"]),
        ("A 20th century house.", &["20th century = 1901/2000"]),
        ("Sales fell in the third quarter of 2024.", &["third quarter of 2024 = 2024-Q3"]),
        ("Sales fell in Q1 2023.", &["Q1 2023 = 2023-Q1"]),
        ("Sales fell in the first half of 2024.", &["first half of 2024 = 2024-01/2024-06"]),
        ("It was hot in summer 2022.", &["summer 2022 = 2022-06/2022-08"]),
        ("It snowed in the winter of 2020.", &["winter of 2020 = 2020-12/2021-02"]),
        ("They sold 2000 tickets and 1500 chairs.", &[]),
        ("A crowd of 2000 people came.", &[]),
        ("It cost $2000 in all.", &[]),
    ]);
}

#[test]
fn relative_expressions() {
    check(&[
        ("It rained yesterday.", &["yesterday = 2025-09-23"]),
        ("It rains today.", &["today = 2025-09-24"]),
        ("It ends tomorrow.", &["tomorrow = 2025-09-25"]),
        ("It rained last week.", &["last week = 2025-W38"]),
        ("It rained last month.", &["last month = 2025-08"]),
        ("It ends next year.", &["next year = 2026"]),
        ("It ended this year.", &["this year = 2025"]),
        ("It ended two days ago.", &["two days ago = 2025-09-22"]),
        ("It ended 3 months ago.", &["3 months ago = 2025-06"]),
        ("It ended ten years ago.", &["ten years ago = 2015"]),
        ("It fell over the past two months.", &["past two months = 2025-07/2025-08"]),
        ("Sales rose last quarter.", &["last quarter = 2025-Q2"]),
    ]);
}

#[test]
fn feasts() {
    check(&[
        ("A truce at Easter held.", &["Easter = 2025-04-20"]),
        ("Shops close on Good Friday.", &["Good Friday = 2025-04-18"]),
        ("Shops closed at Easter 2024.", &["Easter 2024 = 2024-03-31"]),
        ("Shops close on Christmas Eve.", &["Christmas Eve = 2025-12-24"]),
        ("They fast in Ramadan.", &["Ramadan = -"]),
    ]);
}

#[test]
fn without_publication_only_full_dates_have_a_norm() {
    check_from(
        None,
        &[
            ("He spoke on Tuesday.", &["Tuesday = -"]),
            ("He spoke on May 9, 2024.", &["May 9, 2024 = 2024-05-09"]),
            ("He spoke on May 9.", &["May 9 = -"]),
            ("It rained last week.", &["last week = -"]),
        ],
    );
}

#[test]
fn month_first_order_is_a_choice() {
    let annotator = Annotator::new(Options { day_first: false, ..Options::default() });
    let mut found = Annotations::default();
    let text = "Filed 03/04/2025.";
    annotator.annotate(
        &Document { text, published: None, body_start: 0, dateline: None, sentences: &[] },
        &mut found,
    );
    assert_eq!(found.mentions[0].norm.as_deref(), Some("2025-03-04"));
}
