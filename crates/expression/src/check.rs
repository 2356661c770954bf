//! Checking an expression against names and types.

use crate::code::{Any, Bool, Num, Time, TimeSource, Txt};
use crate::fault::{Fault, FaultKind, MAX_FAULTS, tidy};
use crate::parse::parse;
use crate::print::written;
use crate::row::Row;
use crate::suggest::{listed, nearest, short};
use crate::tree::{Arithmetic, Expression, Kind, Node};
use crate::types::{Name, Names, Type};
use std::ops::Range;

mod compare;
mod functions;

/// Checks an expression: every name is known, types go together, patterns compile.
///
/// Regular expressions are compiled here, once.
///
/// # Errors
/// All mistakes, in the order of the text, at most twenty. Kinds: [`UnknownName`](FaultKind::UnknownName),
/// [`UnknownFunction`](FaultKind::UnknownFunction), [`Type`](FaultKind::Type),
/// [`Pattern`](FaultKind::Pattern).
///
/// # Examples
///
/// ```
/// use docmill_expression::{FaultKind, NameTable, Type, check, parse};
///
/// let names: NameTable = [("text", Type::Text), ("lang", Type::Text)].into_iter().collect();
/// let faults = check(&parse("len(txt) > 600 and lang > 3").unwrap(), &names).unwrap_err();
/// assert_eq!((faults[0].kind, faults[0].span.clone()), (FaultKind::UnknownName, 4..7));
/// assert_eq!(faults[0].label, "did you mean `text`?");
/// assert_eq!(faults[1].message, "a text is compared with a number");
/// ```
pub fn check(expression: &Expression, names: &dyn Names) -> Result<Typed, Vec<Fault>> {
    let mut checker = Checker { names, read: Vec::new(), types: Vec::new(), all: None, faults: Vec::new() };
    let code = checker.any(&expression.root);
    match code {
        Some(code) if checker.faults.is_empty() => {
            let (read, span) = (checker.read, expression.root.span.clone());
            let names = read.into_iter().zip(checker.types).map(|(path, ty)| Name::new(path, ty)).collect();
            Ok(Typed { code, names, span, written: short(&expression.to_string()) })
        }
        _ => Err(tidy(checker.faults)),
    }
}

/// Reads and checks a condition: [`parse`], [`check`] and [`Typed::condition`] in one.
///
/// # Errors
/// All mistakes that the first of the three finds that finds any.
///
/// # Examples
///
/// ```
/// use docmill_expression::{NameTable, Type, condition};
///
/// let names: NameTable = [("text", Type::Text)].into_iter().collect();
/// assert!(condition("len(text) > 600", &names).is_ok());
/// let faults = condition("len(text)", &names).unwrap_err();
/// assert_eq!(faults[0].message, "`len(text)` is a number, not a condition");
/// ```
pub fn condition(source: &str, names: &dyn Names) -> Result<Condition, Vec<Fault>> {
    check(&parse(source)?, names)?.condition().map_err(|fault| vec![fault])
}

/// An expression in which every part has its type.
///
/// A clone shares the compiled patterns.
#[derive(Clone, Debug)]
pub struct Typed {
    code: Any,
    names: Vec<Name>,
    span: Range<usize>,
    written: String,
}

impl Typed {
    /// The names that it reads, each once, in the order in which they stand in it.
    ///
    /// # Examples
    ///
    /// ```
    /// use docmill_expression::{NameTable, Type, check, parse};
    ///
    /// let names: NameTable = [("a", Type::Number), ("b", Type::Number)].into_iter().collect();
    /// let typed = check(&parse("b + a * b").unwrap(), &names).unwrap();
    /// assert_eq!(typed.names().iter().map(ToString::to_string).collect::<Vec<_>>(), ["b", "a"]);
    /// assert_eq!(typed.ty(), Some(Type::Number));
    /// ```
    #[must_use]
    pub fn names(&self) -> &[Name] {
        &self.names
    }

