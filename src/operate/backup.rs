//! Backups: one file each, made while Dixi works, checked before it is trusted, and put back whole
//! or not at all.
//!
//! A backup is a `.tar.gz` of a manifest, the database, which holds settings, scenes, pictures,
//! accounts and all else, and the box's keys, sealed with the owner's passphrase; the manifest says how
//! long each file is, its SHA-256, how many rows each table has, and which keys are not in it. A restore
//! is staged beside the database and takes its place at the next start, so that nothing changes under a
//! running box.

mod archive;
pub mod elsewhere;
mod keys;
mod restore;
mod shelf;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::base::{Clock, Error, Kind, Result, SPANS};
use crate::store::Store;
use crate::store::copies::{copy_of, older_schema};
pub use archive::{FileSum, Manifest, look};
use elsewhere::{Address, Mirror};
pub use keys::{IsSecret, Keys};
pub use restore::{Restored, WithKeys, apply_staged, check, stage};
pub use shelf::{Kept, Shelf};

/// Why a backup was made.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "BackupReason")]
#[schema(as = BackupReason)]
pub enum Why {
    /// The schedule's.
    Scheduled,
    /// Somebody asked for it.
    Asked,
    /// A newer Dixi was about to change the database.
    BeforeUpgrade,
    /// It was made elsewhere, and somebody brought it.
    Brought,
}

impl Why {
    const fn name(self) -> &'static str {
        match self {
            Why::Scheduled => "scheduled",
            Why::Asked => "asked",
            Why::BeforeUpgrade => "before-upgrade",
            Why::Brought => "brought",
        }
    }
}

/// What the settings say of backups now.
pub struct Wishes {
    /// How keys go into them.
    pub keys: Keys,
    /// Where else they go.
    pub elsewhere: Address,
}

/// Asks the settings.
pub type Ask = Box<dyn Fn() -> Wishes + Send + Sync>;

/// Makes backups of the running box, one at a time, and knows how the last one went.
pub struct Backups {
    store: Arc<Store>,
    shelf: Shelf,
    ask: Ask,
    clock: Clock,
    /// One at a time: two would only share the disk's speed.
    making: Mutex<()>,
    /// One at a time: together they could fill the disk.
    bringing: Mutex<()>,
    trouble: Mutex<Option<Error>>,
    mirror: Mirror,
}

impl Backups {
    /// Backups of `store` on `shelf`.
    pub fn new(store: Arc<Store>, shelf: Shelf, ask: Ask, clock: Clock) -> Self {
        Self {
            store,
            shelf,
            ask,
            clock,
            making: Mutex::default(),
            bringing: Mutex::default(),
            trouble: Mutex::default(),
            mirror: Mirror::default(),
        }
    }

    /// Where they are kept.
    pub fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    /// How keys go into them now.
    pub fn keys(&self) -> Keys {
        (self.ask)().keys
    }

    /// Makes one now. Blocks for as long as reading, packing and writing the database takes.
    ///
    /// # Errors
    /// `Conflict` while another is being made; `DiskFull` before anything is written if there is
    /// not room for it; else the disk's. Nothing half is left behind.
    pub fn make(&self, why: Why) -> Result<Kept> {
        let _one = one(&self.making, "a backup is being made already")?;
        let at = self.clock.utc(self.clock.now());
        let copy = |to: &Path| self.store.copy_to(to);
        let span = tracing::info_span!(
            target: SPANS,
            "backup",
            backup.reason = ?why,
            backup.bytes = tracing::field::Empty,
            otel.status_code = tracing::field::Empty,
        );
        let made =
            behind(|| span.in_scope(|| self.shelf.add(&self.dir(), (at, why), &self.keys(), copy)));
        match &made {
            Ok(kept) => span.record("backup.bytes", kept.bytes),
            Err(_) => span.record("otel.status_code", "ERROR"),
        };
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = made.as_ref().err().cloned();
        made
    }

