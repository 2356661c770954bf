//! `docmill completions`.

use crate::args::{Args, CompletionsArgs};
use crate::exit::Exit;
use crate::terminal;
use clap::CommandFactory;

pub(crate) fn run(args: &CompletionsArgs) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "docmill", &mut script);
    terminal::print(&String::from_utf8_lossy(&script));
    Exit::OK
}
