//! Where a hand has been: the last two seconds and a bit, in a ring of fixed size. Everything is
//! asked for by time, never by number of frames, so that any frame rate gives the same answers.

use super::geometry::Place;
use crate::base::Stamp;

/// Room for [`SPACING_MS`] times this: 2.4 seconds.
const CAPACITY: usize = 160;
/// Samples nearer in time than this are thinned, milliseconds: 60 frames a second are kept.
const SPACING_MS: f32 = 15.0;
/// Speed is measured over about this time, milliseconds: shorter and jitter looks like movement.
const SPEED_WINDOW_MS: f32 = 90.0;

/// A hand at one moment. Places are in picture heights.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sample {
    pub at: Stamp,
    pub palm: Place,
    pub index_tip: Place,
    pub middle_tip: Place,
    /// How sure we are that all four fingers are out, 0..1.
    pub open: f32,
    /// How sure we are that the index is out and the others are not, 0..1.
    pub pointing: f32,
    /// See [`Features::index_arch`](super::features::Features::index_arch).
    pub index_arch: f32,
}

/// The samples of one hand.
#[derive(Clone, Debug)]
pub(super) struct Trail {
    ring: [Sample; CAPACITY],
    /// Where the next one goes, and how many there are.
    next: usize,
    len: usize,
}

impl Default for Trail {
    fn default() -> Self {
        Self { ring: [Sample::default(); CAPACITY], next: 0, len: 0 }
    }
}

impl Trail {
    pub fn clear(&mut self) {
        self.len = 0;
    }

    pub fn push(&mut self, sample: Sample) {
        let mut back = self.back();
        let crowded = match (back.next(), back.next()) {
            (Some(newest), Some(before)) => newest.at.ms_since(before.at) < SPACING_MS,
            _ => false,
        };
        drop(back);
        if crowded {
            self.next = (self.next + CAPACITY - 1) % CAPACITY;
            self.len -= 1;
        }
        self.ring[self.next] = sample;
        self.next = (self.next + 1) % CAPACITY;
        self.len = (self.len + 1).min(CAPACITY);
    }

    /// The samples, newest first.
    pub fn back(&self) -> impl Iterator<Item = &Sample> {
        (1..=self.len).map(|i| &self.ring[(self.next + CAPACITY - i) % CAPACITY])
    }

    /// The samples of the last `ms` milliseconds, newest first.
    pub fn last_ms(&self, ms: f32) -> impl Iterator<Item = &Sample> {
        let now = self.back().next().map_or(Stamp::default(), |s| s.at);
        self.back().take_while(move |s| now.ms_since(s.at) <= ms)
    }

    /// How fast `which` point has moved just now, picture heights a second.
    pub fn velocity(&self, which: fn(&Sample) -> Place) -> Option<Place> {
        let newest = self.back().next()?;
        let then = self.last_ms(SPEED_WINDOW_MS).last().filter(|s| s.at < newest.at);
        // At a low frame rate the frame before is older than the window.
        let then = then.or_else(|| self.back().nth(1))?;
        let seconds = newest.at.since(then.at).as_secs_f32();
        if seconds <= 0.0 {
            return None;
        }
        let (a, b) = (which(then), which(newest));
        Some([(b[0] - a[0]) / seconds, (b[1] - a[1]) / seconds])
    }

    /// The mean of `what` over the last `ms` milliseconds.
    pub fn mean(&self, ms: f32, what: fn(&Sample) -> f32) -> f32 {
        let (sum, n) = self.last_ms(ms).fold((0.0, 0_u32), |(sum, n), s| (sum + what(s), n + 1));
        if n == 0 { 0.0 } else { sum / n as f32 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(fps: u64, seconds: u64) -> Trail {
        let mut trail = Trail::default();
        for i in 0..fps * seconds {
            let at = Stamp::from_us(i * 1_000_000 / fps);
            let x = at.us as f32 / 1e6;
            trail.push(Sample { at, palm: [x, 0.0], ..Sample::default() });
        }
        trail
    }

    #[test]
    fn speed_is_the_same_at_any_frame_rate() {
        for fps in [8, 10, 15, 30, 60, 120, 240] {
            let v = filled(fps, 3).velocity(|s| s.palm).unwrap();
            assert!((v[0] - 1.0).abs() < 0.01, "{fps} frames a second: {v:?}");
        }
    }

    #[test]
    fn reaches_back_two_seconds_at_any_frame_rate() {
        for fps in [10, 30, 60, 120, 240] {
            let trail = filled(fps, 5);
            let (newest, oldest) = (trail.back().next().unwrap(), trail.back().last().unwrap());
            assert!(newest.at.ms_since(oldest.at) >= 2000.0, "{fps} frames a second");
            let in_order = trail.back().zip(trail.back().skip(1)).all(|(a, b)| a.at > b.at);
            assert!(in_order);
        }
    }
}
