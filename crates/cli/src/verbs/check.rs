//! `docmill check`.

use crate::args::{CheckArgs, CheckFormat, OutputArgs};
use crate::checked::{Checked, worse};
use crate::exit::Exit;
use crate::formats::{self, human};
use crate::gather;
use crate::terminal;

pub(crate) fn run(args: &CheckArgs, output: &OutputArgs) -> Exit {
    let mut worst = Exit::OK;
    let mut all = Vec::new();
    for found in gather::files(&args.files) {
        let checked = match found {
            Ok(file) => Checked::file(&file, args),
            Err(nothing) => Checked::nothing(nothing),
        };
        worst = worse(worst, checked.exit);
        if let Some((message, help)) = &checked.unread {
            terminal::error(message, *help);
        }
        if args.format == CheckFormat::Human {
            terminal::complain(&human::mistakes(&checked, terminal::colour(output.color)));
            if checked.exit == Exit::OK && !output.quiet {
                terminal::print(&human::well(&checked));
            }
        }
        all.push(checked);
    }
    terminal::print(&formats::write(args.format, &all));
    terminal::step_summary(|| formats::markdown::write(&all));
    worst
}
