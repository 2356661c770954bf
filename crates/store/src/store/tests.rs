use super::*;
use crate::Listing;
use serde_json::json;

fn key(n: u8) -> Key {
    Key::new([n; 32])
}

fn recipe(value: &str) -> Recipe {
    Recipe([("option".to_owned(), value.to_owned())].into())
}

fn keep(store: &Store, n: u8, block: &str, frames: &[&[u8]]) {
    let mut writer = store.writer();
    frames.iter().for_each(|frame| writer.frame(frame).unwrap());
    let written = writer.finish().unwrap();
    let recipe = recipe("1");
    store.remember(&recipe).unwrap();
    let entry = Store::entry(
        &written,
        key(n),
        (recipe.key(), key(0)),
        ("segment", block),
        json!({ "frames": frames.len() }),
    );
    store.put(vec![(written, entry)]).unwrap();
    store.commit().unwrap();
}

fn frames(store: &Store, n: u8) -> Option<Vec<Vec<u8>>> {
    let (mut reader, _) = store.find(&key(n))?;
    let mut frames = Vec::new();
    while let Some(frame) = reader.frame().unwrap() {
        frames.push(frame);
    }
    Some(frames)
}

/// The file that has a result.
fn data(folder: &Path, n: u8) -> PathBuf {
    let listing = Listing::read(folder).unwrap();
    path(folder, &listing.contents.entries[&key(n)].file)
}

#[test]
fn what_was_kept_is_found_by_a_later_run() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    keep(&store, 1, "a", &[b"one", b"two", &vec![7; 100_000]]);
    assert_eq!(frames(&store, 1).unwrap()[2].len(), 100_000);
    drop(store);
    let store = Store::open(folder.path()).unwrap();
    assert_eq!(frames(&store, 1).unwrap()[..2], [b"one".to_vec(), b"two".to_vec()]);
    assert_eq!(frames(&store, 2), None);
    let listing = Listing::read(folder.path()).unwrap();
    assert_eq!(listing.verify().unwrap(), []);
    assert_eq!(listing.newest("segment", "a").unwrap().note, json!({ "frames": 3 }));
    assert_eq!(listing.recipe(&recipe("1").key()), Some(&recipe("1")));
    assert_eq!(recipe("1").differences(&recipe("2")), [("option", "1", "2")]);
}

#[test]
fn after_its_last_frame_a_result_stays_at_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    keep(&store, 1, "a", &[b"one"]);
    let (mut reader, _) = store.find(&key(1)).unwrap();
    assert_eq!(reader.frame().unwrap().unwrap(), b"one");
    // What follows in the file is no frame.
    assert_eq!([reader.frame().unwrap(), reader.frame().unwrap()], [None, None]);
}

#[test]
fn a_ledger_of_another_form_is_begun_anew() {
    let folder = tempfile::tempdir().unwrap();
    drop(Store::open(folder.path()).unwrap());
    let json = r#"{"format":99}"#;
    let digits = blake3::hash(json.as_bytes()).to_hex();
    fs::write(folder.path().join("ledger.jsonl"), format!("{json}\t{}\n", digits.get(..16).unwrap()))
        .unwrap();
    keep(&Store::open(folder.path()).unwrap(), 1, "a", &[b"one"]);
    assert!(frames(&Store::open(folder.path()).unwrap(), 1).is_some());
}

#[test]
fn a_store_is_for_one_run_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let first = Store::open(folder.path()).unwrap();
    match Store::open(folder.path()) {
        Err(StoreError::Busy(Some(process))) => assert_eq!(process, std::process::id()),
        other => panic!("{other:?}"),
    }
    drop(first);
    Store::open(folder.path()).unwrap();
}

#[test]
fn every_flipped_bit_and_every_cut_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    keep(&Store::open(folder.path()).unwrap(), 1, "a", &[b"some content", b"more"]);
    let path = data(folder.path(), 1);
    let whole = fs::read(&path).unwrap();
    // What comes after the result is the file's index, which only strays are checked by.
    let end = Listing::read(folder.path()).unwrap().contents.entries[&key(1)].bytes as usize;
    for at in 0..end {
        let mut flipped = whole.clone();
        flipped[at] ^= 1;
        for damaged in [&flipped[..], &whole[..at]] {
            fs::write(&path, damaged).unwrap();
            let store = Store::open(folder.path()).unwrap();
            assert_eq!(frames(&store, 1), None, "byte {at}");
            assert_eq!(Listing::read(folder.path()).unwrap().verify().unwrap().len(), 1, "byte {at}");
        }
    }
    fs::remove_file(&path).unwrap();
    assert_eq!(frames(&Store::open(folder.path()).unwrap(), 1), None);
    fs::write(&path, &whole).unwrap();
    assert!(frames(&Store::open(folder.path()).unwrap(), 1).is_some());
}

