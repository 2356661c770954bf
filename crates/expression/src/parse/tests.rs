use super::*;
use crate::fixture::{assert_sound, check_drawn, draw, expressions};
use proptest::prelude::*;

/// The expression with every bracket that it could have.
fn bracketed(source: &str) -> String {
    fn write(node: &Node) -> String {
        match &node.kind {
            Kind::Not(inner) => format!("(not {})", write(inner)),
            Kind::Negate(inner) => format!("(-{})", write(inner)),
            Kind::All(parts) => format!("({})", parts.iter().map(write).collect::<Vec<_>>().join(" and ")),
            Kind::Any(parts) => format!("({})", parts.iter().map(write).collect::<Vec<_>>().join(" or ")),
            Kind::Arithmetic(how, a, b) => format!("({} {} {})", write(a), how.symbol(), write(b)),
            Kind::Comparison(how, a, b) => format!("({} {} {})", write(a), how.symbol(), write(b)),
            Kind::In { negated, value, among } => {
                let not = if *negated { "not " } else { "" };
                format!("({} {not}in {})", write(value), write(among))
            }
            _ => Expression { root: node.clone() }.to_string(),
        }
    }
    match parse(source) {
        Ok(expression) => write(&expression.root),
        Err(faults) => panic!("{}", draw(source, &faults)),
    }
}

#[test]
fn what_holds_together_more_tightly_comes_first() {
    for (source, wanted) in [
        ("a or b and c", "(a or (b and c))"),
        ("a and b or c and d", "((a and b) or (c and d))"),
        ("not a and b", "((not a) and b)"),
        ("not a == b", "(not (a == b))"),
        ("not not a", "(not (not a))"),
        ("a + b * c", "(a + (b * c))"),
        ("a - b - c", "((a - b) - c)"),
        ("a / b * c", "((a / b) * c)"),
        ("a - (b - c)", "(a - (b - c))"),
        ("-a * b", "((-a) * b)"),
        ("- -a", "(-(-a))"),
        ("a - -1", "(a - (-1))"),
        ("a + 1 < b * 2 and c", "(((a + 1) < (b * 2)) and c)"),
        ("a in ['x', 'y'] or b", "((a in ['x', 'y']) or b)"),
        ("a not in ['x',]", "(a not in ['x'])"),
        ("not a in b", "(not (a in b))"),
        ("'x' in a.b", "('x' in a.b)"),
        ("len ( a . b )>3", "(len(a.b) > 3)"),
        ("len == count", "(len == count)"),
        ("stage.'my-stage'.not.\"x\"", "stage.\"my-stage\".not.x"),
        ("(((a)))", "a"),
        ("\n a\tand\u{a0}b ", "(a and b)"),
    ] {
        assert_eq!(bracketed(source), wanted, "{source}");
    }
}

