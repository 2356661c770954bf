//! One layout for pipeline files: blanks and line ends alone change, never a value, never a comment.
//!
//! ` = ` around equals signs; one blank line before each table and at most one anywhere else; an array or inline
//! table that spans lines has a line for each element, with a comma, and inline tables under each other have
//! their second keys in one column. An array that does not fit into 100 columns is spread over lines.

use toml::de::{DeTable, DeValue};

use crate::Diagnostic;
use crate::parse::syntax_errors;

mod tokens;

use tokens::{Token, tokens};

const WIDTH: usize = 100;
const INDENT: usize = 2;

/// Formats a pipeline file, or any TOML.
///
/// Every comment and every value is kept; the text ends with one line feed. What was formatted once stays as it
/// is. Costs time linear in the text.
///
/// # Errors
///
/// The syntax errors of the text: only TOML can be formatted.
///
/// # Examples
///
/// ```
/// let text = "[[stage]]\n\n\nuse=\"segment\"   # all layers\nwith . layers = [ 'a','b' ]";
/// let formatted = docmill_pipeline::format("a.toml", text).map_err(|errors| errors[0].render(text, false))?;
/// assert_eq!(formatted, "[[stage]]\nuse = \"segment\" # all layers\nwith.layers = ['a', 'b']\n");
/// # Ok::<(), String>(())
/// ```
pub fn format(name: &str, text: &str) -> Result<String, Vec<Diagnostic>> {
    let (root, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return Err(syntax_errors(name, &[text.to_owned()], &errors));
    }
    let formatted = laid_out(text);
    let (again, errors) = DeTable::parse_recoverable(&formatted);
    // A file is too dear to trust to a formatter: one that it would spoil stays as it is.
    let is_same = errors.is_empty()
        && is_same_table(root.get_ref(), again.get_ref())
        && comments(text).eq(comments(&formatted));
    Ok(if is_same { formatted } else { text.to_owned() })
}

fn comments(text: &str) -> impl Iterator<Item = &str> {
    tokens(text).into_iter().filter_map(|token| match token {
        Token::Comment(words) => Some(words),
        _ => None,
    })
}

fn is_same_table(a: &DeTable<'_>, b: &DeTable<'_>) -> bool {
    let pairs = a.iter().zip(b.iter());
    let mut same = pairs
        .map(|((a, one), (b, other))| a.get_ref() == b.get_ref() && is_same(one.get_ref(), other.get_ref()));
    a.len() == b.len() && same.all(|same| same)
}

fn is_same(a: &DeValue<'_>, b: &DeValue<'_>) -> bool {
    match (a, b) {
        (DeValue::Table(a), DeValue::Table(b)) => is_same_table(a, b),
        (DeValue::Array(a), DeValue::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| is_same(a.get_ref(), b.get_ref()))
        }
        (DeValue::String(a), DeValue::String(b)) => a == b,
        (DeValue::Integer(a), DeValue::Integer(b)) => a.as_str() == b.as_str() && a.radix() == b.radix(),
        (DeValue::Float(a), DeValue::Float(b)) => a.as_str() == b.as_str(),
        (DeValue::Boolean(a), DeValue::Boolean(b)) => a == b,
        (DeValue::Datetime(a), DeValue::Datetime(b)) => a == b,
        _ => false,
    }
}

/// The text in the layout; the text is TOML.
fn laid_out(text: &str) -> String {
    let mut layout = Layout { tokens: tokens(text), at: 0, lines: Vec::new() };
    let mut ends = 1;
    while let Some(token) = layout.take() {
        match token {
            Token::End => {
                ends += 1;
                continue;
            }
            Token::Comment(words) => layout.push(LineKind::Comment, ends > 1, words.to_owned()),
            Token::Sign('[') => layout.header(ends > 1),
            first => layout.entry(first, ends > 1),
        }
        ends = 0;
    }
    layout.into_text()
}

