//! A circle: the tip of a pointing index goes once round, at about the same distance from the middle.

use arrayvec::ArrayVec;

use super::Look;
use crate::base::Stamp;
use crate::gesture::Gesture;
use crate::gesture::geometry::{Place, above, far};
use crate::gesture::going::Signal;

/// The fingertip moves at least this fast, hand sizes a second.
const LEAST_SPEED: f32 = 1.2;
/// The quickest circle, milliseconds.
const LEAST_MS: f32 = 350.0;
/// Points nearer in time than this add nothing, milliseconds.
const SPACING_MS: f32 = 30.0;
/// 2.3 seconds at that spacing, and one.
const POINTS: usize = 78;
/// What is meant by still going round, milliseconds: two frames at 10 a second.
const LATEST_MS: f32 = 210.0;
/// A circle that was on this long ago goes on, milliseconds.
const GOING_ON_MS: f32 = 500.0;
/// Confidence to begin, and to go on.
const ENTER: f32 = 0.55;
const KEEP: f32 = 0.25;
/// The least points that may be called a circle.
const LEAST_POINTS: usize = 7;

/// Remembers only which way it went round just now.
#[derive(Clone, Debug, Default)]
pub(super) struct Circle {
    going: Option<(Gesture, Stamp)>,
}

impl Circle {
    /// The circle that ends here, if one does. Going on takes less than beginning.
    pub fn update(&mut self, look: &Look<'_>) -> Option<Signal> {
        let signal = best(look)?;
        let going = self.going.is_some_and(|(gesture, then)| {
            gesture == signal.gesture && look.at.ms_since(then) < GOING_ON_MS
        });
        if signal.confidence < if going { KEEP } else { ENTER } {
            return None;
        }
        self.going = Some((signal.gesture, look.at));
        Some(signal)
    }
}

/// The surest circle among those that end here.
fn best(look: &Look<'_>) -> Option<Signal> {
    let s = look.settings;
    let v = look.trail.velocity(|x| x.index_tip)?;
    if look.pinch.on() || v[0].hypot(v[1]) / look.size < LEAST_SPEED {
        return None;
    }
    let mut points: ArrayVec<(Place, f32), POINTS> = ArrayVec::new();
    for x in look.trail.last_ms(s.circle_max_ms as f32) {
        let age_ms = look.at.ms_since(x.at);
        let apart = points.last().is_none_or(|p| age_ms - p.1 >= SPACING_MS);
        if apart && points.try_push((x.index_tip, age_ms)).is_err() {
            break;
        }
    }
    let mut best: Option<Signal> = None;
    // Every other beginning is tried, the latest first.
    for n in (LEAST_POINTS..=points.len()).step_by(2).filter(|n| points[n - 1].1 >= LEAST_MS) {
        let Some(turn) = Turn::of(&points[..n], look.size) else { continue };
        let signal = turn.signal(look.trail.mean(points[n - 1].1, |x| x.pointing), look);
        if best.is_none_or(|b| signal.confidence > b.confidence) {
            best = Some(signal);
        }
        // What comes on top of a turn and a half can only be worse.
        if turn.angle_deg.abs() > 1.5 * s.circle_turn_deg {
            break;
        }
    }
    best
}

/// What a path does about its middle.
struct Turn {
    /// Degrees; positive is clockwise in the picture, whose y points down.
    angle_deg: f32,
    /// The same, with every step counted as positive.
    wound_deg: f32,
    /// Hand sizes.
    radius: f32,
    /// Standard deviation of the radius over the radius.
    uneven: f32,
    /// Degrees of the latest [`LATEST_MS`].
    latest_deg: f32,
}

impl Turn {
    /// `points` are newest first.
    fn of(points: &[(Place, f32)], size: f32) -> Option<Self> {
        let n = points.len() as f32;
        let middle = points.iter().fold([0.0; 2], |m, (p, _)| [m[0] + p[0] / n, m[1] + p[1] / n]);
        let radius = points.iter().map(|(p, _)| far(*p, middle)).sum::<f32>() / n;
        if radius <= 1e-6 {
            return None;
        }
        let variance =
            points.iter().map(|(p, _)| (far(*p, middle) - radius).powi(2)).sum::<f32>() / n;
        let (mut angle, mut wound, mut latest) = (0.0, 0.0, 0.0);
        for (newer, older) in points.iter().zip(&points[1..]) {
            let a = [older.0[0] - middle[0], older.0[1] - middle[1]];
            let b = [newer.0[0] - middle[0], newer.0[1] - middle[1]];
            let step = (a[0] * b[1] - a[1] * b[0]).atan2(a[0] * b[0] + a[1] * b[1]);
            angle += step;
            wound += step.abs();
            latest += if older.1 <= LATEST_MS { step } else { 0.0 };
        }
        Some(Self {
            angle_deg: angle.to_degrees(),
            wound_deg: wound.to_degrees(),
            radius: radius / size,
            uneven: variance.sqrt() / radius,
            latest_deg: f32::to_degrees(latest),
        })
    }

    fn signal(&self, pointing: f32, look: &Look<'_>) -> Signal {
        let s = look.settings;
        let evidence = [
            above(self.angle_deg.abs(), s.circle_turn_deg, 20.0),
            above(1.2 * self.angle_deg.abs(), self.wound_deg, 30.0),
            above(self.radius, s.circle_radius_ratio, 0.1),
            above(0.32, self.uneven, 0.12),
            above(pointing, 0.45, 0.2),
            // It still goes round: what ended a while ago is not a circle that ends here.
            above(self.latest_deg * self.angle_deg.signum(), 15.0, 10.0),
        ];
        let confidence = evidence.iter().copied().fold(1.0, f32::min);
        // The person faces the picture: clockwise there is counterclockwise for the person.
        let gesture = if self.angle_deg > 0.0 {
            Gesture::CircleCounterclockwise
        } else {
            Gesture::CircleClockwise
        };
        Signal { gesture, confidence, progress: 1.0, at_once: false }
    }
}
