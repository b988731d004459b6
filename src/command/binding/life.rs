//! What the triggers remember: gestures that go on, commands that last, and when each binding
//! fired last with each hand.

use std::sync::Arc;

use super::{Firing, Rule, When};
use crate::base::Stamp;
use crate::base::gesture::{Family, Gesture};
use crate::base::hand::Handedness;
use crate::gesture::{Event, Observation};

/// A hand rests while it is slower than this, hand sizes (about 9 cm) a second: no hand is quite
/// still, and one that goes somewhere is several times as fast.
const SLOW: f32 = 1.2;
/// Its speed is taken over at least this long, milliseconds: over less it is mostly jitter.
const OVER_MS: f32 = 100.0;
/// And moving this far in less is no rest either, hand sizes.
const JERK: f32 = 0.3;

/// Where a hand is, and how large, picture heights.
#[derive(Clone, Copy, Debug)]
struct Spot {
    then: Stamp,
    at: [f32; 2],
    size: f32,
}

impl Spot {
    /// By the knuckle of the middle finger, which moves least when fingers do, and its way to the
    /// wrist.
    fn of(frame: &Observation, track: u32, then: Stamp) -> Option<Self> {
        let aspect = frame.width.max(1) as f32 / frame.height.max(1) as f32;
        let hand = &frame.hands.iter().find(|h| h.hand.track == track)?.hand;
        let [wrist, knuckle] =
            [0, 9].map(|i| [hand.landmarks[i][0] * aspect, hand.landmarks[i][1]]);
        let world = |i: usize| hand.world_landmarks[i];
        // A hand that points at the camera is short in the picture, but not small: the width helps.
        let width = [5, 17].map(|i| [hand.landmarks[i][0] * aspect, hand.landmarks[i][1]]);
        let of_world = far3(world(5), world(17)) / far3(world(0), world(9)).max(1e-6);
        let by_width = far(width[0], width[1]) / of_world.max(0.3);
        Some(Self { then, at: knuckle, size: far(wrist, knuckle).max(by_width).max(1e-3) })
    }

    /// Whether the hand has moved since `before`; none while that is too short ago to tell.
    fn moved(&self, before: &Spot) -> Option<bool> {
        let ms = self.then.ms_since(before.then);
        let way = far(self.at, before.at) / self.size.max(before.size);
        if ms < OVER_MS {
            return (way > JERK).then_some(true);
        }
        Some(way > SLOW * ms / 1000.0)
    }
}

fn far(a: [f32; 2], b: [f32; 2]) -> f32 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

fn far3(a: [f32; 3], b: [f32; 3]) -> f32 {
    (a[0] - b[0]).hypot(a[1] - b[1]).hypot(a[2] - b[2])
}

/// A gesture that goes on.
#[derive(Clone, Debug)]
pub(super) struct Life {
    pub gesture: Gesture,
    pub track: u32,
    pub other_track: Option<u32>,
    pub hand: Handedness,
    /// When it began.
    pub began: Stamp,
    /// When the hand, making it, came to rest: from here on it is held. A shape that is carried
    /// about is not: open hands are on their way to wave, swipe or clap.
    pub since: Stamp,
    /// Where it was a moment ago; none for what is no shape.
    spot: Option<Spot>,
    /// When it was last told of, and when the hand was last seen to make it.
    pub told: Stamp,
    pub made: Stamp,
    pub pointer: [f32; 2],
    /// The rule that is waiting for its hold time; none once that is decided.
    pub waiting: Option<Arc<Rule>>,
}

impl Life {
    pub fn new(event: &Event, frame: &Observation, began: Stamp, at: Stamp) -> Self {
        let shape = event.gesture.family() == Family::Shape;
        Self {
            gesture: event.gesture,
            track: event.track,
            other_track: event.other_track,
            hand: event.hand,
            began,
            since: began,
            spot: Spot::of(frame, event.track, at).filter(|_| shape),
            told: at,
            made: at,
            pointer: event.pointer,
            waiting: None,
        }
    }

