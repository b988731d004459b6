//! What is true of the canvas beside the scene's objects: which scene is shown, what is selected,
//! which tool is at hand, what can be undone. Small, sent whole on every change.

use serde::Serialize;

use super::scene::StepView;
use crate::base::object::{ObjectId, SceneId, Transform};
use crate::command::Mode;

/// The canvas now.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct CanvasState {
    /// The scene that is shown.
    pub scene: SceneId,
    /// Its name.
    pub name: String,
    /// Its revision.
    pub revision: u64,
    /// The revision that `revert` goes back to; none while nothing was saved.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub saved: Option<u64>,
    /// The selected objects: one selection for everybody, as there is one canvas.
    pub selection: Vec<ObjectId>,
    /// What hands do.
    pub mode: Mode,
    /// What the next object or stroke is like.
    pub tray: Tray,
    /// Whether hands do things.
    pub armed: bool,
    /// Whether gestures only say what they would do (setting `canvas.dry_run`).
    pub dry_run: bool,
    /// What `undo` would take back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub undo: Option<StepView>,
    /// What `redo` would do again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub redo: Option<StepView>,
    /// A question that `approve` and `reject` answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub question: Option<Question>,
    /// Why nothing can be kept, if so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub not_kept: Option<String>,
}

/// What the next object or stroke is like.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct Tray {
    /// A solid.
    pub kind: String,
    /// `#rrggbb`.
    pub colour: String,
    /// Thickness of the pen, scene units.
    pub pen_width: f32,
}

impl Default for Tray {
    fn default() -> Self {
        Self { kind: "box".into(), colour: "#4be3b4".into(), pen_width: 0.12 }
    }
}

/// Something that the box asks.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct Question {
    /// What it is about, for programs: `calibration` so far.
    pub about: String,
    /// The question, in words.
    pub text: String,
}

/// What somebody holds, and where it is now. Everything that is held is sent whole, newest only.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct Held {
    /// Who.
    pub who: String,
    /// Where each object is.
    pub objects: Vec<Transform>,
}
