//! A session on the canvas, as the source `demo:canvas` plays it: three things are made, one is
//! moved, one is made larger, one copied, one deleted and brought back; then the scene is saved and
//! the next one shown. Made for the default bindings and for a canvas that nobody has calibrated,
//! where the picture's mirror image fills it. What comes of it is in [`plan`].
//!
//! Knows how people do such things, not how they are recognised.

use glam::Vec3;

use super::acts::PALM;
use super::aim::aimed;
use super::choreography::{Choreography, side, slot};
use super::performance::{Path, Performance};
use super::poses;
use super::scene::{HandState, MAX_ACTORS, PosedHand};
use super::skeleton::Pose;
use crate::base::gesture::Gesture;
use crate::base::hand::Handedness;
use crate::base::stage;

/// What the session leaves behind, in scene units: tests hold the canvas against it.
pub mod plan {
    /// Where box, sphere and cone are made.
    pub const MADE: [[f32; 2]; 3] = [[-4.0, 1.0], [0.0, 1.0], [4.0, 1.0]];
    /// Where the box is moved to.
    pub const BOX_TO: [f32; 2] = [-3.0, -1.0];
    /// How many times as large the sphere is made.
    pub const LARGER: f32 = 1.5;
}

/// How far the hands are from the camera, millimetres: near enough to be seen well, far enough to
/// reach all of the canvas with the whole hand in the picture.
const AWAY: f32 = 700.0;
/// The first items of the ring menu are box, sphere and cone, clockwise from the top, of ten; their
/// middles are this far from the ring's, canvas widths.
const RING: (f32, f32) = (10.0, 0.1);
/// Both hands close this far beside the middle of what they take, canvas widths.
const BESIDE: f32 = 0.12;
/// A hand goes from place to place at this speed, canvas widths a second.
const UNHURRIED: f32 = 0.32;
/// A swipe of 2.3 hand sizes in this time, seconds, is at most 7.8 hand sizes a second fast: more than
/// the 5.5 that it takes, and not so fast that the eyes lose it.
const FLICK_S: f32 = 0.55;
const RIGHT: Handedness = Handedness::Right;
const LEFT: Handedness = Handedness::Left;

impl Performance {
    /// The session, over and over, with time between the rounds to look at what was made.
    pub fn canvas() -> Self {
        let mut c = Choreography::plain();
        // Time for the stage to be set.
        c.hold(2.0);
        c.only([true, false], AWAY);
        for (item, at) in plan::MADE.into_iter().enumerate() {
            c.make(item, canvas(at));
        }
        c.carry(canvas(plan::MADE[0]), canvas(plan::BOX_TO));
        c.enlarge(canvas(plan::MADE[1]), plan::LARGER);
        c.copy(canvas(plan::BOX_TO));
        c.remove(canvas(plan::MADE[2]));
        c.flick(Gesture::SwipeUp, Vec3::Y);
        c.hold(0.8);
        c.act(Gesture::ThumbUp);
        c.hold(0.6);
        c.flick(Gesture::SwipeLeft, Vec3::X);
        c.leave([true; MAX_ACTORS]);
        c.hold(8.0);
        c.finish()
    }
}

/// Canvas space of a point of the plane z = 0.
fn canvas([x, y]: [f32; 2]) -> [f32; 2] {
    stage::to_canvas([x, y, 0.0]).unwrap_or([0.5; 2])
}

/// From the canvas to the picture, which is not mirrored, and back.
fn mirrored([x, y]: [f32; 2]) -> [f32; 2] {
    [1.0 - x, y]
}

impl Choreography {
    /// Where the hand's pointer is on the canvas.
    fn pointer(&self, handedness: Handedness) -> [f32; 2] {
        let hand =
            self.state(slot(handedness)).map(|state| PosedHand { handedness, track: 0, state });
        hand.map_or([0.5; 2], |hand| mirrored(hand.pointer()))
    }

    /// The pointer goes to a place of the canvas while the hand takes `pose`.
    fn point(&mut self, hand: Handedness, pose: Pose, at: [f32; 2], least_s: f32) {
        let Some((go, seconds)) = self.pointing(hand, pose, at) else { return };
        let mut moves = [None; MAX_ACTORS];
        moves[slot(hand)] = Some(go);
        self.step(seconds.max(least_s), moves);
    }

    /// How it gets there, and the time that this takes.
    fn pointing(
        &self,
        hand: Handedness,
        pose: Pose,
        at: [f32; 2],
    ) -> Option<((HandState, Path), f32)> {
        let now = self.state(slot(hand))?;
        let (from, to) = (mirrored(self.pointer(hand)), mirrored(at));
        let place = Vec3::new(0.0, 0.0, -AWAY);
        let state = aimed(hand, HandState { pose, place, ..now }, to);
        let far = (to[0] - from[0]).hypot((to[1] - from[1]) * stage::HEIGHT / stage::WIDTH);
        Some(((state, Path::Aim { hand, from, to, evenly: false }), far / UNHURRIED))
    }

    /// The hand takes `pose` where it is: the palm rests, the fingers move.
    fn take(&mut self, hand: Handedness, pose: Pose, seconds: f32) {
        let Some(now) = self.state(slot(hand)) else { return };
        self.go(hand, HandState { pose, ..now }, seconds);
    }

