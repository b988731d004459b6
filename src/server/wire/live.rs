//! The text messages of the live socket.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ErrorBody, GestureEvent, ObservationView, VisionState};
use crate::assistant::chat::ChatNews;
use crate::assistant::watch::WatchState;
use crate::base::object::SceneId;
use crate::camera::CameraState;
use crate::canvas::calibration::CalibrationState;
use crate::canvas::touch::TouchView;
use crate::canvas::{CanvasState, Held, Scene, SceneChange};
use crate::command::{Outcome, Verdict};

/// What a client may say.
#[derive(Clone, Debug, PartialEq, Deserialize, ts_rs::TS)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum ClientMessage {
    /// What to be sent; what is left out stays as it is.
    Subscribe {
        /// The live picture; at first no.
        #[ts(optional)]
        pictures: Option<bool>,
        /// Observations; at first yes.
        #[ts(optional)]
        observations: Option<bool>,
        /// The canvas: scene, its changes, hands on it, what is held; at first no.
        #[ts(optional)]
        canvas: Option<bool>,
        /// The scene and revision that the client has: if the box can, it sends what came after.
        #[ts(optional)]
        have: Option<Have>,
        /// What happens to one's conversations; at first no.
        #[ts(optional)]
        chats: Option<bool>,
        /// Verdicts on gestures; at first no.
        #[ts(optional)]
        verdicts: Option<bool>,
        /// The name of the output that this page is; pages that are none say nothing.
        #[ts(optional)]
        output: Option<String>,
    },
    /// Have a command done. Answered with `did` or `refused`.
    Do {
        /// Comes back in the answer.
        id: u64,
        /// The command.
        #[ts(type = "Command")]
        command: Value,
    },
    /// This picture is on the screen: the next may come.
    Seen {
        /// The picture's number.
        seq: u64,
    },
    /// What the viewer measured.
    Latency {
        /// From capture to the picture on the screen, milliseconds.
        #[ts(optional)]
        capture_to_screen_ms: Option<f32>,
        /// From capture to the canvas drawn with the hand where that frame saw it, milliseconds.
        #[ts(optional)]
        capture_to_drawn_ms: Option<f32>,
    },
    /// Asks for the box's clock.
    Ping {
        /// Echoed in the answer.
        t: f64,
    },
}

/// What a client has of a scene.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ts_rs::TS)]
#[serde(deny_unknown_fields)]
pub struct Have {
    /// Which scene.
    pub scene: SceneId,
    /// Its revision.
    pub revision: u64,
}

/// What the box says.
#[allow(clippy::large_enum_variant, reason = "made, serialised and gone; never kept")]
#[derive(Clone, Debug, Serialize, ts_rs::TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// First of all.
    Hello {
        /// Dixi's version.
        version: &'static str,
        /// The box's clock, microseconds.
        now_us: u64,
        /// Show the picture as in a mirror.
        mirrored: bool,
        /// Lets this page send its webcam; only for pages that this box served.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        publish_token: Option<String>,
    },
    /// Answer to `ping`.
    Pong {
        /// As the client sent it.
        t: f64,
        /// The box's clock, microseconds.
        now_us: u64,
    },
    /// The newest observation.
    Observation(ObservationView),
    /// A gesture started or ended.
    Gesture {
        /// The frame's number.
        seq: u64,
        /// When the frame was captured, RFC 3339 UTC.
        #[ts(type = "string")]
        at: jiff::Timestamp,
        /// What happened.
        event: GestureEvent,
    },
    /// Gesture events that this client was too slow for.
    Missed {
        /// How many.
        count: u64,
    },
    /// The camera's state changed.
    Camera(CameraState),
    /// Where the networks run.
    Vision(VisionState),
    /// Whether and how a model watches.
    Watching(WatchState),
    /// Once a second.
    Status(Rates),
    /// A setting changed.
    Setting {
        /// Which.
        key: &'static str,
        /// Its value now.
        #[ts(type = "boolean | number | string | null")]
        value: Value,
        /// Where that comes from.
        #[ts(type = "\"flag\" | \"environment\" | \"file\" | \"ui\" | \"default\"")]
        from: &'static str,
    },
    /// A scene, whole: after `subscribe`, when another is shown, and when the client missed changes.
    Scene(Arc<Scene>),
    /// What one step changed in the scene that is shown; each one, in order.
    Change(Arc<SceneChange>),
    /// The canvas beside its objects.
    Canvas(Arc<CanvasState>),
    /// The hands on the canvas, newest only.
    Touch(Arc<TouchView>),
    /// What is held and where it is now, newest only.
    Held {
        /// Everything that is held.
        held: Arc<Vec<Held>>,
    },
    /// Why a gesture did or did not do something.
    Verdict(Arc<Verdict>),
    /// What happened to a conversation.
    Chat {
        /// That.
        news: ChatNews,
    },
    /// The calibration.
    Calibration(Arc<CalibrationState>),
    /// The list of scenes changed: `GET /api/v1/scenes` tells how.
    Scenes {},
    /// The bindings changed: `GET /api/v1/bindings` tells how.
    Bindings {},
    /// Which models there are or are loaded, or a pull, changed: `GET /api/v1/models` and `/api/v1/models/pulls`
    /// tell how. Twice a second at most.
    Models {},
    /// Take a picture of the canvas and `POST` it as this photograph; the first page to do so wins.
    Photograph {
        /// Its number.
        photograph: u64,
        /// Of which scene.
        scene: SceneId,
    },
    /// A command of this client's was done.
    Did {
        /// As the client sent it.
        id: u64,
        /// What came of it.
        outcome: Outcome,
    },
    /// A command of this client's was refused.
    Refused {
        /// As the client sent it.
        id: u64,
        /// What and why.
        error: ErrorBody,
    },
    /// Something that the client sent was refused.
    Error {
        /// What and why.
        error: ErrorBody,
    },
}

/// A middle and a nearly-worst value, milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct Percentiles {
    /// Half of the values lie below.
    pub p50: f32,
    /// 95 of 100 values lie below.
    pub p95: f32,
}

/// How fast everything goes, measured over the last seconds.
#[derive(Clone, Debug, Default, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct Rates {
    /// Observations a second.
    pub fps: f32,
    /// From a frame's arrival at vision to its observation.
    pub pipeline_ms: Percentiles,
    /// From a frame's capture to its observation's bytes being handed to a viewer's socket.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub capture_to_event_ms: Option<Percentiles>,
    /// From a picture's capture to its being on a viewer's screen, as the viewers measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub capture_to_screen_ms: Option<Percentiles>,
    /// From a frame's capture to the canvas being drawn with the hand where that frame saw it, as
    /// the viewers measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub capture_to_drawn_ms: Option<Percentiles>,
    /// Live sockets open now.
    pub viewers: u32,
    /// Frames that a newer one replaced before vision took them, since the start.
    pub dropped: u64,
}
