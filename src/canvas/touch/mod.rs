//! How hands touch the canvas: pointers, reach, grabbing, drawing, the ring menu.
//!
//! Takes observations and what bindings fired, and gives commands and a [`TouchView`]; must not know
//! pixels, pages or the database. Runs once a frame on a thread of its own: what may wait for a disk
//! is an [`Order`] that somebody else has done, and [`Touch::settled`] hears what came of it. Why it
//! is as it is: docs/design/touch.md.

mod fire;
mod grip;
mod hand;
mod hold;
mod outline;
mod pen;
mod pointer;
mod reach;
mod ring;
mod show;
mod view;
mod who;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use arrayvec::ArrayVec;

use super::calibration::Mapping;
use super::{CanvasState, Held, Scene};
use crate::base::hand::MAX_HANDS;
use crate::base::object::Transform;
use crate::base::one_euro::Smoothing;
use crate::base::{Result, Stamp};
use crate::command::binding::{Firing, Reaction};
use crate::command::{Command, Outcome, Who};
use crate::config::{CanvasSettings, GestureSettings};
use crate::gesture::{Measure, Observation};
use hand::{Light, OnCanvas};
use hold::Hold;
use reach::Reach;
use ring::Ring;
pub use ring::{RADIUS as RING_RADIUS, command_of as ring_command, items as ring_items};
pub use view::{Doing, HoldView, PointerView, RingView, TouchView};

/// Hands remembered at once: those there, and as many that have just left.
const HANDS: usize = 2 * MAX_HANDS;
/// A hand that is away longer than this is forgotten, and what it still holds is let go, milliseconds.
/// The bindings end what it does long before.
const FORGET_MS: f32 = 1_500.0;
/// How the speed on the canvas is smoothed before it decides about the place, hertz; measured in
/// `tests/touch_pointer.rs`.
const SPEED_CUTOFF_HZ: f32 = 3.0;

/// What hands find on the canvas.
#[derive(Clone, Copy)]
pub struct Around<'a> {
    /// The scene that is shown.
    pub scene: &'a Arc<Scene>,
    /// The canvas beside it.
    pub state: &'a CanvasState,
    /// What is held, by anybody.
    pub held: &'a [Held],
    /// From the picture to the canvas.
    pub mapping: &'a Mapping,
    /// Whether hands do things: armed, no dry run, no calibration going on.
    pub acts: bool,
}

/// A command that is to be done, in the order of their numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// Its number; [`Touch::settled`] wants it back.
    pub number: u64,
    /// Whose.
    pub who: Who,
    /// The command.
    pub command: Command,
    /// The binding's firing that it answers, if it does.
    pub firing: Option<Firing>,
}

/// What came of a frame. Kept and passed in again, so that it is allocated once.
#[derive(Debug, Default)]
pub struct Doings {
    /// What is to be shown.
    pub view: TouchView,
    /// Where things that are held are now, for `drag`: memory only, to be done before the orders.
    pub drags: Vec<(Who, Vec<Transform>)>,
    /// What is to be done.
    pub orders: Vec<Order>,
    /// Firings that are answered already.
    pub answers: Vec<(Firing, Result<Outcome>)>,
}

impl Doings {
    fn clear(&mut self) {
        self.drags.clear();
        self.orders.clear();
        self.answers.clear();
    }
}

/// The hands on the canvas. One for each camera.
#[derive(Debug)]
pub struct Touch {
    settings: CanvasSettings,
    gesture: GestureSettings,
    reach: Reach,
    hands: ArrayVec<OnCanvas, HANDS>,
    holds: ArrayVec<Hold, MAX_HANDS>,
    ring: Option<Ring>,
    orders: u64,
    /// Since when nobody was there, or hands were not armed.
    nobody: Stamp,
    now: Stamp,
}

impl Touch {
    /// Touch that has seen nothing yet.
    pub fn new(settings: &CanvasSettings, gesture: &GestureSettings) -> Self {
        Self {
            settings: settings.clone(),
            gesture: gesture.clone(),
            reach: Reach::default(),
            hands: ArrayVec::new(),
            holds: ArrayVec::new(),
            ring: None,
            orders: 0,
            nobody: Stamp::default(),
            now: Stamp::default(),
        }
    }

    /// Changes the settings; what goes on goes on.
    pub fn set(&mut self, settings: &CanvasSettings, gesture: &GestureSettings) {
        self.settings = settings.clone();
        self.gesture = gesture.clone();
    }

    /// Tracks of hands that must not be disturbed: they choose in the ring menu. Those that hold or
    /// draw are known to the bindings.
    pub fn busy(&self) -> ArrayVec<u32, HANDS> {
        let Some(ring) = &self.ring else { return ArrayVec::new() };
        let busy = self.hands.iter().filter(|h| h.there && ring.item_at(h.pointer.at).is_some());
        busy.map(|h| h.name).collect()
    }

    /// Tracks of hands that have something to take within reach, or in hand.
    pub fn near(&self) -> ArrayVec<u32, { 2 * HANDS }> {
        let near = self.hands.iter().filter(|h| h.there && self.has_near(h));
        near.flat_map(|h| [h.name, h.track]).collect()
    }

