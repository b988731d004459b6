//! One hand over time: its size, its place, its pointer, its shape, its motions. Survives a few
//! frames in which the tracker loses it, and a new number when the tracker finds it again.

use super::features::Features;
use super::filter::OneEuro;
use super::geometry::{Place, far, in_heights, palm_centre};
use super::going::Goings;
use super::life::ShapeLife;
use super::measure;
use super::motion::{Motions, Pinch};
use super::shape::{self, Scores, fingers_out};
use super::trail::{Sample, Trail};
use crate::base::Stamp;
use crate::config::GestureSettings;
use crate::vision::{Hand, Handedness, Landmarks};

/// The hand's size is averaged over about this time, milliseconds: it changes only with distance.
const SIZE_SMOOTH_MS: f32 = 200.0;
/// How far a lost hand may have got to be the same when it is found again: hand sizes at once, and
/// hand sizes a second since.
const FOUND_WITHIN: (f32, f32) = (1.2, 6.0);
/// What it costs to believe, in hand sizes: another track number, the other handedness.
const COST_TRACK: f32 = 1.0;
const COST_HANDEDNESS: f32 = 2.5;

/// A hand that has got further than this is another one, or a tracker's jump: hand sizes at once,
/// and hand sizes a second. Nobody's hand is faster.
const JUMP: (f32, f32) = (2.0, 25.0);

/// A hand that is followed.
#[derive(Clone, Debug)]
pub(super) struct Followed {
    /// Which one it is for us, whatever the tracker calls it.
    pub key: u32,
    pub track: u32,
    pub handedness: Handedness,
    /// When it was last seen, and whether in this frame.
    pub seen: Stamp,
    pub present: bool,
    /// Picture heights.
    pub palm: Place,
    pub size: f32,
    /// The smoothed pointer, picture heights.
    pub pointer: Place,
    /// How sure we are that all four fingers are out, 0..1.
    pub open: f32,
    pub pinch: Pinch,
    pub trail: Trail,
    pub shape: ShapeLife,
    pub motions: Motions,
    pub goings: Goings,
    filter: OneEuro,
}

/// What is measured on a hand in one frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    pub features: Features,
    pub scores: Scores,
    /// In picture heights.
    pub image: Landmarks,
}

impl Seen {
    /// `None` if the landmarks are no places.
    pub fn of(hand: &Hand, aspect: f32, s: &GestureSettings) -> Option<Self> {
        let features = Features::of(hand, aspect)?;
        let image = in_heights(&hand.landmarks, aspect)?;
        Some(Self { features, scores: shape::scores(&features, s), image })
    }

    /// Where it points, see [`measure::pointer`]. Picture heights.
    pub fn pointer(&self, s: &GestureSettings) -> Place {
        measure::pointer(&self.image, self.features.pinch_gap, s)
    }
}

impl Followed {
    /// A hand that has just been found; `key` is nobody else's.
    pub fn new(key: u32, hand: &Hand, at: Stamp, seen: &Seen, s: &GestureSettings) -> Self {
        let mut followed = Self {
            key,
            track: hand.track,
            handedness: hand.handedness,
            seen: at,
            present: true,
            palm: palm_centre(&seen.image),
            size: seen.features.size,
            pointer: [0.0; 2],
            open: 0.0,
            pinch: Pinch::default(),
            trail: Trail::default(),
            shape: ShapeLife::default(),
            motions: Motions::default(),
            goings: Goings::default(),
            filter: OneEuro::default(),
        };
        followed.see(hand, at, seen, s);
        followed
    }

    /// Takes a new sighting: place, size, pointer, trail. The lives are the engine's to ask.
    pub fn see(&mut self, hand: &Hand, at: Stamp, seen: &Seen, s: &GestureSettings) {
        let palm = palm_centre(&seen.image);
        let away_ms = at.ms_since(self.seen);
        let limit = JUMP.0 + JUMP.1 * away_ms / 1000.0;
        if away_ms > s.grace_ms as f32 || far(palm, self.palm) > limit * self.size {
            self.filter.reset();
            self.trail.clear();
            self.motions = Motions::default();
        }
        let part = 1.0 - (-away_ms / SIZE_SMOOTH_MS).exp();
        self.size += part * (seen.features.size - self.size);
        self.size = self.size.max(1e-4);
        self.track = hand.track;
        self.handedness = hand.handedness;
        self.palm = palm;
        self.pointer = self.filter.update(at, seen.pointer(s), self.size, s);
        self.pinch.update(at, &seen.features, s);
        let out = fingers_out(&seen.features, s);
        self.open = out.iter().copied().fold(1.0, f32::min);
        let tip = |i: usize| [seen.image[i][0], seen.image[i][1]];
        self.trail.push(Sample {
            at,
            palm,
            index_tip: tip(8),
            middle_tip: tip(12),
            open: self.open,
            pointing: out[0] * (1.0 - out[1].max(out[2]).max(out[3])),
            index_arch: seen.features.index_arch(),
        });
        self.seen = at;
        self.present = true;
    }

    /// What it costs to believe that `hand` is this one, in hand sizes; `None` if it cannot be.
    /// The tracker's word counts unless another assignment explains places and hands better.
    pub fn cost(&self, hand: &Hand, at: Stamp, seen: &Seen) -> Option<f32> {
        let away = far(self.palm, palm_centre(&seen.image)) / self.size.max(1e-3);
        let same = hand.track == self.track;
        let seconds = at.since(self.seen).as_secs_f32();
        if !same && away > FOUND_WITHIN.0 + FOUND_WITHIN.1 * seconds {
            return None;
        }
        let other = if hand.handedness == self.handedness { 0.0 } else { COST_HANDEDNESS };
        Some(away + other + if same { 0.0 } else { COST_TRACK })
    }
}
