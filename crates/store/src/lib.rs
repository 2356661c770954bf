//! Everything docmill writes for itself: kept results, files that appear whole or not at all, the quarantine.
//!
//! The only crate that writes under a store's folder. It knows neither stages nor columns: a result is a list of
//! frames of bytes under a [`Key`], and the ledger says what it was made of.

mod atomic;
mod disk;
mod entry;
#[cfg(feature = "faults")]
pub mod fault;
mod kept;
mod key;
mod ledger;
mod listing;
mod pack;
mod quarantine;
mod store;

pub use atomic::{AtomicFile, can_write, remove_leftover};
pub use entry::{Reader, Writer, Written};
pub use kept::{Day, KeptDateline, KeptDocument};
pub use key::{Key, Recipe};
pub use ledger::Entry;
pub use listing::{Damage, Listing};
pub use quarantine::{DOCUMENTS, LIST, Quarantine, Rejection, rejections};
pub use store::{Store, StoreError, Swept};
