//! `docmill test`.

use crate::args::{CheckFormat, OutputArgs, TestArgs};
use crate::checked::{Checked, worse};
use crate::exit::Exit;
use crate::formats::{self, outcomes};
use crate::gather;
use crate::signals::Signals;
use crate::terminal;
use crate::testing::Suite;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::Ordering;

pub(crate) fn run(args: &TestArgs, output: &OutputArgs) -> Exit {
    if args.bless && std::env::var_os("CI").is_some() {
        let help = "run it where somebody reads the change, and commit that";
        terminal::error("`--bless` is refused where `CI` is set", Some(help));
        return Exit::USAGE;
    }
    let signals = Signals::listen();
    let mut suites = Vec::new();
    for found in files(args) {
        let suite = match found {
            Ok(file) => Suite::of(&file, args, &signals.cancel),
            Err(nothing) => Suite::nothing(nothing),
        };
        if signals.cancel.load(Ordering::Relaxed) {
            return signals.exit();
        }
        if args.format == CheckFormat::Human {
            tell(&suite, output);
        } else if let Some((message, help)) = &suite.checked.unread {
            terminal::error(message, *help);
        }
        suites.push(suite);
    }
    let mut exit = suites.iter().map(|suite| suite.checked.exit).fold(Exit::OK, worse);
    if args.strict {
        exit = worse(exit, strict(&suites));
    }
    terminal::step_summary(|| outcomes::markdown(&suites));
    let written = match args.format {
        CheckFormat::Human if output.quiet => String::new(),
        CheckFormat::Human => outcomes::closing(&suites),
        CheckFormat::Json => outcomes::json(&suites),
        CheckFormat::Junit => outcomes::junit(&suites),
        CheckFormat::Markdown => outcomes::markdown(&suites),
        CheckFormat::Github => formats::github::write(&checked(suites)),
        CheckFormat::Sarif => formats::sarif::write(&checked(suites)),
    };
    terminal::print(&written);
    exit
}

/// What counts as a failure only with `--strict`: no test at all, and warnings.
fn strict(suites: &[Suite]) -> Exit {
    let has_warnings = suites.iter().any(|suite| suite.checked.counts().1 > 0);
    let has_tests = suites.iter().any(|suite| !suite.outcomes.is_empty());
    match (has_warnings, has_tests) {
        (true, _) => Exit::CONFIG,
        (false, false) => Exit::TESTS,
        (false, true) => Exit::OK,
    }
}

fn checked(suites: Vec<Suite>) -> Vec<Checked> {
    suites.into_iter().map(|suite| suite.checked).collect()
}

/// The files that are meant, each pipeline followed by the file of tests beside it.
fn files(args: &TestArgs) -> Vec<Result<PathBuf, gather::Nothing>> {
    let (mut all, mut seen) = (Vec::new(), BTreeSet::new());
    for found in gather::files(&args.files) {
        let Ok(file) = found else {
            all.push(found);
            continue;
        };
        let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let beside = file.with_file_name(format!("{stem}_test.toml"));
        let is_toml = file.extension().is_some_and(|suffix| suffix == "toml");
        let beside = (is_toml && beside.is_file()).then_some(beside);
        let new = [Some(file), beside].into_iter().flatten().filter(|file| seen.insert(file.clone()));
        all.extend(new.map(Ok).collect::<Vec<_>>());
    }
    all
}

fn tell(suite: &Suite, output: &OutputArgs) {
    if let Some((message, help)) = &suite.checked.unread {
        terminal::error(message, *help);
    }
    if !output.quiet {
        terminal::print(&outcomes::lines(suite));
    }
    terminal::complain(&outcomes::failures(suite, terminal::colour(output.color)));
}