#[test]
fn a_ledger_cut_or_flipped_anywhere_keeps_its_other_lines() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    for n in 1..=3 {
        keep(&store, n, &format!("block {n}"), &[&[n]]);
    }
    drop(store);
    let path = folder.path().join("ledger.jsonl");
    let whole = fs::read(&path).unwrap();
    let ends: Vec<usize> = (0..whole.len()).filter(|&at| whole[at] == b'\n').collect();
    for at in (0..whole.len()).step_by(7) {
        fs::write(&path, &whole[..at]).unwrap();
        let store = Store::open(folder.path()).unwrap();
        // A format and a recipe come first.
        let left = ends.iter().filter(|end| **end < at).count().saturating_sub(2);
        let there = (1..=3).filter(|&n| frames(&store, n).is_some()).count();
        assert_eq!(there, left, "cut at {at}");
        drop(store);
        let mut flipped = whole.clone();
        flipped[at] ^= 4;
        fs::write(&path, flipped).unwrap();
        let store = Store::open(folder.path()).unwrap();
        let there = (1..=3).filter(|&n| frames(&store, n) == Some(vec![vec![n]])).count();
        assert!(there >= 1, "flipped at {at}");
        // What is left is whole again, and can be added to.
        keep(&store, 9, "new", &[b"new"]);
        drop(store);
        assert_eq!(Listing::read(folder.path()).unwrap().contents.damaged, 0);
        assert!(frames(&Store::open(folder.path()).unwrap(), 9).is_some());
    }
}

#[test]
fn the_least_recently_used_go_first() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    for n in 1..=3 {
        keep(&store, n, &format!("block {n}"), &[&[n; 100]]);
        let old = SystemTime::UNIX_EPOCH + Duration::from_secs(u64::from(n));
        File::options().append(true).open(data(folder.path(), n)).unwrap().set_modified(old).unwrap();
    }
    frames(&store, 1).unwrap();
    store.commit().unwrap();
    let each = store.bytes() / 3;
    let second = data(folder.path(), 2);
    let swept = store.sweep(2 * each, false).unwrap();
    assert_eq!((swept.removed, swept.kept), (1, 2));
    assert!(frames(&store, 2).is_none() && frames(&store, 1).is_some() && frames(&store, 3).is_some());
    assert!(!second.exists());
    let swept = store.sweep(0, true).unwrap();
    assert_eq!((swept.removed, swept.kept, store.bytes()), (2, 0, 0));
}

#[test]
fn results_of_one_group_share_a_file_and_large_ones_have_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let mut noise = blake3::Hasher::new().finalize_xof();
    let mut large = vec![0; 9 << 20];
    noise.fill(&mut large);
    let mut results = Vec::new();
    for (n, content) in [(1, &b"one"[..]), (2, &large), (3, b"three")] {
        let mut writer = store.writer();
        writer.frame(content).unwrap();
        let written = writer.finish().unwrap();
        let entry = Store::entry(&written, key(n), (key(0), key(0)), ("segment", "a"), Value::Null);
        results.push((written, entry));
    }
    store.put(results).unwrap();
    store.commit().unwrap();
    assert_eq!(frames(&store, 2).unwrap(), [large]);
    assert_eq!(frames(&store, 3).unwrap(), [b"three"]);
    drop(store);
    assert_eq!(data(folder.path(), 1), data(folder.path(), 3));
    assert_ne!(data(folder.path(), 1), data(folder.path(), 2));
    assert_eq!(Listing::read(folder.path()).unwrap().verify().unwrap(), []);
    // Without its ledger a file can still be checked.
    fs::write(folder.path().join("ledger.jsonl"), "").unwrap();
    assert_eq!(Listing::read(folder.path()).unwrap().verify().unwrap(), []);
    let (path, _) = data_files(folder.path()).unwrap().swap_remove(0);
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() - 1]).unwrap();
    assert_eq!(Listing::read(folder.path()).unwrap().verify().unwrap().len(), 1);
}

#[test]
fn leftovers_of_a_run_that_was_killed_are_removed() {
    let folder = tempfile::tempdir().unwrap();
    drop(Store::open(folder.path()).unwrap());
    fs::write(folder.path().join("partial/half"), "half").unwrap();
    drop(Store::open(folder.path()).unwrap());
    assert_eq!(fs::read_dir(folder.path().join("partial")).unwrap().count(), 0);
}
