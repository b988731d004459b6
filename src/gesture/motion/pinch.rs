//! Whether thumb and index touch, with hysteresis; and two touches in quick succession.

use super::Look;
use crate::base::Stamp;
use crate::config::GestureSettings;
use crate::gesture::Gesture;
use crate::gesture::features::Features;
use crate::gesture::geometry::{Place, above, below, far};
use crate::gesture::going::Signal;

/// Two touches nearer than this are one that flickers, milliseconds.
const LEAST_MS: f32 = 90.0;
/// Below this the index is rolled in, as in a fist.
const ROLLED_IN: f32 = -0.8;
/// This long before the first touch the hand was no fist either, milliseconds.
const BEFORE_MS: f32 = 200.0;
/// The hand stays this near where it was, hand sizes.
const STILL: f32 = 0.8;

/// Whether thumb and index touch.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::gesture) struct Pinch {
    on: bool,
    /// When the tips last touched.
    touched: Stamp,
}

impl Pinch {
    /// Takes one frame.
    pub fn update(&mut self, at: Stamp, f: &Features, s: &GestureSettings) {
        // In a fist the tips are near too, but the index is rolled in.
        let rolled_in = f.index_arch() < if self.on { ROLLED_IN } else { 0.0 };
        let limit =
            if self.on { s.pinch_off_ratio.max(s.pinch_on_ratio) } else { s.pinch_on_ratio };
        let on = f.pinch_gap < limit && !rolled_in;
        self.on = on;
        if on {
            self.touched = at;
        }
    }

    /// Whether they touch.
    pub fn on(&self) -> bool {
        self.on
    }

    /// Whether they have touched within the last `ms` milliseconds.
    pub fn on_within(&self, at: Stamp, ms: f32) -> bool {
        self.on || (self.touched != Stamp::default() && at.ms_since(self.touched) < ms)
    }
}

/// Two touches.
#[derive(Clone, Debug, Default)]
pub(super) struct DoublePinch {
    was_on: bool,
    /// When and where the first was.
    first: Option<(Stamp, Place)>,
}

impl DoublePinch {
    pub fn update(&mut self, look: &Look<'_>) -> Option<Signal> {
        let met = look.pinch.on() && !self.was_on;
        self.was_on = look.pinch.on();
        if !met {
            return None;
        }
        let s = look.settings;
        let palm = look.trail.back().next()?.palm;
        let (then, there) = self.first.replace((look.at, palm))?;
        let (apart_ms, moved) = (look.at.ms_since(then), far(palm, there) / look.size);
        // A hand that closes or opens passes through a pinch each time: it was, or is, rolled in.
        let arch =
            look.trail.last_ms(apart_ms + BEFORE_MS).map(|x| x.index_arch).fold(f32::MAX, f32::min);
        let late = apart_ms > s.double_pinch_max_ms as f32;
        if apart_ms < LEAST_MS || late || moved > STILL || arch < ROLLED_IN {
            return None;
        }
        // The third touch is not the second of another pair.
        self.first = None;
        let confidence =
            below(look.features.pinch_gap, s.pinch_off_ratio, 0.12).min(above(STILL, moved, 0.3));
        Some(Signal { gesture: Gesture::DoublePinch, confidence, progress: 1.0, at_once: true })
    }
}
