//! The built-in demo hand: a person's hands that show every gesture Dixi knows, over and over,
//! drawn by ourselves, with every joint known exactly. It stands in where there is no camera, and
//! tests learn from it what is true.
//!
//! [`Choreography`] says what is shown, [`Performance`] is that as a function of time, a [`Scene`]
//! is one moment of it, [`Renderer`] draws it and [`DemoSource`] is the camera that sees it. A
//! [`Waypoint`] puts a hand's pointer exactly somewhere, a [`Surface`] is a canvas seen through a
//! known homography. Must not know gestures' recognition, only how people make them.

mod acts;
mod aim;
mod backdrop;
mod body;
mod choreography;
mod field;
mod ordinary;
mod performance;
pub mod poses;
mod render;
mod scene;
mod session;
mod shade;
mod skeleton;
mod source;
mod surface;

#[cfg(test)]
mod tests;

pub use aim::Waypoint;
pub use choreography::Choreography;
pub use performance::{Performance, Segment};
pub use render::Renderer;
pub use scene::{ASPECT, FOCAL, HandState, HandTruth, PosedHand, Scene};
pub use session::plan;
pub use skeleton::{Phalanx, Pose, Skeleton};
pub use source::{DemoSource, NowShowing};
pub use surface::Surface;
