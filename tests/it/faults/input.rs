//! Inputs that cannot be read, that are empty, in strange encodings, or cut off.

use super::{Outcome, articles, pipeline};
use crate::command::{docmill, folder};
use std::fs;
use std::path::Path;

/// A folder with `x.toml` that reads `in/`, and these files of bytes in it.
fn input(files: &[(&str, Vec<u8>)]) -> tempfile::TempDir {
    let folder = folder(&[("x.toml", &pipeline("in", "")), ("in/.keep", "")]);
    for (name, bytes) in files {
        fs::write(folder.path().join("in").join(name), bytes).unwrap();
    }
    folder
}

fn text_of<'a>(ran: &'a Outcome, uri: &str) -> &'a str {
    let found = ran.documents.iter().find(|document| document["uri"] == uri);
    found.unwrap_or_else(|| panic!("{uri} is not there: {:?}", ran.documents))["text"].as_str().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn row_18_an_input_that_cannot_be_read_is_one_rejection() {
    let folder = input(&[("a.txt", b"Rain fell.".into()), ("c.txt", b"Sun shone.".into())]);
    // The first page of a process is never mapped: reading the memory from its start fails for any user.
    let broken = folder.path().join("in/b.txt");
    std::os::unix::fs::symlink("/proc/self/mem", &broken).unwrap();
    assert!(fs::read(&broken).is_err(), "the fault must be there");
    for threads in ["1", "2"] {
        let ran = Outcome::of(folder.path(), 4, &["--threads", threads]);
        ran.rejects("unreadable", "os error");
        assert_eq!(ran.only_rejection()["uri"], "in/b.txt");
        assert_eq!(ran.documents.len(), 2);
    }
}

#[cfg(unix)]
#[test]
fn row_18_a_file_without_permission_is_one_rejection() {
    use std::os::unix::fs::PermissionsExt;
    let folder = input(&[("a.txt", b"Rain fell.".into()), ("b.txt", b"Secret.".into())]);
    let Some(ways) = super::refused::as_another_user(folder.path()) else { return };
    fs::set_permissions(folder.path().join("in/b.txt"), PermissionsExt::from_mode(0o000)).unwrap();
    let read = ways.command(folder.path(), "cat").arg("in/b.txt").output().unwrap();
    assert!(!read.status.success(), "the fault must be there");
    let docmill = env!("CARGO_BIN_EXE_docmill-it");
    let ran = ways.command(folder.path(), docmill).args(["run", "x.toml"]).output().unwrap();
    assert_eq!(ran.status.code(), Some(4), "{ran:?}");
    let rejected = crate::command::lines(&folder.path().join("out/quarantine/rejected.jsonl"));
    assert_eq!((&rejected[0]["code"], &rejected[0]["uri"]), (&"unreadable".into(), &"in/b.txt".into()));
    assert_eq!(crate::command::lines(&folder.path().join("out/x.jsonl")).len(), 1);
}

#[test]
fn row_26_empty_files_and_documents_are_counted() {
    let all: [(&str, &[u8], usize); 9] = [
        ("a.txt", b"", 1),
        ("b.txt", b" \n\t ", 1),
        ("c.md", b"", 1),
        ("d.jsonl", b"", 0),
        ("e.jsonl", b"\n\n", 0),
        ("f.jsonl", b"{\"id\":\"f\",\"text\":\"\"}\n{\"id\":\"g\",\"text\":\"  \"}", 2),
        ("g.csv", b"", 0),
        ("h.csv", b"id,text\n", 0),
        ("i.csv", b"id,text\nh,\n", 1),
    ];
    let between = "[[stage]]\nuse = \"segment\"\n[[stage]]\nuse = \"entities\"\n[[stage]]\nuse = \"quotes\"\n[[stage]]\nuse = \"summarize\"";
    for (name, bytes, documents) in all {
        let folder = input(&[(name, bytes.to_vec())]);
        fs::write(folder.path().join("x.toml"), pipeline("in", between)).unwrap();
        let ran = Outcome::of(folder.path(), 0, &[]);
        assert_eq!((ran.documents.len(), ran.rejected.len()), (documents, 0), "{name}");
        assert_eq!(ran.report["documents"], documents, "{name}");
        assert!(ran.documents.iter().all(|d| d["text"].as_str().unwrap().trim().is_empty()), "{name}");
    }
}

