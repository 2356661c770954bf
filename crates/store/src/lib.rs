//! Everything docmill writes for itself: files that appear whole or not at all, the quarantine.

mod atomic;
mod quarantine;

pub use atomic::AtomicFile;
pub use quarantine::{Quarantine, Rejection};
