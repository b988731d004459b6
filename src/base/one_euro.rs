//! The one-euro filter: smooth while a thing rests, quick while it moves.
//!
//! After G. Casiez, N. Roussel, D. Vogel, "1€ Filter: A Simple Speed-based Low-pass Filter for Noisy
//! Input in Interactive Systems", CHI 2012. Speed is measured in units of the caller's choice, so that
//! the same settings suit near and far hands; time is the frames' own, so that any frame rate does.

use std::f32::consts::TAU;

use super::Stamp;

/// What a filter is set to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Smoothing {
    /// The least cut-off, hertz: lower is calmer.
    pub cutoff_hz: f32,
    /// How much less a moving thing is smoothed: hertz for each unit a second.
    pub beta: f32,
    /// How the speed is smoothed before it decides about the place, hertz: higher follows a starting
    /// hand sooner and lets more noise through.
    pub speed_cutoff_hz: f32,
}

/// Smooths `N` numbers over time, by their common speed.
#[derive(Clone, Copy, Debug)]
pub struct OneEuro<const N: usize> {
    last: Option<(Stamp, [f32; N], [f32; N])>,
}

impl<const N: usize> Default for OneEuro<N> {
    fn default() -> Self {
        Self { last: None }
    }
}

/// The part of the way to go in `dt_s` seconds for a cut-off in hertz.
pub fn part(cutoff_hz: f32, dt_s: f32) -> f32 {
    let tau_s = 1.0 / (TAU * cutoff_hz.max(1e-3));
    1.0 / (1.0 + tau_s / dt_s)
}

impl<const N: usize> OneEuro<N> {
    /// Takes a raw value and gives the smooth one. `unit` is the length that speed is measured in.
    pub fn update(&mut self, at: Stamp, raw: [f32; N], unit: f32, s: Smoothing) -> [f32; N] {
        let Some((then, place, speed)) = self.last else {
            self.last = Some((at, raw, [0.0; N]));
            return raw;
        };
        let dt_s = at.since(then).as_secs_f32();
        if dt_s <= 0.0 {
            return place;
        }
        let step = part(s.speed_cutoff_hz, dt_s);
        let speed: [f32; N] = std::array::from_fn(|i| {
            speed[i] + step * ((raw[i] - place[i]) / (unit * dt_s) - speed[i])
        });
        let fast = speed.iter().fold(0.0_f32, |all, v| all.hypot(*v));
        let step = part(s.cutoff_hz + s.beta * fast, dt_s);
        let place: [f32; N] = std::array::from_fn(|i| place[i] + step * (raw[i] - place[i]));
        self.last = Some((at, place, speed));
        place
    }

    /// Forgets the past: the next value is taken as it is.
    pub fn reset(&mut self) {
        self.last = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POINTER: Smoothing = Smoothing { cutoff_hz: 1.0, beta: 12.0, speed_cutoff_hz: 3.0 };

    #[test]
    fn a_ramp_is_followed_closely_and_noise_is_not() {
        let mut filter = OneEuro::default();
        let ramp = |i: u64| i as f32 / 30.0;
        let late = (0..60_u64).map(|i| {
            let [x] = filter.update(Stamp::from_us(i * 33_333), [ramp(i)], 1.0, POINTER);
            ramp(i) - x
        });
        let late = late.last().unwrap();
        assert!(late < 0.02, "at a width a second it trails by {late} s");
        let mut filter = OneEuro::default();
        let noise = |i: u64| if i.is_multiple_of(2) { 0.001 } else { -0.001 };
        let worst = (0..60_u64)
            .map(|i| filter.update(Stamp::from_us(i * 33_333), [noise(i)], 1.0, POINTER)[0])
            .skip(20)
            .fold(0.0, |a: f32, x| a.max(x.abs()));
        assert!(worst < 0.0004, "a trembling of 0.001 leaves {worst}");
    }
}
