//! What is remembered of alerts across restarts: episodes, whom they are still to be told, how often Dixi
//! was started without having been stopped, and whether a GPU was used.
//!
//! A small file beside the database, written whole or not at all, and only when something changes. Not in
//! the database, on purpose: going back to a backup must not bring back the alerts of another day, and a
//! database that cannot be used is a time when alerts are wanted. Never grows beyond its limits; without a
//! place to write to, it is remembered for as long as the process lives.

use std::collections::{BTreeSet, VecDeque};
use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Alert, AlertName, Finding, Look, Via};
use crate::base::Trouble;

/// The file's name, in the data directory.
pub const FILE: &str = "alerts.json";
/// Episodes kept: with a few a week, those of a year.
const EPISODES: usize = 100;
/// Starts that are counted are of the last hour; more than these say nothing new.
const STARTS: usize = 20;
/// So many starts without a stop within [`COUNTED`] are too many: one is a power cut, two are a bad day.
const TOO_MANY: usize = 3;
/// Over this long.
const COUNTED: SignedDuration = SignedDuration::from_hours(1);
/// Larger than any such file, bytes; what is larger is none of ours.
const LARGEST: u64 = 1 << 20;

/// What is remembered.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Book {
    /// The newest first.
    #[serde(default)]
    episodes: VecDeque<Alert>,
    /// When Dixi was started although it had not been stopped, the oldest first.
    #[serde(default)]
    starts: VecDeque<Timestamp>,
    /// It runs, or it did not get to say that it stopped.
    #[serde(default)]
    running: bool,
    /// The networks ran on a GPU.
    #[serde(default)]
    gpu: bool,
    #[serde(skip)]
    path: Option<PathBuf>,
    #[serde(skip)]
    silent: bool,
}

impl Book {
    /// Opens that of `dir` for a run that begins at `now`; what cannot be read is left aside.
    pub fn open(dir: &Path, now: Timestamp) -> Self {
        let path = dir.join(FILE);
        let mut book = match read(&path) {
            Ok(book) => book,
            Err(why) => {
                tracing::warn!("what was remembered of alerts is left aside: {why}");
                Self::default()
            }
        };
        if book.running {
            book.starts.push_back(now);
            let many = book.starts.len().saturating_sub(STARTS);
            book.starts.drain(..many);
        }
        (book.running, book.path) = (true, Some(path));
        book.save();
        book
    }

    /// Dixi was stopped on purpose, or starts again because somebody asked for it.
    pub fn stopped(&mut self) {
        self.running = false;
    }

    /// Whether it was started too often without having been stopped.
    pub fn restarts(&self, now: Timestamp) -> Look {
        let recent = |at: &&Timestamp| now.duration_since(**at) < COUNTED && **at <= now;
        let count = self.starts.iter().filter(recent).count();
        if count < TOO_MANY {
            return Look::Well;
        }
        Look::Ill(Finding {
            why: format!("it started {count} times within an hour without having been stopped"),
            next: "look at the log for what ended it: a crash, too little memory, or the power"
                .into(),
            trouble: Some(Trouble::Restarts { times: count as u32 }),
        })
    }

    /// Notes where the networks run; whether a GPU that was used is gone. `wanted` says whether the
    /// settings ask for one.
    pub fn gpu(&mut self, device: &str, wanted: bool, why: Option<&str>) -> Look {
        let used = match device {
            "cuda" => wanted,
            // Nothing is loaded yet.
            "" => return Look::Between,
            _ => self.gpu && wanted,
        };
        if used != self.gpu {
            self.gpu = used;
            self.save();
        }
        if device == "cuda" || !used {
            return Look::Well;
        }
        Look::Ill(Finding {
            why: why.unwrap_or("the networks run on the CPU, though they ran on a GPU before").into(),
            next: "`dixi doctor` says what is wrong with it; set `vision.device` to `cpu` if it is gone for good".into(),
            trouble: Some(Trouble::GpuLost {}),
        })
    }

    /// Those that go on, the newest first.
    pub fn active(&self) -> impl Iterator<Item = &Alert> {
        self.episodes.iter().filter(|a| a.cleared_at.is_none())
    }

    /// Those that are over, the newest first.
    pub fn past(&self) -> impl Iterator<Item = &Alert> {
        self.episodes.iter().filter(|a| a.cleared_at.is_some())
    }

    /// Those that somebody has still to be told.
    pub(super) fn owed(&self) -> Vec<Alert> {
        self.episodes.iter().filter(|a| !a.owed.is_empty()).cloned().collect()
    }

    /// A new one.
    pub(super) fn raise(
        &mut self,
        alert: AlertName,
        found: &Finding,
        at: Timestamp,
        owed: BTreeSet<Via>,
    ) -> Alert {
        let episode = Alert {
            id: format!("{:032x}", rand::random::<u128>()),
            alert,
            why: found.why.clone(),
            next: found.next.clone(),
            trouble: found.trouble.clone(),
            raised_at: at,
            cleared_at: None,
            owed,
        };
        self.episodes.push_front(episode.clone());
        while self.episodes.len() > EPISODES {
            // Those that go on stay: there are only as many as there are names.
            match self.episodes.iter().rposition(|a| a.cleared_at.is_some()) {
                Some(oldest) => drop(self.episodes.remove(oldest)),
                None => break,
            }
        }
        episode
    }

