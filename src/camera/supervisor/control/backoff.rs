//! How long to wait before a source is opened again: doubling, with jitter, between two settings.

use std::time::Duration;

use crate::base::Stamp;
use crate::config::CameraSettings;

/// A source that gave pictures for this long has earned a fresh start.
const HEALTHY_AFTER: Duration = Duration::from_secs(10);

/// How often it failed in a row.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The next wait: `backoff_min_ms` the first time, twice as long each further time, at most
    /// `backoff_max_ms`; up to a fifth less at random, never less than the least.
    pub(super) fn next(&mut self, settings: &CameraSettings) -> Duration {
        let least = u64::from(settings.backoff_min_ms);
        let most = u64::from(settings.backoff_max_ms).max(least);
        let doubled = least.saturating_mul(1 << self.failures.min(20)).min(most);
        self.failures += 1;
        let jittered = (doubled as f64 * rand::random_range(0.8..=1.0)) as u64;
        Duration::from_millis(jittered.max(least))
    }

    /// Begins anew: something has changed, or it went well.
    pub(super) fn forget(&mut self) {
        self.failures = 0;
    }

    /// Whether a source opened at one moment and good until another earned a fresh start.
    pub(super) fn is_healthy(opened: Stamp, last_good: Stamp) -> bool {
        last_good.since(opened) >= HEALTHY_AFTER
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_from_one_second_to_four_and_begins_anew() {
        let settings = CameraSettings::default();
        let mut backoff = Backoff::default();
        let waits: Vec<f32> = (0..10).map(|_| backoff.next(&settings).as_secs_f32()).collect();
        assert_eq!(waits[0], 1.0);
        for (wait, full) in waits.iter().zip([1.0, 2.0, 4.0, 4.0, 4.0f32]) {
            assert!((full * 0.79..=full).contains(wait), "{waits:?}");
        }
        backoff.forget();
        assert_eq!(backoff.next(&settings).as_secs_f32(), 1.0);
    }
}
