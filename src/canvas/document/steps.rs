//! Steps: everything that changes objects is one, is stored in one transaction, and can be taken
//! back and done again, whoever made it. What was saved is a step to come back to.

use std::sync::Arc;

use super::edits::Edit;
use super::{Canvas, Desk, Kind};
use crate::base::object::{Change, Object, ObjectId};
use crate::base::{Error, Refusal, Result};
use crate::canvas::{Scene, SceneChange, StepView};
use crate::command::{Outcome, Who};
use crate::store::scenes;
use crate::store::steps::{self, Step, StepRow};

/// What is to be done in one step.
pub(super) struct Doing {
    pub kind: Kind,
    pub changes: Vec<Change>,
    pub select: Option<Vec<ObjectId>>,
    pub next_id: Option<ObjectId>,
}

impl From<Edit> for Doing {
    fn from(edit: Edit) -> Self {
        Self {
            kind: Kind::New,
            changes: edit.changes,
            select: edit.select,
            next_id: Some(edit.next_id),
        }
    }
}

impl Canvas {
    /// Applies, stores and tells one step; without changes only the selection follows.
    ///
    /// # Errors
    /// If it cannot be stored; nothing has changed then.
    pub(super) fn step(
        &self,
        desk: &mut Desk,
        who: &Who,
        command: &str,
        doing: Doing,
    ) -> Result<()> {
        if !doing.changes.is_empty() {
            let at = self.clock.utc(self.clock.now());
            let row = StepRow {
                who: who.to_string(),
                command: command.to_owned(),
                at,
                objects: doing.changes.len() as u32,
            };
            self.store_step(desk, &doing, row)?;
            if let Some(ear) = self.ear.get() {
                ear(who, command, desk.scene.id, doing.changes.len());
            }
        }
        let gone = |id: &ObjectId| desk.scene.object(*id).is_some();
        desk.selection.retain(gone);
        if let Some(select) = doing.select {
            desk.selection = select;
        }
        self.tell_state(desk);
        Ok(())
    }

    fn store_step(&self, desk: &mut Desk, doing: &Doing, row: StepRow) -> Result<()> {
        let scene = Arc::new(desk.scene.after(&doing.changes));
        let next_id = doing.next_id.unwrap_or(desk.next_id);
        let keep = u64::from(self.settings.current().canvas.undo_steps);
        let (done, new) = match doing.kind {
            Kind::New => (desk.done + 1, Some((&row, keep))),
            Kind::Undo => (desk.done.saturating_sub(1), None),
            Kind::Redo => (desk.done + 1, None),
        };
        steps::step(
            &self.store,
            &Step {
                scene: scene.id,
                revision: scene.revision,
                next_id,
                done,
                changes: &doing.changes,
                new,
            },
        )?;
        // From here on it is true, whatever comes.
        (desk.next_id, desk.done) = (next_id, done);
        desk.scene = Arc::clone(&scene);
        self.tell_step(scene, &doing.changes, &row);
        match doing.kind {
            Kind::New => (desk.undo, desk.redo) = (Some(row.into()), None),
            Kind::Undo => {
                desk.redo = desk.undo.take();
                desk.undo = self.view(desk.scene.id, done);
            }
            Kind::Redo => {
                desk.undo = desk.redo.take();
                desk.redo = self.view(desk.scene.id, done + 1);
            }
        }
        Ok(())
    }

    fn tell_step(&self, scene: Arc<Scene>, changes: &[Change], row: &StepRow) {
        let change = SceneChange {
            scene: scene.id,
            revision: scene.revision,
            who: row.who.clone(),
            command: row.command.clone(),
            at: row.at,
            objects: changes.iter().filter_map(|c| c.after.clone()).collect(),
            removed: changes.iter().filter(|c| c.after.is_none()).map(Change::id).collect(),
        };
        self.told.step(scene, change, &self.feeds);
    }

    /// A step as people see it. What cannot be read now is not shown, and found again when asked for.
    fn view(&self, scene: u32, number: u64) -> Option<StepView> {
        let row = steps::step_row(&self.store, scene, number);
        row.unwrap_or_else(|e| {
            tracing::warn!("a step is not shown: {e}");
            None
        })
        .map(StepView::from)
    }