    /// Ends the one that goes on.
    pub(super) fn clear(
        &mut self,
        alert: AlertName,
        at: Timestamp,
        owed: BTreeSet<Via>,
    ) -> Option<Alert> {
        let going = |a: &&mut Alert| a.alert == alert && a.cleared_at.is_none();
        let episode = self.episodes.iter_mut().find(going)?;
        (episode.cleared_at, episode.owed) = (Some(at), owed);
        Some(episode.clone())
    }

    /// Somebody was told the state of an episode that `over` names, or will not be.
    pub fn settled(&mut self, id: &str, over: bool, via: Via) {
        let it = |a: &&mut Alert| a.id == id && a.cleared_at.is_some() == over;
        if self.episodes.iter_mut().find(it).is_some_and(|a| a.owed.remove(&via)) {
            self.save();
        }
    }

    /// Writes it whole, or not at all. That it could not be is said once.
    pub fn save(&mut self) {
        let Some(path) = &self.path else { return };
        match write(path, self) {
            Ok(()) => self.silent = false,
            Err(e) if !self.silent => {
                self.silent = true;
                tracing::warn!("alerts are not remembered beyond this run: {e}");
            }
            Err(_) => {}
        }
    }
}

fn read(path: &Path) -> Result<Book, String> {
    match std::fs::metadata(path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Book::default()),
        Err(e) => return Err(e.to_string()),
        Ok(about) if about.len() > LARGEST => {
            return Err(format!("{} is too large", path.display()));
        }
        Ok(_) => {}
    }
    let text = std::fs::read(path).map_err(|e| e.to_string())?;
    serde_json::from_slice(&text).map_err(|e| format!("{}: {e}", path.display()))
}

fn write(path: &Path, book: &Book) -> std::io::Result<()> {
    let dir = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(dir)?;
    serde_json::to_writer(&mut file, book)?;
    file.flush()?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|e| e.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + minutes * 60).unwrap()
    }

    fn found() -> Finding {
        Finding { why: "gone".into(), next: "look".into(), trouble: None }
    }

    #[test]
    fn episodes_survive_a_restart_and_stay_few() {
        let dir = tempfile::tempdir().unwrap();
        let mut book = Book::open(dir.path(), at(0));
        let owed = BTreeSet::from([Via::Webhook]);
        let disk = book.raise(AlertName::DiskLow, &found(), at(0), owed.clone());
        for n in 0..300 {
            book.raise(AlertName::CameraLost, &found(), at(n), BTreeSet::new());
            book.clear(AlertName::CameraLost, at(n + 1), owed.clone()).unwrap();
        }
        book.settled(&disk.id, true, Via::Webhook);
        book.save();
        drop(book);
        let mut book = Book::open(dir.path(), at(300));
        assert_eq!(book.active().map(|a| &a.id).collect::<Vec<_>>(), [&disk.id]);
        assert_eq!((book.past().count(), book.owed().len()), (EPISODES - 1, EPISODES));
        book.settled(&disk.id, false, Via::Webhook);
        assert_eq!(book.owed().len(), EPISODES - 1);
        let bytes = std::fs::metadata(dir.path().join(FILE)).unwrap().len();
        assert!(bytes < 64 << 10, "{bytes}");
    }

    #[test]
    fn only_starts_without_a_stop_are_counted_and_only_for_an_hour() {
        let dir = tempfile::tempdir().unwrap();
        for minute in 0..10 {
            let mut book = Book::open(dir.path(), at(minute));
            assert_eq!(book.restarts(at(minute)), Look::Well);
            book.stopped();
            book.save();
        }
        // The first of these was stopped before it; the others were not.
        for (minute, ill) in [(10, false), (11, false), (12, false), (13, true), (73, false)] {
            let book = Book::open(dir.path(), at(minute));
            let look = book.restarts(at(minute));
            assert_eq!(matches!(look, Look::Ill(_)), ill, "{minute}: {look:?}");
        }
    }

    #[test]
    fn a_gpu_is_lost_only_where_one_was_used_and_is_still_wanted() {
        let dir = tempfile::tempdir().unwrap();
        let mut book = Book::open(dir.path(), at(0));
        assert_eq!(book.gpu("cpu", true, None), Look::Well, "there was none");
        assert_eq!(book.gpu("cuda", true, None), Look::Well);
        assert_eq!(book.gpu("", true, None), Look::Between);
        drop(book);
        let mut book = Book::open(dir.path(), at(1));
        assert!(
            matches!(book.gpu("cpu", true, Some("no driver")), Look::Ill(f) if f.why == "no driver")
        );
        assert_eq!(book.gpu("cpu", false, None), Look::Well, "the owner took the CPU");
        assert_eq!(book.gpu("cpu", true, None), Look::Well);
    }

    #[test]
    fn a_damaged_file_is_left_aside() {
        let dir = tempfile::tempdir().unwrap();
        for text in ["{", "[]", "{\"episodes\":3}", &"x".repeat(2 << 20)] {
            std::fs::write(dir.path().join(FILE), text).unwrap();
            assert_eq!(Book::open(dir.path(), at(0)).active().count(), 0);
        }
    }
}
