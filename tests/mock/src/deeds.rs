//! What only a process of its own survives, and what only a confined one is kept from.

use docmill_sdk::StageError;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// Does what a text says: `mock:segv`, `mock:abort`, `mock:exit`, `mock:overflow`, `mock:sleep`, `mock:slow` (a second), `mock:spin`,
/// `mock:stubborn` (ignores SIGTERM and sleeps), `mock:eat` (memory without end), `mock:leave-child`, `mock:print`,
/// `mock:read PATH`, `mock:write PATH`, `mock:connect`, `mock:execute`, `mock:kill-parent`; or nothing.
///
/// # Errors
/// What the system says to the last few.
pub(crate) fn do_as_told(text: &str) -> Result<(), StageError> {
    let Some((_, told)) = text.split_once("mock:") else { return Ok(()) };
    let mut words = told.split_whitespace();
    let (deed, path) =
        (words.next().unwrap_or_default().trim_end_matches('.'), words.next().unwrap_or_default());
    match deed {
        "segv" => segfault(),
        "abort" => std::process::abort(),
        "exit" => std::process::exit(0),
        "overflow" => drop(black_box(deeper(1))),
        "sleep" => sleep(),
        "slow" => std::thread::sleep(Duration::from_secs(1)),
        "spin" => loop {
            std::hint::spin_loop();
        },
        "stubborn" => {
            ignore_termination();
            sleep();
        }
        "eat" => eat(),
        "leave-child" => drop(Command::new("sleep").arg("300").spawn()?),
        "print" => print(),
        "read" => drop(std::fs::read(path)?),
        "write" => std::fs::write(Path::new(path), "written")?,
        "connect" => drop(std::net::TcpListener::bind("127.0.0.1:0")?),
        "execute" => drop(Command::new("true").status()?),
        "kill-parent" => kill_parent()?,
        _ => {}
    }
    Ok(())
}

#[expect(unsafe_code, reason = "the plugin exists to crash")]
fn segfault() {
    // SAFETY: none; that is what it is for.
    unsafe { black_box(std::ptr::null_mut::<u8>()).write_volatile(1) };
}

fn deeper(n: u64) -> u64 {
    let here = black_box([n; 512]);
    if n == 0 { 0 } else { deeper(here[black_box(7)] + 1) + here[3] }
}

fn sleep() {
    loop {
        std::thread::sleep(Duration::from_mins(10));
    }
}

fn eat() {
    let mut all = Vec::new();
    loop {
        all.push(black_box(vec![1_u8; 1 << 20]));
    }
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "the plugin exists to be noisy")]
fn print() {
    for n in 0..3000 {
        println!("noise on stdout, line {n}");
    }
    eprintln!("noise on stderr");
}

#[cfg(unix)]
#[expect(unsafe_code, reason = "calls the C library")]
fn ignore_termination() {
    // SAFETY: ignoring a signal runs no code.
    unsafe { libc::signal(libc::SIGTERM, libc::SIG_IGN) };
}

#[cfg(not(unix))]
fn ignore_termination() {}

#[cfg(unix)]
#[expect(unsafe_code, reason = "calls the C library")]
fn kill_parent() -> std::io::Result<()> {
    // SAFETY: asks for a number and sends a signal; touches no memory. Signal 0 only asks whether it may.
    let sent = unsafe { libc::kill(libc::getppid(), 0) };
    if sent == 0 { Ok(()) } else { Err(std::io::Error::last_os_error()) }
}

#[cfg(not(unix))]
fn kill_parent() -> std::io::Result<()> {
    Ok(())
}
