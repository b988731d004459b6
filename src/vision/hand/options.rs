//! The landmarker's options, under MediaPipe's names and with its defaults.

use std::str::FromStr;
use std::time::Duration;

use candle_core::Device;

use super::tracker::Rules;
use crate::base::{Error, Result};
use crate::config::VisionSettings;
use crate::vision::MAX_HANDS;

/// Which pair of models.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Model {
    /// More exact (`model_complexity` 1).
    #[default]
    Full,
    /// Faster (`model_complexity` 0).
    Lite,
}

impl Model {
    /// `full` or `lite`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Lite => "lite",
        }
    }
}

impl FromStr for Model {
    type Err = Error;

    fn from_str(s: &str) -> Result<Self> {
        match s {
            "full" => Ok(Self::Full),
            "lite" => Ok(Self::Lite),
            _ => Err(Error::invalid(format!("`{s}` is not a model")).next("use `full` or `lite`")),
        }
    }
}

/// How pictures hang together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Each picture stands alone.
    Image,
    /// The pictures of one video, in order.
    #[default]
    Video,
}

/// Options of the landmarker.
#[derive(Clone, Debug)]
pub struct HandOptions {
    /// Which pair of models.
    pub model: Model,
    /// Single pictures or a video.
    pub mode: Mode,
    /// The most hands at once, 1..=4.
    pub num_hands: usize,
    /// Least palm score for a hand to be found, 0..1.
    pub min_hand_detection_confidence: f32,
    /// A hand is kept while its presence is above this, 0..1.
    pub min_hand_presence_confidence: f32,
    /// Overlap (IoU) above which a found palm and a followed hand are the same, 0..1.
    pub min_tracking_confidence: f32,
    /// With a hand followed and a place free, look for another one this often, milliseconds; 0 on
    /// every frame, as MediaPipe does.
    pub search_interval_ms: u32,
    /// Where the networks run.
    pub device: Device,
}

impl Default for HandOptions {
    /// The settings' defaults, in video mode on the CPU.
    fn default() -> Self {
        Self::from_settings(&VisionSettings::default(), Mode::Video, Device::Cpu)
    }
}

impl HandOptions {
    /// What the settings say.
    pub fn from_settings(s: &VisionSettings, mode: Mode, device: Device) -> Self {
        Self {
            // The settings table knows no other words.
            model: s.model.parse().unwrap_or_default(),
            mode,
            num_hands: s.num_hands as usize,
            min_hand_detection_confidence: s.min_hand_detection_confidence,
            min_hand_presence_confidence: s.min_hand_presence_confidence,
            min_tracking_confidence: s.min_tracking_confidence,
            search_interval_ms: s.search_interval_ms,
            device,
        }
    }

    /// # Errors
    /// `Invalid`, naming the option that is out of range.
    pub(super) fn check(&self) -> Result<()> {
        if !(1..=MAX_HANDS).contains(&self.num_hands) {
            return Err(Error::invalid(format!("`num_hands` cannot be {}", self.num_hands))
                .next(format!("use a whole number from 1 to {MAX_HANDS}")));
        }
        for (name, value) in [
            ("min_hand_detection_confidence", self.min_hand_detection_confidence),
            ("min_hand_presence_confidence", self.min_hand_presence_confidence),
            ("min_tracking_confidence", self.min_tracking_confidence),
        ] {
            if !(0.0..=1.0).contains(&value) {
                return Err(Error::invalid(format!("`{name}` cannot be {value}"))
                    .next("use a number from 0 to 1"));
            }
        }
        Ok(())
    }

    pub(super) fn rules(&self) -> Rules {
        Rules {
            num_hands: self.num_hands,
            min_tracking_confidence: self.min_tracking_confidence,
            search_interval: Duration::from_millis(u64::from(self.search_interval_ms)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_mediapipes_and_nonsense_is_refused_by_name() {
        let good = HandOptions::default();
        assert_eq!((good.num_hands, good.min_hand_presence_confidence), (2, 0.5));
        good.check().unwrap();
        let hands = |num_hands| HandOptions { num_hands, ..good.clone() };
        assert!(hands(0).check().is_err() && hands(5).check().is_err());
        hands(4).check().unwrap();
        for value in [-0.1, 1.1, f32::NAN] {
            let bad = HandOptions { min_tracking_confidence: value, ..good.clone() };
            assert!(bad.check().unwrap_err().what().contains("min_tracking_confidence"));
        }
    }
}
