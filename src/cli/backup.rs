//! `dixi backup`, `dixi restore`: copies of everything that Dixi keeps, and back.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;

use super::arguments::ConfigArgs;
use crate::app::{auditing, keeping};
use crate::base::{Clock, Error, Kind, Result, Secret};
use crate::config::{BackupSettings, SettingsHub};
use crate::operate::audit::{Entry, What as Did};
use crate::operate::backup::elsewhere::Elsewhere;
use crate::operate::backup::{self, Kept, Manifest, Shelf, Why, WithKeys};

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
    List {
        /// Those in the S3-compatible store that the settings name.
        #[arg(long)]
        elsewhere: bool,
    },
    /// Fetch a backup from the S3-compatible store that the settings name.
    Fetch {
        /// Its name, as `dixi backup list --elsewhere` says it.
        name: String,
    },
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
    /// A file with the passphrase that seals the backup's keys; `-` reads it from standard input. Without it
    /// the passphrase that is set now is tried.
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// Go back without the backup's keys: what this box has of them stays.
    #[arg(long, conflicts_with = "passphrase_file")]
    without_keys: bool,
    #[command(flatten)]
    config: ConfigArgs,
}

pub(super) fn backup(args: &BackupArgs) -> Result<ExitCode> {
    if let Some(What::Check { file }) = &args.what {
        let manifest = backup::check(file)?;
        let lacks = lacks(&manifest).map(|lacks| format!("{lacks}\n")).unwrap_or_default();
        super::print(&format!("this backup is whole: {}\n{lacks}", in_words(&manifest)))?;
        return Ok(ExitCode::SUCCESS);
    }
    let Places { dir, shelf, settings } = places(&args.config)?;
    let set = &settings.current().backup;
    match &args.what {
        Some(What::List { elsewhere: false }) => {
            let none = || format!("there are no backups in {}\n", shelf.folder().display());
            super::print(&listed(shelf.list()?).unwrap_or_else(none))?;
        }
        Some(What::List { elsewhere: true }) => {
            let all = elsewhere(set)?.list()?;
            super::print(&listed(all).unwrap_or_else(|| "there are no backups there\n".into()))?;
        }
        Some(What::Fetch { name }) => {
            let mut file = shelf.incoming(None)?;
            elsewhere(set)?.fetch(name, &mut file)?;
            let to = shelf.folder().join(name);
            file.as_file().sync_all()?;
            file.persist_noclobber(&to).map_err(|e| Error::from(e.error))?;
            super::print(&format!("{}\n", to.display()))?;
        }
        _ => {
            let clock = Clock::new();
            let of = (clock.utc(clock.now()), Why::Asked);
            let made = backup::make_of(&dir, &shelf, of, &keeping::keys(set))?;
            note(&dir, Entry::new(Did::BackupMade).about(&*made.name));
            let path = shelf.folder().join(made.name);
            let manifest = backup::look(&path)?;
            super::print(&format!("{}\n", path.display()))?;
            if let Some(lacks) = lacks(&manifest) {
                // On standard error: the path is what programs read.
                let _ = writeln!(std::io::stderr(), "{lacks}");
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn listed(all: Vec<Kept>) -> Option<String> {
    let line = |k: Kept| format!("{}  {:>12} bytes\n", k.name, k.bytes);
    (!all.is_empty()).then(|| all.into_iter().map(line).collect())
}

fn elsewhere(set: &BackupSettings) -> Result<Elsewhere> {
    Elsewhere::at(&keeping::elsewhere(set))?.ok_or_else(|| {
        Error::new(Kind::NotFound, "no store for backups is set")
            .next("set `backup.s3_endpoint` and its like, on the page or by environment")
    })
}

pub(super) fn restore(args: &RestoreArgs) -> Result<ExitCode> {
    let dir = args.config.data_dir()?.path;
    let keys = match (&args.passphrase_file, args.without_keys) {
        (_, true) => WithKeys::Not,
        (Some(file), _) => WithKeys::By(vec![read_passphrase(file)?]),
        // A database that cannot be read any more is a reason to go back, not to give up.
        (None, _) => {
            let set = args.config.settings().map(|s| s.current().backup.passphrase.clone());
            WithKeys::By(set.into_iter().collect())
        }
    };
    let manifest = backup::stage(&args.file, &dir, &keys).map_err(|e| match e.kind() {
        Kind::Denied if e.what().contains("sealed") => {
            e.next("give its passphrase with `--passphrase-file`, or say `--without-keys`")
        }
        _ => e,
    })?;
    let name = args.file.file_name().map(|n| n.to_string_lossy().into_owned());
    note(&dir, Entry::new(Did::RestoreStaged).about(name.unwrap_or_default()));
    let lacks = lacks(&manifest).map(|lacks| format!("{lacks}\n")).unwrap_or_default();
    super::print(&format!(
        "checked: {}\n{lacks}It takes its place when Dixi starts the next time: `systemctl restart dixi`, or stop and start it.\nWhat is there now is kept beside it.\n",
        in_words(&manifest)
    ))?;
    Ok(ExitCode::SUCCESS)
}

fn read_passphrase(file: &std::path::Path) -> Result<Secret> {
    let text = if file.as_os_str() == "-" {
        std::io::read_to_string(std::io::stdin())
    } else {
        std::fs::read_to_string(file)
    };
    let wrong = |e: std::io::Error| {
        let why = e.to_string();
        Error::new(Error::from(e).kind(), "cannot read the passphrase").why(why)
    };
    Ok(text.map_err(wrong)?.as_str().into())
}

/// What is not in a backup, in one line.
fn lacks(manifest: &Manifest) -> Option<String> {
    (!manifest.left_out.is_empty()).then(|| {
        format!(
            "not in it, since no passphrase is set (`backup.passphrase`): {}",
            manifest.left_out.join(", ")
        )
    })
}

/// Leaves an entry in the audit log.
fn note(dir: &std::path::Path, entry: Entry) {
    if let Err(e) = auditing::note_in(dir, entry) {
        // With standard error closed there is nobody left to tell.
        let _ = writeln!(std::io::stderr(), "the audit log does not know of this: {e}");
    }
}

/// Where things are, by the settings, those of the settings page included.
struct Places {
    dir: PathBuf,
    shelf: Shelf,
    settings: SettingsHub,
}

fn places(config: &ConfigArgs) -> Result<Places> {
    let dir = config.data_dir()?.path;
    let settings = config.settings()?;
    let shelf = Shelf::new(backup::folder(&settings.current().backup.folder, &dir));
    Ok(Places { dir, shelf, settings })
}

/// What a backup holds, in one line.
fn in_words(manifest: &Manifest) -> String {
    let rows: Vec<String> = manifest.rows.iter().map(|(table, n)| format!("{table} {n}")).collect();
    format!("made {} by Dixi {}; rows: {}", manifest.made_at, manifest.dixi, rows.join(", "))
}
