//! The triggers: what the gestures of each frame set off, and why the others do not.
//!
//! Time is the frames' own capture time, so a table of observations is all that a test needs.
//! Does nothing itself, blocks on nothing, allocates only when something happens. Survives lost
//! frames: a gesture whose end was never told is over when its hand no longer makes it.

use std::sync::Arc;

use super::life::{Going, Life, Memory};
use super::parts::{self, Doubled};
use super::{Holding, Moment, Reaction, Rule, When, words};
use crate::base::Stamp;
use crate::base::gesture::Gesture;
use crate::command::{Judged, Said, Why};
use crate::gesture::{Event, Observation, Phase};

/// Gestures to commands. One for each camera; see [`Self::update`].
#[derive(Clone, Debug, Default)]
pub struct Triggers {
    pub(super) lives: Vec<Life>,
    pub(super) going: Vec<Going>,
    pub(super) memory: Memory,
    pub(super) doubled: Doubled,
    pub(super) now: Stamp,
}

impl Triggers {
    /// Triggers that have seen nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes one frame, in the order of their capture, and fills `out` anew:
    /// - do each of `out.firings`, then log [`Firing::judged`](super::Firing::judged) with what came of it
    ///   (of [`When::Once`] and [`When::Begin`]);
    /// - log `out.judged` as it is: gestures that did nothing;
    /// - draw `out.holdings`.
    ///
    /// A gesture fires at most one binding, at most once in its life, however long it is held. What
    /// has begun to last (`grab`, `draw`) ends when its gesture is over for its release time, when
    /// hands are disarmed, and when a dry run begins.
    pub fn update(&mut self, frame: &Observation, moment: &Moment<'_>, out: &mut Reaction) {
        out.clear();
        self.now = self.now.max(frame.captured_at);
        if !moment.armed || moment.dry_run {
            self.end_all(out);
        }
        for event in &frame.events {
            match (event.phase, self.lives.iter().position(|l| l.is(event))) {
                (Phase::Ended, Some(i)) => self.end(i, out),
                (Phase::Ended, None) => {}
                (Phase::Started, known) => {
                    if let Some(i) = known {
                        self.end(i, out);
                    }
                    self.begin(event, (frame, self.now), moment, out);
                }
                (Phase::Held, Some(i)) => {
                    self.lives[i].go_on(event, frame, self.now);
                    self.decide(i, moment, out);
                }
                // Its beginning was in a frame that did not get here.
                (Phase::Held, None) => {
                    let since = self.now.us.saturating_sub(u64::from(event.held_ms) * 1000);
                    self.begin(event, (frame, Stamp { us: since }), moment, out);
                }
            }
        }
        self.end_forgotten(frame, out);
        self.end_what_is_over(out);
    }

    /// Ends all that lasts, and forgets what is held: when no frames come any more.
    pub fn stop(&mut self, out: &mut Reaction) {
        out.clear();
        while !self.lives.is_empty() {
            self.end(0, out);
        }
        self.end_all(out);
    }

