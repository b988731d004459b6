//! Hands over time to gestures: shapes, motions, two hands; hold, release, cool-down, smoothing.
//!
//! Runs on the vision worker's thread and costs microseconds. Must not see pixels.
//!
//! A frame's hands are measured (`features`), scored as shapes ([`shape`]), matched to the
//! hands of the frames before, and the lives of their gestures go on ([`Engine`]).

mod engine;
mod features;
mod filter;
mod followed;
mod geometry;
mod going;
mod how;
mod life;
mod measure;
mod motion;
mod observation;
mod pair;
pub mod shape;
mod trail;

#[cfg(test)]
mod tests;

pub use crate::base::gesture::{Family, Gesture};
pub use engine::{Engine, FrameInfo, name_of};
pub use measure::Measure;
pub use observation::{Event, HandView, MAX_EVENTS, Observation, Phase};
