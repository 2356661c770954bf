//! One file a verb.

pub(crate) mod cache;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod explain;
pub(crate) mod graph;
pub(crate) mod lock;
pub(crate) mod merge;
pub(crate) mod new;
pub(crate) mod peek;
pub(crate) mod plan;
pub(crate) mod plugin;
pub(crate) mod quarantine;
pub(crate) mod report;
pub(crate) mod run;
pub(crate) mod schema;
pub(crate) mod test;
pub(crate) mod trace;
pub(crate) mod worker;
