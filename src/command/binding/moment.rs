//! What goes into the triggers with each frame and what comes out of it.

use std::sync::Arc;

use super::words;
use super::{Rule, Table};
use crate::base::hand::Handedness;
use crate::base::{Error, Result, Stamp};
use crate::command::{Judged, Mode, Outcome, Said, Why};

/// What is true while a frame's gestures are judged.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a> {
    /// The bindings.
    pub table: &'a Table,
    /// What hands do.
    pub mode: Mode,
    /// Whether hands do things; if not, only `arm` is given.
    pub armed: bool,
    /// Gestures only say what they would do.
    pub dry_run: bool,
    /// Tracks of hands that do something that must not be disturbed: hold, stretch, draw, choose.
    /// Hands with a lasting command of the triggers' own need not be named.
    pub busy: &'a [u32],
    /// Tracks of hands that have something within reach, or in hand: their `ok` is a pinch with the
    /// other fingers out, and takes it.
    pub near: &'a [u32],
    /// Tracks of hands that point and rest on a thing, and since when.
    pub aims: &'a [(u32, Stamp)],
}

/// What a frame's gestures came to. Kept and passed in again, so that it is allocated once.
#[derive(Clone, Debug, Default)]
pub struct Reaction {
    /// What is to be done, in this order.
    pub firings: Vec<Firing>,
    /// Gestures that did nothing, and why. Those that fire are judged when it is known whether their
    /// command succeeded: [`Firing::judged`].
    pub judged: Vec<Judged>,
    /// Gestures that are being held for a binding.
    pub holdings: Vec<Holding>,
}

impl Reaction {
    /// Nothing.
    pub fn clear(&mut self) {
        self.firings.clear();
        self.judged.clear();
        self.holdings.clear();
    }
}

/// Which part of a firing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// All of it: the command is done once.
    Once,
    /// A lasting command begins. It ends by a firing of the same rule and hand, and always does.
    Begin,
    /// A lasting command ends; nothing if it had been refused at its beginning.
    End,
}

/// A binding fires.
#[derive(Clone, Debug, PartialEq)]
pub struct Firing {
    /// Which: [`Rule::command`] gives the command.
    pub rule: Arc<Rule>,
    /// Which part of it.
    pub when: When,
    /// The hand's track when its gesture began; for two hands the lower one.
    pub track: u32,
    /// The second hand of a two-hand gesture.
    pub other_track: Option<u32>,
    /// Whose hand.
    pub hand: Handedness,
    /// Where it points, image space of the unmirrored frame; for two hands the middle of both.
    pub pointer: [f32; 2],
    /// How long the gesture had been held then, milliseconds.
    pub held_ms: u32,
}

impl Firing {
    /// What came of it, for the log. Not for [`When::End`], which is no gesture of its own.
    pub fn judged(&self, outcome: &Result<Outcome>) -> Judged {
        match outcome {
            Ok(outcome) => {
                self.judge(Why::Fired, words::fired(&self.rule, self.held_ms, &outcome.done))
            }
            Err(e) => self.refused(e),
        }
    }

    /// It was tried and could not be done.
    pub fn refused(&self, e: &Error) -> Judged {
        self.judge(Why::Refused, words::refused(&self.rule, e))
    }

    fn judge(&self, verdict: Why, said: Said) -> Judged {
        Judged::of(&self.rule, self.hand, verdict, said)
    }
}

/// A gesture that is being held until it counts: a ring to be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Holding {
    /// For which rule.
    pub rule: Arc<Rule>,
    /// The hand's track when the gesture began.
    pub track: u32,
    /// Where the hand points, image space.
    pub pointer: [f32; 2],
    /// How far the hold has come, 0..1.
    pub progress: f32,
}
