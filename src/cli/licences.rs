//! `dixi licences`: the licences that travel inside the binary with what they cover.

use std::process::ExitCode;

use crate::base::Result;

const OWN: &str = "Dixi is licensed under MIT OR Apache-2.0, as you like.\n";
const MIT: &str = include_str!("../../LICENSE-MIT");
const MODELS: &str = include_str!("../../assets/models/NOTICE");
/// The Apache License, Version 2.0: of the models, and one of Dixi's own two.
const APACHE: &str = include_str!("../../assets/models/LICENSE");

/// Print the licences of Dixi and of the models inside it.
#[derive(clap::Args)]
pub(super) struct Args {}

pub(super) fn run(_: &Args) -> Result<ExitCode> {
    let line = "-".repeat(80);
    super::print(&format!("{OWN}\n{MODELS}\n{line}\n{MIT}\n{line}\n{APACHE}"))?;
    Ok(ExitCode::SUCCESS)
}
