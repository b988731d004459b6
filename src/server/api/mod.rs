//! What the HTTP routes do: each turns a request into a look at what is there, or into a command.

mod alerts;
mod audit;
mod backups;
mod bindings;
mod calibration;
mod canvas;
mod chats;
mod commands;
mod configuration;
mod entrance;
mod frame;
mod history;
mod logs;
mod looks;
mod metrics;
mod models;
mod ollama;
mod openapi;
mod people;
mod pictures;
mod scenes;
mod security;
mod usage;

pub(super) use alerts::*;
pub(super) use audit::*;
pub(super) use backups::*;
pub(super) use bindings::*;
pub(super) use calibration::*;
pub(super) use canvas::*;
pub(super) use chats::*;
pub(super) use commands::*;
pub(super) use configuration::*;
pub(super) use entrance::*;
pub(super) use frame::*;
pub(super) use history::*;
pub(super) use logs::*;
pub(super) use looks::*;
pub(super) use metrics::*;
pub(super) use models::*;
pub(super) use ollama::*;
pub(super) use openapi::*;
pub(super) use people::*;
pub(super) use pictures::*;
pub(super) use scenes::*;
pub(super) use security::*;
pub(super) use usage::*;

use axum::extract::Path;
use axum::extract::rejection::PathRejection;

pub(super) use crate::base::blocking;
use crate::base::{Error, Result};

/// A word out of the path; what is no text is nobody's name.
fn word(found: Result<Path<String>, PathRejection>) -> Result<String> {
    found.map(|Path(word)| word).map_err(|_| Error::invalid("the path is no text"))
}
