//! The command line.

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use docmill_runner::Shard;
use std::path::PathBuf;
use std::time::Duration;

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

#[derive(Debug, ClapArgs)]
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
    /// Stop after this time, such as `50m` or `1h30m`, with status 75 and no output.
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

#[derive(Debug, ClapArgs)]
pub(crate) struct PlanArgs {
    /// The pipeline.
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) pipeline: PipelineArgs,
    /// Do not look for the input: columns alone.
    #[arg(long)]
    pub(crate) offline: bool,
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

#[derive(Debug, ClapArgs)]
pub(crate) struct PluginArgs {
    #[command(subcommand)]
    pub(crate) verb: PluginVerb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PluginVerb {
    /// List the installed stages.
    List {
        #[command(flatten)]
        folders: PluginFolders,
        /// Form of the list on stdout.
        #[arg(long, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
        format: Format,
    },
    /// Describe a stage: its options, the columns it reads and writes.
    Info {
        /// The stage.
        stage: String,
        #[command(flatten)]
        folders: PluginFolders,
        /// Form of the description on stdout.
        #[arg(long, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
        format: Format,
    },
    /// Put a plugin through the conformance kit.
    Test {
        /// The plugin's library, or its crate's folder.
        path: PathBuf,
        /// Params for the stages, as a JSON object, where the empty one is refused; of several stages each may have
        /// its own under its name.
        #[arg(long, default_value = "{}", value_name = "JSON")]
        params: String,
    },
}

#[derive(Debug, ClapArgs)]
pub(crate) struct NewArgs {
    #[command(subcommand)]
    pub(crate) what: NewWhat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// A crate that uses the SDK.
    Rust,
    /// One C file and the header.
    C,
}

#[derive(Debug, Subcommand)]
pub(crate) enum NewWhat {
    /// A plugin that builds, passes its test and runs.
    Plugin {
        /// Its name: lower-case letters, digits and hyphens.
        name: String,
        /// The folder that gets a folder of that name.
        #[arg(long, default_value = ".", value_name = "DIR")]
        path: PathBuf,
        /// The language it is written in.
        #[arg(long, value_enum, default_value_t = Language::Rust, value_name = "LANGUAGE")]
        lang: Language,
        /// Folder of the crate docmill-sdk [default: the one this docmill was built from].
        #[arg(long, value_name = "DIR")]
        sdk: Option<PathBuf>,
    },
    /// A pipeline that runs, with comments.
    Pipeline {
        /// The file to write.
        #[arg(default_value = "pipeline.toml")]
        file: PathBuf,
    },
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
