//! Documents in = out + dropped + rejected: for every call, for every stage, and for the run.
//!
//! The counts that are compared are taken in different places, so that a document lost between two of them is
//! missed by one: workers count what a stage got and gave, the thread that writes counts what it was handed.

use crate::{Output, Rows, RunError, RunErrorKind, StageLedger};
use arrow_array::Array;
use docmill_pipeline::{Kind, Plan, PlannedStage};

/// What is wrong with the rows that a stage gave for `len` documents, whatever is in them.
///
/// Each document must come back, with or without a fate, or have a fate; and only a stage that says so may give
/// other rows than it got. No single document explains a breach: it is the stage's.
pub(crate) fn broken_rows(planned: &PlannedStage, len: usize, output: &Output) -> Option<String> {
    let given = output.columns.num_rows();
    let mut last = None;
    for fate in &output.fates {
        if fate.row as usize >= len {
            return Some(format!("row {} of {len} was rejected or dropped", fate.row));
        }
        if last.is_some_and(|last| last >= fate.row) {
            return Some(format!("row {} has two fates, or fates are not in order", fate.row));
        }
        last = Some(fate.row);
    }
    let Rows::From(parents) = &output.rows else {
        return (given != len).then(|| format!("{given} rows came back for {len} documents"));
    };
    if !planned.changes_rows {
        return Some(format!(
            "{given} rows came back for {len} documents: it does not say that it changes rows"
        ));
    }
    if parents.len() != given || parents.null_count() > 0 {
        return Some(format!(
            "{given} rows came back from {} documents",
            parents.len() - parents.null_count()
        ));
    }
    let parents = parents.values();
    if let Some(row) = parents.iter().find(|&&row| row as usize >= len) {
        return Some(format!("a row came back for document {row} of {len}"));
    }
    if !parents.is_sorted() {
        return Some("rows came back in another order: documents must stay in order".to_owned());
    }
    let both = output.fates.iter().find(|fate| parents.binary_search(&fate.row).is_ok());
    both.map(|fate| format!("row {} came back, and was rejected or dropped as well", fate.row))
}

/// What the thread that writes was handed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Handed {
    /// Documents that the sources brought, and blocks that cannot be read.
    pub(crate) read: u64,
    /// Rejections for the quarantine.
    pub(crate) rejected: u64,
}

/// No stage may have lost a document, every stage must have got what those before it gave, and what was read and
/// rejected must have arrived where it is written.
///
/// With that, documents from sources, counted once for each branch that they took, are those at the ends, dropped or
/// rejected: it is the sum of these identities over all stages.
pub(crate) fn check(plan: &Plan, ledgers: &[StageLedger], handed: Handed) -> Result<(), RunError> {
    for (planned, ledger) in plan.stages.iter().zip(ledgers) {
        let counts = &ledger.counts;
        let given: u64 = planned.from.iter().map(|edge| ledgers[edge.stage].sent(edge.dropped)).sum();
        let has_inputs = !planned.from.is_empty();
        if !counts.is_balanced() || (has_inputs && given != counts.documents_in) {
            let sent = if has_inputs { format!("{given} documents were sent, ") } else { String::new() };
            let message = format!(
                "documents were lost: {sent}{} came in, {} were made, {} went out, {} were dropped, {} rejected",
                counts.documents_in,
                counts.made,
                counts.documents_out,
                counts.dropped_total(),
                counts.rejected_total()
            );
            return Err(RunError { stage: Some(planned.id.clone()), ..lost(message) });
        }
    }
    let of_sources = plan.stages.iter().zip(ledgers).filter(|(planned, _)| planned.kind == Kind::Source);
    let read: u64 = of_sources.map(|(_, ledger)| ledger.counts.documents_in).sum();
    if read != handed.read {
        let message = format!("documents were lost: the sources brought {read}, {} arrived", handed.read);
        return Err(lost(message));
    }
    let rejected: u64 = ledgers.iter().map(|ledger| ledger.counts.rejected_total()).sum();
    if rejected != handed.rejected {
        let message =
            format!("documents were lost: {rejected} were rejected, the quarantine has {}", handed.rejected);
        return Err(lost(message));
    }
    Ok(())
}

fn lost(message: String) -> RunError {
    RunError::new(RunErrorKind::Lost, message)
}

#[cfg(test)]
mod tests;
