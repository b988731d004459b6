//! Putting a backup back: checked and staged beside the database, in its place at the next start.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::archive::{Manifest, unpack};
use crate::base::{Error, Kind, Result};
use crate::store::FILE;

/// The folder where a checked restore waits for the next start.
const STAGED: &str = "restore";
/// In that folder, and only there, once the database beside it is whole and checked.
const READY: &str = "ready.json";

/// Looks whether a backup can be restored, and changes nothing that lasts.
///
/// # Errors
/// `Invalid` if it is none or damaged; `Conflict` if it is of a newer Dixi; else the disk's.
pub fn check(archive: &Path) -> Result<Manifest> {
    let dir = tempfile::tempdir()?;
    unpack(archive, &dir.path().join(FILE))
}

/// Checks a backup and stages it: the next start in `data_dir` begins with it. One that was staged
/// before is forgotten. Blocks for as long as unpacking and checking takes.
///
/// # Errors
/// As [`check`]; nothing has changed then.
pub fn stage(archive: &Path, data_dir: &Path) -> Result<Manifest> {
    // In the same folder, so that taking the place is one rename.
    let work = tempfile::Builder::new().prefix(".restore-").tempdir_in(data_dir).map_err(|e| {
        let why = e.to_string();
        Error::new(Error::from(e).kind(), format!("cannot write in {}", data_dir.display()))
            .why(why)
    })?;
    let manifest = unpack(archive, &work.path().join(FILE))?;
    let json = serde_json::to_vec_pretty(&manifest)
        .map_err(|e| Error::internal("the manifest is no JSON").source(e))?;
    fs::write(work.path().join(READY), json)?;
    sync(work.path())?;
    let staged = data_dir.join(STAGED);
    match fs::remove_dir_all(&staged) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e.into()),
        _ => fs::rename(work.keep(), &staged)?,
    }
    sync(data_dir)?;
    Ok(manifest)
}

/// What a restore did.
#[derive(Clone, Debug)]
pub struct Restored {
    /// What is there now.
    pub manifest: Manifest,
    /// Where the database went that was there before, if there was one.
    pub former: Option<PathBuf>,
}

/// Puts a staged restore in its place, before the database is opened. A power cut at any moment
/// leaves the former database or the restored one, and the next start finishes.
///
/// # Errors
/// If files cannot be moved: then the former database is still there.
pub fn apply_staged(data_dir: &Path) -> Result<Option<Restored>> {
    let staged = data_dir.join(STAGED);
    let manifest = match fs::read(staged.join(READY)) {
        Ok(json) => serde_json::from_slice::<Manifest>(&json).map_err(|e| {
            Error::new(Kind::Invalid, "the staged restore cannot be read")
                .source(e)
                .next(format!("remove {} and restore again", staged.display()))
        })?,
        // Nothing is staged, or the data directory is none: opening the database will tell.
        Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(e) => return Err(e.into()),
    };
    let (new, place) = (staged.join(FILE), data_dir.join(FILE));
    let mut former = None;
    // Without the new file this is the second try, after a power cut: all is in its place.
    if new.exists() {
        // Named by when the restore was staged, so that a second try goes on where the first broke off.
        let at = Timestamp::try_from(fs::metadata(staged.join(READY))?.modified()?)
            .map_err(|e| Error::internal("a file's time is none").source(e))?;
        let at = at.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ");
        let aside = data_dir.join(format!("{FILE}.before-restore-{at}"));
        // Its log first: a database without it lacks what was written last, but is sound; the log
        // of another database would damage the new one.
        for ending in ["-wal", "-shm", ""] {
            former = aside_if_there(&place, &aside, ending)?.or(former);
        }
        fs::rename(&new, &place)?;
        sync(data_dir)?;
    }
    fs::remove_dir_all(&staged)?;
    sync(data_dir)?;
    Ok(Some(Restored { manifest, former }))
}

fn aside_if_there(place: &Path, aside: &Path, ending: &str) -> io::Result<Option<PathBuf>> {
    let named = |path: &Path| PathBuf::from(format!("{}{ending}", path.display()));
    match fs::rename(named(place), named(aside)) {
        Ok(()) => Ok(Some(aside.to_owned())),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e),
    }
}

fn sync(dir: &Path) -> io::Result<()> {
    fs::File::open(dir)?.sync_all()
}

#[cfg(test)]
mod tests;
