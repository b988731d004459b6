//! Building a performance, step by step: hands come in, move, and go. What each gesture looks like
//! is in `acts`, what people do besides is in `ordinary`; both are built from the steps here.

use glam::Vec3;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::time::Duration;

use super::performance::{Path, Performance, Segment, Span};
use super::poses;
use super::scene::{FOCAL, HandState, MAX_ACTORS};
use super::skeleton::Pose;
use crate::base::gesture::Gesture;
use crate::base::hand::Handedness;

/// How things are done: quickly or slowly, near or far, with which hand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    /// Multiplies durations.
    pub pace: f32,
    /// Multiplies distances moved.
    pub reach: f32,
    /// Distance from the camera with one hand, millimetres.
    pub away: f32,
    /// Where it is done, beside the usual place, millimetres.
    pub offset: Vec3,
    /// How the hand is turned beside the usual, degrees.
    pub turn: [f32; 3],
    /// The hand for one-hand gestures.
    pub lead: Handedness,
}

impl Style {
    /// The way the demo does it.
    const PLAIN: Self = Self {
        pace: 1.0,
        reach: 1.0,
        away: 500.0,
        offset: Vec3::ZERO,
        turn: [0.0; 3],
        lead: Handedness::Right,
    };

    fn varied(rng: &mut StdRng) -> Self {
        Self {
            pace: rng.random_range(0.82..1.25),
            reach: rng.random_range(0.85..1.15),
            away: rng.random_range(460.0..620.0),
            offset: Vec3::new(rng.random_range(-25.0..25.0), rng.random_range(-12.0..12.0), 0.0),
            turn: [
                rng.random_range(-14.0..14.0),
                rng.random_range(-9.0..9.0),
                rng.random_range(-10.0..10.0),
            ],
            lead: if rng.random() { Handedness::Right } else { Handedness::Left },
        }
    }
}

/// The slot of a hand: each person has two.
pub(super) const fn slot(hand: Handedness) -> usize {
    match hand {
        Handedness::Right => 0,
        Handedness::Left => 1,
    }
}

/// Where a hand's own side of the picture is: the person's right hand is on the image's left.
pub(super) const fn side(hand: Handedness) -> f32 {
    match hand {
        Handedness::Right => -1.0,
        Handedness::Left => 1.0,
    }
}

/// Builds a [`Performance`]: say what is to be shown, in order, then [`Self::finish`].
#[derive(Debug)]
pub struct Choreography {
    pub(super) rng: StdRng,
    pub(super) style: Style,
    varied: bool,
    lead: Option<Handedness>,
    now_s: f32,
    spans: [Vec<Span>; MAX_ACTORS],
    hands: [Option<(u32, HandState)>; MAX_ACTORS],
    segments: Vec<Segment>,
    next_track: u32,
}

impl Choreography {
    /// Everything as the demo does it, always the same.
    pub fn plain() -> Self {
        Self::new(0, false)
    }

    /// Each gesture done a little differently: speed, size, place, turn, hand.
    pub fn varied(seed: u64) -> Self {
        Self::new(seed, true)
    }

