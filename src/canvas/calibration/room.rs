//! What the calibration knows and does, without locks, disks or threads: which camera and outputs
//! there are, what is kept for them, and the attempt that is being made.

mod attempts;
mod moving;
mod told;

use std::collections::BTreeMap;
use std::time::Duration;

use super::drift::{Reference, Watch};
use super::markers::Search;
use super::pointing::Pointing;
use super::quad::{self, Corners};
use super::{CalibrationView, Homography, Keystone, Shelved, Stored, from_unit_square};
use crate::base::{Error, Kind, Refusal, Result, Stamp};
use crate::command::CalibrationMethod as Method;

/// The output of pages that say no name.
pub const MAIN: &str = "main";
/// What the question is about, for programs.
pub const ABOUT: &str = "calibration";
/// The question, and the dragging, wait this long for somebody.
const PATIENCE: Duration = Duration::from_secs(180);

/// Camera and output.
pub type Key = (String, String);

/// A calibration that is there.
#[derive(Debug)]
struct Kept {
    stored: Stored,
    to_output: Homography,
    reference: Option<Reference>,
    /// Made of the reference when it is first needed; away while it looks.
    watch: Option<Watch>,
    moved: Option<f32>,
}

/// An attempt.
#[derive(Debug)]
struct Run {
    key: Key,
    method: Method,
    since: Stamp,
    step: Step,
}

#[derive(Debug)]
enum Step {
    Point(Box<Pointing>),
    Look { search: Box<Search>, found: u32 },
    Drag,
    Confirm(Candidate),
}

/// A result that waits for yes or no.
#[derive(Clone, Debug)]
pub struct Candidate {
    to_canvas: Homography,
    view: CalibrationView,
}

/// How an attempt failed.
#[derive(Clone, Debug)]
struct Failed {
    /// In words, with what to do.
    text: String,
    /// By a code.
    refusal: Option<Refusal>,
}

/// Everything there is to know.
#[derive(Debug, Default)]
pub struct Room {
    camera: String,
    /// The outputs that are open, in the order in which they were opened.
    open: Vec<String>,
    kept: BTreeMap<Key, Kept>,
    keystones: BTreeMap<String, Corners>,
    run: Option<Run>,
    failed: Option<Failed>,
    /// The calibration that was just made: what the camera sees now is to be kept with it.
    wants_reference: Option<Key>,
    pub grid: bool,
}

impl Room {
    /// With what is kept.
    pub fn new(shelved: Shelved) -> Self {
        let mut room = Self::default();
        for (stored, reference) in shelved.calibrations {
            let reference = reference.and_then(|bytes| Reference::from_bytes(&bytes));
            room.put(stored, reference);
        }
        let sound = |k: &Keystone| quad::check(&k.corners).is_ok();
        for keystone in shelved.keystones.into_iter().filter(sound) {
            room.keystones.insert(keystone.output, keystone.corners);
        }
        room
    }

    /// Takes a calibration in; one that is no map is left out.
    pub fn put(&mut self, stored: Stored, reference: Option<Reference>) {
        let key = (stored.camera.clone(), stored.output.clone());
        let Some(to_output) = Homography::from_rows(stored.to_output) else {
            tracing::warn!(camera = key.0, output = key.1, "a kept calibration is left out");
            return;
        };
        self.kept.insert(key, Kept { stored, to_output, reference, watch: None, moved: None });
    }

    // Cameras and outputs.

    /// Whether anything changed.
    pub fn use_camera(&mut self, source: &str) -> bool {
        if self.camera == source {
            return false;
        }
        if self.run.take().is_some() {
            self.fail(
                &Error::new(Kind::Conflict, "the camera was changed while calibrating")
                    .next("begin again")
                    .refusal(Refusal::CameraChanged {}),
            );
        }
        source.clone_into(&mut self.camera);
        true
    }

    /// Whether anything changed.
    pub fn show_outputs(&mut self, names: &[String]) -> bool {
        let before = self.open.len();
        self.open.retain(|o| names.contains(o));
        let gone = self.open.len() < before;
        let new: Vec<String> = names.iter().filter(|n| !self.open.contains(n)).cloned().collect();
        let changed = gone || !new.is_empty();
        self.open.extend(new);
        changed
    }

    /// The output that hands touch: where one is being calibrated, that; of the open ones the one
    /// calibrated last for this camera, else the one opened last; with none open the one calibrated
    /// last.
    fn output(&self) -> String {
        if let Some(run) = &self.run {
            return run.key.1.clone();
        }
        let newest = |open: bool| {
            let mine = self.kept.iter().filter(|((camera, output), _)| {
                *camera == self.camera && (!open || self.open.contains(output))
            });
            mine.max_by_key(|(_, k)| k.stored.made_at).map(|((_, output), _)| output.clone())
        };
        let last = self.open.last().cloned();
        let fallback = || newest(false).unwrap_or_else(|| MAIN.into());
        if self.open.is_empty() {
            fallback()
        } else {
            newest(true).or(last).unwrap_or_else(fallback)
        }
    }

    /// The output that a command means.
    ///
    /// # Errors
    /// `Invalid` for a bad name, or for none where several are open.
    pub fn meant(&self, output: Option<&str>) -> Result<String> {
        match output {
            Some(name) => checked(name).map(str::to_owned),
            None => match &self.open[..] {
                [only] => Ok(only.clone()),
                [] => Ok(self.output()),
                several => Err(Error::invalid("it is not said which output is meant")
                    .why(format!("these are open: {}", several.join(", ")))
                    .next("say one of them as `output`")),
            },
        }
    }

    /// # Errors
    /// `Unavailable` while no camera is known.
    pub fn key(&self, output: String) -> Result<Key> {
        if self.camera.is_empty() {
            return Err(Error::unavailable("there is no camera to calibrate")
                .next("choose a camera, and wait until its picture comes")
                .refusal(Refusal::NoCamera {}));
        }
        Ok((self.camera.clone(), output))
    }

    pub fn has(&self, key: &Key) -> bool {
        self.kept.contains_key(key)
    }

    pub fn forget(&mut self, key: &Key) {
        self.kept.remove(key);
    }

    // Keystones.

    /// Canvas to output.
    fn keystone(&self, output: &str) -> Homography {
        let corners = self.keystones.get(output);
        corners.and_then(from_unit_square).unwrap_or_else(Homography::identity)
    }

    pub fn set_keystone(&mut self, output: &str, corners: Option<Corners>) {
        match corners {
            Some(corners) => self.keystones.insert(output.to_owned(), corners),
            None => self.keystones.remove(output),
        };
        // What lies beside the canvas is elsewhere now.
        for (_, kept) in self.kept.iter_mut().filter(|((_, o), _)| o == output) {
            (kept.watch, kept.moved) = (None, None);
        }
    }
}

/// # Errors
/// `Invalid` for what is no name of an output.
pub fn checked(output: &str) -> Result<&str> {
    let known = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-');
    if (1..=40).contains(&output.len()) && output.bytes().all(known) {
        return Ok(output);
    }
    Err(Error::new(Kind::Invalid, "that is no name of an output")
        .why("it has 1 to 40 of a-z, 0-9, _ and -")
        .next(format!("leave it out, or say `{MAIN}`")))
}
