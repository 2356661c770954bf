//! Faults on purpose, at every operation that touches a disk. Only built with the feature `faults`.
//!
//! Every operation in `disk.rs` passes a *point* before and after itself, and a write one in the middle, when half of
//! the bytes are written. Points are counted from 1 in the order in which they come, so a test can stop a run at each of
//! them in turn. One plan a process.

use std::io;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// What happens at a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// The process ends at once, as by `kill -9`: nothing is flushed, nothing is cleaned up.
    Kill,
    /// The operation fails: the disk is full. So does every operation that writes from then on.
    Full,
    /// The operation fails once: an I/O error.
    Error,
    /// Nothing; the points are listed.
    List,
}

/// A writer that is broken on purpose: the tests must notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// Writes under the final name from the beginning and never renames.
    NoRename,
    /// Appends to the ledger before the data is written.
    LedgerFirst,
}

#[derive(Debug)]
struct Plan {
    kind: Kind,
    at: u64,
    broken: Option<Broken>,
    log: Option<PathBuf>,
    passed: AtomicU64,
}

static PLAN: OnceLock<Plan> = OnceLock::new();

/// Sets the plan: `KIND:N` with `kill`, `full` or `error` and the number of the point; `list:FILE` writes the names of
/// all points to a file, one a line; `,no-rename` or `,ledger-first` after it breaks the writer.
///
/// # Errors
/// A sentence for a plan that cannot be understood. A second plan in one process is one too.
pub fn plan(text: &str) -> Result<(), String> {
    let (what, broken) = text.split_once(',').map_or((text, None), |(what, broken)| (what, Some(broken)));
    let wrong = || format!("`{text}` is no plan of faults");
    let (kind, at) = what.split_once(':').ok_or_else(wrong)?;
    let broken = match broken {
        None => None,
        Some("no-rename") => Some(Broken::NoRename),
        Some("ledger-first") => Some(Broken::LedgerFirst),
        Some(_) => return Err(wrong()),
    };
    let number = || at.parse().map_err(|_| wrong());
    let (kind, at, log) = match kind {
        "kill" => (Kind::Kill, number()?, None),
        "full" => (Kind::Full, number()?, None),
        "error" => (Kind::Error, number()?, None),
        "list" => (Kind::List, 0, Some(PathBuf::from(at))),
        _ => return Err(wrong()),
    };
    let plan = Plan { kind, at, broken, log, passed: AtomicU64::new(0) };
    PLAN.set(plan).map_err(|_| "there is a plan of faults already".to_owned())
}

/// True when the writer is to be broken in this way.
pub(crate) fn is(broken: Broken) -> bool {
    PLAN.get().is_some_and(|plan| plan.broken == Some(broken))
}

/// Passes a point.
pub(crate) fn point(what: &str, operation: &str, moment: &str) -> io::Result<()> {
    let Some(plan) = PLAN.get() else { return Ok(()) };
    let number = plan.passed.fetch_add(1, Ordering::SeqCst) + 1;
    match plan.kind {
        Kind::List => {
            use std::io::Write;
            let log = plan.log.as_deref().ok_or(io::ErrorKind::InvalidInput)?;
            let mut log = std::fs::File::options().create(true).append(true).open(log)?;
            writeln!(log, "{what} {operation} {moment}")
        }
        Kind::Kill if number == plan.at => std::process::abort(),
        Kind::Full if number >= plan.at => Err(io::ErrorKind::StorageFull.into()),
        Kind::Error if number == plan.at => Err(io::Error::other("an input/output error, on purpose")),
        _ => Ok(()),
    }
}
