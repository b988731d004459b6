//! `dixi serve`: runs the box.

use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::ExitCode;

use super::arguments::ConfigArgs;
use super::telemetry;
use crate::app::{self, Ended};
use crate::base::{Clock, Error, Result};
use crate::config::Settings;

/// Run the box: camera, vision, gestures, web UI.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    config: ConfigArgs,
}

pub(super) fn run(args: Args) -> Result<ExitCode> {
    let clock = Clock::new();
    let (layers, mending) = args.config.layers_past_the_file()?;
    let mut settings = Settings::default();
    for setting in Settings::declared() {
        if let Some(fixed) = layers.fixed(setting.key) {
            settings.set(&setting, &fixed.value)?;
        }
    }
    let data_dir = args.config.data_dir()?;
    let (logging, writers) = telemetry::start(&settings.log, &data_dir.path, clock)?;
    let announce = Box::new(|address: &str| {
        // Standard output may be closed; the log says it too.
        let _ = super::print(&format!("Dixi is ready: open {address}\n"));
    });
    let say = Box::new(|words: &str| {
        // On the terminal and in the journal, where the operator reads; in no log file.
        let _ = super::print(&format!("{words}\n"));
    });
    let start = app::Start { clock, layers, mending, data_dir, logging, announce, say };
    let ended = app::run(start);
    // What waits to be written is written now: another process may take this one's place.
    drop(writers);
    match ended? {
        Ended::Stopped => Ok(ExitCode::SUCCESS),
        Ended::Restart => Err(start_again()),
    }
}

/// Becomes a fresh process of the same program, with the same arguments and the same process
/// number, whatever watches over it. Returns only if that fails.
fn start_again() -> Error {
    let program = match std::env::current_exe() {
        Ok(path) => upgraded(path),
        Err(e) => return Error::internal("cannot tell which program to start again").source(e),
    };
    let e = std::process::Command::new(program).args(std::env::args_os().skip(1)).exec();
    Error::internal("Dixi stopped but could not start again").source(e).next("start it by hand")
}

/// The path of a program that was replaced while it ran: Linux calls the former one "deleted".
fn upgraded(path: PathBuf) -> PathBuf {
    match path.to_str().and_then(|p| p.strip_suffix(" (deleted)")) {
        Some(former) if !path.exists() => former.into(),
        _ => path,
    }
}
