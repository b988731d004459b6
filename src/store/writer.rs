//! The one thread that writes. One writer means that no write ever waits for another's lock, and
//! that closing is simple: the queue empties, the log is checkpointed, the thread ends.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::errors::explain;
use crate::base::{Error, Kind, Result, Vital};

/// Writes that may wait. People and gestures change things a few times a second at most and a
/// write takes milliseconds: if 64 wait, the disk is stuck, and refusing beats growing.
const QUEUE: usize = 64;
/// The slowest that a write may be before the thread counts as hung: a disk that answers no more.
const A_WRITE: Duration = Duration::from_secs(30);

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

pub(super) struct Writer {
    open: Mutex<Option<Open>>,
    vital: Arc<Vital>,
}

struct Open {
    queue: SyncSender<Job>,
    thread: JoinHandle<()>,
}

impl Writer {
    pub(super) fn start(db: Connection) -> Result<Self> {
        let (queue, jobs) = sync_channel(QUEUE);
        let vital = Vital::new("the database's writer");
        let kept = Arc::clone(&vital);
        let thread = std::thread::Builder::new().name("dixi-store".into());
        let thread = thread.spawn(move || work(db, &jobs, &kept)).map_err(|e| {
            Error::new(Kind::Exhausted, "cannot start the database's thread").source(e)
        })?;
        Ok(Self { open: Mutex::new(Some(Open { queue, thread })), vital })
    }

    /// Whether its thread lives.
    pub(super) fn vital(&self) -> Arc<Vital> {
        Arc::clone(&self.vital)
    }

    /// Runs `job` in a transaction of its own and waits until it is on disk.
    pub(super) fn run<T: Send + 'static>(
        &self,
        what: &'static str,
        job: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T> {
        let (answer, answered) = sync_channel(1);
        let job: Job = Box::new(move |db| {
            let write = || {
                db.transaction_with_behavior(TransactionBehavior::Immediate)
                    .and_then(|t| job(&t).and_then(|value| t.commit().map(|()| value)))
            };
            // A panic takes the transaction back and costs nobody else's write.
            let outcome = catch_unwind(AssertUnwindSafe(write))
                .map_err(|_| Error::internal(what).why("writing it panicked"))
                .and_then(|outcome| outcome.map_err(|e| explain(what, e)));
            // Whoever asked may have given up; the write stands all the same.
            let _ = answer.send(outcome);
        });
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let queue = open.as_ref().map(|o| o.queue.clone()).ok_or_else(|| stopped(what))?;
        drop(open);
        queue.try_send(job).map_err(|e| match e {
            TrySendError::Full(_) => Error::new(Kind::Exhausted, what)
                .why(format!("{QUEUE} writes wait for the disk"))
                .next("try again in a moment; check the disk if it stays so"),
            TrySendError::Disconnected(_) => stopped(what),
        })?;
        // Ours would keep the thread waiting for more.
        drop(queue);
        answered.recv().map_err(|_| stopped(what))?
    }

    /// Finishes what waits and closes the database; later writes are refused.
    pub(super) fn close(&self) {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Open { queue, thread }) = open {
            drop(queue);
            // A panic of that thread has been reported where it happened.
            let _ = thread.join();
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.close();
    }
}

fn work(mut db: Connection, jobs: &Receiver<Job>, vital: &Vital) {
    for job in jobs {
        vital.beat(A_WRITE);
        job(&mut db);
        vital.rest();
    }
    let closing = db
        .execute_batch("PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE);")
        .and_then(|()| db.close().map_err(|(_, e)| e));
    if let Err(e) = closing {
        tracing::warn!("the database was not closed cleanly, nothing is lost: {e}");
    }
}

fn stopped(what: &str) -> Error {
    Error::unavailable(what).why("the database is closed")
}
