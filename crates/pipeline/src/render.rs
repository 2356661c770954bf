//! Drawing a diagnostic for a terminal.

use std::cell::Cell;
use std::fmt::Write;
use std::ops::Range;

use crate::{Diagnostic, Severity};

/// Most columns of a line that are drawn; of a longer line a window of that width is shown.
const WINDOW: usize = 120;
/// How much of that stands before the place.
const BEFORE: usize = 40;
const TAB: usize = 4;
/// Some editors write it at the start of a file and show nothing of it.
const BYTE_ORDER_MARK: char = '\u{FEFF}';

/// A line and a column, both from 1; columns in chars.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

/// A text and where its lines start.
pub(crate) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
    // The start of a line, a byte in it, and the chars between: problems come by place, and counting each line from
    // its start would cost quadratic time where a line is long and has many.
    counted: Cell<(usize, usize, usize)>,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(text: &'a str) -> Lines<'a> {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(feed, _)| feed + 1)).collect();
        Lines { text, starts, counted: Cell::default() }
    }

    /// The position of a byte; one outside the text or inside a char is moved back into it.
    pub(crate) fn position(&self, at: usize) -> Position {
        let at = floor(self.text, at);
        let line = self.starts.partition_point(|start| *start <= at);
        let start = line.checked_sub(1).and_then(|line| self.starts.get(line)).copied().unwrap_or_default();
        let (from, chars) = match self.counted.get() {
            (known, from, chars) if known == start && from <= at => (from, chars),
            _ => (start, 0),
        };
        let before = self.text.get(from..at).unwrap_or_default();
        let chars = chars + before.chars().filter(|c| *c != BYTE_ORDER_MARK).count();
        self.counted.set((start, at, chars));
        Position { line, column: chars + 1 }
    }
}

// The last char boundary up to a byte.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or_default()
}

pub(crate) fn render(problem: &Diagnostic, lines: &Lines<'_>, colour: bool) -> String {
    let paint = Paint { colour, severity: problem.severity };
    let position = problem.place.as_ref().map(|place| lines.position(place.start));
    let number = position.map(|position| position.line.to_string()).unwrap_or_default();
    let gutter = number.len().max(1);

    let mut out = String::new();
    let head = format!("{}[{}]", paint.word(), problem.code);
    let _ = writeln!(out, "{}: {}", paint.strong(&head), paint.bold(&harmless(&problem.message)));
    if let (Some(place), Some(Position { line, column })) = (&problem.place, position) {
        let file = harmless(&problem.file);
        let _ = writeln!(out, "{:gutter$}{} {file}:{line}:{column}", "", paint.frame("-->"));
        let drawn = Drawn::new(lines.text, place);
        let _ = writeln!(out, "{} {}", paint.frame(&format!("{number} |")), drawn.source.trim_end());
        let label = harmless(&problem.label);
        let carets =
            format!("{}{}{label}", "^".repeat(drawn.carets), if label.is_empty() { "" } else { " " });
        let bar = paint.frame(&format!("{:gutter$} |", ""));
        let _ = writeln!(out, "{bar} {:indent$}{}", "", paint.strong(&carets), indent = drawn.indent);
    } else if !problem.label.is_empty() {
        let bar = paint.frame(&format!("{:gutter$} =", ""));
        let _ = writeln!(out, "{bar} {}: {}", paint.bold("note"), harmless(&problem.label));
    }
    for help in &problem.help {
        let bar = paint.frame(&format!("{:gutter$} =", ""));
        let _ = writeln!(out, "{bar} {}: {}", paint.bold("help"), harmless(help));
    }
    out
}

struct Paint {
    colour: bool,
    severity: Severity,
}