    /// What it gives; `None` for `null` alone.
    #[must_use]
    pub fn ty(&self) -> Option<Type> {
        self.code.ty()
    }

    /// The same as a condition.
    ///
    /// # Errors
    /// [`Type`](FaultKind::Type) when it is no condition but a number, a text and so on.
    ///
    /// # Examples
    ///
    /// ```
    /// use docmill_expression::{NameTable, check, parse};
    ///
    /// let names = NameTable::new();
    /// assert!(check(&parse("1 < 2").unwrap(), &names).unwrap().condition().is_ok());
    /// assert!(check(&parse("1 + 2").unwrap(), &names).unwrap().condition().is_err());
    /// ```
    pub fn condition(self) -> Result<Condition, Fault> {
        match self.code {
            Any::Bool(code) => Ok(Condition { code, names: self.names }),
            other => {
                let written = &self.written;
                let message = match other {
                    Any::Null => "null never holds".to_owned(),
                    _ => format!("`{written}` is {}, not a condition", other.described()),
                };
                let fault = Fault::new(FaultKind::Type, &self.span, message);
                Err(asking(fault, &other, written))
            }
        }
    }
}

/// An expression that holds or does not: what `when` and `assert` take.
///
/// A clone shares the compiled patterns; give each thread a clone of its own, so that they do not wait for
/// each other's scratch memory.
///
/// # Examples
///
/// ```
/// use docmill_expression::{Condition, NameTable, Type, condition};
///
/// /// The columns that a stage needs for its `when`.
/// fn reads(when: &Condition) -> Vec<&str> {
///     when.names().iter().map(|name| name.path()[0].as_str()).collect()
/// }
///
/// let names: NameTable =
///     [("text", Type::Text), ("entities", Type::Layer { label: true })].into_iter().collect();
/// let when = condition("count(entities, 'PERSON') > 2 and len(text) > 600", &names).unwrap();
/// assert_eq!(reads(&when), ["entities", "text"]);
/// ```
#[derive(Clone, Debug)]
pub struct Condition {
    code: Bool,
    names: Vec<Name>,
}

impl Condition {
    /// The names that it reads, each once, in the order in which they stand in it.
    #[must_use]
    pub fn names(&self) -> &[Name] {
        &self.names
    }

    /// Whether it holds for a row; where it is missing, it does not.
    ///
    /// Nothing is allocated, but by `lower` for a text that is not small already. Time grows with the
    /// expression times the texts that it looks at.
    ///
    /// # Examples
    ///
    /// See [`Row`].
    #[must_use]
    pub fn holds<R: Row + ?Sized>(&self, row: &R) -> bool {
        self.code.holds(row)
    }
}

struct Checker<'n> {
    names: &'n dyn Names,
    read: Vec<Vec<String>>,
    types: Vec<Type>,
    all: Option<Vec<String>>,
    faults: Vec<Fault>,
}

