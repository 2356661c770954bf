//! TOML as words, signs, comments and line ends.

/// A piece of TOML; blanks are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A line end.
    End,
    /// A comment with its `#`, without blanks behind it.
    Comment(&'a str),
    /// One of `[ ] { } , =`.
    Sign(char),
    /// A string with its quotes, or anything else without blanks: of a dotted key several follow each other.
    Word(&'a str),
}

/// The pieces of a text, which is TOML.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start_matches('\u{FEFF}');
    while let Some(c) = rest.chars().next() {
        let len = match c {
            '\n' => {
                tokens.push(Token::End);
                1
            }
            ' ' | '\t' | '\r' => 1,
            '#' => {
                let len = rest.find('\n').unwrap_or(rest.len());
                tokens.push(Token::Comment(rest.get(..len).unwrap_or(rest).trim_end()));
                len
            }
            '[' | ']' | '{' | '}' | ',' | '=' => {
                tokens.push(Token::Sign(c));
                1
            }
            '"' | '\'' => {
                let len = string(rest, c);
                tokens.push(Token::Word(rest.get(..len).unwrap_or(rest)));
                len
            }
            _ => {
                let ends = |c: char| c.is_ascii_whitespace() || "#[]{},=\"'".contains(c);
                let len = rest.find(ends).unwrap_or(rest.len()).max(c.len_utf8());
                tokens.push(Token::Word(rest.get(..len).unwrap_or(rest)));
                len
            }
        };
        rest = rest.get(len..).unwrap_or_default();
    }
    tokens
}

// The length in bytes of the string at the start, quotes included.
fn string(text: &str, quote: char) -> usize {
    let three: String = [quote; 3].iter().collect();
    let is_long = text.starts_with(&three);
    let width = if is_long { 3 } else { 1 };
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(width) {
        if is_escaped {
            is_escaped = false;
        } else if c == '\\' && quote == '"' {
            is_escaped = true;
        } else if c == quote {
            let rest = text.get(at..).unwrap_or_default();
            if !is_long {
                return at + 1;
            }
            if rest.starts_with(&three) {
                // Up to two quotes before the closing three belong to the string.
                let quotes = rest.chars().take(5).take_while(|c| *c == quote).count();
                return at + quotes;
            }
        }
    }
    text.len()
}
