use crate::Offsets;
use crate::export::tests::{check, export, options, pair};

fn line(id: &str, rest: &str) -> String {
    format!("{{\"id\":\"{id}\",{rest}}}\n")
}

#[test]
fn offsets_count_in_the_chosen_unit() {
    let entities = |a: [u32; 2], b: [u32; 2], body: u32| {
        let first = format!(
            r#""entities":[{{"start":{},"end":{},"label":"PERSON","speaker_start":{},"score":0.4}},{{"start":{},"end":{},"label":null,"speaker_start":null,"score":0.3}}],"body_start":{body}"#,
            a[0], a[1], a[0], b[0], b[1],
        );
        line("a", &first) + &line("b", r#""entities":[],"body_start":0"#)
    };
    let fields = ["id", "entities", "body_start"];
    check("out.jsonl", &fields, Offsets::Bytes, &entities([0, 4], [14, 17], 18));
    check("out.jsonl", &fields, Offsets::Chars, &entities([0, 3], [10, 13], 14));
    check("out.jsonl", &fields, Offsets::Utf16, &entities([0, 3], [11, 14], 15));
}

#[test]
fn every_row_has_the_same_shape() {
    let fields =
        ["id", "title", "published", "dateline", "dateline.place", "meta", "meta.og.url", "keyphrases"];
    let a = r#""title":"*Met*, \"they\" did","published":"2025-09-24","dateline":{"place":"Bern","date":null,"end":0},"dateline.place":"Bern","meta":{"og.url":"http://x/1","tag":"=1+1"},"meta.og.url":"http://x/1","keyphrases":[{"text":"of a"}]"#;
    let b = r#""title":null,"published":null,"dateline":null,"dateline.place":null,"meta":{},"meta.og.url":null,"keyphrases":[{"text":"of b"}]"#;
    check("out.jsonl", &fields, Offsets::Bytes, &(line("a", a) + &line("b", b)));
}

#[test]
fn no_rows_give_an_empty_file() {
    assert_eq!(export("out.jsonl", &[pair().slice(0, 0)], &options(&[], Offsets::Chars)), b"");
}

#[test]
fn packed_files_hold_the_same_lines() {
    let all = options(&[], Offsets::Chars);
    let plain = export("out.jsonl", &[pair()], &all);
    let packed = export("out.jsonl.zst", &[pair()], &all);
    assert_eq!(zstd::decode_all(packed.as_slice()).unwrap(), plain);
    let packed = export("out.jsonl.gz", &[pair()], &all);
    let mut lines = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(packed.as_slice()), &mut lines).unwrap();
    assert_eq!(lines, plain);
    // No time and no name in the header, and no system.
    assert_eq!(packed[..10], [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]);
}
