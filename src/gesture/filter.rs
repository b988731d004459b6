//! The pointer's smoothing: the one-euro filter, its speed in hand sizes a second, so that the same
//! settings suit near and far hands.

use super::geometry::Place;
use crate::base::Stamp;
use crate::base::one_euro::{self, Smoothing};
use crate::config::GestureSettings;

/// Smooths a place over time.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct OneEuro(one_euro::OneEuro<2>);

impl OneEuro {
    /// Takes a raw place (picture heights) of a hand of `size` and gives the smooth one.
    pub fn update(&mut self, at: Stamp, raw: Place, size: f32, s: &GestureSettings) -> Place {
        let smoothing = Smoothing {
            cutoff_hz: s.pointer_cutoff_hz,
            beta: s.pointer_beta,
            speed_cutoff_hz: s.pointer_speed_cutoff_hz,
        };
        self.0.update(at, raw, size.max(1e-3), smoothing)
    }

    /// Forgets the past: the next place is taken as it is.
    pub fn reset(&mut self) {
        self.0.reset();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(fps: u64, signal: impl Fn(f32) -> f32) -> Vec<(f32, f32)> {
        let (mut filter, settings) = (OneEuro::default(), GestureSettings::default());
        (0..2 * fps)
            .map(|i| {
                let t = i as f32 / fps as f32;
                let at = Stamp::from_us(i * 1_000_000 / fps);
                (t, filter.update(at, [signal(t), 0.5], 0.2, &settings)[0])
            })
            .collect()
    }

    #[test]
    fn rests_quietly_and_follows_quickly() {
        let mut toggle = 1.0_f32;
        let jitter: Vec<f32> = (0..60)
            .map(|_| {
                toggle = -toggle;
                0.5 + 0.004 * toggle
            })
            .collect();
        let rest = run(30, |t| jitter[(t * 30.0).round() as usize]);
        let moved = rest.windows(2).skip(10).map(|w| (w[1].1 - w[0].1).abs()).fold(0.0, f32::max);
        assert!(moved < 0.002, "a resting pointer moves {moved} heights a frame");
        // A hand's size and a half a second: it may trail by a tenth of a second, no more.
        let slide = run(30, |t| 0.3 * t);
        let (t, x) = slide[50];
        assert!((0.3 * t - x) / 0.3 < 0.1, "trails by {} s", (0.3 * t - x) / 0.3);
    }

    #[test]
    fn the_frame_rate_hardly_matters() {
        let signal = |t: f32| if t < 1.0 { 0.2 } else { 0.6 };
        let at = |fps: u64, t: f32| run(fps, signal)[(t * fps as f32) as usize].1;
        for t in [1.3, 1.6] {
            assert!((at(15, t) - at(60, t)).abs() < 0.03, "{} and {}", at(15, t), at(60, t));
        }
    }
}
