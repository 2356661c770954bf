use super::{bytes, day, milliseconds};

#[test]
fn sizes() {
    for (text, size) in [
        ("4 MiB", Some(4 << 20)),
        ("64KiB", Some(64 << 10)),
        (" 512 B ", Some(512)),
        ("1.5 GB", Some(1_500_000_000)),
        ("0B", Some(0)),
        ("4", None),
        ("MiB", None),
        ("-1 B", None),
        ("1..5 B", None),
        ("1. B", None),
        ("4 mib", None),
        ("99999999999 TiB", None),
        ("", None),
    ] {
        assert_eq!(bytes(text), size, "{text}");
    }
}

#[test]
fn spans_of_time() {
    for (text, time) in [
        ("2s", Some(2000)),
        ("500ms", Some(500)),
        ("1m30s", Some(90_000)),
        ("1 h 1.5 s", Some(3_601_500)),
        ("1d", Some(86_400_000)),
        ("30s1m", None),
        ("1s1s", None),
        ("2", None),
        ("s", None),
        ("2 sec", None),
        ("", None),
    ] {
        assert_eq!(milliseconds(text), time, "{text}");
    }
}

#[test]
fn days() {
    assert_eq!(day("2025-09-24").as_deref(), Some("2025-09-24"));
    assert_eq!(day(" 2024-02-29 ").as_deref(), Some("2024-02-29"));
    for text in ["2025-02-30", "2025-09-24T10:00:00", "10:00:00", "today", ""] {
        assert_eq!(day(text), None, "{text}");
    }
}
