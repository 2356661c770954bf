//! The command line.

mod plugins;
mod quarantine;
mod runs;
mod store;
mod views;

pub(crate) use plugins::*;
pub(crate) use quarantine::*;
pub(crate) use runs::*;
pub(crate) use store::*;
pub(crate) use views::*;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use std::path::PathBuf;

/// Turns an archive of articles into structured data.
///
/// A pipeline is a TOML file that names stages: ingest, segment, entities, summarize, export, or those of
/// your own plugins. `docmill check` finds its mistakes before a document is read; `docmill run` runs it.
#[derive(Debug, Parser)]
#[command(name = "docmill", version, max_term_width = 100)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct OutputArgs {
    /// Say more on stderr: -v what each stage does, -vv every batch.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Say nothing but errors.
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Form of the log on stderr.
    #[arg(long, global = true, value_enum, default_value_t = LogFormat::Human, value_name = "FORMAT")]
    pub(crate) log_format: LogFormat,
    /// Colours in messages.
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    pub(crate) color: Colour,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// One line of text an event.
    Human,
    /// One JSON object an event.
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Human,
    /// For programs.
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckFormat {
    /// For people, mistakes drawn on stderr.
    Human,
    /// For programs.
    Json,
    /// Workflow commands: GitHub shows them beside the lines of a change.
    Github,
    /// SARIF 2.1.0, for code scanning and editors.
    Sarif,
    /// `JUnit` XML, a test a file, for CI systems.
    Junit,
    /// A table, for comments and summaries.
    Markdown,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Run a pipeline.
    Run(RunArgs),
    /// Join the outputs of shards to those of one run.
    Merge(MergeArgs),
    /// Write down which plugins a pipeline uses, to the byte: the lock of `news.toml` is `news.lock`.
    Lock(LockArgs),
    /// Show the report of a run, or what differs between two runs.
    Report(ReportArgs),
    /// Show which documents of a run were rejected, and why.
    Quarantine(QuarantineArgs),
    /// Show, check and clear what is kept between runs.
    Cache(CacheArgs),
    /// Find the mistakes in pipelines; reads no document.
    Check(CheckArgs),
    /// Run the tests in pipelines; writes no output.
    Test(TestArgs),
    /// Tell what a code such as `E0401` means and how to mend it.
    Explain(ExplainArgs),
    /// Show the stages of a pipeline in order, with the columns that each reads and adds, and the size of its input.
    Plan(PlanArgs),
    /// Draw a pipeline.
    Graph(GraphArgs),
    /// Show what every stage makes of one document; nothing is written.
    Trace(TraceArgs),
    /// Show the first documents after a stage; nothing is written.
    Peek(PeekArgs),
    /// Show what a pipeline comes to with all its files and values; format pipeline files.
    Config(ConfigArgs),
    /// List, describe and test plugins.
    Plugin(PluginArgs),
    /// Begin a plugin or a pipeline.
    New(NewArgs),
    /// Write a JSON Schema: of the pipeline language with the params of every installed stage, or of `run.json`.
    Schema(SchemaArgs),
    /// Write completions for a shell.
    Completions(CompletionsArgs),
    /// Serve a run as the process of one stage; started by the run alone.
    #[command(hide = true)]
    Worker,
}

/// What every verb that reads a pipeline takes.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct PipelineArgs {
    /// Give a param of the pipeline a value.
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = pair)]
    pub(crate) params: Vec<(String, String)>,
    /// Set an option of a stage, by the stage's id.
    #[arg(long = "set", value_name = "STAGE.KEY=VALUE", value_parser = pair)]
    pub(crate) set: Vec<(String, String)>,
    /// Lay a profile of the pipeline over it.
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    #[command(flatten)]
    pub(crate) plugins: PluginFolders,
    /// Params that a test gives: their paths start from the pipeline's folder.
    #[arg(skip)]
    pub(crate) of_test: Vec<(String, String)>,
}

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct PluginFolders {
    /// Look for plugins in this folder first; `DOCMILL_PLUGIN_PATH` names further ones.
    #[arg(long = "plugin-dir", value_name = "DIR")]
    pub(crate) folders: Vec<PathBuf>,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("there is no `=`")?;
    if name.is_empty() {
        return Err("there is no name before `=`".to_owned());
    }
    Ok((name.to_owned(), value.to_owned()))
}

#[derive(Debug, ClapArgs)]
pub(crate) struct CheckArgs {
    /// Pipelines, folders and globs of them, Markdown pages with blocks of TOML that are pipelines.
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) pipeline: PipelineArgs,
    /// Count as an error what is not as the pipeline's lock says.
    #[arg(long)]
    pub(crate) locked: bool,
    /// Count warnings as errors.
    #[arg(long)]
    pub(crate) strict: bool,
    /// Form of the findings on stdout.
    #[arg(long, value_enum, default_value_t = CheckFormat::Human, value_name = "FORMAT")]
    pub(crate) format: CheckFormat,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct TestArgs {
    /// Pipelines, files of tests, folders and globs of them, Markdown pages with pipelines.
    ///
    /// With `news.toml` comes `news_test.toml` beside it.
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) pipeline: PipelineArgs,
    /// Run only the tests whose names contain this.
    #[arg(long, value_name = "TEXT")]
    pub(crate) filter: Option<String>,
    /// Write what came to `expected.jsonl` of golden folders that differ; refused where `CI` is set.
    #[arg(long)]
    pub(crate) bless: bool,
    /// Fail when there is no test, and count warnings as errors.
    #[arg(long)]
    pub(crate) strict: bool,
    /// Form of the outcomes on stdout.
    #[arg(long, value_enum, default_value_t = CheckFormat::Human, value_name = "FORMAT")]
    pub(crate) format: CheckFormat,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ExplainArgs {
    /// The code [default: list all].
    pub(crate) code: Option<String>,
    /// Form of the explanation on stdout.
    #[arg(long, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
    pub(crate) format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Described {
    /// A pipeline file.
    Pipeline,
    /// The report of a run, `run.json`.
    Run,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct SchemaArgs {
    /// What the schema describes.
    #[arg(value_enum, default_value_t = Described::Pipeline)]
    pub(crate) what: Described,
    #[command(flatten)]
    pub(crate) folders: PluginFolders,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct CompletionsArgs {
    /// The shell.
    pub(crate) shell: Shell,
}
