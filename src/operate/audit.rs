//! The audit log: who logged in, who changed what, by which way, as rows that hold each other.
//!
//! Whoever does something leaves an [`Entry`] and goes on: a thread of its own writes it within
//! milliseconds. Nothing waits for the log, so what comes while the disk hangs and the queue is full is
//! lost; how much was lost is counted, told in the health and the metrics, and is itself a row as soon as
//! one can be written. The log must hold no secret: entries carry names, keys and numbers.

mod entry;
mod keeper;
mod repeats;

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::base::{Clock, Error, Kind, Result};
use crate::store::Store;
pub use crate::store::audit::{Broken, Head, hex, page_in, stamp, verify_in};
use crate::store::audit::{Keep, Row, Verified, Wanted, append, head, page, verify};
pub use entry::{Entry, What};
use keeper::Keeper;

/// Entries that may wait. A busy canvas makes a few a second and writing them takes milliseconds: if so
/// many wait, the disk has been stuck for minutes, and losing some beats holding people up.
const QUEUE: usize = 1024;
/// Whoever reads the log waits this long for what is on its way into it.
const FLUSH: Duration = Duration::from_secs(1);

/// What the log does, for health and metrics.
#[derive(Debug, Default)]
struct Counts {
    written: AtomicU64,
    lost: AtomicU64,
    /// Lost, and not told in a row yet.
    untold: AtomicU64,
    head: AtomicI64,
    stuck: AtomicBool,
    closing: AtomicBool,
    trouble: Mutex<Option<Error>>,
}

/// What the log has done since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Rows written.
    pub written: u64,
    /// Entries lost.
    pub lost: u64,
    /// The last row's number. Going down is a sign that somebody cut the log's end off.
    pub head: i64,
}

enum Message {
    Entry(Box<Entry>),
    Flush(SyncSender<()>),
}

/// The audit log of the running box.
pub struct Audit {
    store: Arc<Store>,
    clock: Clock,
    counts: Arc<Counts>,
    open: Mutex<Option<Open>>,
}

struct Open {
    queue: SyncSender<Message>,
    thread: JoinHandle<()>,
}

impl Audit {
    /// Opens the log in `store` and starts its thread; `keep` says how much is kept, whenever asked.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub fn start(
        store: Arc<Store>,
        clock: Clock,
        keep: impl Fn() -> Keep + Send + 'static,
    ) -> Result<Self> {
        let counts = Arc::new(Counts::default());
        if let Ok(head) = head(&store) {
            counts.head.store(head.number, Relaxed);
            witness(&head);
        }
        let (queue, messages) = sync_channel(QUEUE);
        let keeper = Keeper::new(Arc::clone(&store), clock, Arc::clone(&counts), Box::new(keep));
        let thread = std::thread::Builder::new().name("dixi-audit".into());
        let thread = thread.spawn(move || keeper.work(&messages)).map_err(|e| {
            Error::new(Kind::Exhausted, "cannot start the audit log's thread").source(e)
        })?;
        let open = Mutex::new(Some(Open { queue, thread }));
        Ok(Self { store, clock, counts, open })
    }

    /// Takes an entry. Never waits: what does not fit into the queue is lost, and counted.
    pub fn note(&self, mut entry: Entry) {
        entry.at.get_or_insert_with(|| self.clock.utc(self.clock.now()));
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let sent = open.as_ref().map(|o| o.queue.try_send(Message::Entry(Box::new(entry))));
        if let Some(Ok(())) = sent {
            return;
        }
        self.counts.lose(1);
        // Said once, not for every one: the row that tells the number comes later.
        if matches!(sent, Some(Err(TrySendError::Full(_))))
            && !self.counts.stuck.swap(true, Relaxed)
        {
            tracing::error!("audit: {QUEUE} entries wait for the disk; what comes now is lost");
        }
    }

    /// Waits until what was noted before is written, for a second at most.
    fn flush(&self) {
        let queue = {
            let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            open.as_ref().map(|o| o.queue.clone())
        };
        let (done, is_done) = sync_channel(1);
        if queue.is_some_and(|q| q.try_send(Message::Flush(done)).is_ok()) {
            // Then the answer lacks the newest; they come.
            let _ = is_done.recv_timeout(FLUSH);
        }
    }

    /// Rows, the newest first. Reads the database.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn page(&self, wanted: &Wanted) -> Result<Vec<Row>> {
        self.flush();
        page(&self.store, wanted)
    }

    /// Goes through the whole chain. Reads all of it: about a second for a million rows.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn verify(&self, noted: Option<&Head>) -> Result<Result<Verified, Broken>> {
        self.flush();
        verify(&self.store, noted)
    }

    /// What it has done since the start.
    pub fn told(&self) -> Told {
        let Counts { written, lost, head, .. } = &*self.counts;
        Told { written: written.load(Relaxed), lost: lost.load(Relaxed), head: head.load(Relaxed) }
    }

    /// Why it is not well: rows cannot be written now, or some were lost that no row tells of yet.
    pub fn trouble(&self) -> Option<Error> {
        let now = self.counts.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone();
        now.or_else(|| {
            let lost = self.counts.untold.load(Relaxed);
            (lost > 0).then(|| {
                Error::new(Kind::Exhausted, format!("{lost} entries of the audit log were lost"))
                    .why("the disk was too slow or full while they came")
                    .next("check the disk")
            })
        })
    }

    /// Writes what waits and ends the thread; what comes later is lost.
    pub fn close(&self) {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(Open { queue, thread }) = open else { return };
        self.counts.closing.store(true, Relaxed);
        drop(queue);
        // A panic of that thread has been reported where it happened.
        let _ = thread.join();
        if let Ok(head) = head(&self.store) {
            witness(&head);
        }
    }
}

impl Drop for Audit {
    fn drop(&mut self) {
        self.close();
    }
}

impl Counts {
    fn lose(&self, entries: u64) {
        self.lost.fetch_add(entries, Relaxed);
        self.untold.fetch_add(entries, Relaxed);
    }
}

/// Writes an entry at once and waits for it: for the command line, beside a running box.
///
/// # Errors
/// If it cannot be written.
pub fn note_now(store: &Store, mut entry: Entry, clock: Clock) -> Result<Head> {
    entry.at.get_or_insert_with(|| clock.utc(clock.now()));
    append(store, vec![entry.into_row(clock)])
}

/// Leaves the end of the chain where somebody who changes the database does not reach, if the journal is
/// kept elsewhere, too.
fn witness(head: &Head) {
    if head.number > 0 {
        tracing::info!("audit: the log ends at {head}");
    }
}

#[cfg(test)]
mod tests;
