//! The command line of what shows a pipeline: `plan`, `graph`, `trace`, `peek`, `config`.

use super::{Format, PipelineArgs};
use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, ClapArgs)]
pub(crate) struct PlanArgs {
    /// The pipeline.
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) pipeline: PipelineArgs,
    /// Do not look for the input: columns alone.
    #[arg(long)]
    pub(crate) offline: bool,
    /// Say why each stage would be called again; reads the bytes of the input.
    #[arg(long, conflicts_with = "offline")]
    pub(crate) why: bool,
    /// How many machines share a run [default: one for each 256 MiB of input].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) shards: Option<u16>,
    /// Form of the plan on stdout.
    #[arg(long, value_enum, default_value_t = PlanFormat::Human, value_name = "FORMAT")]
    pub(crate) format: PlanFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PlanFormat {
    /// For people.
    Human,
    /// For programs.
    Json,
    /// The matrix of a CI job, in one line: an entry `shard` for each machine.
    Matrix,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Drawing {
    /// For terminals.
    Text,
    /// For Markdown pages and wikis.
    Mermaid,
    /// For Graphviz.
    Dot,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct GraphArgs {
    /// The pipeline.
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) pipeline: PipelineArgs,
    /// Form of the drawing on stdout.
    #[arg(long, value_enum, default_value_t = Drawing::Text, value_name = "FORMAT")]
    pub(crate) format: Drawing,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct TraceArgs {
    /// The pipeline.
    pub(crate) file: PathBuf,
    /// The document, by its id or its uri.
    #[arg(long, value_name = "ID", required_unless_present_any = ["text", "text_file"])]
    pub(crate) document: Option<String>,
    /// This text instead of the pipeline's input.
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["document", "text_file"])]
    pub(crate) text: Option<String>,
    /// This file instead of the pipeline's input; of several documents in it the first, or that of --document.
    #[arg(long = "file", id = "text_file", value_name = "FILE")]
    pub(crate) text_file: Option<PathBuf>,
    /// Stop after this stage.
    #[arg(long, value_name = "STAGE")]
    pub(crate) stage: Option<String>,
    /// Draw the spans of these layers on the text [default: those of the last stage that labels spans].
    #[arg(long = "layer", value_name = "LAYER", value_delimiter = ',')]
    pub(crate) layers: Vec<String>,
    #[command(flatten)]
    pub(crate) pipeline: PipelineArgs,
    /// Form of what is shown on stdout.
    #[arg(long, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
    pub(crate) format: Format,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct PeekArgs {
    /// The pipeline.
    pub(crate) file: PathBuf,
    /// The stage.
    #[arg(long, value_name = "STAGE")]
    pub(crate) stage: String,
    /// How many documents.
    #[arg(short = 'n', long = "documents", value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) documents: u32,
    #[command(flatten)]
    pub(crate) pipeline: PipelineArgs,
    /// Form of the documents on stdout; json is a line a document, as `export` writes them.
    #[arg(long, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
    pub(crate) format: Format,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ConfigArgs {
    #[command(subcommand)]
    pub(crate) verb: ConfigVerb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigVerb {
    /// Show the effective pipeline: what it extends, profile, params and overrides in place; secrets are `***`.
    Show(ConfigShowArgs),
    /// Format pipeline files; keeps every comment and every value.
    ///
    /// The status is 0, 1 where `--check` found a file that is not formatted, and 3 where a file cannot be read or
    /// is no TOML.
    Fmt {
        /// The files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Write nothing; name the files that are not formatted.
        #[arg(long)]
        check: bool,
    },
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ConfigShowArgs {
    /// The pipeline.
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) pipeline: PipelineArgs,
    /// Tell in a comment where each value comes from.
    #[arg(long)]
    pub(crate) origin: bool,
    /// List the options that are not given as well, with the defaults of the stages.
    #[arg(long)]
    pub(crate) defaults: bool,
    /// Form of the pipeline on stdout; human is TOML.
    #[arg(long, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
    pub(crate) format: Format,
}
