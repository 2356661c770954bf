//! What a run would do anew, found out without doing it.

use crate::kept::{self, Named};
use crate::run::list_blocks;
use crate::{Failure, RunError, RunErrorKind, Selection, Stages, graph, worker};
use docmill_pipeline::{Kind, Plan};
use docmill_store::{Key, Listing, Recipe};

/// What a run would find of each block in a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    /// The blocks, in order.
    pub blocks: Vec<Surveyed>,
}

/// A block of the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surveyed {
    /// The source's place in the plan.
    pub source: usize,
    /// Its place, for people.
    pub uri: String,
    /// Its size as stored.
    pub bytes: u64,
    /// How many documents it holds, errors included, as far as a run has told.
    pub documents: Option<u64>,
    /// One a stage of the plan: why it would be called for the block. None where what it makes of the block is kept,
    /// and for sinks and stages that the block does not reach.
    pub anew: Vec<Option<Why>>,
}

/// Why what a stage made of a block must be made anew.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// Nothing is known of the block.
    New,
    /// The content of the block can be told only by reading it.
    Unknown,
    /// What was made of it is gone.
    Lost,
    /// Something is not as it was.
    Changed {
        /// Whether the documents are others: those of the source, or what the stages before made of them.
        input: bool,
        /// What the stage was run with: the name of each part that differs, with its value then and now.
        parts: Vec<(String, String, String)>,
    },
}

/// Looks at the input as a run would, and at what is kept.
///
/// Costs reading the bytes of the input once; no document is made of them.
///
/// # Errors
/// When the stages cannot be opened or the input cannot be listed.
pub fn survey(
    plan: &Plan,
    stages: &dyn Stages,
    (recipes, listing): (&[Recipe], &Listing),
) -> Result<Survey, RunError> {
    let mut opened = graph::open(plan, stages)?;
    let (work, _) = list_blocks(plan, &mut opened, &Selection::default())?;
    let mut blocks = Vec::new();
    for work in &work {
        let failed = |f: Failure| RunError::of_stage(RunErrorKind::Setup, &plan.stages[work.source].id, &f);
        let fingerprint = worker::fingerprint(&mut opened, work).map_err(failed)?;
        // The places in the plan that a block reaches do not depend on its content.
        let results = kept::names(plan, recipes, work.source, fingerprint.unwrap_or_default());
        let source = key_of(&results, work.source).and_then(|key| listing.entry(&key));
        let documents = source.and_then(|entry| entry.note.get("documents")?.as_u64());
        let why = |(at, named): (usize, Option<Named>)| {
            let planned = &plan.stages[at];
            let named = named.filter(|_| planned.kind != Kind::Sink)?;
            match fingerprint {
                Some(_) => why(listing, (&planned.id, &work.block.uri), named, &recipes[at]),
                None => Some(Why::Unknown),
            }
        };
        let anew = results.into_iter().enumerate().map(why).collect();
        blocks.push(Surveyed {
            source: work.source,
            uri: work.block.uri.clone(),
            bytes: work.block.bytes,
            documents,
            anew,
        });
    }
    Ok(Survey { blocks })
}

/// The name of a stage's result.
fn key_of(results: &[Option<Named>], stage: usize) -> Option<Key> {
    results.get(stage).copied().flatten().map(|named| named.key)
}

fn why(listing: &Listing, (stage, block): (&str, &str), named: Named, recipe: &Recipe) -> Option<Why> {
    if listing.entry(&named.key).is_some() {
        return None;
    }
    let Some(before) = listing.newest(stage, block) else { return Some(Why::New) };
    if before.key == named.key {
        return Some(Why::Lost);
    }
    let parts = listing.recipe(&before.recipe).map(|then| then.differences(recipe)).unwrap_or_default();
    let owned = |(name, then, now): (&str, &str, &str)| (name.to_owned(), then.to_owned(), now.to_owned());
    Some(Why::Changed { input: before.input != named.input, parts: parts.into_iter().map(owned).collect() })
}
