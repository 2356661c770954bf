//! Faults, each made to happen and seen to have happened: one file a theme.

mod identity;
mod quarantine;
mod retry;
mod secrets;
