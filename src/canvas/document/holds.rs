//! Holding: who has hold of what, and where it is while it is dragged. Only in memory and told at
//! frame rate; what is let go becomes one step.

use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use super::steps::Doing;
use super::words::name_of;
use super::{Canvas, Desk, moves};
use crate::base::object::{Change, ObjectId, Transform};
use crate::base::{Error, Kind, Refusal, Result, Stamp};
use crate::canvas::Held;
use crate::command::{Outcome, Who};

/// Who has not moved what it holds for this long has let go, as soon as somebody else wants it: a
/// hand or a page that is gone without a word must not keep things for ever.
const FORGOTTEN: Duration = Duration::from_secs(60);

/// Everything that is held.
pub(super) struct Holds {
    all: Vec<Hold>,
    /// [`FORGOTTEN`]; tests wait for less.
    pub(super) forgotten: Duration,
}

impl Default for Holds {
    fn default() -> Self {
        Self { all: Vec::new(), forgotten: FORGOTTEN }
    }
}

#[derive(Clone)]
struct Hold {
    who: Who,
    /// Where each is now, by number.
    objects: Vec<Transform>,
    moved_at: Stamp,
}

impl Holds {
    fn of(&mut self, who: &Who) -> Option<&mut Hold> {
        self.all.iter_mut().find(|h| h.who == *who)
    }

    fn views(&self) -> Vec<Held> {
        let view = |h: &Hold| Held { who: h.who.to_string(), objects: h.objects.clone() };
        self.all.iter().map(view).collect()
    }
}

impl Hold {
    fn has(&self, id: ObjectId) -> bool {
        self.objects.binary_search_by_key(&id, |t| t.id).is_ok()
    }
}

impl Canvas {
    pub(super) fn holds(&self) -> MutexGuard<'_, Holds> {
        self.holds.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells what is held; under its lock, so that the newest is told last.
    fn tell_held(&self, holds: &Holds) {
        self.feeds.held.send_replace(Arc::new(holds.views()));
    }

    pub(super) fn grab(&self, who: &Who, ids: &[ObjectId]) -> Result<Outcome> {
        let mut desk = self.desk();
        let (wanted, stay) = {
            let on = self.ground(&desk);
            let objects = on.movable(ids)?;
            let stay = on.chosen(ids)?.into_iter().filter(|o| o.locked);
            let stay: Vec<String> = stay.map(|o| name_of(o)).collect();
            (objects.iter().map(|o| o.id).collect::<Vec<_>>(), stay)
        };
        self.let_forgotten_go(&mut desk, who, &wanted);
        self.not_held_by_others(&desk, who, &wanted)?;
        let mut holds = self.holds();
        let now = self.clock.now();
        let places = wanted.iter().filter_map(|id| desk.scene.object(*id)).map(|o| o.transform());
        match holds.of(who) {
            Some(hold) => {
                let more: Vec<_> = places.filter(|t| !hold.has(t.id)).collect();
                hold.objects.extend(more);
                hold.objects.sort_unstable_by_key(|t| t.id);
                hold.moved_at = now;
            }
            None => {
                let objects = places.collect();
                holds.all.push(Hold { who: who.clone(), objects, moved_at: now });
            }
        }
        self.tell_held(&holds);
        let mut words = match wanted.len() {
            1 => "1 object is held".to_owned(),
            n => format!("{n} objects are held"),
        };
        match &stay[..] {
            [] => {}
            [one] => words += &format!("; {one} is locked and stays"),
            more => words += &format!("; {} of the group are locked and stay", more.len()),
        }
        Ok(Outcome { ids: wanted, ..self.outcome(words) })
    }

    /// Waits for nobody but other drags.
    pub(super) fn drag(&self, who: &Who, transforms: &[Transform]) -> Result<Outcome> {
        let places = moves::checked(transforms)?;
        let now = self.clock.now();
        let mut holds = self.holds();
        let Some(hold) = holds.of(who) else {
            return Err(Error::new(Kind::Conflict, "nothing is held").next("`grab` it first"));
        };
        if let Some(other) = places.iter().find(|t| !hold.has(t.id)) {
            return Err(Error::new(Kind::Conflict, format!("object {} is not held", other.id))
                .next("`grab` it first"));
        }
        for place in places {
            if let Ok(at) = hold.objects.binary_search_by_key(&place.id, |t| t.id) {
                hold.objects[at] = place;
            }
        }
        hold.moved_at = now;
        self.tell_held(&holds);
        drop(holds);
        Ok(self.outcome("moved along"))
    }

