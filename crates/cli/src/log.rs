//! The log on stderr.

use crate::args::{LogFormat, OutputArgs};
use crate::terminal;
use tracing::level_filters::LevelFilter;

/// Listens to all crates and plugins from now on. Must come before the first plugin is entered.
pub(crate) fn init(output: &OutputArgs) {
    let level = match (output.quiet, output.verbose) {
        (true, _) => LevelFilter::ERROR,
        (_, 0) => LevelFilter::WARN,
        (_, 1) => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    let builder = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .with_ansi(terminal::colour(output.color));
    // Refused only when a subscriber is there already, which then does the work.
    let _ = match output.log_format {
        LogFormat::Human => tracing::subscriber::set_global_default(builder.without_time().finish()),
        LogFormat::Json => {
            tracing::subscriber::set_global_default(builder.json().flatten_event(true).finish())
        }
    };
}
