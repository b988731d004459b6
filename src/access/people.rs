//! People: making, changing and removing accounts, and the list of sessions.

use std::net::IpAddr;
use std::sync::Arc;

use super::{Access, By, Caller, Change, Event, Principal, Refused, Role, not_there, password};
use crate::base::blocking;
use crate::base::{Error, Kind, Result};
use crate::store::accounts::{self, AccountRow, Changed, NewAccount};
use crate::store::sessions::{self, SessionRow};

/// The longest name, characters.
const NAME: usize = 40;

impl Access {
    /// Everybody. Reads the database.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn people(&self) -> Result<Vec<AccountRow>> {
        accounts::all(&self.store)
    }

    /// Adds somebody, and tells their number. Hashes at once: for the command line.
    ///
    /// # Errors
    /// `Invalid` for a name or password that will not do, `Conflict` for a name that is taken.
    pub fn add(&self, by: &By, name: &str, role: Role, password: &str) -> Result<i64> {
        let name = clean_name(name)?;
        password::good_enough(password, &name)?;
        let password = self.passwords.hash(password)?;
        let new = NewAccount { name: name.clone(), role: role.name(), password, at: self.now() };
        let id = accounts::add(&self.store, new)?.ok_or_else(|| {
            Error::new(Kind::Conflict, format!("there is a “{name}” already"))
                .next("take another name")
        })?;
        self.changed(by, Change::Added { name, role });
        Ok(id)
    }

    /// The same where others log in meanwhile.
    ///
    /// # Errors
    /// As [`Access::add`].
    pub async fn add_in_turn(
        self: &Arc<Self>,
        by: &Principal,
        name: String,
        role: Role,
        password: String,
    ) -> Result<i64> {
        let turn = self.passwords.turn().await?;
        let (access, by) = (Arc::clone(self), By::from(by));
        blocking(move || {
            let added = access.add(&by, &name, role, &password);
            drop(turn);
            added
        })
        .await
    }

    /// Gives somebody another role. Writes to the database.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` if nobody would be owner any more.
    pub fn set_role(&self, by: &By, id: i64, role: Role) -> Result<()> {
        let name = self.person(id)?.name;
        done(accounts::set_role(&self.store, id, role.name())?)?;
        self.changed(by, Change::RoleSet { name, role });
        Ok(())
    }

    /// Removes somebody, with their sessions and the tokens that they made. Writes to the database.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` if nobody would be owner any more.
    pub fn remove(&self, by: &By, id: i64) -> Result<()> {
        let name = self.person(id)?.name;
        done(accounts::remove(&self.store, id)?)?;
        self.changed(by, Change::Removed { name });
        Ok(())
    }

    /// Gives somebody another password, and ends all their sessions but `keep`. Hashes at once.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` for a password that will not do.
    pub fn set_password(&self, by: &By, id: i64, password: &str, keep: Option<i64>) -> Result<()> {
        let name = self.person(id)?.name;
        password::good_enough(password, &name)?;
        let hash = self.passwords.hash(password)?;
        done(accounts::set_password(&self.store, id, hash.clone(), keep)?)?;
        if let Some(keep) = keep {
            self.makeshift.keep(keep, &hash);
        }
        self.changed(by, Change::PasswordSet { name });
        Ok(())
    }

    /// The same where others log in meanwhile.
    ///
    /// # Errors
    /// As [`Access::set_password`].
    pub async fn set_password_in_turn(
        self: &Arc<Self>,
        by: &Principal,
        id: i64,
        password: String,
    ) -> Result<()> {
        let keep = match by.caller {
            Caller::Session { id: session, account, .. } if account == id => Some(session),
            _ => None,
        };
        let turn = self.passwords.turn().await?;
        let (access, by) = (Arc::clone(self), By::from(by));
        blocking(move || {
            let set = access.set_password(&by, id, &password, keep);
            drop(turn);
            set
        })
        .await
    }

    /// Whoever is logged in takes another password, giving the one before; their other sessions end.
    ///
    /// # Errors
    /// Why not.
    pub async fn change_own_password(
        self: &Arc<Self>,
        principal: &Principal,
        from: IpAddr,
        before: &str,
        password: String,
    ) -> Result<(), Refused> {
        let Some(account) = principal.account() else {
            return Err(Error::new(Kind::Denied, "only somebody who logged in can do that").into());
        };
        password::good_enough(&password, &principal.name)?;
        self.confirm(principal, from, before).await?;
        Ok(self.set_password_in_turn(principal, account, password).await?)
    }

    /// The sessions that `principal` may see: an owner everybody's, others their own.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn sessions(&self, principal: &Principal) -> Result<Vec<SessionRow>> {
        let all = match (principal.role, principal.account()) {
            (Role::Owner, _) => sessions::all(&self.store, None)?,
            (_, Some(account)) => sessions::all(&self.store, Some(account))?,
            (_, None) => Vec::new(),
        };
        let mut all = all;
        for id in self.makeshift.ids() {
            let own = |s: &SessionRow| {
                principal.role == Role::Owner || principal.account() == Some(s.account)
            };
            all.extend(self.session(id)?.filter(own));
        }
        let now = self.now();
        let good = |s: &SessionRow| {
            now < s.expires_at && now.duration_since(s.used_at) < super::principal::IDLE
        };
        Ok(all.into_iter().filter(good).collect())
    }

    /// Ends a session: an owner anybody's, others one of their own.
    ///
    /// # Errors
    /// `NotFound` for what is not there, or not theirs.
    pub fn end_session(&self, principal: &Principal, id: i64) -> Result<()> {
        let of = match (principal.role, principal.account()) {
            (Role::Owner, _) => None,
            (_, Some(account)) => Some(account),
            (_, None) => return Err(not_there("session")),
        };
        let whose = self.session(id)?.map(|session| session.name);
        if !self.remove_session(id, of)? {
            return Err(not_there("session"));
        }
        let name = whose.unwrap_or_default();
        self.changed(&By::from(principal), Change::SessionEnded { name });
        Ok(())
    }

    pub(crate) fn person(&self, id: i64) -> Result<AccountRow> {
        accounts::get(&self.store, id)?.ok_or_else(|| not_there("account"))
    }

    pub(super) fn changed(&self, by: &By, change: Change) {
        self.tell(&Event::Changed { by: by.clone(), change });
    }
}

fn done(changed: Changed) -> Result<()> {
    match changed {
        Changed::Done => Ok(()),
        Changed::NotThere => Err(not_there("account")),
        Changed::LastOwner => Err(Error::new(Kind::Conflict, "this is the only owner")
            .why("nobody could look after the box any more")
            .next("make somebody else an owner first")),
    }
}

/// A name as it is kept.
pub(super) fn clean_name(name: &str) -> Result<String> {
    let name = name.trim();
    let bad = |why: String| Err(Error::invalid("this name will not do").why(why));
    match name.chars().count() {
        0 => return bad("it is empty".into()),
        n if n > NAME => return bad(format!("it has {n} characters and may have {NAME}")),
        _ => {}
    }
    let odd = |c: char| !(c.is_alphanumeric() || " .-_@'’".contains(c));
    match name.chars().find(|c| odd(*c)) {
        Some(_) => bad("it holds something else than letters, digits, spaces and . - _ @ '".into()),
        None => Ok(name.to_owned()),
    }
}
