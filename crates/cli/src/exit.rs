//! What the process ends with.

/// The exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Exit(pub(crate) u8);

impl Exit {
    /// All is well.
    pub(crate) const OK: Self = Self(0);
    /// The run failed.
    pub(crate) const FAILED: Self = Self(1);
    /// The command line makes no sense; clap ends with the same number.
    pub(crate) const USAGE: Self = Self(2);
    /// The pipeline is wrong; nothing ran.
    pub(crate) const CONFIG: Self = Self(3);
    /// The run finished, but too many documents were rejected.
    pub(crate) const LIMIT: Self = Self(4);
    /// A test of a plugin failed.
    pub(crate) const TESTS: Self = Self(5);
    /// A plugin cannot be loaded.
    pub(crate) const PLUGIN: Self = Self(6);
    /// Stopped early, by `--deadline`; it can be run again.
    pub(crate) const STOPPED: Self = Self(75);
    /// Its terminal went away.
    pub(crate) const HUNG_UP: Self = Self(129);
    /// Interrupted from the keyboard.
    pub(crate) const INTERRUPTED: Self = Self(130);
    /// Asked to end by the system.
    pub(crate) const TERMINATED: Self = Self(143);
}
