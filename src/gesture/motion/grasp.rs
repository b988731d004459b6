//! Grab and release: an open hand that closes to a fist at once, a fist that opens.

use super::Look;
use crate::base::Stamp;
use crate::gesture::Gesture;
use crate::gesture::going::Signal;

/// The hand was open, or a fist, at least this long before, milliseconds.
const BEFORE_MS: f32 = 120.0;
/// And is the other at least this long now, milliseconds: two frames even at 20 a second.
const AFTER_MS: f32 = 70.0;
/// Evidence above which it is so, and below which it is no longer.
const ON: f32 = 0.6;
const OFF: f32 = 0.35;
/// What it must have been at its clearest: a hand in between is neither.
const CLEAR: f32 = 0.8;

#[derive(Clone, Debug, Default)]
pub(super) struct Grasp {
    open: Run,
    shut: Run,
    /// A grab goes on until the hand opens.
    holding: bool,
}

/// For how long something has been so, and when it was so before.
#[derive(Clone, Copy, Debug, Default)]
struct Run {
    since: Option<Stamp>,
    latest: Stamp,
    clearest: f32,
    before: Option<(Stamp, Stamp)>,
    told: bool,
}

impl Run {
    fn update(&mut self, at: Stamp, evidence: f32) {
        let on = evidence >= if self.since.is_some() { OFF } else { ON };
        if on {
            if self.since.is_none() {
                (self.since, self.clearest, self.told) = (Some(at), 0.0, false);
            }
            self.latest = at;
            self.clearest = self.clearest.max(evidence);
        } else if let Some(since) = self.since.take() {
            self.before = (self.clearest >= CLEAR).then_some((since, self.latest));
        }
    }

    /// Whether it has just become so for good, soon after `other` was.
    fn follows(&mut self, at: Stamp, other: &Run, within_ms: f32) -> bool {
        let (Some(since), Some((from, to))) = (self.since, other.before) else { return false };
        let lasting = at.ms_since(since) >= AFTER_MS && to.ms_since(from) >= BEFORE_MS;
        let new = lasting && self.clearest >= CLEAR && !self.told && since > to;
        if new {
            self.told = true;
        }
        new && since.ms_since(to) <= within_ms
    }
}

impl Grasp {
    pub fn update(&mut self, look: &Look<'_>) -> Option<Signal> {
        let open = look.trail.back().next()?.open;
        let fist = look.scores.get(Gesture::ClosedFist);
        self.open.update(look.at, open);
        self.shut.update(look.at, fist);
        let within_ms = look.settings.grab_max_ms as f32;
        if self.open.follows(look.at, &self.shut, within_ms) {
            self.holding = false;
            let (gesture, confidence) = (Gesture::Release, open);
            return Some(Signal { gesture, confidence, progress: 1.0, at_once: true });
        }
        if self.shut.follows(look.at, &self.open, within_ms) {
            self.holding = true;
        }
        self.holding &= self.shut.since.is_some();
        self.holding.then_some(Signal {
            gesture: Gesture::Grab,
            confidence: fist,
            progress: 1.0,
            at_once: false,
        })
    }
}
