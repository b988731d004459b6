//! The file itself: written from a copy of the database, read back without believing a word of it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Why;
use super::keys::SEALED_BYTES;
use crate::base::{Error, Kind, Result};
use crate::store::FILE;
use crate::store::copies::examine;

/// What this Dixi writes, and the newest that it reads.
const FORMAT: u32 = 2;
const MANIFEST: &str = "manifest.json";
/// The sealed keys, where there are some.
const KEYS: &str = "keys.age";
/// The largest manifest, bytes: a few dozen tables' names and counts.
const MANIFEST_BYTES: u64 = 64 << 10;
/// The largest database that is unpacked, bytes. A box's is a few megabytes to a few gigabytes.
const DATABASE_BYTES: u64 = 64 << 30;

/// The most that may follow a tar's last entry, bytes: tools pad to blocks of 10 KiB.
const PADDING_BYTES: u64 = 64 << 10;

/// What an archive says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[ts(rename = "BackupManifest")]
#[schema(as = BackupManifest)]
pub struct Manifest {
    /// The archive's format.
    pub format: u32,
    /// The Dixi that wrote it.
    pub dixi: String,
    /// When it was made, RFC 3339 UTC.
    #[ts(type = "string")]
    pub made_at: Timestamp,
    /// Why.
    pub why: Why,
    /// The version of the database's schema.
    pub schema: u32,
    /// Rows of each table.
    pub rows: BTreeMap<String, u64>,
    /// Each file's length in bytes and SHA-256, in hex.
    pub files: BTreeMap<String, FileSum>,
    /// The keys in it, sealed with a passphrase: secret settings, and files of the data directory.
    #[serde(default)]
    pub sealed: Vec<String>,
    /// The keys that are not in it, since no passphrase was set when it was made.
    #[serde(default)]
    pub left_out: Vec<String>,
}

/// What goes into an archive besides the database.
pub(super) struct About {
    pub(super) made_at: Timestamp,
    pub(super) why: Why,
    /// The keys, sealed.
    pub(super) keys: Option<Vec<u8>>,
    /// What the keys are called, sealed or left out.
    pub(super) names: Vec<String>,
}

/// What a file must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FileSum {
    /// Its length, bytes.
    pub bytes: u64,
    /// Its SHA-256, in hex.
    pub sha256: String,
}

/// Packs the database file `copy` into a new archive `to`, and brings that to the disk.
pub(super) fn pack(copy: &Path, to: &Path, about: About) -> Result<Manifest> {
    let About { made_at, why, keys, names } = about;
    let contents = examine(copy)?;
    let mut files = BTreeMap::from([(FILE.to_owned(), sum_of(File::open(copy)?)?)]);
    if let Some(keys) = &keys {
        files.insert(KEYS.to_owned(), sum_of(keys.as_slice())?);
    }
    let (sealed, left_out) = if keys.is_some() { (names, vec![]) } else { (vec![], names) };
    let manifest = Manifest {
        format: FORMAT,
        dixi: env!("DIXI_VERSION").into(),
        made_at,
        why,
        schema: contents.schema,
        rows: contents.rows,
        files,
        sealed,
        left_out,
    };
    let file = private(to)?;
    // Pictures are packed already; level 1 is for the rest.
    let mut tar = tar::Builder::new(GzEncoder::new(file, Compression::fast()));
    let json = serde_json::to_vec_pretty(&manifest)
        .map_err(|e| Error::internal("the manifest is no JSON").source(e))?;
    append(&mut tar, MANIFEST, json.len() as u64, made_at, json.as_slice())?;
    if let Some(keys) = keys {
        append(&mut tar, KEYS, keys.len() as u64, made_at, keys.as_slice())?;
    }
    let database = File::open(copy)?;
    append(&mut tar, FILE, database.metadata()?.len(), made_at, database)?;
    let file = tar.into_inner()?.finish()?;
    file.sync_all()?;
    Ok(manifest)
}

fn sum_of(mut from: impl Read) -> io::Result<FileSum> {
    let mut sum = Summing::new(io::sink());
    io::copy(&mut from, &mut sum)?;
    Ok(sum.done().1)
}

fn append<W: Write>(
    tar: &mut tar::Builder<W>,
    name: &str,
    bytes: u64,
    at: Timestamp,
    from: impl Read,
) -> io::Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes);
    header.set_mode(0o600);
    header.set_mtime(u64::try_from(at.as_second()).unwrap_or(0));
    tar.append_data(&mut header, name, from)
}

/// Only for the user that runs Dixi: it holds all that they keep.
pub(super) fn private(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    File::options().write(true).create_new(true).mode(0o600).open(path)
}

/// What an archive says of itself, without a look at the rest.
///
/// # Errors
/// `Invalid` for what is no archive of ours; `Conflict` for one of a newer Dixi.
pub fn look(archive: &Path) -> Result<Manifest> {
    let mut tar = tar::Archive::new(GzDecoder::new(File::open(archive)?));
    let first = tar.entries().and_then(|mut entries| entries.next().transpose());
    let first = first.map_err(no_archive).map_err(not_ours)?;
    let first = first.ok_or_else(|| not_ours(Error::invalid("it is empty")))?;
    let mut json = Vec::new();
    first.take(MANIFEST_BYTES).read_to_end(&mut json).map_err(no_archive).map_err(not_ours)?;
    manifest(&json)
}

