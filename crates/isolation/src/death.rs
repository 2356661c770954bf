//! What a dead process says of its end.

use crate::Death;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::Duration;

/// What is known when a process has died.
pub(crate) struct Evidence<'a> {
    pub(crate) status: Option<ExitStatus>,
    /// The time that it was given, if it was killed for taking longer.
    pub(crate) late: Option<Duration>,
    /// The end of what it wrote to its standard error.
    pub(crate) words: &'a str,
    pub(crate) memory: u64,
    /// True when it had worked on nothing else.
    pub(crate) is_fresh: bool,
}

/// What Rust's and C++'s libraries say before they abort for want of memory.
const OUT_OF_MEMORY: [&str; 3] = ["memory allocation of ", "std::bad_alloc", "out of memory"];

pub(crate) fn judge(evidence: &Evidence<'_>) -> Death {
    let signal = evidence.status.and_then(|status| status.signal());
    let says = |words: &str| evidence.words.contains(words);
    let plain =
        |code: &str, message: String| Death { code: code.to_owned(), message, is_plain: evidence.is_fresh };
    if let Some(limit) = evidence.late {
        let message = format!("its process was stopped: it took longer than {}", shown(limit));
        return Death { is_plain: true, ..plain("timeout", message) };
    }
    if signal == Some(libc::SIGABRT) && OUT_OF_MEMORY.iter().any(|words| says(words)) {
        let limit = evidence.memory >> 20;
        return plain("oom", format!("its process ran out of memory: the limit is {limit} MiB"));
    }
    if signal.is_some() && says("has overflowed its stack") {
        return plain("crash", "its process overflowed the stack".to_owned());
    }
    if let Some(signal) = signal {
        let name = name(signal);
        let death = plain(&format!("crash:{name}"), format!("its process was ended by {name}"));
        // No plugin does that to itself; the system does, or a person.
        return Death { is_plain: death.is_plain && signal != libc::SIGKILL, ..death };
    }
    match evidence.status.and_then(|status| status.code()) {
        Some(code) => {
            plain("crash:exit", format!("its process exited with status {code} in the middle of its work"))
        }
        None => plain("crash", "its process is gone".to_owned()),
    }
}

fn shown(time: Duration) -> String {
    let ms = time.as_millis();
    if ms.is_multiple_of(1000) { format!("{} s", ms / 1000) } else { format!("{ms} ms") }
}

fn name(signal: i32) -> String {
    let known = [
        (libc::SIGABRT, "SIGABRT"),
        (libc::SIGALRM, "SIGALRM"),
        (libc::SIGBUS, "SIGBUS"),
        (libc::SIGFPE, "SIGFPE"),
        (libc::SIGHUP, "SIGHUP"),
        (libc::SIGILL, "SIGILL"),
        (libc::SIGINT, "SIGINT"),
        (libc::SIGKILL, "SIGKILL"),
        (libc::SIGPIPE, "SIGPIPE"),
        (libc::SIGQUIT, "SIGQUIT"),
        (libc::SIGSEGV, "SIGSEGV"),
        (libc::SIGSYS, "SIGSYS"),
        (libc::SIGTERM, "SIGTERM"),
        (libc::SIGTRAP, "SIGTRAP"),
        (libc::SIGUSR1, "SIGUSR1"),
        (libc::SIGUSR2, "SIGUSR2"),
        (libc::SIGXCPU, "SIGXCPU"),
        (libc::SIGXFSZ, "SIGXFSZ"),
    ];
    let known = known.iter().find(|(number, _)| *number == signal);
    known.map_or_else(|| format!("signal {signal}"), |(_, name)| (*name).to_owned())
}
