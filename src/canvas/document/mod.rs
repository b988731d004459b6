//! The canvas as a document: one scene that is shown, its steps, its selection, who holds what.
//!
//! [`Canvas::handle`] does one command: it is applied, stored and then told, in this order. Whoever
//! looks reads a snapshot, and whoever drags moves only what it holds: neither ever waits for the
//! disk. Must not know hands, pages or SQL.

pub mod check;
mod edits;
pub mod file;
mod holds;
mod moves;
pub mod pictures;
mod room;
mod scenes;
mod start;
mod steps;
pub mod sweep;
mod told;
mod tools;
mod words;

#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use crate::base::object::{Change, Form, ObjectId, SceneId};
use crate::base::{Clock, Result};
use crate::command::{Command, Mode, Outcome, Who};
use crate::config::SettingsHub;
use crate::store::Store;
use crate::store::steps::StepRow;

use super::{CanvasState, Feeds, Scene, StepView, Tray};
use edits::Ground;
use holds::Holds;
use pictures::WantedList;
use told::Told;
pub use told::{CatchUp, OutputShown, Watching};
pub use tools::Answer;
use tools::Asked;

/// The canvas. Cheap to share; all of it may be used from any thread.
pub struct Canvas {
    store: Arc<Store>,
    /// Why nothing lasts, if so.
    not_kept: Option<String>,
    settings: Arc<SettingsHub>,
    clock: Clock,
    feeds: Arc<Feeds>,
    /// What edits are made on. Held while a step goes to the disk: nobody who must not wait takes it.
    desk: Mutex<Desk>,
    /// Who holds what. Taken after the desk, never kept over anything slow.
    holds: Mutex<Holds>,
    /// What was told to viewers. Taken last, never kept over anything slow.
    told: Told,
    asked: Mutex<Option<Asked>>,
    /// Photographs that pages were asked for.
    wanted: Mutex<WantedList>,
    /// Hears of steps.
    ear: OnceLock<StepEar>,
}

/// Hears of every step that was kept: who made it, its command's name, in which scene, and how many
/// objects it touched. Must not block.
pub type StepEar = Box<dyn Fn(&Who, &str, SceneId, usize) + Send + Sync>;

/// What is being worked on.
struct Desk {
    scene: Arc<Scene>,
    next_id: ObjectId,
    /// Steps up to this one are done.
    done: u64,
    undo: Option<StepView>,
    redo: Option<StepView>,
    saved: Option<u64>,
    selection: Vec<ObjectId>,
    mode: Mode,
    tray: Tray,
    armed: bool,
    /// `canvas.arming` as it was last seen: arming anew begins disarmed.
    arming: bool,
}

/// What a step does besides changing objects.
enum Kind {
    /// It is new.
    New,
    /// The one before is taken back.
    Undo,
    /// The one after is done again.
    Redo,
}

impl Canvas {
    /// Opens what `store` keeps, and begins a first scene where there is none. With `not_kept` the
    /// store is one that does not last, and this says why.
    ///
    /// # Errors
    /// If the store cannot be read or written.
    pub fn open(
        store: Arc<Store>,
        not_kept: Option<String>,
        settings: Arc<SettingsHub>,
        clock: Clock,
    ) -> Result<Arc<Self>> {
        let desk = start::desk(&store, settings.current().canvas.arming)?;
        let told = Told::new(Arc::clone(&desk.scene));
        let canvas = Self {
            store,
            not_kept,
            settings,
            clock,
            feeds: Arc::new(Feeds::default()),
            desk: Mutex::new(desk),
            holds: Mutex::default(),
            told,
            asked: Mutex::default(),
            wanted: Mutex::default(),
            ear: OnceLock::new(),
        };
        canvas.tell_state(&canvas.desk());
        Ok(Arc::new(canvas))
    }

    /// Tells `ear` of every step from now on. The first one that is given stays.
    pub fn listen(&self, ear: StepEar) {
        drop(self.ear.set(ear));
    }

    /// Where it leaves its newest.
    pub fn feeds(&self) -> &Arc<Feeds> {
        &self.feeds
    }

    /// The scene that is shown, as it was told last. Waits for nobody.
    pub fn scene(&self) -> Arc<Scene> {
        self.told.scene()
    }

    /// The canvas beside its objects, as it was told last. Waits for nobody.
    pub fn state(&self) -> Arc<CanvasState> {
        self.feeds.state.borrow().clone()
    }

