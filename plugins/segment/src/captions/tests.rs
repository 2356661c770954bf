use super::{LABELS, caption_end};

/// Checks the border between caption and credit, drawn as ` | ` if there is one.
fn check(drawn: &str) {
    let text = drawn.replace(" | ", " ");
    let found = text.find(':').and_then(|colon| caption_end(&text, 0, colon, text.len()));
    assert_eq!(found, drawn.find(" | "), "in {drawn:?}");
}

#[test]
fn a_credit_after_a_caption() {
    check("The harbour at dawn | Image: A. Rahim.");
    check("Marchers in Washington D.C. | Photo: Navy");
    check("The old mill (left) | Source: Town Museum");
}

#[test]
fn no_credit() {
    check("Image: A. Rahim.");
    check("He saw the picture: Rahim had sent it.");
    check("The harbour at dawn Image: it was lovely.");
    check(
        "They share an open Source: Rahim wrote it, and it took him the better part of ten years of patient work at night, as he told everybody who would listen.",
    );
    check("Look at this -Image: Rahim");
}

#[test]
fn labels_are_sorted() {
    assert!(LABELS.is_sorted());
}
