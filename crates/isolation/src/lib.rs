//! Runs a stage in a process of its own, so that nothing the stage does can take the run down.
//!
//! The host starts the program anew with a hidden verb; there `serve` restricts the process, opens the same library
//! and makes the stage. Batches travel through memory files: the worker maps the host's and reads it without a copy;
//! the host copies the worker's and checks it to the last value before it trusts any. A [`Worker`] whose process dies,
//! hangs or takes too much memory gives a [`Fault`] that tells the cause.
//!
//! Linux alone has all that is needed; elsewhere [`Workshop::new`] says so, and nothing else can be called.

#[cfg(target_os = "linux")]
mod codec;
#[cfg(target_os = "linux")]
mod confine;
#[cfg(target_os = "linux")]
mod death;
#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod log;
#[cfg(target_os = "linux")]
mod map;
#[cfg(target_os = "linux")]
mod pipes;
#[cfg(target_os = "linux")]
mod serve;
#[cfg(target_os = "linux")]
mod spawn;
mod task;
#[cfg(target_os = "linux")]
mod wire;
#[cfg(target_os = "linux")]
mod worker;

#[cfg(not(target_os = "linux"))]
pub use elsewhere::{Worker, Workshop, serve};
#[cfg(target_os = "linux")]
pub use serve::serve;
#[cfg(target_os = "linux")]
pub use spawn::Workshop;
pub use task::{Origin, Pace, Sandbox, Task};
#[cfg(target_os = "linux")]
pub use worker::Worker;

use docmill_loader::CallError;
use std::fmt;

/// Whether this system can give a stage a process of its own.
pub const IS_SUPPORTED: bool = cfg!(target_os = "linux");

/// Why a stage in a process of its own gave nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The call failed as it would have without the process.
    Call(CallError),
    /// The process died, or was ended because it took too long.
    Died(Death),
    /// The run is to stop, and the stage did not come to an end in time.
    Cancelled,
    /// There is no process, or none that is confined as it must be; the text says why.
    Refused(String),
}

/// The end of a worker process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Death {
    /// `crash:SIGSEGV`, `crash:exit`, `crash`, `timeout`, `oom`.
    pub code: String,
    /// For people; the same for the same cause.
    pub message: String,
    /// False when what it worked on may not be the cause: it had worked on other things before, or somebody else
    /// killed it.
    pub is_plain: bool,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(error) => error.fmt(f),
            Self::Died(death) => f.write_str(&death.message),
            Self::Cancelled => f.write_str("the run was stopped"),
            Self::Refused(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for Fault {}
