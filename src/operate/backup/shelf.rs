//! The folder with the backups: their names, which is due, and which are let go.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::Why;
use super::archive::{About, Manifest, pack};
use super::keys::{Bunch, Keys};
use super::restore::{CHECKING, STAGING, check_in};
use crate::base::{Error, Kind, Result};
use crate::operate::host;

const PREFIX: &str = "dixi-";
const SUFFIX: &str = ".tar.gz";
/// In names: sorts by time, and every file system takes it.
const TIME: &str = "%Y-%m-%dT%H-%M-%SZ";
/// The recovery point that we promise.
const EVERY: SignedDuration = SignedDuration::from_hours(1);
/// How many of the schedule's are kept: the newest of as many hours, days, weeks and months.
const KEPT: [(&str, usize); 4] =
    [("%Y-%m-%dT%H", 24), ("%Y-%m-%d", 7), ("%G-W%V", 4), ("%Y-%m", 12)];
/// How many are kept of those that were made before an upgrade, and of those that were brought.
const UPGRADES: usize = 3;
const BROUGHT: usize = 3;
/// What is being made or brought: named out of the list until it is whole.
pub(super) const MAKING: &str = ".making-";
pub(super) const BRINGING: &str = ".bringing-";

/// A backup in the folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ts_rs::TS, utoipa::ToSchema)]
#[ts(rename = "BackupFile")]
#[schema(as = BackupFile)]
pub struct Kept {
    /// Its file's name.
    pub name: String,
    /// When it was made, RFC 3339 UTC.
    #[ts(type = "string")]
    pub made_at: Timestamp,
    /// Why.
    pub why: Why,
    /// Its length, bytes.
    pub bytes: u64,
}

impl Kept {
    fn name(at: Timestamp, why: Why) -> String {
        format!("{PREFIX}{}-{}{SUFFIX}", at.strftime(TIME), why.name())
    }

    pub(super) fn parse(name: &str, bytes: u64) -> Option<Self> {
        let middle = name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?;
        let (at, why) = middle.split_at_checked(20)?;
        let why = match why.strip_prefix('-')? {
            "scheduled" => Why::Scheduled,
            "asked" => Why::Asked,
            "before-upgrade" => Why::BeforeUpgrade,
            "brought" => Why::Brought,
            _ => return None,
        };
        let made_at = jiff::fmt::strtime::parse(TIME, at).ok()?.to_datetime().ok()?;
        let made_at = made_at.to_zoned(TimeZone::UTC).ok()?.timestamp();
        Some(Self { name: name.to_owned(), made_at, why, bytes })
    }
}

/// The folder.
#[derive(Clone, Debug)]
pub struct Shelf {
    folder: PathBuf,
}

