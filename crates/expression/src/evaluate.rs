//! What a checked expression says of a row.

use crate::code::{Any, Bool, Num, Time, TimeSource, Txt};
use crate::number::Number;
use crate::row::{Moment, Row, Value};
use crate::tree::{Arithmetic, Comparison};
use std::borrow::Cow;
use std::cmp::Ordering;

impl Bool {
    /// Whether the condition holds; one that is missing does not.
    pub(crate) fn holds<R: Row + ?Sized>(&self, row: &R) -> bool {
        match self {
            Bool::Constant(value) => *value,
            Bool::Name(_) => self.value(row) == Some(true),
            Bool::Not(inner) => !inner.holds(row),
            Bool::All(parts) => parts.iter().all(|part| part.holds(row)),
            Bool::Any(parts) => parts.iter().any(|part| part.holds(row)),
            Bool::Numbers(how, left, right) => {
                compared(*how, left.value(row).as_ref(), right.value(row).as_ref(), |a, b| a.compare(*b))
            }
            Bool::Texts(how, left, right) => {
                compared(*how, left.value(row).as_ref(), right.value(row).as_ref(), |a, b| {
                    a.as_ref().cmp(b.as_ref())
                })
            }
            Bool::Times(how, left, right) => {
                compared(*how, left.value(row).as_ref(), right.value(row).as_ref(), |a, b| a.compare(*b))
            }
            Bool::Bools(equal, left, right) => (left.value(row) == right.value(row)) == *equal,
            Bool::IsMissing(part) => part.is_missing(row),
            Bool::NumberIn(number, among) => number
                .value(row)
                .is_some_and(|number| among.binary_search_by(|other| other.compare(number)).is_ok()),
            Bool::TextIn(text, among) => text.value(row).is_some_and(|text| {
                among.binary_search_by(|other| other.as_str().cmp(text.as_ref())).is_ok()
            }),
            Bool::TimeIn(time, among) => time
                .value(row)
                .is_some_and(|time| among.binary_search_by(|other| other.compare(time)).is_ok()),
            Bool::Held(wanted, list) => is_held(wanted, *list, row),
            Bool::Matches(text, pattern) => text.value(row).is_some_and(|text| pattern.is_match(&text)),
            Bool::Contains(text, part) => both(text, part, row, |text, part| text.contains(part)),
            Bool::StartsWith(text, part) => both(text, part, row, |text, part| text.starts_with(part)),
            Bool::EndsWith(text, part) => both(text, part, row, |text, part| text.ends_with(part)),
        }
    }

    /// Only a name can be missing; every other condition holds or does not.
    fn value<R: Row + ?Sized>(&self, row: &R) -> Option<bool> {
        match self {
            Bool::Name(name) => match row.value(*name) {
                Value::Bool(value) => Some(value),
                _ => None,
            },
            other => Some(other.holds(row)),
        }
    }
}

/// Missing equals missing alone, and stands in no order to anything.
fn compared<T>(
    how: Comparison,
    left: Option<&T>,
    right: Option<&T>,
    compare: impl Fn(&T, &T) -> Ordering,
) -> bool {
    let order = match (left, right) {
        (Some(left), Some(right)) => Some(compare(left, right)),
        (None, None) if how.is_equality() => Some(Ordering::Equal),
        _ => None,
    };
    match how {
        Comparison::Equal => order == Some(Ordering::Equal),
        Comparison::Unequal => order != Some(Ordering::Equal),
        Comparison::Less => order == Some(Ordering::Less),
        Comparison::More => order == Some(Ordering::Greater),
        Comparison::AtMost => order.is_some_and(Ordering::is_le),
        Comparison::AtLeast => order.is_some_and(Ordering::is_ge),
    }
}

fn both<R: Row + ?Sized>(text: &Txt, part: &Txt, row: &R, holds: impl Fn(&str, &str) -> bool) -> bool {
    text.value(row).is_some_and(|text| part.value(row).is_some_and(|part| holds(&text, &part)))
}

fn is_held<R: Row + ?Sized>(wanted: &Any, list: usize, row: &R) -> bool {
    let held = |wanted: Value<'_>| row.holds(list, wanted);
    match wanted {
        Any::Null | Any::Whole { .. } => false,
        Any::Bool(value) => value.value(row).is_some_and(|value| held(Value::Bool(value))),
        Any::Number(number) => number.value(row).is_some_and(|number| match number {
            Number::Whole(whole) => held(Value::Whole(whole)),
            Number::Real(real) => held(Value::Real(real)),
        }),
        Any::Text(text) => text.value(row).is_some_and(|text| held(Value::Text(&text))),
        Any::Time(time) => time.value(row).is_some_and(|time| match time {
            Moment::Day(day) => held(Value::Date(day)),
            Moment::Nanos(nanos) => held(Value::Timestamp(nanos)),
        }),
    }
}

impl Any {
    fn is_missing<R: Row + ?Sized>(&self, row: &R) -> bool {
        match self {
            Any::Null => true,
            Any::Bool(value) => value.value(row).is_none(),
            Any::Number(number) => number.value(row).is_none(),
            Any::Text(text) => text.is_missing(row),
            Any::Time(time) => time.value(row).is_none(),
            Any::Whole { name, .. } => row.value(*name) == Value::Missing,
        }
    }
}

impl Num {
    fn value<R: Row + ?Sized>(&self, row: &R) -> Option<Number> {
        match self {
            Num::Constant(number) => Some(*number),
            Num::Name(name) => row.value(*name).number(),
            Num::Length(text) => Some(Number::Whole(text.value(row)?.chars().count() as i128)),
            Num::Count { name, label } => {
                Some(Number::Whole(i128::from(row.count(*name, label.as_deref())?)))
            }
            Num::Negated(inner) => Some(inner.value(row)?.negated()),
            Num::Abs(inner) => Some(inner.value(row)?.abs()),
            Num::Arithmetic(operator, left, right) => {
                let (left, right) = (left.value(row)?, right.value(row)?);
                match operator {
                    Arithmetic::Plus => left.plus(right),
                    Arithmetic::Minus => left.minus(right),
                    Arithmetic::Times => left.times(right),
                    Arithmetic::Over => left.over(right),
                }
            }
        }
    }
}

impl Txt {
    fn value<'a, R: Row + ?Sized>(&'a self, row: &'a R) -> Option<Cow<'a, str>> {
        match self {
            Txt::Constant(text) => Some(Cow::Borrowed(text)),
            Txt::Name(name) => match row.value(*name) {
                Value::Text(text) => Some(Cow::Borrowed(text)),
                _ => None,
            },
            Txt::Lower(inner) => inner.value(row).map(lower),
        }
    }

    fn is_missing<R: Row + ?Sized>(&self, row: &R) -> bool {
        match self {
            Txt::Constant(_) => false,
            Txt::Name(name) => !matches!(row.value(*name), Value::Text(_)),
            Txt::Lower(inner) => inner.is_missing(row),
        }
    }
}

fn lower(text: Cow<'_, str>) -> Cow<'_, str> {
    // The usual label or language is plain and small already: nothing to write anew.
    if text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        return text;
    }
    Cow::Owned(text.to_lowercase())
}

impl Time {
    fn value<R: Row + ?Sized>(&self, row: &R) -> Option<Moment> {
        match self.source {
            TimeSource::Constant(moment) => Some(moment),
            TimeSource::Name(name) => row.value(name).moment(),
        }
    }
}

#[cfg(test)]
mod tests;
