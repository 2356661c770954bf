//! Mentions of things and the things they name.

use docmill_sdk::Span;

use crate::label::Label;

/// A place in the text that names something.
#[derive(Clone, Debug, PartialEq)]
pub struct Mention {
    /// Where it stands.
    pub span: Span,
    /// What kind of thing it names.
    pub label: Label,
    /// The value of a date or amount in one spelling; `None` for names and for values left open.
    pub norm: Option<String>,
    /// For dates: contains a weekday, a month name or a year. True for all other labels.
    pub explicit: bool,
    /// How sure the annotation is, 0 to 1.
    pub score: f32,
    /// Index into [`Annotations::entities`].
    pub entity: u32,
    /// What decided, when the options ask for it.
    pub why: Option<String>,
}

/// A distinct thing that a document names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entity {
    /// The fullest form in the text.
    pub name: String,
    /// The label that all its mentions carry.
    pub label: Label,
    /// How many mentions it has.
    pub mentions: u32,
    /// Byte offset of the first mention.
    pub first: u32,
}

/// What was found in a document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Annotations {
    /// In text order, without overlaps.
    pub mentions: Vec<Mention>,
    /// In the order of their first mention.
    pub entities: Vec<Entity>,
}

/// A mention before identity: its span and what joins it to others.
pub(crate) struct Draft {
    pub(crate) mention: Mention,
    /// The form of a name, as an index; `None` for dates, amounts and pieces of names.
    pub(crate) form: Option<usize>,
}

impl Draft {
    /// A mention that is sure of its label and no form of a name.
    pub(crate) fn new(span: Span, label: Label, score: f32) -> Self {
        let mention = Mention { span, label, norm: None, explicit: true, score, entity: 0, why: None };
        Self { mention, form: None }
    }

    /// The draft with what decided, if that is wanted.
    pub(crate) fn because(mut self, wanted: bool, why: impl FnOnce() -> String) -> Self {
        self.mention.why = wanted.then(why);
        self
    }
}