impl Shelf {
    /// Backups in `folder`, which is made with the first.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// All backups, the newest first. Files with other names are nobody's business.
    ///
    /// # Errors
    /// If the folder cannot be read. One that is not there yet is empty.
    pub fn list(&self) -> Result<Vec<Kept>> {
        let files = match fs::read_dir(&self.folder) {
            Ok(files) => files,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) => return Err(self.trouble("cannot read", e)),
        };
        let kept = |file: std::io::Result<fs::DirEntry>| {
            let file = file.ok()?;
            Kept::parse(file.file_name().to_str()?, file.metadata().ok()?.len())
        };
        let mut all: Vec<Kept> = files.filter_map(kept).collect();
        all.sort_by(|a, b| b.name.cmp(&a.name));
        Ok(all)
    }

    /// The file of the backup with this name.
    ///
    /// # Errors
    /// `NotFound` for what is none of ours, whatever path it may spell.
    pub fn find(&self, name: &str) -> Result<PathBuf> {
        match self.list()?.iter().any(|kept| kept.name == name) {
            true => Ok(self.folder.join(name)),
            false => Err(Error::new(Kind::NotFound, "there is no such backup")
                .next("`dixi backup list` says which there are")),
        }
    }

    /// Adds one of the database in `dir`: `copy` writes it to a file that it is given.
    pub(super) fn add(
        &self,
        dir: &Path,
        (at, why): (Timestamp, Why),
        keys: &Keys,
        copy: impl FnOnce(&Path) -> Result<()>,
    ) -> Result<Kept> {
        self.make_folder()?;
        let needed = fs::metadata(dir.join(crate::store::FILE)).map_or(0, |m| m.len()) + (1 << 20);
        has_room(dir, needed)?;
        // At worst an archive is as large; where both are on one disk it takes both.
        has_room(&self.folder, needed)?;
        // The copy holds all keys as they are: it stays where they are, and is gone whatever happens.
        let work = tempfile::Builder::new().prefix(MAKING).tempdir_in(dir);
        let work = work.map_err(|e| self.trouble("cannot make", e))?;
        let copied = work.path().join("copy");
        copy(&copied)?;
        let bunch = Bunch::take(&copied, dir, keys.is_secret)?;
        let names = bunch.names();
        let sealed = !names.is_empty() && !keys.passphrase.is_empty();
        let sealed = sealed.then(|| bunch.seal(&keys.passphrase)).transpose()?;
        let half = tempfile::Builder::new().prefix(MAKING).tempdir_in(&self.folder);
        let half = half.map_err(|e| self.trouble("cannot write", e))?;
        let packed = half.path().join("packed");
        let about = About { made_at: at, why, keys: sealed, names };
        let Manifest { rows, .. } = pack(&copied, &packed, about)?;
        let kept = self.keep(&packed, at, why)?;
        let rows: u64 = rows.values().sum();
        tracing::info!("backup: {}, {rows} rows, {} bytes", kept.name, kept.bytes);
        Ok(kept)
    }

    /// A new file for an archive that somebody brings, with room for `bytes`, if that is known.
    ///
    /// # Errors
    /// `DiskFull` without room; else the disk's.
    pub fn incoming(&self, bytes: Option<u64>) -> Result<tempfile::NamedTempFile> {
        self.make_folder()?;
        has_room(&self.folder, bytes.unwrap_or(0).saturating_add(1 << 20))?;
        let file = tempfile::Builder::new().prefix(BRINGING).tempfile_in(&self.folder);
        file.map_err(|e| self.trouble("cannot write", e))
    }

    /// Keeps an archive that somebody brought, once it is checked to its last row.
    ///
    /// # Errors
    /// As [`super::check`]; it is removed then.
    pub(super) fn bring(&self, file: tempfile::NamedTempFile) -> Result<(Kept, Manifest)> {
        let manifest = check_in(file.path(), &self.folder)?;
        let (at, why) = (manifest.made_at, Why::Brought);
        if Kept::parse(&Kept::name(at, why), 0).is_none() {
            return Err(Error::invalid("this backup cannot be used")
                .why("it says to be of no time that there was")
                .next("take another one; nothing has been changed"));
        }
        file.as_file().sync_all()?;
        let path = file.into_temp_path();
        let kept = self.keep(&path, at, why)?;
        // It is not there any more under this name.
        drop(path);
        Ok((kept, manifest))
    }

    /// Gives a whole archive its name. Two of a second: the later one holds all that the earlier does.
    fn keep(&self, packed: &Path, at: Timestamp, why: Why) -> Result<Kept> {
        let name = Kept::name(at, why);
        let to = self.folder.join(&name);
        fs::rename(packed, &to).map_err(|e| self.trouble("cannot write", e))?;
        fs::File::open(&self.folder).and_then(|dir| dir.sync_all())?;
        let kept = Kept::parse(&name, fs::metadata(&to)?.len());
        kept.ok_or_else(|| Error::internal("a backup's name is not one"))
    }

    fn make_folder(&self) -> Result<()> {
        use std::os::unix::fs::DirBuilderExt;
        let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.folder);
        made.map_err(|e| self.trouble("cannot make", e))
    }

    /// Whether the newest is an hour old. One from the future (the clock was wrong) does not count.
    pub(super) fn due(&self, now: Timestamp) -> Result<bool> {
        let all = self.list()?;
        let own = all.iter().filter(|kept| kept.why != Why::Brought);
        let newest = own.map(|kept| kept.made_at).find(|at| *at <= now);
        Ok(newest.is_none_or(|at| now.duration_since(at) >= EVERY))
    }

    /// Removes what the schedule no longer keeps. What somebody asked for stays until they remove it.
    ///
    /// # Errors
    /// If a file cannot be removed.
    pub(super) fn thin(&self) -> Result<()> {
        for gone in surplus(&self.list()?) {
            fs::remove_file(self.folder.join(&gone.name))
                .map_err(|e| self.trouble("cannot thin", e))?;
            tracing::info!("backup: {} is let go", gone.name);
        }
        Ok(())
    }

    fn trouble(&self, what: &str, e: std::io::Error) -> Error {
        let why = e.to_string();
        let what = format!("{what} the backups in {}", self.folder.display());
        Error::new(Error::from(e).kind(), what)
            .why(why)
            .next("look at its rights, or set another folder: `backup.folder`")
    }
}

fn has_room(folder: &Path, needed: u64) -> Result<()> {
    match host::disk(folder) {
        Some((free, _)) if free < needed => {
            Err(Error::new(Kind::DiskFull, "there is no room for a backup")
                .why(format!("{needed} bytes are needed in {}, {free} are free", folder.display()))
                .next("make room, or set another folder: `backup.folder`"))
        }
        _ => Ok(()),
    }
}

