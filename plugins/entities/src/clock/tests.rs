use crate::annotator::{Annotations, Annotator, Document, Options};
use crate::label::Label;

#[test]
fn times_of_day() {
    let annotator = Annotator::new(Options { types: vec![Label::Time], ..Options::default() });
    let mut found = Annotations::default();
    for (text, wanted) in [
        ("It left at 8.50am.", "8.50am = 08:50"),
        ("It left at 5 pm.", "5 pm = 17:00"),
        ("It left at 12:30 a.m. EST today.", "12:30 a.m. EST = 00:30 EST"),
        ("It left at 14:30 GMT.", "14:30 GMT = 14:30 GMT"),
        ("It left at 1430 hours.", "1430 hours = 14:30"),
        ("It left at noon.", "noon = 12:00"),
        ("They won 3:0 or 25:61.", ""),
        ("It grew 8.50 in all.", ""),
    ] {
        let document = Document { text, published: None, body_start: 0, dateline: None, sentences: &[] };
        annotator.annotate(&document, &mut found);
        let have: Vec<String> = found
            .mentions
            .iter()
            .map(|m| format!("{} = {}", m.span.of(text), m.norm.as_deref().unwrap_or("-")))
            .collect();
        assert_eq!(have.join("; "), wanted, "{text}");
    }
}
