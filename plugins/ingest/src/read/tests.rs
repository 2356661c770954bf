use std::fs;
use std::io::Write;

use super::{Document, ReadOptions, Rejected, read};
use crate::blocks::blocks_as;
use crate::fields::Fields;
use crate::find::find_as;
use crate::format::Format;

fn read_as(name: &str, content: &[u8], options: &ReadOptions) -> Vec<Result<Document, Rejected>> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), content).unwrap();
    let found = find_as(folder.path(), &[name.to_owned()], options.format).unwrap();
    let blocks = blocks_as(&found, 1 << 20, options.format);
    blocks
        .iter()
        .flat_map(|block| read(block.clone(), std::sync::Arc::new(options.clone())).collect::<Vec<_>>())
        .collect()
}

fn read_one(name: &str, content: &[u8]) -> Document {
    let mut outcomes = read_as(name, content, &ReadOptions::default());
    assert_eq!(outcomes.len(), 1, "{outcomes:?}");
    outcomes.remove(0).unwrap()
}

/// A document or rejection in one line: `id "text"` or `code at uri`.
fn line(outcome: &Result<Document, Rejected>) -> String {
    match outcome {
        Ok(document) => format!("{} {:?}", document.id, document.text),
        Err(rejected) => format!("{} at {}", rejected.code, rejected.uri),
    }
}

fn check(name: &str, content: &[u8], options: &ReadOptions, expected: &[&str]) {
    let outcomes = read_as(name, content, options);
    assert_eq!(outcomes.iter().map(line).collect::<Vec<_>>(), expected, "{name}");
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(content).unwrap();
    gzip.finish().unwrap()
}

fn meta<'a>(document: &'a Document, name: &str) -> &'a str {
    document.meta.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
}

#[test]
fn a_text_file_is_a_document() {
    let document =
        read_one("a.txt", b"https://example.org/2022/07/19/a\n\nBy Ada Byron\n\nLONDON (AP) - It rained.\n");
    assert_eq!(document.uri, "a.txt");
    assert_eq!(document.id.len(), 16);
    assert_eq!(document.media_type.as_deref(), Some("text/plain"));
    assert_eq!(document.published.unwrap().to_string(), "2022-07-19");
    assert_eq!(document.byline.as_deref(), Some("Ada Byron"));
    assert_eq!(document.dateline.as_ref().unwrap().place.as_deref(), Some("London"));
    assert_eq!(meta(&document, "url"), "https://example.org/2022/07/19/a");
    assert_eq!(document.text.split_at(document.body_start).1, "It rained.\n");
}

#[test]
fn blank_files_are_documents() {
    for content in ["", " \n\n", "\u{feff}"] {
        let document = read_one("a.txt", content.as_bytes());
        assert_eq!(document.body_start, document.text.len());
    }
}

#[test]
fn encodings_are_noted() {
    assert_eq!(meta(&read_one("a.txt", b"The caf\xe9 in the old town"), "encoding"), "windows-1252");
    assert_eq!(meta(&read_one("a.txt", "Größe über \u{fffd}".as_bytes()), "replaced"), "");
    assert_eq!(meta(&read_one("a.txt", b"Gr\xc3\xb6\xc3\x9fe\xff"), "replaced"), "1");
    let utf16: Vec<u8> = "\u{feff}{\"text\":\"Größe\"}\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let document = read_one("a.jsonl", &utf16);
    assert_eq!((document.text.as_str(), meta(&document, "encoding")), ("Größe", "UTF-16LE"));
    let document = read_one("a.csv", b"id,text\n1,The caf\xe9 in the old town\n");
    assert_eq!(
        (document.text.as_str(), meta(&document, "encoding")),
        ("The café in the old town", "windows-1252")
    );
}

