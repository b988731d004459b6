//! Calibration: from a point in the camera's picture to the point of the canvas that is meant.
//!
//! [`Calibration`] is what the rest of the canvas meets: it does the commands, is shown hands and
//! grey pictures, tells its state, and holds the one [`Mapping`] that touch asks with every frame.
//! What is kept maps the picture to the *output* before its keystone, so that a keystone may change
//! without a new calibration. Must not know pages or the database.

mod homography;
mod mapping;
mod shelf;
mod state;

use std::sync::Arc;

use arc_swap::ArcSwap;

use super::Feeds;
use crate::base::{Clock, Error, Kind, Result};
use crate::command::{Command, Outcome, Who};
use crate::gesture::Observation;
pub use homography::{Homography, Similarity, from_unit_square};
pub use mapping::Mapping;
pub use shelf::{Shelf, Shelved, Stored};
pub use state::{CalibrationState, CalibrationView, Keystone, MarkerView, Running};

/// What hands are for at this moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HandsFor {
    /// The canvas, as always.
    #[default]
    Canvas,
    /// The calibration alone: they do nothing on the canvas and give no command.
    Calibration,
    /// The question alone: of all commands they give only `approve` and `reject`.
    Answer,
}

/// The calibration of all cameras and outputs.
pub struct Calibration {
    mapping: ArcSwap<Mapping>,
    #[expect(dead_code, reason = "soon")]
    feeds: Arc<Feeds>,
    #[expect(dead_code, reason = "soon")]
    clock: Clock,
}

impl Calibration {
    /// With what `shelf` keeps; without one nothing lasts beyond this run.
    pub fn new(_shelf: Option<Arc<dyn Shelf>>, feeds: Arc<Feeds>, clock: Clock) -> Self {
        Self { mapping: ArcSwap::default(), feeds, clock }
    }

    /// The mapping in use now. Costs an atomic load; ask once a frame.
    pub fn mapping(&self) -> Arc<Mapping> {
        self.mapping.load_full()
    }

    /// What hands are for now. Costs an atomic load; ask once a frame.
    pub fn hands_are_for(&self) -> HandsFor {
        HandsFor::Canvas
    }

    /// Shows a frame's hands. Costs next to nothing unless a hand is calibrating.
    pub fn see(&self, _seen: &Observation) {}

    /// The question that is open, for `CanvasState.question`; it changes only by commands and time.
    pub fn question(&self) -> Option<super::Question> {
        None
    }

    /// A page that is the output `name` was opened; call [`Calibration::output_closed`] as often.
    pub fn output_opened(&self, _name: &str) {}

    /// A page that was the output `name` is gone.
    pub fn output_closed(&self, _name: &str) {}

    /// Does a command if it is the calibration's: its own, and `approve` and `reject` while its
    /// question is open. None for all others. May block for as long as a disk takes.
    pub fn handle(&self, _who: &Who, command: &Command) -> Option<Result<Outcome>> {
        match command {
            Command::Calibrate { .. }
            | Command::SetCorners { .. }
            | Command::CancelCalibration {}
            | Command::ForgetCalibration { .. }
            | Command::SetKeystone { .. }
            | Command::ShowGrid { .. } => {
                let what = format!("`{}` is not built yet", command.name());
                Some(Err(Error::new(Kind::Unsupported, what)))
            }
            _ => None,
        }
    }
}
