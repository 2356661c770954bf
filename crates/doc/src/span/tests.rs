use super::Span;

/// The spans that masks give, as ranges.
fn from_masks(text: &str, at: usize, starts: u64, ends: u64) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    Span::extend_from_masks(text, at, starts, ends, &mut out);
    out.iter().map(|span| (span.start(), span.end())).collect()
}

#[test]
fn masks_give_the_spans_that_checks_allow() {
    // A text longer than the masks reach, and one that ends before them.
    for text in ["aé ".repeat(40), "aé ".repeat(3)] {
        assert_eq!(from_masks(&text, 0, 0b1_0001, 0b1000_1000), [(0, 3), (4, 7)]);
        assert_eq!(from_masks(&text, 4, 0b1_0001, 0b1000_1000), [(4, 7), (8, 11)]);
        assert_eq!(from_masks(&text, 0, 0b100, 0b1000), [], "within the é");
        assert_eq!(from_masks(&text, 0, 0b101, 0b1_1000), [(0, 3)], "one within the é");
        assert_eq!(from_masks(&text, 0, 0b1001, 0b1000), [(0, 3)], "a start without an end");
        assert_eq!(from_masks(&text, 0, 0b1000, 0b1), [(3, 3)], "an end before its start");
        assert_eq!(from_masks(&text, text.len() - 1, 1, 0b1000), [], "past the end of the text");
        assert_eq!(from_masks(&text, text.len() + 9, 1, 0b10), [], "outside the text");
    }
    let text = "a".repeat(64);
    assert_eq!(from_masks(&text, 0, 1 << 62, 1 << 63), [(62, 63)]);
}
