//! `dixi config`: every setting with its value and where that comes from.

use std::fmt::Write;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Subcommand;

use super::arguments::ConfigArgs;
use crate::base::{Error, Result};
use crate::config::SettingsHub;
use crate::server::wire::settings_view;
use crate::store::settings::{NotKept, load_read_only};

/// Show or check the configuration.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Every setting with its value, where that comes from, and what it does.
    Show {
        /// As JSON, as `/api/v1/settings` gives it.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// Only say whether flags, environment and file are right.
    Check {
        #[command(flatten)]
        config: ConfigArgs,
    },
}

pub(super) fn run(args: &Args) -> Result<ExitCode> {
    match &args.what {
        What::Show { json, config } => show(config, *json)?,
        What::Check { config } => {
            config.layers()?;
            super::print("the configuration is right\n")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn show(config: &ConfigArgs, json: bool) -> Result<()> {
    let layers = config.layers()?;
    // No database yet, or one that cannot be read: then there is nothing of the UI's to show.
    let kept = load_read_only(&config.data_dir()?.path).unwrap_or_default();
    let only_shown = Arc::new(NotKept::because(&Error::unavailable("only shown")));
    let settings =
        settings_view(&SettingsHub::new(layers, kept, only_shown).with_mask(crate::app::mask));
    if json {
        let text = serde_json::to_string_pretty(&settings)
            .map_err(|e| Error::internal("the settings are no JSON").source(e))?;
        return super::print(&format!("{text}\n"));
    }
    let mut text = String::new();
    for s in settings {
        let from = s.locked_by.unwrap_or_else(|| s.from.to_owned());
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{} = {}    # {from}\n    {}", s.key, s.value, s.doc);
    }
    super::print(&text)
}
