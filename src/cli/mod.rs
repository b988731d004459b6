//! Parse, start telemetry, dispatch; one file a subcommand. Holds no logic.

pub mod vision;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

/// A private, hands-free AI box
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Vision(vision::Args),
}

/// Runs the command line and says how it ended.
pub fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Vision(args) => vision::run(&args),
    };
    done.unwrap_or_else(|e| {
        let _ = writeln!(io::stderr(), "error: {e}");
        if let Some(next) = e.next_step() {
            let _ = writeln!(io::stderr(), "\n{next}");
        }
        ExitCode::FAILURE
    })
}
