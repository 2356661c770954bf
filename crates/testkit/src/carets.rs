//! Spans drawn under the text they are in.

/// A text and the spans drawn under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// The text without the drawing lines.
    pub text: String,
    /// Start and end in bytes of `text`, and the word behind the carets.
    pub spans: Vec<(usize, usize, String)>,
}

/// Reads lines of text with carets under them: `^^^^ label` marks what stands above.
///
/// A line is a drawing when it holds carets, words and spaces only, beginning with a caret, and there is a
/// line of text above. Columns are chars. Leading newlines are cut.
///
/// ```
/// let drawn = docmill_testkit::drawn("
/// Rain in Lima.
/// ^^^^ weather
///         ^^^^ place");
/// assert_eq!(drawn.text, "Rain in Lima.");
/// assert_eq!(drawn.spans, [(0, 4, "weather".to_owned()), (8, 12, "place".to_owned())]);
/// ```
#[must_use]
pub fn drawn(picture: &str) -> Drawn {
    let (mut text, mut spans) = (String::new(), Vec::new());
    let mut line_start = 0;
    for line in picture.trim_start_matches('\n').split('\n') {
        if line.trim_start().starts_with('^') && !text.is_empty() {
            let above = text.get(line_start..).unwrap_or_default().to_owned();
            read_carets(line, &above, line_start, &mut spans);
            continue;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        line_start = text.len();
        text.push_str(line);
    }
    spans.sort();
    Drawn { text, spans }
}

fn read_carets(line: &str, above: &str, at: usize, spans: &mut Vec<(usize, usize, String)>) {
    let offset = |column: usize| at + above.char_indices().nth(column).map_or(above.len(), |(byte, _)| byte);
    let chars: Vec<char> = line.chars().collect();
    let mut column = 0;
    while column < chars.len() {
        if chars[column] != '^' {
            column += 1;
            continue;
        }
        let end = (column..chars.len()).find(|&c| chars[c] != '^').unwrap_or(chars.len());
        let next = (end..chars.len()).find(|&c| chars[c] == '^').unwrap_or(chars.len());
        let label: String = chars[end..next].iter().collect();
        spans.push((offset(column), offset(end), label.trim().to_owned()));
        column = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_chars_and_offsets_bytes() {
        let drawn = drawn("\nGröße in Köln.\n^^^^^ a  ^^^^ b");
        assert_eq!(drawn.spans, [(0, 7, "a".to_owned()), (11, 16, "b".to_owned())]);
        assert_eq!(drawn.text.get(11..16), Some("Köln"));
    }

    #[test]
    fn a_second_line_is_counted_from_its_own_start() {
        let drawn = drawn("one\ntwo\n^^^ second");
        assert_eq!(drawn.text, "one\ntwo");
        assert_eq!(drawn.spans, [(4, 7, "second".to_owned())]);
    }
}
