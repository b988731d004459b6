//! Taking hold of things, moving them, and letting them go: with one hand or with two.

use arrayvec::ArrayVec;

use super::grip::{Grip, Holding};
use super::hand::{Fingers, OnCanvas};
use super::reach::Quest;
use super::{Around, Doings, FORGET_MS, Order, Touch};
use crate::base::object::{ObjectId, Transform};
use crate::base::{Error, Refusal, Result};
use crate::command::binding::{Firing, Pointed};
use crate::command::{Command, Outcome, Who};

/// What the hand pointed at this long ago is still meant when it closes on nothing, milliseconds.
const LATELY_MS: f32 = 350.0;

/// Something that is held, or will be as soon as the canvas agrees.
#[derive(Debug)]
pub(super) struct Hold {
    pub who: Who,
    /// The hands, by their names; the first has taken it.
    pub hands: ArrayVec<u32, 2>,
    /// What it was taken by.
    pub target: ObjectId,
    pub ids: Vec<ObjectId>,
    taken: Taken,
}

/// How far the taking has come.
#[derive(Debug)]
enum Taken {
    /// The canvas was asked, by this order.
    Asked(u64),
    /// It agreed; the next frame begins to move things.
    Granted,
    /// It is in hand.
    Held(Grip),
}

fn holding(hand: &OnCanvas) -> Holding {
    let fingers = hand.fingers;
    Holding {
        there: hand.there,
        at: hand.pointer.at,
        size: hand.size,
        opening: fingers.is_some_and(|f| f.opening),
        closed_at: fingers.map_or(hand.seen, |f| f.closed_at),
    }
}

fn done(text: impl Into<String>, ids: &[ObjectId]) -> Outcome {
    Outcome { done: text.into(), ids: ids.to_vec(), ..Outcome::default() }
}

impl Touch {
    /// A hand closes to take something.
    pub(super) fn grab(
        &mut self,
        i: usize,
        firing: &Firing,
        around: &Around<'_>,
        out: &mut Doings,
    ) {
        let _ = self.who(i);
        let hand = &mut self.hands[i];
        hand.fingers = Some(Fingers::new(firing.rule.gesture, hand.seen));
        hand.alone = false;
        if let Some(h) = self.joinable(i) {
            self.join(h, i);
            let answer = done("scales and turns with the other hand", &self.holds[h].ids);
            out.answers.push((firing.clone(), Ok(answer)));
        } else if let Err(e) = self.grab_alone(i, firing, around, out) {
            out.answers.push((firing.clone(), Err(e)));
        }
    }

    fn grab_alone(
        &mut self,
        i: usize,
        firing: &Firing,
        around: &Around<'_>,
        out: &mut Doings,
    ) -> Result<()> {
        let said = match firing.rule.command(&Pointed::default())? {
            Command::Grab { ids } => ids,
            _ => Vec::new(),
        };
        let target = said.first().copied().or_else(|| self.within_reach(i));
        let (target, other) = match target {
            Some(target) => (target, None),
            None => match self.between_hands(i, around) {
                Some((target, other)) => (target, Some(other)),
                None => {
                    self.hands[i].alone = true;
                    return Err(Error::invalid("nothing is within reach")
                        .next("point at something")
                        .refusal(Refusal::NothingInReach {}));
                }
            },
        };
        let ids = if said.is_empty() { self.taken_with(target, around) } else { said };
        if self.holds.is_full() {
            return Err(Error::invalid("too much is held already"));
        }
        self.ask_for(i, (target, ids), firing, out);
        if !around.state.selection.contains(&target) {
            let (who, ids) = (self.who(i), self.reach.with_group(target));
            self.order(who, Command::Select { ids, add: false }, None, out);
        }
        if let Some(other) = other {
            self.hands[other].alone = false;
            self.join(self.holds.len() - 1, other);
        }
        Ok(())
    }

