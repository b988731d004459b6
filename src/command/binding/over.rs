//! How gestures and what they began come to their ends, told or not. What has begun always ends.

use super::life::{Going, Life};
use super::parts;
use super::trigger::Triggers;
use super::{Firing, Reaction, When, words};
use crate::command::{Judged, Why};
use crate::gesture::Observation;

/// A gesture that nobody told of for this long is over, milliseconds: longer than the engine lets
/// a hand be away.
const LOST_MS: f32 = 1_000.0;

impl Triggers {
    /// A double pinch is made of pinches: what they began ends before it counts.
    pub(super) fn end_parts(&mut self, life: &Life, out: &mut Reaction) {
        self.going.retain(|g| {
            let part = g.begun.track == life.track && parts::part_of(g, life);
            if part {
                out.firings.push(ended(g));
            }
            !part
        });
    }

    /// A gesture is over.
    pub(super) fn end(&mut self, i: usize, out: &mut Reaction) {
        let life = self.lives.swap_remove(i);
        if let Some(rule) = &life.waiting {
            let said = words::too_short(rule, life.held_ms());
            out.judged.push(Judged::of(rule, life.hand, Why::TooShort, said));
        }
        let now = self.now;
        self.memory.ended(life.gesture, life.hand, now);
        let same = |g: &&mut Going| g.begun.track == life.track && g.gesture == life.gesture;
        if let Some(going) = self.going.iter_mut().find(same) {
            going.over = Some(now);
            going.begun.pointer = life.pointer;
        }
    }

    /// Ends gestures whose end was not told: the hand is there and does not make them, or nothing
    /// was heard of them for long.
    pub(super) fn end_forgotten(&mut self, frame: &Observation, out: &mut Reaction) {
        let now = self.now;
        let forgotten = |l: &Life| {
            let silent = l.told < now;
            let there = frame.hands.iter().any(|h| h.hand.track == l.track);
            silent && (l.other_track.is_none() && there || now.ms_since(l.told) > LOST_MS)
        };
        while let Some(i) = self.lives.iter().position(forgotten) {
            self.end(i, out);
        }
    }

    pub(super) fn end_what_is_over(&mut self, out: &mut Reaction) {
        let now = self.now;
        self.going.retain(|g| {
            let release_ms = g.begun.rule.binding.release_ms as f32;
            let over = g.over.is_some_and(|since| now.ms_since(since) >= release_ms);
            if over {
                out.firings.push(ended(g));
            }
            !over
        });
    }

    pub(super) fn end_all(&mut self, out: &mut Reaction) {
        out.firings.extend(self.going.drain(..).map(|g| ended(&g)));
    }
}

fn ended(going: &Going) -> Firing {
    Firing { when: When::End, ..going.begun.clone() }
}