struct Layout<'a> {
    tokens: Vec<Token<'a>>,
    at: usize,
    lines: Vec<Line>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum LineKind {
    Comment,
    Header,
    Entry,
}

struct Line {
    kind: LineKind,
    // Whether a blank line stands before it.
    apart: bool,
    text: String,
}

/// A value, and its entries where it is an inline table in one line.
struct Laid {
    text: String,
    entries: Option<Vec<String>>,
}

/// What stands between brackets or braces.
#[derive(Default)]
struct Parts {
    lines: Vec<Part>,
    // Whether it spans lines.
    spread: bool,
}

struct Part {
    apart: bool,
    // None of a comment that stands alone.
    value: Option<Laid>,
    comment: Option<String>,
}

impl<'a> Layout<'a> {
    fn take(&mut self) -> Option<Token<'a>> {
        let token = self.tokens.get(self.at).copied();
        self.at += 1;
        token
    }

    fn peek(&self) -> Option<Token<'a>> {
        self.tokens.get(self.at).copied()
    }

    fn push(&mut self, kind: LineKind, apart: bool, text: String) {
        self.lines.push(Line { kind, apart, text });
    }

    fn header(&mut self, apart: bool) {
        let double = self.peek() == Some(Token::Sign('['));
        if double {
            self.take();
        }
        let key = self.key("");
        while self.peek() == Some(Token::Sign(']')) {
            self.take();
        }
        let (open, close) = if double { ("[[", "]]") } else { ("[", "]") };
        let text = self.with_comment(format!("{open}{key}{close}"));
        self.push(LineKind::Header, apart, text);
    }

    fn entry(&mut self, first: Token<'a>, apart: bool) {
        let first = if let Token::Word(word) = first { word } else { "" };
        let pair = self.pair(first, 0);
        let text = self.with_comment(pair);
        self.push(LineKind::Entry, apart, text);
    }

    // A comment on the same line.
    fn with_comment(&mut self, text: String) -> String {
        match self.peek() {
            Some(Token::Comment(words)) => {
                self.take();
                format!("{text} {words}")
            }
            _ => text,
        }
    }

    // The words of a key up to what ends it.
    fn key(&mut self, first: &str) -> String {
        let mut key = first.to_owned();
        while let Some(Token::Word(word)) = self.peek() {
            key.push_str(word);
            self.take();
        }
        key
    }

    fn pair(&mut self, first: &str, indent: usize) -> String {
        let key = self.key(first);
        if self.peek() == Some(Token::Sign('=')) {
            self.take();
        }
        let value = self.value(indent, indent + width(&key) + 3);
        format!("{key} = {}", value.text)
    }

    // `indent` is that of the line in which the value begins, `column` where it begins in it.
    fn value(&mut self, indent: usize, column: usize) -> Laid {
        match self.peek() {
            Some(Token::Sign('[')) => {
                self.take();
                let parts = self.parts(indent, ']');
                enclosed(&parts, ("[", "]"), indent, column)
            }
            Some(Token::Sign('{')) => {
                self.take();
                let parts = self.parts(indent, '}');
                enclosed(&parts, ("{", "}"), indent, column)
            }
            _ => {
                let mut words = Vec::new();
                // A day and a time of day are two words.
                while let Some(Token::Word(word)) = self.peek() {
                    words.push(word);
                    self.take();
                }
                Laid { text: words.join(" "), entries: None }
            }
        }
    }

    fn parts(&mut self, indent: usize, close: char) -> Parts {
        let mut parts = Parts::default();
        let mut ends = 0;
        while let Some(token) = self.peek() {
            match token {
                Token::Sign(sign) if sign == close => {
                    self.take();
                    break;
                }
                Token::Sign(',') => drop(self.take()),
                Token::End => {
                    self.take();
                    parts.spread = true;
                    ends += 1;
                }
                Token::Comment(words) => {
                    self.take();
                    parts.spread = true;
                    let comment = Some(words.to_owned());
                    match parts.lines.last_mut() {
                        Some(part) if ends == 0 && part.comment.is_none() => part.comment = comment,
                        _ => parts.lines.push(Part { apart: ends > 1, value: None, comment }),
                    }
                    ends = 0;
                }
                _ => {
                    let inner = indent + INDENT;
                    let value = if close == '}' {
                        Laid { text: self.pair("", inner), entries: None }
                    } else {
                        self.value(inner, inner)
                    };
                    parts.lines.push(Part { apart: ends > 1, value: Some(value), comment: None });
                    ends = 0;
                }
            }
        }
        parts
    }

    fn into_text(mut self) -> String {
        // A table's first line follows its header; a header, with the comments that lead to it, stands apart.
        let mut after_header = true;
        for line in &mut self.lines {
            line.apart &= !after_header;
            after_header = line.kind == LineKind::Header;
        }
        for at in (1..self.lines.len()).rev() {
            if self.lines.get(at).is_some_and(|line| line.kind == LineKind::Header) {
                let mut start = at;
                let is_apart = |at: usize| self.lines.get(at).is_some_and(|line| line.apart);
                let is_comment =
                    |at: usize| self.lines.get(at).is_some_and(|line| line.kind == LineKind::Comment);
                while start > 0 && !is_apart(start) && is_comment(start - 1) {
                    start -= 1;
                }
                if let Some(line) = self.lines.get_mut(start) {
                    line.apart = start > 0;
                }
            }
        }
        let mut out = String::new();
        for line in &self.lines {
            if line.apart {
                out.push('\n');
            }
            out.push_str(&line.text);
            out.push('\n');
        }
        out
    }
}

