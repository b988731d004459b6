//! Attempts: begun, fed with hands, pictures or corners, asked about, and taken or given up.

use super::told::wire;
use super::{Candidate, Failed, Key, PATIENCE, Room, Run, Step};
use crate::base::{Error, Refusal, Result, Stamp};
use crate::canvas::calibration::markers::{self, Search, Sighting};
use crate::canvas::calibration::pointing::{self, corners_seen};
use crate::canvas::calibration::quad::{self, Corners};
use crate::canvas::calibration::{CalibrationView, Grey, Homography, Stored, from_unit_square};
use crate::command::CalibrationMethod as Method;
use crate::gesture::Observation;

impl Room {
    pub fn is_running(&self) -> bool {
        self.run.is_some()
    }

    pub fn is_running_for(&self, output: &str) -> bool {
        self.run.as_ref().is_some_and(|r| r.key.1 == output)
    }

    /// Begins an attempt in place of any other.
    ///
    /// # Errors
    /// If the markers cannot be made.
    pub fn begin(&mut self, key: Key, method: Method, now: Stamp) -> Result<()> {
        let step = match method {
            Method::Pointing => Step::Point(Box::default()),
            Method::Markers => {
                let search = Box::new(Search::new(markers::page()?));
                Step::Look { search, found: 0 }
            }
            Method::Corners => Step::Drag,
        };
        self.failed = None;
        self.run = Some(Run { key, method, since: now, step });
        Ok(())
    }

    /// Ends the attempt; whether there was one.
    pub fn cancel(&mut self) -> bool {
        self.failed = None;
        self.run.take().is_some()
    }

    /// Takes corners that a person gave; the attempt goes on with the question.
    ///
    /// # Errors
    /// `Invalid` with the reason.
    pub fn set_corners(&mut self, key: Key, corners: &Corners, now: Stamp) -> Result<()> {
        quad::check(corners)?;
        let to_canvas = from_unit_square(corners).and_then(|h| h.inverse());
        let to_canvas = to_canvas.ok_or_else(|| Error::invalid("these corners are no surface"))?;
        self.failed = None;
        self.run = Some(Run { key, method: Method::Corners, since: now, step: Step::Drag });
        self.confirm(to_canvas, None, now)
    }

    fn confirm(&mut self, to_canvas: Homography, error: Option<f32>, now: Stamp) -> Result<()> {
        let none = || {
            Error::invalid("the camera does not see the canvas from its front")
                .next("put it where it does, and try again")
                .refusal(Refusal::NotFromFront {})
        };
        let corners = to_canvas.inverse().and_then(|h| corners_seen(&h)).ok_or_else(none)?;
        quad::check_shape(&corners)?;
        let Some(run) = &mut self.run else { return Ok(()) };
        let view = CalibrationView {
            method: run.method,
            made_at: jiff::Timestamp::now(),
            homography: wire(&to_canvas),
            corners,
            error_percent: error,
        };
        run.since = now;
        run.step = Step::Confirm(Candidate { to_canvas, view });
        Ok(())
    }

    pub(super) fn fail(&mut self, e: &Error) {
        let next = e.next_step().unwrap_or("try again");
        let text = format!("{e}{} {next}", if e.reason().is_some() { ";" } else { ":" });
        tracing::info!("calibrating failed: {text}");
        (self.run, self.failed) = (None, Some(Failed { text, refusal: e.coded().cloned() }));
    }

    /// The result that waits for yes or no, as it is to be kept.
    pub fn candidate(&self) -> Option<Stored> {
        let Some(Run { key, step: Step::Confirm(c), .. }) = &self.run else { return None };
        Some(Stored {
            camera: key.0.clone(),
            output: key.1.clone(),
            method: c.view.method,
            made_at: c.view.made_at,
            to_output: c.to_canvas.then(&self.keystone(&key.1)).rows(),
            error_percent: c.view.error_percent,
        })
    }

    /// The result was taken.
    pub fn accept(&mut self, stored: Stored) {
        self.run = None;
        self.failed = None;
        self.wants_reference = Some((stored.camera.clone(), stored.output.clone()));
        self.put(stored, None);
    }

    /// Takes a frame's hands; whether anything changed.
    pub fn see(&mut self, seen: &Observation, now: Stamp) -> bool {
        let Some(Run { step: Step::Point(pointing), .. }) = &mut self.run else { return false };
        let before = (pointing.target(), pointing.leaving(), pointing.progress(), pointing.hint());
        match pointing.see(seen) {
            pointing::Progress::Going => {
                before
                    != (pointing.target(), pointing.leaving(), pointing.progress(), pointing.hint())
            }
            pointing::Progress::Done(m) => {
                self.conclude(m.to_canvas, m.error_percent, now);
                true
            }
            pointing::Progress::GaveUp(e) => {
                self.fail(&e);
                true
            }
        }
    }

    /// Takes what was found in a picture; whether anything changed.
    pub fn look(&mut self, seen: &[Sighting], picture: &Grey, at: Stamp, now: Stamp) -> bool {
        let Some(Run { step: Step::Look { search, found }, .. }) = &mut self.run else {
            return false;
        };
        match search.look(seen, picture, at) {
            markers::Progress::Looking(n) => std::mem::replace(found, n) != n,
            markers::Progress::Found(f) => {
                self.conclude(f.to_canvas, f.error_percent, now);
                true
            }
            markers::Progress::GaveUp(e) => {
                self.fail(&e);
                true
            }
        }
    }

    fn conclude(&mut self, to_canvas: Homography, error_percent: f32, now: Stamp) {
        if let Err(e) = self.confirm(to_canvas, Some(error_percent), now) {
            self.fail(&e);
        }
    }

    /// What has taken too long; whether anything changed.
    pub fn tick(&mut self, now: Stamp) -> bool {
        let Some(run) = &self.run else { return false };
        if now.since(run.since) < PATIENCE {
            return false;
        }
        let (what, refusal) = match run.step {
            Step::Confirm(_) => ("nobody said whether to keep it", Refusal::NobodyAnswered {}),
            Step::Drag => ("nobody dragged the corners", Refusal::NobodyDragged {}),
            Step::Point(_) | Step::Look { .. } if run.key.0 != self.camera => {
                ("the camera is gone", Refusal::CameraGone {})
            }
            // These have a patience of their own, if pictures come.
            Step::Point(ref p) if p.target() > 0 => return false,
            Step::Point(_) | Step::Look { .. } => {
                ("no pictures came from the camera", Refusal::NoPictures {})
            }
        };
        self.fail(&Error::unavailable(what).next("begin again").refusal(refusal));
        true
    }
}
