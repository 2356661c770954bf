//! An expression as it was written.

use crate::number::Number;
use std::ops::Range;

/// A parsed expression: written well, but not yet checked against names and types.
///
/// Made by [`parse`](crate::parse), used by [`check`](crate::check). Two are equal when they say the same,
/// however they were spaced and bracketed. `Display` writes the expression with the brackets that it needs;
/// what it writes parses to an equal one.
///
/// # Examples
///
/// ```
/// let one = docmill_expression::parse("not (a)  or((b+1)*2 > 3)").unwrap();
/// assert_eq!(one.to_string(), "not a or (b + 1) * 2 > 3");
/// assert_eq!(docmill_expression::parse(&one.to_string()), Ok(one));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    pub(crate) root: Node,
}

/// A part of an expression and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) span: Range<usize>,
    pub(crate) kind: Kind,
    /// The levels below it and itself: what recursion over it costs.
    pub(crate) height: usize,
}

impl Node {
    pub(crate) fn new(span: Range<usize>, kind: Kind) -> Node {
        let height = 1 + kind.parts().into_iter().map(|part| part.height).max().unwrap_or(0);
        Node { span, kind, height }
    }
}

impl PartialEq for Node {
    fn eq(&self, other: &Node) -> bool {
        self.kind == other.kind
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    Null,
    Bool(bool),
    Number(Number),
    Text(Text),
    /// The segments of a dotted name; at least one.
    Name(Vec<String>),
    /// Stands after `in` alone.
    List(Vec<Node>),
    Call(Call),
    Negate(Box<Node>),
    Not(Box<Node>),
    Arithmetic(Arithmetic, Box<Node>, Box<Node>),
    Comparison(Comparison, Box<Node>, Box<Node>),
    In {
        negated: bool,
        value: Box<Node>,
        among: Box<Node>,
    },
    /// Joined by `and`; at least two.
    All(Vec<Node>),
    /// Joined by `or`; at least two.
    Any(Vec<Node>),
    /// Stands in for what could not be read; never leaves the parser.
    Broken,
}

impl Kind {
    fn parts(&self) -> Vec<&Node> {
        match self {
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) | Kind::Name(_) | Kind::Broken => {
                Vec::new()
            }
            Kind::List(parts) | Kind::All(parts) | Kind::Any(parts) => parts.iter().collect(),
            Kind::Call(call) => call.arguments.iter().collect(),
            Kind::Negate(inner) | Kind::Not(inner) => vec![inner],
            Kind::Arithmetic(_, left, right) | Kind::Comparison(_, left, right) => vec![left, right],
            Kind::In { value, among, .. } => vec![value, among],
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Call {
    pub(crate) function: String,
    pub(crate) function_span: FunctionSpan,
    pub(crate) arguments: Vec<Node>,
}

/// Where the name of a function stands; says nothing of the expression.
#[derive(Clone, Debug)]
pub(crate) struct FunctionSpan(pub(crate) Range<usize>);

impl PartialEq for FunctionSpan {
    fn eq(&self, _: &FunctionSpan) -> bool {
        true
    }
}

/// A text between quotes.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    /// What it stands for.
    pub(crate) value: String,
    /// Where in `value` a char stands that was written with a backslash before it, ascending.
    pub(crate) escapes: Vec<usize>,
    /// Where its first quote stands in the expression.
    pub(crate) start: usize,
}

impl Text {
    /// The bytes of the expression that wrote these bytes of the value.
    pub(crate) fn written(&self, part: &Range<usize>) -> Range<usize> {
        // Each escape is two bytes long and stands for one; the quote is the one more.
        let escaped = |offset: usize| self.escapes.partition_point(|&escape| escape < offset);
        let at = |offset: usize| self.start + 1 + offset + escaped(offset);
        at(part.start)..at(part.end)
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Text) -> bool {
        self.value == other.value
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arithmetic {
    Plus,
    Minus,
    Times,
    Over,
}

impl Arithmetic {
    pub(crate) fn symbol(self) -> &'static str {
        match self {
            Arithmetic::Plus => "+",
            Arithmetic::Minus => "-",
            Arithmetic::Times => "*",
            Arithmetic::Over => "/",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
}

impl Comparison {
    pub(crate) fn symbol(self) -> &'static str {
        match self {
            Comparison::Equal => "==",
            Comparison::Unequal => "!=",
            Comparison::Less => "<",
            Comparison::AtMost => "<=",
            Comparison::More => ">",
            Comparison::AtLeast => ">=",
        }
    }

    /// Whether it asks for equality alone, not for an order.
    pub(crate) fn is_equality(self) -> bool {
        matches!(self, Comparison::Equal | Comparison::Unequal)
    }
}

/// How tightly a part holds together; a looser part within a tighter one needs brackets.
pub(crate) mod strength {
    pub(crate) const OR: u8 = 1;
    pub(crate) const AND: u8 = 2;
    pub(crate) const NOT: u8 = 3;
    pub(crate) const COMPARE: u8 = 4;
    pub(crate) const SUM: u8 = 5;
    pub(crate) const PRODUCT: u8 = 6;
    pub(crate) const SIGN: u8 = 7;
    pub(crate) const VALUE: u8 = 8;
}