/// What came out of an archive besides the database.
pub(super) struct Unpacked {
    pub(super) manifest: Manifest,
    /// The keys, still sealed.
    pub(super) keys: Option<Vec<u8>>,
}

/// Unpacks the archive's database to a new file `to`, and checks every word of the manifest: lengths,
/// hashes, the database's soundness, its schema and its rows.
///
/// # Errors
/// `Invalid` for what is no archive of ours, is damaged or cut short, or holds something else;
/// `Conflict` for one of a newer Dixi. `to` may be left behind then.
pub(super) fn unpack(archive: &Path, to: &Path) -> Result<Unpacked> {
    let mut tar = tar::Archive::new(GzDecoder::new(File::open(archive)?));
    let mut entries = tar.entries().map_err(no_archive)?;
    let mut next = |name: &str, most: u64| {
        let entry =
            entries.next().ok_or_else(|| Error::invalid(format!("there is no {name} in it")));
        let entry = entry.and_then(|e| e.map_err(no_archive)).map_err(not_ours)?;
        // Names are compared, never used: nothing is written but `to`.
        let is = entry.header().entry_type().is_file() && entry.path_bytes() == name.as_bytes();
        match is && entry.size() <= most {
            true => Ok(entry),
            false => {
                Err(not_ours(Error::invalid(format!("instead of {name} there is something else"))))
            }
        }
    };
    let mut json = Vec::new();
    next(MANIFEST, MANIFEST_BYTES)?.read_to_end(&mut json).map_err(no_archive).map_err(not_ours)?;
    let manifest = manifest(&json)?;
    let wanted = manifest.files.get(FILE).cloned();
    let wanted =
        wanted.ok_or_else(|| not_ours(Error::invalid("the manifest names no database")))?;
    let keys = match manifest.files.get(KEYS) {
        Some(wanted) => {
            let mut keys = Vec::new();
            let mut from = next(KEYS, wanted.bytes.min(SEALED_BYTES))?;
            from.read_to_end(&mut keys).map_err(no_archive).map_err(not_ours)?;
            if sum_of(keys.as_slice())? != *wanted {
                return Err(not_ours(Error::invalid("its keys are not those that were packed")));
            }
            Some(keys)
        }
        None => None,
    };
    let most = wanted.bytes.min(DATABASE_BYTES);
    let mut out = Summing::new(private(to)?);
    // The cap holds whatever the entry's header says.
    let mut from = next(FILE, most)?.take(most);
    io::copy(&mut from, &mut out).map_err(no_archive).map_err(not_ours)?;
    drop(from);
    if entries.next().is_some() {
        return Err(not_ours(Error::invalid("there is more in it than a backup has")));
    }
    // To the last byte, where gzip keeps its own sum. What follows a tar's end is a little padding.
    let mut rest = tar.into_inner().take(PADDING_BYTES + 1);
    let padding = io::copy(&mut rest, &mut io::sink()).map_err(no_archive).map_err(not_ours)?;
    if padding > PADDING_BYTES {
        return Err(not_ours(Error::invalid("it goes on after its end")));
    }
    let (file, sum) = out.done();
    if sum != wanted {
        return Err(not_ours(Error::invalid("the database in it is not the one that was packed")));
    }
    file.sync_all()?;
    let contents = examine(to)?;
    if contents.schema != manifest.schema || contents.rows != manifest.rows {
        return Err(not_ours(Error::invalid("it holds other rows than its manifest says")));
    }
    Ok(Unpacked { manifest, keys })
}

fn manifest(json: &[u8]) -> Result<Manifest> {
    #[derive(Deserialize)]
    struct Format {
        format: u32,
    }
    let wrong = |e| not_ours(Error::invalid("its manifest cannot be read").source(e));
    // First of all, so that a newer one is told from a damaged one.
    let Format { format } = serde_json::from_slice(json).map_err(wrong)?;
    if format > FORMAT {
        return Err(Error::new(Kind::Conflict, "the backup is of a newer Dixi")
            .why(format!("its format is {format} and this Dixi knows up to {FORMAT}"))
            .next("restore it with the Dixi that made it, or a newer one"));
    }
    serde_json::from_slice(json).map_err(wrong)
}

fn no_archive(e: io::Error) -> Error {
    use io::ErrorKind::{PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    // The disk's fault, not the archive's.
    if matches!(e.kind(), StorageFull | QuotaExceeded | ReadOnlyFilesystem | PermissionDenied) {
        return Error::from(e);
    }
    Error::invalid("it is cut short or damaged").source(e)
}

fn not_ours(e: Error) -> Error {
    if e.kind() != Kind::Invalid {
        return e;
    }
    Error::invalid("this backup cannot be used")
        .why(e.to_string())
        .next("take another one; nothing has been changed")
}

/// Counts and hashes what passes through.
struct Summing<W> {
    inner: W,
    hash: Sha256,
    bytes: u64,
}

impl<W: Write> Summing<W> {
    fn new(inner: W) -> Self {
        Self { inner, hash: Sha256::new(), bytes: 0 }
    }

    fn done(self) -> (W, FileSum) {
        let hash = self.hash.finalize();
        let sha256 = hash.iter().map(|b| format!("{b:02x}")).collect();
        (self.inner, FileSum { bytes: self.bytes, sha256 })
    }
}

impl<W: Write> Write for Summing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.inner.write(bytes)?;
        self.hash.update(&bytes[..n]);
        self.bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
