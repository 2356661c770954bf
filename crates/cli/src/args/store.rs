//! The command line of `cache`.

use super::{Format, PipelineArgs};
use clap::{Args as ClapArgs, Subcommand};
use std::path::PathBuf;

#[derive(Debug, ClapArgs)]
pub(crate) struct CacheArgs {
    #[command(subcommand)]
    pub(crate) verb: CacheVerb,
}

/// Which store is meant.
#[derive(Debug, ClapArgs)]
pub(crate) struct StorePlace {
    /// The store, the folder of outputs that has its `.docmill`, or the pipeline.
    pub(crate) place: PathBuf,
    #[command(flatten)]
    pub(crate) pipeline: PipelineArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CacheVerb {
    /// Show what is kept.
    Ls {
        #[command(flatten)]
        store: StorePlace,
        /// Show every result, a line each.
        #[arg(short, long)]
        long: bool,
        /// Form of the list on stdout.
        #[arg(long, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
        format: Format,
    },
    /// Remove what no run can find any more, and what was not used for the longest time.
    Gc {
        #[command(flatten)]
        store: StorePlace,
        /// Keep no more than this, such as `2 GiB` or `0 B` [default: what the pipeline says, else all].
        #[arg(long, value_name = "SIZE", value_parser = size)]
        max_size: Option<u64>,
    },
    /// Read all that is kept and compare it with its digests; ends with 1 when something is damaged.
    Verify {
        #[command(flatten)]
        store: StorePlace,
        /// Form of the findings on stdout.
        #[arg(long, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
        format: Format,
    },
}

fn size(text: &str) -> Result<u64, String> {
    docmill_pipeline::bytes(text).ok_or_else(|| "a size is a number and a unit: `500 MB`, `2 GiB`".to_owned())
}
