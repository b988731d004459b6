//! Backups: one file each, made while Dixi works, checked before it is trusted, and put back whole
//! or not at all.
//!
//! A backup is a `.tar.gz` of a manifest and the database, which holds settings, scenes, pictures,
//! accounts and all else; the manifest says how long each file is, its SHA-256, and how many rows
//! each table has. A restore is staged beside the database and takes its place at the next start,
//! so that nothing changes under a running box.

mod archive;
mod restore;
mod shelf;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::base::{Clock, Error, Result, SPANS};
use crate::store::Store;
use crate::store::copies::{copy_of, older_schema};
pub use archive::{FileSum, Manifest};
pub use restore::{Restored, apply_staged, check, stage};
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
}

impl Why {
    const fn name(self) -> &'static str {
        match self {
            Why::Scheduled => "scheduled",
            Why::Asked => "asked",
            Why::BeforeUpgrade => "before-upgrade",
        }
    }
}

/// Makes backups of the running box, one at a time, and knows how the last one went.
pub struct Backups {
    store: Arc<Store>,
    shelf: Shelf,
    clock: Clock,
    /// One at a time: two would only share the disk's speed.
    making: Mutex<()>,
    trouble: Mutex<Option<Error>>,
}

impl Backups {
    /// Backups of `store` on `shelf`.
    pub fn new(store: Arc<Store>, shelf: Shelf, clock: Clock) -> Self {
        Self { store, shelf, clock, making: Mutex::default(), trouble: Mutex::default() }
    }

    /// Where they are kept.
    pub fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    /// Makes one now. Blocks for as long as reading, packing and writing the database takes.
    ///
    /// # Errors
    /// `Conflict` while another is being made; `DiskFull` before anything is written if there is
    /// not room for it; else the disk's. Nothing half is left behind.
    pub fn make(&self, why: Why) -> Result<Kept> {
        let Ok(_one) = self.making.try_lock() else {
            return Err(Error::new(crate::base::Kind::Conflict, "a backup is being made already")
                .next("wait for it to be done"));
        };
        let at = self.clock.utc(self.clock.now());
        let copy = |to: &Path| self.store.copy_to(to);
        let span = tracing::info_span!(
            target: SPANS,
            "backup",
            backup.reason = ?why,
            backup.bytes = tracing::field::Empty,
            otel.status_code = tracing::field::Empty,
        );
        let made = span.in_scope(|| self.shelf.add(self.store.path(), at, why, copy));
        match &made {
            Ok(kept) => span.record("backup.bytes", kept.bytes),
            Err(_) => span.record("otel.status_code", "ERROR"),
        };
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = made.as_ref().err().cloned();
        made
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

    /// Why the last backup failed, if it did.
    pub fn trouble(&self) -> Option<Error> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Makes a backup of the database in `dir`, which may be a running box's.
///
/// # Errors
/// As [`Backups::make`], and `NotFound` without a database.
pub fn make_of(dir: &Path, shelf: &Shelf, at: Timestamp, why: Why) -> Result<Kept> {
    shelf.add(&dir.join(crate::store::FILE), at, why, |to| copy_of(dir, to))
}

/// Makes a backup if the database in `dir` is of an older Dixi, which opening it would change.
///
/// # Errors
/// As [`make_of`].
pub fn before_upgrade(dir: &Path, shelf: &Shelf, at: Timestamp) -> Result<Option<Kept>> {
    match older_schema(dir) {
        Some(_) => make_of(dir, shelf, at, Why::BeforeUpgrade).map(Some),
        None => Ok(None),
    }
}

/// Where backups are kept: `folder` if one is set, else beside the database in `data_dir`.
pub fn folder(folder: &str, data_dir: &Path) -> PathBuf {
    match folder.trim() {
        "" => data_dir.join("backups"),
        named => named.into(),
    }
}
