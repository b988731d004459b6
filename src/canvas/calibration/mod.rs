//! Calibration: from a point in the camera's picture to the point of the canvas that is meant.
//!
//! Must not know pages or the database.

mod state;

pub use state::{CalibrationState, CalibrationView, Keystone, MarkerView, Running};
