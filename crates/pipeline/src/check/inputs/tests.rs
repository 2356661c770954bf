use crate::fixture::{Catalogue, findings_among};
use crate::{Diagnostic, Settings, check, parse};

/// A catalogue in which `segment` sorts documents.
fn sorting() -> Catalogue {
    let mut catalogue = Catalogue::new();
    catalogue.stage_mut("segment").ports = vec!["pass".into(), "drop".into()];
    catalogue
}

fn shown(text: &str) -> String {
    Diagnostic::render_all(&findings_among(text, &sorting()), text, false)
}

#[test]
fn each_output_has_its_columns() {
    let text = "stage = [{ use = \"ingest\", with.path = \"a\" }, { use = \"segment\" }, { use = \"entities\" }, \
                { use = \"export\", with.path = \"x\" }, \
                { use = \"export\", id = \"bad\", from = \"segment.drop\", with.path = \"y\" }]\n";
    let pipeline = parse("news.toml", text, &Settings::default()).unwrap();
    let plan = check(&pipeline, &sorting()).unwrap();
    let names = |at: usize| {
        plan.stages[at].columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!((names(3).as_str(), names(4).as_str()), ("id text sentences entities", "id text drop_reason"));
    assert!(plan.stages[4].from[0].dropped);
    assert_eq!(serde_json::to_value(&plan).unwrap()["stages"][4]["from"][0], "segment.drop");
}

#[test]
fn an_output_that_is_not_there() {
    let text = "stage = [\n  { use = \"ingest\", with.path = \"a\" },\n  { use = \"segment\" },\n  \
                { use = \"export\", from = \"segment.dropp\", with.path = \"x\" },\n  \
                { use = \"export\", id = \"b\", from = \"ingest.drop\", with.path = \"y\" },\n]\n";
    assert_eq!(
        shown(text),
        "error[E0321]: stage `segment` has no output `dropp`
 --> news.toml:4:28
4 |   { use = \"export\", from = \"segment.dropp\", with.path = \"x\" },
  |                            ^^^^^^^^^^^^^^^ did you mean `drop`?
  = help: its outputs: `pass`, `drop`
error[E0321]: stage `ingest` has no output `drop`
 --> news.toml:5:38
5 |   { use = \"export\", id = \"b\", from = \"ingest.drop\", with.path = \"y\" },
  |                                      ^^^^^^^^^^^^^
  = help: its outputs: `out`
"
    );
}

#[test]
fn an_output_that_nobody_reads_is_listed_or_an_error() {
    let text = |unread: &str| {
        format!(
            "stage = [\n  {{ use = \"ingest\", with.path = \"a\" }},\n  {{ use = \"segment\"{unread} }},\n  \
             {{ use = \"export\", from = \"segment.drop\", with.path = \"x\" }},\n]\n"
        )
    };
    assert!(shown(&text("")).contains("or say that nobody needs to: `unread = [\"pass\"]`"));
    assert_eq!(shown(&text(", unread = [\"pass\"]")), "");
    let wrong = shown(&text(", unread = [\"passed\"]"));
    assert!(wrong.starts_with("error[E0321]: stage `segment` has no output `passed`"), "{wrong}");
}
