//! The functions of the language.

use super::Checker;
use crate::code::{Any, Bool, Num, Time, TimeSource, Txt};
use crate::date::days;
use crate::fault::{Fault, FaultKind};
use crate::pattern;
use crate::row::Moment;
use crate::suggest::{listed, nearest, short};
use crate::tree::{Call, Kind, Node, Text};
use crate::types::Type;
use std::ops::RangeInclusive;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Function {
    Len,
    Count,
    Matches,
    Contains,
    StartsWith,
    EndsWith,
    Lower,
    Abs,
    Date,
}

/// Name, arguments, and how it is written.
const FUNCTIONS: &[(&str, Function, RangeInclusive<usize>, &str)] = &[
    ("len", Function::Len, 1..=1, "len(text)"),
    ("count", Function::Count, 1..=2, "count(layer, 'LABEL')"),
    ("matches", Function::Matches, 2..=2, "matches(text, 'pattern')"),
    ("contains", Function::Contains, 2..=2, "contains(text, 'part')"),
    ("starts_with", Function::StartsWith, 2..=2, "starts_with(text, 'part')"),
    ("ends_with", Function::EndsWith, 2..=2, "ends_with(text, 'part')"),
    ("lower", Function::Lower, 1..=1, "lower(text)"),
    ("abs", Function::Abs, 1..=1, "abs(number)"),
    ("date", Function::Date, 1..=1, "date('2025-09-24')"),
];

pub(super) fn is_function(name: &str) -> bool {
    FUNCTIONS.iter().any(|(known, ..)| *known == name)
}

impl Checker<'_> {
    pub(super) fn call(&mut self, call: &Call, node: &Node) -> Option<Any> {
        let known = FUNCTIONS.iter().find(|(name, ..)| *name == call.function);
        let Some((name, function, arity, written)) = known else {
            call.arguments.iter().for_each(|argument| {
                self.any(argument);
            });
            return self.fail(unknown(call));
        };
        let given = call.arguments.len();
        if !arity.contains(&given) {
            let wanted = match (arity.start(), arity.end()) {
                (1, 1) => "1 argument".to_owned(),
                (one, other) if one == other => format!("{one} arguments"),
                (one, other) => format!("{one} or {other} arguments"),
            };
            let fault =
                Fault::new(FaultKind::Type, &node.span, format!("`{name}` takes {wanted}, not {given}"));
            return self.fail(fault.help(format!("it is written `{written}`")));
        }
        let (first, second) = (call.arguments.first()?, call.arguments.get(1));
        let by = format!("`{name}`");
        match function {
            Function::Len => self.len(first),
            Function::Count => self.count(first, second),
            Function::Matches => self.matches(first, second?),
            Function::Lower => Some(Any::Text(Txt::Lower(Box::new(self.text(first, &by)?)))),
            Function::Abs => Some(Any::Number(Num::Abs(Box::new(self.number(first, &by)?)))),
            Function::Date => self.date(first),
            Function::Contains => self.part(first, second?, &by, Bool::Contains),
            Function::StartsWith => self.part(first, second?, &by, Bool::StartsWith),
            Function::EndsWith => self.part(first, second?, &by, Bool::EndsWith),
        }
    }

    fn part(&mut self, text: &Node, part: &Node, by: &str, make: fn(Txt, Txt) -> Bool) -> Option<Any> {
        let (text, part) = (self.text(text, by), self.text(part, by));
        Some(Any::Bool(make(text?, part?)))
    }

    fn len(&mut self, of: &Node) -> Option<Any> {
        match self.any(of)? {
            Any::Text(text) => Some(Any::Number(Num::Length(Box::new(text)))),
            Any::Whole { name, ty: Type::List(_) | Type::Layer { .. } | Type::Map } => {
                Some(Any::Number(Num::Count { name, label: None }))
            }
            other => {
                let what = other.described();
                self.wrong_type(of, &format!("`len` takes a text, a list, a layer or a map, not {what}"))
            }
        }
    }

    fn count(&mut self, layer: &Node, label: Option<&Node>) -> Option<Any> {
        let counted = self.any(layer);
        let label = match label {
            None => Some(None),
            Some(node) => self.literal(node, "the label").map(|text| Some(text.value.clone())),
        };
        let (counted, label) = (counted?, label?);
        let Any::Whole { name, ty: Type::Layer { label: has_label } } = counted else {
            let message = format!("`count` takes a layer, not {}", counted.described());
            let fault = Fault::new(FaultKind::Type, &layer.span, message);
            let countable =
                matches!(counted, Any::Text(_) | Any::Whole { ty: Type::List(_) | Type::Map, .. });
            return self.fail(if countable { fault.label("write `len`") } else { fault });
        };
        if label.is_some() && !has_label {
            return self.wrong_type(layer, "this layer has no labels");
        }
        Some(Any::Number(Num::Count { name, label }))
    }

    fn matches(&mut self, text: &Node, pattern: &Node) -> Option<Any> {
        let text = self.text(text, "`matches`");
        let literal = self.literal(pattern, "the pattern")?;
        match pattern::compile(literal, &pattern.span) {
            Ok(compiled) => Some(Any::Bool(Bool::Matches(text?, compiled))),
            Err(fault) => self.fail(fault),
        }
    }

    fn date(&mut self, day: &Node) -> Option<Any> {
        let literal = self.literal(day, "the day")?;
        let Some(count) = days(&literal.value) else {
            let message = format!("`{}` is no day", short(&literal.value));
            let fault = Fault::new(FaultKind::Type, &day.span, message);
            return self.fail(fault.help("a day is written `date('2025-09-24')`: year, month, day"));
        };
        Some(Any::Time(Time { has_clock: false, source: TimeSource::Constant(Moment::Day(count)) }))
    }

    /// An argument that must be a text between quotes.
    fn literal<'t>(&mut self, node: &'t Node, what: &str) -> Option<&'t Text> {
        match &node.kind {
            Kind::Text(text) => Some(text),
            _ => self.wrong_type(node, &format!("{what} must be a text between quotes")),
        }
    }
}

fn unknown(call: &Call) -> Fault {
    let name = &call.function;
    let message = format!("unknown function `{}`", short(name));
    let fault = Fault::new(FaultKind::UnknownFunction, &call.function_span.0, message);
    let names = || FUNCTIONS.iter().map(|(name, ..)| *name);
    match name.as_str() {
        "length" | "size" => return fault.label("did you mean `len`?"),
        "match" | "regex" => return fault.label("did you mean `matches`?"),
        "is_null" | "isnull" => return fault.label("write `== null`"),
        _ => {}
    }
    match nearest(name, names()) {
        Some(meant) => fault.label(format!("did you mean `{meant}`?")),
        None => fault.help(format!("functions are {}", listed(names()))),
    }
}
