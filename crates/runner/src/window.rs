//! The ordered, bounded hand-over between workers and sinks.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Parcels of several blocks, given out in block order.
///
/// A worker on the block that is next waits for nothing; one that is ahead waits while more than the
/// limit is held, so memory stays bounded and nobody waits for ever.
pub(crate) struct Window<T> {
    state: Mutex<State<T>>,
    room: Condvar,
    ready: Condvar,
    limit: usize,
    blocks: usize,
}

struct State<T> {
    current: usize,
    queues: BTreeMap<usize, Queue<T>>,
    held: usize,
    closed: bool,
}

struct Queue<T> {
    parcels: VecDeque<(T, usize)>,
    complete: bool,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self { parcels: VecDeque::new(), complete: false }
    }
}

impl<T> Window<T> {
    /// A window over `blocks` blocks that holds about `limit` bytes.
    pub(crate) fn new(blocks: usize, limit: usize) -> Self {
        let state = State { current: 0, queues: BTreeMap::new(), held: 0, closed: false };
        Self { state: Mutex::new(state), room: Condvar::new(), ready: Condvar::new(), limit, blocks }
    }

    // A thread that panicked inside the lock leaves whole values behind: only counters and queues change.
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands a parcel of `bytes` over; false when the window was closed and the work is no longer wanted.
    pub(crate) fn push(&self, block: usize, parcel: T, bytes: usize) -> bool {
        let mut state = self.lock();
        while !state.closed && block != state.current && state.held > self.limit {
            state = self.room.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        // The next block's queue is bounded as well: its worker waits for the sink, not for others.
        while !state.closed
            && block == state.current
            && state
                .queues
                .get(&block)
                .is_some_and(|q| q.parcels.iter().map(|p| p.1).sum::<usize>() > self.limit)
        {
            state = self.room.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.closed {
            return false;
        }
        state.held += bytes;
        state.queues.entry(block).or_default().parcels.push_back((parcel, bytes));
        self.ready.notify_one();
        true
    }

    /// Says that a block is complete.
    pub(crate) fn complete(&self, block: usize) {
        self.lock().queues.entry(block).or_default().complete = true;
        self.ready.notify_one();
    }

    /// The next parcel in block order; none when all blocks are done or the window is closed.
    pub(crate) fn pop(&self) -> Option<T> {
        let mut state = self.lock();
        loop {
            if state.closed || state.current == self.blocks {
                return None;
            }
            let current = state.current;
            let queue = state.queues.entry(current).or_default();
            if let Some((parcel, bytes)) = queue.parcels.pop_front() {
                state.held -= bytes;
                self.room.notify_all();
                return Some(parcel);
            }
            if queue.complete {
                state.queues.remove(&current);
                state.current += 1;
                self.room.notify_all();
                continue;
            }
            state = self.ready.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Ends the hand-over: waiting workers and the reader return at once.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.room.notify_all();
        self.ready.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parcels_come_in_block_order_whoever_is_faster() {
        let window = Window::new(3, 1000);
        window.push(2, "c", 1);
        window.complete(2);
        window.push(0, "a", 1);
        window.push(0, "b", 1);
        window.complete(0);
        window.complete(1);
        assert_eq!(std::iter::from_fn(|| window.pop()).collect::<Vec<_>>(), ["a", "b", "c"]);
    }

    #[test]
    fn a_worker_that_is_ahead_waits_and_the_next_one_passes() {
        let window = Window::new(2, 10);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for _ in 0..50 {
                    window.push(1, 1, 9);
                }
                window.complete(1);
            });
            scope.spawn(|| {
                for _ in 0..50 {
                    window.push(0, 0, 9);
                }
                window.complete(0);
            });
            let got: Vec<i32> = std::iter::from_fn(|| window.pop()).collect();
            assert_eq!(got.len(), 100);
            assert!(got.is_sorted());
        });
    }

    #[test]
    fn closing_lets_everybody_go() {
        let window = Window::new(2, 0);
        std::thread::scope(|scope| {
            scope.spawn(|| while window.push(1, (), 5) {});
            window.close();
        });
        assert!(window.pop().is_none());
    }
}
