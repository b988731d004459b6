//! What each gesture looks like when it is shown on purpose.
//!
//! Left, right and clockwise are as the person sees them in a mirror; the picture itself is not
//! mirrored, so here everything sideways is the other way round.

use glam::Vec3;

use super::choreography::{Choreography, side, slot};
use super::performance::{Path, Performance};
use super::poses;
use super::scene::{HandState, MAX_ACTORS};
use super::skeleton::Pose;
use crate::base::gesture::{Family, Gesture};
use crate::base::hand::Handedness;

/// Wrist to middle knuckle, millimetres: the measure of a gesture's size.
pub(super) const PALM: f32 = 88.0;
/// How far the hands are from the camera while both are shown, millimetres.
const AWAY_BOTH: f32 = 690.0;
const BOTH: [Handedness; 2] = [Handedness::Right, Handedness::Left];

impl Performance {
    /// The loop of the built-in demo: every gesture that Dixi knows, once.
    pub fn demo() -> Self {
        let mut c = Choreography::plain();
        for gesture in Gesture::ALL.iter().filter(|g| **g != Gesture::None) {
            // So that both hands are seen alone, too.
            let hand = match gesture.family() {
                Family::Motion => Handedness::Left,
                _ => Handedness::Right,
            };
            c = c.with(hand).perform(*gesture);
        }
        c.finish()
    }

    /// `gesture` once, varied by `seed`, with a pause before and after.
    pub fn of(gesture: Gesture, seed: u64) -> Self {
        Choreography::varied(seed).perform(gesture).finish()
    }
}

impl Choreography {
    pub(super) fn act(&mut self, gesture: Gesture) {
        let (hand, away) = (self.style.lead, self.style.away);
        if gesture == Gesture::None {
            return self.hold(0.8 * self.style.pace);
        }
        if gesture.family() == Family::TwoHands {
            self.only([true; MAX_ACTORS], AWAY_BOTH);
            self.two_hands(gesture);
            return self.both_take(poses::RELAXED, 0.4);
        }
        let mut wanted = [false; MAX_ACTORS];
        wanted[slot(hand)] = true;
        self.only(wanted, away);
        match poses::of(gesture) {
            Some(pose) => self.shape(gesture, pose),
            None => self.motion(gesture),
        }
        self.relax(hand);
    }

    /// The hand stays where it is and thinks of nothing.
    fn relax(&mut self, hand: Handedness) {
        let Some(state) = self.state(slot(hand)) else { return };
        let relaxed = HandState { pose: poses::RELAXED, turn: self.style.turn, ..state };
        self.go(hand, relaxed, 0.45 * self.style.pace);
    }

    /// The hand goes to where its gesture begins, without hurry.
    fn get_ready(&mut self, hand: Handedness, state: HandState, seconds: f32) {
        let far = self.state(slot(hand)).map_or(0.0, |now| now.place.distance(state.place));
        self.go(hand, state, (seconds * self.style.pace).max(far / 260.0));
    }

    fn shape(&mut self, gesture: Gesture, pose: Pose) {
        let (hand, away, pace) = (self.style.lead, self.style.away, self.style.pace);
        // Sideways hands are longer to one side: keep them in the middle.
        let x = if pose.turn[0].abs() > 45.0 { -20.0 * pose.turn[0].signum() } else { 30.0 };
        let state = self.state_at(hand, pose, Vec3::new(x, -22.0, away));
        self.get_ready(hand, state, 0.45);
        let from_s = self.now_s();
        self.hold(1.2 * pace);
        self.note(gesture, hand, from_s);
    }

    fn motion(&mut self, gesture: Gesture) {
        use Gesture as G;
        match gesture {
            G::SwipeLeft => self.swipe(gesture, Vec3::X),
            G::SwipeRight => self.swipe(gesture, Vec3::NEG_X),
            G::SwipeUp => self.swipe(gesture, Vec3::Y),
            G::SwipeDown => self.swipe(gesture, Vec3::NEG_Y),
            G::Wave => self.wave(),
            // Clockwise in a mirror is counterclockwise in the picture.
            G::CircleClockwise => self.circle(gesture, 2.0),
            G::CircleCounterclockwise => self.circle(gesture, -2.0),
            G::DoublePinch => self.double_pinch(),
            G::Grab => self.change(gesture, poses::OPEN_PALM, poses::FIST),
            G::Release => self.change(gesture, poses::FIST, poses::OPEN_PALM),
            _ => {}
        }
    }

    /// An open hand: slowly to where it starts, quickly to `towards`, a moment's rest.
    fn swipe(&mut self, gesture: Gesture, towards: Vec3) {
        let (hand, style) = (self.style.lead, self.style);
        let (palms, away) = if towards.y == 0.0 { (3.0, 600.0) } else { (2.3, 640.0) };
        let far = 0.5 * palms * PALM * style.reach * towards;
        let mut start = self.state_at(hand, poses::OPEN_PALM, Vec3::new(0.0, -26.0, away));
        let mut end = start;
        start.place -= far;
        end.place += far;
        // The arm turns about its elbow.
        let lean = 12.0 * towards.x * side(hand);
        (start.turn[0], end.turn[0]) = (start.turn[0] - lean, end.turn[0] + lean);
        self.get_ready(hand, start, 0.5);
        self.hold(0.2 * style.pace);
        let from_s = self.now_s();
        self.go(hand, end, 0.42 * style.pace);
        self.note(gesture, hand, from_s);
        self.hold(0.45 * style.pace);
        let relaxed = HandState { pose: poses::RELAXED, ..end };
        self.go(hand, relaxed, 0.35 * style.pace);
    }

