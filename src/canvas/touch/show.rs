//! What hands point at, what they choose, and what is shown of them.

use arrayvec::ArrayVec;

use super::hand::OnCanvas;
use super::reach::Quest;
use super::ring::{Choice, Chooser};
use super::{Around, Doing, Doings, HANDS, HoldView, PointerView, Touch};
use crate::command::binding::Holding;
use crate::command::{Command, Who};
use crate::gesture::{Gesture, Observation, Phase};

impl Touch {
    /// Hands choose in the ring menu, if it is open.
    pub(super) fn choose(&mut self, seen: &Observation, around: &Around<'_>, out: &mut Doings) {
        let Some(ring) = &mut self.ring else { return };
        let pinched = |h: &OnCanvas| {
            seen.events.iter().any(|e| {
                e.phase == Phase::Started
                    && matches!(e.gesture, Gesture::Pinch | Gesture::Ok)
                    && (e.track == h.name || e.track == h.track)
            })
        };
        let there = self.hands.iter().enumerate().filter(|(_, h)| {
            // A fist chooses nothing, and hands that hold or draw are at something else.
            around.acts && h.there && h.fingers.is_none() && h.gesture != Gesture::ClosedFist
        });
        let choosers: ArrayVec<(usize, Chooser), HANDS> =
            there.map(|(i, h)| (i, Chooser { at: h.pointer.at, pinched: pinched(h) })).collect();
        let plain: ArrayVec<Chooser, HANDS> = choosers.iter().map(|(_, c)| *c).collect();
        match ring.update(self.now, &plain, self.settings.dwell_ms) {
            Choice::Open => {}
            Choice::Closed => self.ring = None,
            Choice::Chosen(command) => {
                let on = choosers.iter().find(|(_, c)| ring.item_at(c.at).is_some());
                let who = on.map(|(i, _)| *i).map_or_else(|| Who::hand("hand"), |i| self.who(i));
                self.ring = None;
                self.order(who, command, None, out);
            }
        }
    }

    /// The ring grows old without frames too.
    pub(super) fn age_ring(&mut self) {
        if let Some(ring) = &mut self.ring
            && ring.update(self.now, &[], 0) == Choice::Closed
        {
            self.ring = None;
        }
    }

    /// What each hand points at, and whether it has dwelt on it.
    pub(super) fn look(&mut self, around: &Around<'_>, out: &mut Doings) {
        for i in 0..self.hands.len() {
            let hand = &self.hands[i];
            if !hand.there || self.is_busy(hand) {
                let hand = &mut self.hands[i];
                hand.target = None;
                hand.dwell.update(self.now, None, self.settings.dwell_ms);
                continue;
            }
            let quest = Quest {
                at: hand.pointer.at,
                reach: self.settings.reach_ratio,
                before: hand.target.map(|t| t.id),
                pass_locked: false,
            };
            let found = self.reach.find(&quest);
            let hand = &mut self.hands[i];
            hand.target = found;
            if let Some(found) = found {
                hand.lately = Some((self.now, found.id));
            }
            let dwells = around.acts && hand.points();
            let on = found.map(|f| f.id).filter(|_| dwells);
            let done = hand.dwell.update(self.now, on, self.settings.dwell_ms);
            if let Some(id) = on.filter(|_| done) {
                let ids = self.reach.with_group(id);
                if around.state.selection != ids {
                    let who = self.who(i);
                    self.order(who, Command::Select { ids, add: false }, None, out);
                }
            }
        }
    }

    /// Whether a hand is at something that leaves no room for pointing.
    fn is_busy(&self, hand: &OnCanvas) -> bool {
        hand.pen.is_some()
            || self.holds.iter().any(|h| h.hands.contains(&hand.name))
            || self.ring.as_ref().is_some_and(|r| r.is_near(hand.pointer.at))
    }

    /// Armed hands are disarmed when nobody has been there for long.
    pub(super) fn disarm_if_nobody(&mut self, around: &Around<'_>, out: &mut Doings) {
        let after_ms = self.settings.disarm_after_s as f32 * 1000.0;
        let armed = self.settings.arming && around.state.armed && after_ms > 0.0;
        if !armed || self.hands.iter().any(|h| h.there) {
            self.nobody = self.now;
        } else if self.now.ms_since(self.nobody) >= after_ms {
            self.nobody = self.now;
            self.order(Who::hand("nobody in sight"), Command::Disarm {}, None, out);
        }
    }

    pub(super) fn show(&mut self, around: &Around<'_>, holdings: &[Holding], out: &mut Doings) {
        out.view.pointers.clear();
        out.view
            .pointers
            .extend(self.hands.iter().filter(|h| h.there).map(|h| self.view(h, around)));
        out.view.holds.clear();
        out.view.holds.extend(holdings.iter().map(|holding| self.hold_view(holding, around)));
        out.view.ring = self.ring.as_ref().map(super::Ring::view);
    }

    fn view(&self, hand: &OnCanvas, around: &Around<'_>) -> PointerView {
        let hold = self.holds.iter().find(|h| h.hands.contains(&hand.name));
        let doing = self.doing(hand, around);
        let stroke = match (&hand.pen, &hand.drawn) {
            (Some(pen), _) => pen.shown(),
            (None, Some((_, points))) => points.clone(),
            (None, None) => Vec::new(),
        };
        PointerView {
            track: hand.track,
            hand: hand.hand,
            at: hand.pointer.at,
            raw: hand.pointer.raw,
            doing,
            target: hold.map(|h| h.target).or(hand.target.map(|t| t.id)),
            dwell: hand.dwell.progress(self.now, self.settings.dwell_ms),
            stroke,
        }
    }

    fn doing(&self, hand: &OnCanvas, around: &Around<'_>) -> Doing {
        let hold = self.holds.iter().find(|h| h.hands.contains(&hand.name));
        match hold.map(|h| h.hands.len()) {
            Some(1) => return Doing::Hold,
            Some(_) => return Doing::Stretch,
            None => {}
        }
        let choosing = self.ring.as_ref().is_some_and(|r| r.is_near(hand.pointer.at));
        if hand.pen.is_some() {
            Doing::Draw
        } else if choosing && around.acts {
            Doing::Choose
        } else if around.acts
            && (hand.points() || matches!(hand.gesture, Gesture::Pinch | Gesture::Ok))
        {
            Doing::Point
        } else {
            Doing::Idle
        }
    }

    fn hold_view(&self, holding: &Holding, around: &Around<'_>) -> HoldView {
        let i = self.by_name(holding.track).filter(|i| self.hands[*i].there);
        let hand = i.map(|i| &self.hands[i]);
        HoldView {
            ids: i.map_or_else(Vec::new, |i| self.about(i, &holding.rule, around)),
            binding: holding.rule.id.to_string(),
            command: holding.rule.command.to_owned(),
            track: hand.map_or(holding.track, |h| h.track),
            at: hand.map_or_else(|| around.mapping.to_canvas(holding.pointer), |h| h.pointer.at),
            progress: holding.progress,
        }
    }
}
