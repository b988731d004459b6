//! Two open hands that meet (clap), or get far apart (stretch).

use arrayvec::ArrayVec;

use super::Both;
use crate::base::Stamp;
use crate::config::GestureSettings;
use crate::gesture::Gesture;
use crate::gesture::geometry::{Place, above, below, far, minus};
use crate::gesture::going::Signal;

/// Moments remembered: 2 seconds at [`SPACING_MS`].
const CAPACITY: usize = 80;
const SPACING_MS: f32 = 25.0;
/// Speed is measured over about this time, milliseconds.
const SPEED_WINDOW_MS: f32 = 90.0;
/// A clap's approach and its meeting are within this time, milliseconds.
const CLAP_MS: f32 = 700.0;
/// Hands that clap come nearer by at least this much, hand sizes.
const CLAP_WAY: f32 = 1.2;
/// Hands that have met are still near after this time, milliseconds: those that pass each other are
/// not, and one that the tracker lost for a moment is back.
const SETTLE_MS: f32 = 60.0;
/// One that vanishes on the way is taken to have met the other if it would have within, milliseconds.
const AHEAD_MS: f32 = 120.0;
/// After a clap the hands part; that is no stretch for this long, milliseconds.
const PARTING_MS: f32 = 1_500.0;
/// A stretch is at least this many times the gap before.
const STRETCH_TIMES: f32 = 1.8;
/// And at least this fast at its fastest, hand sizes a second.
const STRETCH_SPEED: f32 = 3.0;
/// Each hand does at least this part of it.
const SHARE: f32 = 0.25;

#[derive(Clone, Copy, Debug)]
struct Moment {
    at: Stamp,
    palms: [Place; 2],
    gap: f32,
    open: f32,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Meet {
    /// Oldest first.
    moments: ArrayVec<Moment, CAPACITY>,
    size: f32,
    /// Hands that are about to have clapped: since when, how sure, and which way one was from the
    /// other before.
    met: Option<(Stamp, f32, Place)>,
    clapped: Option<Stamp>,
    stretched: bool,
}

impl Meet {
    pub fn update(&mut self, both: &Both, s: &GestureSettings) -> Option<Signal> {
        self.remember(both);
        self.clap(both, s).or_else(|| self.stretch(both, s))
    }

    /// One hand is not seen: it may be behind the other.
    pub fn without_one(&mut self, at: Stamp, s: &GestureSettings) -> Option<Signal> {
        let last = *self.moments.last()?;
        let away_ms = at.ms_since(last.at);
        if self.met.is_none() && away_ms < s.grace_ms as f32 {
            let closing = -self.speed();
            let ahead = last.gap - closing * AHEAD_MS / 1000.0;
            self.met = self.meeting(last.at, ahead, closing, s);
        }
        let (_, confidence, _) = self.met.filter(|(since, ..)| at.ms_since(*since) >= SETTLE_MS)?;
        self.met = None;
        self.moments.clear();
        self.clapped = Some(at);
        Some(at_once(Gesture::Clap, confidence))
    }

    fn remember(&mut self, both: &Both) {
        self.size = both.size;
        let moment = Moment { at: both.at, palms: both.palms, gap: both.gap(), open: both.open };
        let n = self.moments.len();
        if n >= 2 && self.moments[n - 1].at.ms_since(self.moments[n - 2].at) < SPACING_MS {
            self.moments.pop();
        }
        if self.moments.is_full() {
            self.moments.remove(0);
        }
        self.moments.push(moment);
    }

    /// The moments of the last `ms` milliseconds, newest first.
    fn recent(&self, ms: f32) -> impl Iterator<Item = &Moment> {
        let now = self.moments.last().map_or(Stamp::default(), |m| m.at);
        self.moments.iter().rev().take_while(move |m| now.ms_since(m.at) <= ms)
    }

    /// How fast the gap grows now, hand sizes a second.
    fn speed(&self) -> f32 {
        self.speed_at(0)
    }

