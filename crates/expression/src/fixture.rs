//! What the tests share: names, rows, drawn mistakes, made-up expressions.

use crate::number::Number;
use crate::tree::{Arithmetic, Call, Comparison, Expression, FunctionSpan, Kind, Node, Text};
use crate::{Fault, Name, NameTable, Row, Type, Value, condition};
use proptest::prelude::*;

/// The names of a document and of a run.
pub(crate) fn names() -> NameTable {
    [
        ("text", Type::Text),
        ("title", Type::Text),
        ("lang", Type::Text),
        ("paid", Type::Bool),
        ("published", Type::Date),
        ("seen", Type::Timestamp),
        ("body_start", Type::Number),
        ("dateline", Type::Other),
        ("dateline.place", Type::Text),
        ("meta", Type::Map),
        ("meta.section", Type::Text),
        ("topics", Type::List(Box::new(Type::Text))),
        ("scores", Type::List(Box::new(Type::Number))),
        ("sentences", Type::Layer { label: false }),
        ("entities", Type::Layer { label: true }),
        ("run.documents_in", Type::Number),
        ("run.documents_out", Type::Number),
        ("stage.entities.rejected", Type::Number),
        ("stage.my-stage.rejected", Type::Number),
        ("stage.a-b-c.rejected", Type::Number),
    ]
    .into_iter()
    .collect()
}

/// A row given by names and values; what is not named is missing.
pub(crate) struct Sample<'a> {
    pub(crate) read: &'a [Name],
    pub(crate) values: &'a [(&'a str, Value<'a>)],
}

impl Row for Sample<'_> {
    fn value(&self, name: usize) -> Value<'_> {
        let name = self.read[name].path().join(".");
        self.values.iter().find(|(known, _)| *known == name).map_or(Value::Missing, |(_, value)| *value)
    }

    fn count(&self, name: usize, label: Option<&str>) -> Option<u64> {
        match (self.value(name), label) {
            (Value::Present, None) => Some(5),
            (Value::Present, Some("PERSON")) => Some(2),
            (Value::Present, Some(_)) => Some(0),
            _ => None,
        }
    }

    fn holds(&self, name: usize, wanted: Value<'_>) -> bool {
        let elements = [Value::Text("sport"), Value::Whole(3)];
        self.value(name) == Value::Present && elements.iter().any(|element| element.is_same(wanted))
    }
}

/// Whether a condition holds where names have these values.
pub(crate) fn holds(source: &str, values: &[(&str, Value<'_>)]) -> bool {
    match condition(source, &names()) {
        Ok(condition) => condition.holds(&Sample { read: condition.names(), values }),
        Err(faults) => panic!("{}", draw(source, &faults)),
    }
}

/// The expression with its mistakes drawn under it.
pub(crate) fn draw(source: &str, faults: &[Fault]) -> String {
    let mut out = format!("{source}\n");
    for fault in faults {
        let before = source.get(..fault.span.start).unwrap().chars().count();
        let width = source.get(fault.span.clone()).unwrap().chars().count().max(1);
        let kind = fault.kind;
        out += &format!("{}{} {kind:?}: {}", " ".repeat(before), "^".repeat(width), fault.message);
        if !fault.label.is_empty() {
            out += &format!("; {}", fault.label);
        }
        out.push('\n');
        fault.help.iter().for_each(|help| out += &format!("  = {help}\n"));
    }
    out
}

/// Checks that the first line's mistakes are those that are drawn under it.
pub(crate) fn check_drawn(picture: &str) {
    let picture = picture.strip_prefix('\n').unwrap_or(picture);
    let source = picture.lines().next().unwrap_or_default();
    let faults = condition(source, &names()).map(drop).err().unwrap_or_default();
    assert_eq!(draw(source, &faults).trim_end(), picture.trim_end());
}

/// The parts of mistakes that must hold for any text.
pub(crate) fn assert_sound(source: &str, faults: &[Fault]) {
    assert!(!faults.is_empty() && faults.len() <= 20, "{} faults", faults.len());
    for fault in faults {
        assert!(source.get(fault.span.clone()).is_some(), "{fault:?} is not in {source:?}");
        assert!(fault.message.len() < 1000 && fault.label.len() < 1000, "{fault:?}");
        assert!(!fault.message.is_empty());
    }
}

/// Expressions of any shape, well or ill typed.
pub(crate) fn expressions() -> impl Strategy<Value = Expression> {
    let leaf = prop_oneof![
        Just(Kind::Null),
        any::<bool>().prop_map(Kind::Bool),
        any::<u64>().prop_map(|number| Kind::Number(Number::Whole(number.into()))),
        any::<f64>()
            .prop_filter("no sign", |n| n.is_sign_positive())
            .prop_filter_map("finite", |n| { Number::real(n).map(Kind::Number) }),
        any::<String>().prop_map(text),
        prop::sample::select(vec![
            "text",
            "lang",
            "run.documents_in",
            "stage.my-stage.rejected",
            "x.not",
            "é.2nd"
        ])
        .prop_map(|name| Kind::Name(name.split('.').map(str::to_owned).collect())),
    ];
    let leaf = leaf.prop_map(|kind| Node::new(0..0, kind));
    let tree = leaf.prop_recursive(6, 48, 4, |inner| {
        let pair = (inner.clone(), inner.clone()).prop_map(|(a, b)| (Box::new(a), Box::new(b)));
        let several = |least| prop::collection::vec(inner.clone(), least..4);
        prop_oneof![
            inner.clone().prop_map(|part| Kind::Not(Box::new(part))),
            inner.clone().prop_map(|part| Kind::Negate(Box::new(part))),
            several(2).prop_map(Kind::All),
            several(2).prop_map(Kind::Any),
            (arithmetic(), pair.clone()).prop_map(|(how, (a, b))| Kind::Arithmetic(how, a, b)),
            (comparison(), pair.clone()).prop_map(|(how, (a, b))| Kind::Comparison(how, a, b)),
            (any::<bool>(), pair).prop_map(|(negated, (value, among))| Kind::In { negated, value, among }),
            (any::<bool>(), inner.clone(), several(0)).prop_map(|(negated, value, parts)| {
                let among = Box::new(Node::new(0..0, Kind::List(parts)));
                Kind::In { negated, value: Box::new(value), among }
            }),
            (prop::sample::select(vec!["len", "count", "matches", "weather"]), several(0)).prop_map(
                |(function, arguments)| {
                    let function_span = FunctionSpan(0..0);
                    Kind::Call(Call { function: function.to_owned(), function_span, arguments })
                }
            ),
        ]
        .prop_map(|kind| Node::new(0..0, kind))
    });
    tree.prop_map(|root| Expression { root })
}

fn text(value: String) -> Kind {
    Kind::Text(Text { value, escapes: Vec::new(), start: 0 })
}

fn arithmetic() -> impl Strategy<Value = Arithmetic> {
    prop::sample::select(vec![Arithmetic::Plus, Arithmetic::Minus, Arithmetic::Times, Arithmetic::Over])
}

fn comparison() -> impl Strategy<Value = Comparison> {
    use Comparison::{AtLeast, AtMost, Equal, Less, More, Unequal};
    prop::sample::select(vec![Equal, Unequal, Less, AtMost, More, AtLeast])
}
