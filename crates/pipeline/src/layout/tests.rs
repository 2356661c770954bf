use super::*;
use proptest::prelude::*;

fn check(text: &str, want: &str) {
    let got = laid_out(text);
    assert_eq!(got, want);
    assert_eq!(laid_out(&got), want, "formatted twice");
    kept(text, &got);
}

/// What was formatted says the same, and all comments are there.
fn kept(text: &str, formatted: &str) {
    let value = |text: &str| text.parse::<toml::Table>().unwrap_or_else(|e| panic!("{e}\n{text}"));
    assert_eq!(value(text), value(formatted), "{text}\n{formatted}");
    assert!(comments(text).eq(comments(formatted)), "{text}\n{formatted}");
}

#[test]
fn entries_and_tables() {
    check("", "");
    check("\n\n# alone", "# alone\n");
    check(
        "a=1\n\n\n\nb  =  2   # two\n# of c\n[c]\n\nd.  e = 'x'\n[[ f ]] # last\n",
        "a = 1\n\nb = 2 # two\n\n# of c\n[c]\nd.e = 'x'\n\n[[f]] # last\n",
    );
    check("\u{FEFF}a = 1\r\nb = 2\r\n", "a = 1\nb = 2\n");
    check("a.\"b c\" . d = 1979-05-27 07:32:00Z\n", "a.\"b c\".d = 1979-05-27 07:32:00Z\n");
    check("# head\n[a]\n# of b\n\n[b]\n", "# head\n[a]\n# of b\n\n[b]\n");
}

#[test]
fn arrays_and_inline_tables() {
    check("a = [ 1,2 , 3, ]\nb = {x=1,y = [ ]}\nc={}", "a = [1, 2, 3]\nb = { x = 1, y = [] }\nc = {}\n");
    check("a = [\n1, # one\n# two\n\n2 ]", "a = [\n  1, # one\n  # two\n\n  2,\n]\n");
    check("a = [ # first\n]", "a = [\n  # first\n]\n");
    check("a = [1 # one\n, 2]", "a = [\n  1, # one\n  2,\n]\n");
    check("a = [[\n1], [2]]", "a = [[\n    1,\n  ], [2]]\n");
    let long: Vec<String> = (0..30).map(|n| format!("\"{n:02}\"")).collect();
    let spread: Vec<String> = long.iter().map(|n| format!("  {n},\n")).collect();
    check(&format!("a = [{}]", long.join(",")), &format!("a = [\n{}]\n", spread.concat()));
}

#[test]
fn second_keys_of_tables_stand_under_each_other() {
    check(
        "stage=[\n{use='a',with.path='x'},{use='bcd'},\n{use=\"bcd\",  with.n=1, id='y'}]",
        "stage = [\n  { use = 'a',   with.path = 'x' },\n  { use = 'bcd' },\n  { use = \"bcd\", with.n = 1, id = 'y' },\n]\n",
    );
}

#[test]
fn strings_are_left_alone() {
    for text in [
        "a = \"# no, { comment \\\" = [\"\n",
        "a = '''\n  # x\n''''\n",
        "a = \"\"\"\\\"\"\"\n\n\n  b  =1 \"\"\"\"\"\n",
        "a = '\\'\n",
        "'a#' = \"\"\n",
    ] {
        check(text, text);
    }
}

#[test]
fn what_is_no_toml_is_refused() {
    let errors = format("a.toml", "a = [1,\nb = 2\n").unwrap_err();
    assert_eq!(errors[0].code, crate::Code::Syntax);
    assert_eq!(format("a.toml", "a=1").unwrap(), "a = 1\n");
}

fn blank() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), Just(" ".to_owned()), Just("\t  ".to_owned())]
}

fn ending() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("\n".to_owned()),
        Just(" \r\n\n\n".to_owned()),
        "[ \t]{0,2}#[ -~é]{0,8}\n",
        "#x\n[ ]{0,3}#y[ ]{0,2}\n\n",
    ]
}

fn scalar() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("1_000".to_owned()),
        Just("-0.5e3".to_owned()),
        Just("true".to_owned()),
        Just("1979-05-27 07:32:00".to_owned()),
        Just("\"a \\\" # [ b\"".to_owned()),
        Just("'{,}= \\'".to_owned()),
        Just("\"\"\"\n x\\\"\"\"\"\"".to_owned()),
        Just("'''\n#\n'''".to_owned()),
        "\"[a-z #=,{}\\[\\]]{0,40}\"",
    ]
}

fn value() -> impl Strategy<Value = String> {
    scalar().prop_recursive(3, 24, 4, |inner| {
        let gap = prop_oneof![blank(), ending()];
        let element = (gap.clone(), inner.clone(), gap).prop_map(|(a, value, b)| format!("{a}{value}{b}"));
        let array = (prop::collection::vec(element, 0..4), any::<bool>(), prop_oneof![blank(), ending()])
            .prop_map(|(elements, comma, end)| {
                let comma = if comma && !elements.is_empty() { "," } else { "" };
                format!("[{}{comma}{end}]", elements.join(","))
            });
        let table = prop::collection::vec((blank(), inner), 0..4).prop_map(|values| {
            let entries: Vec<String> = values
                .iter()
                .enumerate()
                .map(|(at, (blank, value))| format!("{blank}k{at}{blank}.{blank}'x'={blank}{value}{blank}"))
                .collect();
            format!("{{{}}}", entries.join(","))
        });
        prop_oneof![array, table]
    })
}

fn document() -> impl Strategy<Value = String> {
    let line = (blank(), value(), ending(), 0..4_u8);
    prop::collection::vec(line, 0..8).prop_map(|lines| {
        let mut out = String::new();
        for (at, (blank, value, ending, kind)) in lines.into_iter().enumerate() {
            match kind {
                0 => out += &format!("{blank}[{blank}t{at}{blank}.{blank}u]{ending}"),
                1 => out += &format!("{blank}[[stage]]{ending}"),
                2 => out += &ending,
                _ => {}
            }
            out += &format!("{blank}key{at}{blank}={blank}{value}{ending}");
        }
        out
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_value_and_no_comment_is_lost(text in document()) {
        prop_assume!(text.parse::<toml::Table>().is_ok());
        let formatted = laid_out(&text);
        kept(&text, &formatted);
        prop_assert_eq!(laid_out(&formatted), formatted);
    }

    #[test]
    fn any_text_is_formatted_or_refused(text in "[a-c.=\\[\\]{},#\"'\n\r\t 1-3é]{0,60}") {
        if let Ok(formatted) = format("a.toml", &text) {
            kept(&text, &formatted);
        }
    }
}
