//! One thing that is wrong with an expression, and the place where it is wrong.

use std::ops::Range;

/// What kind of mistake a [`Fault`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FaultKind {
    /// It is not written as the language is.
    Syntax,
    /// It reads a name that nobody gives.
    UnknownName,
    /// It calls a function that there is not.
    UnknownFunction,
    /// The types do not go together, or arguments are missing or too many.
    Type,
    /// A regular expression is wrong or too large.
    Pattern,
    /// The expression is longer than [`MAX_BYTES`](crate::MAX_BYTES).
    TooLong,
    /// The expression is nested deeper than [`MAX_NESTING`](crate::MAX_NESTING) or
    /// [`MAX_HEIGHT`](crate::MAX_HEIGHT).
    TooDeep,
}

/// One mistake in an expression, with its place and the remedy.
///
/// The span is in bytes of the expression, on char boundaries, never past its end; it may be empty at
/// the end. The caller adds where the expression itself stands and draws it.
///
/// # Examples
///
/// ```
/// use docmill_expression::{FaultKind, parse};
///
/// let faults = parse("lang = 'en' && true").unwrap_err();
/// assert_eq!(faults.len(), 2);
/// assert_eq!((faults[0].kind, faults[0].span.clone()), (FaultKind::Syntax, 5..6));
/// assert_eq!(faults[0].message, "`=` is no comparison");
/// assert_eq!(faults[0].label, "write `==`");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What kind of mistake it is.
    pub kind: FaultKind,
    /// The bytes of the expression that are wrong.
    pub span: Range<usize>,
    /// What is wrong in words: lower case, no full stop, names the thing and the value.
    pub message: String,
    /// What stands beside the caret; may be empty.
    pub label: String,
    /// Remedies, each for a line of its own.
    pub help: Vec<String>,
}

impl Fault {
    pub(crate) fn new(kind: FaultKind, span: &Range<usize>, message: impl Into<String>) -> Fault {
        let (span, message) = (span.clone(), message.into());
        Fault { kind, span, message, label: String::new(), help: Vec::new() }
    }

    pub(crate) fn label(mut self, label: impl Into<String>) -> Fault {
        self.label = label.into();
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Fault {
        self.help.push(help.into());
        self
    }
}

// Twenty mistakes of one expression are enough to read; a hostile one could have as many as bytes.
pub(crate) const MAX_FAULTS: usize = 20;

/// Brings faults into the order of the text; of several at one place the first is kept, of many twenty.
pub(crate) fn tidy(mut faults: Vec<Fault>) -> Vec<Fault> {
    faults.sort_by_key(|fault| (fault.span.start, fault.span.end));
    faults.dedup_by(|later, kept| later.span == kept.span);
    faults.truncate(MAX_FAULTS);
    faults
}
