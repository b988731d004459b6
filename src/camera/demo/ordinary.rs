//! What hands do besides gestures: drift, reach, rest, scratch, talk along, come and go. Here a
//! gesture engine must keep quiet.
//!
//! No swipe, wave, circle, pinch, closing to a fist or opening from one, and nothing two-handed is
//! shown on purpose. Speeds are those of a person who talks and works: mostly under 3 palms a
//! second, 6 at most.

use std::time::Duration;

use glam::Vec3;
use rand::RngExt;

use super::choreography::{Choreography, slot};
use super::performance::{Path, Performance};
use super::poses;
use super::scene::{FOCAL, HandState, MAX_ACTORS};
use super::skeleton::Pose;
use crate::base::hand::Handedness;

impl Performance {
    /// At least `length` of movement without a gesture; another one for every `seed`.
    pub fn ordinary(seed: u64, length: Duration) -> Self {
        let mut c = Choreography::varied(seed);
        while c.now_s() < length.as_secs_f32() {
            c.ordinary_act();
        }
        c.finish()
    }
}

impl Choreography {
    fn ordinary_act(&mut self) {
        let present = [self.state(0).is_some(), self.state(1).is_some()];
        if present == [false; 2] {
            let away = self.style.away;
            self.hold(0.4);
            let first: bool = self.rng.random();
            let second = !first || self.rng.random_range(0..3) == 0;
            self.only([first, second], away + 120.0);
            return;
        }
        let hand = match (present, self.rng.random::<bool>()) {
            ([true, false], _) | ([true, true], true) => Handedness::Right,
            _ => Handedness::Left,
        };
        match self.rng.random_range(0..100) {
            0..22 => self.drift(hand),
            22..34 => self.reach_out(hand),
            34..50 => {
                let seconds = self.rng.random_range(0.5..2.0);
                self.hold(seconds);
            }
            50..58 => self.scratch(hand),
            58..84 => self.talk_along(hand),
            84..91 => self.turn_over(hand),
            91..96 => self.fidget(hand),
            _ => self.come_or_go(present),
        }
    }

    fn ordinary_pose(&mut self) -> Pose {
        let mut pose = poses::RELAXED;
        let all: f32 = self.rng.random_range(-14.0..10.0);
        for finger in &mut pose.fingers {
            let own = all + self.rng.random_range(-5.0..5.0);
            finger[0] += own;
            finger[1] += 1.2 * own;
            finger[3] += self.rng.random_range(-2.0..2.0);
        }
        pose.thumb[0] += self.rng.random_range(-6.0..8.0);
        pose
    }

    /// Somewhere within the hand's half of the picture (all of it if it is alone).
    fn ordinary_state(&mut self, hand: Handedness) -> HandState {
        let alone = self.state(1 - slot(hand)).is_none();
        let away: f32 = self.rng.random_range(520.0..760.0);
        let (w, h) = (0.5 * away / FOCAL - 95.0, 0.375 * away / FOCAL - 100.0);
        let least = if alone { -0.8 * w } else { 85.0_f32.min(w) };
        let place = Vec3::new(
            self.rng.random_range(least..w.max(least + 1.0)),
            self.rng.random_range(-h..h) - 25.0,
            away,
        );
        let pose = self.ordinary_pose();
        let mut state = self.state_at(hand, pose, place);
        state.turn = [
            self.rng.random_range(-28.0..28.0),
            self.rng.random_range(-20.0..16.0),
            self.rng.random_range(-28.0..28.0),
        ];
        state.wrist = [self.rng.random_range(-12.0..12.0), self.rng.random_range(-10.0..10.0)];
        state
    }

    /// Goes to `target` no faster than `speed` millimetres a second on average.
    fn unhurried(&mut self, hand: Handedness, target: HandState, speed: f32) {
        let Some(now) = self.state(slot(hand)) else {
            return;
        };
        let far = now.place.distance(target.place);
        let turned = (0..3).map(|i| (now.turn[i] - target.turn[i]).abs()).fold(0.0, f32::max);
        let seconds = (far / speed).max(turned / 90.0).max(0.45);
        self.go(hand, target, seconds);
    }

    fn drift(&mut self, hand: Handedness) {
        let (target, speed) = (self.ordinary_state(hand), self.rng.random_range(80.0..200.0));
        self.unhurried(hand, target, speed);
    }

    /// To the camera or away from it, as one takes something.
    fn reach_out(&mut self, hand: Handedness) {
        let Some(now) = self.state(slot(hand)) else {
            return;
        };
        let there = self.ordinary_state(hand);
        let speed = self.rng.random_range(150.0..260.0);
        self.unhurried(hand, there, speed);
        self.hold(0.3);
        if self.rng.random() {
            self.unhurried(hand, now, speed);
        }
    }

    fn scratch(&mut self, hand: Handedness) {
        let Some(mut state) = self.state(slot(hand)) else {
            return;
        };
        state.pose = self.ordinary_pose();
        self.go(hand, state, 0.5);
        let cycles = self.rng.random_range(3.0_f32..6.0).round();
        let path = Path::Scratch { degrees: self.rng.random_range(7.0..13.0), cycles };
        self.along(hand, state, path, cycles * 0.3);
    }

    /// A few small moves in the rhythm of speech.
    fn talk_along(&mut self, hand: Handedness) {
        for _ in 0..self.rng.random_range(1..4) {
            let Some(now) = self.state(slot(hand)) else {
                return;
            };
            let mut target = self.ordinary_state(hand);
            let step =
                (target.place - now.place).clamp_length_max(self.rng.random_range(25.0..95.0));
            target.place = now.place + step;
            for i in 0..3 {
                target.turn[i] = now.turn[i] + 0.5 * (target.turn[i] - now.turn[i]);
            }
            let speed = self.rng.random_range(120.0..240.0);
            self.unhurried(hand, target, speed);
            let pause = self.rng.random_range(0.0..0.5);
            self.hold(pause + 0.02);
        }
    }

    /// Shows the back of the hand, or its edge, and comes back.
    fn turn_over(&mut self, hand: Handedness) {
        let Some(now) = self.state(slot(hand)) else {
            return;
        };
        let mut turned = now;
        turned.turn[2] = if self.rng.random() { 150.0 } else { 65.0 };
        turned.pose = self.ordinary_pose();
        self.go(hand, turned, 1.1);
        self.hold(0.5);
        self.go(hand, now, 1.1);
    }

    /// The fingers change a little, the hand stays.
    fn fidget(&mut self, hand: Handedness) {
        for _ in 0..3 {
            let Some(mut state) = self.state(slot(hand)) else {
                return;
            };
            state.pose = self.ordinary_pose();
            let seconds = self.rng.random_range(0.4..0.9);
            self.go(hand, state, seconds);
        }
    }

    fn come_or_go(&mut self, present: [bool; MAX_ACTORS]) {
        let mut wanted = present;
        let changing = usize::from(self.rng.random::<bool>());
        wanted[changing] = !wanted[changing];
        let away = self.rng.random_range(560.0..720.0);
        self.only(wanted, away);
        if wanted == [true; MAX_ACTORS] {
            // Make room for the other hand.
            for hand in [Handedness::Right, Handedness::Left] {
                let target = self.ordinary_state(hand);
                self.unhurried(hand, target, 200.0);
            }
        }
    }
}