    fn new(seed: u64, varied: bool) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let style = if varied { Style::varied(&mut rng) } else { Style::PLAIN };
        Self {
            rng,
            style,
            varied,
            lead: None,
            now_s: 0.0,
            spans: Default::default(),
            hands: [None; MAX_ACTORS],
            segments: Vec::new(),
            next_track: 1,
        }
    }

    /// From here on one-hand gestures are shown with `hand`.
    #[must_use]
    pub fn with(mut self, hand: Handedness) -> Self {
        self.lead = Some(hand);
        self
    }

    /// Shows `gesture`: the hands that it needs come in, those that it does not need go out.
    /// [`Gesture::None`] is a pause.
    #[must_use]
    pub fn perform(mut self, gesture: Gesture) -> Self {
        if self.varied {
            self.style = Style::varied(&mut self.rng);
        }
        if let Some(hand) = self.lead {
            self.style.lead = hand;
        }
        self.act(gesture);
        self
    }

    /// All hands go out, and the performance is complete.
    #[must_use]
    pub fn finish(mut self) -> Performance {
        self.leave([true; MAX_ACTORS]);
        self.step(0.3, [None; MAX_ACTORS]);
        let tremor = if self.varied { self.rng.random_range(0.5..1.6) } else { 1.0 };
        Performance { spans: self.spans, segments: self.segments, length_s: self.now_s, tremor }
    }

    /// Seconds since the beginning.
    pub(super) fn now_s(&self) -> f32 {
        self.now_s
    }

    /// The state of the hand in `slot`, if it is in the picture.
    pub(super) fn state(&self, slot: usize) -> Option<HandState> {
        self.hands[slot].map(|(_, state)| state)
    }

    /// Lets `seconds` pass; hands with a target go there by its path, others stay as they are.
    pub(super) fn step(&mut self, seconds: f32, moves: [Option<(HandState, Path)>; MAX_ACTORS]) {
        let (from_s, to_s) = (self.now_s, self.now_s + seconds);
        for (slot, wanted) in moves.into_iter().enumerate() {
            let Some((track, start)) = self.hands[slot] else {
                continue;
            };
            let (target, path) = wanted.unwrap_or((start, Path::Ease));
            let end = path.at(&start, &target, 1.0);
            self.spans[slot].push(Span { from_s, to_s, track, start, end: target, path });
            self.hands[slot] = Some((track, end));
        }
        self.now_s = to_s;
    }

    /// One hand goes to `target`.
    pub(super) fn go(&mut self, hand: Handedness, target: HandState, seconds: f32) {
        self.along(hand, target, Path::Ease, seconds);
    }

    /// One hand moves by `path`.
    pub(super) fn along(&mut self, hand: Handedness, target: HandState, path: Path, seconds: f32) {
        let mut moves = [None; MAX_ACTORS];
        moves[slot(hand)] = Some((target, path));
        self.step(seconds, moves);
    }

    /// Nothing happens for `seconds`.
    pub(super) fn hold(&mut self, seconds: f32) {
        self.step(seconds, [None; MAX_ACTORS]);
    }

    /// Notes that `gesture` has been shown since `from_s`.
    pub(super) fn note(&mut self, gesture: Gesture, hand: Handedness, from_s: f32) {
        let (from, to) = (Duration::from_secs_f32(from_s), Duration::from_secs_f32(self.now_s));
        self.segments.push(Segment { gesture, hand, from, to });
    }

    /// Exactly the hands of `wanted` are in the picture afterwards, newcomers relaxed at
    /// [`Self::neutral`], `away` millimetres before the camera.
    pub(super) fn only(&mut self, wanted: [bool; MAX_ACTORS], away: f32) {
        let surplus: [bool; MAX_ACTORS] =
            std::array::from_fn(|s| self.hands[s].is_some() && !wanted[s]);
        self.leave(surplus);
        let mut moves = [None; MAX_ACTORS];
        for hand in [Handedness::Right, Handedness::Left] {
            let s = slot(hand);
            if wanted[s] && self.hands[s].is_none() {
                let target = self.neutral(hand, away);
                self.hands[s] = Some((self.next_track, below(target)));
                self.next_track += 1;
                moves[s] = Some((target, Path::Ease));
            }
        }
        if moves.iter().any(Option::is_some) {
            self.step(1.1 * self.style.pace.max(1.0), moves);
        }
    }

    /// The hands of `going` sink out of the picture.
    pub(super) fn leave(&mut self, going: [bool; MAX_ACTORS]) {
        let moves = std::array::from_fn(|s| {
            let state = self.state(s).filter(|_| going[s])?;
            let target = HandState { pose: poses::RELAXED, turn: [0.0; 3], ..below(state) };
            Some((target, Path::Ease))
        });
        if moves.iter().all(Option::is_none) {
            return;
        }
        self.step(1.2 * self.style.pace.max(1.0), moves);
        for (s, gone) in going.into_iter().enumerate() {
            if gone {
                self.hands[s] = None;
            }
        }
    }

    /// The state of a hand at (`x`, `y`) millimetres of the picture's middle; x grows towards the
    /// hand's own side, so that the same number suits both hands.
    pub(super) fn state_at(&self, hand: Handedness, pose: Pose, place: Vec3) -> HandState {
        let place = Vec3::new(side(hand) * place.x, place.y, -place.z) + self.style.offset;
        HandState { pose, place, turn: self.style.turn, wrist: [0.0; 2] }
    }

    /// Relaxed, a little to the hand's own side.
    pub(super) fn neutral(&self, hand: Handedness, away: f32) -> HandState {
        self.state_at(hand, poses::RELAXED, Vec3::new(0.10 * away, -0.05 * away, away))
    }
}

/// The same state, below the picture.
fn below(mut state: HandState) -> HandState {
    let half_height = 0.5 * -state.place.z / FOCAL / super::scene::ASPECT;
    state.place.y = -half_height - 150.0;
    state
}
