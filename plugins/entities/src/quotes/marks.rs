//! Stretches in double quotation marks, for documents that no stage has looked through for them.

use docmill_sdk::Span;

use super::Direct;

/// Appends the stretches in `“…”`, `"…"` and `«…»` from byte `from` on, none across a line end.
///
/// One that its line leaves open counts when the next line that is not empty opens again; both share a group.
/// Linear time.
pub fn direct(text: &str, from: usize, out: &mut Vec<Direct>) {
    let mut finder = Finder { text, groups: 0, carried: None, out };
    let mut start = from;
    for line in text.get(from..).unwrap_or_default().split('\n') {
        finder.line(start, line);
        start += line.len() + 1;
    }
}

struct Finder<'a, 'b> {
    text: &'a str,
    groups: u32,
    /// The opening mark and group of a stretch that the last line left open, and its place in the output.
    carried: Option<(char, Direct)>,
    out: &'b mut Vec<Direct>,
}

impl Finder<'_, '_> {
    fn line(&mut self, start: usize, line: &str) {
        if line.trim().is_empty() {
            return;
        }
        let mut carried = self.carried.take();
        let mut open: Option<(usize, char, u32)> = None;
        let mut before = ' ';
        for (at, c) in line.char_indices() {
            match open {
                Some((begin, mark, group)) if c == closing(mark) && (mark != '"' || at > begin) => {
                    self.push(start + begin, start + at + c.len_utf8(), group);
                    open = None;
                }
                None if matches!(c, '“' | '«') || (c == '"' && !before.is_alphanumeric()) => {
                    let first = line.get(..at).is_some_and(|head| head.trim().is_empty());
                    let again = carried.take().filter(|(mark, _)| first && *mark == c);
                    let group = again.map_or(self.groups, |(_, piece)| {
                        self.out.push(piece);
                        piece.group
                    });
                    self.groups = self.groups.max(group + 1);
                    open = Some((at, c, group));
                }
                _ => {}
            }
            before = c;
        }
        if let Some((begin, mark, group)) = open {
            let end = start + line.trim_end().len();
            self.carried =
                Span::new(self.text, start + begin, end).map(|span| (mark, Direct { span, group }));
        }
    }

    fn push(&mut self, start: usize, end: usize, group: u32) {
        self.out.extend(Span::new(self.text, start, end).map(|span| Direct { span, group }));
    }
}

fn closing(mark: char) -> char {
    match mark {
        '“' => '”',
        '«' => '»',
        other => other,
    }
}
