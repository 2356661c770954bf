//! Asks a run to stop when the system does.

use crate::exit::Exit;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Set by signals: the first asks the run to stop, a second one ends the process at once.
#[derive(Debug, Default)]
pub(crate) struct Signals {
    pub(crate) cancel: Arc<AtomicBool>,
    terminated: Arc<AtomicBool>,
}

impl Signals {
    /// Listens from now on.
    pub(crate) fn listen() -> Self {
        let signals = Self::default();
        for (signal, exit) in [(SIGINT, Exit::INTERRUPTED), (SIGTERM, Exit::TERMINATED)] {
            // A system that does not let us listen still runs the pipeline; it ends by the default action.
            let _ =
                flag::register_conditional_shutdown(signal, i32::from(exit.0), Arc::clone(&signals.cancel));
            let _ = flag::register(signal, Arc::clone(&signals.cancel));
        }
        let _ = flag::register(SIGTERM, Arc::clone(&signals.terminated));
        signals
    }

    /// The status for a run that was stopped.
    pub(crate) fn exit(&self) -> Exit {
        if self.terminated.load(Ordering::Relaxed) { Exit::TERMINATED } else { Exit::INTERRUPTED }
    }
}
