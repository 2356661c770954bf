//! Counts per stage, and the identity that must hold between them.

use docmill_sdk::schemars::{self, JsonSchema};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What happened to the documents that reached one stage.
///
/// `documents_in + made = documents_out + dropped + rejected`, or the run fails.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// Documents that reached the stage.
    pub documents_in: u64,
    /// Documents that it made beyond those it got, by splitting.
    pub made: u64,
    /// Documents that left it.
    pub documents_out: u64,
    /// Of those in and out the ones that its `when` let go past it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub skipped: u64,
    /// How often a call that failed for the moment alone was made again.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub retried: u64,
    /// Documents dropped on purpose, by reason.
    pub dropped: BTreeMap<String, u64>,
    /// Documents rejected with an error, by code.
    pub rejected: BTreeMap<String, u64>,
    /// Annotations added, by layer.
    pub annotations: BTreeMap<String, u64>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl Counts {
    /// All documents dropped.
    #[must_use]
    pub fn dropped_total(&self) -> u64 {
        self.dropped.values().sum()
    }

    /// All documents rejected.
    #[must_use]
    pub fn rejected_total(&self) -> u64 {
        self.rejected.values().sum()
    }

    /// True when no document was lost.
    #[must_use]
    pub fn is_balanced(&self) -> bool {
        self.documents_in + self.made == self.documents_out + self.dropped_total() + self.rejected_total()
    }

    /// Adds what happened to other documents at the same stage.
    pub fn add(&mut self, other: &Self) {
        self.documents_in += other.documents_in;
        self.made += other.made;
        self.documents_out += other.documents_out;
        self.skipped += other.skipped;
        self.retried += other.retried;
        let pairs = [
            (&mut self.dropped, &other.dropped),
            (&mut self.rejected, &other.rejected),
            (&mut self.annotations, &other.annotations),
        ];
        for (mine, theirs) in pairs {
            theirs.iter().for_each(|(key, count)| *mine.entry(key.clone()).or_default() += count);
        }
    }
}

/// The counts of one stage of the plan, with the time it took.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageLedger {
    /// What happened to its documents.
    pub counts: Counts,
    /// Of the documents dropped those that a later stage reads.
    pub handed_on: u64,
    /// Of the documents that reached the stage those for which an earlier run had done its work.
    pub recalled: u64,
    /// Documents and blocks that failed for the moment, whatever came of them later.
    pub fleeting: u64,
    /// Time spent in the stage's calls, over all threads, in nanoseconds.
    pub nanos: u64,
}

impl StageLedger {
    /// The documents sent to whoever reads one of the stage's outputs.
    pub(crate) fn sent(&self, dropped: bool) -> u64 {
        if dropped { self.handed_on } else { self.counts.documents_out }
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.counts.add(&other.counts);
        self.handed_on += other.handed_on;
        self.recalled += other.recalled;
        self.fleeting += other.fleeting;
        self.nanos += other.nanos;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_document_is_seen() {
        let mut counts = Counts { documents_in: 3, documents_out: 2, ..Counts::default() };
        assert!(!counts.is_balanced());
        counts.rejected.insert("panic".to_owned(), 1);
        assert!(counts.is_balanced());
        counts.made = 1;
        assert!(!counts.is_balanced());
    }
}
