use super::*;

#[test]
fn suffix_tells_format_and_compression() {
    let check = |name: &str, expected: Option<(Format, Compression)>| {
        assert_eq!(Format::settle(None, Path::new(name)).ok(), expected, "{name}");
    };
    check("a/b.jsonl", Some((Format::Jsonl, Compression::None)));
    check("b.NDJSON.GZ", Some((Format::Jsonl, Compression::Gzip)));
    check("b.jsonl.zst", Some((Format::Jsonl, Compression::Zstd)));
    check("b.x.csv.gz", Some((Format::Csv, Compression::Gzip)));
    check("b.md", Some((Format::Markdown, Compression::None)));
    check("b.markdown", Some((Format::Markdown, Compression::None)));
    check("b.parquet", Some((Format::Parquet, Compression::None)));
    check("b.parquet.gz", None);
    check("b.gz", None);
    check("jsonl", None);
    check("", None);
}

#[test]
fn chosen_format_wins() {
    let settled = Format::settle(Some(Format::Csv), Path::new("b.jsonl.gz")).unwrap();
    assert_eq!(settled, (Format::Csv, Compression::Gzip));
}

#[test]
fn names_read_back() {
    for (name, format) in Format::NAMES {
        assert_eq!((name.parse::<Format>().unwrap(), format.to_string()), (format, name.to_owned()));
    }
    assert_eq!("xml".parse::<Format>().unwrap_err().kind(), ErrorKind::Format);
}
