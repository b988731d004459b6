//! One moment of the demo: one or two posed hands before a pinhole camera, and the truth about
//! them: where every joint is in the picture and in the world.
//!
//! The camera's frame is x to the image's right, y up, z towards the viewer, in millimetres, so
//! that what it sees has negative z. The picture is not mirrored.

use arrayvec::ArrayVec;
use glam::{Mat3, Vec3};

use super::skeleton::{Pose, Skeleton};
use crate::base::hand::{Hand, Handedness, Hands, Landmarks};

/// Width over height of the demo's picture.
pub const ASPECT: f32 = 4.0 / 3.0;
/// Focal length in picture widths: about 56 degrees of view, like a common webcam.
pub const FOCAL: f32 = 0.95;
/// The most hands in a scene.
pub const MAX_ACTORS: usize = 2;

/// The point of the hand's own frame that [`HandState::place`] places: the middle of the hand.
const MIDDLE: Vec3 = Vec3::new(0.0, 70.0, 5.0);
/// Fewer joints than this in the picture, and nobody can say that a hand is there.
const LEAST_JOINTS: usize = 16;

/// Where a hand is, how it is turned and what pose it makes. Turns are given for a right hand and
/// mirrored for a left one, so that the same numbers are the same gesture of the other hand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HandState {
    /// The joint angles.
    pub pose: Pose,
    /// The middle of the hand in the camera's frame, millimetres.
    pub place: Vec3,
    /// Roll (counterclockwise in the picture for a right hand), pitch (fingers to the viewer) and
    /// yaw beside the pose's own, degrees.
    pub turn: [f32; 3],
    /// How far the wrist is bent sideways and back, degrees.
    pub wrist: [f32; 2],
}

impl HandState {
    /// The state between `self` and `other`; `t` in 0..1.
    #[must_use]
    pub fn lerp(&self, other: &HandState, t: f32) -> HandState {
        let mix = |a: f32, b: f32| a + (b - a) * t;
        HandState {
            pose: self.pose.lerp(&other.pose, t),
            place: self.place.lerp(other.place, t),
            turn: std::array::from_fn(|i| mix(self.turn[i], other.turn[i])),
            wrist: std::array::from_fn(|i| mix(self.wrist[i], other.wrist[i])),
        }
    }
}

/// One hand of a scene.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PosedHand {
    /// The person's own hand.
    pub handedness: Handedness,
    /// A new number each time that a hand comes into the picture.
    pub track: u32,
    /// What it does.
    pub state: HandState,
}

/// What is true of one hand of a scene.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HandTruth {
    /// The person's own hand.
    pub handedness: Handedness,
    /// A new number each time that a hand comes into the picture.
    pub track: u32,
    /// Where its joints are in the picture: see [`Landmarks`].
    pub landmarks: Landmarks,
    /// Metres, x right, y down, z away from the viewer; origin amid the knuckles, as MediaPipe's.
    pub world_landmarks: Landmarks,
    /// Where its pointer is, image space: the index fingertip, or the middle of thumb and index tips
    /// while pinching.
    pub pointer: [f32; 2],
    /// All 21 joints are in the picture.
    pub whole: bool,
    /// Enough of it is in the picture for a tracker to hold it.
    pub visible: bool,
}

/// One moment of a performance.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scene {
    /// The hands, none, one or two; some may be outside the picture.
    pub hands: ArrayVec<PosedHand, MAX_ACTORS>,
}

/// From a hand's own frame into the camera's.
#[derive(Clone, Copy, Debug)]
pub struct Placement {
    /// Turns; mirrors too if it is a left hand.
    pub turn: Mat3,
    /// Then moves.
    pub shift: Vec3,
}

impl Placement {
    /// A point of the hand's frame, in the camera's.
    pub fn point(&self, p: Vec3) -> Vec3 {
        self.turn * p + self.shift
    }
}

impl PosedHand {
    /// How this hand's own frame lies in the camera's.
    pub fn placement(&self) -> Placement {
        let side = match self.handedness {
            Handedness::Right => 1.0,
            Handedness::Left => -1.0,
        };
        let [roll, pitch, yaw] =
            std::array::from_fn(|i| (self.state.turn[i] + self.state.pose.turn[i]).to_radians());
        let turn = Mat3::from_rotation_z(side * roll)
            * Mat3::from_rotation_x(pitch)
            * Mat3::from_rotation_y(side * yaw)
            * Mat3::from_diagonal(Vec3::new(side, 1.0, 1.0));
        Placement { turn, shift: self.state.place - turn * MIDDLE }
    }

    /// What is true of it.
    pub fn truth(&self) -> HandTruth {
        let at = self.placement();
        let points = Skeleton::of(&self.state.pose).landmarks().map(|p| at.point(p));
        let wrist = points[0];
        let origin = (points[5] + points[9] + points[13] + points[17]) / 4.0;
        let landmarks = points.map(|p| {
            let [x, y] = project(p);
            [x, y, FOCAL * (wrist.z - p.z) / depth(wrist)]
        });
        let inside = |p: &&[f32; 3]| (0.0..=1.0).contains(&p[0]) && (0.0..=1.0).contains(&p[1]);
        let seen = landmarks.iter().filter(inside).count();
        HandTruth {
            handedness: self.handedness,
            track: self.track,
            landmarks,
            world_landmarks: points.map(|p| {
                let m = (p - origin) / 1000.0;
                [m.x, -m.y, -m.z]
            }),
            pointer: self.pointer(),
            whole: seen == 21,
            visible: seen >= LEAST_JOINTS,
        }
    }
}

impl Scene {
    /// What is true of every hand in it, whether in the picture or not.
    pub fn truth(&self) -> ArrayVec<HandTruth, MAX_ACTORS> {
        self.hands.iter().map(PosedHand::truth).collect()
    }

    /// The hands in the picture as a perfect tracker would report them, oldest track first.
    pub fn as_seen(&self) -> Hands {
        let mut hands: Hands = self
            .truth()
            .into_iter()
            .filter(|hand| hand.visible)
            .map(|hand| Hand {
                track: hand.track,
                handedness: hand.handedness,
                score: 1.0,
                presence: 1.0,
                landmarks: hand.landmarks,
                world_landmarks: hand.world_landmarks,
            })
            .collect();
        hands.sort_unstable_by_key(|hand| hand.track);
        hands
    }
}

/// How far before the camera a point is; never less than a finger's breadth, so that one may divide.
fn depth(p: Vec3) -> f32 {
    (-p.z).max(20.0)
}

/// Where a point of the camera's frame is in the picture, 0..1 in x and y.
pub(super) fn project(p: Vec3) -> [f32; 2] {
    let k = FOCAL / depth(p);
    [0.5 + k * p.x, 0.5 - k * p.y * ASPECT]
}
