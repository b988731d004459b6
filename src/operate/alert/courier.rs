//! Brings messages to one destination, on a thread of its own: one after the other, again and again with
//! growing waits until they arrive or a day is over.
//!
//! Holds at most one message an alert, the latest: a receiver that was away for the night is told how
//! things are, not how they were, and what waits is never more than there are alerts. Whoever brings a
//! message never waits. What was tried lately is kept in memory only: it says how the destination is now,
//! and each alert is in the book.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::Serialize;

use super::AlertName;
use super::destination::{Destination, Event, Message, Via};
use super::send::Sent;
use crate::base::{Clock, Error, Kind, Result};

/// Attempts that are kept, of one destination.
const KEPT: usize = 100;

/// How long to try.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// The first wait; doubles each time.
    pub first: Duration,
    /// The longest.
    pub longest: Duration,
    /// Over all.
    pub whole: Duration,
}

impl Default for Patience {
    /// A receiver that starts again is back within seconds; one that is away for the night is told in the
    /// morning, within ten minutes of its return; after a day nobody waits for it any more.
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { first: seconds(2), longest: seconds(600), whole: seconds(24 * 3600) }
    }
}

/// What came of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "DeliveryOutcome")]
#[schema(as = DeliveryOutcome)]
pub enum Outcome {
    /// It arrived.
    Delivered,
    /// Not yet: it is tried again.
    Retrying,
    /// It did not, and is not tried again.
    Failed,
    /// Something newer is to be told instead.
    Superseded,
}

/// One attempt to tell somebody.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct Delivery {
    /// Grows by one with each attempt of a destination.
    pub number: u64,
    /// When, RFC 3339 UTC.
    #[ts(type = "string")]
    pub at: Timestamp,
    /// To whom.
    pub via: Via,
    /// The message's number: the same with every attempt.
    pub message: String,
    /// Which alert; absent for a test.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub alert: Option<AlertName>,
    /// What it says of it.
    pub event: Event,
    /// The how manieth attempt; 0 where none was made.
    pub attempt: u32,
    /// What came of it.
    pub outcome: Outcome,
    /// The answer's status.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub status: Option<u16>,
    /// Why it did not arrive.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub why: Option<String>,
    /// Until it is tried again, seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub again_in_s: Option<u64>,
}

/// Told of each message that arrived or never will: the number of its episode, whether it said that it is
/// over, and by what.
pub type Settled = dyn Fn(&str, bool, Via) + Send + Sync;

/// The way to one destination.
pub struct Courier {
    shared: Arc<Shared>,
}

struct Shared {
    destination: Box<dyn Destination>,
    patience: Patience,
    clock: Clock,
    settled: Box<Settled>,
    desk: Mutex<Desk>,
    bell: Condvar,
}

/// What waits, and what was tried.
#[derive(Default)]
struct Desk {
    waiting: BTreeMap<Option<AlertName>, Waiting>,
    log: VecDeque<Delivery>,
    number: u64,
    stop: bool,
}

#[derive(Clone)]
struct Waiting {
    message: Message,
    /// Attempts so far.
    attempts: u32,
    since: Instant,
    due: Instant,
}

/// What came of an attempt, or that none is made any more.
struct Tried {
    attempt: u32,
    outcome: Outcome,
    status: Option<u16>,
    why: Option<String>,
    again: Option<Duration>,
}

impl Courier {
    /// Starts its thread.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub fn start(
        destination: Box<dyn Destination>,
        patience: Patience,
        clock: Clock,
        settled: Box<Settled>,
    ) -> Result<Self> {
        let (desk, bell) = (Mutex::default(), Condvar::new());
        let shared = Arc::new(Shared { destination, patience, clock, settled, desk, bell });
        let works = Arc::clone(&shared);
        std::thread::Builder::new()
            .name("dixi-courier".into())
            .spawn(move || works.work())
            .map_err(|e| Error::new(Kind::Exhausted, "cannot start a courier").source(e))?;
        Ok(Self { shared })
    }

    /// By what it tells.
    pub fn via(&self) -> Via {
        self.shared.destination.via()
    }

    /// The host that it tells, if one is set.
    pub fn place(&self) -> Option<String> {
        self.shared.destination.place()
    }

    /// Has a message brought there, in place of any older one about the same. Never waits.
    pub fn put(&self, message: Message) {
        if self.place().is_none() {
            return;
        }
        let now = Instant::now();
        let mut desk = self.shared.desk();
        let new = Waiting { message, attempts: 0, since: now, due: now };
        let before = desk.waiting.insert(new.message.name(), new);
        if let Some(before) = &before {
            let why = Some("something newer is told instead".to_owned());
            let (outcome, status, again) = (Outcome::Superseded, None, None);
            let tried = Tried { attempt: 0, outcome, status, why, again };
            self.shared.note(&mut desk, &before.message, tried);
        }
        drop(desk);
        self.shared.bell.notify_one();
        if let Some(before) = before {
            self.shared.settle(&before.message);
        }
    }

    /// What was tried lately, the oldest first.
    pub fn log(&self) -> Vec<Delivery> {
        self.shared.desk().log.iter().cloned().collect()
    }

    /// Lets the thread end; it is not waited for, since it may wait for an answer. What waits is in the
    /// book and is told after the next start.
    pub fn stop(&self) {
        self.shared.desk().stop = true;
        self.shared.bell.notify_one();
    }
}

