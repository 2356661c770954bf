use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::{Block, blocks};
use crate::find::{Found, find};
use crate::read::{Document, ReadOptions, Rejected, read};

fn small(uri: &str) -> Found {
    Found { uri: uri.to_owned(), path: PathBuf::from(uri), bytes: 10 }
}

fn keys(names: &BTreeSet<String>) -> Vec<String> {
    let found: Vec<Found> = names.iter().map(|name| small(name)).collect();
    blocks(&found, 1 << 20).into_iter().map(|block| block.key).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn adding_a_file_changes_one_block(
        names in prop::collection::btree_set("[a-c]/[a-z]{1,4}\\.txt", 0..400),
        new in "[a-c]/[a-z]{1,4}\\.txt",
    ) {
        let before = keys(&names);
        let mut more = names.clone();
        more.insert(new);
        let after: BTreeSet<String> = keys(&more).into_iter().collect();
        let gone = before.iter().filter(|key| !after.contains(*key)).count();
        prop_assert!(gone <= 1, "{gone} blocks changed");
    }
}

#[test]
fn every_file_is_in_one_block_in_order() {
    let names: BTreeSet<String> = (0..500).map(|number| format!("a/{number:03}.txt")).collect();
    let found: Vec<Found> = names.iter().map(|name| small(name)).collect();
    let blocks = blocks(&found, 1 << 20);
    let uris: Vec<&str> =
        blocks.iter().flat_map(|block| &block.files).map(|file| file.uri.as_str()).collect();
    assert_eq!(uris, names.iter().map(String::as_str).collect::<Vec<_>>());
    assert!((8..=32).contains(&blocks.len()), "{} blocks", blocks.len());
}

#[test]
fn a_large_file_is_alone() {
    let large = Found { bytes: 2000, ..small("b.txt") };
    let blocks = blocks(&[small("a.txt"), large, small("c.txt")], 1000);
    let uris: Vec<_> = blocks.iter().map(|block| block.uri.as_str()).collect();
    assert_eq!(uris, ["a.txt", "b.txt", "c.txt"]);
}

#[test]
fn a_key_is_read_back() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.jsonl"), "{\"text\":\"a\"}\n".repeat(100)).unwrap();
    for block in cut(folder.path(), "a.jsonl", 300) {
        assert_eq!(Block::from_key(&block.key).unwrap(), block);
    }
    assert!(Block::from_key("{}").is_err());
    assert!(Block::from_key("{\"files\":[],\"more\":1}").is_err());
}

#[test]
fn a_fingerprint_changes_with_the_content_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.txt");
    let block = || cut(folder.path(), "a.txt", 1 << 20).remove(0);
    fs::write(&path, "ab").unwrap();
    let before = block().fingerprint().unwrap();
    let time = fs::metadata(&path).unwrap().modified().unwrap();
    fs::write(&path, "ac").unwrap();
    File::options().append(true).open(&path).unwrap().set_modified(time).unwrap();
    assert_ne!(block().fingerprint().unwrap(), before, "the same size and time");
    fs::write(&path, "ab").unwrap();
    assert_eq!(block().fingerprint().unwrap(), before, "another time");
    let other = tempfile::tempdir().unwrap();
    fs::write(other.path().join("a.txt"), "ab").unwrap();
    assert_eq!(cut(other.path(), "a.txt", 1).remove(0).fingerprint().unwrap(), before, "another folder");
    fs::rename(other.path().join("a.txt"), other.path().join("b.txt")).unwrap();
    assert_ne!(cut(other.path(), "b.txt", 1).remove(0).fingerprint().unwrap(), before, "another name");
    let gone = block();
    fs::remove_file(&path).unwrap();
    assert_eq!(gone.fingerprint(), None);
}

#[test]
fn parts_of_a_file_have_fingerprints_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jsonl");
    let prints = || {
        let blocks = cut(folder.path(), "a.jsonl", 4);
        blocks.iter().map(|block| block.fingerprint().unwrap()).collect::<Vec<_>>()
    };
    fs::write(&path, "{1}\n{1}\n{1}\n").unwrap();
    let before = prints();
    assert_eq!(before.len(), 3);
    assert!(before[0] != before[1] && before[1] != before[2]);
    fs::write(&path, "{1}\n{2}\n{1}\n").unwrap();
    let after = prints();
    assert_eq!([after[0] == before[0], after[1] == before[1], after[2] == before[2]], [true, false, true]);
}

fn cut(folder: &Path, name: &str, block_bytes: u64) -> Vec<Block> {
    blocks(&find(folder, &[name.to_owned()]).unwrap(), block_bytes)
}

fn outcomes(blocks: &[Block]) -> Vec<Result<Document, Rejected>> {
    let options = ReadOptions { max_document_bytes: 200, ..ReadOptions::default() };
    blocks
        .iter()
        .flat_map(|block| read(block.clone(), std::sync::Arc::new(options.clone())).collect::<Vec<_>>())
        .collect()
}

/// Checks that a file is cut into several ranges, or none, and that ranges of any size give the same.
fn check_cut(name: &str, content: &[u8], cuttable: bool) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), content).unwrap();
    let whole = outcomes(&cut(folder.path(), name, u64::MAX));
    for block_bytes in [1, 7, 64, 1000] {
        let blocks = cut(folder.path(), name, block_bytes);
        let expected = cuttable && content.len() as u64 > block_bytes + 100;
        assert_eq!(blocks.len() > 1, expected, "{name} in ranges of {block_bytes}");
        assert_eq!(outcomes(&blocks), whole, "{name} in ranges of {block_bytes}");
        let bytes: u64 = blocks.iter().map(|block| block.bytes).sum();
        assert_eq!(bytes, content.len() as u64);
    }
}

#[test]
fn ranges_give_what_the_whole_file_gives() {
    let mut lines: Vec<String> = (0..40).map(|n| format!("{{\"text\":\"LAHORE: Line {n}\"}}\n\n")).collect();
    lines.push("not JSON\n".to_owned());
    lines.push(format!("{{\"text\":\"{}\"}}\n{{\"text\":\"last\"}}", "x".repeat(300)));
    let lines = lines.concat();
    check_cut("a.jsonl", lines.as_bytes(), true);
    check_cut("a.jsonl", format!("\u{feff}{lines}").as_bytes(), true);
    let rows: Vec<String> = (0..40).map(|n| format!("{n},\"Row, \"\"{n}\"\"\"\r\n")).collect();
    let rows = rows.concat();
    check_cut("a.csv", format!("id,text\r\n{rows}40,one,two\n41,last").as_bytes(), true);
    check_cut("a.csv", format!("id,text\n{rows}40,\"two\nlines\"\n").as_bytes(), false);
    check_cut("a.tsv", format!("text\tid\n{}", "a\tb\n".repeat(300)).as_bytes(), true);
    check_cut("a.txt", &b"prose\n".repeat(30), false);
}

#[test]
fn utf16_is_not_cut() {
    let text: Vec<u8> = "{\"text\":\"a\"}\n".repeat(50).encode_utf16().flat_map(u16::to_le_bytes).collect();
    check_cut("a.jsonl", &[&[0xff, 0xfe], text.as_slice()].concat(), false);
}
