//! The command `docmill`: turns an archive of articles into structured data.
//!
//! The only crate that prints, exits or reads the environment. It is a library with one function, so that
//! the whole-run tests can build the command under their own roof.

mod anew;
mod args;
mod bundled;
mod changed;
mod checked;
mod diff;
mod digests;
mod exit;
mod formats;
mod gates;
mod gather;
mod installed;
mod isolated;
mod join;
mod keeping;
mod load;
mod lock;
mod log;
mod markdown;
mod marks;
mod packed;
mod preview;
mod quarantined;
mod recipes;
mod report;
mod rows;
mod score;
mod signals;
mod targets;
mod terminal;
mod testing;
mod verbs;

use args::{Args, Verb};
use clap::Parser;
use exit::Exit;
use std::process::ExitCode;

/// Parses the command line, does what it says, and gives the exit status.
#[must_use]
pub fn main() -> ExitCode {
    let args = Args::parse();
    if matches!(args.verb, Verb::Worker) {
        // Its log goes to the run that started it.
        return ExitCode::from(verbs::worker::run().0);
    }
    log::init(&args.output);
    #[cfg(feature = "faults")]
    if let Some(plan) = std::env::var_os("DOCMILL_FAULTS")
        && let Err(message) = docmill_store::fault::plan(&plan.to_string_lossy())
    {
        terminal::error(&message, None);
        return ExitCode::from(Exit::USAGE.0);
    }
    let exit = match &args.verb {
        Verb::Run(verb) => verbs::run::run(verb, &args.output),
        Verb::Merge(verb) => verbs::merge::run(verb, &args.output),
        Verb::Report(verb) => verbs::report::run(verb),
        Verb::Quarantine(verb) => verbs::quarantine::run(verb, &args.output),
        Verb::Cache(verb) => verbs::cache::run(verb, &args.output),
        Verb::Lock(verb) => verbs::lock::run(verb, &args.output),
        Verb::Check(verb) => verbs::check::run(verb, &args.output),
        Verb::Test(verb) => verbs::test::run(verb, &args.output),
        Verb::Explain(verb) => verbs::explain::run(verb),
        Verb::Plan(verb) => verbs::plan::run(verb, &args.output),
        Verb::Graph(verb) => verbs::graph::run(verb, &args.output),
        Verb::Trace(verb) => verbs::trace::run(verb, &args.output),
        Verb::Peek(verb) => verbs::peek::run(verb, &args.output),
        Verb::Config(verb) => verbs::config::run(verb, &args.output),
        Verb::Plugin(verb) => verbs::plugin::run(verb, &args.output),
        Verb::New(verb) => verbs::new::run(verb),
        Verb::Schema(verb) => verbs::schema::run(verb),
        Verb::Completions(verb) => verbs::completions::run(verb),
        Verb::Worker => verbs::worker::run(),
    };
    let Exit(code) = exit;
    ExitCode::from(code)
}
