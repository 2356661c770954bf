//! What a worker process is started for.

use docmill_loader::Hide;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// A stage that is to have processes of its own: one for each thread of a run.
#[derive(Debug)]
pub struct Task {
    /// The library that ships it.
    pub library: Origin,
    /// Its number in the library.
    pub stage: usize,
    /// Its name in the pipeline.
    pub id: String,
    /// Its params.
    pub params: Value,
    /// The pipeline's folder.
    pub folder: PathBuf,
    /// Whether it adds, drops or reorders rows.
    pub changes_rows: bool,
    /// Whether the process is kept from files, the network and other programs.
    pub sandbox: Sandbox,
    /// Files and folders that it may read besides those of the system.
    pub readable: Vec<PathBuf>,
    /// The memory that it may write to, in bytes.
    pub memory: u64,
    /// How long it may take.
    pub pace: Pace,
    /// Set when the run is to stop.
    pub cancel: Arc<AtomicBool>,
    /// What becomes of the words that it prints and logs before anybody sees them.
    pub hide: Option<Hide>,
}

/// Where a worker finds its library.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    /// Linked into the program: the name of its crate.
    Linked(String),
    /// A file.
    File(PathBuf),
}

/// Whether a process is kept from files, the network and other programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sandbox {
    /// It is, or it is not used.
    Required,
    /// As far as the system can.
    BestEffort,
    /// It is not.
    Off,
}

/// How long a stage may take for a batch.
///
/// For one document as long as it is given, by a clock that no one sets. For several as long as the stage can need,
/// by what it needed before: one that hangs is then found without waiting for each of its neighbours in vain. A batch
/// that is stopped too early for that costs time alone: its documents come again, in smaller batches.
#[derive(Debug)]
pub struct Pace {
    one: Duration,
    /// The nanoseconds that a document has lately needed on average over a batch, the most of them; 0 before the first.
    needed: AtomicU64,
}

impl Pace {
    /// The time for one document, where nothing is said.
    pub const UNLESS_SET: Duration = Duration::from_mins(1);

    /// A stage that may take so long for one document.
    #[must_use]
    pub fn new(one: Option<Duration>) -> Self {
        Self { one: one.unwrap_or(Self::UNLESS_SET), needed: AtomicU64::new(0) }
    }

    /// The time for so many documents.
    #[cfg(target_os = "linux")]
    pub(crate) fn limit(&self, rows: usize) -> Duration {
        if rows <= 1 {
            return self.one;
        }
        let rows = u32::try_from(rows).unwrap_or(u32::MAX);
        let needed = Duration::from_nanos(self.needed.load(Ordering::Relaxed));
        // Ten times what it needed leaves room for long documents, a second for busy machines.
        let least = if needed.is_zero() { self.one } else { self.one.min(Duration::from_secs(1)) };
        needed.saturating_mul(rows).saturating_mul(10).max(least).min(self.one.saturating_mul(rows))
    }

    /// Learns what a batch took.
    #[cfg(target_os = "linux")]
    pub(crate) fn took(&self, rows: usize, time: Duration) {
        let average = u64::try_from(time.as_nanos() / rows.max(1) as u128).unwrap_or(u64::MAX);
        let learn = |before: u64| Some(average.max(before / 8 * 7).max(1));
        let _ = self.needed.fetch_update(Ordering::Relaxed, Ordering::Relaxed, learn);
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn one_document_has_its_time_and_many_have_what_they_are_likely_to_need() {
        let pace = Pace::new(Some(Duration::from_secs(2)));
        assert_eq!(pace.limit(1), Duration::from_secs(2));
        assert_eq!(pace.limit(256), Duration::from_secs(2), "nothing is known yet");
        pace.took(256, Duration::from_millis(256));
        assert_eq!(pace.limit(1), Duration::from_secs(2));
        assert_eq!(pace.limit(64), Duration::from_secs(1));
        assert_eq!(pace.limit(256), Duration::from_millis(2560));
        pace.took(1, Duration::from_millis(1900));
        assert_eq!(pace.limit(256), Duration::from_secs(512), "no more than all of them may take");
        for _ in 0..60 {
            pace.took(256, Duration::from_millis(256));
        }
        assert!(pace.limit(256) < Duration::from_secs(4), "a slow one is forgotten");
    }
}
