use super::*;
use crate::annotator::{Annotations, Annotator, Document, Options};

fn term(text: &str, label: Label) -> Term {
    let text = text.to_owned();
    Term { text, is_pattern: false, label, id: None, ignore_case: false, origin: "test".to_owned() }
}

fn pattern(text: &str, label: Label) -> Term {
    Term { is_pattern: true, ..term(text, label) }
}

/// Compares the hits of `terms` in `text`.
fn check(terms: Vec<Term>, text: &str, wanted: &[&str]) {
    let gazetteer = Gazetteer::new(terms).unwrap();
    let have: Vec<&str> = gazetteer.hits(text, 0).iter().map(|hit| hit.span.of(text)).collect();
    assert_eq!(have, wanted, "{text}");
}

#[test]
fn phrases_are_whole_words() {
    let terms =
        || vec![term("Kestrel", Label::Org), term("Kestrel Bay", Label::Loc), term("Bay", Label::Loc)];
    check(terms(), "Kestrel and Kestrels, Kestrel Bay Bay.", &["Kestrel", "Kestrel Bay", "Bay"]);
    check(terms(), "kestrel", &[]);
    check(terms(), "", &[]);
    let any = Term { ignore_case: true, ..term("straße ost", Label::Loc) };
    check(vec![any, term("Bay", Label::Loc)], "STRAßE OST, bay, Bay", &["STRAßE OST", "Bay"]);
}

#[test]
fn the_first_then_the_longest_then_the_first_declared() {
    let terms = vec![term("North Sea Port", Label::Fac), term("Port Vale", Label::Org)];
    check(terms, "North Sea Port Vale", &["North Sea Port"]);
    let gazetteer = Gazetteer::new(vec![term("Vale", Label::Org), term("Vale", Label::Loc)]).unwrap();
    assert_eq!(gazetteer.hits("Vale", 0)[0].term.label, Label::Org);
}

#[test]
fn patterns_have_wildcards() {
    check(vec![pattern("Flight #", Label::Product)], "Flight 804 and Flight x.", &["Flight 804"]);
    check(vec![pattern("Operation ^", Label::Misc)], "Operation Dawn, Operation dusk", &["Operation Dawn"]);
    check(vec![pattern("*-class", Label::Product)], "a Kilo-class boat", &["Kilo-class"]);
    check(vec![pattern(r"\#1", Label::Misc)], "the #1 team", &["#1"]);
    assert!(Gazetteer::new(vec![pattern("# ^", Label::Misc)]).is_err());
}

#[test]
fn terms_go_before_all_else() {
    let id = Term { id: Some("Q1".to_owned()), ..term("May 9", Label::Org) };
    let alias = Term { id: Some("Q1".to_owned()), ..term("the Niners", Label::Org) };
    let terms = Gazetteer::new(vec![id, alias, term("New Kenya Club", Label::Fac)]).unwrap();
    let annotator = Annotator::new(Options::default()).with_gazetteer(terms);
    let text = "May 9 met the Niners in the New Kenya Club on May 10.";
    let mut found = Annotations::default();
    let document = Document { text, published: None, body_start: 0, dateline: None, sentences: &[] };
    annotator.annotate(&document, &mut found);
    let have: Vec<String> = found
        .mentions
        .iter()
        .map(|m| format!("{} {} {} {}", m.label, m.span.of(text), m.entity, m.norm.as_deref().unwrap_or("-")))
        .collect();
    assert_eq!(have, ["ORG May 9 0 Q1", "ORG the Niners 0 Q1", "FAC New Kenya Club 1 -", "DATE May 10 2 -"]);
}

#[test]
fn files_are_csv_or_toml() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        read(&path, name)
    };
    let csv = write("a.csv", "phrase,label,id\nKestrel,ORG,k1\n\"Bay, North\",LOC,\n").unwrap();
    assert_eq!((csv[0].id.as_deref(), csv[1].text.as_str()), (Some("k1"), "Bay, North"));
    let toml =
        write("a.toml", "[[term]]\nphrase = \"Kestrel\"\nlabel = \"ORG\"\nignore_case = true\n").unwrap();
    assert!(toml[0].ignore_case);
    let wrong = write("b.csv", "phrase,label\nKestrel,CLUB\n").unwrap_err().to_string();
    assert!(wrong.contains("`b.csv`") && wrong.contains("CLUB"), "{wrong}");
    assert!(write("c.csv", "phrase,label\n ,ORG\n").is_err());
    assert!(read(&folder.path().join("none.csv"), "none.csv").is_err());
}