    /// Keeps an archive that somebody brought, once it is checked to its last row. Blocks for that long.
    ///
    /// # Errors
    /// As [`check`], and `Conflict` while another is being looked at.
    pub fn bring(&self, file: tempfile::NamedTempFile) -> Result<(Kept, Manifest)> {
        let _one = one(&self.bringing, "another backup is being looked at")?;
        let brought = behind(|| self.shelf.bring(file))?;
        self.shelf.thin()?;
        Ok(brought)
    }

    /// Makes the schedule's backup if the last one of any sort is an hour old, and lets go of what
    /// the schedule no longer keeps. Blocks as [`Backups::make`].
    ///
    /// # Errors
    /// As [`Backups::make`].
    pub fn keep_up(&self) -> Result<Option<Kept>> {
        let now = self.clock.utc(self.clock.now());
        let made = match self.shelf.due(now)? {
            true => Some(self.make(Why::Scheduled)?),
            false => None,
        };
        self.shelf.thin()?;
        Ok(made)
    }

    /// Sees that all are elsewhere too, where that is wished. Blocks for as long as sending takes; what
    /// goes wrong is in [`Backups::trouble`].
    pub fn mirror(&self) {
        self.mirror.keep_up(&(self.ask)().elsewhere, &self.shelf, self.clock.now());
    }

    /// Why the last backup failed, if it did, or does not get to where it is to be kept too.
    pub fn trouble(&self) -> Option<Error> {
        let here = self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone();
        here.or_else(|| self.mirror.trouble())
    }

    fn dir(&self) -> PathBuf {
        self.store.path().parent().map(Path::to_owned).unwrap_or_default()
    }
}

fn one<'a>(lock: &'a Mutex<()>, what: &str) -> Result<MutexGuard<'a, ()>> {
    match lock.try_lock() {
        Ok(one) => Ok(one),
        Err(TryLockError::Poisoned(one)) => Ok(one.into_inner()),
        Err(TryLockError::WouldBlock) => {
            Err(Error::new(Kind::Conflict, what.to_owned()).next("wait for it to be done"))
        }
    }
}

/// Does something long on a thread of its own that lets all others go first: packing a gigabyte must not
/// cost a frame. Blocks until it is done.
///
/// # Errors
/// The job's, or that there is no thread for it.
pub fn behind<T: Send>(job: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    /// Of 19, as `nice` counts.
    const PATIENCE: i32 = 10;
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("dixi-backup".into());
        let thread = thread.spawn_scoped(scope, || {
            // Linux keeps this for each thread. Without it the work is done all the same.
            if let Err(e) = rustix::process::setpriority_process(None, PATIENCE) {
                tracing::debug!("a backup is made at the usual priority: {e}");
            }
            job()
        })?;
        thread.join().unwrap_or_else(|_| Err(Error::internal("a backup's thread panicked")))
    })
}

/// Makes a backup of the database in `dir`, which may be a running box's.
///
/// # Errors
/// As [`Backups::make`], and `NotFound` without a database.
pub fn make_of(dir: &Path, shelf: &Shelf, of: (Timestamp, Why), keys: &Keys) -> Result<Kept> {
    shelf.add(dir, of, keys, |to| copy_of(dir, to))
}

/// Makes a backup if the database in `dir` is of an older Dixi, which opening it would change.
///
/// # Errors
/// As [`make_of`].
pub fn before_upgrade(
    dir: &Path,
    shelf: &Shelf,
    at: Timestamp,
    keys: &Keys,
) -> Result<Option<Kept>> {
    match older_schema(dir) {
        Some(_) => make_of(dir, shelf, (at, Why::BeforeUpgrade), keys).map(Some),
        None => Ok(None),
    }
}

/// Removes what a Dixi that was killed left half done.
pub fn tidy(data_dir: &Path, shelf: &Shelf) {
    shelf::tidy(data_dir);
    shelf::tidy(shelf.folder());
}

/// Where backups are kept: `folder` if one is set, else beside the database in `data_dir`.
pub fn folder(folder: &str, data_dir: &Path) -> PathBuf {
    match folder.trim() {
        "" => data_dir.join("backups"),
        named => named.into(),
    }
}
