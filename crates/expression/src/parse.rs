//! Reading an expression.

use crate::fault::{Fault, FaultKind, tidy};
use crate::lex::{self, Lexeme, Token};
use crate::suggest::short;
use crate::tree::{Arithmetic, Call, Expression, FunctionSpan, Kind, Node, strength};
use std::ops::Range;

/// The longest expression that is read, in bytes.
pub const MAX_BYTES: usize = 64 * 1024;

/// How deep brackets, calls, `not` and minus signs may be nested.
pub const MAX_NESTING: usize = 64;

/// How high the tree of an expression may grow: `1 + 1 + … + 1` may have so many terms. `and`, `or` and
/// lists may be as long as the expression.
pub const MAX_HEIGHT: usize = 256;

/// Reads an expression.
///
/// Time and memory grow with the length of the text, the depth of the call stack is bounded. White space
/// between words and signs is free.
///
/// # Errors
/// All mistakes that were found, in the order of the text, at least one and at most twenty; an empty
/// text is one too. Kinds: [`Syntax`](FaultKind::Syntax), [`TooLong`](FaultKind::TooLong),
/// [`TooDeep`](FaultKind::TooDeep).
///
/// # Examples
///
/// ```
/// use docmill_expression::parse;
///
/// assert!(parse("len(text) > 600 and lang == 'en'").is_ok());
/// let faults = parse("1 < len(title) < 80").unwrap_err();
/// assert_eq!(faults[0].message, "comparisons cannot be chained");
/// assert_eq!(faults[0].help, ["write `1 < len(title) and len(title) < 80`"]);
/// ```
pub fn parse(source: &str) -> Result<Expression, Vec<Fault>> {
    if source.len() > MAX_BYTES {
        let span = source.floor_char_boundary(MAX_BYTES)..source.len();
        let message = format!("the expression has {} bytes, more than {MAX_BYTES}", source.len());
        return Err(vec![Fault::new(FaultKind::TooLong, &span, message)]);
    }
    let lexed = lex::lex(source);
    if !lexed.usable {
        return Err(tidy(lexed.faults));
    }
    let (tokens, faults) = (lexed.tokens, lexed.faults);
    let mut parser = Parser { source, tokens, at: 0, nesting: 0, faults };
    let root = parser.whole();
    if parser.faults.is_empty() { Ok(Expression { root }) } else { Err(tidy(parser.faults)) }
}

struct Parser<'s> {
    source: &'s str,
    tokens: Vec<Token>,
    at: usize,
    nesting: usize,
    faults: Vec<Fault>,
}

impl<'s> Parser<'s> {
    fn whole(&mut self) -> Node {
        if *self.peek() == Lexeme::End {
            let fault = Fault::new(FaultKind::Syntax, &self.span(), "the expression is empty");
            self.faults.push(fault.help("write a condition such as `len(text) > 600`"));
        }
        let root = self.expression(strength::OR);
        while *self.peek() != Lexeme::End {
            self.expected_operator();
            // What follows the next `and` or `or` is read too, for the mistakes in it.
            while !matches!(self.peek(), Lexeme::And | Lexeme::Or | Lexeme::End) {
                self.at += 1;
            }
            if *self.peek() != Lexeme::End {
                self.at += 1;
                self.expression(strength::OR);
            }
        }
        root
    }

    fn peek(&self) -> &Lexeme {
        self.tokens.get(self.at).map_or(&Lexeme::End, |token| &token.kind)
    }

    fn after(&self, ahead: usize) -> &Lexeme {
        self.tokens.get(self.at + ahead).map_or(&Lexeme::End, |token| &token.kind)
    }

    fn span(&self) -> Range<usize> {
        self.tokens.get(self.at).map_or(self.source.len()..self.source.len(), |token| token.span.clone())
    }

