//! The command line of `quarantine`.

use super::{Format, PipelineArgs, RunArgs};
use clap::{Args as ClapArgs, Subcommand};
use std::path::PathBuf;

#[derive(Debug, ClapArgs)]
pub(crate) struct QuarantineArgs {
    #[command(subcommand)]
    pub(crate) verb: QuarantineVerb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum QuarantineVerb {
    /// Count the rejected documents of a run by stage and code.
    List {
        #[command(flatten)]
        place: QuarantinePlace,
        /// Only those that this stage rejected, by the name it has in the pipeline.
        #[arg(long, value_name = "STAGE")]
        stage: Option<String>,
        /// Only those rejected under this code, such as `stage_error`.
        #[arg(long, value_name = "CODE")]
        code: Option<String>,
        /// Form of the list on stdout; JSON names every document.
        #[arg(long, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
        format: Format,
    },
    /// Run a pipeline again for what it rejected, and put what now goes through in its place in the outputs.
    ///
    /// All else is taken from what the run kept. A rejected document goes through with those around it, about
    /// 1 MiB of text.
    Replay(Box<RunArgs>),
    /// Show a rejected document: why, where it stands, its text, what to do next.
    Show {
        /// The document's id.
        id: String,
        #[command(flatten)]
        place: QuarantinePlace,
        /// Show the whole text, not its beginning alone.
        #[arg(long)]
        full: bool,
        /// Form of the document on stdout.
        #[arg(long, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
        format: Format,
    },
}

/// Where the quarantine of a run is.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct QuarantinePlace {
    /// The quarantine's folder, the run's `run.json` or the folder that has it, or the pipeline.
    #[arg(value_name = "PLACE")]
    pub(crate) place: PathBuf,
    #[command(flatten)]
    pub(crate) pipeline: PipelineArgs,
}
