//! Hands over time to gestures: shapes, motions, two hands; hold, release, cool-down, smoothing.
//!
//! Runs on the vision worker's thread and costs microseconds. Must not see pixels.

mod name;
mod observation;

pub use name::{Family, Gesture};
pub use observation::{Event, HandView, Observation, Phase};