    pub(super) fn release(&self, who: &Who) -> Result<Outcome> {
        self.release_at(&mut self.desk(), who)
    }

    /// Puts down what `who` holds, as one step. Until that is told it stays held where it is, so
    /// that nothing jumps; if it cannot be stored, it goes back.
    fn release_at(&self, desk: &mut Desk, who: &Who) -> Result<Outcome> {
        let Some(hold) = self.holds().of(who).cloned() else {
            return Ok(self.outcome("nothing was held"));
        };
        let edit = moves::put_down(&self.ground(desk), &hold.objects);
        let stepped = edit.and_then(|edit| {
            let ids: Vec<ObjectId> = edit.changes.iter().map(Change::id).collect();
            let words = edit.words.clone();
            // To people it is a move, however it was made.
            self.step(desk, who, "move", Doing::from(edit))?;
            Ok(Outcome { ids, ..self.outcome(words) })
        });
        self.drop_hold(who);
        stepped
    }

    pub(super) fn let_back(&self, who: &Who) -> Result<Outcome> {
        let had = self.holds().of(who).map_or(0, |h| h.objects.len());
        self.drop_hold(who);
        Ok(self.outcome(match had {
            0 => "nothing was held".to_owned(),
            1 => "1 object is where it was".to_owned(),
            n => format!("{n} objects are where they were"),
        }))
    }

    fn drop_hold(&self, who: &Who) {
        let mut holds = self.holds();
        let before = holds.all.len();
        holds.all.retain(|h| h.who != *who);
        if holds.all.len() != before {
            self.tell_held(&holds);
        }
    }

    /// Somebody is gone: what it held is put down where it is, or back where that cannot be stored.
    pub fn gone(&self, who: &Who) {
        if self.holds().of(who).is_none() {
            return;
        }
        if let Err(e) = self.release(who) {
            tracing::warn!(%who, "what was held went back: {e}");
        }
    }

    /// Everybody lets go: another scene is shown, or Dixi stops.
    pub(super) fn all_let_go(&self, desk: &mut Desk) {
        let holders: Vec<Who> = self.holds().all.iter().map(|h| h.who.clone()).collect();
        for who in holders {
            if let Err(e) = self.release_at(desk, &who) {
                tracing::warn!(%who, "what was held went back: {e}");
            }
        }
    }

    /// Puts down whatever is held; before Dixi stops.
    pub fn close(&self) {
        self.all_let_go(&mut self.desk());
    }

    fn let_forgotten_go(&self, desk: &mut Desk, who: &Who, wanted: &[ObjectId]) {
        let (now, patience) = (self.clock.now(), self.holds().forgotten);
        let forgotten = |h: &Hold| {
            h.who != *who && now.since(h.moved_at) > patience && wanted.iter().any(|id| h.has(*id))
        };
        let holders: Vec<Who> =
            self.holds().all.iter().filter(|h| forgotten(h)).map(|h| h.who.clone()).collect();
        for holder in holders {
            if let Err(e) = self.release_at(desk, &holder) {
                tracing::warn!(who = %holder, "what was held went back: {e}");
            }
        }
    }

    fn not_held_by_others(&self, desk: &Desk, who: &Who, ids: &[ObjectId]) -> Result<()> {
        let holds = self.holds();
        for hold in holds.all.iter().filter(|h| h.who != *who) {
            if let Some(id) = ids.iter().find(|id| hold.has(**id)) {
                let name = desk.scene.object(*id).map_or_else(String::new, |o| name_of(o));
                return Err(Error::new(Kind::Conflict, format!("{name} is held"))
                    .why(format!("{} has hold of it", hold.who))
                    .next("wait until it is let go")
                    .refusal(Refusal::Held { name, who: hold.who.to_string() }));
            }
        }
        Ok(())
    }

    /// Refuses to change what somebody else holds.
    pub(super) fn free_of_others(&self, desk: &Desk, who: &Who, changes: &[Change]) -> Result<()> {
        if self.holds().all.is_empty() {
            return Ok(());
        }
        let ids: Vec<ObjectId> = changes.iter().map(Change::id).collect();
        self.not_held_by_others(desk, who, &ids)
    }

    /// What was changed otherwise is not held any more where its holder left it.
    pub(super) fn forget_held(&self, ids: &[ObjectId]) {
        let mut holds = self.holds();
        if !holds.all.iter().any(|h| ids.iter().any(|id| h.has(*id))) {
            return;
        }
        for hold in &mut holds.all {
            hold.objects.retain(|t| !ids.contains(&t.id));
        }
        holds.all.retain(|h| !h.objects.is_empty());
        self.tell_held(&holds);
    }
}