#[test]
fn mistakes_are_drawn() {
    for picture in [
        "

^ Syntax: the expression is empty
  = write a condition such as `len(text) > 600`",
        "
1 < len(text) < 5
              ^ Syntax: comparisons cannot be chained
  = write `1 < len(text) and len(text) < 5`",
        "
paid == paid == (1 == 1)
             ^^ Syntax: comparisons cannot be chained
  = write `paid == paid and paid == (1 == 1)`",
        "
len(text) > and lang == 'en' and (lang == ) or
            ^^^ Syntax: expected a value, found `and`
                                          ^ Syntax: expected a value, found `)`
                                              ^ Syntax: expected a value, found the end",
        "
len(text > 5
   ^ Syntax: this `(` is not closed",
        "
(paid or lang in ['en'
^ Syntax: this `(` is not closed
                 ^ Syntax: this `[` is not closed",
        "
paid) or ]
    ^ Syntax: nothing opens this `)`
         ^ Syntax: expected a value, found `]`",
        "
title is null and text contains 'x' AND paid
      ^^ Syntax: expected an operator such as `and` or `==`, found `is`; write `== null` or `!= null`
                       ^^^^^^^^ Syntax: expected an operator such as `and` or `==`, found `contains`; write `contains(text, '…')`",
        "
paid AND paid
     ^^^ Syntax: expected an operator such as `and` or `==`, found `AND`; write `and`",
        "
paid == not paid
        ^^^^^^^^ Syntax: `not` needs brackets here; write `(not paid)`",
        "
len(text) > +5
            ^ Syntax: a number has no plus sign; leave it out",
    ] {
        check_drawn(picture);
    }
}

#[test]
fn mistakes_in_names_and_lists_are_drawn() {
    for picture in [
        "
stage.pass-1.rejected == 0
            ^ Syntax: expected an operator such as `and` or `==`, found `.`
  = a hyphen is a minus; a name that has one is quoted: `.\"pass-1\"`",
        "
stage.2nd.rejected == 0
      ^^^ Syntax: `2nd` is neither a number nor a name; write `\"2nd\"`: a segment that begins with a digit is quoted",
        "
stage. == 0
       ^^ Syntax: expected a name after the dot, found `==`
  = a name that is not plain is quoted: `stage.\"2nd-pass\".rejected`",
        "
lang == ['en']
        ^ Syntax: a list stands after `in` alone",
        "
len(text, , 3)
          ^ Syntax: expected a value, found `,`",
        "
lang in ['en' 'fr'] and len(text title) > 3
              ^^^^ Syntax: expected an operator such as `and` or `==`, found `'fr'`
                                 ^^^^^ Syntax: expected an operator such as `and` or `==`, found `title`",
        "
lang, title
    ^ Syntax: a comma stands between arguments and in lists alone",
    ] {
        check_drawn(picture);
    }
}

#[test]
fn limits_are_told() {
    let deep =
        |open: &str, close: &str, depth: usize| format!("{}1{}", open.repeat(depth), close.repeat(depth));
    for (open, close) in [("(", ")"), ("-", ""), ("not ", ""), ("f(", ")"), ("x in [", "]")] {
        assert!(parse(&deep(open, close, MAX_NESTING - 1)).is_ok(), "{open}");
        let faults = parse(&deep(open, close, MAX_NESTING)).unwrap_err();
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert_eq!(faults[0].kind, FaultKind::TooDeep);
        assert_eq!(faults[0].message, "the expression is nested more than 64 levels deep");
    }
    for (sign, terms) in [("+", MAX_HEIGHT), ("/", MAX_HEIGHT)] {
        let chain = |terms: usize| vec!["1"; terms].join(sign);
        assert!(parse(&chain(terms)).is_ok());
        assert_eq!(parse(&chain(terms + 1)).unwrap_err()[0].kind, FaultKind::TooDeep);
    }
    let long = |bytes: usize| format!("'{}'", "x".repeat(bytes - 2));
    assert!(parse(&long(MAX_BYTES)).is_ok());
    let faults = parse(&long(MAX_BYTES + 1)).unwrap_err();
    assert_eq!((faults[0].kind, faults[0].span.clone()), (FaultKind::TooLong, MAX_BYTES..MAX_BYTES + 1));
}

#[test]
fn long_chains_of_and_or_and_lists_are_no_depth() {
    for (one, by, start, end) in [("a", " and ", "", ""), ("a", " or ", "", ""), ("'x'", ",", "a in [", "]")]
    {
        let source = format!("{start}{}{end}", vec![one; 7_000].join(by));
        assert!(parse(&source).is_ok(), "{by}");
    }
}

/// Texts that are read in no time or not at all; each is also cut to the longest that is read.
#[test]
fn hostile_texts_end_soon() {
    let million = 1 << 20;
    let repeated = |part: &str| part.repeat(million / part.len());
    for part in [
        "(",
        ")",
        "[",
        "not ",
        "-",
        "!",
        "&",
        "1+",
        "1<",
        "a.",
        "f(",
        "a and ",
        "a in [",
        "'",
        "\\",
        "\"x",
        "“",
        ",",
        "1 ",
        "\u{10ffff}",
        "x",
        "1",
        "_",
        "a,",
        "=",
        "((1)",
        "a-",
        "1-a.",
    ] {
        let whole = repeated(part);
        assert_eq!(parse(&whole).unwrap_err()[0].kind, FaultKind::TooLong);
        let cut = whole.get(..whole.floor_char_boundary(MAX_BYTES)).unwrap();
        let before = std::time::Instant::now();
        if let Err(faults) = parse(cut) {
            assert_sound(cut, &faults);
        }
        // 64 KiB take some milliseconds; quadratic work on them would take minutes.
        assert!(before.elapsed().as_secs() < 5, "{part}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(source: String) {
        if let Err(faults) = parse(&source) {
            assert_sound(&source, &faults);
        }
    }

    #[test]
    fn any_words_are_read_or_refused(words in prop::collection::vec(prop::sample::select(vec![
        "a", "len", "(", ")", "[", "]", ",", ".", "and", "or", "not", "in", "==", "<", "=", "&&", "!", "-", "+",
        "*", "/", "1", "0.5", "'x'", "\"", "null", "true", " ", "é", "date(",
    ]), 0..40)) {
        let source = words.concat();
        match parse(&source) {
            Ok(expression) => prop_assert_eq!(parse(&expression.to_string()), Ok(expression)),
            Err(faults) => assert_sound(&source, &faults),
        }
    }

    #[test]
    fn what_is_written_is_read_back(expression in expressions()) {
        let source = expression.to_string();
        match parse(&source) {
            Ok(read) => prop_assert_eq!(read, expression),
            Err(faults) => panic!("{}", draw(&source, &faults)),
        }
    }
}
