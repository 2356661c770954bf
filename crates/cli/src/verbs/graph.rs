//! `docmill graph`.

use crate::args::{Drawing, GraphArgs, OutputArgs};
use crate::exit::Exit;
use crate::load::load_sound;
use crate::terminal;
use docmill_pipeline::graph::{dot, mermaid, text};

pub(crate) fn run(args: &GraphArgs, output: &OutputArgs) -> Exit {
    let plan = match load_sound(&args.file, &args.pipeline, output) {
        Ok((_, plan)) => plan,
        Err(exit) => return exit,
    };
    terminal::print(&match args.format {
        Drawing::Text => text(&plan),
        Drawing::Mermaid => mermaid(&plan),
        Drawing::Dot => dot(&plan),
    });
    Exit::OK
}
