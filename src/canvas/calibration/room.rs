//! What the calibration knows and does, without locks, disks or threads: which camera and outputs
//! there are, what is kept for them, and the attempt that is being made.

use std::collections::BTreeMap;
use std::time::Duration;

use super::drift::{Reference, Watch};
use super::markers::{self, Search, Sighting};
use super::pointing::{self, Pointing, TARGETS, corners_seen};
use super::quad::{self, Corners};
use super::{
    CalibrationState, CalibrationView, Grey, HandsFor, Homography, Keystone, Mapping, MarkerView,
    Running, Shelved, Stored, Wanted, from_unit_square,
};
use crate::base::{Error, Kind, Result, Stamp};
use crate::canvas::Question;
use crate::command::CalibrationMethod as Method;
use crate::gesture::Observation;

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

/// Everything there is to know.
#[derive(Debug, Default)]
pub struct Room {
    camera: String,
    /// The outputs that are open, in the order in which they were opened.
    open: Vec<String>,
    kept: BTreeMap<Key, Kept>,
    keystones: BTreeMap<String, Corners>,
    run: Option<Run>,
    failed: Option<String>,
    wants_reference: bool,
    pub grid: bool,
}

impl Room {
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
            self.failed = Some("the camera was changed while calibrating: begin again".into());
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
                .next("choose a camera, and wait until its picture comes"));
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
    }

    // Attempts.

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
        let none = || Error::invalid("the camera does not see the canvas from its front");
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

    fn fail(&mut self, why: String) {
        tracing::info!("calibrating failed: {why}");
        (self.run, self.failed) = (None, Some(why));
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
        self.wants_reference = true;
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
            pointing::Progress::GaveUp(why) => {
                self.fail(why);
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
            markers::Progress::GaveUp(why) => {
                self.fail(why);
                true
            }
        }
    }

    fn conclude(&mut self, to_canvas: Homography, error_percent: f32, now: Stamp) {
        if let Err(e) = self.confirm(to_canvas, Some(error_percent), now) {
            let next = e.next_step().unwrap_or("try again").to_owned();
            self.fail(format!("{e}: {next}"));
        }
    }

    /// What has taken too long; whether anything changed.
    pub fn tick(&mut self, now: Stamp) -> bool {
        let Some(run) = &self.run else { return false };
        if now.since(run.since) < PATIENCE {
            return false;
        }
        let why = match run.step {
            Step::Confirm(_) => "nobody said whether to keep it: begin again",
            Step::Drag => "nobody dragged the corners: begin again",
            Step::Point(_) | Step::Look { .. } if run.key.0 != self.camera => "the camera is gone",
            // These have a patience of their own, if pictures come.
            Step::Point(ref p) if p.target() > 0 => return false,
            Step::Point(_) | Step::Look { .. } => "no pictures came from the camera: begin again",
        };
        self.fail(why.into());
        true
    }

    // The camera moving.

    pub fn wanted(&self) -> Wanted {
        match &self.run {
            Some(Run { step: Step::Look { .. }, .. }) => Wanted::Markers,
            // Hands and markers are before the camera now.
            Some(_) => Wanted::Nothing,
            None => match self.used() {
                None => Wanted::Nothing,
                Some(k) if k.reference.is_none() && self.wants_reference => Wanted::Reference,
                Some(k) if k.reference.is_none() => Wanted::Nothing,
                Some(_) => Wanted::Drift,
            },
        }
    }

    /// The reference to be kept: for which, and its bytes.
    pub fn remember(&mut self, picture: &Grey) -> Option<(String, String, Vec<u8>)> {
        let key = (self.camera.clone(), self.output());
        let kept = self.kept.get_mut(&key).filter(|k| k.reference.is_none())?;
        if !picture.is_whole() {
            return None;
        }
        let reference = Reference::new(picture);
        let bytes = reference.to_bytes();
        (kept.reference, kept.watch, kept.moved) = (Some(reference), None, None);
        self.wants_reference = false;
        Some((key.0, key.1, bytes))
    }

    /// The watch of the calibration in use, to be put back.
    pub fn take_watch(&mut self) -> Option<(Key, Watch)> {
        let key = (self.camera.clone(), self.output());
        let corners = self.used_view()?.corners;
        let kept = self.kept.get_mut(&key)?;
        let reference = kept.reference.as_ref()?;
        let watch = kept.watch.take().unwrap_or_else(|| Watch::new(reference, corners));
        Some((key, watch))
    }

    pub fn put_watch(&mut self, key: Key, watch: Watch) {
        if let Some(kept) = self.kept.get_mut(&key) {
            if kept.moved.is_none() && watch.moved().is_some() {
                tracing::warn!(
                    percent = watch.moved(),
                    "the camera has moved since it was calibrated"
                );
            }
            kept.moved = watch.moved();
            kept.watch = Some(watch);
        }
    }

    // What is told.

    fn used(&self) -> Option<&Kept> {
        self.kept.get(&(self.camera.clone(), self.output()))
    }

    fn used_to_canvas(&self) -> Option<Homography> {
        let back = self.keystone(&self.output()).inverse()?;
        Some(self.used()?.to_output.then(&back))
    }

    fn used_view(&self) -> Option<CalibrationView> {
        let (kept, to_canvas) = (self.used()?, self.used_to_canvas()?);
        Some(CalibrationView {
            method: kept.stored.method,
            made_at: kept.stored.made_at,
            homography: wire(&to_canvas),
            corners: corners_seen(&to_canvas.inverse()?)?,
            error_percent: kept.stored.error_percent,
        })
    }

    /// A result is tried while it waits for yes or no.
    pub fn mapping(&self) -> Mapping {
        if let Some(Run { step: Step::Confirm(c), .. }) = &self.run {
            return Mapping::surface(c.to_canvas);
        }
        self.used_to_canvas().map_or_else(Mapping::mirror, Mapping::surface)
    }

    pub fn hands_are_for(&self) -> HandsFor {
        match &self.run {
            None => HandsFor::Canvas,
            Some(Run { step: Step::Confirm(_), .. }) => HandsFor::Answer,
            Some(_) => HandsFor::Calibration,
        }
    }

    pub fn is_pointing(&self) -> bool {
        matches!(&self.run, Some(Run { step: Step::Point(_), .. }))
    }

    pub fn question(&self) -> Option<Question> {
        self.candidate()
            .map(|_| Question { about: ABOUT.into(), text: "Keep this calibration?".into() })
    }

    pub fn state(&self) -> CalibrationState {
        CalibrationState {
            camera: self.camera.clone(),
            output: self.output(),
            used: self.used_view(),
            running: self.run.as_ref().map(running),
            failed: self.failed.clone(),
            moved_percent: self.used().and_then(|k| k.moved),
            keystones: self
                .keystones
                .iter()
                .map(|(output, corners)| Keystone { output: output.clone(), corners: *corners })
                .collect(),
            outputs: self.open.clone(),
            grid: self.grid,
        }
    }
}

