#![cfg(test)]
//! Whole runs of docmill: the command as a user runs it, files in, files out.

mod ci;
mod command;
mod crash;
mod determinism;
mod diagnostics;
mod diff;
mod exits;
mod faults;
mod formats;
mod formats_run;
mod gather;
mod hostile;
mod interface;
mod language;
mod lock;
mod mock;
mod pipelines;
mod quarantine_verb;
mod readme;
mod report;
mod sample;
mod scaffold;
mod selection;
mod shards;
mod store;
mod subset;
mod tests_verb;
mod verbs;
mod views;
