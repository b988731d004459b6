//! The first owner: a link that is good once and for half an hour, told where only the operator
//! reads it.

use std::net::IpAddr;
use std::sync::Arc;

use jiff::SignedDuration;

use super::principal::{fingerprint, secret};
use super::{Access, Attempt, By, Event, LoggedIn, Refused, Role, password, people};
use crate::base::blocking;
use crate::base::{Error, Kind};
use crate::store::accounts::{self, NewAccount};
use crate::store::door::{self, Claim, Link};

/// How long a link is good.
const GOOD_FOR: SignedDuration = SignedDuration::from_mins(30);

impl Access {
    /// The token of a new one-time link, in place of any before; none if there is an owner.
    /// Writes to the database.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn offer_setup(&self, by: By) -> crate::base::Result<Option<String>> {
        let token = secret();
        let until = self.now().checked_add(GOOD_FOR).unwrap_or(self.now());
        let offered = door::offer(&self.store, fingerprint(&token), until)?;
        if offered {
            self.tell(&Event::SetupOffered { by });
        }
        Ok(offered.then_some(token))
    }

    /// Makes whoever has the link the first owner, and lets them in.
    ///
    /// # Errors
    /// Why not.
    pub async fn claim(
        self: &Arc<Self>,
        token: &str,
        attempt: Attempt<'_>,
        password: &str,
    ) -> Result<LoggedIn, Refused> {
        let from = attempt.from;
        self.throttle.take_address(from).map_err(Refused::TooOften)?;
        let name = people::clean_name(attempt.name)?;
        password::good_enough(password, &name)?;
        let turn = self.passwords.turn().await?;
        let access = Arc::clone(self);
        let (token, agent) = (fingerprint(token), attempt.agent.to_owned());
        let password = password.to_owned();
        Ok(blocking(move || {
            let hash = access.passwords.hash(&password)?;
            drop(turn);
            let owner =
                NewAccount { name, role: Role::Owner.name(), password: hash, at: access.now() };
            access.claimed(token, owner, from, &agent)
        })
        .await?)
    }

    /// Whether this is the token of the link that is good now. It stays good. Reads the database.
    ///
    /// # Errors
    /// `Login` if it is not; `Denied` if there is an owner; `Exhausted` after too many tries.
    pub fn check_link(&self, token: &str, from: IpAddr) -> crate::base::Result<()> {
        let refused = match door::link(&self.store, fingerprint(token), self.now())? {
            Link::Good => return Ok(()),
            Link::Taken => has_owner(Kind::Denied),
            Link::Bad => not_good(Kind::Login),
        };
        // Only what is wrong counts: whoever has the link may send what takes several requests.
        self.throttle.take_address(from).map_err(|wait| {
            Error::new(Kind::Exhausted, "too many tries")
                .next(format!("try again in {} s", wait.as_secs() + 1))
        })?;
        Err(refused)
    }

    fn claimed(
        &self,
        token: [u8; 32],
        owner: NewAccount,
        from: IpAddr,
        agent: &str,
    ) -> crate::base::Result<LoggedIn> {
        let name = owner.name.clone();
        match door::claim(&self.store, token, owner)? {
            Claim::Done(id) => {
                self.tell(&Event::OwnerClaimed { name, from });
                let account = accounts::get(&self.store, id)?
                    .ok_or_else(|| Error::internal("the new account is not there"))?;
                self.begin(&account, from, agent)
            }
            Claim::Taken => Err(has_owner(Kind::Conflict)),
            Claim::Refused => Err(not_good(Kind::Denied)),
        }
    }
}

fn has_owner(kind: Kind) -> Error {
    Error::new(kind, "this box has an owner already")
        .next("log in, or ask the owner for an account")
}

fn not_good(kind: Kind) -> Error {
    Error::new(kind, "this link is not good any more")
        .why("it was used, it is older than half an hour, or a newer one was made")
        .next("make a new one on the box: `dixi setup-link`")
}
