//! A performance: who is where at every moment, and what is being shown. A pure function of time,
//! so that the same moment always gives the same picture and the same truth.
//!
//! Must not know what a gesture looks like (that is `acts`) nor how a hand is drawn.

use std::f32::consts::TAU;
use std::time::Duration;

use glam::{Vec2, Vec3};

use super::aim::aimed;
use super::scene::{HandState, MAX_ACTORS, PosedHand, Scene};
use crate::base::gesture::Gesture;
use crate::base::hand::Handedness;

/// A gesture that is shown on purpose, and when. What happens between segments (a hand opening to
/// make the next shape) may look like a gesture too, as it does with people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// What is shown.
    pub gesture: Gesture,
    /// The hand that shows it; the right one for two hands.
    pub hand: Handedness,
    /// When it begins: the shape is complete, or the motion starts.
    pub from: Duration,
    /// When it is over: the shape begins to dissolve, or the motion is complete.
    pub to: Duration,
}

/// How a hand gets from one state to the next.
#[derive(Clone, Copy, Debug)]
pub(super) enum Path {
    /// Straight, with the smooth start and stop of an arm (minimum jerk).
    Ease,
    /// Round and round: radius in millimetres, turns (positive is counterclockwise in the picture).
    Circle { radius: f32, turns: f32 },
    /// To and fro about the elbow: sway in millimetres, roll in degrees.
    Wave { sway: f32, roll: f32, cycles: f32 },
    /// About a point in the picture plane, radians (positive is counterclockwise in the picture).
    Orbit { centre: Vec3, angle: f32 },
    /// Index and middle scratching, degrees.
    Scratch { degrees: f32, cycles: f32 },
    /// The pointer of this hand straight from one place of the picture to another, image space.
    Aim { hand: Handedness, from: [f32; 2], to: [f32; 2], evenly: bool },
}

/// A stretch of one hand's time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub from_s: f32,
    pub to_s: f32,
    pub track: u32,
    pub start: HandState,
    pub end: HandState,
    pub path: Path,
}

/// The position of an arm that gets from 0 to 1 with the least jerk.
fn minimum_jerk(u: f32) -> f32 {
    u * u * u * (10.0 + u * (6.0 * u - 15.0))
}

/// Gets going within the first tenth, runs evenly, stops within the last tenth.
fn steady(u: f32) -> f32 {
    const RAMP: f32 = 0.1;
    let speed = 1.0 / (1.0 - RAMP);
    if u < RAMP {
        0.5 * speed * u * u / RAMP
    } else if u > 1.0 - RAMP {
        1.0 - 0.5 * speed * (1.0 - u) * (1.0 - u) / RAMP
    } else {
        speed * (u - 0.5 * RAMP)
    }
}

impl Path {
    /// The state on the way from `start` to `end`; `u` in 0..1.
    pub(super) fn at(self, start: &HandState, end: &HandState, u: f32) -> HandState {
        let mut state = *start;
        match self {
            Path::Ease => state = start.lerp(end, minimum_jerk(u)),
            Path::Circle { radius, turns } => {
                let (sin, cos) = (TAU * turns * steady(u)).sin_cos();
                // Begins at the top: there sin of the angle is 0 and cos is 1 of the height.
                state.place += radius * Vec3::new(-sin, cos - 1.0, 0.0);
            }
            Path::Wave { sway, roll, cycles } => {
                let swing = (TAU * cycles * u).sin() * (8.0 * u).min(8.0 * (1.0 - u)).min(1.0);
                state.place.x += sway * swing;
                state.place.y -= 0.12 * sway * swing * swing;
                state.turn[0] += roll * swing;
            }
            Path::Orbit { centre, angle } => {
                let turn = Vec2::from_angle(angle * minimum_jerk(u));
                let arm = turn.rotate((start.place - centre).truncate());
                state.place = centre + arm.extend(start.place.z - centre.z);
            }
            Path::Scratch { degrees, cycles } => {
                let bend = degrees * (TAU * cycles * u).sin();
                for finger in &mut state.pose.fingers[..2] {
                    finger[0] += 0.4 * bend;
                    finger[1] += bend;
                }
                state.place.y += 0.25 * bend;
            }
            Path::Aim { hand, from, to, evenly } => {
                let part = if evenly { u } else { minimum_jerk(u) };
                let at = Vec2::from(from).lerp(Vec2::from(to), part);
                state = aimed(hand, start.lerp(end, part), at.into());
            }
        }
        state
    }
}

/// A whole performance: make one with [`super::Choreography`].
#[derive(Clone, Debug)]
pub struct Performance {
    pub(super) spans: [Vec<Span>; MAX_ACTORS],
    pub(super) segments: Vec<Segment>,
    pub(super) length_s: f32,
    /// How much the hands tremble: 1 is a calm adult's hand, 0 a statue's.
    pub(super) tremor: f32,
}

impl Performance {
    /// What there is to see at `t`; after [`Self::length`] it begins again.
    pub fn at(&self, t: Duration) -> Scene {
        let t = self.within(t);
        let mut scene = Scene::default();
        for (slot, spans) in self.spans.iter().enumerate() {
            let Some(span) = spans.get(spans.partition_point(|s| s.to_s <= t)) else {
                continue;
            };
            if span.from_s > t {
                continue;
            }
            let u = (t - span.from_s) / (span.to_s - span.from_s);
            let mut state = span.path.at(&span.start, &span.end, u.clamp(0.0, 1.0));
            self.tremble(&mut state, t + 7.3 * slot as f32);
            let handedness = if slot == 0 { Handedness::Right } else { Handedness::Left };
            scene.hands.push(PosedHand { handedness, track: span.track, state });
        }
        scene
    }

    /// The gesture that is being shown at `t`, if one is.
    pub fn segment_at(&self, t: Duration) -> Option<&Segment> {
        let t = Duration::from_secs_f32(self.within(t));
        let i = self.segments.partition_point(|s| s.to < t);
        self.segments.get(i).filter(|s| s.from <= t)
    }

    /// Every gesture that is shown, in order.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// How often it has begun by `t`: 1 in the first round.
    pub fn round_at(&self, t: Duration) -> u32 {
        1 + (t.as_secs_f64() / f64::from(self.length_s).max(0.001)) as u32
    }

    /// How long it takes.
    pub fn length(&self) -> Duration {
        Duration::from_secs_f32(self.length_s)
    }

    fn within(&self, t: Duration) -> f32 {
        let length = f64::from(self.length_s).max(0.001);
        (t.as_secs_f64() % length) as f32
    }

    /// No hand is ever quite still.
    fn tremble(&self, state: &mut HandState, t: f32) {
        let wobble = |k: f32| {
            self.tremor
                * (0.6 * (TAU * 0.43 * t + 1.7 * k).sin() + 0.4 * (TAU * 1.13 * t + 2.3 * k).sin())
        };
        state.place += 1.8 * Vec3::new(wobble(0.0), wobble(1.0), 2.0 * wobble(2.0));
        for (i, turn) in state.turn.iter_mut().enumerate() {
            *turn += 1.2 * wobble(3.0 + i as f32);
        }
        for (i, finger) in state.pose.fingers.iter_mut().enumerate() {
            finger[0] += 1.3 * wobble(6.0 + i as f32);
            finger[1] += 1.0 * wobble(10.0 + i as f32);
        }
    }
}
