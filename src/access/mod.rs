//! Who may come in: accounts and their passwords, sessions, tokens, the first owner's one-time link,
//! and how often somebody may try.
//!
//! Turns a credential into a [`Principal`] and says what a role and a scope are. Knows nothing of
//! HTTP, cookies or routes: which route or command asks for what is the server's to say. Every login
//! and every change of who may do what passes [`Access::tell`], where the audit log listens.

mod events;
mod keys;
mod login;
mod makeshift;
mod password;
mod people;
mod principal;
mod role;
mod setup;
mod throttle;

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::watch;

use crate::base::{Error, Kind, Result};
use crate::store::Store;
use crate::store::{door, sessions};

pub use events::{By, Change, Ear, Event};
pub use keys::{Allowance, MadeToken, TokenWish};
pub use login::{Attempt, LoggedIn, Refused};
pub use password::{Cost, PASSWORD_MIN};
pub use principal::{Caller, Credential, Principal, TokenKind};
pub use role::{Role, Scope, Scopes};

use makeshift::Makeshift;
use password::Passwords;
use throttle::Throttle;

/// The time, handed in so that tests can move it.
pub type Now = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Who may come in.
pub struct Access {
    store: Arc<Store>,
    now: Now,
    passwords: Passwords,
    throttle: Throttle,
    /// Grows when somebody may do less than before.
    changed: watch::Sender<i64>,
    ear: Option<Ear>,
    /// Sessions that the database could not take.
    makeshift: Makeshift,
}

impl Access {
    /// On the accounts in `store`.
    ///
    /// # Errors
    /// If the cost is none that argon2 takes.
    pub fn new(store: Arc<Store>, cost: Cost, now: Now) -> Result<Self> {
        let throttle = Throttle::new(Arc::clone(&now));
        let changed = watch::Sender::new(door::epoch(&store).unwrap_or_default());
        Ok(Self {
            store,
            passwords: Passwords::new(cost)?,
            throttle,
            now,
            changed,
            ear: None,
            makeshift: Makeshift::default(),
        })
    }

    /// Tells `ear` of everything that happens at the door.
    #[must_use]
    pub fn with_ear(self, ear: Ear) -> Self {
        Self { ear: Some(ear), ..self }
    }

    /// Told whenever somebody may do less than before: whoever has let somebody in asks
    /// [`Access::still`] then.
    pub fn changes(&self) -> watch::Receiver<i64> {
        self.changed.subscribe()
    }

    /// Looks whether another process (`dixi user`) has changed who may do what, and tells the database what
    /// it could not be told before. Reads the database.
    pub fn look(&self) {
        self.makeshift.tell_ended(|id| sessions::remove(&self.store, id, None).is_ok());
        match door::epoch(&self.store) {
            Ok(epoch) => {
                self.changed.send_if_modified(|last| std::mem::replace(last, epoch) != epoch);
            }
            Err(e) => tracing::warn!("{e}"),
        }
    }

    /// Whether there is nobody yet to look after the box.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn needs_owner(&self) -> Result<bool> {
        crate::store::accounts::have_owner(&self.store).map(|have| !have)
    }

    /// Where the running box answers, for the links that the command line prints.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn set_address(&self, address: &str) -> Result<()> {
        door::set_address(&self.store, address.to_owned())
    }

    /// As [`Access::set_address`] noted it last.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn address(&self) -> Result<Option<String>> {
        door::address(&self.store)
    }

    fn now(&self) -> Timestamp {
        (self.now)()
    }

    /// The one place that every login and every change of who may do what passes.
    fn tell(&self, event: &Event) {
        events::log(event);
        if let Some(ear) = &self.ear {
            ear(event);
        }
        if event.takes_away() {
            self.look();
        }
    }
}

/// There is nothing like that for whoever asks: not there and not theirs are the same answer.
fn not_there(what: &str) -> Error {
    Error::new(Kind::NotFound, format!("there is no such {what}"))
}

/// A number of days from `at`; the end of time if that is beyond it.
fn days_after(at: Timestamp, days: u32) -> Timestamp {
    let hours = i64::from(days).saturating_mul(24);
    at.checked_add(jiff::SignedDuration::from_hours(hours)).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests;