#[test]
fn front_matter_becomes_columns() {
    let text = "---\ntitle: \"Rain: a history\"\ndate: 2025-09-24\nauthor: Ada Byron\ntags: [a, b]\nid: r1\n---\n\nLONDON: It rained.\n";
    let document = read_one("a.md", text.as_bytes());
    assert_eq!(document.text, text);
    assert_eq!(document.id, "r1");
    assert_eq!(document.title.as_deref(), Some("Rain: a history"));
    assert_eq!(document.byline.as_deref(), Some("Ada Byron"));
    assert_eq!(document.published.unwrap().to_string(), "2025-09-24");
    assert_eq!(document.meta, [("tags".to_owned(), "[a, b]".to_owned())]);
    assert_eq!(document.text.split_at(document.body_start).1, "It rained.\n");
    let plain = read_one("a.md", b"# Rain #\n\nIt rained.");
    assert_eq!((plain.title.as_deref(), plain.body_start), (Some("Rain"), 0));
    assert_eq!(read_one("a.md", b"---\nnot closed: yes\n").body_start, 0);
    assert_eq!(read_one("a.md", b"---\r\ntitle: T\r\n---\r\nText").title.as_deref(), Some("T"));
}

#[test]
fn a_page_gives_its_main_text() {
    let paragraph = "The river rose again on Tuesday, and the town moved its market to the hill. ".repeat(6);
    let page = format!(
        "<!doctype html><html lang=en><head><title>River rises</title>\
         <meta name=author content='Ada Byron'><meta property='og:site_name' content='The Hill'>\
         <meta property='article:published_time' content='2025-09-24T10:00:00Z'></head>\
         <body><nav><a href=/>Home</a></nav><article><h1>River rises</h1><p>{paragraph}</p><p>{paragraph}</p></article>\
         <footer>All rights reserved</footer></body></html>"
    );
    let document = read_one("a.html", page.as_bytes());
    assert_eq!(document.text, format!("{}\n\n{}", paragraph.trim(), paragraph.trim()));
    assert_eq!(document.title.as_deref(), Some("River rises"));
    assert_eq!(document.byline.as_deref(), Some("Ada Byron"));
    assert_eq!(document.publisher.as_deref(), Some("The Hill"));
    assert_eq!(document.lang.as_deref(), Some("en"));
    assert_eq!(document.published.unwrap().to_string(), "2025-09-24");
    assert_eq!(meta(&document, "published"), "2025-09-24T10:00:00Z");
}

#[test]
fn hostile_pages_are_rejected_or_read() {
    for page in [
        "<div>".repeat(100_000),
        "</x><div>".repeat(100_000),
        "<div><p>x".repeat(1000),
        format!(
            "{}<p>{}</p>",
            "<div>".repeat(500),
            "The river rose, and the town moved its market. ".repeat(20)
        ),
        "<b><i>".repeat(50_000),
        "<table><tr><td>".repeat(20_000),
        format!("<div title='{}'>x</div>", "y".repeat(10 << 20)),
        "<".repeat(1 << 20),
        "<script>".repeat(10_000),
        "&amp;".repeat(100_000),
        String::new(),
    ] {
        for outcome in read_as("a.html", page.as_bytes(), &ReadOptions::default()) {
            assert!(outcome.is_ok() || matches!(outcome.unwrap_err().code, "bad_html" | "no_text"));
        }
    }
}

