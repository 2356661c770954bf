use super::Sources;
use crate::{Code, Diagnostic};

fn two() -> Sources {
    let mut sources = Sources::new("news.toml", "extends = \"base.toml\"\n");
    sources.push("base.toml".into(), "pipeline = \"base\"\nrun = 3\n".into());
    sources
}

#[test]
fn a_place_tells_its_file() {
    let sources = two();
    let at = 22 + 18;
    assert_eq!(sources.slice(&(at..at + 3)), "run");
    assert_eq!(sources.spot(&(at..at + 3)).unwrap().to_string(), "base.toml:2:1");
    assert_eq!(sources.spot(&(0..7)).unwrap().to_string(), "news.toml:1:1");
    let moved = sources.localize(Diagnostic::new(Code::WrongType, "news.toml", "x").at(at..at + 3));
    assert_eq!((moved.file.as_str(), moved.place.clone()), ("base.toml", Some(18..21)));
    assert_eq!(sources.localize(moved.clone()), moved);
}

#[test]
fn a_part_of_a_string_has_its_place() {
    let text = "a = 'len(x)'\nb = \"\"\"\nlen\"\"\"\nc = \"l\\u0065n\"\n";
    let sources = Sources::new("x", text);
    let place = |literal: &str| text.find(literal).map(|at| at..at + literal.len()).unwrap();
    assert_eq!(sources.slice(&sources.within(&place("'len(x)'"), &(4..5))), "x");
    assert_eq!(sources.slice(&sources.within(&place("\"\"\"\nlen\"\"\""), &(0..3))), "len");
    assert_eq!(sources.slice(&sources.within(&place("\"l\\u0065n\""), &(0..1))), "\"l\\u0065n\"");
}