    /// Tracks of the hands with a lasting command.
    pub fn lasting(&self) -> impl Iterator<Item = u32> + '_ {
        self.going.iter().map(|g| g.begun.track)
    }

    fn begin(
        &mut self,
        event: &Event,
        (frame, began): (&Observation, Stamp),
        moment: &Moment<'_>,
        out: &mut Reaction,
    ) {
        parts::pinch_goes_on(&mut self.going, event, self.now);
        // What the hand has just left off does not keep it busy.
        self.end_what_is_over(out);
        let bound = moment.table.of(event.gesture).any(|r| {
            let b = &r.binding;
            b.enabled && b.hand.is(event.hand) && b.mode.is_none_or(|m| m == moment.mode)
        });
        for shape in self.lives.iter_mut().filter(|l| l.becomes(event, bound)) {
            if let Some(rule) = shape.waiting.take() {
                let said = words::became(&rule, shape.held_ms(), event.gesture);
                out.judged.push(Judged::of(&rule, shape.hand, Why::TooShort, said));
                out.holdings.retain(|h| !(h.track == shape.track && h.rule.id == rule.id));
            }
        }
        let mut life = Life::new(event, frame, began, self.now);
        life.waiting = self.meant(&life, moment, out);
        self.lives.push(life);
        self.decide(self.lives.len() - 1, moment, out);
    }

    /// The rule that a gesture that begins is for, if it may count. If not, it is told why.
    fn meant(&mut self, life: &Life, moment: &Moment<'_>, out: &mut Reaction) -> Option<Arc<Rule>> {
        if self.doubled.has_part(life) {
            let text = words::part_of_double_pinch();
            out.judged.push(Judged {
                verdict: Why::Busy,
                ..Judged::unbound(life.gesture, life.hand, text)
            });
            return None;
        }
        let mut none_fits = Vec::new();
        for rule in moment.table.of(parts::meant_as(life, moment)) {
            let b = &rule.binding;
            let why = if !b.enabled {
                (Why::SwitchedOff, words::switched_off(rule))
            } else if !b.hand.is(life.hand) {
                (Why::OtherHand, words::other_hand(rule))
            } else if b.mode.is_some_and(|m| m != moment.mode) {
                (Why::OtherMode, words::other_mode(rule))
            } else if self.goes_on(life, rule) {
                return None;
            } else if let Some((why, said)) = self.hindrance(life, rule, moment) {
                out.judged.push(Judged::of(rule, life.hand, why, said));
                return None;
            } else {
                return Some(Arc::clone(rule));
            };
            none_fits.push(Judged::of(rule, life.hand, why.0, why.1));
        }
        if none_fits.is_empty() {
            let said = words::not_bound(life.gesture);
            none_fits.push(Judged::unbound(life.gesture, life.hand, said));
        }
        out.judged.append(&mut none_fits);
        None
    }

    /// A gesture that was over for less than its release time has only flickered.
    fn goes_on(&mut self, life: &Life, rule: &Rule) -> bool {
        let same = |g: &&mut Going| g.begun.track == life.track && g.begun.rule.id == rule.id;
        match self.going.iter_mut().find(same) {
            Some(going) => {
                (going.over, going.gesture) = (None, life.gesture);
                true
            }
            None => false,
        }
    }

    /// What keeps a rule from firing, as things are now.
    fn hindrance(&mut self, life: &Life, rule: &Rule, moment: &Moment<'_>) -> Option<(Why, Said)> {
        if !moment.armed && rule.command != "arm" {
            return Some((Why::NotArmed, words::not_armed()));
        }
        let busy = |track: u32| {
            moment.busy.contains(&track) && !self.made_of_what_goes_on(life, track)
                || self.going.iter().any(|g| g.begun.track == track && !parts::part_of(g, life))
        };
        if busy(life.track) || life.other_track.is_some_and(busy) {
            return Some((Why::Busy, words::busy(rule)));
        }
        let now = self.now;
        let last = self.memory.of(rule, life.hand)?;
        // The very gesture that has fired already: its end was taken for granted too early.
        let gone_ms = life.began.ms_since(last.ended);
        let resting = gone_ms < rule.binding.release_ms as f32 || life.began <= last.fired;
        if last.must_rest && resting {
            return Some((Why::NotReleased, words::not_released(rule, gone_ms as u32)));
        }
        last.must_rest = false;
        // When it will have been held long enough, if it still has to be held.
        let left_ms = (rule.binding.hold_ms as f32 - life.made.ms_since(life.since)).max(0.0);
        let since_ms = now.ms_since(last.fired);
        if since_ms + left_ms < rule.binding.cooldown_ms as f32 {
            return Some((Why::CoolingDown, words::cooling_down(rule, since_ms as u32)));
        }
        None
    }

    /// Whether the hand rests on a thing that it has not asked about in this rest; the hold counts from there.
    fn aims(&mut self, i: usize, rule: &Rule, moment: &Moment<'_>) -> bool {
        let life = &mut self.lives[i];
        let aim =
            moment.aims.iter().find(|(track, _)| *track == life.track).map(|(_, since)| *since);
        let asked = self.memory.of(rule, life.hand).map(|last| last.fired);
        let aim = aim.filter(|since| asked.is_none_or(|asked| *since > asked));
        life.since = aim.unwrap_or(life.made);
        aim.is_some()
    }

    fn made_of_what_goes_on(&self, life: &Life, track: u32) -> bool {
        self.going.iter().any(|g| g.begun.track == track && parts::part_of(g, life))
    }

    /// Fires, if it has been held long enough; else shows how far it has come.
    fn decide(&mut self, i: usize, moment: &Moment<'_>, out: &mut Reaction) {
        let Some(rule) = self.lives[i].waiting.clone() else { return };
        if rule.needs_aim() && !self.aims(i, &rule, moment) {
            return;
        }
        let life = self.lives[i].clone();
        let (held_ms, hold_ms) = (life.made.ms_since(life.since), rule.binding.hold_ms as f32);
        if held_ms < hold_ms {
            let progress = held_ms / hold_ms;
            let (track, pointer) = (life.track, life.pointer);
            out.holdings.push(Holding { rule, track, pointer, progress });
            return;
        }
        self.lives[i].waiting = None;
        let why = if rule.binding.mode.is_some_and(|m| m != moment.mode) {
            Some((Why::OtherMode, words::other_mode(&rule)))
        } else {
            self.hindrance(&life, &rule, moment)
        };
        if let Some((why, said)) = why {
            out.judged.push(Judged::of(&rule, life.hand, why, said));
            return;
        }
        self.memory.fired(&rule, life.hand, self.now);
        if life.gesture == Gesture::DoublePinch {
            self.doubled.note(life.track, self.now);
        }
        if moment.dry_run {
            let said = words::dry_run(&rule, life.held_ms());
            out.judged.push(Judged::of(&rule, life.hand, Why::DryRun, said));
            return;
        }
        self.end_parts(&life, out);
        let when = if rule.lasting.is_some() { When::Begin } else { When::Once };
        let firing = life.firing(&rule, when);
        if when == When::Begin {
            let gesture = life.gesture;
            self.going.push(Going { begun: firing.clone(), gesture, over: None });
        }
        out.firings.push(firing);
    }
}
