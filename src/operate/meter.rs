//! Measurements of the last seconds: many threads record, anybody reads, nobody waits or allocates
//! while recording.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use crate::base::Stamp;

/// Samples kept: over eight seconds at 60 frames a second.
const KEPT: usize = 512;

/// A ring of the last measurements, each with its time.
#[derive(Debug)]
pub struct Meter {
    /// Milliseconds of the clock in the upper half, the value's bits in the lower; 0 is empty.
    ring: [AtomicU64; KEPT],
    next: AtomicUsize,
}

impl Default for Meter {
    fn default() -> Self {
        Self { ring: [const { AtomicU64::new(0) }; KEPT], next: AtomicUsize::new(0) }
    }
}

impl Meter {
    /// Notes `value` (milliseconds, usually) at `at`.
    pub fn record(&self, at: Stamp, value: f32) {
        // The top bit tells a sample of the first millisecond from an empty place. 31 bits of
        // milliseconds last 24 days and then wrap, which only matters to samples that old.
        let ms = (at.us / 1000) & 0x7fff_ffff | 0x8000_0000;
        let place = self.next.fetch_add(1, Ordering::Relaxed) % KEPT;
        self.ring[place].store(ms << 32 | u64::from(value.to_bits()), Ordering::Relaxed);
    }

    /// How many a second, over the last `window` (at most what the ring holds).
    pub fn rate(&self, now: Stamp, window: Duration) -> f32 {
        self.recent(now, window).count() as f32 / window.as_secs_f32().max(0.001)
    }

    /// Median and 95th percentile over the last `window`; none if nothing was recorded in it.
    pub fn percentiles(&self, now: Stamp, window: Duration) -> Option<(f32, f32)> {
        let mut values: Vec<f32> = self.recent(now, window).collect();
        values.sort_unstable_by(f32::total_cmp);
        let at = |q: f32| values.get(((values.len() as f32 * q).ceil() as usize).saturating_sub(1));
        Some((*at(0.5)?, *at(0.95)?))
    }

    fn recent(&self, now: Stamp, window: Duration) -> impl Iterator<Item = f32> {
        let now_ms = (now.us / 1000) & 0x7fff_ffff;
        let window_ms = window.as_millis() as u64;
        self.ring.iter().filter_map(move |slot| {
            let bits = slot.load(Ordering::Relaxed);
            let age = now_ms.wrapping_sub((bits >> 32) & 0x7fff_ffff) & 0x7fff_ffff;
            // A sample recorded just after `now` was read looks very old; it is as good as new.
            let fresh = bits != 0 && (age <= window_ms || age > 0x7fff_0000);
            fresh.then(|| f32::from_bits(bits as u32))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_window_counts() {
        let meter = Meter::default();
        let second = Duration::from_secs(1);
        assert_eq!(meter.percentiles(Stamp::from_ms(5), second), None);
        for i in 0..100 {
            meter.record(Stamp::from_ms(i), 1000.0);
        }
        for i in 1..=100_u64 {
            meter.record(Stamp::from_ms(5_000 + i), i as f32);
        }
        let now = Stamp::from_ms(5_200);
        assert_eq!(meter.percentiles(now, second), Some((50.0, 95.0)));
        assert_eq!(meter.rate(now, second), 100.0);
        assert_eq!(meter.percentiles(Stamp::from_ms(60_000), second), None);
    }

    #[test]
    fn the_ring_forgets_the_oldest() {
        let meter = Meter::default();
        for i in 0..(KEPT as u64 * 3) {
            meter.record(Stamp::from_ms(10), i as f32);
        }
        let (p50, _) = meter.percentiles(Stamp::from_ms(10), Duration::from_secs(1)).unwrap();
        assert!(p50 >= KEPT as f32 * 2.0);
    }
}
