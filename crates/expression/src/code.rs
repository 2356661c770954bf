//! An expression that was checked: a tree in which every part has its type.

use crate::number::Number;
use crate::row::Moment;
use crate::tree::{Arithmetic, Comparison};
use crate::types::Type;
use regex::Regex;

/// A part of any type.
#[derive(Clone, Debug)]
pub(crate) enum Any {
    Null,
    Bool(Bool),
    Number(Num),
    Text(Txt),
    Time(Time),
    /// A name whose value is looked at by functions alone.
    Whole {
        name: usize,
        ty: Type,
    },
}

impl Any {
    /// The type in words; `None` of `null`.
    pub(crate) fn ty(&self) -> Option<Type> {
        Some(match self {
            Any::Null => return None,
            Any::Bool(_) => Type::Bool,
            Any::Number(_) => Type::Number,
            Any::Text(_) => Type::Text,
            Any::Time(Time { has_clock: false, .. }) => Type::Date,
            Any::Time(_) => Type::Timestamp,
            Any::Whole { ty, .. } => ty.clone(),
        })
    }

    /// The type with its article.
    pub(crate) fn described(&self) -> String {
        self.ty().map_or_else(|| "null".to_owned(), |ty| ty.to_string())
    }
}

#[derive(Clone, Debug)]
pub(crate) enum Bool {
    Constant(bool),
    Name(usize),
    Not(Box<Bool>),
    All(Vec<Bool>),
    Any(Vec<Bool>),
    Numbers(Comparison, Num, Num),
    Texts(Comparison, Txt, Txt),
    Times(Comparison, Time, Time),
    /// Whether two are equal, or are not.
    Bools(bool, Box<Bool>, Box<Bool>),
    IsMissing(Box<Any>),
    NumberIn(Num, Vec<Number>),
    TextIn(Txt, Vec<String>),
    TimeIn(Time, Vec<Moment>),
    /// Whether a list, given by its name, holds a value.
    Held(Box<Any>, usize),
    Matches(Txt, Regex),
    Contains(Txt, Txt),
    StartsWith(Txt, Txt),
    EndsWith(Txt, Txt),
}

#[derive(Clone, Debug)]
pub(crate) enum Num {
    Constant(Number),
    Name(usize),
    Length(Box<Txt>),
    Count { name: usize, label: Option<String> },
    Negated(Box<Num>),
    Abs(Box<Num>),
    Arithmetic(Arithmetic, Box<Num>, Box<Num>),
}

#[derive(Clone, Debug)]
pub(crate) enum Txt {
    Constant(String),
    Name(usize),
    Lower(Box<Txt>),
}

#[derive(Clone, Debug)]
pub(crate) struct Time {
    pub(crate) has_clock: bool,
    pub(crate) source: TimeSource,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum TimeSource {
    Constant(Moment),
    Name(usize),
}
