//! Keeping what is kept: what happens to the database before it is opened, and its hourly backups.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::base::{Clock, Error, Kind, Result, Trouble};
use crate::config::{Layers, SettingsHub};
use crate::operate::audit::{Audit, Entry, What};
use crate::operate::backup::{self, Backups, Restored, Shelf};
use crate::server::wire::HealthPart;
use crate::store::Store;
use crate::store::audit::carry_over;
use crate::store::settings::load_read_only;

/// The schedule is looked at this often; what is missed (the machine slept) is made up for then.
const LOOK: Duration = Duration::from_secs(60);
/// The first look: a start has better things to do, and one that fails at once shall not fill a disk.
const FIRST_LOOK: Duration = Duration::from_secs(120);

/// Puts a staged restore in its place, and backs up a database that opening it would bring up to date.
///
/// # Errors
/// Then the database is not to be opened: it would be another than people expect, or changed with
/// no way back.
pub(super) fn before_opening(
    layers: &Layers,
    dir: &Path,
    clock: Clock,
) -> Result<Option<Restored>> {
    let restored = backup::apply_staged(dir)?;
    if let Some(restored) = &restored {
        let rows: u64 = restored.manifest.rows.values().sum();
        tracing::warn!("the backup of {} is restored, {rows} rows", restored.manifest.made_at);
        if let Some(former) = &restored.former {
            tracing::info!("what was there before is kept as {}", former.display());
        }
    }
    let shelf = Shelf::new(backup::folder(&set_folder(layers, dir), dir));
    let made = backup::before_upgrade(dir, &shelf, clock.utc(clock.now())).map_err(|e| {
        Error::new(e.kind(), "the database is of an older Dixi and could not be backed up first")
            .why(e.to_string())
            .next(e.next_step().unwrap_or("make that possible, and start Dixi again"))
    })?;
    if let Some(kept) = made {
        tracing::info!("the database is brought up to date; as it was it is kept in {}", kept.name);
    }
    Ok(restored)
}

/// What the audit log says of a restore, after the rows that the backup does not have were brought over
/// from the database before: nobody gets rid of the log by going back.
pub(super) fn after_restore(store: &Store, did: &Restored) -> Entry {
    let entry = Entry::new(What::Restored).with("made_at", did.manifest.made_at.to_string());
    let Some(former) = &did.former else { return entry };
    match carry_over(store, former) {
        Ok(rows) => entry.with("carried_over", rows),
        Err(e) => {
            tracing::warn!("the audit log is the backup's: {e}");
            entry.with("not_carried_over", e.what())
        }
    }
}

/// `backup.folder`, before the settings of the page can be had in the usual way.
fn set_folder(layers: &Layers, dir: &Path) -> String {
    let key = "backup.folder";
    let kept = || {
        let all = load_read_only(dir).unwrap_or_default();
        all.into_iter().find(|(name, _)| name == key).map(|(_, value)| value)
    };
    let value = layers.fixed(key).map(|fixed| fixed.value.clone()).or_else(kept);
    value.and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The backups of a box that keeps something.
pub(super) fn backups(
    store: &Arc<Store>,
    settings: &SettingsHub,
    dir: &Path,
    clock: Clock,
) -> Arc<Backups> {
    let shelf = Shelf::new(backup::folder(&settings.current().backup.folder, dir));
    Arc::new(Backups::new(Arc::clone(store), shelf, clock))
}

/// Makes the schedule's backups until `stop`.
pub(super) async fn keep_up(
    backups: Arc<Backups>,
    settings: Arc<SettingsHub>,
    audit: Option<Arc<Audit>>,
    stop: CancellationToken,
) {
    let mut every = tokio::time::interval_at(tokio::time::Instant::now() + FIRST_LOOK, LOOK);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = every.tick() => {}
        }
        if !settings.current().backup.enabled {
            continue;
        }
        let backups = Arc::clone(&backups);
        match tokio::task::spawn_blocking(move || backups.keep_up()).await {
            Ok(Ok(made)) => {
                if let (Some(kept), Some(audit)) = (made, &audit) {
                    audit.note(Entry::new(What::BackupMade).about(kept.name));
                }
            }
            Ok(Err(e)) => tracing::error!("no backup was made: {e}"),
            Err(e) => tracing::error!("a backup ended early: {e}"),
        }
    }
}

/// How the backups are, for `/api/health/ready`.
pub(super) fn health(backups: Option<&Backups>) -> HealthPart {
    let Some(trouble) = backups.and_then(Backups::trouble) else { return HealthPart::of(None) };
    HealthPart::of(Some(&trouble)).or(|_| coded(&trouble))
}

/// Why no backup was made, by a code.
pub(super) fn coded(trouble: &Error) -> Trouble {
    match trouble.kind() {
        Kind::DiskFull => Trouble::BackupFull {},
        _ => Trouble::BackupFails { detail: trouble.to_string() },
    }
}
