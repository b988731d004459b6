//! What there is to know about the calibration, for the pages that show and make it.

use serde::Serialize;

use crate::base::Refusal;
use crate::command::CalibrationMethod;

/// The calibration now. Sent whole on every change.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct CalibrationState {
    /// The camera it is for, as its stable source.
    pub camera: String,
    /// The output it is for, as its page calls itself; `main` if it says nothing.
    pub output: String,
    /// The calibration in use; without one a mirror is assumed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub used: Option<CalibrationView>,
    /// What is going on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub running: Option<Running>,
    /// How the last attempt failed, in words, with what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub failed: Option<String>,
    /// The same by a code, for pages in other languages.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub failed_as: Option<Refusal>,
    /// That, and how far, the camera has moved since: percent of the picture's width.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub moved_percent: Option<f32>,
    /// Where each output's corners are drawn, for those that are not straight.
    pub keystones: Vec<Keystone>,
    /// The outputs whose pages are open now, by name, each once.
    pub outputs: Vec<String>,
    /// Whether outputs show a grid and the pointers, to check by (`show_grid`).
    pub grid: bool,
}

/// A calibration that is kept.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct CalibrationView {
    /// How it was made.
    pub method: CalibrationMethod,
    /// When, RFC 3339 UTC.
    #[ts(type = "string")]
    pub made_at: jiff::Timestamp,
    /// Image space to canvas space: 3 × 3, row by row, applied to (x, y, 1).
    #[schema(value_type = crate::base::schema::Matrix)]
    pub homography: [[f32; 3]; 3],
    /// The canvas's corners in image space: top left, top right, bottom right, bottom left.
    #[schema(value_type = crate::base::schema::Corners)]
    pub corners: [[f32; 2]; 4],
    /// The measured error, half of the points lie below: percent of the canvas's width.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub error_percent: Option<f32>,
}

/// A calibration that is being made.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct Running {
    /// How.
    pub method: CalibrationMethod,
    /// What to do now, for programs: `point` (at `target`), `leave` (it), `look` (the camera looks for
    /// markers), `drag` (the corners), `confirm` (approve or reject).
    pub step: String,
    /// What hinders now, for programs: `no_hand` (none is seen), `not_pointing` (one is, but does not
    /// point), `two_hands` (only one may point), `left_early` (hold still longer), `too_near` (to an
    /// earlier target's place in the picture).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub hint: Option<String>,
    /// Which target is shown, 0..4: top left, top right, bottom right, bottom left; the last, in the
    /// middle, measures the error.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub target: Option<u32>,
    /// Where it is, canvas space.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    #[schema(value_type = Option<crate::base::schema::Point>)]
    pub at: Option<[f32; 2]>,
    /// How far holding has come, 0..1.
    pub progress: f32,
    /// The markers to be shown.
    pub markers: Vec<MarkerView>,
    /// How many of them the camera has found.
    pub found: u32,
    /// The result that waits for `approve`: the homography, its corners and its error.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub result: Option<CalibrationView>,
}

/// A coded marker as the output shows it: black cells on white.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct MarkerView {
    /// Its number in the family `tag36h11`.
    pub id: u32,
    /// The middle of its black square, canvas space.
    #[schema(value_type = crate::base::schema::Point)]
    pub at: [f32; 2],
    /// Side of its black square, in canvas widths.
    pub side: f32,
    /// Its cells row by row, `#` black and `.` white, the black border included.
    pub cells: Vec<String>,
}

/// Where an output's corners are drawn.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct Keystone {
    /// The output.
    pub output: String,
    /// Top left, top right, bottom right, bottom left; 0..1 of the output.
    #[schema(value_type = crate::base::schema::Corners)]
    pub corners: [[f32; 2]; 4],
}
