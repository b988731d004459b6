//! What the triggers remember: gestures that go on, commands that last, and when each binding
//! fired last with each hand.

use std::sync::Arc;

use super::{Firing, Rule, When};
use crate::base::Stamp;
use crate::base::gesture::{Family, Gesture};
use crate::base::hand::Handedness;
use crate::gesture::{Event, Observation};

/// A gesture that goes on.
#[derive(Clone, Debug)]
pub(super) struct Life {
    pub gesture: Gesture,
    pub track: u32,
    pub other_track: Option<u32>,
    pub hand: Handedness,
    /// When it began.
    pub since: Stamp,
    /// When it was last told of, and when the hand was last seen to make it.
    pub told: Stamp,
    pub made: Stamp,
    pub pointer: [f32; 2],
    /// The rule that is waiting for its hold time; none once that is decided.
    pub waiting: Option<Arc<Rule>>,
}

impl Life {
    pub fn new(event: &Event, since: Stamp, at: Stamp) -> Self {
        Self {
            gesture: event.gesture,
            track: event.track,
            other_track: event.other_track,
            hand: event.hand,
            since,
            told: at,
            made: at,
            pointer: event.pointer,
            waiting: None,
        }
    }

    pub fn is(&self, event: &Event) -> bool {
        self.gesture == event.gesture && self.track == event.track
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
