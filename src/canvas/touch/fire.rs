//! What bindings fire becomes orders, or begins and ends what lasts.

use super::hand::Fingers;
use super::pen::Pen;
use super::ring::Ring;
use super::{Around, Doings, Touch};
use crate::base::object::ObjectId;
use crate::base::{Error, Result, Stamp, stage};
use crate::command::binding::{Firing, Lasting, Pointed, Rule, When};
use crate::command::{Command, Outcome};

/// What a hand pointed at this long ago is still meant when its gesture fires, milliseconds: to make
/// a gesture is to stop pointing.
const MEANT_MS: f32 = 1_500.0;

impl Touch {
    pub(super) fn fire(&mut self, firing: &Firing, around: &Around<'_>, out: &mut Doings) {
        match (firing.when, firing.rule.lasting) {
            (When::End, Some(Lasting::Grab)) => self.let_go(firing.track, out),
            (When::End, Some(Lasting::Draw)) => self.lift(firing.track, out),
            (When::End, None) => {}
            (When::Begin | When::Once, lasting) => {
                let Some(i) = self.by_name(firing.track) else {
                    let e = Error::invalid("the hand is gone");
                    out.answers.push((firing.clone(), Err(e)));
                    return;
                };
                // What it holds or draws goes on under the name by which it began.
                if self.hands[i].fingers.is_none() {
                    self.hands[i].name = firing.track;
                }
                match lasting {
                    Some(Lasting::Grab) => self.grab(i, firing, around, out),
                    Some(Lasting::Draw) => self.begin_to_draw(i, firing, around, out),
                    None => self.once(i, firing, around, out),
                }
            }
        }
    }

    fn once(&mut self, i: usize, firing: &Firing, around: &Around<'_>, out: &mut Doings) {
        let pointed = self.pointed(i, around);
        if firing.rule.deletes_what_it_points_at() && self.meant_by(i).is_none() {
            let e = Error::invalid("the hand is over nothing")
                .next("close it over what is to go; of what is selected, all goes");
            return out.answers.push((firing.clone(), Err(e)));
        }
        let command = match firing.rule.command(&pointed) {
            Ok(command) => command,
            Err(e) => return out.answers.push((firing.clone(), Err(e))),
        };
        if let Some(answer) = self.own(&command, Some(i), around, out) {
            return out.answers.push((firing.clone(), answer));
        }
        let who = self.who(i);
        self.order(who, command, Some(firing), out);
    }

    /// A page or a program wants the ring or the pen to do something, at the moment `now`.
    pub fn said(
        &mut self,
        command: &Command,
        now: Stamp,
        around: &Around<'_>,
        out: &mut Doings,
    ) -> Option<Result<Outcome>> {
        out.clear();
        self.now = self.now.max(now);
        let answer = self.own(command, None, around, out);
        self.show(around, &[], out);
        answer
    }

    /// Does a command that is about what hands show: the ring and the pen. `hand` gives it, if one
    /// does. None for all other commands.
    fn own(
        &mut self,
        command: &Command,
        hand: Option<usize>,
        around: &Around<'_>,
        out: &mut Doings,
    ) -> Option<Result<Outcome>> {
        let said = |done: &str| Some(Ok(Outcome { done: done.into(), ..Outcome::default() }));
        match command {
            Command::OpenRing { at } => {
                let any = || self.hands.iter().position(|h| h.there);
                let pointer = hand.or_else(any).map(|i| self.hands[i].pointer.at);
                let at = at.or(pointer).unwrap_or([0.5; 2]);
                self.ring = Some(Ring::new(self.now, at, around.state.mode));
                said("the ring menu is open")
            }
            Command::CloseRing {} => {
                self.ring = None;
                said("the ring menu is closed")
            }
            Command::LiftPen {} => {
                for i in 0..self.hands.len() {
                    if hand.is_none_or(|hand| hand == i) {
                        self.lift(self.hands[i].name, out);
                    }
                }
                said("the pen is lifted")
            }
            Command::Draw {} => Some(Err(Error::invalid("only a hand can draw")
                .next("bind a gesture to `draw`, or draw with mouse or finger on the page"))),
            _ => None,
        }
    }

    /// The object that a hand means by its gesture: what it holds, points at or has just pointed at.
    fn meant_by(&self, i: usize) -> Option<ObjectId> {
        let hand = &self.hands[i];
        let held = self.holds.iter().find(|h| h.hands.contains(&hand.name)).map(|h| h.target);
        let lately = hand.lately.filter(|(then, _)| self.now.ms_since(*then) < MEANT_MS);
        let target = held.or(hand.target.map(|t| t.id)).or(lately.map(|(_, id)| id));
        target.filter(|id| self.reach.object(*id).is_some())
    }

    /// All that a gesture that is being held will be about, so that people see it before it is done.
    pub(super) fn about(&self, i: usize, rule: &Rule, around: &Around<'_>) -> Vec<ObjectId> {
        if rule.asks_about_what_it_points_at() {
            return self.meant_by(i).into_iter().collect();
        }
        if !rule.is_about_objects() {
            return Vec::new();
        }
        let selection = &around.state.selection;
        match self.meant_by(i) {
            Some(id) if !selection.contains(&id) => self.reach.with_group(id),
            None if rule.deletes_what_it_points_at() => Vec::new(),
            _ => selection.clone(),
        }
    }

    /// What a hand adds to the command. What is selected is meant as a whole, so that naming one of it
    /// would be too little.
    fn pointed(&self, i: usize, around: &Around<'_>) -> Pointed {
        let hand = &self.hands[i];
        let there = self.meant_by(i);
        let at = hand.pointer.at.map(|v| v.clamp(0.0, 1.0));
        Pointed {
            target: there.filter(|id| !around.state.selection.contains(id)),
            thing: there,
            selected: !around.state.selection.is_empty(),
            position: Some(stage::to_scene(at, 0.0)),
            at: Some(hand.pointer.at),
        }
    }

    fn begin_to_draw(&mut self, i: usize, firing: &Firing, around: &Around<'_>, out: &mut Doings) {
        let _ = self.who(i);
        let hand = &mut self.hands[i];
        hand.fingers = Some(Fingers::new(firing.rule.gesture, hand.seen));
        hand.pen = Some(Pen::new(&around.state.tray));
        let answer = Outcome { done: "draws".into(), ..Outcome::default() };
        out.answers.push((firing.clone(), Ok(answer)));
    }

    /// Pens go with their hands, unless the fingers are opening.
    pub(super) fn draw_on(&mut self) {
        for hand in self.hands.iter_mut().filter(|h| h.there) {
            let closed = hand.fingers.is_none_or(|f| !f.opening);
            if let Some(pen) = hand.pen.as_mut().filter(|_| closed) {
                pen.pass(hand.seen, hand.pointer.at);
            }
        }
    }

    fn lift(&mut self, name: u32, out: &mut Doings) {
        let Some(i) = self.by_name(name) else { return };
        let hand = &mut self.hands[i];
        let until = hand.fingers.map_or(self.now, |f| f.closed_at);
        let pen = hand.pen.take();
        // Who it is is asked before its fingers are open.
        let who = self.who(i);
        self.hands[i].fingers = None;
        let Some(pen) = pen else { return };
        let shown = pen.shown();
        if let Some(command) = pen.lift(until) {
            let number = self.order(who, command, None, out);
            self.hands[i].drawn = Some((number, shown));
        }
    }
}
