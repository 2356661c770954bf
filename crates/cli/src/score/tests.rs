use super::{Scorer, Tally, document};
use docmill_pipeline::{Offsets, Score};
use docmill_runner::Watch;

#[test]
fn a_line_of_gold_is_read() {
    let line = r#"{"id": "a", "entities": [{"start": 1, "end": 3, "label": "LOC", "norm": null}]}"#;
    assert_eq!(document(line, "entities"), Some(("a".into(), vec![(1, 3, "LOC".into())])));
    assert_eq!(document(line, "sentences"), None);
    assert_eq!(document("[]", "entities"), None);
}

#[test]
fn shares_are_those_of_the_counts() {
    let tally = Tally { gold: 4, found: 2, correct: 1 };
    assert_eq!((tally.precision(), tally.recall(), tally.f1()), (Some(0.5), Some(0.25), Some(1.0 / 3.0)));
    let nothing = Tally::default();
    assert_eq!((nothing.precision(), nothing.recall(), nothing.f1()), (None, None, None));
}

#[test]
fn gold_that_never_came_counts_as_not_found() {
    let folder = tempfile::tempdir().unwrap();
    let gold = "{\"id\": \"a\", \"entities\": [{\"start\": 0, \"end\": 2, \"label\": \"LOC\"}]}\n\n";
    std::fs::write(folder.path().join("gold.jsonl"), gold).unwrap();
    let (layer, gold) = ("entities".to_owned(), "gold.jsonl".to_owned());
    let score = Score { stage: 1, layer, gold, offsets: Offsets::Bytes };
    let scorer = Scorer::open(&score, folder.path()).unwrap();
    assert_eq!(scorer.tallies()["LOC"], Tally { gold: 1, found: 0, correct: 0 });
    assert_eq!(scorer.missing(), 1);
    let _: &dyn Watch = &scorer;
    std::fs::write(folder.path().join("gold.jsonl"), "{\"id\": 1}\n").unwrap();
    let why = Scorer::open(&score, folder.path()).unwrap_err();
    assert!(why.starts_with("line 1 of the gold ") && why.contains("`entities`"), "{why}");
}
