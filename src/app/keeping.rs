//! Keeping what is kept: what happens to the database before it is opened, what a restore takes along,
//! and what the settings say of backups. When they are made is `routine`'s.

use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use super::mask;
use crate::base::{Clock, Error, Kind, Result, Secret, Trouble};
use crate::config::{BackupSettings, Layers, Settings, SettingsHub};
use crate::operate::audit::{Entry, What};
use crate::operate::backup::elsewhere::Address;
use crate::operate::backup::{self, Backups, Keys, Restored, Shelf, Wishes};
use crate::server::wire::HealthPart;
use crate::store::Store;
use crate::store::audit::carry_over;
use crate::store::copies::carry_settings;
use crate::store::settings::load_read_only;

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
    let set = |key| set_before(layers, dir, key);
    let shelf = Shelf::new(backup::folder(&set("backup.folder"), dir));
    backup::tidy(dir, &shelf);
    let keys = Keys { passphrase: set("backup.passphrase").as_str().into(), is_secret };
    let made = backup::before_upgrade(dir, &shelf, clock.utc(clock.now()), &keys).map_err(|e| {
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
/// from the database before: nobody gets rid of the log by going back. So are the keys that came with no
/// backup, or stayed sealed in it: the box would be told of nothing any more.
pub(super) fn after_restore(store: &Store, did: &Restored) -> Entry {
    let entry = Entry::new(What::Restored).with("made_at", did.manifest.made_at.to_string());
    let Some(former) = &did.former else { return entry };
    let keys = [&did.manifest.sealed[..], &did.manifest.left_out[..]].concat();
    if let Err(e) = carry_settings(store, former, &keys) {
        tracing::warn!("the secret settings before are not kept: {e}");
    }
    match carry_over(store, former) {
        Ok(rows) => entry.with("carried_over", rows),
        Err(e) => {
            tracing::warn!("the audit log is the backup's: {e}");
            entry.with("not_carried_over", e.what())
        }
    }
}

/// A text that is set, before the settings of the page can be had in the usual way.
fn set_before(layers: &Layers, dir: &Path, key: &str) -> String {
    let kept = || {
        let all = load_read_only(dir).unwrap_or_default();
        all.into_iter().find(|(name, _)| name == key).map(|(_, value)| value)
    };
    let value = layers.fixed(key).map(|fixed| fixed.value.clone()).or_else(kept);
    value.and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Whether a setting is not for whoever holds a backup: declared secret, or with a password in it.
fn is_secret(key: &str, value: &Value) -> bool {
    let declared = || Settings::declared().iter().any(|s| s.secret && s.key == key);
    mask(key, value).is_some_and(|shown| shown != *value) || declared()
}

/// How keys go into backups.
pub fn keys(set: &BackupSettings) -> Keys {
    Keys { passphrase: set.passphrase.clone(), is_secret }
}

/// Where else backups go.
pub fn elsewhere(set: &BackupSettings) -> Address {
    Address {
        endpoint: set.s3_endpoint.clone(),
        bucket: set.s3_bucket.clone(),
        region: set.s3_region.clone(),
        folder: set.s3_folder.clone(),
        access_key: set.s3_access_key.clone(),
        secret_key: Secret::clone(&set.s3_secret_key),
    }
}

/// The backups of a box that keeps something.
pub(super) fn backups(
    store: &Arc<Store>,
    settings: &Arc<SettingsHub>,
    dir: &Path,
    clock: Clock,
) -> Arc<Backups> {
    let shelf = Shelf::new(backup::folder(&settings.current().backup.folder, dir));
    let settings = Arc::clone(settings);
    let ask = move || {
        let set = &settings.current().backup;
        Wishes { keys: keys(set), elsewhere: elsewhere(set) }
    };
    Arc::new(Backups::new(Arc::clone(store), shelf, Box::new(ask), clock))
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
