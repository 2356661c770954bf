//! Writing an expression.

use crate::tree::{Arithmetic, Expression, Kind, Node, strength};
use crate::{lex, number::Number};
use std::fmt::{self, Write};

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(&self.root, strength::OR, f)
    }
}

/// A dotted name as an expression writes it: `stage."my-stage".rejected`.
///
/// Gives `None` when no expression can write it: without a segment, or when the first is no plain name
/// (letters, digits and underscores, no digit first, not a word of the language such as `and`).
///
/// # Examples
///
/// ```
/// use docmill_expression::written;
///
/// assert_eq!(written(&["stage", "my-stage", "rejected"]).unwrap(), r#"stage."my-stage".rejected"#);
/// assert_eq!(written(&["my-column"]), None);
/// ```
#[must_use]
pub fn written<S: AsRef<str>>(path: &[S]) -> Option<String> {
    let (first, rest) = path.split_first()?;
    if !lex::is_name(first.as_ref()) || lex::keyword(first.as_ref()).is_some() {
        return None;
    }
    let mut out = first.as_ref().to_owned();
    for segment in rest {
        out.push('.');
        if lex::is_name(segment.as_ref()) {
            out.push_str(segment.as_ref());
        } else {
            quote(segment.as_ref(), '"', &mut out).ok()?;
        }
    }
    Some(out)
}

fn write(node: &Node, least: u8, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if strength_of(&node.kind) >= least {
        return write_bare(node, f);
    }
    f.write_char('(')?;
    write_bare(node, f)?;
    f.write_char(')')
}

fn write_bare(node: &Node, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match &node.kind {
        Kind::Null => f.write_str("null"),
        Kind::Bool(value) => write!(f, "{value}"),
        Kind::Number(Number::Whole(value)) => write!(f, "{value}"),
        // The shortest notation that reads back as the same number, always with a point or an exponent.
        Kind::Number(Number::Real(value)) => write!(f, "{value:?}"),
        Kind::Text(text) => quote(&text.value, '\'', f),
        Kind::Name(path) => f.write_str(&written(path).unwrap_or_default()),
        Kind::List(parts) => {
            f.write_char('[')?;
            joined(parts, ", ", strength::OR, f)?;
            f.write_char(']')
        }
        Kind::Call(call) => {
            write!(f, "{}(", call.function)?;
            joined(&call.arguments, ", ", strength::OR, f)?;
            f.write_char(')')
        }
        Kind::Negate(inner) => {
            f.write_char('-')?;
            write(inner, strength::SIGN, f)
        }
        Kind::Not(inner) => {
            f.write_str("not ")?;
            write(inner, strength::NOT, f)
        }
        Kind::Arithmetic(operator, left, right) => {
            let least = strength_of(&node.kind);
            write(left, least, f)?;
            write!(f, " {} ", operator.symbol())?;
            write(right, least + 1, f)
        }
        Kind::Comparison(operator, left, right) => {
            write(left, strength::SUM, f)?;
            write!(f, " {} ", operator.symbol())?;
            write(right, strength::SUM, f)
        }
        Kind::In { negated, value, among } => {
            write(value, strength::SUM, f)?;
            f.write_str(if *negated { " not in " } else { " in " })?;
            write(among, strength::SUM, f)
        }
        Kind::All(parts) => joined(parts, " and ", strength::NOT, f),
        Kind::Any(parts) => joined(parts, " or ", strength::AND, f),
        Kind::Broken => Ok(()),
    }
}

fn joined(parts: &[Node], between: &str, least: u8, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (n, part) in parts.iter().enumerate() {
        if n > 0 {
            f.write_str(between)?;
        }
        write(part, least, f)?;
    }
    Ok(())
}

fn strength_of(kind: &Kind) -> u8 {
    match kind {
        Kind::Any(_) => strength::OR,
        Kind::All(_) => strength::AND,
        Kind::Not(_) => strength::NOT,
        Kind::Comparison(..) | Kind::In { .. } => strength::COMPARE,
        Kind::Arithmetic(Arithmetic::Plus | Arithmetic::Minus, ..) => strength::SUM,
        Kind::Arithmetic(Arithmetic::Times | Arithmetic::Over, ..) => strength::PRODUCT,
        Kind::Negate(_) => strength::SIGN,
        _ => strength::VALUE,
    }
}

fn quote(text: &str, mark: char, out: &mut impl Write) -> fmt::Result {
    out.write_char(mark)?;
    for c in text.chars() {
        match c {
            '\n' => out.write_str("\\n")?,
            '\t' => out.write_str("\\t")?,
            '\\' => out.write_str("\\\\")?,
            c if c == mark => write!(out, "\\{c}")?,
            c => out.write_char(c)?,
        }
    }
    out.write_char(mark)
}

#[cfg(test)]
mod tests;
