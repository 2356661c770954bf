use super::{Filter, FilterParams};
use docmill_sdk::{Column, Transform};

fn params(keep: &str) -> FilterParams {
    FilterParams { keep: keep.to_owned(), reason: super::filtered() }
}

fn columns() -> Vec<Column> {
    let column = |name: &str, ty: &str| Column { name: name.into(), data_type: ty.into(), optional: true };
    vec![column("id", "utf8"), column("text", "utf8"), column("sentences", "layer")]
}

#[test]
fn it_reads_what_its_condition_names() {
    let reads = Filter::reads(&params("len(text) > 3 and count(sentences) > 1"), &columns()).unwrap();
    let names: Vec<(&str, bool)> = reads.iter().map(|c| (c.name.as_str(), c.optional)).collect();
    assert_eq!(names, [("text", false), ("sentences", false)]);
}

#[test]
fn a_mistake_is_blamed_on_its_bytes() {
    let wrong = Filter::check(&params("len(text) = 3")).unwrap_err();
    assert_eq!((wrong.path(), wrong.bytes()), (&["keep".to_owned()][..], Some(10..11)));
    let wrong = Filter::reads(&params("len(txt) > 3"), &columns()).unwrap_err();
    assert_eq!((wrong.message(), wrong.bytes()), ("unknown name `txt`; did you mean `text`?", Some(4..7)));
}
