//! What a model can be told of the room: hands and their gestures, what they point at, the selection, the
//! scene, and what happened lately, each in words and only where somebody wishes it.
//!
//! Pure words: what is known comes in as [`Sensed`], from whoever implements [`Senses`]. Must not know
//! HTTP, Ollama or a conversation. What people wrote on things is quoted, so that it stays plainly data.

mod colour;
mod fill;
#[cfg(test)]
mod tests;
mod words;

use std::time::Duration;

use bytes::Bytes;
use jiff::{Timestamp, Zoned};
use serde::{Deserialize, Serialize};

use crate::base::Result;
use crate::base::gesture::Gesture;
use crate::base::hand::Handedness;
use crate::base::object::ObjectId;

pub use fill::fill;
pub use words::{about, told};

/// The most events that are told.
pub const EVENTS: usize = 12;

/// Where what is known comes from.
pub trait Senses: Send + Sync {
    /// What is known now. Waits for nobody.
    fn now(&self) -> Sensed;

    /// The camera's clean picture of now, never the painted one. May block for as long as a picture takes
    /// to encode: call it where blocking is allowed.
    ///
    /// # Errors
    /// If there is none: no camera, paused, or the newest is too old; with what to do about it.
    fn frame(&self) -> Result<Jpeg>;
}

/// A clean picture of the camera's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jpeg {
    /// The file.
    pub bytes: Bytes,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// The frame's number.
    pub seq: u64,
    /// When it was captured.
    pub captured_at: Timestamp,
}

/// What is known now.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sensed {
    /// The hands before the camera.
    pub hands: Vec<HandSensed>,
    /// Why no hand can be seen, if so: a sentence of its own.
    pub blind: Option<String>,
    /// What is selected on the canvas.
    pub selection: Vec<Thing>,
    /// The scene that is shown.
    pub scene: SceneSensed,
    /// What happened lately, in its order; of more than [`EVENTS`] the last ones are told.
    pub events: Vec<Happened>,
    /// The time, where the box stands.
    pub time: Zoned,
}

/// One hand.
#[derive(Clone, Debug, PartialEq)]
pub struct HandSensed {
    /// Whose.
    pub hand: Handedness,
    /// What it shows.
    pub gesture: Gesture,
    /// What it points at on the canvas.
    pub points_at: Option<Thing>,
}

/// The scene that is shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SceneSensed {
    /// Its name.
    pub name: String,
    /// Everything on it, the oldest first.
    pub things: Vec<Thing>,
}

/// An object on the canvas.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Thing {
    /// Its number.
    pub id: ObjectId,
    /// What it is: the form's name (`box`, `text` …).
    pub form: &'static str,
    /// What people call it; may be empty.
    pub name: String,
    /// Its colour, `#rrggbb`.
    pub colour: String,
    /// The words on it.
    pub text: Option<String>,
    /// Its middle, canvas space; none behind the viewer.
    pub at: Option<[f32; 2]>,
    /// How wide it is seen, canvas widths.
    pub width: f32,
    /// Whether it may not be changed.
    pub locked: bool,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Happened {
    /// What, in words.
    pub what: String,
    /// How long ago.
    pub ago: Duration,
}

/// What a model is to be told; nothing, unless somebody wishes it.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS, utoipa::ToSchema,
)]
#[serde(default, deny_unknown_fields)]
pub struct ContextWish {
    /// The gestures that hands make now.
    pub gesture: bool,
    /// What hands point at.
    pub pointed: bool,
    /// What is selected.
    pub selection: bool,
    /// The scene that is shown.
    pub scene: bool,
    /// What happened in the last minutes: gestures and commands.
    pub events: bool,
}

/// A part of what a model can be told.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    ts_rs::TS,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ToldPart {
    /// The gestures that hands make.
    #[default]
    Gesture,
    /// What hands point at, or what the question is about.
    Pointed,
    /// What is selected.
    Selection,
    /// The scene.
    Scene,
    /// What happened lately.
    Events,
}

/// What a model was told with a question, part by part and word for word.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS, utoipa::ToSchema,
)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// Which part.
    pub what: ToldPart,
    /// The words, English; at most [`MOST_CHARS`](Self::MOST_CHARS) characters.
    pub text: String,
}

impl Told {
    /// No part is longer, characters: a scene takes about 1,500, a card that is asked about 4,000.
    pub const MOST_CHARS: usize = 6_000;
}
