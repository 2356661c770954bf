//! Spans drawn on their text.

use std::collections::BTreeSet;

/// A span of the text with its label; no label is an empty one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// The first byte.
    pub(crate) start: usize,
    /// The byte behind the last.
    pub(crate) end: usize,
    /// What the span is.
    pub(crate) label: String,
}

/// Foreground colours; labels get them in the order of the alphabet.
const COLOURS: [&str; 6] = ["36", "33", "35", "32", "34", "31"];

/// Something to draw between two bytes of the text.
enum Edge {
    Open(usize),
    Close(usize),
}

/// The text with its spans in brackets: `[Islamabad LOC]`. Where spans cross, brackets are numbered.
///
/// Nothing in it can steer a terminal. Time is that of sorting the spans.
pub(crate) fn bracketed(text: &str, marks: &[Mark]) -> String {
    let (marks, edges) = edges(text, marks);
    let numbered = is_crossing(&marks);
    let mut out = String::with_capacity(text.len() + 16 * marks.len());
    walk(text, &marks, &edges, &mut out, |out, edge| match edge {
        Edge::Open(at) if numbered => *out += &format!("[{} ", at + 1),
        Edge::Open(_) => out.push('['),
        Edge::Close(at) => {
            let label = docmill_pipeline::harmless(&marks[*at].label);
            let gap = if label.is_empty() { "" } else { " " };
            let number = if numbered { format!(" {}", at + 1) } else { String::new() };
            *out += &format!("{gap}{label}{number}]");
        }
    });
    out
}

/// The text with its spans in colour, each with its label behind it; spans in spans are underlined.
///
/// Nothing in it can steer a terminal but the colours.
pub(crate) fn coloured(text: &str, marks: &[Mark]) -> String {
    let (marks, edges) = edges(text, marks);
    let labels: BTreeSet<&str> = marks.iter().map(|mark| mark.label.as_str()).collect();
    let colour = |at: usize| {
        let place = labels.iter().position(|label| *label == marks[at].label).unwrap_or(0);
        COLOURS[place % COLOURS.len()]
    };
    let (mut open, mut closed, mut depth) = (Vec::new(), vec![false; marks.len()], 0_usize);
    let mut out = String::with_capacity(text.len() + 32 * marks.len());
    walk(text, &marks, &edges, &mut out, |out, edge| {
        match edge {
            Edge::Open(at) => {
                open.push(*at);
                depth += 1;
            }
            Edge::Close(at) => {
                closed[*at] = true;
                depth = depth.saturating_sub(1);
                if !marks[*at].label.is_empty() {
                    let label = docmill_pipeline::harmless(&marks[*at].label);
                    *out += &format!("\x1b[0;2;{}m {label}", colour(*at));
                }
                while open.last().is_some_and(|top| closed[*top]) {
                    open.pop();
                }
            }
        }
        match open.last() {
            Some(top) => *out += &format!("\x1b[0;1;{}{}m", if depth > 1 { "4;" } else { "" }, colour(*top)),
            None => *out += "\x1b[0m",
        }
    });
    out
}

/// The spans of the text, outer before inner, and where they open and close.
fn edges(text: &str, marks: &[Mark]) -> (Vec<Mark>, Vec<Edge>) {
    let fits = |mark: &&Mark| text.get(mark.start..mark.end).is_some();
    let mut marks: Vec<Mark> = marks.iter().filter(fits).cloned().collect();
    marks.sort_by(|a, b| (a.start, b.end, &a.label).cmp(&(b.start, a.end, &b.label)));
    let mut closing: Vec<usize> = (0..marks.len()).filter(|&at| marks[at].end > marks[at].start).collect();
    closing.sort_by_key(|&at| (marks[at].end, std::cmp::Reverse(at)));
    let mut edges = Vec::with_capacity(2 * marks.len());
    let mut closing = closing.into_iter().peekable();
    for (at, mark) in marks.iter().enumerate() {
        while let Some(done) = closing.next_if(|&done| marks[done].end <= mark.start) {
            edges.push(Edge::Close(done));
        }
        edges.push(Edge::Open(at));
        if mark.end == mark.start {
            edges.push(Edge::Close(at));
        }
    }
    edges.extend(closing.map(Edge::Close));
    (marks, edges)
}

/// Whether a span begins in another and ends behind it.
fn is_crossing(marks: &[Mark]) -> bool {
    let mut open: Vec<usize> = Vec::new();
    marks.iter().any(|mark| {
        while open.last().is_some_and(|end| *end <= mark.start) {
            open.pop();
        }
        let crosses = open.last().is_some_and(|end| *end < mark.end);
        open.push(mark.end);
        crosses
    })
}

fn walk(
    text: &str,
    marks: &[Mark],
    edges: &[Edge],
    out: &mut String,
    mut draw: impl FnMut(&mut String, &Edge),
) {
    let mut from = 0;
    for edge in edges {
        let to = match edge {
            Edge::Open(at) => marks[*at].start,
            Edge::Close(at) => marks[*at].end,
        };
        push(out, text.get(from..to).unwrap_or_default());
        draw(out, edge);
        from = to;
    }
    push(out, text.get(from..).unwrap_or_default());
}

/// Lines stay lines; whatever else steers a terminal is replaced.
fn push(out: &mut String, text: &str) {
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            out.push('\n');
        }
        *out += &docmill_pipeline::harmless(line.strip_suffix('\r').unwrap_or(line));
    }
}

#[cfg(test)]
mod tests;
