//! Threads that the box cannot do without. Each says by when it will be heard of again, so that one
//! that hangs is noticed; and one that panics is begun anew, but not for ever.
//!
//! Knows nothing of what a thread does, and takes no action on one that is late: who watches does.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use arrayvec::ArrayVec;

use super::{Clock, Stamp};

/// A thread that has panicked this often ...
pub const MOST_PANICS: usize = 5;
/// ... within this long stays away: a sixth try would fail like the others, and cost the machine.
pub const WITHIN: Duration = Duration::from_secs(60);

/// No promise: it waits for something that may never come.
const RESTING: u64 = u64::MAX;

/// One such thread, as others see it. Beating is one atomic store.
#[derive(Debug)]
pub struct Vital {
    name: &'static str,
    clock: Clock,
    due_us: AtomicU64,
    restarts: AtomicU32,
    given_up: AtomicBool,
}

impl Vital {
    /// Of a thread that has promised nothing yet. `name` is what people read: "the hands".
    pub fn new(name: &'static str) -> Arc<Self> {
        Arc::new(Self {
            name,
            clock: Clock::new(),
            due_us: AtomicU64::new(RESTING),
            restarts: AtomicU32::new(0),
            given_up: AtomicBool::new(false),
        })
    }

    /// What people call it.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The thread got on with its work, and will say so again within that time.
    pub fn beat(&self, again_within: Duration) {
        let due = self.clock.now().plus(again_within);
        self.due_us.store(due.us, Ordering::Relaxed);
    }

    /// The thread waits for work, for as long as there is none, or has ended as it should.
    pub fn rest(&self) {
        self.due_us.store(RESTING, Ordering::Relaxed);
    }

    /// For how long it has not kept its promise, if it has not.
    pub fn late(&self) -> Option<Duration> {
        let due = Stamp::from_us(self.due_us.load(Ordering::Relaxed));
        let now = self.clock.now();
        (now > due).then(|| now.since(due))
    }

    /// How often it was begun anew after a panic.
    pub fn restarts(&self) -> u32 {
        self.restarts.load(Ordering::Relaxed)
    }

    /// Whether it panicked so often that it stays away.
    pub fn has_given_up(&self) -> bool {
        self.given_up.load(Ordering::Relaxed)
    }

    /// Does `work` until it returns, and begins it anew after a panic: until there were [`MOST_PANICS`]
    /// [`WITHIN`] a minute. `work` is told whether it begins anew.
    pub fn keep(&self, mut work: impl FnMut(bool)) {
        let mut panics = ArrayVec::<Stamp, MOST_PANICS>::new();
        loop {
            let anew = self.restarts() > 0;
            if catch_unwind(AssertUnwindSafe(|| work(anew))).is_ok() {
                return self.rest();
            }
            let now = self.clock.now();
            panics.retain(|then| now.since(*then) < WITHIN);
            panics.push(now);
            if panics.is_full() {
                self.given_up.store(true, Ordering::Relaxed);
                self.rest();
                tracing::error!(
                    "{} stay away: {MOST_PANICS} panics in {} s; restart Dixi, and report this",
                    self.name,
                    WITHIN.as_secs()
                );
                return;
            }
            self.restarts.fetch_add(1, Ordering::Relaxed);
            tracing::error!("{} panicked and are begun anew", self.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_is_late_only_after_it_promised_something() {
        let vital = Vital::new("the hands");
        assert_eq!(vital.late(), None);
        vital.beat(Duration::from_secs(3600));
        assert_eq!(vital.late(), None);
        vital.beat(Duration::ZERO);
        std::thread::sleep(Duration::from_millis(2));
        assert!(vital.late().is_some());
        vital.rest();
        assert_eq!(vital.late(), None);
    }

    #[test]
    fn a_panic_costs_the_moment_and_five_in_a_minute_cost_the_thread() {
        let vital = Vital::new("the hands");
        let mut begun = Vec::new();
        vital.keep(|anew| {
            begun.push(anew);
            assert!(begun.len() > 4, "four times");
        });
        assert_eq!(begun, [false, true, true, true, true]);
        assert_eq!((vital.restarts(), vital.has_given_up()), (4, false));

        let vital = Vital::new("the hands");
        let mut begun = 0;
        vital.keep(|_| {
            begun += 1;
            panic!("every time");
        });
        assert_eq!((begun, vital.restarts(), vital.has_given_up()), (5, 4, true));
        assert_eq!(vital.late(), None, "it has been told already");
    }
}