    fn text(&self, span: &Range<usize>) -> &'s str {
        self.source.get(span.clone()).unwrap_or_default()
    }

    /// Moves on if the token is this one.
    fn take(&mut self, wanted: &Lexeme) -> bool {
        let found = self.peek() == wanted;
        self.at += usize::from(found);
        found
    }

    fn fail(&mut self, fault: Fault) {
        let given_up = self.at >= self.tokens.len();
        if given_up {
            return;
        }
        // A part that is missing is missed at every level that ends there.
        if self.faults.last().is_none_or(|last| last.span.start != fault.span.start) {
            self.faults.push(fault);
        }
    }

    /// Gives up: nothing after this is read, and nothing more is told.
    fn too_deep(&mut self, span: &Range<usize>, what: String) {
        if self.at >= self.tokens.len() {
            return;
        }
        self.at = self.tokens.len();
        self.faults.push(Fault::new(FaultKind::TooDeep, span, what));
    }

    fn found(&self) -> String {
        match self.peek() {
            Lexeme::End => "the end".to_owned(),
            _ => format!("`{}`", short(self.text(&self.span()))),
        }
    }

    fn node(&mut self, span: Range<usize>, kind: Kind) -> Node {
        let node = Node::new(span, kind);
        if node.height <= MAX_HEIGHT {
            return node;
        }
        self.too_deep(&node.span, format!("the expression has more than {MAX_HEIGHT} levels"));
        // The tree that was too high is taken down here, before it grows further.
        Node::new(node.span, Kind::Broken)
    }

    /// Reads all that holds together at least this tightly.
    fn expression(&mut self, least: u8) -> Node {
        let mut left = self.prefix(least);
        loop {
            left = match self.peek() {
                Lexeme::Or if least <= strength::OR => self.joined(left, &Lexeme::Or),
                Lexeme::And if least <= strength::AND => self.joined(left, &Lexeme::And),
                Lexeme::Comparison(_) | Lexeme::In if least <= strength::COMPARE => self.comparison(left),
                Lexeme::Not if least <= strength::COMPARE && *self.after(1) == Lexeme::In => {
                    self.comparison(left)
                }
                Lexeme::Plus if least <= strength::SUM => self.arithmetic(left, Arithmetic::Plus),
                Lexeme::Minus if least <= strength::SUM => self.arithmetic(left, Arithmetic::Minus),
                Lexeme::Times if least <= strength::PRODUCT => self.arithmetic(left, Arithmetic::Times),
                Lexeme::Over if least <= strength::PRODUCT => self.arithmetic(left, Arithmetic::Over),
                _ => return left,
            };
        }
    }

    fn joined(&mut self, first: Node, by: &Lexeme) -> Node {
        let least = if *by == Lexeme::Or { strength::OR } else { strength::AND };
        let start = first.span.start;
        let mut parts = vec![first];
        while self.take(by) {
            parts.push(self.expression(least + 1));
        }
        let end = parts.last().map_or(start, |part| part.span.end);
        self.node(start..end, if *by == Lexeme::Or { Kind::Any(parts) } else { Kind::All(parts) })
    }

    fn arithmetic(&mut self, left: Node, operator: Arithmetic) -> Node {
        let sum = matches!(operator, Arithmetic::Plus | Arithmetic::Minus);
        self.at += 1;
        let right = self.expression(if sum { strength::PRODUCT } else { strength::SIGN });
        let span = left.span.start..right.span.end;
        self.node(span, Kind::Arithmetic(operator, Box::new(left), Box::new(right)))
    }

    fn comparison(&mut self, left: Node) -> Node {
        let mut node = self.one_comparison(left);
        while matches!(self.peek(), Lexeme::Comparison(_) | Lexeme::In) {
            let (operator, first) = (self.span(), node.span.clone());
            let middle = match &node.kind {
                Kind::Comparison(_, _, right) | Kind::In { among: right, .. } => right.span.clone(),
                _ => first.clone(),
            };
            node = self.one_comparison(node);
            let tail = operator.start..node.span.end;
            let fault = Fault::new(FaultKind::Syntax, &operator, "comparisons cannot be chained");
            let short_enough = node.span.len() <= 120;
            let [first, middle, tail] = [first, middle, tail].map(|span| self.text(&span));
            let help = if short_enough {
                format!("write `{first} and {middle} {tail}`")
            } else {
                "join two comparisons by `and`".to_owned()
            };
            self.fail(fault.help(help));
        }
        node
    }

    fn one_comparison(&mut self, left: Node) -> Node {
        let start = left.span.start;
        let operator = self.peek().clone();
        self.at += 1;
        if let Lexeme::Comparison(operator) = operator {
            let right = self.expression(strength::SUM);
            return self
                .node(start..right.span.end, Kind::Comparison(operator, Box::new(left), Box::new(right)));
        }
        let negated = operator == Lexeme::Not;
        self.at += usize::from(negated);
        let among = if *self.peek() == Lexeme::OpenList {
            self.deeper(Self::list)
        } else {
            self.expression(strength::SUM)
        };
        let span = start..among.span.end;
        self.node(span, Kind::In { negated, value: Box::new(left), among: Box::new(among) })
    }

    /// Reads what has an operator before it or none.
    fn prefix(&mut self, least: u8) -> Node {
        self.deeper(|parser| {
            let span = parser.span();
            match parser.peek() {
                Lexeme::Not => parser.not(least),
                Lexeme::Minus => {
                    parser.at += 1;
                    let inner = parser.expression(strength::SIGN);
                    parser.node(span.start..inner.span.end, Kind::Negate(Box::new(inner)))
                }
                Lexeme::Plus => {
                    let fault = Fault::new(FaultKind::Syntax, &span, "a number has no plus sign");
                    parser.fail(fault.label("leave it out"));
                    parser.at += 1;
                    parser.expression(strength::SIGN)
                }
                Lexeme::Open => parser.brackets(),
                _ => parser.value(),
            }
        })
    }

    /// Reads what is one level down, unless that is too deep for the call stack.
    fn deeper(&mut self, read: impl FnOnce(&mut Self) -> Node) -> Node {
        if self.nesting == MAX_NESTING {
            let span = self.span();
            self.too_deep(&span, format!("the expression is nested more than {MAX_NESTING} levels deep"));
            return Node::new(span, Kind::Broken);
        }
        self.nesting += 1;
        let node = read(self);
        self.nesting -= 1;
        node
    }

    fn not(&mut self, least: u8) -> Node {
        let span = self.span();
        self.at += 1;
        let inner = self.expression(strength::NOT);
        let span = span.start..inner.span.end;
        if least > strength::NOT {
            let whole = self.text(&span);
            let fault = Fault::new(FaultKind::Syntax, &span, "`not` needs brackets here");
            self.fail(fault.label(format!("write `({})`", short(whole))));
        }
        self.node(span, Kind::Not(Box::new(inner)))
    }

    fn brackets(&mut self) -> Node {
        let open = self.span();
        self.at += 1;
        let mut inner = self.expression(strength::OR);
        self.close(&open, &Lexeme::Close);
        // The brackets belong to the place of what they hold, so that a message shows the whole of it.
        inner.span =
            open.start..self.tokens.get(self.at.wrapping_sub(1)).map_or(inner.span.end, |t| t.span.end);
        inner
    }

    /// Takes the bracket that closes; where another token stands, all up to that bracket is left out.
    fn close(&mut self, open: &Range<usize>, close: &Lexeme) {
        if self.take(close) {
            return;
        }
        if *self.peek() == Lexeme::End {
            let message = format!("this `{}` is not closed", self.text(open));
            return self.fail(Fault::new(FaultKind::Syntax, open, message));
        }
        self.expected_operator();
        let mut depth = 0_usize;
        while *self.peek() != Lexeme::End {
            match self.peek() {
                Lexeme::Open | Lexeme::OpenList => depth += 1,
                Lexeme::Close | Lexeme::CloseList if depth == 0 => {
                    self.at += 1;
                    return;
                }
                Lexeme::Close | Lexeme::CloseList => depth -= 1,
                _ => {}
            }
            self.at += 1;
        }
    }

    fn value(&mut self) -> Node {
        let span = self.span();
        let kind = match self.peek() {
            Lexeme::Null => Kind::Null,
            Lexeme::True => Kind::Bool(true),
            Lexeme::False => Kind::Bool(false),
            Lexeme::Number(number) => Kind::Number(*number),
            Lexeme::Text(text) => Kind::Text(text.clone()),
            Lexeme::Word if *self.after(1) == Lexeme::Open => return self.call(),
            Lexeme::Word => return self.name(),
            Lexeme::OpenList => {
                self.fail(Fault::new(FaultKind::Syntax, &span, "a list stands after `in` alone"));
                return self.list();
            }
            _ => return self.expected_value(),
        };
        self.at += 1;
        Node::new(span, kind)
    }

    fn name(&mut self) -> Node {
        let first = self.span();
        let (mut path, mut end) = (vec![self.text(&first).to_owned()], first.end);
        self.at += 1;
        while self.take(&Lexeme::Dot) {
            let span = self.span();
            match self.peek() {
                Lexeme::Text(text) => path.push(text.value.clone()),
                // After a dot a word of the language is a name like any other.
                _ if lex::is_name(self.text(&span)) => path.push(self.text(&span).to_owned()),
                _ => {
                    let message = format!("expected a name after the dot, found {}", self.found());
                    let fault = Fault::new(FaultKind::Syntax, &span, message);
                    self.fail(
                        fault.help("a name that is not plain is quoted: `stage.\"2nd-pass\".rejected`"),
                    );
                    break;
                }
            }
            end = span.end;
            self.at += 1;
        }
        Node::new(first.start..end, Kind::Name(path))
    }

    fn call(&mut self) -> Node {
        let function = self.span();
        self.at += 1;
        let open = self.span();
        self.at += 1;
        let arguments = self.values(&open, &Lexeme::Close);
        let end = self.tokens.get(self.at.wrapping_sub(1)).map_or(open.end, |token| token.span.end);
        let span = function.start..end;
        let call = Call {
            function: self.text(&function).to_owned(),
            function_span: FunctionSpan(function),
            arguments,
        };
        self.node(span, Kind::Call(call))
    }

    fn list(&mut self) -> Node {
        let open = self.span();
        self.at += 1;
        let parts = self.values(&open, &Lexeme::CloseList);
        let end = self.tokens.get(self.at.wrapping_sub(1)).map_or(open.end, |token| token.span.end);
        self.node(open.start..end, Kind::List(parts))
    }

    /// Values with commas between them and the bracket that closes; one comma may stand at the end.
    fn values(&mut self, open: &Range<usize>, close: &Lexeme) -> Vec<Node> {
        let mut parts = Vec::new();
        while self.peek() != close && *self.peek() != Lexeme::End {
            parts.push(self.expression(strength::OR));
            if !self.take(&Lexeme::Comma) {
                break;
            }
        }
        self.close(open, close);
        parts
    }

    fn expected_value(&mut self) -> Node {
        let span = self.span();
        let fault = Fault::new(FaultKind::Syntax, &span, format!("expected a value, found {}", self.found()));
        let fault = if *self.peek() == Lexeme::Dot { self.about_dot(fault) } else { fault };
        self.fail(fault);
        Node::new(span.start..span.start, Kind::Broken)
    }

    fn expected_operator(&mut self) {
        let (span, word) = (self.span(), self.text(&self.span()));
        let message = format!("expected an operator such as `and` or `==`, found {}", self.found());
        let fault = Fault::new(FaultKind::Syntax, &span, message);
        let fault = match word {
            ")" | "]" => Fault::new(FaultKind::Syntax, &span, format!("nothing opens this `{word}`")),
            "." => self.about_dot(fault),
            "," => {
                Fault::new(FaultKind::Syntax, &span, "a comma stands between arguments and in lists alone")
            }
            "is" => fault.label("write `== null` or `!= null`"),
            "contains" | "starts_with" | "ends_with" | "matches" => {
                fault.label(format!("write `{word}(text, '…')`"))
            }
            _ if matches!(word.to_lowercase().as_str(), "and" | "or" | "in" | "not") => {
                fault.label(format!("write `{}`", word.to_lowercase()))
            }
            _ => fault,
        };
        self.fail(fault);
    }

    /// A dot after a number: mostly a name with a hyphen and a digit.
    fn about_dot(&self, fault: Fault) -> Fault {
        let before = |back: usize| self.at.checked_sub(back).and_then(|at| self.tokens.get(at));
        let (Some(number), Some(minus), Some(word)) = (before(1), before(2), before(3)) else { return fault };
        let adjacent = minus.span.end == number.span.start && word.span.end == minus.span.start;
        if !adjacent || minus.kind != Lexeme::Minus || word.kind != Lexeme::Word {
            return fault;
        }
        let name = self.text(&(word.span.start..number.span.end));
        fault.help(format!("a hyphen is a minus; a name that has one is quoted: `.\"{}\"`", short(name)))
    }
}

#[cfg(test)]
mod tests;
