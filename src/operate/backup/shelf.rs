//! The folder with the backups: their names, which is due, and which are let go.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::Why;
use super::archive::{Manifest, pack};
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
/// How many are kept of those that were made before an upgrade.
const UPGRADES: usize = 3;

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
    fn parse(name: &str, bytes: u64) -> Option<Self> {
        let middle = name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?;
        let (at, why) = middle.split_at_checked(20)?;
        let why = match why.strip_prefix('-')? {
            "scheduled" => Why::Scheduled,
            "asked" => Why::Asked,
            "before-upgrade" => Why::BeforeUpgrade,
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

    /// Adds one: `copy` writes the database, which is `database`, to a file that it is given.
    pub(super) fn add(
        &self,
        database: &Path,
        at: Timestamp,
        why: Why,
        copy: impl FnOnce(&Path) -> Result<()>,
    ) -> Result<Kept> {
        use std::os::unix::fs::DirBuilderExt;
        let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.folder);
        made.map_err(|e| self.trouble("cannot make", e))?;
        self.has_room(database)?;
        // Named out of the list until it is whole; removed with everything in it whatever happens.
        let work = tempfile::Builder::new().prefix(".making-").tempdir_in(&self.folder);
        let work = work.map_err(|e| self.trouble("cannot write", e))?;
        let (raw, packed) = (work.path().join("copy"), work.path().join("packed"));
        copy(&raw)?;
        let Manifest { rows, .. } = pack(&raw, &packed, at, why)?;
        let name = format!("{PREFIX}{}-{}{SUFFIX}", at.strftime(TIME), why.name());
        let to = self.folder.join(&name);
        // Two within a second: the later one holds all that the earlier does.
        fs::rename(&packed, &to).map_err(|e| self.trouble("cannot write", e))?;
        fs::File::open(&self.folder).and_then(|dir| dir.sync_all())?;
        let bytes = fs::metadata(&to)?.len();
        tracing::info!("backup: {name}, {} rows, {bytes} bytes", rows.values().sum::<u64>());
        Ok(Kept { name, made_at: at, why, bytes })
    }

    /// The copy and, at worst, an archive as large.
    fn has_room(&self, database: &Path) -> Result<()> {
        let needed = 2 * fs::metadata(database).map_or(0, |m| m.len()) + (1 << 20);
        match host::disk(&self.folder) {
            Some((free, _)) if free < needed => {
                Err(Error::new(Kind::DiskFull, "there is no room for a backup")
                    .why(format!(
                        "{needed} bytes are needed in {}, {free} are free",
                        self.folder.display()
                    ))
                    .next("make room, or set another folder: `backup.folder`"))
            }
            _ => Ok(()),
        }
    }

    /// Whether the newest is an hour old. One from the future (the clock was wrong) does not count.
    pub(super) fn due(&self, now: Timestamp) -> Result<bool> {
        let all = self.list()?;
        let newest = all.iter().map(|kept| kept.made_at).find(|at| *at <= now);
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

/// Those to let go, of a list with the newest first.
fn surplus(all: &[Kept]) -> Vec<&Kept> {
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
    let upgrades = all.iter().filter(|kept| kept.why == Why::BeforeUpgrade).skip(UPGRADES);
    scheduled().filter(|kept| !keep.contains(&kept.name)).chain(upgrades).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(at: Timestamp, why: Why) -> Kept {
        let name = format!("{PREFIX}{}-{}{SUFFIX}", at.strftime(TIME), why.name());
        Kept::parse(&name, 7).unwrap()
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
