//! The built-in demo hand: a person's hands that show every gesture Dixi knows, over and over,
//! drawn by ourselves, with every joint known exactly. It stands in where there is no camera, and
//! tests learn from it what is true.
//!
//! [`Choreography`] says what is shown, [`Performance`] is that as a function of time, and a
//! [`Scene`] is one moment of it. Must not know gestures' recognition, only how people make them.

mod acts;
mod choreography;
mod ordinary;
mod performance;
pub mod poses;
mod scene;
mod skeleton;

#[cfg(test)]
mod tests;

pub use choreography::Choreography;
pub use performance::{Family, Performance, Segment};
pub use scene::{ASPECT, FOCAL, HandState, HandTruth, PosedHand, Scene};
pub use skeleton::{Phalanx, Pose, Skeleton};
