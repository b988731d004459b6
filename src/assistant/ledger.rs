//! The ledger: who used which model, how much, and how it ended. Rows are handed over and written by a
//! thread of its own in batches; nobody waits for it. What comes while the disk hangs is lost, and counted.
//! Holds no question and no answer.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::base::{Clock, Error, Kind, Result};
use crate::store::Store;
pub use crate::store::usage::{Keep, UsageOutcome, UsageRow, UsageSum, Wanted, stamp};
use crate::store::usage::{append, cut, page, sums};

/// Rows that may wait: some minutes of a busy box.
const QUEUE: usize = 4_096;
/// Rows that are written at once.
const BATCH: usize = 256;
/// A row waits this long for others, so that the disk is asked once for all of them.
const GATHER: Duration = Duration::from_millis(250);
/// How often the oldest are let go of, and after how many new ones.
const CUT: Duration = Duration::from_secs(60 * 60);
const CUT_ROWS: usize = 1_000;
/// Whoever reads waits this long for what is on its way.
const FLUSH: Duration = Duration::from_secs(1);

enum Message {
    Row(Box<UsageRow>),
    Flush(SyncSender<()>),
}

/// The running ledger.
pub struct Ledger {
    store: Arc<Store>,
    lost: Arc<AtomicU64>,
    open: Mutex<Option<(SyncSender<Message>, JoinHandle<()>)>>,
}

impl Ledger {
    /// Opens the ledger in `store` and starts its thread; `keep` says how much is kept, whenever asked.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub fn start(
        store: Arc<Store>,
        clock: Clock,
        keep: impl Fn() -> Keep + Send + 'static,
    ) -> Result<Arc<Self>> {
        let (queue, rows) = sync_channel(QUEUE);
        let lost = Arc::new(AtomicU64::new(0));
        let writer = Writer { store: Arc::clone(&store), lost: Arc::clone(&lost), clock };
        let thread = std::thread::Builder::new().name("dixi-ledger".into());
        let thread = thread.spawn(move || writer.work(&rows, &keep)).map_err(|e| {
            Error::new(Kind::Exhausted, "cannot start the ledger's thread").source(e)
        })?;
        Ok(Arc::new(Self { store, lost, open: Mutex::new(Some((queue, thread))) }))
    }

    fn queue(&self) -> Option<SyncSender<Message>> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.as_ref().map(|(queue, _)| queue.clone())
    }

    /// Hands a row over. Never waits.
    pub fn add(&self, row: UsageRow) {
        let sent = self.queue().map(|queue| queue.try_send(Message::Row(Box::new(row))));
        if !matches!(sent, Some(Ok(()))) {
            self.lost.fetch_add(1, Relaxed);
        }
    }

    /// Rows that were lost since the start.
    pub fn lost(&self) -> u64 {
        self.lost.load(Relaxed)
    }

    /// Waits for what is on its way, for a second at most.
    fn flush(&self) {
        let (done, written) = sync_channel(1);
        if self.queue().is_some_and(|queue| queue.try_send(Message::Flush(done)).is_ok()) {
            // What is not there by then is in the next answer.
            let _ = written.recv_timeout(FLUSH);
        }
    }

    /// Rows, the newest first. Reads the database.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn page(&self, wanted: &Wanted) -> Result<Vec<UsageRow>> {
        if wanted.before.is_none() {
            self.flush();
        }
        page(&self.store, wanted)
    }

    /// Who used how much of which model. Reads the database.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn sums(&self, wanted: &Wanted) -> Result<Vec<UsageSum>> {
        self.flush();
        sums(&self.store, wanted)
    }

    /// Writes what waits, and takes no more.
    pub fn close(&self) {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((queue, thread)) = open {
            drop(queue);
            // A panic of that thread has been reported where it happened.
            let _ = thread.join();
        }
    }
}

struct Writer {
    store: Arc<Store>,
    lost: Arc<AtomicU64>,
    clock: Clock,
}

