//! The calibration's commands. Writing to the disk happens here, with the room unlocked.

use std::sync::PoisonError;

use super::quad::{self, Corners};
use super::room::checked;
use super::{Calibration, Shelf};
use crate::base::{Error, Kind, Refusal, Result};
use crate::command::{CalibrationMethod as Method, Command, Outcome, Who};

/// The corners of an output that is not keystoned.
const STRAIGHT: Corners = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]];

impl Calibration {
    /// Does a command if it is the calibration's: its own, and `approve` and `reject` while its
    /// question is open. None for all others. May block for as long as a disk takes.
    pub fn handle(&self, _who: &Who, command: &Command) -> Option<Result<Outcome>> {
        // Others, above all a hand's drag, must not wait for what is being written here.
        match command {
            Command::Calibrate { .. }
            | Command::SetCorners { .. }
            | Command::CancelCalibration {}
            | Command::ForgetCalibration { .. }
            | Command::SetKeystone { .. }
            | Command::ShowGrid { .. } => {}
            Command::Approve {} | Command::Reject {} if self.question().is_some() => {}
            _ => return None,
        }
        let _one = self.commands.lock().unwrap_or_else(PoisonError::into_inner);
        Some(match command {
            Command::Calibrate { method, output } => self.calibrate(*method, output.as_deref()),
            Command::SetCorners { corners, output } => self.set_corners(corners, output.as_deref()),
            Command::CancelCalibration {} => self.cancel(),
            Command::ForgetCalibration { output } => self.forget(output.as_deref()),
            Command::SetKeystone { output, corners } => self.set_keystone(output, corners),
            Command::ShowGrid { on } => self.show_grid(*on),
            Command::Approve {} => return self.approve(),
            _ => self.reject(),
        })
    }

    fn calibrate(&self, method: Method, output: Option<&str>) -> Result<Outcome> {
        let mut room = self.room();
        let key = room.key(room.meant(output)?)?;
        let done = match method {
            Method::Pointing => "point at the targets, one after the other",
            Method::Markers => "the camera looks for the markers",
            Method::Corners => "drag the corners in the camera's picture",
        };
        room.begin(key, method, self.clock.now())?;
        self.tell(&room);
        Ok(passing(done))
    }

    fn set_corners(&self, corners: &Corners, output: Option<&str>) -> Result<Outcome> {
        let mut room = self.room();
        let output = match output {
            None if room.is_running() => Some(room.state().output),
            other => other.map(str::to_owned),
        };
        let key = room.key(room.meant(output.as_deref())?)?;
        room.set_corners(key, corners, self.clock.now())?;
        self.tell(&room);
        Ok(passing("the corners are tried: approve or reject them"))
    }

    fn cancel(&self) -> Result<Outcome> {
        let mut room = self.room();
        let running = room.cancel();
        self.tell(&room);
        Ok(passing(if running { "calibrating is over" } else { "nothing was being calibrated" }))
    }

    fn reject(&self) -> Result<Outcome> {
        self.cancel()?;
        Ok(passing("the calibration is dropped; what was there before stays"))
    }

    fn approve(&self) -> Option<Result<Outcome>> {
        let stored = self.room().candidate()?;
        let kept = self.write(|shelf| shelf.keep(&stored));
        let mut room = self.room();
        let done = format!("`{}` is calibrated for `{}`", stored.output, stored.camera);
        room.accept(stored);
        self.tell(&room);
        Some(Ok(outcome(done, kept)))
    }

    fn forget(&self, output: Option<&str>) -> Result<Outcome> {
        let key = {
            let room = self.room();
            let output = match output {
                Some(name) => checked(name)?.to_owned(),
                None => room.state().output,
            };
            let key = room.key(output)?;
            if !room.has(&key) {
                return Err(Error::new(Kind::NotFound, "there is no calibration to forget")
                    .why(format!("`{}` is not calibrated for `{}`", key.1, key.0)));
            }
            key
        };
        // What cannot be forgotten on the disk would be back after a restart: then nothing changes.
        if let Some(shelf) = &self.shelf {
            shelf.forget(&key.0, &key.1)?;
        }
        let mut room = self.room();
        room.forget(&key);
        self.tell(&room);
        let kept = self.shelf.as_ref().map(|_| ()).ok_or_else(nowhere);
        Ok(outcome("the calibration is forgotten".into(), kept))
    }

    fn set_keystone(&self, output: &str, corners: &Corners) -> Result<Outcome> {
        let output = checked(output)?;
        quad::check(corners)?;
        if self.room().is_running_for(output) {
            return Err(Error::new(Kind::Conflict, "the corners stay where they are for now")
                .why("this output is being calibrated")
                .next("finish calibrating, or cancel it")
                .refusal(Refusal::BeingCalibrated {}));
        }
        let corners = (*corners != STRAIGHT).then_some(*corners);
        let kept = self.write(|shelf| shelf.keep_keystone(output, corners.as_ref()));
        let mut room = self.room();
        room.set_keystone(output, corners);
        self.tell(&room);
        let done = if corners.is_some() {
            "the picture's corners are set"
        } else {
            "the picture is straight"
        };
        Ok(outcome(done.into(), kept))
    }

    fn show_grid(&self, on: bool) -> Result<Outcome> {
        let mut room = self.room();
        room.grid = on;
        self.tell(&room);
        Ok(passing(if on { "the grid is shown" } else { "the grid is gone" }))
    }

    fn write(&self, write: impl FnOnce(&dyn Shelf) -> Result<()>) -> Result<()> {
        self.shelf.as_ref().map_or_else(|| Err(nowhere()), |shelf| write(shelf.as_ref()))
    }
}

fn nowhere() -> Error {
    Error::unavailable("there is no database")
}

/// Of what only lasts as long as it goes on.
fn passing(done: &str) -> Outcome {
    Outcome { done: done.into(), kept: true, ..Outcome::default() }
}

fn outcome(done: String, kept: Result<()>) -> Outcome {
    let reason = kept.err().map(|e| e.to_string());
    Outcome { done, kept: reason.is_none(), reason, ..Outcome::default() }
}
