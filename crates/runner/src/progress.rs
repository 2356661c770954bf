//! Numbers that a progress bar reads while the run goes on.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Counters shared between the run and whoever shows it; reading them costs the run nothing.
#[derive(Debug, Default)]
pub struct Progress {
    documents: AtomicU64,
    text_bytes: AtomicU64,
    stored_bytes: AtomicU64,
    stored_total: AtomicU64,
}

impl Progress {
    /// Documents read so far.
    #[must_use]
    pub fn documents(&self) -> u64 {
        self.documents.load(Relaxed)
    }

    /// Bytes of text read so far.
    #[must_use]
    pub fn text_bytes(&self) -> u64 {
        self.text_bytes.load(Relaxed)
    }

    /// Bytes of the input, as stored, that are done, and all of them.
    #[must_use]
    pub fn stored_bytes(&self) -> (u64, u64) {
        (self.stored_bytes.load(Relaxed), self.stored_total.load(Relaxed))
    }

    pub(crate) fn expect(&self, stored_bytes: u64) {
        self.stored_total.store(stored_bytes, Relaxed);
    }

    pub(crate) fn read(&self, documents: u64, text_bytes: u64) {
        self.documents.fetch_add(documents, Relaxed);
        self.text_bytes.fetch_add(text_bytes, Relaxed);
    }

    pub(crate) fn block_done(&self, stored_bytes: u64) {
        self.stored_bytes.fetch_add(stored_bytes, Relaxed);
    }
}
