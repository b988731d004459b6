//! What hands do on the canvas at this moment: sent with every frame, newest only.

use serde::Serialize;

use crate::base::hand::Handedness;
use crate::base::object::{ObjectId, Vec3};

/// The hands on the canvas, as one frame left them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ts_rs::TS)]
pub struct TouchView {
    /// The frame's number.
    pub seq: u64,
    /// When the frame was captured, microseconds of the box's clock.
    pub captured_us: u64,
    /// The pointers, one a hand.
    pub pointers: Vec<PointerView>,
    /// Gestures that are being held for a binding, each a ring to be drawn.
    pub holds: Vec<HoldView>,
    /// The ring menu, while it is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub ring: Option<RingView>,
}

/// One hand's pointer.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS)]
pub struct PointerView {
    /// The hand's track.
    pub track: u32,
    /// Whose hand.
    pub hand: Handedness,
    /// Where it is: canvas space, calibrated, smoothed; may lie outside 0..1.
    pub at: [f32; 2],
    /// The same before smoothing, for measurements.
    pub raw: [f32; 2],
    /// What it does.
    pub doing: Doing,
    /// What it points at.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub target: Option<ObjectId>,
    /// How far dwelling on `target` has come, 0..1.
    pub dwell: f32,
    /// The stroke being drawn: its points so far, scene units; at most the last 200.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<Vec3>>")]
    pub stroke: Vec<Vec3>,
}

/// What a hand does on the canvas.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Doing {
    /// It is there, but not to do anything: not armed, or its shape means nothing.
    #[default]
    Idle,
    /// It points.
    Point,
    /// It holds something.
    Hold,
    /// It scales and turns something together with the other hand.
    Stretch,
    /// It draws.
    Draw,
    /// It chooses in the ring menu.
    Choose,
}

/// A gesture that is being held.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS)]
pub struct HoldView {
    /// The binding's id.
    pub binding: String,
    /// The command's name.
    pub command: String,
    /// The hand's track.
    pub track: u32,
    /// The objects that it will be done to; none where it is about none, or the hand is over none.
    pub ids: Vec<ObjectId>,
    /// Where, canvas space.
    pub at: [f32; 2],
    /// How far it has come, 0..1.
    pub progress: f32,
}

/// The ring menu.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS)]
pub struct RingView {
    /// Its middle, canvas space.
    pub at: [f32; 2],
    /// How far the middles of its items are from its own, canvas widths.
    pub radius: f32,
    /// Its items, clockwise from the top: kinds (`box` …), `undo`, `redo`, `shapes` or `draw`, `clear`.
    pub items: Vec<String>,
    /// The item that is pointed at.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub item: Option<u32>,
    /// How far dwelling on it has come, 0..1.
    pub dwell: f32,
}