    /// Does one command for `who`. May take as long as the disk needs; `drag` never does.
    ///
    /// # Errors
    /// Whatever kept it from being done; nothing has changed then.
    pub fn handle(&self, who: &Who, command: &Command) -> Result<Outcome> {
        use Command as C;
        match command {
            C::Drag { transforms } => self.drag(who, transforms),
            C::Grab { ids } => self.grab(who, ids),
            C::Release {} => self.release(who),
            C::LetBack {} => self.let_back(who),
            C::Select { ids, add } => self.select(ids, *add),
            C::SelectAll {} => self.select_all(),
            C::Undo {} => self.undo(who),
            C::Redo {} => self.redo(who),
            C::Save {} => self.save(),
            C::Revert {} => self.revert(who),
            C::Approve {} => self.answer(who, true),
            C::Reject {} => self.answer(who, false),
            C::NewScene { name } => self.new_scene(name.as_deref()),
            C::OpenScene { scene } => self.open_scene(*scene),
            C::Next {} => self.step_aside(1),
            C::Previous {} => self.step_aside(-1),
            C::RenameScene { scene, name } => self.rename_scene(*scene, name),
            C::DuplicateScene { scene } => self.duplicate_scene(*scene),
            C::DeleteScene { scene } => self.delete_scene(*scene),
            C::RestoreScene { scene } => self.restore_scene(*scene),
            C::TakePicture {} => self.take_picture(who),
            C::SetMode { mode } => self.set_mode(*mode),
            C::SetTray { kind, colour, pen_width } => {
                self.set_tray(kind.as_deref(), colour.as_deref(), *pen_width)
            }
            C::Arm {} => self.arm(true),
            C::Disarm {} => self.arm(false),
            _ => self.edit(who, command),
        }
    }

    /// An edit of objects: one step.
    fn edit(&self, who: &Who, command: &Command) -> Result<Outcome> {
        let looked_up = self.with_picture(command)?;
        let command = looked_up.as_ref().unwrap_or(command);
        let mut desk = self.desk();
        let edit = edits::make(&self.ground(&desk), command)?;
        self.free_of_others(&desk, who, &edit.changes)?;
        let ids: Vec<ObjectId> = edit.changes.iter().map(Change::id).collect();
        let words = edit.words.clone();
        self.step(&mut desk, who, command.name(), edit.into())?;
        self.forget_held(&ids);
        Ok(Outcome { ids, ..self.outcome(words) })
    }

    fn ground<'d>(&self, desk: &'d Desk) -> Ground<'d> {
        Ground {
            scene: &desk.scene,
            selection: &desk.selection,
            tray: &desk.tray,
            next_id: desk.next_id,
            snap: self.settings.current().canvas.snap_units,
        }
    }

    /// A new card shows a picture that is there, in its own proportions.
    fn with_picture(&self, command: &Command) -> Result<Option<Command>> {
        let Command::Create { form: Some(Form::Picture { picture, .. }), .. } = command else {
            return Ok(None);
        };
        let picture = check::hash(picture)?;
        let aspect = self.aspect_of(&picture)?;
        let mut command = command.clone();
        if let Command::Create { form, .. } = &mut command {
            *form = Some(Form::Picture { picture, aspect });
        }
        Ok(Some(command))
    }

    fn outcome(&self, done: impl Into<String>) -> Outcome {
        let reason = self.not_kept.clone();
        Outcome { done: done.into(), kept: reason.is_none(), reason, ..Outcome::default() }
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells what is true of the canvas now, if that is news.
    fn tell_state(&self, desk: &Desk) {
        let question = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let state = CanvasState {
            scene: desk.scene.id,
            name: desk.scene.name.clone(),
            revision: desk.scene.revision,
            saved: desk.saved,
            selection: desk.selection.clone(),
            mode: desk.mode,
            tray: desk.tray.clone(),
            armed: desk.armed,
            dry_run: self.settings.current().canvas.dry_run,
            undo: desk.undo.clone(),
            redo: desk.redo.clone(),
            question: question.as_ref().map(|q| q.question.clone()),
            not_kept: self.not_kept.clone(),
        };
        self.feeds.state.send_if_modified(|now| {
            let news = **now != state;
            if news {
                *now = Arc::new(state);
            }
            news
        });
    }
}

impl From<StepRow> for StepView {
    fn from(row: StepRow) -> Self {
        Self { who: row.who, command: row.command, at: row.at, objects: row.objects }
    }
}
