//! How fast a source may be: a bucket of tokens that fills with time. Decides only; the capture
//! thread drops and sleeps.

use std::time::Duration;

use super::limits::MAX_RATE_FPS;
use crate::base::Stamp;

/// A picture costs one token for each begun share of this many bytes.
const BYTES_A_TOKEN: usize = 1 << 20;
/// As many pictures may come at once; cameras are never quite even.
const BURST: f32 = 4.0;

/// What of a flood is taken.
#[derive(Debug)]
pub(super) struct Rate {
    tokens: f32,
    at: Stamp,
}

impl Rate {
    pub(super) fn new(now: Stamp) -> Self {
        Self { tokens: BURST, at: now }
    }

    /// Whether a picture of `bytes` that came `now` is taken.
    pub(super) fn admits(&mut self, now: Stamp, bytes: usize) -> bool {
        let filled = now.since(self.at).as_secs_f32() * MAX_RATE_FPS as f32;
        self.at = now;
        self.tokens = (self.tokens + filled).min(BURST);
        if self.tokens <= 0.0 {
            return false;
        }
        self.tokens -= 1.0 + (bytes / BYTES_A_TOKEN) as f32;
        true
    }

    /// How long to leave a source alone after a picture that was not taken: long enough that
    /// throwing a flood away costs little of a core, short enough that the newest stays new.
    pub(super) fn rest(bytes: usize) -> Duration {
        const BYTES_A_MS: usize = 64 << 10;
        Duration::from_millis(2 + (bytes / BYTES_A_MS) as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(fps: u64, seconds: u64, bytes: usize) -> usize {
        let mut rate = Rate::new(Stamp::default());
        (1..=fps * seconds)
            .filter(|i| rate.admits(Stamp::from_us(i * 1_000_000 / fps), bytes))
            .count()
    }

    #[test]
    fn ordinary_cameras_lose_nothing_and_floods_are_cut() {
        assert_eq!(taken(30, 10, 100_000), 300);
        assert_eq!(taken(120, 10, 100_000), 1200);
        assert!((1195..=1210).contains(&taken(1000, 10, 100_000)));
        // 4 MiB each: five tokens, so a fifth of the rate.
        assert!((235..=245).contains(&taken(1000, 10, 4 << 20)));
    }
}
