//! One frame's observation as the wire shows it.

use arrayvec::ArrayVec;
use jiff::Timestamp;
use serde::Serialize;

use crate::base::Clock;
use crate::gesture::{Event, Gesture, HandView, Observation, Phase};
use crate::vision::{Handedness, Landmarks, MAX_HANDS, Timings};

/// What one frame told us.
#[derive(Clone, Debug, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct ObservationView {
    /// The frame's number; pictures and observations of one frame share it.
    pub seq: u64,
    /// When the frame was captured, RFC 3339 UTC.
    #[ts(type = "string")]
    pub at: Timestamp,
    /// When the frame was captured, microseconds of the box's clock.
    pub captured_us: u64,
    /// When the observation was finished, microseconds of the box's clock.
    pub finished_us: u64,
    /// Frame width, pixels.
    pub width: u32,
    /// Frame height, pixels.
    pub height: u32,
    /// The hands, oldest track first.
    #[ts(as = "Vec<ObservedHand>")]
    #[schema(value_type = Vec<ObservedHand>)]
    pub hands: ArrayVec<ObservedHand, MAX_HANDS>,
    /// What began, went on or ended with this frame.
    pub events: Vec<GestureEvent>,
    /// How long each stage took, milliseconds.
    pub timings_ms: Timings,
}

/// One hand.
#[derive(Clone, Debug, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct ObservedHand {
    /// Stays the same while the hand is followed.
    pub track: u32,
    /// The person's own left or right.
    pub handedness: Handedness,
    /// How sure of `handedness`, 0..1.
    pub score: f32,
    /// How sure that it is a hand, 0..1.
    pub presence: f32,
    /// 21 points in image space.
    #[ts(type = "[number, number, number][]")]
    #[schema(value_type = crate::base::schema::Landmarks)]
    pub landmarks: Landmarks,
    /// 21 points in metres.
    #[ts(type = "[number, number, number][]")]
    #[schema(value_type = crate::base::schema::Landmarks)]
    pub world_landmarks: Landmarks,
    /// Where it points, image space.
    #[schema(value_type = crate::base::schema::Point)]
    pub pointer: [f32; 2],
    /// Its present shape.
    pub gesture: HandGesture,
}

/// A hand's present shape.
#[derive(Clone, Debug, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct HandGesture {
    /// Its name.
    pub name: Gesture,
    /// Measured confidence, 0..1.
    pub confidence: f32,
}

/// One step in a gesture's life.
#[derive(Clone, Debug, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct GestureEvent {
    /// Started, held or ended.
    pub phase: Phase,
    /// Which gesture.
    pub gesture: Gesture,
    /// The hand that makes it.
    pub track: u32,
    /// The second hand of a two-hand gesture.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub other_track: Option<u32>,
    /// The person's own left or right.
    pub hand: Handedness,
    /// Measured confidence, 0..1.
    pub confidence: f32,
    /// How far it has come, 0..1.
    pub progress: f32,
    /// How long it has been going on, milliseconds.
    pub held_ms: u32,
    /// Where it points, image space.
    #[schema(value_type = crate::base::schema::Point)]
    pub pointer: [f32; 2],
}

impl ObservationView {
    /// The wire's view of `o`.
    pub fn new(o: &Observation, clock: &Clock) -> Self {
        Self {
            seq: o.seq,
            at: clock.utc(o.captured_at),
            captured_us: o.captured_at.us,
            finished_us: o.finished_at.us,
            width: o.width,
            height: o.height,
            hands: o.hands.iter().map(ObservedHand::from).collect(),
            events: o.events.iter().map(GestureEvent::from).collect(),
            timings_ms: o.timings_ms,
        }
    }
}

impl From<&HandView> for ObservedHand {
    fn from(v: &HandView) -> Self {
        Self {
            track: v.hand.track,
            handedness: v.hand.handedness,
            score: v.hand.score,
            presence: v.hand.presence,
            landmarks: v.hand.landmarks,
            world_landmarks: v.hand.world_landmarks,
            pointer: v.pointer,
            gesture: HandGesture { name: v.gesture, confidence: v.confidence },
        }
    }
}

impl From<&Event> for GestureEvent {
    fn from(e: &Event) -> Self {
        Self {
            phase: e.phase,
            gesture: e.gesture,
            track: e.track,
            other_track: e.other_track,
            hand: e.hand,
            confidence: e.confidence,
            progress: e.progress,
            held_ms: e.held_ms,
            pointer: e.pointer,
        }
    }
}
