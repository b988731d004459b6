//! `dixi setup-link`: a new one-time link for the first owner, also beside a running box.

use std::process::ExitCode;

use super::arguments::ConfigArgs;
use crate::access::By;
use crate::app::door;
use crate::base::{Error, Kind, Result};

/// Make a link by which somebody becomes the first owner. It is good once, for 30 minutes, in place of any
/// link before.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    config: ConfigArgs,
}

pub(super) fn run(args: &Args) -> Result<ExitCode> {
    let access = door::of(&args.config.data_dir()?.path)?;
    let Some(token) = access.offer_setup(By::operator())? else {
        return Err(Error::new(Kind::Conflict, "this box has an owner already")
            .next("`dixi user list` tells who; `dixi user password` sets a forgotten password"));
    };
    let address = access.address()?.unwrap_or_else(|| "http://127.0.0.1:3001".into());
    super::print(&format!("{}\n", door::setup_link(&address, &token)))?;
    Ok(ExitCode::SUCCESS)
}
