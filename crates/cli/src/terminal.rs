//! What people see: messages, tables, the progress bar.

use crate::args::Colour;
use docmill_runner::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{ErrorKind, IsTerminal, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// True when messages on stderr are to be coloured.
pub(crate) fn colour(wish: Colour) -> bool {
    colour_on(wish, std::io::stderr().is_terminal())
}

/// True when what is shown on stdout is to be coloured.
pub(crate) fn colour_out(wish: Colour) -> bool {
    colour_on(wish, std::io::stdout().is_terminal())
}

fn colour_on(wish: Colour, is_terminal: bool) -> bool {
    match wish {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => is_terminal && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()),
    }
}

/// Writes to stdout. A reader that has gone away ends the output quietly; any other failure ends the process.
pub(crate) fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    if let Err(failure) = written.or_else(|e| if e.kind() == ErrorKind::BrokenPipe { Ok(()) } else { Err(e) })
    {
        error(&format!("cannot write to standard output: {failure}"), None);
        std::process::exit(1);
    }
}

/// Writes to stderr.
pub(crate) fn complain(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// An error that belongs to no line of a file.
pub(crate) fn error(message: &str, help: Option<&str>) {
    complain(&format!("error: {message}\n"));
    if let Some(help) = help {
        complain(&format!("  = help: {help}\n"));
    }
}

/// Adds Markdown to the summary of a job of GitHub's, if this is one.
pub(crate) fn step_summary(markdown: impl FnOnce() -> String) {
    let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) else { return };
    let file = std::fs::File::options().append(true).create(true).open(&path);
    let written = file.and_then(|mut file| file.write_all((markdown() + "\n").as_bytes()));
    if let Err(error) = written {
        complain(&format!("warning: cannot add to {}: {error}\n", Path::new(&path).display()));
    }
}

/// A path without `.` and `..` inside; links are not looked at.
pub(crate) fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir if plain.file_name().is_some() => {
                plain.pop();
            }
            Component::CurDir => {}
            other => plain.push(other),
        }
    }
    plain
}

/// A path as people like to read it: plain, and from the working folder where it lies below it.
pub(crate) fn shown(path: &Path) -> String {
    let plain = plain(path);
    let below =
        std::env::current_dir().ok().and_then(|here| plain.strip_prefix(here).ok().map(Path::to_owned));
    below.unwrap_or(plain).display().to_string()
}

/// A table with a header, numbers to the right.
pub(crate) fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |n: usize| rows.iter().filter_map(|row| row.get(n)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|n| width(n).unwrap_or(0)).collect();
    let is_number = |cell: &str| cell.starts_with(|c: char| c.is_ascii_digit()) || cell == "-";
    let numeric: Vec<bool> =
        (0..columns).map(|n| rows.iter().skip(1).filter_map(|r| r.get(n)).all(|c| is_number(c))).collect();
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (n, cell) in row.iter().enumerate() {
            let pad = " ".repeat(widths[n] - cell.chars().count());
            let gap = if n == 0 { "" } else { "  " };
            line += &if numeric[n] { format!("{gap}{pad}{cell}") } else { format!("{gap}{cell}{pad}") };
        }
        out += line.trim_end();
        out.push('\n');
    }
    out
}

/// A number with thousands apart: `1 234 567`.
pub(crate) fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

/// Shows a bar on stderr until `done`, on a terminal and outside CI; else returns at once.
pub(crate) fn show_progress(progress: &Progress, done: &AtomicBool, quiet: bool) {
    if quiet || !std::io::stderr().is_terminal() || std::env::var_os("CI").is_some() {
        return;
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    // Before the first block is done nothing is known of the time left.
    let plain = ProgressStyle::with_template("{spinner} {msg}").ok();
    let full = ProgressStyle::with_template("{bar:30} {percent:>3} %  {msg}  {eta} left").ok();
    plain.into_iter().for_each(|style| bar.set_style(style));
    let mut full = full;
    let began = std::time::Instant::now();
    while !done.load(Ordering::Relaxed) {
        let (stored, total) = progress.stored_bytes();
        if stored > 0 {
            full.take().into_iter().for_each(|style| bar.set_style(style));
        }
        bar.tick();
        bar.set_length(total.max(1));
        bar.set_position(stored);
        let speed = progress.text_bytes() as f64 / 1e6 / began.elapsed().as_secs_f64().max(0.001);
        bar.set_message(format!("{} documents, {speed:.1} MB/s", number(progress.documents())));
        std::thread::sleep(Duration::from_millis(80));
    }
    bar.finish_and_clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_right_and_words_left() {
        let rows = [["stage", "out"], ["segment", "1 095"], ["x", "7"]];
        let rows: Vec<Vec<String>> =
            rows.iter().map(|r| r.iter().map(|c| (*c).to_owned()).collect()).collect();
        assert_eq!(table(&rows), "stage      out\nsegment  1 095\nx            7\n");
    }

    #[test]
    fn paths_are_shown_without_detours() {
        assert_eq!(shown(Path::new("/a/b/../c/./d.json")), "/a/c/d.json");
        assert_eq!(shown(Path::new("../x")), "../x");
        let here = std::env::current_dir().unwrap();
        assert_eq!(shown(&here.join("p/../out/x.json")), "out/x.json");
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(number(0), "0");
        assert_eq!(number(1_234_567), "1 234 567");
        assert_eq!(number(123), "123");
    }
}
