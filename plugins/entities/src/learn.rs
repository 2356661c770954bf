//! What a training program sees of a document.

use docmill_sdk::Span;

use crate::annotator::{Annotator, Document};
pub use crate::form::NAMES;

/// A name as it is written in a document, with all its mentions.
#[derive(Clone, Debug)]
pub struct Example {
    /// Where it stands, in text order.
    pub mentions: Vec<Span>,
    /// Buckets of what the name itself is.
    pub own: Vec<u16>,
    /// How many of `own` are about the words themselves; they stand first.
    pub words: usize,
    /// Buckets of what stands around its mentions.
    pub around: Vec<u16>,
    /// What each of `around` weighs beside 16 for each of `own`.
    pub share: i32,
    /// The rules' points for each label.
    pub points: [i32; 7],
    /// The word lists decide, whatever a model says.
    pub settled: bool,
}

/// The names that the stage considers in `document`, each with what its model would see of it.
#[must_use]
pub fn examples(annotator: &Annotator, document: &Document<'_>) -> Vec<Example> {
    annotator.examples(document)
}
