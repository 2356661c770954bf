use super::{in_url, spelled, stated};

fn check_stated(value: &str, date: &str) {
    let found = stated(value).map_or_else(String::new, |date| date.to_string());
    assert_eq!(found, date, "{value:?}");
}

#[test]
fn metadata_values_in_many_forms() {
    for (value, date) in [
        ("2025-09-24", "2025-09-24"),
        ("2025-09-24T10:00:00+05:00", "2025-09-24"),
        ("2025-09-24 10:00", "2025-09-24"),
        ("20250924", "2025-09-24"),
        ("20250924T101500Z", "2025-09-24"),
        ("2025/9/4", "2025-09-04"),
        ("Wed, 24 Sep 2025 10:00:00 +0500", "2025-09-24"),
        ("Wednesday, September 24, 2025", "2025-09-24"),
        ("September 24th, 2025", "2025-09-24"),
        ("24 September 2025", "2025-09-24"),
        ("3 de mayo de 2022", "2022-05-03"),
        ("3. Mai 2022", "2022-05-03"),
        ("1er juillet 2021", "2021-07-01"),
        ("24.09.2025", "2025-09-24"),
        ("05.07.2022", "2022-07-05"),
        ("26/07/2022", "2022-07-26"),
        ("07/26/2022", "2022-07-26"),
        ("05/07/2022", ""),
        ("07/07/2022", "2022-07-07"),
        ("2025-02-30", ""),
        ("June 2022", ""),
        ("Aug 3", ""),
        ("1758700000", ""),
        ("yesterday", ""),
        ("", ""),
    ] {
        check_stated(value, date);
    }
}

#[test]
fn addresses_with_one_reading() {
    for (url, date) in [
        ("https://example.org/news/2022/07/19/story-1", "2022-07-19"),
        ("https://example.org/news/2022/7/4/story", "2022-07-04"),
        ("https://example.org/news/2022-07-30/story/101", "2022-07-30"),
        ("https://example.org/2022-07-30-story.html", "2022-07-30"),
        ("https://example.org/20220719/c1/c.html", "2022-07-19"),
        ("https://example.org/article/26/07/2022/story", "2022-07-26"),
        ("https://example.org/article/05/07/2022/story", ""),
        ("https://example.org/2022/07/story", ""),
        ("https://example.org/2022/07/", ""),
        ("https://example.org/stories/202207260395.html", ""),
        ("https://example.org/story?on=/2022/07/19/", ""),
        ("https://example.org/1822/07/19/", ""),
        ("https://2022.example.org", ""),
        ("www.example.org/2022/07/19", "2022-07-19"),
    ] {
        let found = in_url(url).map_or_else(String::new, |date| date.to_string());
        assert_eq!(found, date, "{url:?}");
    }
}

#[test]
fn a_spelled_date_ends_where_it_ends() {
    for (text, len) in [
        ("Aug 3 (PTI)", 5),
        ("July 26, 2022: The", 13),
        ("Jan. 3.", 6),
        ("26 July 2022: The", 12),
        ("3 May, Nairobi", 5),
        ("June 2022: As", 9),
        ("May God", 0),
        ("Mar 03: Four", 6),
        ("Maria 3", 0),
        ("July 2500 people", 0),
    ] {
        assert_eq!(spelled(text).map_or(0, |(_, len)| len), len, "{text:?}");
    }
}
