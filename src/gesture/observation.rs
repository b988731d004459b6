//! What one frame told us: the hands, their gestures, and what began or ended. Published once,
//! and the same shape on the command line, over HTTP and on the socket.

use arrayvec::ArrayVec;
use serde::Serialize;

use super::Gesture;
use crate::base::Stamp;
use crate::vision::{Hand, Handedness, MAX_HANDS, Timings};

/// The most events one frame can bring; more than every hand's and pair's lives can start and end.
pub const MAX_EVENTS: usize = 32;

/// Where a gesture is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// It has been recognised (after its hold time).
    Started,
    /// It goes on; `progress` and `held_ms` grow.
    Held,
    /// It is over.
    Ended,
}

/// One step in a gesture's life.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Event {
    /// Started, held or ended.
    pub phase: Phase,
    /// Which gesture.
    pub gesture: Gesture,
    /// The hand that makes it; for two hands the one with the lower track number.
    pub track: u32,
    /// The second hand of a two-hand gesture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_track: Option<u32>,
    /// Whose hand; of `track` for two hands.
    pub hand: Handedness,
    /// Measured confidence, 0..1.
    pub confidence: f32,
    /// How far the gesture has come, 0..1: of its hold time for shapes, of its motion for motions.
    pub progress: f32,
    /// How long it has been going on, milliseconds.
    pub held_ms: u32,
    /// Where it points: index fingertip, or the middle of thumb and index tips while pinching;
    /// for two hands the middle of both. Image space of the unmirrored frame, smoothed.
    pub pointer: [f32; 2],
}

/// One hand as the world sees it: where it is and what it does.
#[derive(Clone, Debug, PartialEq)]
pub struct HandView {
    /// The hand.
    pub hand: Hand,
    /// Its present shape ([`Gesture::None`] if it has none of ours).
    pub gesture: Gesture,
    /// Measured confidence of `gesture`, 0..1.
    pub confidence: f32,
    /// The smoothed pointer, image space.
    pub pointer: [f32; 2],
}

/// Everything one frame told us.
#[derive(Clone, Debug, Default)]
pub struct Observation {
    /// The frame's sequence number.
    pub seq: u64,
    /// When the frame was captured.
    pub captured_at: Stamp,
    /// When this observation was finished.
    pub finished_at: Stamp,
    /// Frame width, pixels.
    pub width: u32,
    /// Frame height, pixels.
    pub height: u32,
    /// The hands in it.
    pub hands: ArrayVec<HandView, MAX_HANDS>,
    /// What began, went on or ended with this frame.
    pub events: ArrayVec<Event, MAX_EVENTS>,
    /// How long each stage took.
    pub timings_ms: Timings,
}
