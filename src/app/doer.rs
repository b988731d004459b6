//! Does what the command bus asks for: hands each command to its room, changes the settings and has
//! the rooms follow them.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::SetLevel;
use super::hands::HandsPost;
use super::questions::QuestionPost;
use crate::base::{Error, Kind, Result};
use crate::camera::Supervisor;
use crate::canvas::Canvas;
use crate::canvas::calibration::Calibration;
use crate::command::binding::Bindings;
use crate::command::{Command, Handler, Outcome, Who};
use crate::config::{CameraSettings, Kept, SettingsHub};
use crate::operate::Metrics;

/// The one that does commands.
pub(super) struct Doer {
    settings: Arc<SettingsHub>,
    camera: Arc<Supervisor>,
    stage: Stage,
    process: Process,
    now: Mutex<Now>,
}

/// What concerns the process itself.
pub(super) struct Process {
    pub set_log_level: SetLevel,
    /// Where commands are counted.
    pub metrics: Arc<Metrics>,
    /// Cancelled when Dixi is to start again.
    pub restart: CancellationToken,
    /// The configuration file has mistakes: the camera stays off.
    pub safe_mode: bool,
}

/// The canvas, the hands on it, what their gestures do, and where the camera sees it.
pub(super) struct Stage {
    pub canvas: Arc<Canvas>,
    pub hands: HandsPost,
    pub bindings: Arc<Bindings>,
    pub calibration: Arc<Calibration>,
    pub questions: QuestionPost,
}

/// The camera's settings as they are in use.
struct Now {
    /// What was chosen in this run although it cannot be kept: a flag decides the start, the disk
    /// is full. Pausing above all must work whatever the disk says.
    source: Option<String>,
    paused: Option<bool>,
    applied: CameraSettings,
}

impl Doer {
    pub(super) fn new(
        settings: Arc<SettingsHub>,
        camera: Arc<Supervisor>,
        stage: Stage,
        process: Process,
    ) -> Self {
        let applied = settings.current().camera.clone();
        let now = Mutex::new(Now { source: None, paused: None, applied });
        Self { settings, camera, stage, process, now }
    }

    fn select(&self, source: &str) -> Result<Outcome> {
        let spec = self.camera.parse(source)?;
        let kept = self.keep("camera.source", Value::from(spec.with_secrets()));
        let again = spec == self.camera.selected();
        self.follow(|now| now.source = kept.is_err().then(|| spec.with_secrets()));
        if again {
            self.camera.select(spec.clone());
        }
        Ok(outcome(format!("the camera is `{spec}`"), kept))
    }

    fn resume(&self) -> Result<Outcome> {
        if self.process.safe_mode {
            return Err(Error::new(Kind::Conflict, "the camera stays off in safe mode")
                .why("the configuration file has mistakes, so what it says of the camera is not known")
                .next("mend the file on the settings page, and start Dixi again"));
        }
        Ok(self.pause(false))
    }

    fn restart(&self) -> Outcome {
        self.process.restart.cancel();
        outcome("Dixi starts again".into(), Ok(Kept::Yes))
    }

    fn pause(&self, paused: bool) -> Outcome {
        // At once: writing to the disk may take its time.
        if paused {
            self.camera.pause()
        } else {
            self.camera.resume()
        }
        let kept = self.keep("camera.paused", Value::from(paused));
        self.follow(|now| now.paused = kept.is_err().then_some(paused));
        outcome(if paused { "the camera is paused" } else { "the camera goes on" }.into(), kept)
    }

    fn set(&self, key: &str, value: &Value) -> Result<Outcome> {
        let kept = match (key, value.as_str()) {
            ("camera.source", Some(source)) => {
                let spec = self.camera.parse(source)?;
                self.settings.set(key, &Value::from(spec.with_secrets()))?
            }
            ("log.level", Some(level)) => {
                // First: what is no filter is not to be kept.
                (self.process.set_log_level)(level)?;
                self.settings.set(key, value).inspect_err(|_| {
                    // It was one a moment ago.
                    let _ = (self.process.set_log_level)(&self.settings.current().log.level);
                })?
            }
            _ => self.settings.set(key, value)?,
        };
        self.changed(key);
        Ok(outcome(format!("`{key}` is set"), Ok(kept)))
    }

    fn reset(&self, key: &str) -> Result<Outcome> {
        let kept = self.settings.reset(key)?;
        if key == "log.level" {
            (self.process.set_log_level)(&self.settings.current().log.level)?;
        }
        self.changed(key);
        Ok(outcome(format!("`{key}` is back at its default"), Ok(kept)))
    }

    /// A setting changed: it decides again, and the camera and the canvas follow it.
    fn changed(&self, key: &str) {
        if key.starts_with("canvas.") {
            self.stage.canvas.settings_changed();
        }
        self.follow(|now| match key {
            "camera.source" => now.source = None,
            "camera.paused" => now.paused = None,
            _ => {}
        });
    }

    fn follow(&self, change: impl FnOnce(&mut Now)) {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut now);
        let mut wanted = self.settings.current().camera.clone();
        if let Some(source) = &now.source {
            wanted.source.clone_from(source);
        }
        wanted.paused = now.paused.unwrap_or(wanted.paused);
        if wanted != now.applied {
            now.applied = wanted.clone();
            self.camera.apply(wanted);
        }
    }

    /// Keeps a value for commands that are done whether it can be kept or not.
    fn keep(&self, key: &str, value: Value) -> Result<Kept> {
        self.settings.set(key, &value)
    }
}

fn outcome(done: String, kept: Result<Kept, Error>) -> Outcome {
    let reason = match kept {
        Ok(Kept::Yes) => None,
        Ok(Kept::No(reason)) => Some(reason),
        Err(e) => Some(e.to_string()),
    };
    Outcome { done, kept: reason.is_none(), reason, ..Outcome::default() }
}

impl Handler for Doer {
    fn handle(&self, who: &Who, command: &Command) -> Result<Outcome> {
        let outcome = self.handle_one(who, command);
        let how = outcome.as_ref().map_or_else(|e| e.kind().name(), |_| "done");
        self.process.metrics.command(command.name(), how);
        outcome
    }
}

impl Doer {
    fn handle_one(&self, who: &Who, command: &Command) -> Result<Outcome> {
        // First of all: its question is what `approve` and `reject` answer.
        if let Some(done) = self.stage.calibration.handle(who, command) {
            return done;
        }
        match command {
            Command::SelectCamera { source } => self.select(source),
            Command::PauseCamera {} => Ok(self.pause(true)),
            Command::ResumeCamera {} => self.resume(),
            Command::Restart {} => Ok(self.restart()),
            Command::SetSetting { key, value } => self.set(key, value),
            Command::ResetSetting { key } => self.reset(key),
            Command::Ask { .. } => self.stage.questions.ask(who, command),
            Command::Watch { on } => {
                let outcome = self.set("watch.enabled", &Value::from(*on))?;
                let done = if *on { "the model watches" } else { "nobody watches" };
                Ok(Outcome { done: done.into(), ..outcome })
            }
            Command::Draw {}
            | Command::LiftPen {}
            | Command::OpenRing { .. }
            | Command::CloseRing {} => self.stage.hands.tell(command),
            Command::SetBinding { .. }
            | Command::RemoveBinding { .. }
            | Command::ResetBindings {} => self.stage.bindings.handle(command),
            // What a binding gives is never one of these, so this ends.
            Command::TestBinding { id } => self.handle_one(who, &self.stage.bindings.tested(id)?),
            on_the_canvas => self.stage.canvas.handle(who, on_the_canvas),
        }
    }
}
