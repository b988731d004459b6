//! What a hand is, for every room that speaks of hands: vision finds them, the demo camera knows
//! its own exactly, gestures follow them. Data only.

use arrayvec::ArrayVec;
use serde::Serialize;

/// The most hands followed at once.
pub const MAX_HANDS: usize = 4;

/// A point: x and y in 0..1 of the unmirrored frame (y down, may lie outside), z in image widths
/// relative to the wrist (smaller is nearer). For world landmarks: metres.
pub type Point = [f32; 3];

/// 21 points in MediaPipe's order: 0 wrist; thumb 1 CMC, 2 MCP, 3 IP, 4 tip; index 5..=8, middle
/// 9..=12, ring 13..=16, pinky 17..=20 (MCP, PIP, DIP, tip).
pub type Landmarks = [Point; 21];

/// Whose hand it is: the person's own left or right, already corrected for the mirror that
/// MediaPipe's raw label assumes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Handedness {
    /// The person's left hand.
    Left,
    /// The person's right hand.
    Right,
}

/// One hand in one frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Hand {
    /// Stays the same while the hand is followed; never reused by another hand.
    pub track: u32,
    /// Left or right.
    pub handedness: Handedness,
    /// How sure the network is of `handedness`, 0.5..1.
    pub score: f32,
    /// How sure the network is that this is a hand, 0..1.
    pub presence: f32,
    /// Where it is in the picture.
    pub landmarks: Landmarks,
    /// Its shape in metres, origin near the hand's centre.
    pub world_landmarks: Landmarks,
}

/// The hands of one frame, oldest track first.
pub type Hands = ArrayVec<Hand, MAX_HANDS>;
