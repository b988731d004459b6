//! `dixi serve`: runs the box.

use std::process::ExitCode;

use super::arguments::ConfigArgs;
use super::telemetry;
use crate::app;
use crate::base::{Clock, Result};
use crate::config::Settings;

/// Run the box: camera, vision, gestures, web UI.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    config: ConfigArgs,
}

pub(super) fn run(args: Args) -> Result<ExitCode> {
    let clock = Clock::new();
    let layers = args.config.layers()?;
    let mut settings = Settings::default();
    for setting in Settings::declared() {
        if let Some(fixed) = layers.fixed(setting.key) {
            settings.set(&setting, &fixed.value)?;
        }
    }
    let set_log_level = telemetry::start(&settings.log)?;
    let data_dir = args.config.data_dir()?;
    let announce = Box::new(|address: &str| {
        // Standard output may be closed; the log says it too.
        let _ = super::print(&format!("Dixi is ready: open {address}\n"));
    });
    app::run(app::Start { clock, layers, data_dir, set_log_level, announce })?;
    Ok(ExitCode::SUCCESS)
}