#[test]
fn row_26_a_page_without_text_is_rejected_and_an_input_without_files_refused() {
    let folder = input(&[("a.html", Vec::new()), ("b.html", b"<html><body></body></html>".into())]);
    let ran = Outcome::of(folder.path(), 4, &[]);
    assert_eq!(ran.codes(), [("no_text", 2)].into());
    let empty = input(&[]);
    let ran = docmill(empty.path(), &["run", "x.toml"]).exits(3);
    assert!(ran.stderr.contains("no supported file matches `in`"), "{}", ran.stderr);
    assert!(!empty.path().join("out").exists());
}

/// What the policy for encodings makes of bytes: the text, the encoding noted, the sequences replaced.
#[track_caller]
fn decodes(bytes: &[u8], text: &str, encoding: Option<&str>, replaced: Option<&str>) {
    let folder = input(&[("a.txt", bytes.to_vec())]);
    let ran = Outcome::of(folder.path(), 0, &[]);
    assert_eq!(text_of(&ran, "in/a.txt"), text);
    let meta = &ran.documents[0]["meta"];
    let noted = |key: &str| meta.get(key).and_then(serde_json::Value::as_str);
    assert_eq!((noted("encoding"), noted("replaced")), (encoding, replaced), "{meta}");
}

#[test]
fn row_27_every_encoding_has_its_policy() {
    decodes(b"Gr\xc3\xb6\xc3\x9fe \xff \xc3", "Größe \u{fffd} \u{fffd}", None, Some("2"));
    decodes(b"a\0b", "a\0b", None, None);
    decodes(b"\xef\xbb\xbfRain", "Rain", None, None);
    decodes(b"\xff\xfeR\0a\0", "Ra", Some("UTF-16LE"), None);
    decodes(b"\xfe\xff\0R\0a", "Ra", Some("UTF-16BE"), None);
    // Half a pair of surrogates, and half a code unit at the end.
    decodes(b"\xff\xfeR\0\x00\xd8a\0", "R\u{fffd}a", Some("UTF-16LE"), Some("1"));
    decodes(b"\xff\xfeR\0a", "R\u{fffd}", Some("UTF-16LE"), Some("1"));
    // A surrogate in three bytes, as broken converters write it: each byte is malformed.
    decodes("Größe \u{fffd}\u{fffd}\u{fffd}".as_bytes(), "Größe \u{fffd}\u{fffd}\u{fffd}", None, None);
    decodes(
        b"M\xc3\xbc\xc3\x9fe, gr\xc3\xb6\xc3\x9fer \xed\xa0\x80",
        "Müße, größer \u{fffd}\u{fffd}\u{fffd}",
        None,
        Some("3"),
    );
    decodes(b"The caf\xe9 in the old town", "The café in the old town", Some("windows-1252"), None);
}

#[test]
fn row_27_one_file_with_several_encodings_loses_no_line() {
    let mut lines = b"\xef\xbb\xbf{\"id\":\"a\",\"text\":\"Gr\xc3\xb6\xc3\x9fe\"}\n".to_vec();
    lines.extend(b"{\"id\":\"b\",\"text\":\"The caf\xe9 in the old town\"}\n");
    lines.extend(b"{\"id\":\"c\",\"text\":\"Gr\xc3\xb6\xc3\x9fe \xff\"}\n");
    lines.extend(b"{\"id\":\"d\",\"text\":\"a\\u0000b\"}\n");
    lines.extend(b"{\"id\":\"e\",\"text\":\"lone \\ud800 surrogate\"}\n");
    lines.extend(b"{\"id\":\"f\",\"text\":\"pair \\ud83d\\ude42\"}\n");
    let folder = input(&[("a.jsonl", lines)]);
    let ran = Outcome::of(folder.path(), 4, &[]);
    let texts: Vec<&str> = ran.documents.iter().map(|d| d["text"].as_str().unwrap()).collect();
    assert_eq!(texts, ["Größe", "The café in the old town", "Größe \u{fffd}", "a\0b", "pair 🙂"]);
    let meta = |at: usize, key: &str| ran.documents[at]["meta"][key].clone();
    assert_eq!((meta(1, "encoding"), meta(2, "replaced")), ("windows-1252".into(), "1".into()));
    ran.rejects("bad_json", "hex escape");
    assert_eq!(ran.only_rejection()["uri"], "in/a.jsonl#line=5");
}

