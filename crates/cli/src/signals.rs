//! Asks a run to stop when the system does.

use crate::exit::Exit;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Set by signals: the first asks the run to stop, a second one ends the process at once.
#[derive(Debug, Default)]
pub(crate) struct Signals {
    pub(crate) cancel: Arc<AtomicBool>,
    /// The status that the last signal asks for; 0 before any.
    status: Arc<AtomicUsize>,
}

impl Signals {
    /// Listens from now on.
    pub(crate) fn listen() -> Self {
        let signals = Self::default();
        let hung_up = hang_up().map(|signal| (signal, Exit::HUNG_UP));
        for (signal, exit) in
            [(SIGINT, Exit::INTERRUPTED), (SIGTERM, Exit::TERMINATED)].into_iter().chain(hung_up)
        {
            // A system that does not let us listen still runs the pipeline; it ends by the default action.
            let _ =
                flag::register_conditional_shutdown(signal, i32::from(exit.0), Arc::clone(&signals.cancel));
            let _ = flag::register_usize(signal, Arc::clone(&signals.status), usize::from(exit.0));
            let _ = flag::register(signal, Arc::clone(&signals.cancel));
        }
        signals
    }

    /// The status for a run that was stopped.
    pub(crate) fn exit(&self) -> Exit {
        let status = u8::try_from(self.status.load(Ordering::Relaxed)).ok();
        status.filter(|status| *status > 0).map_or(Exit::INTERRUPTED, Exit)
    }
}

/// The signal of a terminal that goes away, unless the run was begun to outlive it: `nohup` has it ignored, which
/// must stay so. Only Linux tells.
#[cfg(target_os = "linux")]
fn hang_up() -> Option<i32> {
    use signal_hook::consts::SIGHUP;
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
    let ignored = u64::from_str_radix(ignored.trim(), 16).ok()?;
    (ignored & (1 << (SIGHUP - 1)) == 0).then_some(SIGHUP)
}

#[cfg(not(target_os = "linux"))]
fn hang_up() -> Option<i32> {
    None
}
