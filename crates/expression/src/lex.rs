//! Cutting an expression into tokens.

use crate::fault::{Fault, FaultKind, MAX_FAULTS};
use crate::number::Number;
use crate::suggest::short;
use crate::tree::{Comparison, Text};
use std::ops::Range;

#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) kind: Lexeme,
    pub(crate) span: Range<usize>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Lexeme {
    Number(Number),
    Text(Text),
    Word,
    And,
    Or,
    Not,
    In,
    True,
    False,
    Null,
    Comparison(Comparison),
    Plus,
    Minus,
    Times,
    Over,
    Open,
    Close,
    OpenList,
    CloseList,
    Comma,
    Dot,
    End,
}

/// What was found.
pub(crate) struct Lexed {
    /// The tokens, `End` last.
    pub(crate) tokens: Vec<Token>,
    pub(crate) faults: Vec<Fault>,
    /// Whether the tokens still say what was meant, so that parsing them makes sense.
    pub(crate) usable: bool,
}

/// The token that a word of the language is; `None` for any other word.
pub(crate) fn keyword(word: &str) -> Option<Lexeme> {
    Some(match word {
        "and" => Lexeme::And,
        "or" => Lexeme::Or,
        "not" => Lexeme::Not,
        "in" => Lexeme::In,
        "true" => Lexeme::True,
        "false" => Lexeme::False,
        "null" => Lexeme::Null,
        _ => return None,
    })
}

/// Whether a segment of a name needs no quotes.
pub(crate) fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(begins_name) && chars.all(continues_name)
}

fn begins_name(c: char) -> bool {
    c == '_' || c.is_alphabetic()
}

fn continues_name(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

pub(crate) fn lex(source: &str) -> Lexed {
    let mut lexer = Lexer { source, at: 0, tokens: Vec::new(), faults: Vec::new(), usable: true };
    while let Some(c) = lexer.peek() {
        lexer.token(c);
    }
    lexer.push(source.len(), Lexeme::End);
    Lexed { tokens: lexer.tokens, faults: lexer.faults, usable: lexer.usable }
}

struct Lexer<'s> {
    source: &'s str,
    at: usize,
    tokens: Vec<Token>,
    faults: Vec<Fault>,
    usable: bool,
}

impl<'s> Lexer<'s> {
    fn rest(&self) -> &'s str {
        self.source.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn push(&mut self, start: usize, kind: Lexeme) {
        self.tokens.push(Token { kind, span: start..self.at });
    }

    /// Moves on while the chars are such, and gives what was passed.
    fn pass(&mut self, is_such: impl Fn(char) -> bool) -> &'s str {
        let rest = self.rest();
        let length = rest.find(|c| !is_such(c)).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    fn token(&mut self, c: char) {
        let start = self.at;
        match c {
            c if c.is_whitespace() => {
                self.pass(char::is_whitespace);
            }
            c if begins_name(c) => {
                let word = self.pass(continues_name);
                self.push(start, keyword(word).unwrap_or(Lexeme::Word));
            }
            '0'..='9' => self.number(),
            '\'' | '"' => self.text(c),
            _ => self.symbol(c),
        }
    }

    fn symbol(&mut self, c: char) {
        use Lexeme::Comparison as Compare;
        let start = self.at;
        let second = self.rest().chars().nth(1);
        let (length, kind) = match (c, second) {
            ('=', Some('=')) => (2, Compare(Comparison::Equal)),
            ('!', Some('=')) => (2, Compare(Comparison::Unequal)),
            ('<', Some('=')) => (2, Compare(Comparison::AtMost)),
            ('>', Some('=')) => (2, Compare(Comparison::AtLeast)),
            ('<', Some('>')) => {
                return self.mistaken(2, Compare(Comparison::Unequal), "is no comparison", "!=");
            }
            ('=', Some('<')) => {
                return self.mistaken(2, Compare(Comparison::AtMost), "is no comparison", "<=");
            }
            ('=', Some('>')) => {
                return self.mistaken(2, Compare(Comparison::AtLeast), "is no comparison", ">=");
            }
            ('&', Some('&')) => return self.mistaken(2, Lexeme::And, "joins nothing here", "and"),
            ('|', Some('|')) => return self.mistaken(2, Lexeme::Or, "joins nothing here", "or"),
            ('&', _) => return self.mistaken(1, Lexeme::And, "joins nothing here", "and"),
            ('|', _) => return self.mistaken(1, Lexeme::Or, "joins nothing here", "or"),
            ('!', _) => return self.mistaken(1, Lexeme::Not, "negates nothing here", "not"),
            ('=', _) => return self.mistaken(1, Compare(Comparison::Equal), "is no comparison", "=="),
            ('<', _) => (1, Compare(Comparison::Less)),
            ('>', _) => (1, Compare(Comparison::More)),
            ('+', _) => (1, Lexeme::Plus),
            ('-', _) => (1, Lexeme::Minus),
            ('*', _) => (1, Lexeme::Times),
            ('/', _) => (1, Lexeme::Over),
            ('(', _) => (1, Lexeme::Open),
            (')', _) => (1, Lexeme::Close),
            ('[', _) => (1, Lexeme::OpenList),
            (']', _) => (1, Lexeme::CloseList),
            (',', _) => (1, Lexeme::Comma),
            ('.', _) => (1, Lexeme::Dot),
            _ => return self.unknown(c),
        };
        self.at += length;
        self.push(start, kind);
    }

