//! One thing that is wrong with a pipeline file, and the place where it is wrong.

use std::ops::Range;

use serde::Serialize;

use crate::Code;
use crate::render::{self, Lines};

/// How bad a [`Diagnostic`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing can run.
    Error,
    /// It runs, but probably does not do what was meant.
    Warning,
}

/// One problem of a pipeline file, with its place and the remedy.
///
/// It does not hold the file's text: give the text that was parsed to [`Diagnostic::render`] and
/// [`Diagnostic::locate`]. A place outside the text (of another file, say) is moved into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong.
    pub code: Code,
    /// How bad it is; [`Diagnostic::new`] takes it from the code.
    pub severity: Severity,
    /// What is wrong in words: lower case, no full stop, names the thing and the value.
    pub message: String,
    /// What stands beside the caret; may be empty.
    pub label: String,
    /// The bytes of the file that are wrong; `None` when the problem is not in the file (a `--param`).
    pub place: Option<Range<usize>>,
    /// Remedies, each printed on a line of its own.
    pub help: Vec<String>,
    /// The name of the file, as it was given to [`parse`](crate::parse).
    pub file: String,
}

impl Diagnostic {
    /// A problem without a place, a label or help; add them with the other methods.
    ///
    /// # Examples
    ///
    /// ```
    /// use docmill_pipeline::{Code, Diagnostic};
    ///
    /// let text = "pipeline = 3\n";
    /// let wrong = Diagnostic::new(Code::WrongType, "news.toml", "`pipeline` must be a string")
    ///     .at(11..12)
    ///     .label("this is an integer");
    /// assert_eq!(
    ///     wrong.render(text, false),
    ///     "error[E0202]: `pipeline` must be a string\n --> news.toml:1:12\n\
    ///      1 | pipeline = 3\n  |            ^ this is an integer\n"
    /// );
    /// ```
    #[must_use]
    pub fn new(code: Code, file: &str, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            severity: if code.is_warning() { Severity::Warning } else { Severity::Error },
            message: message.into(),
            label: String::new(),
            place: None,
            help: Vec::new(),
            file: file.to_owned(),
        }
    }

    /// Sets the place.
    #[must_use]
    pub fn at(mut self, place: Range<usize>) -> Diagnostic {
        self.place = Some(place);
        self
    }

    /// Sets what stands beside the caret.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Diagnostic {
        self.label = label.into();
        self
    }

    /// Adds a remedy.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help.push(help.into());
        self
    }

    /// Adds a remedy if there is one.
    #[must_use]
    pub fn help_if(mut self, help: Option<String>) -> Diagnostic {
        self.help.extend(help);
        self
    }

    /// The problem as lines for a terminal, each ended by a line feed.
    ///
    /// `text` is the file's text. Lines and columns count from 1, columns in chars. A tab is drawn as
    /// four spaces, other control characters as `�`; of a long line a window around the place is drawn.
    /// A place of several lines is drawn on its first one. With `colour` the text carries ANSI escapes.
    #[must_use]
    pub fn render(&self, text: &str, colour: bool) -> String {
        render::render(self, &Lines::new(text), colour)
    }

    /// Several problems of one text, one after the other, as [`Diagnostic::render`] draws each.
    ///
    /// Looks for the lines of the text only once, so that any number of problems costs little.
    #[must_use]
    pub fn render_all(problems: &[Diagnostic], text: &str, colour: bool) -> String {
        let lines = Lines::new(text);
        problems.iter().map(|problem| render::render(problem, &lines, colour)).collect()
    }

    /// The problem with its place as lines and columns, for `--format json`.
    #[must_use]
    pub fn locate(&self, text: &str) -> Located {
        self.located(&Lines::new(text))
    }

    /// Several problems of one text with their places as lines and columns.
    #[must_use]
    pub fn locate_all(problems: &[Diagnostic], text: &str) -> Vec<Located> {
        let lines = Lines::new(text);
        problems.iter().map(|problem| problem.located(&lines)).collect()
    }

    fn located(&self, lines: &Lines<'_>) -> Located {
        let place = self
            .place
            .as_ref()
            .map(|place| (lines.position(place.start), lines.position(place.end.max(place.start))));
        Located {
            code: self.code,
            severity: self.severity,
            message: self.message.clone(),
            label: self.label.clone(),
            file: self.file.clone(),
            line: place.map(|(start, _)| start.line),
            column: place.map(|(start, _)| start.column),
            end_line: place.map(|(_, end)| end.line),
            end_column: place.map(|(_, end)| end.column),
            help: self.help.clone(),
        }
    }

    /// Brings problems into the order in which they are shown: those without a place first, then by
    /// place; problems of one place keep their order.
    pub fn sort(problems: &mut [Diagnostic]) {
        problems.sort_by_key(|problem| problem.place.as_ref().map(|place| (place.start, place.end)));
    }
}

/// A [`Diagnostic`] with its place as lines and columns, to be written as JSON.
///
/// Lines and columns count from 1, columns in chars; the end is the first place after the problem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Located {
    /// What is wrong.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong in words.
    pub message: String,
    /// What stands beside the caret; may be empty.
    pub label: String,
    /// The name of the file.
    pub file: String,
    /// The line where it starts; `None` when the problem is not in the file.
    pub line: Option<usize>,
    /// The column where it starts.
    pub column: Option<usize>,
    /// The line where it ends.
    pub end_line: Option<usize>,
    /// The column where it ends.
    pub end_column: Option<usize>,
    /// Remedies.
    pub help: Vec<String>,
}

#[cfg(test)]
mod tests;