    pub(super) fn undo(&self, who: &Who) -> Result<Outcome> {
        let mut desk = self.desk();
        let (scene, number) = (desk.scene.id, desk.done);
        let Some(row) = steps::step_row(&self.store, scene, number)? else {
            return Err(Error::invalid("there is nothing to be taken back")
                .refusal(Refusal::NothingToUndo {}));
        };
        let changes = steps::step_changes(&self.store, scene, number)?;
        let changes: Vec<Change> = changes.into_iter().map(Change::inverse).collect();
        let words = format!("{} is taken back", whose(&row));
        self.again(&mut desk, who, Kind::Undo, changes).map(|o| Outcome { done: words, ..o })
    }

    pub(super) fn redo(&self, who: &Who) -> Result<Outcome> {
        let mut desk = self.desk();
        let (scene, number) = (desk.scene.id, desk.done + 1);
        let Some(row) = steps::step_row(&self.store, scene, number)? else {
            return Err(Error::invalid("there is nothing to be done again")
                .refusal(Refusal::NothingToRedo {}));
        };
        let changes = steps::step_changes(&self.store, scene, number)?;
        let words = format!("{} is done again", whose(&row));
        self.again(&mut desk, who, Kind::Redo, changes).map(|o| Outcome { done: words, ..o })
    }

    fn again(
        &self,
        desk: &mut Desk,
        who: &Who,
        kind: Kind,
        changes: Vec<Change>,
    ) -> Result<Outcome> {
        self.free_of_others(desk, who, &changes)?;
        let name = if matches!(kind, Kind::Undo) { "undo" } else { "redo" };
        let ids: Vec<ObjectId> = changes.iter().map(Change::id).collect();
        self.step(desk, who, name, Doing { kind, changes, select: None, next_id: None })?;
        self.forget_held(&ids);
        Ok(Outcome { ids, ..self.outcome(String::new()) })
    }

    pub(super) fn save(&self) -> Result<Outcome> {
        let mut desk = self.desk();
        let (id, revision) = (desk.scene.id, desk.scene.revision);
        scenes::save(&self.store, id, revision, &desk.scene.objects)?;
        desk.saved = Some(revision);
        self.tell_state(&desk);
        let words = format!("“{}” is saved", desk.scene.name);
        Ok(Outcome { scene: Some(id), ..self.outcome(words) })
    }

    pub(super) fn revert(&self, who: &Who) -> Result<Outcome> {
        let mut desk = self.desk();
        let Some(saved) = scenes::saved(&self.store, desk.scene.id)? else {
            return Err(Error::invalid("nothing was saved yet")
                .refusal(Refusal::NothingSaved { scene: desk.scene.name.clone() })
                .why(format!("“{}” has no saved state to go back to", desk.scene.name))
                .next("`undo` takes back steps; `save` keeps a state to come back to"));
        };
        let changes = difference(&desk.scene, saved);
        self.free_of_others(&desk, who, &changes)?;
        let words = match changes.len() {
            0 => "all is as it was saved".to_owned(),
            _ => format!("“{}” is as it was saved", desk.scene.name),
        };
        let ids: Vec<ObjectId> = changes.iter().map(Change::id).collect();
        let doing = Doing { kind: Kind::New, changes, select: None, next_id: None };
        self.step(&mut desk, who, "revert", doing)?;
        self.forget_held(&ids);
        Ok(Outcome { ids, ..self.outcome(words) })
    }
}

/// `page 7's move`, in words.
fn whose(row: &StepRow) -> String {
    let StepRow { who, command, objects, .. } = row;
    let what = if *objects == 1 { "1 object".to_owned() } else { format!("{objects} objects") };
    format!("`{command}` of {what} by {who}")
}

/// What leads from a scene to these objects.
fn difference(scene: &Scene, saved: Vec<Object>) -> Vec<Change> {
    let saved = saved.into_iter().map(Arc::new);
    let mut saved: std::collections::BTreeMap<ObjectId, Arc<Object>> =
        saved.map(|o| (o.id, o)).collect();
    let mut changes = Vec::new();
    for before in &scene.objects {
        let after = saved.remove(&before.id);
        if after.as_ref() != Some(before) {
            changes.push(Change { before: Some(Arc::clone(before)), after });
        }
    }
    changes.extend(saved.into_values().map(|o| Change { before: None, after: Some(o) }));
    changes
}