#[test]
fn lines_of_json_are_documents() {
    let options = ReadOptions { max_document_bytes: 60, ..ReadOptions::default() };
    let long = format!("{{\"text\":\"{}\"}}", "x".repeat(100));
    let content = format!(
        "\u{feff}{{\"id\":1,\"text\":\"a\"}}\r\n\n{{\"_id\":\"b\",\"body\":\"\"}}\nnot JSON\n{{\"id\":3}}\n{long}\n\
         [1]\n{{\"url\":\"u\",\"content\":\"d\"}}\n{{\"id\":5,\"text\":7}}\n{{\"id\":9,\"text\":\"\\ud800\"}}\n{{\"id\":\"e\",\"text\":\"\\u0000\"}}"
    );
    check(
        "a.jsonl",
        content.as_bytes(),
        &options,
        &[
            "1 \"a\"",
            "b \"\"",
            "bad_json at a.jsonl#line=4",
            "no_text at a.jsonl#line=5",
            "too_large at a.jsonl#line=6",
            "bad_json at a.jsonl#line=7",
            "u \"d\"",
            "no_text at a.jsonl#line=9",
            "bad_json at a.jsonl#line=10",
            "e \"\\0\"",
        ],
    );
    let deep = format!("{{\"text\":\"a\",\"b\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    check("a.jsonl", deep.as_bytes(), &ReadOptions::default(), &["bad_json at a.jsonl#line=1"]);
}

#[test]
fn the_rest_of_an_entry_goes_to_meta() {
    let document = read_one(
        "a.ndjson",
        br#"{"text":"It rained.","headline":"Rain","authors":["Ada Byron","M. S."],"pubDate":"Wed, 24 Sep 2025 10:00:00 +0500",
            "source":"Dawn","language":"en","url":"https://e.org","words":2,"front":true,"none":null,"tags":["x"]}"#
            .iter().copied().filter(|byte| *byte != b'\n').collect::<Vec<_>>().as_slice(),
    );
    assert_eq!(document.id, "https://e.org");
    assert_eq!(document.uri, "a.ndjson#line=1");
    assert_eq!(document.title.as_deref(), Some("Rain"));
    assert_eq!(document.byline.as_deref(), Some("Ada Byron, M. S."));
    assert_eq!(document.publisher.as_deref(), Some("Dawn"));
    assert_eq!(document.lang.as_deref(), Some("en"));
    assert_eq!(document.published.unwrap().to_string(), "2025-09-24");
    let meta: Vec<_> = document.meta.iter().map(|(key, value)| format!("{key}={value}")).collect();
    assert_eq!(
        meta,
        ["front=true", "published=Wed, 24 Sep 2025 10:00:00 +0500", "url=https://e.org", "words=2"]
    );
}

#[test]
fn fields_are_pointers_or_names() {
    let fields = Fields {
        id: Some("/meta/key".to_owned()),
        text: Some("/parts/0".to_owned()),
        title: Some("head".to_owned()),
        ..Fields::default()
    };
    let options = ReadOptions { fields, ..ReadOptions::default() };
    let content = b"{\"meta\":{\"key\":\"k\"},\"parts\":[\"It rained.\"],\"head\":\"Rain\",\"text\":\"other\"}\n{\"text\":\"a\"}\n";
    let outcomes = read_as("a.jsonl", content, &options);
    let document = outcomes[0].as_ref().unwrap();
    assert_eq!((document.id.as_str(), document.text.as_str()), ("k", "It rained."));
    assert_eq!(document.title.as_deref(), Some("Rain"));
    assert_eq!(line(&outcomes[1]), "no_text at a.jsonl#line=2");
    assert!(outcomes[1].as_ref().unwrap_err().message.contains("/parts/0"));
}

#[test]
fn rows_are_documents() {
    let options = ReadOptions { max_document_bytes: 60, ..ReadOptions::default() };
    let long = "x".repeat(100);
    let content = format!(
        "\u{feff}id,Text,note\r\n1,\"He said \"\"no\"\", twice\r\nand left\",n\r\n\r\n2,,\n3,short\n4,\"{long}\",n\n5,5\" pipe,\"\"\n6,open,\"never closed\n"
    );
    let fields = Fields { text: Some("Text".to_owned()), ..Fields::default() };
    let options = ReadOptions { fields, ..options };
    check(
        "a.csv",
        content.as_bytes(),
        &options,
        &[
            "1 \"He said \\\"no\\\", twice\\r\\nand left\"",
            "2 \"\"",
            "bad_csv at a.csv#row=5",
            "too_large at a.csv#row=6",
            "5 \"5\\\" pipe\"",
            "bad_csv at a.csv#row=8",
        ],
    );
    check(
        "a.tsv",
        b"id\ttext\na\tone, two\nb\tlast",
        &ReadOptions::default(),
        &["a \"one, two\"", "b \"last\""],
    );
    check("a.csv", b"id,title\n1,a\n", &ReadOptions::default(), &["no_text at a.csv#row=2"]);
    for empty in ["", "\n\n", "id,text", "id,text\n"] {
        check("a.csv", empty.as_bytes(), &ReadOptions::default(), &[]);
    }
}