    /// What a hand that closes takes: what it points at, has just pointed at, or is nearest to.
    fn within_reach(&mut self, i: usize) -> Option<ObjectId> {
        let hand = &self.hands[i];
        let (at, reach) = (hand.pointer.at, self.settings.reach_ratio);
        let quest = Quest { at, reach, before: hand.target.map(|t| t.id), pass_locked: true };
        let lately = hand.lately.filter(|(then, _)| self.now.ms_since(*then) < LATELY_MS);
        let lately = lately.map(|(_, id)| id).filter(|id| self.is_free(*id));
        self.reach.find(&quest).map(|found| found.id).or(lately)
    }

    /// Whether a hand has something to take within reach, or in hand.
    pub(super) fn has_near(&self, hand: &OnCanvas) -> bool {
        let lately = hand.lately.filter(|(then, _)| self.now.ms_since(*then) < LATELY_MS);
        let pointed = hand.target.map(|t| t.id).or(lately.map(|(_, id)| id));
        pointed.is_some_and(|id| self.is_free(id))
            || self.holds.iter().any(|h| h.hands.contains(&hand.name))
    }

    fn is_free(&self, id: ObjectId) -> bool {
        self.reach.object(id).is_some_and(|o| !o.locked)
    }

    /// Two hands that both closed beside something mean what is between them, else the selection.
    fn between_hands(&mut self, i: usize, around: &Around<'_>) -> Option<(ObjectId, usize)> {
        let waits = |h: &OnCanvas| h.there && h.alone;
        let other = (0..self.hands.len()).find(|o| *o != i && waits(&self.hands[*o]))?;
        let (a, b) = (self.hands[i].pointer.at, self.hands[other].pointer.at);
        let at = [0.5 * (a[0] + b[0]), 0.5 * (a[1] + b[1])];
        let quest = Quest { at, reach: self.settings.reach_ratio, before: None, pass_locked: true };
        let between = self.reach.find(&quest).map(|found| found.id);
        let selected = || around.state.selection.iter().copied().find(|id| self.is_free(*id));
        Some((between.or_else(selected)?, other))
    }

    /// All that is taken together with `target`: the selection it is in, else its group; not what
    /// is locked.
    fn taken_with(&self, target: ObjectId, around: &Around<'_>) -> Vec<ObjectId> {
        let selection = &around.state.selection;
        let mut ids = if selection.contains(&target) {
            selection.iter().flat_map(|id| self.reach.with_group(*id)).collect()
        } else {
            self.reach.with_group(target)
        };
        ids.sort_unstable();
        ids.dedup();
        ids.retain(|id| self.is_free(*id));
        ids
    }

    /// Asks the canvas for it. What comes of that comes by [`Touch::settled`]: the canvas may be
    /// writing to the disk, and pointers must not wait for it.
    fn ask_for(
        &mut self,
        i: usize,
        (target, ids): (ObjectId, Vec<ObjectId>),
        firing: &Firing,
        out: &mut Doings,
    ) {
        let (who, name) = (self.who(i), self.hands[i].name);
        let command = Command::Grab { ids: ids.clone() };
        let number = self.order(who.clone(), command, Some(firing), out);
        let (hands, taken) = (ArrayVec::from_iter([name]), Taken::Asked(number));
        // There is room: asked for by the caller.
        let _ = self.holds.try_push(Hold { who, hands, target, ids, taken });
    }

    /// What came of asking.
    pub(super) fn granted(&mut self, number: u64, outcome: &Result<Outcome>) {
        let asked = |h: &Hold| matches!(h.taken, Taken::Asked(n) if n == number);
        let Some(h) = self.holds.iter().position(asked) else { return };
        match outcome {
            Ok(outcome) => {
                let hold = &mut self.holds[h];
                hold.taken = Taken::Granted;
                // Others of its group may have come along.
                if !outcome.ids.is_empty() {
                    hold.ids.clone_from(&outcome.ids);
                }
            }
            Err(_) => {
                self.holds.remove(h);
            }
        }
    }

    fn begin(&self, h: usize) -> Grip {
        let hold = &self.holds[h];
        let starts: Vec<Transform> = hold.ids.iter().filter_map(|id| self.reach.now(*id)).collect();
        let depth = self.reach.now(hold.target).map_or(0.0, |t| t.position[2]);
        Grip::new(self.now, starts, depth, &self.holdings(h))
    }

