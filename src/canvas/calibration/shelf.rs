//! Where calibrations are kept, as this room sees it; the database stands behind it.

use serde::{Deserialize, Serialize};

use super::Keystone;
use crate::base::Result;
use crate::command::CalibrationMethod;

/// A calibration as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stored {
    /// The camera's stable source.
    #[serde(skip)]
    pub camera: String,
    /// The output's name.
    #[serde(skip)]
    pub output: String,
    /// How it was made.
    pub method: CalibrationMethod,
    /// When.
    pub made_at: jiff::Timestamp,
    /// Image space to the output before its keystone: 3 × 3, row by row.
    pub to_output: [[f64; 3]; 3],
    /// The measured error, percent of the canvas's width; half of the points lie below.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_percent: Option<f32>,
}

/// Everything that is kept.
#[derive(Clone, Debug, Default)]
pub struct Shelved {
    /// Calibrations, each with what the camera saw then (see [`super::drift::Reference`]).
    pub calibrations: Vec<(Stored, Option<Vec<u8>>)>,
    /// Keystones.
    pub keystones: Vec<Keystone>,
}

/// Keeps calibrations. Every call may block for as long as a disk takes.
pub trait Shelf: Send + Sync {
    /// Everything that is kept; what cannot be read any more is left out.
    ///
    /// # Errors
    /// If nothing can be read.
    fn load(&self) -> Result<Shelved>;
    /// Keeps a calibration in place of the one for the same camera and output, without a reference.
    ///
    /// # Errors
    /// Why it is not kept.
    fn keep(&self, calibration: &Stored) -> Result<()>;
    /// Keeps what the camera saw when that calibration was made.
    ///
    /// # Errors
    /// Why it is not kept.
    fn keep_reference(&self, camera: &str, output: &str, reference: &[u8]) -> Result<()>;
    /// Forgets a calibration.
    ///
    /// # Errors
    /// Why it is not forgotten.
    fn forget(&self, camera: &str, output: &str) -> Result<()>;
    /// Keeps a keystone; with none the output is straight again.
    ///
    /// # Errors
    /// Why it is not kept.
    fn keep_keystone(&self, output: &str, corners: Option<&[[f32; 2]; 4]>) -> Result<()>;
}
