//! What the HTTP routes do: each turns a request into a look at what is there, or into a command.

mod alerts;
mod audit;
mod backups;
mod bindings;
mod calibration;
mod canvas;
mod commands;
mod configuration;
mod entrance;
mod logs;
mod looks;
mod metrics;
mod people;
mod pictures;
mod scenes;

pub(super) use alerts::{alerts, deliveries, test_alerts};
pub(super) use audit::{audit, verify_audit};
pub(super) use backups::{backup, backups, make_backup, restore_backup};
pub(super) use bindings::{bindings, verdicts};
pub(super) use calibration::calibration;
pub(super) use canvas::canvas;
pub(super) use commands::{command, reset_setting, set_setting};
pub(super) use configuration::{configuration, set_configuration};
pub(super) use entrance::{confirm, kiosk, login, logout, session, set_own_password, setup};
pub(super) use logs::logs;
pub(super) use looks::{cameras, gestures, live, ollama, ready, settings, status, vision};
pub(super) use metrics::metrics;
pub(super) use people::{
    accounts, add_account, add_token, change_account, end_session, remove_account, revoke_token,
    sessions, tokens,
};
pub(super) use pictures::{
    add_photograph, add_picture, photographs, picture, set_thumbnail, thumbnail,
};
pub(super) use scenes::{add_scene, scene, scene_file, scenes};

use crate::base::{Error, Result};

/// Runs what may block (database, devices) where it holds nobody up.
pub(super) async fn blocking<T: Send + 'static>(
    job: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    match tokio::task::spawn_blocking(job).await {
        Ok(outcome) => outcome,
        Err(e) => Err(Error::internal("a task ended early").source(e)),
    }
}
