//! Where worker processes come from.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};

type Job = (OwnedFd, SyncSender<io::Result<Child>>);

/// Starts worker processes: this program anew, or another one that calls [`serve`](crate::serve).
///
/// All are children of one thread that lives as long as any of them: the system ends a worker with the thread that
/// started it, not with the process.
#[derive(Debug)]
pub struct Workshop {
    jobs: Sender<Job>,
    warned: AtomicBool,
}

impl Workshop {
    /// A workshop whose workers run `program` with these arguments; `None` is the program that runs now.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn new(program: Option<PathBuf>, arguments: Vec<String>) -> io::Result<Arc<Self>> {
        let (jobs, to_do) = channel::<Job>();
        // The file itself, even when another one has its name by now.
        let program = program.unwrap_or_else(|| PathBuf::from("/proc/self/exe"));
        std::thread::Builder::new()
            .name("workshop".to_owned())
            .spawn(move || start_all(&program, &arguments, &to_do))?;
        Ok(Arc::new(Self { jobs, warned: AtomicBool::new(false) }))
    }

    /// Starts a worker that speaks through `socket`.
    pub(crate) fn start(&self, socket: OwnedFd) -> io::Result<Child> {
        let (answer, result) = sync_channel(1);
        let gone = || io::Error::other("the thread that starts workers is gone");
        self.jobs.send((socket, answer)).map_err(|_| gone())?;
        result.recv().map_err(|_| gone())?
    }

    /// Tells once what the system cannot deny workers.
    pub(crate) fn warn(&self, stage: &str, lack: &str) {
        if !self.warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(stage, "this system cannot keep a stage's process from {lack}");
        }
    }
}

fn start_all(program: &PathBuf, arguments: &[String], to_do: &Receiver<Job>) {
    while let Ok((socket, answer)) = to_do.recv() {
        let mut command = Command::new(program);
        // A group of its own: the keyboard's signals are the run's to answer, and all of it can be ended at once.
        command.arg0("docmill").args(arguments).process_group(0);
        // A worker asks for the same memory with every batch: the C library need not give it back in between.
        command.env("MALLOC_TRIM_THRESHOLD_", "268435456").env("MALLOC_MMAP_THRESHOLD_", "33554432");
        command.stdin(socket).stdout(Stdio::piped()).stderr(Stdio::piped());
        // Whoever asked may be gone by now; then the worker's socket is closed, and it ends.
        let _ = answer.send(command.spawn());
    }
}
