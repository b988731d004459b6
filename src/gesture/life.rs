//! A shape's life: it must be held to start and be gone for a while to end, and what flickers in
//! between does neither. Time is the frames' own, so the frame rate does not matter.

use super::shape::Scores;
use super::{Gesture, Phase};
use crate::base::Stamp;
use crate::config::GestureSettings;

/// A rival must be better than the present shape by this much to take its place.
const RIVAL: f32 = 0.2;

/// The shape of one hand over time.
#[derive(Clone, Debug, Default)]
pub(super) struct ShapeLife {
    scores: Scores,
    updated: Option<Stamp>,
    now: Gesture,
    since: Stamp,
    live: Option<Live>,
    ended: Option<(Gesture, Stamp)>,
}

/// A shape that has started.
#[derive(Clone, Copy, Debug)]
struct Live {
    shape: Gesture,
    track: u32,
    started: Stamp,
    seen: Stamp,
    confidence: f32,
}

/// One step of the life, to be told as an event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Step {
    pub phase: Phase,
    pub shape: Gesture,
    pub track: u32,
    pub confidence: f32,
    pub held_ms: u32,
}

impl ShapeLife {
    /// The present shape and how sure it is.
    pub fn shape(&self) -> (Gesture, f32) {
        match self.now {
            Gesture::None => (Gesture::None, 1.0 - self.scores.best().1),
            shape => (shape, self.scores.get(shape)),
        }
    }

    /// Takes what one frame says of the hand that is now called `track`, and tells what that means.
    pub fn update(
        &mut self,
        at: Stamp,
        track: u32,
        seen: &Scores,
        s: &GestureSettings,
    ) -> [Option<Step>; 2] {
        self.smooth(at, seen, s);
        let now = self.decide(s);
        if now != self.now {
            (self.now, self.since) = (now, at);
        }
        let over = self.keep_or_end(at, s);
        let begun = self.begin(at, track, s);
        [over, begun]
    }

    /// The hand is gone for good: what has started ends.
    pub fn cut(&mut self, at: Stamp) -> Option<Step> {
        self.end(at)
    }

    fn smooth(&mut self, at: Stamp, seen: &Scores, s: &GestureSettings) {
        let part = match self.updated {
            Some(then) if s.shape_smooth_ms > 0 => {
                1.0 - (-at.ms_since(then) / s.shape_smooth_ms as f32).exp()
            }
            _ => 1.0,
        };
        self.scores.approach(seen, part);
        self.updated = Some(at);
    }

    /// The present shape stays until it is given up or clearly beaten.
    fn decide(&self, s: &GestureSettings) -> Gesture {
        let (best, score) = self.scores.best();
        let own = self.scores.get(self.now);
        let enough = score >= s.enter_confidence;
        if self.now == Gesture::None || own < s.keep_confidence.min(s.enter_confidence) {
            return if enough { best } else { Gesture::None };
        }
        if enough && score > own + RIVAL { best } else { self.now }
    }

    fn keep_or_end(&mut self, at: Stamp, s: &GestureSettings) -> Option<Step> {
        let live = self.live.as_mut()?;
        if live.shape == self.now {
            live.seen = at;
            live.confidence = self.scores.get(live.shape);
            return Some(live.step(Phase::Held, at));
        }
        let replaced = self.now != Gesture::None && at.ms_since(self.since) >= s.hold_ms as f32;
        if replaced || at.ms_since(live.seen) >= s.release_ms as f32 {
            return self.end(at);
        }
        Some(live.step(Phase::Held, at))
    }

    fn begin(&mut self, at: Stamp, track: u32, s: &GestureSettings) -> Option<Step> {
        let held = self.now != Gesture::None && at.ms_since(self.since) >= s.hold_ms as f32;
        let cooling = self.ended.is_some_and(|(shape, then)| {
            shape == self.now && at.ms_since(then) < s.shape_cooldown_ms as f32
        });
        if self.live.is_some() || !held || cooling {
            return None;
        }
        let confidence = self.scores.get(self.now);
        let live = Live { shape: self.now, track, started: at, seen: at, confidence };
        self.live = Some(live);
        Some(live.step(Phase::Started, at))
    }

    fn end(&mut self, at: Stamp) -> Option<Step> {
        let live = self.live.take()?;
        self.ended = Some((live.shape, at));
        Some(live.step(Phase::Ended, at))
    }
}

impl Live {
    fn step(&self, phase: Phase, at: Stamp) -> Step {
        Step {
            phase,
            shape: self.shape,
            track: self.track,
            confidence: self.confidence,
            held_ms: at.ms_since(self.started) as u32,
        }
    }
}
