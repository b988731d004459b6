//! Selection, mode, tray, arming, and the question that approving answers.

use std::sync::{Arc, PoisonError};

use serde::{Deserialize, Serialize};

use super::{Canvas, Desk, check, edits};
use crate::base::Result;
use crate::base::object::{ObjectId, SceneId};
use crate::canvas::{Question, Tray};
use crate::command::{Mode, Outcome, Who};
use crate::store::{Store, scenes};

/// Does what yes (true) or no to a question means.
pub type Answer = dyn Fn(&Who, bool) -> Result<Outcome> + Send + Sync;

/// A question that is open.
pub(super) struct Asked {
    pub question: Question,
    answer: Arc<Answer>,
}

/// The tools, as they are kept.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Tools {
    pub mode: Mode,
    pub kind: String,
    pub colour: String,
    pub pen_width: f32,
}

impl Tools {
    /// What of it is still right.
    pub(super) fn tray(&self) -> Tray {
        let mut tray = Tray::default();
        if edits::solid(&self.kind).is_ok() {
            tray.kind.clone_from(&self.kind);
        }
        if let Ok(colour) = check::colour(&self.colour) {
            tray.colour = colour;
        }
        if let Ok(width) = check::pen_width(self.pen_width) {
            tray.pen_width = width;
        }
        tray
    }
}

/// Keeps which scene is shown and what the tools are like.
///
/// # Errors
/// If it cannot be written.
pub(super) fn keep(store: &Store, scene: SceneId, mode: Mode, tray: &Tray) -> Result<()> {
    let tools = Tools {
        mode,
        kind: tray.kind.clone(),
        colour: tray.colour.clone(),
        pen_width: tray.pen_width,
    };
    scenes::set_canvas(store, scene, serde_json::to_string(&tools).unwrap_or_default())
}

impl Canvas {
    pub(super) fn select(&self, ids: &[ObjectId], add: bool) -> Result<Outcome> {
        let mut desk = self.desk();
        let mut selection = if ids.is_empty() {
            Vec::new()
        } else {
            self.ground(&desk).chosen(ids)?.iter().map(|o| o.id).collect()
        };
        if add {
            let more: Vec<ObjectId> =
                selection.into_iter().filter(|id| !desk.selection.contains(id)).collect();
            selection = [desk.selection.as_slice(), &more].concat();
        }
        Ok(self.selected(&mut desk, selection))
    }

    pub(super) fn select_all(&self) -> Result<Outcome> {
        let mut desk = self.desk();
        let all = desk.scene.objects.iter().map(|o| o.id).collect();
        Ok(self.selected(&mut desk, all))
    }

    fn selected(&self, desk: &mut Desk, selection: Vec<ObjectId>) -> Outcome {
        desk.selection = selection;
        self.tell_state(desk);
        let words = match desk.selection.len() {
            0 => "nothing is selected".to_owned(),
            1 => "1 object is selected".to_owned(),
            n => format!("{n} objects are selected"),
        };
        Outcome { ids: desk.selection.clone(), ..self.outcome(words) }
    }

    pub(super) fn set_mode(&self, mode: Mode) -> Result<Outcome> {
        let mut desk = self.desk();
        keep(&self.store, desk.scene.id, mode, &desk.tray)?;
        desk.mode = mode;
        self.tell_state(&desk);
        Ok(self.outcome(match mode {
            Mode::Shapes => "hands make and move shapes",
            Mode::Draw => "hands draw",
        }))
    }

    pub(super) fn set_tray(
        &self,
        kind: Option<&str>,
        colour: Option<&str>,
        pen_width: Option<f32>,
    ) -> Result<Outcome> {
        let mut desk = self.desk();
        let mut tray = desk.tray.clone();
        if let Some(kind) = kind {
            edits::solid(kind)?.name().clone_into(&mut tray.kind);
        }
        if let Some(colour) = colour {
            tray.colour = check::colour(colour)?;
        }
        if let Some(width) = pen_width {
            tray.pen_width = check::pen_width(width)?;
        }
        keep(&self.store, desk.scene.id, desk.mode, &tray)?;
        desk.tray = tray;
        self.tell_state(&desk);
        Ok(self.outcome("the tray is set"))
    }

    /// Not kept: after a restart hands begin as the setting `canvas.arming` says.
    pub(super) fn arm(&self, armed: bool) -> Result<Outcome> {
        let mut desk = self.desk();
        desk.armed = armed;
        self.tell_state(&desk);
        Ok(self.outcome(if armed { "hands are armed" } else { "hands do nothing until armed" }))
    }

    /// A setting changed that the canvas shows or follows.
    pub fn settings_changed(&self) {
        let mut desk = self.desk();
        let arming = self.settings.current().canvas.arming;
        if arming != desk.arming {
            (desk.arming, desk.armed) = (arming, !arming);
        }
        self.tell_state(&desk);
    }

    /// Asks a question that `approve` and `reject` answer from now on, in place of any other.
    pub fn ask(&self, question: Question, answer: Arc<Answer>) {
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(Asked { question, answer });
        self.tell_state(&self.desk());
    }

    /// Takes back the question about this, if it is open.
    pub fn ask_no_more(&self, about: &str) {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if asked.as_ref().is_none_or(|a| a.question.about != about) {
            return;
        }
        *asked = None;
        drop(asked);
        self.tell_state(&self.desk());
    }

    /// The open question's answer; without one yes saves and no reverts.
    pub(super) fn answer(&self, who: &Who, yes: bool) -> Result<Outcome> {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let question = asked.as_ref().map(|a| (Arc::clone(&a.answer), a.question.about.clone()));
        drop(asked);
        match question {
            Some((answer, about)) => {
                let outcome = (*answer)(who, yes)?;
                self.ask_no_more(&about);
                Ok(outcome)
            }
            None if yes => self.save(),
            None => self.revert(who),
        }
    }
}
