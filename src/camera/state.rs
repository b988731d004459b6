//! What the supervisor says of itself, for the page, the API and `dixi doctor`.

use jiff::Timestamp;
use serde::Serialize;

use crate::base::gesture::Gesture;
use crate::base::{Error, Trouble};

/// How a camera is doing, in one word.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, ts_rs::TS, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "CameraStateName")]
#[schema(as = CameraStateName)]
pub enum Phase {
    /// It is being opened, or no picture has come yet.
    #[default]
    Starting,
    /// Pictures come.
    Running,
    /// It is open, and no picture came for too long; it is opened again.
    Stalled,
    /// Something outside must happen first: a retry is due, a camera or a page must come.
    Waiting,
    /// Paused by the owner: the device is closed.
    Paused,
    /// It cannot work as chosen; choosing another source is the only way on.
    Failed,
}

/// What the demo hands show at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct Showing {
    /// The gesture, by name; `none` on the way from one to the next.
    #[ts(type = "GestureName")]
    pub gesture: Gesture,
    /// How often the performance has begun since the source was opened: 1 in the first round.
    pub round: u32,
}

/// The state of the camera. Published on every change, and its numbers once a second.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct CameraState {
    /// How it is doing.
    #[serde(rename = "state")]
    pub phase: Phase,
    /// The source in use, without credentials; what `auto` came to.
    pub source: String,
    /// The source as chosen, without credentials: `auto` stays `auto`.
    pub selected: String,
    /// Its name, for people.
    pub name: String,
    /// Why it is in this state, if there is something to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub reason: Option<String>,
    /// What the person can do.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub next: Option<String>,
    /// Both by a code, where there is one: pages say it in their own language.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub trouble: Option<Trouble>,
    /// Milliseconds from the moment of publishing until it is opened again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub retry_in_ms: Option<u64>,
    /// What it shows, where that is known beforehand: the demo hands only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub showing: Option<Showing>,
    /// Width of the last picture, pixels; 0 before the first.
    pub width: u32,
    /// Height of the last picture, pixels; 0 before the first.
    pub height: u32,
    /// Pictures a second, measured over about the last second.
    pub fps: f32,
    /// When this phase began.
    #[ts(type = "string")]
    pub since: Timestamp,
    /// Pictures taken since the process started.
    pub frames: u64,
    /// Pictures that came too fast, or were replaced by newer ones before vision took them.
    pub dropped: u64,
    /// Pictures refused as broken.
    pub bad: u64,
    /// How often a source was opened again since the process started.
    pub reopened: u64,
}

impl CameraState {
    pub(super) fn new(since: Timestamp) -> Self {
        Self {
            phase: Phase::Starting,
            source: String::new(),
            selected: String::new(),
            name: String::new(),
            reason: None,
            next: None,
            trouble: None,
            retry_in_ms: None,
            showing: None,
            width: 0,
            height: 0,
            fps: 0.0,
            since,
            frames: 0,
            dropped: 0,
            bad: 0,
            reopened: 0,
        }
    }

    /// Takes reason and next step from an error.
    pub(super) fn explain(&mut self, error: &Error) {
        self.reason = Some(error.to_string());
        self.next = error.next_step().map(str::to_owned);
        self.trouble = error.befell().cloned();
    }
}
