use super::difference;
use crate::testing::bench::Came;
use crate::testing::feed::objects;

#[track_caller]
fn check(expected: &str, came: &str, difference_is: Option<&str>) {
    let came = Came { documents: objects(came).unwrap(), ..Came::default() };
    let told = difference(&objects(expected).unwrap(), &came).map(|(_, told)| told);
    assert_eq!(told.as_deref(), difference_is);
}

const BEFORE: &str = r#"{"id":"a","title":"x","text":"Ann met Bo in Rome.","e":[{"start":0,"end":3,"label":"PERSON"},{"start":8,"end":10,"label":"ORG"},{"start":14,"end":18,"label":"LOC"}]}
{"id":"b","title":null,"text":"","e":[]}
"#;

#[test]
fn the_same_documents_do_not_differ() {
    check(BEFORE, BEFORE, None);
    check("", "", None);
}

#[test]
fn what_was_added_removed_relabelled_and_moved_is_told() {
    let now = r#"{"id":"a","title":"y","text":"Ann met Bo in  Rome.","e":[{"start":4,"end":7,"label":"X"},{"start":8,"end":10,"label":"PERSON"},{"start":15,"end":19,"label":"LOC"}]}
{"id":"c","title":null,"text":"","e":[]}
"#;
    check(
        BEFORE,
        now,
        Some(
            "  document `a`
    ~ title: `x` -> `y`
    ~ text: `Ann met Bo in Rome.` -> `Ann met Bo in  Rome.`
    ~ e: PERSON `Bo` 8..10: was ORG
    ~ e: LOC `Rome` 15..19: moved from 14..18
    - e: PERSON `Ann` 0..3
    + e: X `met` 4..7
  - document `b` is gone
  + document `c` is new
",
        ),
    );
}

#[test]
fn attributes_are_told_and_long_differences_are_cut() {
    let one = r#"{"id":"a","text":"Ann","e":[{"start":0,"end":3,"label":"P","norm":null}]}"#;
    let other = one.replace("null", "\"ann\"");
    check(one, &other, Some("  document `a`\n    ~ e: P `Ann` 0..3: norm `null` -> `ann`\n"));
    let ids: Vec<String> = (0..100).map(|n| format!("{{\"id\":\"{n}\"}}")).collect();
    let many = ids.join("\n");
    let came = Came { documents: objects(&many).unwrap(), ..Came::default() };
    let (count, told) = difference(&[], &came).unwrap();
    assert_eq!((count, told.lines().count()), (100, 61));
    assert!(told.ends_with("  … and 40 lines more\n"), "{told}");
}
