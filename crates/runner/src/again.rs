//! Calls that are made again because they failed for the moment alone.

use crate::{Failure, RunError, RunErrorKind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The wait before the first repetition; it doubles each time.
const FIRST_WAIT: Duration = Duration::from_millis(10);
/// The longest wait.
const LONGEST_WAIT: Duration = Duration::from_secs(1);
/// How often a wait looks whether the run is to be stopped.
const LOOK: Duration = Duration::from_millis(20);

/// Calls, and calls again up to `retry` times as long as the failure may pass.
///
/// Gives how often it was called again; none where no call failed for the moment. Waits give a service time to
/// recover and decide nothing else.
///
/// # Errors
/// When the run is to be stopped while it waits.
pub(crate) fn again<T>(
    retry: u32,
    cancel: &AtomicBool,
    mut call: impl FnMut() -> Result<T, Failure>,
) -> Result<(Result<T, Failure>, Option<u32>), RunError> {
    let mut times = None;
    loop {
        let called = call();
        let retryable = called.as_ref().is_err_and(|failure| failure.retryable && !failure.fatal);
        if !retryable {
            return Ok((called, times));
        }
        let made = times.map_or(0, |times| times);
        if made == retry {
            return Ok((called, Some(made)));
        }
        wait(made, cancel)?;
        times = Some(made + 1);
    }
}

fn wait(made: u32, cancel: &AtomicBool) -> Result<(), RunError> {
    let mut left = FIRST_WAIT.saturating_mul(1 << made.min(16)).min(LONGEST_WAIT);
    while !left.is_zero() {
        if cancel.load(Ordering::Relaxed) {
            let message = "the run was stopped before it was complete";
            return Err(RunError::new(RunErrorKind::Stopped, message));
        }
        let step = left.min(LOOK);
        std::thread::sleep(step);
        left -= step;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    /// Fails for the moment as often as told; gives what came of it and the number of calls.
    fn check(failures: u32, retry: u32) -> (bool, Option<u32>, u32) {
        let mut calls = 0;
        let called = again(retry, &AtomicBool::new(false), || {
            calls += 1;
            let failure = Failure { retryable: true, ..Failure::new("stage_error", "busy") };
            if calls > failures { Ok(()) } else { Err(failure) }
        });
        let (result, times) = called.unwrap();
        (result.is_ok(), times, calls)
    }

    #[test]
    fn a_call_is_made_again_as_often_as_it_may_be_and_no_oftener() {
        assert_eq!(check(0, 3), (true, None, 1));
        assert_eq!(check(2, 3), (true, Some(2), 3));
        assert_eq!(check(3, 3), (true, Some(3), 4));
        assert_eq!(check(4, 3), (false, Some(3), 4));
        assert_eq!(check(1, 0), (false, Some(0), 1));
    }

    #[test]
    fn other_failures_are_not_of_the_moment() {
        for failure in [
            Failure::new("stage_error", "no"),
            Failure { retryable: true, fatal: true, ..Failure::new("stage_error", "no") },
        ] {
            let mut calls = 0;
            let called = again(5, &AtomicBool::new(false), || -> Result<(), Failure> {
                calls += 1;
                Err(failure.clone())
            });
            assert_eq!((called.unwrap().1, calls), (None, 1));
        }
    }

    #[test]
    fn a_run_that_is_stopped_does_not_wait() {
        let began = Instant::now();
        let busy = || -> Result<(), Failure> {
            Err(Failure { retryable: true, ..Failure::new("stage_error", "busy") })
        };
        let stopped = again(100, &AtomicBool::new(true), busy).unwrap_err();
        assert_eq!(stopped.kind, RunErrorKind::Stopped);
        assert!(began.elapsed() < Duration::from_secs(5));
    }
}
