//! `dixi backup`, `dixi restore`: copies of everything that Dixi keeps, and back.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;

use super::arguments::ConfigArgs;
use crate::app::auditing;
use crate::base::{Clock, Result};
use crate::operate::audit::{Entry, What as Did};
use crate::operate::backup::{self, Manifest, Shelf, Why};

/// Make a backup of everything that Dixi keeps; it may go on working meanwhile.
#[derive(clap::Args)]
pub(super) struct BackupArgs {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    config: ConfigArgs,
}

#[derive(Subcommand)]
enum What {
    /// List the backups there are, the newest first.
    List,
    /// Look whether a backup can be restored; changes nothing.
    Check {
        /// The backup.
        file: PathBuf,
    },
}

/// Go back to a backup. It is checked now and takes its place when Dixi starts the next time.
#[derive(clap::Args)]
pub(super) struct RestoreArgs {
    /// The backup.
    file: PathBuf,
    #[command(flatten)]
    config: ConfigArgs,
}

pub(super) fn backup(args: &BackupArgs) -> Result<ExitCode> {
    if let Some(What::Check { file }) = &args.what {
        let manifest = backup::check(file)?;
        super::print(&format!("this backup is whole: {}\n", in_words(&manifest)))?;
        return Ok(ExitCode::SUCCESS);
    }
    let (dir, shelf) = places(&args.config)?;
    if let Some(What::List) = &args.what {
        let line = |k: backup::Kept| format!("{}  {:>12} bytes\n", k.name, k.bytes);
        let all: String = shelf.list()?.into_iter().map(line).collect();
        let none = || format!("there are no backups in {}\n", shelf.folder().display());
        super::print(&if all.is_empty() { none() } else { all })?;
        return Ok(ExitCode::SUCCESS);
    }
    let clock = Clock::new();
    let made = backup::make_of(&dir, &shelf, clock.utc(clock.now()), Why::Asked)?;
    note(&dir, Entry::new(Did::BackupMade).about(&*made.name));
    super::print(&format!("{}\n", shelf.folder().join(made.name).display()))?;
    Ok(ExitCode::SUCCESS)
}

pub(super) fn restore(args: &RestoreArgs) -> Result<ExitCode> {
    let dir = args.config.data_dir()?.path;
    let manifest = backup::stage(&args.file, &dir)?;
    let name = args.file.file_name().map(|n| n.to_string_lossy().into_owned());
    note(&dir, Entry::new(Did::RestoreStaged).about(name.unwrap_or_default()));
    super::print(&format!(
        "checked: {}\nIt takes its place when Dixi starts the next time: `systemctl restart dixi`, or stop and start it.\nWhat is there now is kept beside it.\n",
        in_words(&manifest)
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// Leaves an entry in the audit log.
fn note(dir: &std::path::Path, entry: Entry) {
    if let Err(e) = auditing::note_in(dir, entry) {
        // With standard error closed there is nobody left to tell.
        let _ = writeln!(std::io::stderr(), "the audit log does not know of this: {e}");
    }
}

/// The data directory and the shelf that the settings name, those of the settings page included.
fn places(config: &ConfigArgs) -> Result<(PathBuf, Shelf)> {
    let dir = config.data_dir()?.path;
    let folder = config.settings()?.current().backup.folder.clone();
    let shelf = Shelf::new(backup::folder(&folder, &dir));
    Ok((dir, shelf))
}

/// What a backup holds, in one line.
fn in_words(manifest: &Manifest) -> String {
    let rows: Vec<String> = manifest.rows.iter().map(|(table, n)| format!("{table} {n}")).collect();
    format!("made {} by Dixi {}; rows: {}", manifest.made_at, manifest.dixi, rows.join(", "))
}
