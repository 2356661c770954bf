//! `docmill check`.

use crate::args::{CheckArgs, Format, OutputArgs};
use crate::exit::Exit;
use crate::load::load;
use crate::terminal;
use docmill_pipeline::Located;

pub(crate) fn run(args: &CheckArgs, output: &OutputArgs) -> Exit {
    let mut worst = Exit::OK;
    let mut found: Vec<Located> = Vec::new();
    for file in &args.files {
        let loaded = match load(file, &args.pipeline) {
            Ok(loaded) => loaded,
            Err(exit) => {
                worst = worse(worst, exit);
                continue;
            }
        };
        let mut exit = loaded.exit();
        if args.strict && exit == Exit::OK && !loaded.findings.is_empty() {
            exit = Exit::CONFIG;
        }
        worst = worse(worst, exit);
        if args.format == Format::Json {
            found.extend(loaded.findings.iter().map(|finding| finding.locate(&loaded.text)));
            continue;
        }
        terminal::complain(&loaded.render(output));
        if let (Exit::OK, Some(plan), false) = (exit, &loaded.plan, output.quiet) {
            terminal::print(&format!("{}: {} stages, no mistakes\n", loaded.name, plan.stages.len()));
        }
    }
    if args.format == Format::Json {
        terminal::print(&format!("{}\n", serde_json::to_string_pretty(&found).unwrap_or_default()));
    }
    worst
}

// A plugin that cannot be loaded hides further mistakes: it comes first.
fn worse(one: Exit, other: Exit) -> Exit {
    if one.0 >= other.0 { one } else { other }
}
