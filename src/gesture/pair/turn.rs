//! Two pinching hands: apart and together is zoom, about each other is rotation. Whichever gets to
//! its threshold first is meant; it goes on until a hand lets go, or the other is clearly meant.

use super::Both;
use crate::base::Stamp;
use crate::config::GestureSettings;
use crate::gesture::Gesture;
use crate::gesture::geometry::above;
use crate::gesture::going::Signal;

/// Both pinch this long before it counts, milliseconds: hands that close are not placed yet.
const SETTLE_MS: f32 = 60.0;
/// A zoom also moves the hands at least this much, hand sizes: near each other, jitter is a ratio.
const LEAST_MOVE: f32 = 0.5;
/// While one is meant the other needs this many times its threshold.
const STUBBORN: f32 = 1.6;
/// Progress is whole at this many times the threshold.
const WHOLE: f32 = 4.0;

#[derive(Clone, Debug, Default)]
pub(super) struct Turn {
    since: Option<Stamp>,
    /// Where the zoom is measured from: the gap, hand sizes.
    gap: f32,
    /// Where the rotation is measured from, and the angle wound up since, degrees.
    last_deg: f32,
    wound_deg: f32,
    settled: bool,
    meant: Option<Gesture>,
    /// The furthest the meant one has got, in thresholds.
    furthest: f32,
}

impl Turn {
    pub fn update(&mut self, both: &Both, s: &GestureSettings) -> Option<Signal> {
        if !both.pinching {
            *self = Self::default();
            return None;
        }
        let since = *self.since.get_or_insert(both.at);
        let [a, b] = both.palms;
        let angle_deg = (b[1] - a[1]).atan2(b[0] - a[0]).to_degrees();
        let gap = both.gap().max(0.05);
        if !self.settled {
            (self.gap, self.last_deg, self.wound_deg) = (gap, angle_deg, 0.0);
            self.settled = both.at.ms_since(since) >= SETTLE_MS;
            return None;
        }
        self.wound_deg += wrap_deg(angle_deg - self.last_deg);
        self.last_deg = angle_deg;

        let apart = if (gap - self.gap).abs() < LEAST_MOVE { 0.0 } else { (gap / self.gap).ln() };
        let zoom = apart / s.zoom_ratio.max(1.01).ln();
        let turn = self.wound_deg / s.rotate_deg;
        self.mean(zoom, turn, gap);
        let (gesture, much) = (self.meant?, if is_zoom(self.meant?) { zoom } else { turn });
        let confidence = above(self.furthest.abs(), 0.9, 0.6);
        Some(Signal {
            gesture,
            confidence,
            progress: (much.abs() / WHOLE).min(1.0),
            at_once: false,
        })
    }

    /// Decides what is meant, `zoom` and `turn` in their thresholds.
    fn mean(&mut self, zoom: f32, turn: f32, gap: f32) {
        let zoomed = if zoom > 0.0 { Gesture::ZoomIn } else { Gesture::ZoomOut };
        // Clockwise in the picture, whose y points down, is counterclockwise for the person.
        let turned =
            if turn > 0.0 { Gesture::RotateCounterclockwise } else { Gesture::RotateClockwise };
        let Some(meant) = self.meant else {
            if zoom.abs().max(turn.abs()) >= 1.0 {
                self.meant = Some(if zoom.abs() >= turn.abs() { zoomed } else { turned });
                self.furthest = zoom.abs().max(turn.abs());
                // The other is measured from here on.
                self.forget_other(gap);
            }
            return;
        };
        let (own, other) = if is_zoom(meant) { (zoom, turn) } else { (turn, zoom) };
        if own.abs() > self.furthest {
            self.furthest = own.abs();
            self.forget_other(gap);
        } else if other.abs() >= STUBBORN || own.abs() < self.furthest - 1.0 {
            // Another one, or the way back: measured from here.
            (self.meant, self.furthest) = (None, 0.0);
            (self.gap, self.wound_deg) = (gap, 0.0);
        }
    }

    fn forget_other(&mut self, gap: f32) {
        match self.meant {
            Some(meant) if is_zoom(meant) => self.wound_deg = 0.0,
            _ => self.gap = gap,
        }
    }
}

fn is_zoom(gesture: Gesture) -> bool {
    matches!(gesture, Gesture::ZoomIn | Gesture::ZoomOut)
}

/// An angle brought into -180..180 degrees.
fn wrap_deg(a: f32) -> f32 {
    (a + 180.0).rem_euclid(360.0) - 180.0
}