fn enclosed(parts: &Parts, (open, close): (&str, &str), indent: usize, column: usize) -> Laid {
    let values: Vec<&Laid> = parts.lines.iter().filter_map(|part| part.value.as_ref()).collect();
    if parts.lines.is_empty() {
        return Laid { text: format!("{open}{close}"), entries: None };
    }
    let is_table = open == "{";
    let texts: Vec<String> = values.iter().map(|value| value.text.clone()).collect();
    let gap = if is_table { " " } else { "" };
    let one_line = format!("{open}{gap}{}{gap}{close}", texts.join(", "));
    // A table in one line is no table of TOML 1.0 in several.
    let too_wide = !is_table && values.len() > 1 && column + width(&one_line) > WIDTH;
    if !parts.spread && !too_wide {
        return Laid { text: one_line, entries: is_table.then_some(texts) };
    }
    let columns = first_column(&values);
    let blanks = " ".repeat(indent + INDENT);
    let mut out = format!("{open}\n");
    for (at, part) in parts.lines.iter().enumerate() {
        if part.apart && at > 0 {
            out.push('\n');
        }
        let value = part.value.as_ref().map(|value| format!("{},", aligned(value, columns)));
        let words: Vec<&str> = value.iter().chain(&part.comment).map(String::as_str).collect();
        out.push_str(&format!("{blanks}{}\n", words.join(" ")));
    }
    out.push_str(&format!("{}{close}", " ".repeat(indent)));
    Laid { text: out, entries: None }
}

// How wide the first entries of tables under each other are; `None` where not all are tables.
fn first_column(values: &[&Laid]) -> Option<usize> {
    let mut widest = 0;
    for value in values {
        let entries = value.entries.as_ref()?;
        if let [first, _, ..] = entries.as_slice() {
            widest = widest.max(width(first));
        }
    }
    Some(widest)
}

fn aligned(value: &Laid, columns: Option<usize>) -> String {
    match (columns, value.entries.as_deref()) {
        (Some(columns), Some([first, rest @ ..])) if !rest.is_empty() => {
            let pad = " ".repeat(columns.saturating_sub(width(first)));
            format!("{{ {first},{pad} {} }}", rest.join(", "))
        }
        _ => value.text.clone(),
    }
}

// Of the last line: a value may span several.
fn width(text: &str) -> usize {
    text.rsplit('\n').next().unwrap_or_default().chars().count()
}

#[cfg(test)]
mod tests;
