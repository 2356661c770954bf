//! The command line of `run`, `merge`, `lock` and `report`.

use super::{CheckFormat, Format, PipelineArgs};
use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use docmill_runner::Shard;
use std::path::PathBuf;
use std::time::Duration;

fn shard(text: &str) -> Result<Shard, String> {
    let wrong = || "a shard is written `2/3`: the second of three".to_owned();
    let (number, of) = text.split_once('/').ok_or_else(wrong)?;
    let shard = Shard { number: number.parse().map_err(|_| wrong())?, of: of.parse().map_err(|_| wrong())? };
    if shard.number == 0 || shard.number > shard.of {
        return Err(format!("shards count from 1/{of} to {of}/{of}"));
    }
    Ok(shard)
}

fn time(text: &str) -> Result<Duration, String> {
    let wrong = || "a time is written `50m`, `1h30m` or `90s`".to_owned();
    let time = docmill_pipeline::milliseconds(text).map(Duration::from_millis).ok_or_else(wrong)?;
    if time.is_zero() { Err("there is no time".to_owned()) } else { Ok(time) }
}

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct RunArgs {
    /// The pipeline.
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) pipeline: PipelineArgs,
    /// Worker threads [default: one a core, or what the pipeline says].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
    /// Documents that a stage gets at once; changes no output.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=65536))]
    pub(crate) batch: Option<u32>,
    /// Take the first N documents alone, to try a pipeline out; one thread does the work.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..), conflicts_with = "shard")]
    pub(crate) limit: Option<u64>,
    /// Take only documents whose file changed in git since this revision; uncommitted and new files have.
    #[arg(long, value_name = "REVISION")]
    pub(crate) changed_since: Option<String>,
    /// Take part I of N of the input; `docmill merge` joins the outputs of all parts.
    #[arg(long, value_name = "I/N", value_parser = shard)]
    pub(crate) shard: Option<Shard>,
    /// Refuse to run when a plugin is not the one in the pipeline's lock.
    #[arg(long)]
    pub(crate) locked: bool,
    /// Neither take results of earlier runs nor keep any for later ones.
    #[arg(long)]
    pub(crate) no_store: bool,
    /// Try what was rejected again: the verb `quarantine replay`.
    #[arg(skip)]
    pub(crate) replay: bool,
    /// Stop after this time, such as `50m` or `1h30m`, with status 75 and no output; the next run goes on from there.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) deadline: Option<Duration>,
    /// Form of what is told of the run on stdout.
    #[arg(long, value_enum, default_value_t = CheckFormat::Human, value_name = "FORMAT")]
    pub(crate) format: CheckFormat,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct MergeArgs {
    /// The folder for the joined outputs and their report.
    pub(crate) out: PathBuf,
    /// The report of each shard, or the folder that has its `run.json`.
    #[arg(required = true, value_name = "SHARD")]
    pub(crate) shards: Vec<PathBuf>,
    /// Form of what is told on stdout.
    #[arg(long, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
    pub(crate) format: Format,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct LockArgs {
    /// The pipeline.
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) pipeline: PipelineArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// For people.
    Human,
    /// For programs.
    Json,
    /// For a comment or a summary.
    Markdown,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ReportArgs {
    #[command(subcommand)]
    pub(crate) verb: ReportVerb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ReportVerb {
    /// Show what a run read, did and wrote.
    Show {
        /// The report, or the folder that has its `run.json`.
        report: PathBuf,
        /// Form of the report on stdout.
        #[arg(long, value_enum, default_value_t = ReportFormat::Human, value_name = "FORMAT")]
        format: ReportFormat,
    },
    /// Tell what the kept results of a block were made of, and what changed since those before.
    Why {
        /// The report, or the folder that has its `run.json`.
        report: PathBuf,
        /// The block, as `docmill cache ls --long` and `docmill plan --why` name it.
        block: String,
        /// The store [default: `.docmill` beside the report].
        #[arg(long, value_name = "DIR")]
        store: Option<PathBuf>,
    },
    /// Show which documents and annotations differ between two runs, and why they might.
    Diff {
        /// The report that is compared with, or the folder that has its `run.json`.
        base: PathBuf,
        /// The new report, or its folder.
        new: PathBuf,
        /// Tell of no more than N documents of each output one by one; all are counted.
        #[arg(long, value_name = "N", default_value_t = 20)]
        details: usize,
        /// End with status 1 if an output differs.
        #[arg(long)]
        exit_code: bool,
        /// Form of the differences on stdout.
        #[arg(long, value_enum, default_value_t = ReportFormat::Human, value_name = "FORMAT")]
        format: ReportFormat,
    },
}
