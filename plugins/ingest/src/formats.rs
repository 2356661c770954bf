//! The formats, one file each.

pub(crate) mod csv;
pub(crate) mod documents;
pub(crate) mod html;
pub(crate) mod jsonl;
pub(crate) mod markdown;
mod shape;
pub(crate) mod text;
