//! The box's own alerts: when something that people count on is gone for long enough to tell them, and
//! when it is back.
//!
//! [`judge`] decides, [`Book`] remembers (across restarts, so that a box that keeps falling over does not
//! tell the same thing each time), couriers ([`courier`]) tell those whom the owner named: nobody, unless
//! the owner asked for it. Must not hold up anything: all of this is on threads of its own, and whoever
//! looks at it takes a copy.

pub mod book;
pub mod courier;
pub mod destination;
pub mod judge;
mod send;
pub mod sign;
mod words;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::base::{Clock, Result, Trouble};
pub use book::Book;
pub use courier::{Courier, Delivery, Patience};
pub use destination::{Message, Via};
pub use judge::{Finding, Judge, Look};

/// What can be told. Closed on purpose: each has its rule ([`judge::Rule`]), its words and its page text.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    ts_rs::TS,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum AlertName {
    /// The chosen camera gives no pictures.
    CameraLost,
    /// The disk that holds the state is nearly full.
    DiskLow,
    /// The networks ran on a GPU and do so no more.
    GpuLost,
    /// Ollama does not answer at the address that the owner set.
    OllamaDown,
    /// The last backup could not be made.
    BackupFailed,
    /// Dixi was started again and again without having been stopped.
    TooManyRestarts,
}

impl AlertName {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::CameraLost,
        Self::DiskLow,
        Self::GpuLost,
        Self::OllamaDown,
        Self::BackupFailed,
        Self::TooManyRestarts,
    ];
}

/// One episode: from the moment it was told until it was over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ts_rs::TS, utoipa::ToSchema)]
pub struct Alert {
    /// Its own number, the same in every message about it.
    pub id: String,
    /// What.
    pub alert: AlertName,
    /// Why.
    pub why: String,
    /// What to do.
    pub next: String,
    /// Both by a code, where there is one: pages say it in their own language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub trouble: Option<Trouble>,
    /// When it was raised, RFC 3339 UTC.
    #[ts(type = "string")]
    pub raised_at: Timestamp,
    /// When it was over; absent while it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "string")]
    pub cleared_at: Option<Timestamp>,
    /// Whom its latest state is still to be told.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    #[ts(skip)]
    pub owed: BTreeSet<Via>,
}

/// The alerts of a box: what is judged, remembered and told.
pub struct Alerts {
    clock: Clock,
    judge: Mutex<Judge>,
    book: Arc<Mutex<Book>>,
    couriers: Vec<Courier>,
}

impl Alerts {
    /// Goes on where `book` ends: what was not told yet is told now.
    pub fn new(clock: Clock, book: Arc<Mutex<Book>>, couriers: Vec<Courier>) -> Self {
        let (judge, owed) = {
            let book = lock(&book);
            let going = book.active().map(|a| a.alert).collect();
            (Judge::new(going), book.owed())
        };
        for alert in owed {
            for courier in couriers.iter().filter(|c| alert.owed.contains(&c.via())) {
                courier.put(Message::of(&alert));
            }
        }
        Self { clock, judge: Mutex::new(judge), book, couriers }
    }

    /// Takes what was found out about one of them.
    pub fn look(&self, alert: AlertName, look: &Look) {
        let now = self.clock.now();
        let Some(turn) = lock(&self.judge).look(alert, look, now) else { return };
        let at = self.clock.utc(now);
        let told = self.listening();
        let mut book = lock(&self.book);
        let changed = match (turn, look) {
            (judge::Turn::Raised, Look::Ill(found)) => {
                tracing::warn!(alert = alert.name(), next = found.next, "alert: {}", found.why);
                Some(book.raise(alert, found, at, told))
            }
            _ => {
                tracing::info!(alert = alert.name(), "alert: over");
                book.clear(alert, at, told)
            }
        };
        book.save();
        drop(book);
        if let Some(changed) = changed {
            self.couriers.iter().for_each(|c| c.put(Message::of(&changed)));
        }
    }

    /// The destinations that are set.
    fn listening(&self) -> BTreeSet<Via> {
        self.couriers.iter().filter(|c| c.place().is_some()).map(Courier::via).collect()
    }

    /// Sends everybody a test. Where it goes.
    ///
    /// # Errors
    /// `Conflict` if nobody is set to be told.
    pub fn test(&self) -> Result<Vec<Via>> {
        let listening = self.listening();
        if listening.is_empty() {
            return Err(words::nobody_listens());
        }
        let message = Message::test(self.clock.utc(self.clock.now()));
        self.couriers.iter().for_each(|c| c.put(message.clone()));
        Ok(listening.into_iter().collect())
    }

    /// The episode of this one, while it goes on.
    pub fn active(&self, alert: AlertName) -> Option<Alert> {
        lock(&self.book).active().find(|a| a.alert == alert).cloned()
    }

    /// What goes on, what went on, and who is told.
    pub fn view(&self) -> AlertsView {
        let book = lock(&self.book);
        let destination =
            |c: &Courier| c.place().map(|place| DestinationView { via: c.via(), place });
        AlertsView {
            active: book.active().cloned().collect(),
            past: book.past().cloned().collect(),
            destinations: self.couriers.iter().filter_map(destination).collect(),
        }
    }

    /// What was sent lately, the newest first.
    pub fn deliveries(&self) -> Vec<Delivery> {
        let mut all: Vec<_> = self.couriers.iter().flat_map(Courier::log).collect();
        all.sort_by(|a, b| b.at.cmp(&a.at).then(b.number.cmp(&a.number)));
        all
    }

    /// Notes that Dixi was stopped on purpose, and lets the couriers go.
    pub fn stop(&self) {
        self.couriers.iter().for_each(Courier::stop);
        let mut book = lock(&self.book);
        book.stopped();
        book.save();
    }
}

/// The answer of `GET /api/v1/alerts`.
#[derive(Clone, Debug, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct AlertsView {
    /// Those that go on, the newest first.
    pub active: Vec<Alert>,
    /// Those that are over, the newest first.
    pub past: Vec<Alert>,
    /// Who is told; nobody, unless the owner said so.
    pub destinations: Vec<DestinationView>,
}

/// Somebody who is told.
#[derive(Clone, Debug, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct DestinationView {
    /// By what.
    pub via: Via,
    /// The host, without anything that lets somebody in.
    pub place: String,
}

fn lock<T>(it: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    it.lock().unwrap_or_else(PoisonError::into_inner)
}
