//! The command bus: typed commands, who gave them, and the trail of what was done.
//!
//! Browser, API and gestures produce the very same [`Command`]s. The bus knows a caller only by
//! its label, checks nothing about rights (that is the server's), and leaves the doing to the one
//! [`Handler`] that it was given.

pub mod binding;
mod bus;
mod list;
mod parse;
mod verdict;

use serde::Serialize;

use crate::base::object::{ObjectId, SceneId};
pub use binding::{Binding, BoundHand};
pub use bus::{Bus, Ear, Handler, Record, Who};
pub use list::{CalibrationMethod, Command, Mode};
pub use verdict::{Details, Judged, Said, Verdict, VerdictLog, Why};

/// What came of a command.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct Outcome {
    /// What was done, in words.
    pub done: String,
    /// Whether it lasts beyond this run.
    pub kept: bool,
    /// Why it does not last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub reason: Option<String>,
    /// The objects it made or changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<ObjectId>>")]
    pub ids: Vec<ObjectId>,
    /// The scene it was about, for commands about scenes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub scene: Option<SceneId>,
}