    /// A symbol of another language: it is told, and read as what was meant.
    fn mistaken(&mut self, length: usize, meant: Lexeme, what: &str, write: &str) {
        let span = self.at..self.at + length;
        let symbol = self.source.get(span.clone()).unwrap_or_default();
        // They come in the order of the text: those past the limit would not be told anyway.
        if self.faults.len() < MAX_FAULTS {
            let fault = Fault::new(FaultKind::Syntax, &span, format!("`{symbol}` {what}"));
            self.faults.push(fault.label(format!("write `{write}`")));
        }
        self.at = span.end;
        self.push(span.start, meant);
    }

    fn unknown(&mut self, c: char) {
        let span = self.at..self.at + c.len_utf8();
        self.at = span.end;
        let shown = c.escape_debug();
        let fault = Fault::new(FaultKind::Syntax, &span, format!("`{shown}` is not part of the language"));
        self.fail(match c {
            '‘' | '’' | '‚' | '“' | '”' | '„' | '«' | '»' | '`' => {
                fault.label("write a straight quote: `'` or `\"`")
            }
            '≤' => fault.label("write `<=`"),
            '≥' => fault.label("write `>=`"),
            '≠' => fault.label("write `!=`"),
            '−' | '–' => fault.label("write `-`"),
            '×' => fault.label("write `*`"),
            _ => fault,
        });
    }

    /// Tells a mistake that leaves the meaning open.
    fn fail(&mut self, fault: Fault) {
        self.usable = false;
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(fault);
        }
    }

    fn number(&mut self) {
        let start = self.at;
        let digit = |c: char| c.is_ascii_digit() || c == '_';
        self.pass(digit);
        let mut is_real = false;
        if self.rest().strip_prefix('.').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) {
            is_real = true;
            self.at += 1;
            self.pass(digit);
        }
        let exponent = self.rest().strip_prefix(['e', 'E']);
        let unsigned = exponent.map(|rest| rest.strip_prefix(['+', '-']).unwrap_or(rest));
        if let Some(rest) = unsigned
            && rest.starts_with(|c: char| c.is_ascii_digit())
        {
            is_real = true;
            self.at = self.source.len() - rest.len();
            self.pass(digit);
        }
        let written = self.source.get(start..self.at).unwrap_or_default();
        let tail = self.pass(continues_name);
        let span = start..self.at;
        if !tail.is_empty() {
            let whole = short(self.source.get(span.clone()).unwrap_or_default());
            let fault =
                Fault::new(FaultKind::Syntax, &span, format!("`{whole}` is neither a number nor a name"));
            let in_name = self.tokens.last().is_some_and(|token| token.kind == Lexeme::Dot);
            return self.fail(if in_name {
                fault.label(format!("write `\"{whole}\"`: a segment that begins with a digit is quoted"))
            } else {
                fault.help(
                    "a number has digits, `_` between them, a point and an exponent: `1_000`, `0.5`, `2e6`",
                )
            });
        }
        match read_number(written, is_real) {
            Ok(number) => self.push(start, Lexeme::Number(number)),
            Err(why) => {
                self.fail(Fault::new(FaultKind::Syntax, &span, format!("`{}` {why}", short(written))));
            }
        }
    }

    fn text(&mut self, mark: char) {
        let start = self.at;
        let mut text = Text { value: String::new(), escapes: Vec::new(), start };
        self.at += 1;
        while let Some(c) = self.peek() {
            let at = self.at;
            self.at += c.len_utf8();
            if c == mark {
                return self.push(start, Lexeme::Text(text));
            }
            if c != '\\' {
                text.value.push(c);
                continue;
            }
            let Some(escaped) = self.peek() else { break };
            self.at += escaped.len_utf8();
            text.escapes.push(text.value.len());
            match escaped {
                '\\' | '\'' | '"' => text.value.push(escaped),
                'n' => text.value.push('\n'),
                't' => text.value.push('\t'),
                other => {
                    let message = format!("`\\{}` is no escape", other.escape_debug());
                    let fault = Fault::new(FaultKind::Syntax, &(at..self.at), message);
                    self.fail(
                        fault
                            .label(format!("write `\\\\{}` for a backslash", other.escape_debug()))
                            .help(r#"the escapes are `\\`, `\'`, `\"`, `\n` and `\t`"#),
                    );
                }
            }
        }
        let fault = Fault::new(FaultKind::Syntax, &(start..self.at), "this text is not closed");
        self.fail(fault.label(format!("a `{mark}` is missing at its end")));
    }
}

fn read_number(written: &str, is_real: bool) -> Result<Number, &'static str> {
    let part_is_wrong = |part: &str| part.starts_with('_') || part.ends_with('_') || part.contains("__");
    if written.split(['.', 'e', 'E', '+', '-']).any(part_is_wrong) {
        return Err("has an `_` that does not stand between two digits");
    }
    let digits: String = written.chars().filter(|&c| c != '_').collect();
    if is_real {
        return digits.parse().ok().and_then(Number::real).ok_or("is too large a number");
    }
    digits.parse().map(Number::Whole).map_err(|_| "is too large a number")
}

#[cfg(test)]
mod tests;
