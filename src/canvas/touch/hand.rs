//! One hand over time, as the canvas sees it: its pointer, its size, its fingers, what it points at.

use super::pen::Pen;
use super::pointer::{Pointer, Sight};
use super::reach::Found;
use crate::base::Stamp;
use crate::base::hand::Handedness;
use crate::base::object::{ObjectId, Vec3};
use crate::base::one_euro::{OneEuro, Smoothing};
use crate::canvas::calibration::Mapping;
use crate::command::Who;
use crate::gesture::{Gesture, HandView, Measure};

/// How the hand's size is smoothed: it is noisier than a place and is read in doublings.
const SIZE: Smoothing =
    Smoothing { cutoff_hz: 0.8, beta: 3.0, speed_cutoff_hz: super::SPEED_CUTOFF_HZ };
/// Fingers are opening when they are this much further apart than while they hold, hand sizes; and
/// were certainly closed while they were not this much.
const OPENING: f32 = 0.14;
const CLOSED: f32 = 0.07;
/// The distance of fingers that hold is known after about this time, seconds; a smaller one at once.
const LEARN_S: f32 = 1.0;
/// A dwell that a trembling interrupts for less than this goes on, milliseconds.
const FLICKER_MS: f32 = 150.0;

/// A hand on the canvas.
#[derive(Debug)]
pub(super) struct OnCanvas {
    /// What the tracker calls it now.
    pub track: u32,
    /// What its gestures are called by: the track under which the one that goes on began.
    pub name: u32,
    pub hand: Handedness,
    /// Who it was when it last did something.
    pub who: Option<Who>,
    pub pointer: Pointer,
    /// Its size, smoothed: the logarithm to base 2.
    pub size: f32,
    pub seen: Stamp,
    pub there: bool,
    pub gesture: Gesture,
    pub target: Option<Found>,
    /// What it pointed at last, and when.
    pub lately: Option<(Stamp, ObjectId)>,
    pub dwell: Dwell,
    /// While it holds or draws.
    pub fingers: Option<Fingers>,
    pub pen: Option<Pen>,
    /// A stroke that is done but not told yet, and the order that makes it an object.
    pub drawn: Option<(u64, Vec<Vec3>)>,
    /// It closed on nothing, and may mean something together with the other hand.
    pub alone: bool,
    size_filter: OneEuro<1>,
}

/// What a frame is about, beside the hand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Light<'a> {
    pub at: Stamp,
    /// The picture's width over its height.
    pub aspect: f32,
    pub mapping: &'a Mapping,
    pub smoothing: Smoothing,
    pub pinched_below: f32,
}

impl OnCanvas {
    /// A hand that is seen for the first time.
    pub fn new(view: &HandView) -> Self {
        Self {
            track: view.hand.track,
            name: view.hand.track,
            hand: view.hand.handedness,
            who: None,
            pointer: Pointer::default(),
            size: 0.0,
            seen: Stamp::default(),
            there: false,
            gesture: Gesture::None,
            target: None,
            lately: None,
            dwell: Dwell::default(),
            fingers: None,
            pen: None,
            drawn: None,
            alone: false,
            size_filter: OneEuro::default(),
        }
    }

    /// Takes one frame.
    pub fn see(&mut self, view: &HandView, m: &Measure, light: &Light<'_>) {
        let &Light { at, aspect, mapping, smoothing, pinched_below } = light;
        (self.track, self.hand) = (view.hand.track, view.hand.handedness);
        self.gesture = view.gesture;
        let sight = Sight { at, aspect, measure: m, pinched_below };
        self.pointer.see(&sight, &|p| mapping.to_canvas(p), smoothing);
        [self.size] = self.size_filter.update(at, [m.size.max(1e-4).log2()], 1.0, SIZE);
        if let Some(fingers) = &mut self.fingers {
            fingers.see(at, at.since(self.seen).as_secs_f32(), view.gesture, m.pinch_gap);
        }
        (self.seen, self.there) = (at, true);
    }

    /// Whether its shape is one that points.
    pub fn points(&self) -> bool {
        matches!(self.gesture, Gesture::Point | Gesture::PointingUp)
    }
}

/// Fingers that hold: whether they open.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fingers {
    gesture: Gesture,
    gap: Option<f32>,
    pub opening: bool,
    /// When they were last certainly closed.
    pub closed_at: Stamp,
}

impl Fingers {
    /// Fingers that make `gesture`, by which they hold.
    pub fn new(gesture: Gesture, at: Stamp) -> Self {
        Self { gesture, gap: None, opening: false, closed_at: at }
    }

    fn see(&mut self, at: Stamp, dt_s: f32, shape: Gesture, gap: f32) {
        match self.gesture {
            // The gap tells sooner than the shape's name, and is not disturbed by a quick motion.
            Gesture::Pinch | Gesture::Ok => {
                let held = match self.gap {
                    None => gap,
                    Some(held) if gap < held => 0.5 * (held + gap),
                    Some(held) => held + (gap - held) * (1.0 - (-dt_s / LEARN_S).exp()),
                };
                // Opening fingers must not become the measure of holding ones.
                if !self.opening {
                    self.gap = Some(held);
                }
                let off = gap - self.gap.unwrap_or(gap);
                self.opening = off > if self.opening { CLOSED } else { OPENING };
                if off < CLOSED {
                    self.closed_at = at;
                }
            }
            by => {
                self.opening = !same_shape(by, shape);
                if !self.opening {
                    self.closed_at = at;
                }
            }
        }
    }
}

/// Whether a hand that holds by the gesture `by` still does, in the shape that it has now.
fn same_shape(by: Gesture, shape: Gesture) -> bool {
    use Gesture as G;
    match by {
        G::Point | G::PointingUp => matches!(shape, G::Point | G::PointingUp),
        G::Grab => shape == G::ClosedFist,
        // A motion has no shape to be lost.
        _ => by.family() != crate::base::gesture::Family::Shape || shape == by,
    }
}

/// A pointer resting on an object.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Dwell {
    on: Option<ObjectId>,
    since: Stamp,
    seen: Stamp,
    done: bool,
}

impl Dwell {
    /// How far it has come, 0..1.
    pub fn progress(&self, at: Stamp, dwell_ms: u32) -> f32 {
        if self.on.is_none() || dwell_ms == 0 {
            return 0.0;
        }
        (at.ms_since(self.since) / dwell_ms as f32).min(1.0)
    }

    /// Since when it rests on what it is on.
    pub fn resting_since(&self) -> Option<Stamp> {
        self.on.map(|_| self.since)
    }

    /// Takes what is pointed at in this frame, and tells whether it has just been dwelt on: once,
    /// until the pointer leaves.
    pub fn update(&mut self, at: Stamp, target: Option<ObjectId>, dwell_ms: u32) -> bool {
        match target {
            Some(id) if self.on == Some(id) => self.seen = at,
            Some(id) => *self = Self { on: Some(id), since: at, seen: at, done: false },
            None if at.ms_since(self.seen) > FLICKER_MS => *self = Self::default(),
            None => {}
        }
        let now = self.progress(at, dwell_ms) >= 1.0 && !self.done && target.is_some();
        self.done |= now;
        now
    }
}
