use std::io::Read;

use super::{Utf16Reader, decode};

fn check(bytes: &[u8], named: Option<&str>, text: &str, encoding: &str, replaced: usize) {
    let decoded = decode(bytes.to_vec(), named);
    assert_eq!(decoded.text, text, "{bytes:?}");
    assert_eq!(decoded.encoding.unwrap_or_default(), encoding, "{bytes:?}");
    assert_eq!(decoded.replaced, replaced, "{bytes:?}");
}

#[test]
fn encodings_are_told_apart() {
    check("Größe".as_bytes(), None, "Größe", "", 0);
    check("\u{feff}Größe".as_bytes(), None, "Größe", "", 0);
    check(b"a\0b", None, "a\0b", "", 0);
    check(b"\xff\xfea\0\xe9\0", None, "aé", "UTF-16LE", 0);
    check(b"\xfe\xff\0a\0\xe9", None, "aé", "UTF-16BE", 0);
    check(b"\xff\xfea\0b", None, "a\u{fffd}", "UTF-16LE", 1);
    check(b"\xff\xfe\0\xd8a\0", None, "\u{fffd}a", "UTF-16LE", 1);
    check(
        b"The caf\xe9 \x93opened\x94 in the old town",
        None,
        "The café “opened” in the old town",
        "windows-1252",
        0,
    );
    check(b"caf\xe9", Some("iso-8859-2"), "café", "ISO-8859-2", 0);
    check(b"caf\xe9", Some("utf-8"), "café", "windows-1252", 0);
    check(b"Gr\xc3\xb6\xc3\x9fe \xff \xc3", None, "Größe \u{fffd} \u{fffd}", "", 2);
    check("Größe über \u{fffd}".as_bytes(), None, "Größe über \u{fffd}", "", 0);
    check(b"", None, "", "", 0);
    check(b"\xef\xbb\xbf", None, "", "", 0);
}

#[test]
fn cyrillic_is_guessed() {
    let text = "Посол поблагодарил правительство за поддержку и сказал, что переговоры продолжатся осенью.";
    let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(text);
    check(&bytes, None, text, "windows-1251", 0);
    check(
        &[b"x".repeat(3_000_000), b" ".to_vec(), bytes.to_vec()].concat(),
        None,
        &format!("{} {text}", "x".repeat(3_000_000)),
        "windows-1251",
        0,
    );
}

#[test]
fn a_stream_of_utf16_is_read_in_any_portions() {
    let text = "a é 漢 😀\n".repeat(20_000);
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let mut out = String::new();
    Utf16Reader::new(bytes.as_slice(), true).read_to_string(&mut out).unwrap();
    assert_eq!(out, text);
    let mut odd = String::new();
    Utf16Reader::new(b"a\0b".as_slice(), false).read_to_string(&mut odd).unwrap();
    assert_eq!(odd, "a\u{fffd}");
    let mut empty = String::new();
    Utf16Reader::new([].as_slice(), false).read_to_string(&mut empty).unwrap();
    assert_eq!(empty, "");
}
