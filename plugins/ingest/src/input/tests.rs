use std::io::{BufReader, Cursor, Read, Write};

use flate2::write::GzEncoder;

use super::{Fault, Line, decompress, read_line, read_whole};
use crate::format::Compression;

fn lines(text: &str, limit: u64) -> Vec<String> {
    // A small buffer makes lines span several of its fillings.
    let mut reader = BufReader::with_capacity(4, text.as_bytes());
    let mut buffer = Vec::new();
    let mut out = Vec::new();
    loop {
        match read_line(&mut reader, &mut buffer, limit) {
            Line::Whole => out.push(String::from_utf8(buffer.clone()).unwrap()),
            Line::TooLong => out.push("TOO LONG".to_owned()),
            Line::Failed(fault) => panic!("{fault:?}"),
            Line::End => return out,
        }
    }
}

#[test]
fn lines_within_the_limit() {
    assert_eq!(lines("a\r\n\nbcdefgh\ni", 100), ["a", "", "bcdefgh", "i"]);
    assert_eq!(lines("abcdef\nabcdefg\nx", 6), ["abcdef", "TOO LONG", "x"]);
    assert_eq!(lines("\n", 6), [""]);
    assert!(lines("", 6).is_empty());
}

#[test]
fn a_whole_stream_within_the_limit() {
    assert_eq!(read_whole(&mut b"abc".as_slice(), 3), (b"abc".to_vec(), None));
    assert_eq!(read_whole(&mut b"abcd".as_slice(), 3), (Vec::new(), Some(Fault::too_large(3))));
    assert_eq!(read_whole(&mut b"abc".as_slice(), u64::MAX).0, b"abc");
}

#[test]
fn a_bomb_is_stopped() {
    let zeros = vec![0; 1 << 20];
    let mut gzip = GzEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..80 {
        gzip.write_all(&zeros).unwrap();
    }
    let bytes = gzip.finish().unwrap();
    let mut source = decompress(Box::new(Cursor::new(bytes)), Compression::Gzip).unwrap();
    let error = std::io::copy(&mut source, &mut std::io::sink()).unwrap_err();
    assert_eq!(Fault::of(&error).code, "ratio");
}

#[test]
fn several_members_are_one_stream() {
    let member = |text: &str| {
        let mut gzip = GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(text.as_bytes()).unwrap();
        gzip.finish().unwrap()
    };
    let gzip = [member("one "), member("two")].concat();
    let zstd =
        [zstd::encode_all(b"one ".as_slice(), 1).unwrap(), zstd::encode_all(b"two".as_slice(), 1).unwrap()]
            .concat();
    for (bytes, compression) in [(gzip, Compression::Gzip), (zstd, Compression::Zstd)] {
        let mut text = String::new();
        decompress(Box::new(Cursor::new(bytes)), compression).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "one two");
    }
}
