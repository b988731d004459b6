//! Logging in and out. Whatever is wrong, the answer and the time it takes are the same.

use std::net::IpAddr;
use std::time::Duration;

use jiff::Timestamp;

use super::password::Checked;
use super::principal::{fingerprint, secret};
use super::{Access, By, Caller, Change, Event, Principal, days_after};
use crate::base::{Error, Kind, Result, blocking};
use crate::store::accounts::{self, AccountRow};
use crate::store::sessions::{self, NewSession};

/// A session ends after this long, however much it is used, days.
pub(super) const SESSION_DAYS: u32 = 30;
/// Sessions of one account; the one used longest ago makes room.
const SESSIONS: usize = 25;
/// What is kept of what a browser calls itself, characters.
const AGENT: usize = 200;

/// Somebody wants to log in.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// As whom.
    pub name: &'a str,
    /// From where.
    pub from: IpAddr,
    /// What the browser calls itself.
    pub agent: &'a str,
}

/// Somebody has logged in.
pub struct LoggedIn {
    /// The session's token: shown once, kept by the browser alone.
    pub token: String,
    /// When the session ends, however much it is used.
    pub expires_at: Timestamp,
    /// Who it is.
    pub principal: Principal,
}

/// Somebody was not let in.
#[derive(Debug)]
pub enum Refused {
    /// Name or password is wrong, and which one is not said.
    Wrong,
    /// Too many tries; wait this long.
    TooOften(Duration),
    /// Something else went wrong.
    Because(Error),
}

impl From<Error> for Refused {
    fn from(e: Error) -> Self {
        Self::Because(e)
    }
}

impl Access {
    /// Lets somebody in by name and password.
    ///
    /// # Errors
    /// Why not.
    pub async fn login(
        self: &std::sync::Arc<Self>,
        attempt: Attempt<'_>,
        password: &str,
    ) -> Result<LoggedIn, Refused> {
        let account = self.check(attempt.from, attempt.name, password).await?;
        let (access, from) = (std::sync::Arc::clone(self), attempt.from);
        let agent = attempt.agent.to_owned();
        Ok(blocking(move || access.begin(&account, from, &agent)).await?)
    }

    /// Begins a session for an account. Writes to the database.
    pub(super) fn begin(
        &self,
        account: &AccountRow,
        from: IpAddr,
        agent: &str,
    ) -> Result<LoggedIn> {
        let (now, token) = (self.now(), secret());
        let expires_at = days_after(now, SESSION_DAYS);
        let new = NewSession {
            account: account.id,
            token: fingerprint(&token),
            at: now,
            expires_at,
            agent: agent.chars().filter(|c| !c.is_control()).take(AGENT).collect(),
            address: from.to_canonical().to_string(),
        };
        // A full disk must not keep those out who could make room on it.
        if let Err(e) = sessions::add(&self.store, new.clone(), SESSIONS) {
            tracing::warn!("a session lasts until Dixi stops, it cannot be kept: {e}");
            self.makeshift.add(account, &new);
        }
        let principal = self.identify(&super::Credential::Session(token.clone()))?;
        let principal = principal.ok_or_else(|| Error::internal("the session did not begin"))?;
        self.tell(&Event::LoggedIn { name: account.name.clone(), from });
        Ok(LoggedIn { token, expires_at, principal })
    }

    /// The account of that name, if the password is its own. At most two at once, never while the
    /// database is held; hashes anew what was hashed with another cost.
    pub(super) async fn check(
        self: &std::sync::Arc<Self>,
        from: IpAddr,
        name: &str,
        password: &str,
    ) -> Result<AccountRow, Refused> {
        if let Err(wait) = self.throttle.take(from, name) {
            self.tell(&Event::LoginRefused { name: None, from, throttled: true });
            return Err(Refused::TooOften(wait));
        }
        let turn = self.passwords.turn().await?;
        let access = std::sync::Arc::clone(self);
        let (name, password) = (name.to_owned(), password.to_owned());
        let checked: Result<_> = blocking(move || {
            let account = accounts::named(&access.store, &name)?;
            let hash = account.as_ref().map(|a| a.password.as_str());
            let Checked { right, stale } = access.passwords.check(hash, &password);
            let rehashed =
                (right && stale).then(|| access.passwords.hash(&password)).transpose()?;
            drop(turn);
            let known = account.as_ref().map(|a| a.name.clone());
            let Some(account) = account.filter(|_| right) else { return Ok(Err(known)) };
            let noted = accounts::logged_in(&access.store, account.id, access.now(), rehashed);
            // The disk may be full: that keeps nobody out.
            drop(noted.inspect_err(|e| tracing::warn!("{e}")));
            Ok(Ok(account))
        })
        .await;
        checked?.map_err(|name| {
            self.tell(&Event::LoginRefused { name, from, throttled: false });
            Refused::Wrong
        })
    }

    /// Ends the session of whoever asks. Writes to the database.
    ///
    /// # Errors
    /// If it cannot be written; `Invalid` for whoever did not log in.
    pub fn logout(&self, principal: &Principal) -> Result<()> {
        let Caller::Session { id, account, .. } = principal.caller else {
            return Err(Error::invalid("you did not log in, so there is nothing to log out of"));
        };
        self.remove_session(id, Some(account))?;
        self.changed(&By::from(principal), Change::LoggedOut);
        Ok(())
    }

    /// Takes the password of whoever is logged in once more, for what asks for that.
    ///
    /// # Errors
    /// Why not.
    pub async fn confirm(
        self: &std::sync::Arc<Self>,
        principal: &Principal,
        from: IpAddr,
        password: &str,
    ) -> Result<(), Refused> {
        let Caller::Session { id, account, .. } = principal.caller else {
            return Err(Error::new(Kind::Denied, "only somebody who logged in can do that").into());
        };
        let checked = self.check(from, &principal.name, password).await?;
        if checked.id != account {
            return Err(Refused::Wrong);
        }
        let access = std::sync::Arc::clone(self);
        Ok(blocking(move || access.touch_session(id, true)).await?)
    }
}