impl Writer {
    fn work(&self, messages: &Receiver<Message>, keep: &dyn Fn() -> Keep) {
        let mut uncut = 0;
        self.cut(keep());
        loop {
            let first = match messages.recv_timeout(CUT) {
                Ok(message) => message,
                Err(RecvTimeoutError::Timeout) => {
                    self.cut(keep());
                    continue;
                }
                Err(RecvTimeoutError::Disconnected) => return,
            };
            let (rows, flushed) = gather(first, messages);
            uncut += rows.len();
            self.write(rows);
            for done in flushed {
                // Whoever waited may have given up.
                let _ = done.send(());
            }
            if uncut >= CUT_ROWS {
                uncut = 0;
                self.cut(keep());
            }
        }
    }

    fn write(&self, rows: Vec<UsageRow>) {
        let count = rows.len() as u64;
        if count == 0 {
            return;
        }
        if let Err(e) = append(&self.store, rows) {
            tracing::warn!("{e}: {count} rows are lost");
            self.lost.fetch_add(count, Relaxed);
        }
    }

    fn cut(&self, keep: Keep) {
        let now = self.clock.utc(self.clock.now());
        loop {
            match cut(&self.store, keep, now) {
                Ok(0) => return,
                Ok(_) => {}
                Err(e) => return tracing::warn!("{e}"),
            }
        }
    }
}

/// What comes within a moment, and who waits for it to be written.
fn gather(first: Message, messages: &Receiver<Message>) -> (Vec<UsageRow>, Vec<SyncSender<()>>) {
    let (mut rows, mut flushed) = (Vec::new(), Vec::new());
    let until = Instant::now() + GATHER;
    let mut next = Some(first);
    while let Some(message) = next {
        match message {
            Message::Row(row) => rows.push(*row),
            Message::Flush(done) => flushed.push(done),
        }
        let left = until.saturating_duration_since(Instant::now());
        next = match (rows.len() < BATCH, flushed.is_empty()) {
            (true, true) => messages.recv_timeout(left).ok(),
            _ => None,
        };
    }
    (rows, flushed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> UsageRow {
        UsageRow {
            number: 0,
            at: stamp(jiff::Timestamp::now()),
            who: "Anna".into(),
            token: None,
            model: "m:latest".into(),
            route: "/api/chat".into(),
            prompt_tokens: Some(1),
            answer_tokens: Some(2),
            exact: true,
            seconds: 0.1,
            first_token_s: None,
            status: Some(200),
            outcome: UsageOutcome::Done,
        }
    }

    #[test]
    fn a_thousand_rows_are_written_and_read_and_bounded() {
        let store = Store::in_memory().unwrap();
        let keep = || Keep { days: 30, rows: 1_200 };
        let ledger = Ledger::start(Arc::clone(&store), Clock::new(), keep).unwrap();
        (0..1_000).for_each(|_| ledger.add(row()));
        let sum = || ledger.sums(&Wanted::default()).unwrap()[0].requests;
        assert_eq!((sum(), ledger.lost()), (1_000, 0));
        (0..1_000).for_each(|_| ledger.add(row()));
        ledger.close();
        let left = sums(&store, &Wanted::default()).unwrap()[0].requests;
        assert_eq!(left, 1_200);
        ledger.add(row());
        assert_eq!(ledger.lost(), 1, "after the end");
    }

    #[test]
    fn a_disk_that_takes_nothing_costs_rows_and_nothing_else() {
        let store = Store::in_memory().unwrap();
        let keep = || Keep { days: 30, rows: 1_000 };
        let ledger = Ledger::start(Arc::clone(&store), Clock::new(), keep).unwrap();
        store.refuse_writes(true);
        ledger.add(row());
        assert!(ledger.sums(&Wanted::default()).unwrap().is_empty());
        store.refuse_writes(false);
        ledger.add(row());
        assert_eq!(ledger.sums(&Wanted::default()).unwrap()[0].requests, 1);
        assert_eq!(ledger.lost(), 1);
    }
}
