//! The canvas: the projection scene as a document ([`Scene`], [`Canvas`]), what hands do on it
//! ([`touch`]), and the [`calibration`] that maps the camera's picture onto it.
//!
//! One scene is shown at a time, the same to everybody. Every change of it is a typed command that
//! becomes a step: applied, stored, and told to all viewers, in this order. Must not know the browser.

pub mod calibration;
mod document;
mod feeds;
mod scene;
mod state;
pub mod touch;

pub use document::{
    Answer, Canvas, CatchUp, OutputShown, StepEar, Watching, check, file, pictures, sweep,
};
pub use feeds::{Feeds, News};
pub use scene::{MAX_OBJECTS, Scene, SceneChange, SceneInfo, StepView};
pub use state::{CanvasState, Held, Question, Tray};