    fn wave(&mut self) {
        let (hand, style) = (self.style.lead, self.style);
        let state =
            self.state_at(hand, poses::OPEN_PALM, Vec3::new(10.0, -24.0, style.away + 40.0));
        self.get_ready(hand, state, 0.5);
        self.hold(0.15);
        let from_s = self.now_s();
        let path = Path::Wave { sway: 62.0 * style.reach, roll: 15.0 * -side(hand), cycles: 3.5 };
        self.along(hand, state, path, 1.9 * style.pace);
        self.note(Gesture::Wave, hand, from_s);
        self.hold(0.2);
    }

    fn circle(&mut self, gesture: Gesture, turns: f32) {
        let (hand, style) = (self.style.lead, self.style);
        let radius = 64.0 * style.reach;
        let state = self.state_at(hand, poses::POINTING, Vec3::new(10.0, radius - 30.0, 610.0));
        self.get_ready(hand, state, 0.6);
        self.hold(0.2);
        let from_s = self.now_s();
        self.along(hand, state, Path::Circle { radius, turns }, 2.2 * style.pace);
        self.note(gesture, hand, from_s);
        self.hold(0.3);
    }

    fn double_pinch(&mut self) {
        let (hand, style) = (self.style.lead, self.style);
        let open = self.state_at(hand, poses::PINCH_OPEN, Vec3::new(20.0, -15.0, style.away));
        let shut = HandState { pose: poses::PINCH, ..open };
        self.get_ready(hand, open, 0.5);
        self.hold(0.3);
        let from_s = self.now_s();
        for target in [shut, open, shut, open] {
            self.go(hand, target, 0.17 * style.pace);
            self.hold(0.05);
        }
        self.note(Gesture::DoublePinch, hand, from_s);
        self.hold(0.4);
    }

    /// From one pose to the other, at once.
    fn change(&mut self, gesture: Gesture, before: Pose, after: Pose) {
        let (hand, style) = (self.style.lead, self.style);
        let before = self.state_at(hand, before, Vec3::new(25.0, -22.0, style.away));
        self.get_ready(hand, before, 0.5);
        self.hold(0.5 * style.pace);
        let from_s = self.now_s();
        self.go(hand, HandState { pose: after, ..before }, 0.3 * style.pace);
        self.note(gesture, hand, from_s);
        self.hold(0.6 * style.pace);
    }

    fn two_hands(&mut self, gesture: Gesture) {
        use Gesture as G;
        match gesture {
            G::ZoomIn => self.zoom(gesture, 80.0, 230.0),
            G::ZoomOut => self.zoom(gesture, 230.0, 80.0),
            G::RotateClockwise => self.rotate(gesture, 52.0),
            G::RotateCounterclockwise => self.rotate(gesture, -52.0),
            G::Clap => self.clap(),
            G::Stretch => self.stretch(),
            _ => {}
        }
    }

    /// Both hands go to `pose`, `x` millimetres to their own sides.
    fn both_go(&mut self, pose: Pose, x: f32, seconds: f32) {
        let pace = self.style.pace;
        let moves = BOTH.map(|hand| {
            let state = self.state_at(hand, pose, Vec3::new(x, -18.0, AWAY_BOTH));
            Some((state, Path::Ease))
        });
        self.step(seconds * pace, moves);
    }

    /// Both hands stay where they are and take `pose`.
    fn both_take(&mut self, pose: Pose, seconds: f32) {
        let moves =
            BOTH.map(|hand| Some((HandState { pose, ..self.state(slot(hand))? }, Path::Ease)));
        self.step(seconds * self.style.pace, moves);
    }

    fn zoom(&mut self, gesture: Gesture, near: f32, far: f32) {
        let wide = |x: f32, reach: f32| {
            if x > 150.0 { 150.0 + (x - 150.0) * reach } else { x }
        };
        let (near, far) = (wide(near, self.style.reach), wide(far, self.style.reach));
        self.both_go(poses::PINCH_OPEN, near, 0.7);
        self.both_take(poses::PINCH, 0.3);
        self.hold(0.25);
        let from_s = self.now_s();
        self.both_go(poses::PINCH, far, 0.95);
        self.note(gesture, Handedness::Right, from_s);
        self.hold(0.35);
        self.both_take(poses::PINCH_OPEN, 0.25);
    }

    fn rotate(&mut self, gesture: Gesture, degrees: f32) {
        self.both_go(poses::PINCH_OPEN, 140.0, 0.7);
        self.both_take(poses::PINCH, 0.3);
        self.hold(0.25);
        let from_s = self.now_s();
        let angle = (degrees * self.style.reach).to_radians();
        let centre = Vec3::new(self.style.offset.x, self.style.offset.y - 18.0, -AWAY_BOTH);
        let moves = BOTH.map(|hand| Some((self.state(slot(hand))?, Path::Orbit { centre, angle })));
        self.step(1.15 * self.style.pace, moves);
        self.note(gesture, Handedness::Right, from_s);
        self.hold(0.35);
        self.both_take(poses::PINCH_OPEN, 0.25);
    }

    fn clap(&mut self) {
        self.both_go(poses::CLAPPING, 170.0, 0.7);
        self.hold(0.25);
        let from_s = self.now_s();
        self.both_go(poses::CLAPPING, 50.0, 0.36);
        self.note(Gesture::Clap, Handedness::Right, from_s);
        self.hold(0.25);
        self.both_go(poses::CLAPPING, 150.0, 0.6);
    }

    fn stretch(&mut self) {
        self.both_go(poses::OPEN_PALM, 95.0, 0.7);
        self.hold(0.3);
        let from_s = self.now_s();
        self.both_go(poses::OPEN_PALM, 255.0, 0.8);
        self.note(Gesture::Stretch, Handedness::Right, from_s);
        self.hold(0.4);
    }
}