impl Paint {
    fn word(&self) -> &'static str {
        match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }

    fn strong(&self, text: &str) -> String {
        let code = match self.severity {
            Severity::Error => "1;31",
            Severity::Warning => "1;33",
        };
        self.paint(code, text)
    }

    fn bold(&self, text: &str) -> String {
        self.paint("1", text)
    }

    fn frame(&self, text: &str) -> String {
        self.paint("1;34", text)
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// The line of a place as it is drawn, and where the carets go.
struct Drawn {
    source: String,
    indent: usize,
    carets: usize,
}

impl Drawn {
    fn new(text: &str, place: &Range<usize>) -> Drawn {
        let start = floor(text, place.start);
        let line_start = text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |feed| feed + 1);
        let rest = text.get(start..).unwrap_or_default();
        let rest = rest.find('\n').and_then(|feed| rest.get(..feed)).unwrap_or(rest);
        let line_end = start + rest.trim_end_matches('\r').len();
        let end = floor(text, place.end.clamp(start, line_end));

        let mut before = text.get(line_start..start).unwrap_or_default();
        let mut marked = text.get(start..end).unwrap_or_default();
        let mut after = text.get(end..line_end).unwrap_or_default();
        let (mut cut_before, mut cut_after) = ("", "");
        // Widths are added up only as far as the window goes, so that a line of any length costs little.
        if !fits(&[before, marked, after]) {
            (before, cut_before) = last_columns(before, BEFORE);
            let left = WINDOW - width(before).min(WINDOW);
            let whole = marked;
            marked = first_columns(marked, left);
            if marked.len() < whole.len() {
                (after, cut_after) = ("", "…");
            } else {
                let whole = after;
                after = first_columns(after, left - width(marked).min(left));
                cut_after = if after.len() < whole.len() { "…" } else { "" };
            }
        }
        Drawn {
            source: format!(
                "{cut_before}{}{}{}{cut_after}",
                harmless(before),
                harmless(marked),
                harmless(after)
            ),
            indent: width(cut_before) + width(before),
            carets: width(marked).max(1),
        }
    }
}

fn fits(parts: &[&str]) -> bool {
    let chars = parts.iter().flat_map(|part| part.chars()).take(WINDOW + 1);
    let mut all = 0;
    chars.map(char_width).all(|columns| {
        all += columns;
        all <= WINDOW
    }) && parts.iter().map(|part| part.len()).sum::<usize>() <= WINDOW * 4
}

// The longest end of the text that is at most so wide, and a mark where something was cut off.
fn last_columns(text: &str, columns: usize) -> (&str, &'static str) {
    let mut left = columns;
    let mut start = text.len();
    for (at, c) in text.char_indices().rev() {
        let wide = char_width(c);
        if wide > left || text.len() - at > columns * 4 {
            break;
        }
        left -= wide;
        start = at;
    }
    (text.get(start..).unwrap_or_default(), if start > 0 { "…" } else { "" })
}

fn first_columns(text: &str, columns: usize) -> &str {
    let mut left = columns;
    for (at, c) in text.char_indices() {
        let wide = char_width(c);
        if wide > left || at > columns * 4 {
            return text.get(..at).unwrap_or_default();
        }
        left -= wide;
    }
    text
}

/// The text with nothing in it that moves the cursor or turns the direction of writing.
///
/// Tabs become four blanks, a byte order mark goes; every other such char, line ends too, becomes U+FFFD.
#[must_use]
pub fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => out.push_str("    "),
            BYTE_ORDER_MARK => {}
            c if is_harmful(c) => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
    out
}

fn is_harmful(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

// The blocks that terminals draw two columns wide or on top of the char before. Rough on purpose: a caret
// that is off by one in a rare script does not justify a table of the whole of Unicode.
fn char_width(c: char) -> usize {
    match c {
        '\t' => TAB,
        '\u{0300}'..='\u{036F}'
        | '\u{0591}'..='\u{05BD}'
        | '\u{0610}'..='\u{061A}'
        | '\u{064B}'..='\u{065F}'
        | '\u{200B}'..='\u{200D}'
        | '\u{20D0}'..='\u{20F0}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{FE20}'..='\u{FE2F}'
        | BYTE_ORDER_MARK => 0,
        '\u{1100}'..='\u{115F}'
        | '\u{2E80}'..='\u{303E}'
        | '\u{3041}'..='\u{A4CF}'
        | '\u{AC00}'..='\u{D7A3}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{FE30}'..='\u{FE6F}'
        | '\u{FF00}'..='\u{FF60}'
        | '\u{FFE0}'..='\u{FFE6}'
        | '\u{1F300}'..='\u{1F64F}'
        | '\u{1F680}'..='\u{1F6FF}'
        | '\u{1F900}'..='\u{1FAFF}'
        | '\u{20000}'..='\u{3FFFD}' => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests;