impl Drop for Courier {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Shared {
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) {
        while let Some(next) = self.wait() {
            let sent = self.destination.send(&next.message);
            self.done(next, sent);
        }
    }

    /// What is due next, once it is; none when it is to end.
    fn wait(&self) -> Option<Waiting> {
        let mut desk = self.desk();
        loop {
            if desk.stop {
                return None;
            }
            let now = Instant::now();
            let next = desk.waiting.values().min_by_key(|w| w.due).cloned();
            desk = match next {
                Some(next) if next.due <= now => return Some(next),
                Some(next) => {
                    let waited = self.bell.wait_timeout(desk, next.due - now);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
                None => self.bell.wait(desk).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    /// Notes what came of an attempt.
    fn done(&self, mut it: Waiting, sent: Sent) {
        it.attempts += 1;
        let mut desk = self.desk();
        let name = it.message.name();
        let newest = desk.waiting.get(&name).is_some_and(|w| w.message.id == it.message.id);
        let attempt = it.attempts;
        let over = |outcome, status, why| Tried { attempt, outcome, status, why, again: None };
        let tried = match sent {
            Sent::Delivered(status) => over(Outcome::Delivered, Some(status), None),
            Sent::Failed { status, why } => over(Outcome::Failed, status, Some(why)),
            Sent::Retry { status, why, after } => {
                // Whoever tries whether messages arrive wants to know now.
                let tired = it.message.event == Event::Test
                    || it.since.elapsed() >= self.patience.whole
                    || !newest;
                let wait = self.patience.wait(attempt).max(after.unwrap_or_default());
                match tired {
                    true => over(Outcome::Failed, status, Some(why)),
                    false => {
                        Tried { again: Some(wait), ..over(Outcome::Retrying, status, Some(why)) }
                    }
                }
            }
        };
        let wait = tried.again;
        self.note(&mut desk, &it.message, tried);
        match wait {
            Some(wait) => {
                it.due = Instant::now() + wait;
                desk.waiting.insert(name, it);
            }
            None => {
                if newest {
                    desk.waiting.remove(&name);
                }
                drop(desk);
                self.settle(&it.message);
            }
        }
    }

    fn settle(&self, message: &Message) {
        if let Some(alert) = &message.alert {
            (self.settled)(&alert.id, message.event == Event::Cleared, self.destination.via());
        }
    }

    fn note(&self, desk: &mut Desk, message: &Message, tried: Tried) {
        let Tried { attempt, outcome, status, why, again } = tried;
        let via = self.destination.via();
        match outcome {
            // Once for each message, and once more when it is given up.
            Outcome::Retrying if attempt > 1 => {}
            Outcome::Retrying | Outcome::Failed => {
                tracing::warn!(?via, ?outcome, why, "an alert did not arrive");
            }
            Outcome::Delivered => tracing::info!(?via, attempt, "an alert arrived"),
            Outcome::Superseded => {}
        }
        desk.number += 1;
        if desk.log.len() == KEPT {
            desk.log.pop_front();
        }
        desk.log.push_back(Delivery {
            number: desk.number,
            at: self.clock.utc(self.clock.now()),
            via,
            message: message.id.clone(),
            alert: message.name(),
            event: message.event,
            attempt,
            outcome,
            status,
            why,
            again_in_s: again.map(|d| d.as_secs()),
        });
    }
}

impl Patience {
    /// The wait after so many attempts, up to a fifth more or less: boxes that lost the same receiver
    /// shall not all come back at once.
    fn wait(&self, attempts: u32) -> Duration {
        let doubled = self.first.saturating_mul(1 << attempts.saturating_sub(1).min(20));
        doubled.min(self.longest).mul_f64(rand::random_range(0.8..1.2))
    }
}