    /// What is held by one other hand and meant by this one too: it closes on the same, or on
    /// nothing else.
    fn joinable(&mut self, i: usize) -> Option<usize> {
        let h = self.holds.iter().position(|h| !h.hands.is_full())?;
        if self.holds[h].hands.contains(&self.hands[i].name) {
            return None;
        }
        let at = self.hands[i].pointer.at;
        let quest = Quest { at, reach: 0.0, before: None, pass_locked: true };
        let other = self.reach.find(&quest).map(|found| found.id);
        other.is_none_or(|id| self.holds[h].ids.contains(&id)).then_some(h)
    }

    fn join(&mut self, h: usize, i: usize) {
        let name = self.hands[i].name;
        let hold = &mut self.holds[h];
        let _ = hold.hands.try_push(name);
        self.new_beginning(h);
    }

    fn holdings(&self, h: usize) -> ArrayVec<Holding, 2> {
        let missing =
            Holding { there: false, at: [0.5; 2], size: 0.0, opening: false, closed_at: self.now };
        let of = |name: &u32| self.by_name(*name).map_or(missing, |i| holding(&self.hands[i]));
        self.holds[h].hands.iter().map(of).collect()
    }

    fn new_beginning(&mut self, h: usize) {
        let hands = self.holdings(h);
        if let Taken::Held(grip) = &mut self.holds[h].taken {
            grip.change_hands(&hands);
        }
    }

    /// A hand lets go: what it held, or its part of it.
    pub(super) fn let_go(&mut self, name: u32, out: &mut Doings) {
        if let Some(i) = self.by_name(name) {
            (self.hands[i].fingers, self.hands[i].alone) = (None, false);
        }
        let Some(h) = self.holds.iter().position(|h| h.hands.contains(&name)) else { return };
        if self.holds[h].hands.len() > 1 {
            // Which of the two it was matters not: the other holds on from where things are.
            self.holds[h].hands.retain(|n| *n != name);
            self.new_beginning(h);
        } else {
            self.put_down(h, out);
        }
    }

    fn put_down(&mut self, h: usize, out: &mut Doings) {
        let hold = self.holds.remove(h);
        let command = match hold.taken {
            Taken::Held(grip) if grip.is_moved() => {
                out.drags.push((hold.who.clone(), grip.transforms()));
                Command::Release {}
            }
            // Taken and let go: no step that anybody would want to undo.
            _ => Command::LetBack {},
        };
        self.order(hold.who, command, None, out);
    }

    /// What is held follows the hands; what nobody holds any more is put down.
    pub(super) fn hold_on(&mut self, out: &mut Doings) {
        let mut h = 0;
        while h < self.holds.len() {
            let hold = &self.holds[h];
            let lost = |name: &u32| {
                let hand = self.by_name(*name).map(|i| &self.hands[i]);
                hand.is_none_or(|hand| self.now.ms_since(hand.seen) > FORGET_MS)
            };
            if let Some(name) = hold.hands.iter().copied().find(lost) {
                self.let_go(name, out);
                continue;
            }
            self.follow(h, out);
            h += 1;
        }
    }

    fn follow(&mut self, h: usize, out: &mut Doings) {
        if matches!(self.holds[h].taken, Taken::Granted) {
            self.holds[h].taken = Taken::Held(self.begin(h));
        }
        let hands = self.holdings(h);
        let Hold { who, taken: Taken::Held(grip), .. } = &mut self.holds[h] else { return };
        if grip.follow(self.now, &hands, self.settings.depth_units) {
            out.drags.push((who.clone(), grip.transforms()));
        }
    }

    /// The canvas no longer knows that it is held: deleted, changed by somebody else, another scene.
    /// What is left of it is put down where it is.
    pub fn dropped(&mut self, who: &Who) -> Option<Order> {
        let h = self.holds.iter().position(|h| h.who == *who)?;
        let who = self.holds.remove(h).who;
        self.orders += 1;
        Some(Order { number: self.orders, who, command: Command::Release {}, firing: None })
    }
}