fn running(run: &Run) -> Running {
    let mut told = Running {
        method: run.method,
        step: String::new(),
        hint: None,
        target: None,
        at: None,
        progress: 0.0,
        markers: Vec::<MarkerView>::new(),
        found: 0,
        result: None,
    };
    told.step = match &run.step {
        Step::Point(p) => {
            let target = p.target();
            (told.target, told.at) = (Some(target as u32), Some(TARGETS[target]));
            // Told in hundredths: nobody sees more, and the state stays the same meanwhile.
            told.progress = (p.progress() * 100.0).round() / 100.0;
            told.hint = p.hint().map(str::to_owned);
            if p.leaving() { "leave" } else { "point" }
        }
        Step::Look { search, found } => {
            (told.markers, told.found) = (search.markers().to_vec(), *found);
            "look"
        }
        Step::Drag => "drag",
        Step::Confirm(c) => {
            told.result = Some(c.view.clone());
            told.progress = 1.0;
            "confirm"
        }
    }
    .into();
    told
}

/// As it goes over the wire: the largest term is 1.
fn wire(h: &Homography) -> [[f32; 3]; 3] {
    let rows = h.rows();
    let most = rows.iter().flatten().fold(0.0_f64, |m, v| m.max(v.abs())).max(1e-30);
    rows.map(|row| row.map(|v| (v / most) as f32))
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