/// Removes what a Dixi that was killed left half done in `dir`. What is younger than an hour may be
/// another process's, still at work.
pub(super) fn tidy(dir: &Path) {
    const HALF_DONE: [&str; 4] = [MAKING, BRINGING, STAGING, CHECKING];
    let old = |entry: &fs::DirEntry| {
        let name = entry.file_name();
        let ours = HALF_DONE.iter().any(|half| name.to_str().is_some_and(|n| n.starts_with(half)));
        let age = entry.metadata().and_then(|m| m.modified()).map(|at| at.elapsed());
        ours && matches!(age, Ok(Ok(age)) if age > std::time::Duration::from_secs(3600))
    };
    for entry in fs::read_dir(dir).into_iter().flatten().flatten().filter(old) {
        let path = entry.path();
        let removed =
            if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        match removed {
            Ok(()) => {
                tracing::info!("backup: {} was left half done and is removed", path.display())
            }
            Err(e) => tracing::warn!("backup: {} is left half done: {e}", path.display()),
        }
    }
}

/// Those to let go, of a list with the newest first.
pub(super) fn surplus(all: &[Kept]) -> Vec<&Kept> {
    let scheduled = || all.iter().filter(|kept| kept.why == Why::Scheduled);
    let mut keep = HashSet::new();
    for (slot, most) in KEPT {
        let mut slots = HashSet::new();
        for kept in scheduled() {
            let of = kept.made_at.to_zoned(TimeZone::UTC).strftime(slot).to_string();
            if slots.len() < most && slots.insert(of) {
                keep.insert(&kept.name);
            }
        }
    }
    let of = |why| all.iter().filter(move |kept| kept.why == why);
    let further = of(Why::BeforeUpgrade).skip(UPGRADES).chain(of(Why::Brought).skip(BROUGHT));
    scheduled().filter(|kept| !keep.contains(&kept.name)).chain(further).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(at: Timestamp, why: Why) -> Kept {
        Kept::parse(&Kept::name(at, why), 7).unwrap()
    }

    #[test]
    fn names_say_when_and_why() {
        let at: Timestamp = "2026-11-21T18:50:03Z".parse().unwrap();
        let kept = kept(at, Why::BeforeUpgrade);
        assert_eq!(kept.name, "dixi-2026-11-21T18-50-03Z-before-upgrade.tar.gz");
        assert_eq!((kept.made_at, kept.why, kept.bytes), (at, Why::BeforeUpgrade, 7));
        for foreign in [
            "",
            "dixi-.tar.gz",
            "dixi-2026-11-21T18-50-03Z-x.tar.gz",
            "../dixi-2026-11-21T18-50-03Z-asked.tar.gz",
            "dixi-2026-13-21T18-50-03Z-asked.tar.gz",
            "dixi-ääääääääääääääääääää-asked.tar.gz",
        ] {
            assert_eq!(Kept::parse(foreign, 1), None, "{foreign}");
        }
    }

    /// A year of hours, thinned after each as a running box does it.
    #[test]
    fn a_year_leaves_24_hours_7_days_4_weeks_and_12_months() {
        let mut all: Vec<Kept> = vec![kept("2025-06-01T00:00:00Z".parse().unwrap(), Why::Asked)];
        let start: Timestamp = "2025-10-01T00:30:00Z".parse().unwrap();
        for hour in 0..24 * 417 {
            let at = start + SignedDuration::from_hours(hour);
            all.insert(0, kept(at, Why::Scheduled));
            let gone: HashSet<String> = surplus(&all).into_iter().map(|k| k.name.clone()).collect();
            all.retain(|k| !gone.contains(&k.name));
        }
        let newest = all[0].made_at;
        let ages: Vec<i64> =
            all.iter().map(|k| newest.duration_since(k.made_at).as_hours()).collect();
        assert_eq!(ages[..24], (0..24).collect::<Vec<_>>());
        let days: HashSet<_> = all.iter().map(|k| k.made_at.strftime("%F").to_string()).collect();
        let within = |hours| {
            all.iter().filter(|k| newest.duration_since(k.made_at).as_hours() <= hours).count()
        };
        assert!(within(24 * 7) >= 24 + 6 - 1, "{ages:?}");
        assert!(days.len() >= 7 + 3 + 10 && all.len() <= 24 + 7 + 4 + 12 + 1, "{ages:?}");
        assert!(ages.iter().any(|age| *age > 24 * 330), "a year back: {ages:?}");
        assert_eq!(
            all.iter().filter(|k| k.why == Why::Asked).count(),
            1,
            "what was asked for stays"
        );
    }

    #[test]
    fn only_the_last_three_upgrades_are_kept() {
        let at = |day: i64| -> Timestamp {
            "2026-01-01T00:00:00Z".parse::<Timestamp>().unwrap()
                + SignedDuration::from_hours(24 * day)
        };
        let all: Vec<Kept> = (0..5).rev().map(|day| kept(at(day), Why::BeforeUpgrade)).collect();
        let gone: Vec<_> = surplus(&all).iter().map(|k| k.made_at).collect();
        assert_eq!(gone, [at(1), at(0)]);
    }
}
