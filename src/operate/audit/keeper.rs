//! The log's thread: takes what was noted, writes it, tries again while the disk does not take it, and
//! cuts the old end. It is the only one that waits for the disk.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use super::repeats::Repeats;
use super::{Counts, Entry, Message, What, witness};
use crate::base::{Clock, Error, Kind};
use crate::store::Store;
use crate::store::audit::{Keep, NewRow, append, cut};

/// Rows of one transaction.
const BATCH: usize = 128;
/// A disk that does not take them is tried again after this long.
const AGAIN: Duration = Duration::from_millis(500);
/// The writer's own queue is full for no longer than a burst takes.
const BUSY: Duration = Duration::from_millis(20);
/// While streams go on they are looked at this often.
const STREAMS: Duration = Duration::from_secs(1);
/// The old end is looked at this often, and the new one said in the journal.
const UPKEEP: Duration = Duration::from_secs(60 * 60);
/// The first time: starting is not slowed, and a machine without a clock of its own has the time by then.
const FIRST_UPKEEP: Duration = Duration::from_secs(10 * 60);

pub(super) struct Keeper {
    store: Arc<Store>,
    clock: Clock,
    counts: Arc<Counts>,
    keep: Box<dyn Fn() -> Keep + Send>,
    repeats: Repeats,
    waiting: Vec<NewRow>,
}

impl Keeper {
    pub(super) fn new(
        store: Arc<Store>,
        clock: Clock,
        counts: Arc<Counts>,
        keep: Box<dyn Fn() -> Keep + Send>,
    ) -> Self {
        Self { store, clock, counts, keep, repeats: Repeats::default(), waiting: Vec::new() }
    }

    /// Until everybody who notes something is gone.
    pub(super) fn work(mut self, messages: &Receiver<Message>) {
        let mut upkeep = Instant::now() + FIRST_UPKEEP;
        let mut flushed = Vec::new();
        loop {
            let until = upkeep.saturating_duration_since(Instant::now());
            let patience = if self.repeats.is_empty() { until } else { until.min(STREAMS) };
            let mut next = match messages.recv_timeout(patience) {
                Ok(message) => Some(message),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => break,
            };
            while let Some(message) = next.take() {
                match message {
                    Message::Entry(entry) => self.take(*entry),
                    Message::Flush(done) => flushed.push(done),
                }
                if self.waiting.len() < BATCH {
                    next = messages.try_recv().ok();
                }
            }
            self.end_streams(false);
            self.write();
            // Whoever waited has either given up or is glad of an answer.
            for done in flushed.drain(..) {
                let _ = done.try_send(());
            }
            if Instant::now() >= upkeep {
                upkeep = Instant::now() + UPKEEP;
                self.upkeep();
            }
        }
        self.end_streams(true);
        if !self.waiting.is_empty() && self.try_write().is_err() {
            self.counts.lose(self.waiting.len() as u64);
            tracing::error!("audit: {} entries could not be written any more", self.waiting.len());
        }
    }

    fn take(&mut self, entry: Entry) {
        let now = self.clock.utc(self.clock.now());
        if let Some(entry) = self.repeats.take(entry, now) {
            self.waiting.push(entry.into_row(self.clock));
        }
    }

    fn end_streams(&mut self, all: bool) {
        let now = self.clock.utc(self.clock.now());
        let ended = self.repeats.over(now, all);
        self.waiting.extend(ended.into_iter().map(|e| e.into_row(self.clock)));
    }

    /// Writes what waits. While that fails new entries may still come, up to a batch; then they wait in
    /// the queue.
    fn write(&mut self) {
        while !self.waiting.is_empty() && !self.counts.closing.load(Relaxed) {
            match self.try_write() {
                Ok(()) => return,
                Err(e) if e.kind() == Kind::Unavailable => return,
                Err(e) if e.kind() == Kind::Exhausted => std::thread::sleep(BUSY),
                Err(_) => {
                    std::thread::sleep(AGAIN);
                    if self.waiting.len() < BATCH {
                        return;
                    }
                }
            }
        }
    }

    fn try_write(&mut self) -> Result<(), Error> {
        let mut rows = self.waiting.clone();
        let untold = self.counts.untold.load(Relaxed);
        if untold > 0 {
            let lost = Entry::new(What::AuditLost)
                .with("entries", untold)
                .with("why", "the queue was full: the disk was slow or full");
            rows.push(lost.into_row(self.clock));
        }
        let count = rows.len() as u64;
        let written = append(&self.store, rows);
        let mut trouble = self.counts.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        match written {
            Ok(head) => {
                *trouble = None;
                self.waiting.clear();
                self.counts.untold.fetch_sub(untold, Relaxed);
                self.counts.stuck.store(false, Relaxed);
                self.counts.written.fetch_add(count, Relaxed);
                self.counts.head.store(head.number, Relaxed);
                Ok(())
            }
            Err(e) => {
                if trouble.is_none() && e.kind() != Kind::Exhausted {
                    tracing::error!("audit: entries wait, they cannot be written: {e}");
                }
                *trouble = Some(e.clone());
                Err(e)
            }
        }
    }

    fn upkeep(&self) {
        let now = || self.clock.utc(self.clock.now());
        loop {
            match cut(&self.store, (self.keep)(), now()) {
                Ok(0) => break,
                Ok(rows) => tracing::info!(rows, "audit: the oldest rows were cut away"),
                Err(e) => {
                    tracing::warn!("audit: the oldest rows are still there: {e}");
                    break;
                }
            }
        }
        if let Ok(head) = crate::store::audit::head(&self.store) {
            self.counts.head.store(head.number, Relaxed);
            witness(&head);
        }
    }
}
