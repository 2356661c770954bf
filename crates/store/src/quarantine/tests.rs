use super::*;
use std::fs;

fn rejection() -> Rejection {
    Rejection {
        id: "1".into(),
        uri: "a.txt".into(),
        stage: "segment".into(),
        plugin: "docmill_segment 0.1.0".into(),
        library: None,
        code: "panic".into(),
        message: "no".into(),
        attempts: 1,
        document: Some("1".into()),
    }
}

#[test]
fn a_clean_run_removes_what_the_run_before_kept() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("quarantine");
    let mut first = Quarantine::new(&place);
    first.push(&rejection()).unwrap();
    first.keep(&KeptDocument { id: "1", ..KeptDocument::default() }).unwrap();
    assert!(!place.join(LIST).exists() && !place.join(DOCUMENTS).exists(), "nothing shows before the commit");
    first.commit().unwrap();
    let listed: Vec<Rejection> = rejections(&place.join(LIST)).unwrap().map(Result::unwrap).collect();
    assert_eq!(listed, [rejection()]);
    assert_eq!(fs::read_to_string(place.join(DOCUMENTS)).unwrap().lines().count(), 1);

    let mut second = Quarantine::new(&place);
    second.push(&rejection()).unwrap();
    second.commit().unwrap();
    assert!(place.join(LIST).exists() && !place.join(DOCUMENTS).exists(), "no document was kept this time");

    Quarantine::new(&place).commit().unwrap();
    assert_eq!(fs::read_dir(&place).unwrap().count(), 0);
    Quarantine::new(&folder.path().join("none")).commit().unwrap();
    assert!(!folder.path().join("none").exists());
}

#[test]
fn a_quarantine_that_is_dropped_leaves_the_one_before() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = Quarantine::new(folder.path());
    first.push(&rejection()).unwrap();
    first.commit().unwrap();
    let before = fs::read(folder.path().join(LIST)).unwrap();
    let mut broken_off = Quarantine::new(folder.path());
    broken_off.push(&Rejection { id: "2".into(), ..rejection() }).unwrap();
    broken_off.keep(&KeptDocument::default()).unwrap();
    drop(broken_off);
    assert_eq!(fs::read(folder.path().join(LIST)).unwrap(), before);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_list_of_an_earlier_version_is_read() {
    let line = r#"{"id":"1","uri":"a","stage":"s","plugin":"p 1","code":"panic","message":"no"}"#;
    let read: Rejection = serde_json::from_str(line).unwrap();
    assert_eq!((read.attempts, read.library, read.document), (1, None, None));
}
