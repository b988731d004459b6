//! The command bus: typed commands, who gave them, and the trail of what was done.
//!
//! Browser, API and gestures produce the very same [`Command`]s. The bus knows a caller only by
//! its label, checks nothing about rights (that is the server's), and leaves the doing to the one
//! [`Handler`] that it was given.

mod bus;
mod parse;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use bus::{Bus, Handler, Record, Who};

/// Something that Dixi can be told to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ts_rs::TS)]
#[serde(tag = "command", rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// Take pictures from another camera.
    SelectCamera {
        /// As in the setting `camera.source`: `auto`, `demo`, `browser`, `v4l2:…`, `http…`, `file:…`.
        source: String,
    },
    /// Take no more pictures until told to.
    PauseCamera {},
    /// Take pictures again.
    ResumeCamera {},
    /// Change a setting.
    SetSetting {
        /// Which, as `group.name`.
        key: String,
        /// The new value.
        #[ts(type = "boolean | number | string")]
        value: Value,
    },
    /// Put a setting back to its default.
    ResetSetting {
        /// Which, as `group.name`.
        key: String,
    },
}

/// What came of a command.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS)]
pub struct Outcome {
    /// What was done, in words.
    pub done: String,
    /// Whether it lasts beyond this run.
    pub kept: bool,
    /// Why it does not last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub reason: Option<String>,
}
