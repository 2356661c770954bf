use super::{Params, Segment};
use docmill_sdk::{Document, Documents, DocumentsBuilder, Host, Transform};

/// Splits a German text whose `lang` column and stage option are these and counts the sentences.
fn check(option: &str, lang: Option<&str>, sentences: usize) {
    let text = "Sie kamen am 12. Mai nach Bonn. Es war kalt.";
    let mut builder = DocumentsBuilder::default();
    builder.push(&Document { id: "a", uri: "a.txt", text, lang, ..Document::default() });
    let batch = builder.finish();
    let params = Params { language: option.to_owned(), ..Params::default() };
    let mut stage = Segment::new(params, Host::none()).unwrap();
    stage.process(&Documents::new(&batch)).unwrap();
    assert_eq!(stage.found.sentences.len(), sentences, "{option} {lang:?}");
}

#[test]
fn the_language_is_the_options_or_the_documents() {
    check("auto", Some("de"), 2);
    check("auto", Some("de-CH"), 2);
    check("auto", Some("en"), 3);
    check("auto", Some("xx"), 3);
    check("auto", None, 3);
    check("de", None, 2);
    check("de", Some("en"), 2);
    check("en", Some("de"), 3);
}

#[test]
fn an_unknown_language_is_an_error_of_the_option() {
    for known in ["auto", "de", "sk-SK"] {
        Segment::check(&Params { language: known.to_owned(), ..Params::default() }).unwrap();
    }
    for unknown in ["xx", "", "german", "Auto"] {
        let params = Params { language: unknown.to_owned(), ..Params::default() };
        let error = Segment::check(&params).unwrap_err();
        assert_eq!(error.path(), ["language"]);
        assert!(error.message().starts_with(&format!("unknown language `{unknown}`")), "{error}");
        assert!(error.message().contains("am, bg, da"), "{error}");
    }
}
