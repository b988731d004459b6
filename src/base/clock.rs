//! Time. Inside the process everything is a [`Stamp`]: microseconds on one monotonic clock that
//! starts with the process. Wall time (RFC 3339, UTC) exists only at the edges.

use std::time::{Duration, Instant};

use jiff::Timestamp;

/// A moment: microseconds since the process's [`Clock`] began. Never goes back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp {
    /// Microseconds since the clock's origin.
    pub us: u64,
}

impl Stamp {
    /// From microseconds since the origin.
    pub const fn from_us(us: u64) -> Self {
        Self { us }
    }

    /// From milliseconds since the origin.
    pub const fn from_ms(ms: u64) -> Self {
        Self { us: ms * 1000 }
    }

    /// Time from `earlier` to here; zero if `earlier` is later.
    pub const fn since(self, earlier: Stamp) -> Duration {
        Duration::from_micros(self.us.saturating_sub(earlier.us))
    }

    /// Milliseconds from `earlier` to here; zero if `earlier` is later.
    pub fn ms_since(self, earlier: Stamp) -> f32 {
        self.us.saturating_sub(earlier.us) as f32 / 1000.0
    }

    /// This moment plus `d`.
    #[must_use]
    pub const fn plus(self, d: Duration) -> Self {
        Self { us: self.us.saturating_add(d.as_micros() as u64) }
    }
}

/// The process's clock: one origin, read as monotonic [`Stamp`]s or as wall time. Cheap to copy.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    origin: Instant,
    origin_utc: Timestamp,
}

impl Clock {
    /// A clock that begins now.
    #[allow(clippy::new_without_default, reason = "a clock is made once, on purpose")]
    pub fn new() -> Self {
        Self { origin: Instant::now(), origin_utc: Timestamp::now() }
    }

    /// Now.
    pub fn now(&self) -> Stamp {
        self.stamp(Instant::now())
    }

    /// An [`Instant`] as a stamp; moments before the origin become the origin.
    pub fn stamp(&self, at: Instant) -> Stamp {
        Stamp { us: at.saturating_duration_since(self.origin).as_micros() as u64 }
    }

    /// The wall time of a stamp, as known when the process started.
    pub fn utc(&self, at: Stamp) -> Timestamp {
        self.origin_utc + Duration::from_micros(at.us)
    }
}