    /// Tracks of hands that point and rest on a thing, and since when.
    pub fn aims(&self) -> ArrayVec<(u32, Stamp), { 2 * HANDS }> {
        let rests = self.hands.iter().filter(|h| h.there);
        let rests = rests.filter_map(|h| h.dwell.resting_since().map(|since| (h, since)));
        rests.flat_map(|(h, since)| [(h.name, since), (h.track, since)]).collect()
    }

    /// An order was done, or refused. Every order must come back so.
    pub fn settled(&mut self, number: u64, outcome: &Result<Outcome>) {
        self.granted(number, outcome);
        for hand in &mut self.hands {
            if hand.drawn.as_ref().is_some_and(|(n, _)| *n == number) {
                hand.drawn = None;
            }
        }
    }

    /// Takes one frame and what the bindings made of its gestures, and fills `out` anew. Frames come
    /// in the order of their capture.
    pub fn frame(
        &mut self,
        seen: &Observation,
        reaction: &Reaction,
        around: &Around<'_>,
        out: &mut Doings,
    ) {
        out.clear();
        self.now = self.now.max(seen.captured_at);
        self.reach.look_at(around.scene, around.held);
        self.see_hands(seen, around);
        self.choose(seen, around, out);
        for firing in &reaction.firings {
            self.fire(firing, around, out);
        }
        self.hold_on(out);
        self.draw_on();
        self.look(around, out);
        self.disarm_if_nobody(around, out);
        self.show(around, &reaction.holdings, out);
        (out.view.seq, out.view.captured_us) = (seen.seq, seen.captured_at.us);
    }

    /// No frame came for a while (`now` says how late it is): nobody holds anything, and `reaction`
    /// says what ends. The view is empty then, but for the ring.
    pub fn rest(&mut self, now: Stamp, reaction: &Reaction, around: &Around<'_>, out: &mut Doings) {
        out.clear();
        self.now = self.now.max(now);
        self.reach.look_at(around.scene, around.held);
        self.hands.iter_mut().for_each(|h| h.there = false);
        for firing in &reaction.firings {
            self.fire(firing, around, out);
        }
        self.hold_on(out);
        self.age_ring();
        self.disarm_if_nobody(around, out);
        self.show(around, &[], out);
    }

    fn see_hands(&mut self, seen: &Observation, around: &Around<'_>) {
        let aspect = if seen.height == 0 { 1.0 } else { seen.width as f32 / seen.height as f32 };
        let light = Light {
            at: self.now,
            aspect,
            mapping: around.mapping,
            smoothing: Smoothing {
                cutoff_hz: self.settings.pointer_cutoff_hz,
                beta: self.settings.pointer_beta,
                speed_cutoff_hz: SPEED_CUTOFF_HZ,
            },
            pinched_below: self.gesture.pinch_off_ratio,
        };
        self.hands.iter_mut().for_each(|h| h.there = false);
        for view in &seen.hands {
            let Some(measure) = Measure::of(&view.hand, aspect, &self.gesture) else { continue };
            let i = self.known(view, seen).unwrap_or_else(|| self.welcome(view));
            self.hands[i].see(view, &measure, &light);
        }
        self.forget();
    }

    /// Which hand this is: by its track, else by a gesture that goes on although the tracker has
    /// found the hand under a new number.
    fn known(&self, view: &crate::gesture::HandView, seen: &Observation) -> Option<usize> {
        let track = view.hand.track;
        self.hands.iter().position(|h| h.track == track).or_else(|| {
            let same = |e: &&crate::gesture::Event| {
                e.pointer == view.pointer
                    && e.hand == view.hand.handedness
                    && e.other_track.is_none()
            };
            let names = seen.events.iter().filter(same).map(|e| e.track);
            names
                .into_iter()
                .find_map(|name| self.hands.iter().position(|h| !h.there && h.name == name))
        })
    }

    fn welcome(&mut self, view: &crate::gesture::HandView) -> usize {
        if self.hands.is_full() {
            let oldest = self.hands.iter().enumerate().filter(|(_, h)| !h.there);
            if let Some((i, _)) = oldest.min_by_key(|(_, h)| h.seen) {
                self.hands.remove(i);
            }
        }
        // There is room: not more than `MAX_HANDS` of them are there.
        let _ = self.hands.try_push(OnCanvas::new(view));
        self.hands.len() - 1
    }

    fn forget(&mut self) {
        let now = self.now;
        self.hands.retain(|h| h.there || now.ms_since(h.seen) < FORGET_MS);
    }

    fn by_name(&self, name: u32) -> Option<usize> {
        let named = self.hands.iter().position(|h| h.name == name);
        named.or_else(|| self.hands.iter().position(|h| h.track == name))
    }

    fn order(
        &mut self,
        who: Who,
        command: Command,
        firing: Option<&Firing>,
        out: &mut Doings,
    ) -> u64 {
        self.orders += 1;
        out.orders.push(Order { number: self.orders, who, command, firing: firing.cloned() });
        self.orders
    }
}
