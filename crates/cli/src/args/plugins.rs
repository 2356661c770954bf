//! The command line of `plugin` and `new`.

use super::{Format, PluginFolders};
use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use std::path::PathBuf;

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
        /// Make every instance in a confined process of its own, as `isolation = "process"` does.
        #[arg(long)]
        isolated: bool,
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
