//! SQLite: schema, migrations, one writer, many readers, one file a noun ([`settings`],
//! [`scenes`], [`pictures`], [`accounts`], [`sessions`], [`tokens`], …).
//!
//! Others ask for nouns, never for SQL. Every write that was acknowledged survives `kill -9` and
//! a power cut (WAL with `synchronous = FULL`). Must not be needed for the main job: where the
//! database cannot be opened, Dixi runs without keeping anything and says so.

pub mod accounts;
pub mod audit;
pub mod bindings;
mod calibrations;
pub mod conversations;
pub mod copies;
pub mod door;
mod errors;
mod open;
pub mod pictures;
pub mod presets;
pub mod pulls;
mod reader;
pub mod scenes;
pub mod sessions;
pub mod settings;
pub mod steps;
pub mod sweep;
pub mod tokens;
pub mod usage;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::base::{Error, Kind, Result, Vital};

pub use open::FILE;
use reader::Readers;
use writer::Writer;

/// The open database. Cheap to share; closes when the last holder lets go.
pub struct Store {
    path: PathBuf,
    writer: Writer,
    readers: Readers,
    trouble: Mutex<Option<Error>>,
    #[cfg(test)]
    refuse: std::sync::atomic::AtomicBool,
}

impl Store {
    /// Opens or makes the database in `dir`, and brings its schema up to date.
    ///
    /// # Errors
    /// What is wrong and what to do: the directory cannot be made or written, the file is no
    /// database, damaged, another program's, or a newer Dixi's. Nothing is changed then.
    pub fn open(dir: &Path) -> Result<Arc<Self>> {
        let (connection, path) = open::open(dir)?;
        Self::start(connection, path)
    }

    /// A database that lives no longer than this process: for what must go on although nothing can
    /// be kept.
    ///
    /// # Errors
    /// If there is no memory for it.
    pub fn in_memory() -> Result<Arc<Self>> {
        let (connection, path) = open::open_in_memory()?;
        Self::start(connection, path)
    }

    /// The same, with the scenes of the database in `dir` as far as they can still be read: the disk
    /// may be read-only.
    ///
    /// # Errors
    /// If there is no memory for it.
    pub fn in_memory_of(dir: &Path) -> Result<Arc<Self>> {
        let (connection, path) = open::open_in_memory()?;
        if let Err(e) = scenes::copy(&connection, &dir.join(FILE)) {
            tracing::warn!("the scenes that were kept are not shown: {e}");
        }
        Self::start(connection, path)
    }

    fn start(connection: rusqlite::Connection, path: PathBuf) -> Result<Arc<Self>> {
        let readers = Readers::new(path.clone());
        let writer = Writer::start(connection)?;
        Ok(Arc::new(Self {
            path,
            writer,
            readers,
            trouble: Mutex::new(None),
            #[cfg(test)]
            refuse: false.into(),
        }))
    }

    /// The database file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Why the last write failed, if it did: the database is well again with the next that succeeds.
    pub fn trouble(&self) -> Option<Error> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether the thread that writes lives.
    pub fn vital(&self) -> Arc<Vital> {
        self.writer.vital()
    }

    /// Finishes what waits and closes the database, whoever still holds this. Later writes are
    /// refused.
    pub fn close(&self) {
        self.readers.close();
        self.writer.close();
    }

    /// Takes no more writes, or takes them again: a disk that is full, for tests.
    #[cfg(test)]
    pub(crate) fn refuse_writes(&self, refuse: bool) {
        self.refuse.store(refuse, std::sync::atomic::Ordering::Relaxed);
    }

    /// Runs one write on the writer's thread and waits for it to be on disk.
    fn write<T: Send + 'static>(
        &self,
        what: &'static str,
        job: impl FnOnce(&rusqlite::Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T> {
        #[cfg(test)]
        if self.refuse.load(std::sync::atomic::Ordering::Relaxed) {
            return Err(Error::new(Kind::DiskFull, what));
        }
        let outcome = self.writer.run(what, job).map_err(|e| self.or_read_only(e));
        let trouble = outcome.as_ref().err().cloned();
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
        outcome
    }

    /// A disk that became read-only (it failed, or was told to) takes nothing, as a full one does; SQLite
    /// only says that writing failed.
    fn or_read_only(&self, e: Error) -> Error {
        let failed = matches!(e.kind(), Kind::Unavailable | Kind::Denied);
        let read_only = |dir: &Path| {
            // Its flags do not tell where the kernel gave up on it; trying does.
            tempfile::tempfile_in(dir)
                .is_err_and(|e| e.kind() == std::io::ErrorKind::ReadOnlyFilesystem)
        };
        match failed && self.path.parent().is_some_and(read_only) {
            true => Error::new(Kind::DiskFull, e.what().to_owned())
                .why("the disk is read-only")
                .next("look at what is wrong with it (`dmesg`), and make it writable again"),
            false => e,
        }
    }

    /// Runs one read.
    fn read<T>(
        &self,
        what: &'static str,
        job: impl FnOnce(&rusqlite::Connection) -> rusqlite::Result<T>,
    ) -> Result<T> {
        self.readers.run(what, job)
    }
}
