//! `dixi config`: every setting with its value and where that comes from.

use std::process::ExitCode;

use clap::Subcommand;

use super::arguments::ConfigArgs;
use crate::base::{Error, Result};
use crate::config::template;
use crate::server::wire::{SettingView, settings_view};

/// Show or check the configuration.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Every setting with its value, where that comes from, and what it does.
    Show(ShowArgs),
    /// Only the settings that are not at their default.
    Diff(ShowArgs),
    /// Only say whether flags, environment and file are right.
    Check {
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// A configuration file with every setting, explained and commented out.
    Reference,
}

#[derive(clap::Args)]
struct ShowArgs {
    /// As JSON, as `/api/v1/settings` gives it.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    config: ConfigArgs,
}

pub(super) fn run(args: &Args) -> Result<ExitCode> {
    match &args.what {
        What::Show(args) => show(args, |_| true, in_full)?,
        What::Diff(args) => show(args, |s| s.value != s.default, as_change)?,
        What::Check { config } => {
            config.layers()?;
            super::print("the configuration is right\n")?;
        }
        What::Reference => super::print(&template())?,
    }
    Ok(ExitCode::SUCCESS)
}

fn show(
    args: &ShowArgs,
    wanted: fn(&SettingView) -> bool,
    line: fn(&SettingView) -> String,
) -> Result<()> {
    let mut settings = settings_view(&args.config.settings()?);
    settings.retain(wanted);
    if args.json {
        let text = serde_json::to_string_pretty(&settings)
            .map_err(|e| Error::internal("the settings are no JSON").source(e))?;
        return super::print(&format!("{text}\n"));
    }
    super::print(&settings.iter().map(line).collect::<String>())
}

fn in_full(s: &SettingView) -> String {
    format!("{} = {}    # {}\n    {}\n", s.key, s.value, from(s), s.doc)
}

fn as_change(s: &SettingView) -> String {
    format!("{} = {}    # {}; default {}\n", s.key, s.value, from(s), s.default)
}

fn from(s: &SettingView) -> &str {
    s.locked_by.as_deref().unwrap_or(s.from)
}
