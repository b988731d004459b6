//! The latest-value slot: how video travels between threads. Newest wins, there is never a queue,
//! and the writer never waits.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Holds at most one value, the newest. One writer or many, one taker.
#[derive(Debug)]
pub struct Latest<T> {
    slot: Mutex<State<T>>,
    ready: Condvar,
}

#[derive(Debug)]
struct State<T> {
    value: Option<T>,
    replaced: u64,
}

impl<T> Default for Latest<T> {
    fn default() -> Self {
        Self { slot: Mutex::new(State { value: None, replaced: 0 }), ready: Condvar::new() }
    }
}

impl<T> Latest<T> {
    /// Puts the newest value in. Returns the one it replaced, if nobody had taken it.
    pub fn put(&self, value: T) -> Option<T> {
        let old = {
            let mut s = self.slot.lock().unwrap_or_else(PoisonError::into_inner);
            let old = s.value.replace(value);
            s.replaced += u64::from(old.is_some());
            old
        };
        self.ready.notify_one();
        old
    }

    /// Takes the newest value, waiting for one up to `patience`.
    pub fn take(&self, patience: Duration) -> Option<T> {
        let s = self.slot.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut s, _) = self
            .ready
            .wait_timeout_while(s, patience, |s| s.value.is_none())
            .unwrap_or_else(PoisonError::into_inner);
        s.value.take()
    }

    /// How many values were replaced before anybody took them: the dropped frames.
    pub fn replaced(&self) -> u64 {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner).replaced
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newest_wins_and_drops_are_counted() {
        let slot = Latest::default();
        assert_eq!(slot.put(1), None);
        assert_eq!(slot.put(2), Some(1));
        assert_eq!(slot.replaced(), 1);
        assert_eq!(slot.take(Duration::ZERO), Some(2));
        assert_eq!(slot.take(Duration::ZERO), None);
    }
}