    pub fn is(&self, event: &Event) -> bool {
        self.gesture == event.gesture && self.track == event.track
    }

    /// Whether a motion that begins is made with the hand of this shape: then that was meant, and
    /// the shape only part of it. `bound` says whether the motion gives any command: the closing of
    /// a hand (`grab`) is how every fist begins, and must not cost the fist what it is held for.
    pub fn becomes(&self, event: &Event, bound: bool) -> bool {
        use Gesture as G;
        let its = event.track == self.track || event.other_track == Some(self.track);
        let begins = matches!(
            (event.gesture, self.gesture),
            (G::Grab, G::ClosedFist) | (G::Release, G::OpenPalm)
        );
        its && self.gesture.family() == Family::Shape
            && event.gesture.family() != Family::Shape
            && (bound || !begins)
    }

    pub fn held_ms(&self) -> u32 {
        self.made.ms_since(self.since) as u32
    }

    /// Takes what a frame says of it. A shape that the hand has just given up is told as held until
    /// it has been gone for a while; only what the hand makes counts towards the hold time.
    pub fn go_on(&mut self, event: &Event, frame: &Observation, at: Stamp) {
        self.told = at;
        self.pointer = event.pointer;
        let given_up = self.gesture.family() == Family::Shape
            && frame.hands.iter().any(|h| h.hand.track == self.track && h.gesture != self.gesture);
        if !given_up {
            self.made = at;
        }
        if let (Some(before), Some(now)) = (self.spot, Spot::of(frame, self.track, at))
            && let Some(moved) = now.moved(&before)
        {
            self.spot = Some(now);
            if moved {
                self.since = at;
            }
        }
    }

    pub fn firing(&self, rule: &Arc<Rule>, when: When) -> Firing {
        Firing {
            rule: Arc::clone(rule),
            when,
            track: self.track,
            other_track: self.other_track,
            hand: self.hand,
            pointer: self.pointer,
            held_ms: self.held_ms(),
        }
    }
}

/// A lasting command that has begun.
#[derive(Clone, Debug)]
pub(super) struct Going {
    /// Its beginning, with the pointer as it is now.
    pub begun: Firing,
    /// The gesture by which it goes on: the rule's, or `ok` for a `pinch`.
    pub gesture: Gesture,
    /// Since when its gesture is over, while that may still be a flicker.
    pub over: Option<Stamp>,
}

/// When a binding fired last with a hand.
#[derive(Clone, Debug)]
pub(super) struct Last {
    pub id: Arc<str>,
    gesture: Gesture,
    pub hand: Handedness,
    pub fired: Stamp,
    /// When its gesture was last over.
    pub ended: Stamp,
    /// It has to be gone for its release time before it may count again.
    pub must_rest: bool,
}

/// The memory of who fired when. Bounded: the longest ago goes first.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory(Vec<Last>);

/// More than all bindings with both hands.
const REMEMBERED: usize = 2 * super::MAX_BINDINGS + 8;

impl Memory {
    pub fn of(&mut self, rule: &Rule, hand: Handedness) -> Option<&mut Last> {
        self.0.iter_mut().find(|l| l.hand == hand && l.id == rule.id)
    }

    pub fn fired(&mut self, rule: &Rule, hand: Handedness, at: Stamp) {
        if let Some(last) = self.of(rule, hand) {
            (last.fired, last.must_rest) = (at, true);
            return;
        }
        if self.0.len() >= REMEMBERED
            && let Some((oldest, _)) = self.0.iter().enumerate().min_by_key(|(_, l)| l.fired)
        {
            self.0.swap_remove(oldest);
        }
        let id = Arc::clone(&rule.id);
        self.0.push(Last {
            id,
            gesture: rule.gesture,
            hand,
            fired: at,
            ended: at,
            must_rest: true,
        });
    }

    pub fn ended(&mut self, gesture: Gesture, hand: Handedness, at: Stamp) {
        for last in self.0.iter_mut().filter(|l| l.gesture == gesture && l.hand == hand) {
            last.ended = at;
        }
    }
}
