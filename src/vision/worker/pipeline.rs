//! What the worker does with one frame, and what it has loaded to do it.

use std::sync::Arc;
use std::time::Instant;

use super::super::device::{Chosen, choose};
use super::super::hand::{HandLandmarker, HandOptions, Mode};
use super::super::picture::Decoder;
use super::super::{Hands, Timings};
use super::status::About;
use crate::base::{Error, Result};
use crate::camera::Frame;
use crate::config::VisionSettings;

/// A GPU that fails this many frames in a row is given up.
const GPU_PATIENCE: u32 = 3;

/// Why a frame gave no hands.
pub(super) enum Trouble {
    /// The picture is broken: the camera's affair.
    Picture(Error),
    /// The networks failed: ours.
    Network(Error),
}

pub(super) struct Pipeline {
    settings: VisionSettings,
    /// What `landmarker` was last set to is what `settings` say.
    current: bool,
    device: Option<Chosen>,
    decoder: Option<Decoder>,
    landmarker: Option<HandLandmarker>,
    failures_in_a_row: u32,
}

impl Pipeline {
    pub(super) fn new(settings: VisionSettings) -> Self {
        Self {
            settings,
            current: false,
            device: None,
            decoder: None,
            landmarker: None,
            failures_in_a_row: 0,
        }
    }

    /// Takes other settings; [`Self::load`] puts them into force.
    pub(super) fn set(&mut self, settings: VisionSettings) {
        if settings.device != self.settings.device {
            self.device = None;
        }
        self.current &= settings == self.settings;
        self.settings = settings;
    }

    /// Whether everything is as the settings say.
    pub(super) fn is_current(&self) -> bool {
        self.current
    }

    /// Whether frames can be worked on, if with older settings.
    pub(super) fn is_loaded(&self) -> bool {
        self.decoder.is_some() && self.landmarker.is_some()
    }

    /// After a panic nothing that was in use is trusted.
    pub(super) fn unload(&mut self) {
        (self.decoder, self.landmarker, self.current) = (None, None, false);
    }

    /// Loads what the settings ask for.
    pub(super) fn load(&mut self) -> Result<About> {
        let start = Instant::now();
        // The settings table knows no other words.
        let choice = self.settings.device.parse().unwrap_or_default();
        let device = self.device.get_or_insert_with(|| choose(choice)).clone();
        let options =
            HandOptions::from_settings(&self.settings, Mode::Video, device.device.clone());
        if self.decoder.is_none() {
            self.decoder = Some(Decoder::live()?);
        }
        let landmarker = match &mut self.landmarker {
            Some(loaded) => {
                loaded.set_options(&options)?;
                loaded
            }
            none => none.insert(HandLandmarker::new(&options)?),
        };
        self.current = true;
        Ok(About {
            model: options.model.name(),
            device: device.name(),
            device_reason: device.reason,
            kernel: landmarker.kernel(),
            load_ms: start.elapsed().as_secs_f32() * 1000.0,
        })
    }

    pub(super) fn frame(&mut self, frame: &Arc<Frame>) -> Result<(Hands, Timings), Trouble> {
        let start = Instant::now();
        let (Some(decoder), Some(landmarker)) = (&mut self.decoder, &mut self.landmarker) else {
            return Err(Trouble::Network(Error::internal("the models are not loaded")));
        };
        let picture = decoder.frame(frame).map_err(Trouble::Picture)?;
        let decode = ms_since(start);
        let found = landmarker.detect(picture, frame.captured_at).map_err(Trouble::Network)?;
        self.failures_in_a_row = 0;
        let timings = Timings {
            decode,
            palm: found.palm_ms,
            landmarks: found.landmarks_ms,
            gesture: 0.0,
            total: ms_since(start),
        };
        Ok((found.hands, timings))
    }

    /// Gives a GPU up that keeps failing; true if it was given up just now.
    pub(super) fn network_failed(&mut self, e: &Error) -> bool {
        self.failures_in_a_row += 1;
        let on_gpu = self.device.as_ref().is_some_and(|d| d.device.is_cuda());
        let give_up = on_gpu && self.failures_in_a_row >= GPU_PATIENCE;
        if give_up {
            self.device =
                Some(Chosen { reason: Some(format!("the GPU failed: {e}")), ..Chosen::cpu() });
            self.unload();
        }
        give_up
    }
}

fn ms_since(start: Instant) -> f32 {
    start.elapsed().as_secs_f32() * 1000.0
}
