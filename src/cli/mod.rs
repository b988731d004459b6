//! Parse, start telemetry, dispatch; one file a subcommand. Holds no logic.
//!
//! Results go to standard output, everything else to standard error. Every error is printed as
//! what, why and next step, and its kind decides the exit code (see [`exit_code`]).

mod arguments;
mod audit;
mod backup;
mod completions;
mod config;
mod doctor;
mod licences;
mod serve;
mod setup_link;
mod telemetry;
mod user;
pub mod vision;

use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::base::{Error, Kind, Result};

const AFTER_HELP: &str = "\
Start with `dixi serve` and open the address that it prints. Without a camera it shows a built-in
demo hand. `dixi doctor` says what works on this machine and what does not.

Settings come, strongest first, from flags, DIXI_… variables, the file /etc/dixi/dixi.toml, and the
settings page. `dixi config show` lists them all, `dixi config reference` prints a file to begin with.";

/// A private, hands-free AI box: it sees your hands and turns them into gestures and commands.
#[derive(Parser)]
#[command(name = "dixi", version = env!("DIXI_VERSION"), arg_required_else_help = true, after_help = AFTER_HELP)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the box: camera, vision, gestures, web UI.
    Serve(serve::Args),
    /// Say what works on this machine, what does not, and what to do about it.
    Doctor(doctor::Args),
    /// Find hands and gestures in pictures and clips.
    Vision(vision::Args),
    /// Show or check the configuration.
    Config(config::Args),
    /// Make a link by which somebody becomes the first owner.
    SetupLink(setup_link::Args),
    /// The people who may come in.
    User(user::Args),
    /// Read the record of who did what, or check that nobody has changed it.
    Audit(audit::Args),
    /// Make a backup, list them, or check one.
    Backup(backup::BackupArgs),
    /// Go back to a backup.
    Restore(backup::RestoreArgs),
    /// Print the licences of Dixi and of the models inside it.
    #[command(alias = "licenses")]
    Licences(licences::Args),
    /// Print completions for a shell.
    Completions(completions::Args),
}

/// Runs the command line and says how it ended.
pub fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Serve(args) => serve::run(args),
        Command::Doctor(args) => doctor::run(&args),
        Command::Vision(args) => vision::run(&args),
        Command::Config(args) => config::run(&args),
        Command::SetupLink(args) => setup_link::run(&args),
        Command::User(args) => user::run(&args),
        Command::Audit(args) => audit::run(&args),
        Command::Backup(args) => backup::backup(&args),
        Command::Restore(args) => backup::restore(&args),
        Command::Licences(args) => licences::run(&args),
        Command::Completions(args) => completions::run(&args),
    };
    outcome.unwrap_or_else(|e| {
        // With standard error closed there is nobody left to tell; the exit code still does.
        let _ = writeln!(std::io::stderr(), "{}", in_words(&e));
        exit_code(e.kind())
    })
}

/// The error as people read it on a terminal.
fn in_words(e: &Error) -> String {
    let mut text = format!("error: {}", e.what());
    if let Some(why) = e.reason() {
        text.push_str(&format!("\n  why:  {why}"));
    }
    if let Some(next) = e.next_step() {
        text.push_str(&format!("\n  next: {next}"));
    }
    text
}

/// The table: one kind, one exit code. 2 is also what a mistyped command line gives.
fn exit_code(kind: Kind) -> ExitCode {
    ExitCode::from(match kind {
        Kind::Invalid => 2,
        Kind::NotFound => 3,
        Kind::Denied => 4,
        Kind::Conflict => 5,
        Kind::Exhausted => 6,
        Kind::DiskFull => 7,
        Kind::Unavailable => 8,
        Kind::Timeout => 9,
        Kind::Unsupported => 10,
        Kind::Login => 11,
        Kind::Confirm => 12,
        Kind::Internal => 70,
    })
}

/// Writes a result. A reader that has seen enough (`| head`) is no error.
///
/// # Errors
/// If standard output cannot be written.
fn print(text: &str) -> Result<()> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => Err(e.into()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn errors_are_told_as_what_why_next() {
        let e = Error::invalid("no").why("because").next("do");
        assert_eq!(in_words(&e), "error: no\n  why:  because\n  next: do");
        assert_eq!(in_words(&Error::invalid("no")), "error: no");
    }
}
