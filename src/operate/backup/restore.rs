//! Putting a backup back: checked and staged beside the database, in its place at the next start.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::archive::{Manifest, Unpacked, unpack};
use super::keys::{Bunch, needs_passphrase};
use crate::base::{Error, Kind, Result, Secret};
use crate::config::OWN_CERTIFICATE;
use crate::store::FILE;

/// The folder where a checked restore waits for the next start.
const STAGED: &str = "restore";
/// In that folder, and only there, once the database beside it is whole and checked.
const READY: &str = "ready.json";
/// What is on its way to being staged, or only looked at.
pub(super) const STAGING: &str = ".restore-";
pub(super) const CHECKING: &str = ".check-";

/// What becomes of the keys in a backup.
#[derive(Clone, Debug)]
pub enum WithKeys {
    /// They are opened with the first of these passphrases that fits; without any sealed they are none.
    By(Vec<Secret>),
    /// They stay sealed: what this box has of them stays.
    Not,
}

/// Looks whether a backup can be restored, and changes nothing that lasts.
///
/// # Errors
/// `Invalid` if it is none or damaged; `Conflict` if it is of a newer Dixi; else the disk's.
pub fn check(archive: &Path) -> Result<Manifest> {
    check_in(archive, &std::env::temp_dir())
}

/// The same, with room for its database in `dir`.
///
/// # Errors
/// As [`check`].
pub(super) fn check_in(archive: &Path, dir: &Path) -> Result<Manifest> {
    let dir = tempfile::Builder::new().prefix(CHECKING).tempdir_in(dir)?;
    unpack(archive, &dir.path().join(FILE)).map(|unpacked| unpacked.manifest)
}

/// Checks a backup and stages it: the next start in `data_dir` begins with it. One that was staged
/// before is forgotten. Blocks for as long as unpacking and checking takes.
///
/// # Errors
/// As [`check`], and `Denied` if no passphrase opens its keys; nothing has changed then.
pub fn stage(archive: &Path, data_dir: &Path, keys: &WithKeys) -> Result<Manifest> {
    // In the same folder, so that taking the place is one rename.
    let work = tempfile::Builder::new().prefix(STAGING).tempdir_in(data_dir).map_err(|e| {
        let why = e.to_string();
        Error::new(Error::from(e).kind(), format!("cannot write in {}", data_dir.display()))
            .why(why)
    })?;
    let database = work.path().join(FILE);
    let Unpacked { manifest, keys: sealed } = unpack(archive, &database)?;
    if let (Some(sealed), WithKeys::By(words)) = (sealed, keys) {
        opened(&sealed, words)?.put(&database, work.path())?;
        fs::File::open(&database)?.sync_all()?;
    }
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

/// The keys, by the first passphrase that fits; the last one's refusal if none does.
fn opened(sealed: &[u8], words: &[Secret]) -> Result<Bunch> {
    let mut outcome = Err(needs_passphrase("this box has no passphrase set"));
    for words in words.iter().filter(|words| !words.is_empty()) {
        outcome = Bunch::open(sealed, words);
        if outcome.is_ok() {
            break;
        }
    }
    outcome
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
    // Named by when the restore was staged, so that a second try goes on where the first broke off.
    let at = Timestamp::try_from(fs::metadata(staged.join(READY))?.modified()?)
        .map_err(|e| Error::internal("a file's time is none").source(e))?;
    let ending =
        format!("before-restore-{}", at.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ"));
    // Without the new file this is the second try, after a power cut: all is in its place.
    if new.exists() {
        let aside = data_dir.join(format!("{FILE}.{ending}"));
        // Its log first: a database without it lacks what was written last, but is sound; the log
        // of another database would damage the new one.
        for ending in ["-wal", "-shm", ""] {
            former = aside_if_there(&place, &aside, ending)?.or(former);
        }
        fs::rename(&new, &place)?;
        sync(data_dir)?;
    }
    for name in OWN_CERTIFICATE.into_iter().filter(|name| staged.join(name).exists()) {
        let place = data_dir.join(name);
        aside_if_there(&place, &data_dir.join(format!("{name}.{ending}")), "")?;
        fs::rename(staged.join(name), &place)?;
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