#[test]
fn compressed_files_are_read() {
    let lines = b"{\"id\":1,\"text\":\"a\"}\n{\"id\":2,\"text\":\"b\"}\n";
    let options = ReadOptions::default();
    check("a.jsonl.gz", &gzip(lines), &options, &["1 \"a\"", "2 \"b\""]);
    check("a.jsonl.zst", &zstd::encode_all(lines.as_slice(), 3).unwrap(), &options, &["1 \"a\"", "2 \"b\""]);
    check("a.csv.gz", &gzip(b"id,text\n1,a\n"), &options, &["1 \"a\""]);
    assert_eq!(read_one("a.txt.zst", &zstd::encode_all(b"prose".as_slice(), 3).unwrap()).text, "prose");
}

/// Checks that of a stream that breaks off the entries before stay, with one rejection at the end.
fn check_truncated(name: &str, whole: &[u8]) {
    for len in [whole.len() - 1, whole.len() * 3 / 4, whole.len() / 2, 12, 1] {
        let outcomes = read_as(name, &whole[..len], &ReadOptions::default());
        let (last, before) = outcomes.split_last().unwrap();
        assert_eq!(last.as_ref().unwrap_err().code, "truncated", "{name} cut to {len}");
        for (number, outcome) in before.iter().enumerate() {
            assert_eq!(outcome.as_ref().unwrap().id, number.to_string(), "{name} cut to {len}");
        }
        assert!(len < whole.len() / 2 || before.len() > 100, "{name} cut to {len}: {}", before.len());
    }
}

#[test]
fn truncated_streams_keep_their_good_part() {
    let noise = |n: u32| blake3::hash(&n.to_le_bytes()).to_hex().to_string();
    let lines =
        (0..4000).map(|n| format!("{{\"id\":{n},\"text\":\"{}\"}}\n", noise(n))).collect::<Vec<_>>().concat();
    check_truncated("a.jsonl.gz", &gzip(lines.as_bytes()));
    check_truncated("a.jsonl.zst", &zstd::encode_all(lines.as_bytes(), 1).unwrap());
    let rows = (0..4000).map(|n| format!("{n},{}\n", noise(n))).collect::<Vec<_>>().concat();
    check_truncated("a.csv.gz", &gzip(format!("id,text\n{rows}").as_bytes()));
    let whole = gzip(lines.as_bytes());
    let outcomes = read_as("a.txt.gz", &whole[..whole.len() / 2], &ReadOptions::default());
    let document = outcomes[0].as_ref().unwrap();
    assert!(lines.starts_with(&document.text) && document.text.len() > 1000);
    assert_eq!(meta(document, "truncated"), "true");
    assert_eq!(line(&outcomes[1]), "truncated at a.txt.gz#truncated");
    check("a.txt.gz", b"not gzip at all", &ReadOptions::default(), &["corrupt at a.txt.gz"]);
}

#[test]
fn limits_name_themselves() {
    let options = ReadOptions { max_document_bytes: 10, ..ReadOptions::default() };
    for (name, content) in [("a.txt", b"12345678901".to_vec()), ("a.txt.gz", gzip(b"12345678901"))] {
        let outcomes = read_as(name, &content, &options);
        let rejected = outcomes[0].as_ref().unwrap_err();
        assert_eq!((rejected.code, outcomes.len()), ("too_large", 1));
        assert!(rejected.message.contains("the limit of 10 bytes"));
    }
    check(
        "b.txt",
        b"1234567890",
        &ReadOptions { format: Some(Format::Text), ..options },
        &["94c60f97ed63cd19 \"1234567890\""],
    );
}

#[test]
fn a_file_that_is_gone_is_rejected() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), "a").unwrap();
    let blocks = blocks_as(&find_as(folder.path(), &["a.txt".to_owned()], None).unwrap(), 100, None);
    fs::remove_file(folder.path().join("a.txt")).unwrap();
    let outcomes: Vec<_> =
        read(blocks[0].clone(), std::sync::Arc::default()).map(|outcome| line(&outcome)).collect();
    assert_eq!(outcomes, ["unreadable at a.txt"]);
}
