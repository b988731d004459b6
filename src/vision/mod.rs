//! Frames to hands. [`nn`] reads the .tflite models and runs them on candle; [`hand`] is the palm
//! detector, the region, the landmarks and the tracking; the worker runs them on its own thread.
//!
//! Knows nothing of gestures, sockets or settings' origins.

pub mod device;
pub mod hand;
pub mod nn;
pub mod picture;
pub mod worker;

use serde::Serialize;

pub use crate::base::hand::{Hand, Handedness, Hands, Landmarks, MAX_HANDS, Point};

/// How long each stage took for one frame, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct Timings {
    /// JPEG or YUYV to RGB.
    pub decode: f32,
    /// Palm detector, zero when it did not run.
    pub palm: f32,
    /// Landmark network, all hands together.
    pub landmarks: f32,
    /// Gesture engine.
    pub gesture: f32,
    /// Everything from the frame's arrival at the worker to the finished observation.
    pub total: f32,
}
