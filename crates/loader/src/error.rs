//! Why a plugin cannot be loaded.

use std::fmt;

/// The sort of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LoadErrorKind {
    /// No file was found.
    NotFound,
    /// The file is no shared library for this machine, or one it depends on is missing.
    NotALibrary,
    /// The library exports no entry function.
    NoEntry,
    /// The plugin speaks another version of the interface.
    WrongVersion,
    /// The entry function failed.
    Refused,
    /// What the plugin says of its stages makes no sense.
    BadDescription,
}

/// A plugin that cannot be loaded, with every path or symbol that was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    kind: LoadErrorKind,
    message: String,
    tried: Vec<String>,
}

impl LoadError {
    pub(crate) fn new(kind: LoadErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), tried: Vec::new() }
    }

    pub(crate) fn tried(mut self, tried: Vec<String>) -> Self {
        self.tried = tried;
        self
    }

    /// The sort of failure.
    #[must_use]
    pub fn kind(&self) -> LoadErrorKind {
        self.kind
    }

    /// The paths or symbols that were tried, in order.
    #[must_use]
    pub fn attempts(&self) -> &[String] {
        &self.tried
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if !self.tried.is_empty() {
            write!(f, " (tried {})", self.tried.join(", "))?;
        }
        Ok(())
    }
}

impl std::error::Error for LoadError {}
