use super::*;
use docmill_sdk::{Document, DocumentsBuilder};

#[test]
fn every_block_is_in_one_shard_and_shards_are_balanced() {
    for blocks in [0, 1, 2, 7, 100] {
        let bytes = |n: u64| (n * 7919) % 1000;
        for of in [1, 2, 3, 16, 200] {
            let mut at = 0;
            for number in 1..=of {
                let (from, to) = Shard { number, of }.of_blocks((0..blocks).map(bytes));
                assert_eq!(from, at, "{blocks} blocks, shard {number} of {of}");
                assert!(to >= from);
                at = to;
            }
            assert_eq!(at as u64, blocks);
        }
    }
    let sizes = [5, 5, 5, 5, 5, 5, 5, 5];
    let part = |number| Shard { number, of: 4 }.of_blocks(sizes.into_iter());
    assert_eq!([part(1), part(2), part(3), part(4)], [(0, 2), (2, 4), (4, 6), (6, 8)]);
}

#[test]
fn digests_add_up_whatever_the_order() {
    let (one, other) = ([0xff; 32], blake3::hash(b"x"));
    let sum = Taken::sum(&one, other.as_bytes());
    assert_eq!(sum, Taken::sum(other.as_bytes(), &one));
    // The first is -1, so that adding 1 gives back the other.
    let mut unit = [0; 32];
    unit[0] = 1;
    assert_eq!(Taken::sum(&sum, &unit), *other.as_bytes());
}

fn batch(id: &str, title: Option<&str>, words: &str) -> RecordBatch {
    let mut builder = DocumentsBuilder::default();
    let mut push = |id: &str, title, text: &str| {
        builder.push(&Document { id, uri: "a.txt", text, title, ..Document::default() });
    };
    push("0", None, "before");
    push(id, title, words);
    builder.finish()
}

#[test]
fn whatever_the_source_says_of_a_document_is_in_its_digest() {
    let digest = |batch: &RecordBatch| document(batch, 1);
    let same = digest(&batch("1", Some("Rain"), "Rain fell."));
    assert_eq!(same, digest(&batch("1", Some("Rain"), "Rain fell.")));
    // A slice has its rows at other offsets.
    assert_eq!(same, document(&batch("1", Some("Rain"), "Rain fell.").slice(1, 1), 0));
    for other in [
        batch("2", Some("Rain"), "Rain fell."),
        batch("1", Some("Snow"), "Rain fell."),
        batch("1", None, "Rain fell."),
        batch("1", Some("Rain"), "Rain fell"),
    ] {
        assert_ne!(same, digest(&other));
    }
}