impl Checker<'_> {
    fn fail<T>(&mut self, fault: Fault) -> Option<T> {
        self.faults.push(fault);
        None
    }

    /// Checks a part; `None` when a mistake in it was told.
    fn any(&mut self, node: &Node) -> Option<Any> {
        match &node.kind {
            Kind::Null => Some(Any::Null),
            Kind::Bool(value) => Some(Any::Bool(Bool::Constant(*value))),
            Kind::Number(number) => Some(Any::Number(Num::Constant(*number))),
            Kind::Text(text) => Some(Any::Text(Txt::Constant(text.value.clone()))),
            Kind::Name(path) => self.name(path, node),
            Kind::Call(call) => self.call(call, node),
            Kind::Negate(inner) => {
                let number = self.number(inner, "`-`")?;
                Some(Any::Number(Num::Negated(Box::new(number))))
            }
            Kind::Not(inner) => {
                let inner = self.bool(inner, "`not`")?;
                Some(Any::Bool(Bool::Not(Box::new(inner))))
            }
            Kind::Arithmetic(operator, left, right) => self.arithmetic(*operator, left, right, node),
            Kind::Comparison(operator, left, right) => {
                self.comparison(*operator, left, right, node).map(Any::Bool)
            }
            Kind::In { negated, value, among } => {
                let test = self.within(value, among, node)?;
                Some(Any::Bool(if *negated { Bool::Not(Box::new(test)) } else { test }))
            }
            Kind::All(parts) => self.bools(parts, "`and`").map(|parts| Any::Bool(Bool::All(parts))),
            Kind::Any(parts) => self.bools(parts, "`or`").map(|parts| Any::Bool(Bool::Any(parts))),
            // Neither leaves the parser without a fault of its own.
            Kind::List(_) | Kind::Broken => None,
        }
    }

    /// Checks all parts, so that the mistakes of each are told.
    fn bools(&mut self, parts: &[Node], by: &str) -> Option<Vec<Bool>> {
        let checked: Vec<Option<Bool>> = parts.iter().map(|part| self.bool(part, by)).collect();
        checked.into_iter().collect()
    }

    fn bool(&mut self, node: &Node, by: &str) -> Option<Bool> {
        match self.any(node)? {
            Any::Bool(code) => Some(code),
            other => {
                let message = format!("{by} takes conditions, not {}", other.described());
                let fault = Fault::new(FaultKind::Type, &node.span, message);
                let written = short(&Expression { root: node.clone() }.to_string());
                self.fail(asking(fault, &other, &written))
            }
        }
    }

    fn number(&mut self, node: &Node, by: &str) -> Option<Num> {
        match self.any(node)? {
            Any::Number(code) => Some(code),
            other => self.wrong_type(node, &format!("{by} takes numbers, not {}", other.described())),
        }
    }

    fn text(&mut self, node: &Node, by: &str) -> Option<Txt> {
        match self.any(node)? {
            Any::Text(code) => Some(code),
            other => self.wrong_type(node, &format!("{by} takes a text, not {}", other.described())),
        }
    }

    fn wrong_type<T>(&mut self, node: &Node, message: &str) -> Option<T> {
        self.fail(Fault::new(FaultKind::Type, &node.span, message))
    }

    fn arithmetic(&mut self, operator: Arithmetic, left: &Node, right: &Node, node: &Node) -> Option<Any> {
        let before = self.faults.len();
        let by = format!("`{}`", operator.symbol());
        let (left, right) = (self.number(left, &by), self.number(right, &by));
        if operator == Arithmetic::Minus
            && let Some(fault) = self.hyphen(node, before)
        {
            self.faults.truncate(before);
            return self.fail(fault);
        }
        Some(Any::Number(Num::Arithmetic(operator, Box::new(left?), Box::new(right?))))
    }

    /// What is wrong when a name with a hyphen was read as a subtraction of names that are unknown; they
    /// are the mistakes from `before` on.
    fn hyphen(&mut self, node: &Node, before: usize) -> Option<Fault> {
        let made = self.faults.get(before..)?;
        let is_unknown = |fault: &Fault| fault.kind == FaultKind::UnknownName;
        if made.is_empty() || !made.iter().all(is_unknown) || self.faults.len() > MAX_FAULTS {
            return None;
        }
        let path = joined_by_hyphens(node)?;
        let name = path.join(".");
        let meant = match (self.type_of(&path), written(&path)) {
            (Some(_), Some(quoted)) => quoted,
            _ => nearest(&name, self.all().iter().map(String::as_str))?.to_owned(),
        };
        let message = format!("unknown name `{}`", short(&name));
        let fault = Fault::new(FaultKind::UnknownName, &node.span, message);
        let fault = fault.label(format!("did you mean `{meant}`?"));
        Some(fault.help("a hyphen is a minus; a name that has one is quoted after the dot"))
    }

    fn type_of(&self, path: &[String]) -> Option<Type> {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        self.names.ty(&path)
    }

    fn all(&mut self) -> &[String] {
        let names = self.names;
        self.all.get_or_insert_with(|| names.all())
    }

    fn name(&mut self, path: &[String], node: &Node) -> Option<Any> {
        let known = self.read.iter().position(|read| read == path);
        let name = known.unwrap_or(self.read.len());
        if known.is_none() {
            let Some(ty) = self.type_of(path) else { return self.unknown(path, node) };
            self.read.push(path.to_vec());
            self.types.push(ty);
        }
        let time = |has_clock| Any::Time(Time { has_clock, source: TimeSource::Name(name) });
        Some(match self.types.get(name)? {
            Type::Bool => Any::Bool(Bool::Name(name)),
            Type::Number => Any::Number(Num::Name(name)),
            Type::Text => Any::Text(Txt::Name(name)),
            Type::Date => time(false),
            Type::Timestamp => time(true),
            other => Any::Whole { name, ty: other.clone() },
        })
    }

    fn unknown(&mut self, path: &[String], node: &Node) -> Option<Any> {
        let name = written(path).unwrap_or_else(|| path.join("."));
        let message = format!("unknown name `{}`", short(&name));
        let fault = Fault::new(FaultKind::UnknownName, &node.span, message);
        // Of more mistakes than are told none needs a suggestion, which costs a look at every known name.
        if self.faults.len() >= MAX_FAULTS {
            return self.fail(fault);
        }
        if functions::is_function(&name) {
            return self.fail(fault.label(format!("a function: `{name}(…)`")));
        }
        let all = self.all();
        let constants = ["true", "false", "null"];
        let known = all.iter().map(String::as_str).chain(constants);
        let fault = match (name.as_str(), nearest(&name, known)) {
            ("None" | "nil" | "undefined" | "missing", _) => fault.label("write `null`"),
            (_, Some(meant)) => fault.label(format!("did you mean `{meant}`?")),
            _ => {
                let start = path.first().map(|first| format!("{first}."));
                let related = |name: &&str| start.as_ref().is_some_and(|start| name.starts_with(start));
                let names: Vec<&str> = all.iter().map(String::as_str).collect();
                let near: Vec<&str> = names.iter().copied().filter(related).collect();
                match (near.is_empty(), names.is_empty()) {
                    (false, _) => fault.help(format!("known are {}", listed(near))),
                    (true, false) => fault.help(format!("known are {}", listed(names))),
                    (true, true) => fault,
                }
            }
        };
        self.fail(fault)
    }
}

/// Adds how to make a condition of what is none.
fn asking(fault: Fault, part: &Any, written: &str) -> Fault {
    match part {
        Any::Number(_) => fault.help(format!("compare it: `{written} > 0`")),
        Any::Whole { ty: Type::List(_) | Type::Layer { .. } | Type::Map, .. } => {
            fault.help(format!("ask for elements: `len({written}) > 0`"))
        }
        Any::Text(_) | Any::Time(_) | Any::Whole { .. } => {
            fault.help(format!("ask whether it is there: `{written} != null`"))
        }
        Any::Null | Any::Bool(_) => fault,
    }
}

/// The name that a chain of names with hyphens between them, and nothing else, would be.
fn joined_by_hyphens(node: &Node) -> Option<Vec<String>> {
    match &node.kind {
        Kind::Name(path) => Some(path.clone()),
        Kind::Arithmetic(Arithmetic::Minus, left, right) if right.span.start == left.span.end + 1 => {
            let Kind::Name(right) = &right.kind else { return None };
            let mut path = joined_by_hyphens(left)?;
            let (first, rest) = right.split_first()?;
            let last = path.last_mut()?;
            last.push('-');
            last.push_str(first);
            path.extend_from_slice(rest);
            Some(path)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