    /// The same, `back` moments ago.
    fn speed_at(&self, back: usize) -> f32 {
        let mut before = self.moments.iter().rev().skip(back);
        let Some(new) = before.next() else { return 0.0 };
        let old = before.clone().take_while(|m| new.at.ms_since(m.at) <= SPEED_WINDOW_MS).last();
        let Some(old) = old.or_else(|| before.next()) else { return 0.0 };
        (new.gap - old.gap) / new.at.since(old.at).as_secs_f32().max(1e-3)
    }

    /// The fastest of the last `ms` milliseconds, in the direction of `sign`.
    fn peak(&self, ms: f32, sign: f32) -> f32 {
        let n = self.recent(ms).count();
        (0..n).map(|back| sign * self.speed_at(back)).fold(0.0, f32::max)
    }

    /// Whether hands that are `gap` apart, having come so fast, have met.
    fn meeting(
        &self,
        at: Stamp,
        gap: f32,
        peak: f32,
        s: &GestureSettings,
    ) -> Option<(Stamp, f32, Place)> {
        let from = self.recent(CLAP_MS).max_by(|a, b| a.gap.total_cmp(&b.gap))?;
        let open = mean(self.recent(CLAP_MS).map(|m| m.open));
        let evidence = [
            below(gap, s.clap_gap_ratio, 0.4),
            above(peak, s.clap_speed_ratio_per_s, 1.5),
            above(from.gap - gap, CLAP_WAY, 0.4),
            above(open, 0.4, 0.2),
        ];
        let confidence = evidence.iter().copied().fold(1.0, f32::min);
        (confidence >= 0.5).then(|| (at, confidence, minus(from.palms[1], from.palms[0])))
    }

    fn clap(&mut self, both: &Both, s: &GestureSettings) -> Option<Signal> {
        let gap = both.gap();
        if let Some((since, confidence, before)) = self.met {
            let now = minus(both.palms[1], both.palms[0]);
            let passed = now[0] * before[0] + now[1] * before[1] < 0.0;
            if passed || gap > 1.5 * s.clap_gap_ratio {
                self.met = None;
            } else if both.at.ms_since(since) >= SETTLE_MS {
                self.met = None;
                // What comes is measured from here.
                self.moments.clear();
                self.clapped = Some(both.at);
                return Some(at_once(Gesture::Clap, confidence));
            }
            return None;
        }
        let peak = self.peak(CLAP_MS, -1.0);
        if -self.speed() < 0.3 * peak {
            self.met = self.meeting(both.at, gap, peak, s);
        }
        None
    }

    fn stretch(&mut self, both: &Both, s: &GestureSettings) -> Option<Signal> {
        let peak = self.peak(s.stretch_max_ms as f32, 1.0);
        let from = *self.recent(s.stretch_max_ms as f32).min_by(|a, b| a.gap.total_cmp(&b.gap))?;
        let gain = both.gap() - from.gap;
        let parting = self.clapped.is_some_and(|then| both.at.ms_since(then) < PARTING_MS);
        if gain < 0.5 * s.stretch_gain_ratio {
            self.stretched = false;
        }
        // Counts when it is nearly over, so that it is as far as it gets.
        if self.stretched || parting || self.speed() > 0.4 * peak {
            return None;
        }
        let share =
            (0..2).map(|i| far(both.palms[i], from.palms[i]) / self.size).fold(f32::MAX, f32::min);
        let open = mean(self.recent(both.at.ms_since(from.at)).map(|m| m.open));
        let evidence = [
            above(gain, s.stretch_gain_ratio, 0.5),
            above(both.gap() / from.gap.max(0.1), STRETCH_TIMES, 0.3),
            above(peak, STRETCH_SPEED, 1.0),
            above(share, SHARE * gain, 0.3),
            above(open, 0.45, 0.2),
        ];
        let confidence = evidence.iter().copied().fold(1.0, f32::min);
        self.stretched = confidence >= 0.5;
        self.stretched.then_some(at_once(Gesture::Stretch, confidence))
    }
}

fn at_once(gesture: Gesture, confidence: f32) -> Signal {
    Signal { gesture, confidence, progress: 1.0, at_once: true }
}

fn mean(values: impl Iterator<Item = f32>) -> f32 {
    let (sum, n) = values.fold((0.0, 0_u32), |(sum, n), v| (sum + v, n + 1));
    if n == 0 { 0.0 } else { sum / n as f32 }
}
