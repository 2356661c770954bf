//! Executes a plan: blocks, worker threads, ordered hand-over to sinks, counts.
//!
//! One worker thread takes a block through all transforms, batch by batch; finished batches reach the
//! sinks in block order through a bounded window. What is written does not depend on the number of
//! threads, on batch size, or on which worker was faster. The runner knows [`Stage`] alone, not where a
//! stage came from.

mod again;
mod attempt;
mod flow;
mod frame;
mod graph;
mod hidden;
mod identity;
mod intake;
mod kept;
mod ledger;
mod names;
mod outcome;
mod progress;
mod rejects;
mod rows;
mod run;
mod shared;
mod spans;
mod stage;
mod survey;
mod window;
mod worker;

pub use intake::{Selection, Shard, Taken, Uris};
pub use kept::{Keep, Keeper};
pub use ledger::{Counts, StageLedger};
pub use outcome::{Report, RunError, RunErrorKind};
pub use progress::Progress;
pub use run::run;
pub use shared::{Options, Watch};
pub use stage::{Batches, Blame, Failure, Output, Rows, Stage, Stages};
pub use survey::{Survey, Surveyed, Why, survey};
