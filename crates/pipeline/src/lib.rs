//! The pipeline language of docmill: parse, check, diagnostics, plan.
//!
//! A pipeline is a TOML file; [`parse`] reads it, [`check`] holds it against the installed stages and comes to
//! a [`Plan`]. This crate opens no file, loads no plugin and reads no environment: text in, plan out. Whatever
//! is wrong comes back as [`Diagnostic`]s, all of a file at once, each with its place.
//!
//! ```
//! use docmill_pipeline::{Settings, parse};
//!
//! let text = "[[stage]]\nuse = \"segment\"\nwiht = {}\n";
//! let errors = parse("news.toml", text, &Settings::default()).unwrap_err();
//! assert_eq!(
//!     errors[0].render(text, false),
//!     "error[E0201]: unknown key `wiht` in a stage\n --> news.toml:3:1\n3 | wiht = {}\n  | ^^^^ did you mean \
//!      `with`?\n  = help: known keys: `use`, `id`, `from`, `when`, `with`, `unread`, `on_error`, `batch`, `isolation`, `timeout`, `retry`\n"
//! );
//! ```

mod check;
mod code;
mod columns;
mod diagnostic;
mod effective;
pub mod graph;
mod layout;
mod parse;
mod pipeline;
mod place;
mod plan;
mod render;
mod schema;
mod secrets;
mod settings;
mod sources;
mod stages;
mod suggest;
mod units;

#[cfg(test)]
mod fixture;

pub use check::{check, check_tests};
pub use code::{Code, UnknownCode};
pub use columns::{Column, ColumnType, ColumnTypeError, Field};
pub use diagnostic::{Diagnostic, Located, Severity};
pub use effective::Effective;
pub use layout::format;
pub use parse::effective::effective;
pub use parse::{parse, parse_recoverable, parse_tests};
pub use pipeline::{
    DuplicateIds, ExpectDecl, Expected, GateDecl, Inputs, Isolation, Offsets, OnError, Origin, Param,
    ParamType, Pipeline, PluginDecl, Quarantine, Run, Sandbox, ScoreDecl, StageDecl, Store, TestDecl,
    TestInput, TestsFile, Wanted,
};
pub use place::{Place, Placed, Places};
pub use plan::{DROP_REASON, Edge, Gate, Plan, PlannedStage, Score};
pub use render::harmless;
pub use schema::schema;
pub use secrets::Secrets;
pub use settings::{ReadBase, Settings};
pub use sources::{Sources, Spot};
pub use stages::{Answer, Kind, ParamFault, StageInfo, Stages};
pub use units::{bytes, milliseconds};