/// A stream that is cut off at a part of its length: what came before stays, and there is one rejection.
#[track_caller]
fn cut(name: &str, whole: &[u8], code: &str) {
    let complete = input(&[(name, whole.to_vec())]);
    let all = Outcome::of(complete.path(), 0, &[]).documents;
    assert_eq!(all.len(), 2000, "{name}");
    let folder = input(&[(name, whole[..whole.len() * 3 / 4].to_vec())]);
    let ran = Outcome::of(folder.path(), 4, &[]);
    assert_eq!(ran.codes(), [(code, 1)].into(), "{name}");
    assert!(ran.documents.len() > 500 && ran.documents.len() < 2000, "{name}: {}", ran.documents.len());
    assert_eq!(ran.documents, all[..ran.documents.len()], "{name}");
    assert_eq!(ran.report["documents"], ran.documents.len() + 1, "{name}");
}

#[test]
fn row_28_of_a_stream_that_breaks_off_the_good_part_is_kept() {
    // Compresses badly, so that much of it comes before the cut.
    let mut state = 1_u64;
    let mut word = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        format!("{:x}", state >> 8)
    };
    let texts: Vec<String> =
        (0..2000).map(|_| (0..8).map(|_| word()).collect::<Vec<_>>().join(" ")).collect();
    let lines = articles(&texts);
    let row = |(n, text): (usize, &String)| format!("d{n},\"{text}\"\n");
    let rows = texts.iter().enumerate().map(row).collect::<Vec<_>>().concat();
    let rows = format!("id,text\n{rows}");
    cut("a.jsonl.gz", &packed("gzip", lines.as_bytes()), "truncated");
    cut("a.csv.gz", &packed("gzip", rows.as_bytes()), "truncated");
    cut("a.jsonl.zst", &packed("zstd", lines.as_bytes()), "truncated");
    cut("a.jsonl", lines.as_bytes(), "bad_json");
    cut("a.csv", rows.as_bytes(), "bad_csv");
}

/// Packed bytes with a checksum at their end.
fn packed(how: &str, bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    if how == "gzip" {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(bytes).unwrap();
        gzip.finish().unwrap()
    } else {
        let mut zstd = zstd::Encoder::new(Vec::new(), 1).unwrap();
        zstd.include_checksum(true).unwrap();
        zstd.write_all(bytes).unwrap();
        zstd.finish().unwrap()
    }
}

#[test]
fn row_28_a_flipped_byte_in_a_packed_file_is_found() {
    // No ids of their own, for the checksum is known at the end alone: what is wrong before it is read.
    let line = |n: u32| format!("{{\"text\":\"Article {n} of many, about rain in the hills.\"}}\n");
    let lines = (0..2000).map(line).collect::<Vec<_>>().concat();
    for (name, how) in [("a.jsonl.gz", "gzip"), ("a.jsonl.zst", "zstd")] {
        let mut bytes = packed(how, lines.as_bytes());
        let at = bytes.len() / 2;
        bytes[at] ^= 0x55;
        let folder = input(&[(name, bytes)]);
        let ran = Outcome::of(folder.path(), 4, &[]);
        let codes = ran.codes();
        assert!(codes.contains_key("corrupt") || codes.contains_key("truncated"), "{name}: {codes:?}");
    }
}

/// Formats that `ingest` does not read are refused by name before anything is written.
#[test]
fn row_28_29_formats_that_are_not_read_are_refused_with_a_word() {
    let names = [
        "a.warc",
        "a.warc.gz",
        "a.parquet",
        "a.zip",
        "a.tar",
        "a.tar.gz",
        "a.xml",
        "a.jsonl.gz.gz",
        "a.json",
    ];
    for name in names {
        let folder = input(&[(name, b"PK\x03\x04".to_vec())]);
        let path = format!("in/{name}");
        fs::write(folder.path().join("x.toml"), pipeline(&path, "")).unwrap();
        let ran = docmill(folder.path(), &["run", "x.toml"]).exits(3);
        let says = format!("the suffix of `{path}` promises no supported format");
        assert!(ran.stderr.contains(&says) && ran.stderr.contains("x.toml:4:"), "{}", ran.stderr);
        assert!(!Path::new(&folder.path().join("out")).exists());
    }
}