    /// Opens the ring menu at a place of the canvas and dwells on an item.
    fn make(&mut self, item: usize, at: [f32; 2]) {
        self.point(RIGHT, poses::RELAXED, at, 0.6);
        self.point(RIGHT, poses::OPEN_PALM, at, 0.4);
        let from_s = self.now_s();
        self.hold(1.3);
        self.note(Gesture::OpenPalm, RIGHT, from_s);
        let (sin, cos) = (std::f32::consts::TAU * item as f32 / RING.0).sin_cos();
        let up = RING.1 * stage::WIDTH / stage::HEIGHT;
        self.point(RIGHT, poses::POINTING, [at[0] + RING.1 * sin, at[1] - up * cos], 0.7);
        let from_s = self.now_s();
        self.hold(1.5);
        self.note(Gesture::PointingUp, RIGHT, from_s);
        self.take(RIGHT, poses::RELAXED, 0.4);
    }

    /// Pinches what is at `from` and puts it down at `to`.
    fn carry(&mut self, from: [f32; 2], to: [f32; 2]) {
        self.point(RIGHT, poses::PINCH_OPEN, from, 0.7);
        self.hold(0.4);
        self.take(RIGHT, poses::PINCH, 0.3);
        let from_s = self.now_s();
        self.hold(0.5);
        // As far as from one place to the other, wherever the fingers have closed.
        let by = [to[0] - from[0], to[1] - from[1]];
        let [x, y] = self.pointer(RIGHT);
        self.point(RIGHT, poses::PINCH, [x + by[0], y + by[1]], 1.6);
        self.hold(0.5);
        self.note(Gesture::Pinch, RIGHT, from_s);
        self.take(RIGHT, poses::PINCH_OPEN, 0.3);
        self.hold(0.3);
        self.take(RIGHT, poses::RELAXED, 0.3);
    }

    /// Both hands close beside what is at `at` and draw it larger.
    fn enlarge(&mut self, at: [f32; 2], factor: f32) {
        self.only([true; MAX_ACTORS], AWAY);
        let beside = |hand| [at[0] - side(hand) * BESIDE, at[1]];
        self.both(poses::PINCH_OPEN, beside, 1.0);
        self.hold(0.4);
        self.both_close(poses::PINCH, 0.3);
        self.hold(0.6);
        let from_s = self.now_s();
        let here = [self.pointer(RIGHT), self.pointer(LEFT)];
        let apart = |hand| {
            let [x, y] = here[slot(hand)];
            [x - side(hand) * BESIDE * (factor - 1.0), y]
        };
        self.both(poses::PINCH, apart, 1.5);
        self.note(Gesture::ZoomIn, RIGHT, from_s);
        self.hold(0.5);
        self.both_close(poses::PINCH_OPEN, 0.3);
        self.hold(0.3);
        self.both_close(poses::RELAXED, 0.3);
        self.only([true, false], AWAY);
    }

    /// The pointers of both hands go to places of the canvas; the person's right hand is on the
    /// canvas's right.
    fn both(&mut self, pose: Pose, to: impl Fn(Handedness) -> [f32; 2], least_s: f32) {
        let mut seconds = least_s;
        let moves = [RIGHT, LEFT].map(|hand| {
            let (go, takes_s) = self.pointing(hand, pose, to(hand))?;
            seconds = seconds.max(takes_s);
            Some(go)
        });
        self.step(seconds, moves);
    }

    /// Both hands take `pose` where they are.
    fn both_close(&mut self, pose: Pose, seconds: f32) {
        let moves = [RIGHT, LEFT]
            .map(|hand| Some((HandState { pose, ..self.state(slot(hand))? }, Path::Ease)));
        self.step(seconds, moves);
    }

    /// Pinches twice, quickly, over what is at `at`.
    fn copy(&mut self, at: [f32; 2]) {
        self.point(RIGHT, poses::PINCH_OPEN, at, 0.7);
        self.hold(0.5);
        let from_s = self.now_s();
        for pose in [poses::PINCH, poses::PINCH_OPEN, poses::PINCH, poses::PINCH_OPEN] {
            self.take(RIGHT, pose, 0.18);
            self.hold(0.06);
        }
        self.note(Gesture::DoublePinch, RIGHT, from_s);
        self.hold(0.5);
        self.take(RIGHT, poses::RELAXED, 0.3);
    }

    /// Closes the hand over what is at `at` until it is gone.
    fn remove(&mut self, at: [f32; 2]) {
        self.point(RIGHT, poses::RELAXED, at, 0.7);
        self.hold(0.5);
        self.take(RIGHT, poses::FIST, 0.28);
        let from_s = self.now_s();
        self.hold(1.7);
        self.note(Gesture::ClosedFist, RIGHT, from_s);
        self.take(RIGHT, poses::RELAXED, 0.5);
        self.hold(0.6);
    }

    /// A swipe of a hand that opens only for it: as slow as a swipe may be, so that cameras that see
    /// eleven pictures a second see it too.
    fn flick(&mut self, gesture: Gesture, towards: Vec3) {
        let far = 1.15 * PALM * towards;
        let middle = self.state_at(RIGHT, poses::RELAXED, Vec3::new(0.0, -20.0, 640.0));
        let start = HandState { place: middle.place - far, ..middle };
        let end = HandState { pose: poses::OPEN_PALM, place: middle.place + far, ..middle };
        let away = self.state(slot(RIGHT)).map_or(0.0, |now| now.place.distance(start.place));
        self.go(RIGHT, start, (away / 260.0).max(0.5));
        self.hold(0.3);
        self.take(RIGHT, poses::OPEN_PALM, 0.25);
        let from_s = self.now_s();
        self.go(RIGHT, end, FLICK_S);
        self.note(gesture, RIGHT, from_s);
        self.hold(0.25);
        self.take(RIGHT, poses::RELAXED, 0.25);
        self.hold(0.4);
    }
}
