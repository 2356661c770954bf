//! Finds, opens and vets plugins and turns each into stages.
//!
//! A [`Library`] is a plugin, linked in or loaded from a file; [`Library::create`] gives an [`Instance`] of
//! one of its stages. Both ways go through the same C functions, so no stage can tell which way it came.
//! Nothing is ever unloaded: batches and stages may be released on any thread until the process ends.

mod blocks;
mod call;
mod error;
mod find;
mod foreign;
mod host;
mod instance;
mod library;
mod vet;

pub use blocks::BlockReader;
pub use call::CallError;
pub use error::{LoadError, LoadErrorKind};
pub use find::{candidates, installed};
pub use host::{Hide, HostContext, Surroundings};
pub use instance::{Instance, Output, Rows, check_types};
pub use library::{Library, LinkedEntry, Planned};
