//! Hands whose pointer goes where it is told: for tests that must know the truth to a fraction of a
//! pixel, and for sessions that are played on a canvas.
//!
//! The pointer is the index fingertip, or the middle of thumb and index tips while pinching. Must
//! not know what a pointer does.

use std::time::Duration;

use glam::{Vec2, Vec3};

use super::choreography::slot;
use super::performance::{Path, Performance, Span};
use super::scene::{ASPECT, FOCAL, HandState, MAX_ACTORS, PosedHand, project};
use super::skeleton::{Pose, Skeleton};
use crate::base::hand::Handedness;

/// Wrist to middle knuckle, millimetres.
const HAND_MM: f32 = 88.0;
/// Below the first gap between thumb and index tips a hand pinches, above the second it does not;
/// in between the pointer slides from one meaning to the other. Hand sizes.
const PINCHING: [f32; 2] = [0.30, 0.42];

/// A moment at which a hand's pointer is somewhere.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Waypoint {
    /// When, seconds from the beginning.
    pub at_s: f32,
    /// The hand's pose; on the way from one to the next it changes with the place.
    pub pose: Pose,
    /// Where the pointer is: image space, 0..1 in x and y; outside of it the hand is out of sight.
    pub at: [f32; 2],
    /// How far the middle of the hand is from the camera's plane, millimetres: 300 to 1,200 or so.
    pub away_mm: f32,
    /// Roll, pitch and yaw beside the pose's own, degrees: see [`HandState::turn`].
    pub turn: [f32; 3],
    /// Whether the pointer gets here evenly, at one speed, instead of starting and stopping as an
    /// arm does.
    pub evenly: bool,
}

impl Waypoint {
    /// The hand upright, getting here as an arm does.
    pub const fn new(at_s: f32, pose: Pose, at: [f32; 2], away_mm: f32) -> Self {
        Self { at_s, pose, at, away_mm, turn: [0.0; 3], evenly: false }
    }

    /// The same, got to at one speed.
    #[must_use]
    pub const fn evenly(mut self) -> Self {
        self.evenly = true;
        self
    }

    /// The same with the hand turned.
    #[must_use]
    pub const fn turned(mut self, turn: [f32; 3]) -> Self {
        self.turn = turn;
        self
    }

    fn state(&self, hand: Handedness) -> HandState {
        let place = Vec3::new(0.0, 0.0, -self.away_mm);
        let state = HandState { pose: self.pose, place, turn: self.turn, wrist: [0.0; 2] };
        aimed(hand, state, self.at)
    }
}

impl Performance {
    /// Each hand goes through its waypoints, which are in the order of their times, and is there
    /// from the first to the last of them. A hand may be named again for a later time: then it is
    /// another track. No tremor, see [`Self::trembling`]; begins again after the last waypoint.
    pub fn pointing(hands: &[(Handedness, &[Waypoint])]) -> Self {
        let mut spans: [Vec<Span>; MAX_ACTORS] = Default::default();
        let mut length_s = 0.0_f32;
        for (track, (hand, points)) in (1..).zip(hands) {
            let hand = *hand;
            for pair in points.windows(2) {
                let [from, to] = [pair[0], pair[1]];
                spans[slot(hand)].push(Span {
                    from_s: from.at_s,
                    to_s: to.at_s,
                    track,
                    start: from.state(hand),
                    end: to.state(hand),
                    path: Path::Aim { hand, from: from.at, to: to.at, evenly: to.evenly },
                });
                length_s = length_s.max(to.at_s);
            }
        }
        Self { spans, segments: Vec::new(), length_s, tremor: 0.0 }
    }

    /// The same with hands that tremble: 1 as a calm adult's, 0 as a statue's.
    #[must_use]
    pub fn trembling(mut self, tremor: f32) -> Self {
        self.tremor = tremor;
        self
    }

    /// Where the pointer of `hand` is at `t`, image space, if the hand is there.
    pub fn pointer_at(&self, hand: Handedness, t: Duration) -> Option<[f32; 2]> {
        let scene = self.at(t);
        scene.hands.iter().find(|h| h.handedness == hand).map(PosedHand::pointer)
    }
}

impl PosedHand {
    /// Where its pointer is, image space.
    pub fn pointer(&self) -> [f32; 2] {
        project(self.placement().point(tip(&self.state.pose)))
    }
}

/// The point of the hand's own frame that is its pointer.
fn tip(pose: &Pose) -> Vec3 {
    let points = Skeleton::of(pose).landmarks();
    let (thumb, index) = (points[4], points[8]);
    let gap = thumb.distance(index) / HAND_MM;
    let pinching = ((PINCHING[1] - gap) / (PINCHING[1] - PINCHING[0])).clamp(0.0, 1.0);
    index.lerp(thumb, 0.5 * pinching)
}

/// `state`, moved sideways and up or down so that its pointer is at `at`, image space.
pub(super) fn aimed(handedness: Handedness, state: HandState, at: [f32; 2]) -> HandState {
    let hand = PosedHand { handedness, track: 0, state };
    let point = hand.placement().point(tip(&state.pose));
    let away = (-point.z).max(20.0) / FOCAL;
    let wanted = Vec2::new((at[0] - 0.5) * away, (0.5 - at[1]) * away / ASPECT);
    let place = state.place + (wanted - point.truncate()).extend(0.0);
    HandState { place, ..state }
}
