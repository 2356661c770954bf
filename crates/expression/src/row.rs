//! What an expression is evaluated over.

use crate::number::Number;

/// The value of a name, borrowed.
///
/// `From` makes one of a bool, an integer, a real number or a text; of an `Option` too.
///
/// # Examples
///
/// ```
/// use docmill_expression::Value;
///
/// assert_eq!(Value::from(3_u64), Value::Whole(3));
/// assert_eq!(Value::from(None::<f64>), Value::Missing);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// There is none: null.
    Missing,
    /// True or false.
    Bool(bool),
    /// A whole number; exact for any u64 and i64.
    Whole(i128),
    /// A real number; one that is not finite counts as missing.
    Real(f64),
    /// A text.
    Text(&'a str),
    /// Days since 1970-01-01.
    Date(i32),
    /// Nanoseconds since 1970-01-01 00:00 UTC.
    Timestamp(i128),
    /// There is one, of a type that has no values here: a list, a layer, a map, a struct.
    Present,
}

impl Value<'_> {
    /// Whether both are there and `==` of the language holds between them: numbers are compared exactly,
    /// whole with real ones too, a date with a timestamp by the day.
    ///
    /// # Examples
    ///
    /// ```
    /// use docmill_expression::Value;
    ///
    /// assert!(Value::Whole(1).is_same(Value::Real(1.0)));
    /// assert!(!Value::Missing.is_same(Value::Missing));
    /// ```
    #[must_use]
    pub fn is_same(self, other: Value<'_>) -> bool {
        match (self, other) {
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Text(a), Value::Text(b)) => a == b,
            _ => {
                self.number().is_some_and(|number| other.number() == Some(number))
                    || self.moment().is_some_and(|moment| other.moment() == Some(moment))
            }
        }
    }

    pub(crate) fn number(self) -> Option<Number> {
        match self {
            Value::Whole(whole) => Some(Number::Whole(whole)),
            Value::Real(real) => Number::real(real),
            _ => None,
        }
    }

    pub(crate) fn moment(self) -> Option<Moment> {
        match self {
            Value::Date(day) => Some(Moment::Day(day)),
            Value::Timestamp(nanos) => Some(Moment::Nanos(nanos)),
            _ => None,
        }
    }
}

const NANOS_A_DAY: i128 = 24 * 60 * 60 * 1_000_000_000;

/// A day or a point in time. Two of a kind compare as they are, otherwise by the day.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Moment {
    Day(i32),
    Nanos(i128),
}

impl Moment {
    pub(crate) fn compare(self, other: Moment) -> std::cmp::Ordering {
        let day_of = |nanos: i128| nanos.div_euclid(NANOS_A_DAY);
        match (self, other) {
            (Moment::Day(a), Moment::Day(b)) => a.cmp(&b),
            (Moment::Nanos(a), Moment::Nanos(b)) => a.cmp(&b),
            (Moment::Day(a), Moment::Nanos(b)) => i128::from(a).cmp(&day_of(b)),
            (Moment::Nanos(a), Moment::Day(b)) => day_of(a).cmp(&i128::from(b)),
        }
    }
}

impl PartialEq for Moment {
    fn eq(&self, other: &Moment) -> bool {
        self.compare(*other).is_eq()
    }
}

/// What the names of a checked expression stand for: a document, or the counts of a run.
///
/// Names are asked for by their place in [`Typed::names`](crate::Typed::names). A value of another type
/// than the name was checked with counts as missing; nothing panics.
///
/// # Examples
///
/// ```
/// use docmill_expression::{NameTable, Row, Type, Value, condition};
///
/// struct Counts(Vec<u64>);
///
/// impl Row for Counts {
///     fn value(&self, name: usize) -> Value<'_> {
///         self.0.get(name).copied().into()
///     }
/// }
///
/// let names: NameTable =
///     ["run.documents_in", "run.documents_out"].map(|name| (name, Type::Number)).into_iter().collect();
/// let gate = condition("run.documents_out >= 0.99 * run.documents_in", &names).unwrap();
/// assert_eq!(gate.names()[0].to_string(), "run.documents_out");
/// assert!(gate.holds(&Counts(vec![990, 1000])));
/// assert!(!gate.holds(&Counts(vec![989, 1000])));
/// ```
pub trait Row {
    /// The value; [`Value::Present`] for a list, layer, map or other that is there.
    fn value(&self, name: usize) -> Value<'_>;

    /// How many elements a list, a layer or a map has; with a label, how many have it as their `label`.
    /// `None` when it is missing. By default always `None`.
    fn count(&self, _name: usize, _label: Option<&str>) -> Option<u64> {
        None
    }

    /// Whether a list has an element that [is the same](Value::is_same). By default never.
    fn holds(&self, _name: usize, _wanted: Value<'_>) -> bool {
        false
    }
}

impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Value::Bool(value)
    }
}

impl From<i32> for Value<'_> {
    fn from(value: i32) -> Self {
        Value::Whole(value.into())
    }
}

impl From<i64> for Value<'_> {
    fn from(value: i64) -> Self {
        Value::Whole(value.into())
    }
}

impl From<u32> for Value<'_> {
    fn from(value: u32) -> Self {
        Value::Whole(value.into())
    }
}

impl From<u64> for Value<'_> {
    fn from(value: u64) -> Self {
        Value::Whole(value.into())
    }
}

impl From<f64> for Value<'_> {
    fn from(value: f64) -> Self {
        Value::Real(value)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(value: &'a str) -> Self {
        Value::Text(value)
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Missing, Into::into)
    }
}
