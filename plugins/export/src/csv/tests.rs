use crate::Offsets;
use crate::export::tests::{check, export, options, pair};

#[test]
fn scalars_stand_bare_and_the_rest_is_json() {
    let fields = ["id", "title", "published", "body_start", "dateline", "meta", "meta.tag", "summary"];
    let table = |length: u32| {
        format!(
            "id,title,published,body_start,dateline,meta,meta.tag,summary\n\
             a,\"*Met*, \"\"they\"\" did\",2025-09-24,{length},\"{{\"\"place\"\":\"\"Bern\"\",\"\"date\"\":null,\"\"end\"\":0}}\",\
             \"{{\"\"og.url\"\":\"\"http://x/1\"\",\"\"tag\"\":\"\"=1+1\"\"}}\",=1+1,\"[{{\"\"start\"\":0,\"\"end\"\":{length}}}]\"\n\
             b,,,0,,{{}},,\"[{{\"\"start\"\":0,\"\"end\"\":0}}]\"\n"
        )
    };
    check("out.csv", &fields, Offsets::Bytes, &table(18));
    check("out.csv", &fields, Offsets::Chars, &table(14));
    check("out.csv", &fields, Offsets::Utf16, &table(15));
}

#[test]
fn no_rows_give_the_header() {
    let bytes = export("out.csv", &[pair().slice(1, 0)], &options(&["text", "id"], Offsets::Bytes));
    assert_eq!(bytes, b"text,id\n");
}
