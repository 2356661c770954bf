use crate::fixture::check_drawn;
use crate::number::Number;
use crate::parse;
use crate::tree::Kind;

#[test]
fn numbers_are_read() {
    for (source, wanted) in [
        ("0", Number::Whole(0)),
        ("007", Number::Whole(7)),
        ("1_000_000", Number::Whole(1_000_000)),
        ("18446744073709551615", Number::Whole(u64::MAX.into())),
        ("0.5", Number::Real(0.5)),
        ("1_0.2_5", Number::Real(10.25)),
        ("2e6", Number::Real(2e6)),
        ("2E-1", Number::Real(0.2)),
        ("1.5e+3", Number::Real(1500.0)),
    ] {
        assert_eq!(parse(source).unwrap().root.kind, Kind::Number(wanted), "{source}");
    }
}

#[test]
fn texts_are_read() {
    for (source, wanted) in [
        ("''", ""),
        (r#""it's""#, "it's"),
        (r#"'it\'s "so"'"#, "it's \"so\""),
        (r"'\\d\n\t\\'", "\\d\n\t\\"),
        ("'Köln 🌧'", "Köln 🌧"),
        ("'two\nlines'", "two\nlines"),
    ] {
        let Kind::Text(text) = parse(source).unwrap().root.kind else { panic!("{source}") };
        assert_eq!(text.value, wanted, "{source}");
    }
}

#[test]
fn signs_of_other_languages_are_told_and_understood() {
    for picture in [
        r"
paid && lang = 'en' || !(len(text) <> 3)
     ^^ Syntax: `&&` joins nothing here; write `and`
             ^ Syntax: `=` is no comparison; write `==`
                    ^^ Syntax: `||` joins nothing here; write `or`
                       ^ Syntax: `!` negates nothing here; write `not`
                                   ^^ Syntax: `<>` is no comparison; write `!=`",
        r"
paid & paid | len(text) => 3
     ^ Syntax: `&` joins nothing here; write `and`
            ^ Syntax: `|` joins nothing here; write `or`
                        ^^ Syntax: `=>` is no comparison; write `>=`",
        r"
lang == “en” and len(text) ≥ 3
        ^ Syntax: `“` is not part of the language; write a straight quote: `'` or `\x22`
           ^ Syntax: `”` is not part of the language; write a straight quote: `'` or `\x22`
                           ^ Syntax: `≥` is not part of the language; write `>=`",
        r"
5 % 2 == 1
  ^ Syntax: `%` is not part of the language",
    ] {
        check_drawn(&picture.replace(r"\x22", "\""));
    }
}

#[test]
fn wrong_numbers_and_texts_are_drawn() {
    for picture in [
        r"
len(text) > 10k
            ^^^ Syntax: `10k` is neither a number nor a name
  = a number has digits, `_` between them, a point and an exponent: `1_000`, `0.5`, `2e6`",
        r"
len(text) > 1__0 or len(text) > 1_ or len(text) > 1e999
            ^^^^ Syntax: `1__0` has an `_` that does not stand between two digits
                                ^^ Syntax: `1_` has an `_` that does not stand between two digits
                                                  ^^^^^ Syntax: `1e999` is too large a number",
        r"
lang == 'en
        ^^^ Syntax: this text is not closed; a `'` is missing at its end",
        r"
lang == 'en\
        ^^^^ Syntax: this text is not closed; a `'` is missing at its end",
        r#"
matches(text, 'ü\d+')
                ^^ Syntax: `\d` is no escape; write `\\d` for a backslash
  = the escapes are `\\`, `\'`, `\"`, `\n` and `\t`"#,
    ] {
        check_drawn(picture);
    }
}
