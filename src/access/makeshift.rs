//! Sessions that live no longer than this process, for when the database cannot be written: whoever
//! looks after a box with a full disk must be able to come in and make room.
//!
//! Each is bound to its account as it was: another password, another role or the account's end is seen
//! at the next request, as with sessions in the database. Knows nothing of how somebody proved who they
//! are.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use crate::store::accounts::AccountRow;
use crate::store::sessions::{NewSession, SessionRow};

/// The most at once, of everybody together; the one used longest ago makes room.
const MOST: usize = 64;

struct Kept {
    row: SessionRow,
    token: [u8; 32],
    /// The account's password hash when the session began.
    password: String,
}

/// Those sessions. Their numbers are below zero, which the database gives to none.
#[derive(Default)]
pub(super) struct Makeshift {
    all: Mutex<Vec<Kept>>,
    /// Sessions of the database that have ended, which it could not be told yet.
    ended: Mutex<BTreeSet<i64>>,
}

impl Makeshift {
    fn all(&self) -> MutexGuard<'_, Vec<Kept>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ended(&self) -> MutexGuard<'_, BTreeSet<i64>> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A session of the database has ended, which it cannot be told now.
    pub(super) fn end(&self, id: i64) {
        self.ended().insert(id);
    }

    pub(super) fn has_ended(&self, id: i64) -> bool {
        self.ended().contains(&id)
    }

    /// Tells the database of those that have ended, as far as it takes it.
    pub(super) fn tell_ended(&self, mut tell: impl FnMut(i64) -> bool) {
        let waiting: Vec<i64> = self.ended().iter().copied().collect();
        for id in waiting {
            if !tell(id) {
                return;
            }
            self.ended().remove(&id);
        }
    }

    pub(super) fn add(&self, account: &AccountRow, new: &NewSession) {
        let mut all = self.all();
        let id = all.iter().map(|k| k.row.id).min().unwrap_or(0).min(0) - 1;
        if all.len() >= MOST
            && let Some(oldest) = (0..all.len()).min_by_key(|i| all[*i].row.used_at)
        {
            all.remove(oldest);
        }
        let row = SessionRow {
            id,
            account: account.id,
            name: account.name.clone(),
            role: account.role.clone(),
            created_at: new.at,
            used_at: new.at,
            confirmed_at: new.at,
            expires_at: new.expires_at,
            agent: new.agent.clone(),
            address: new.address.clone(),
        };
        all.push(Kept { row, token: new.token, password: account.password.clone() });
    }

    /// The number of the session whose token has this hash.
    pub(super) fn by_token(&self, token: &[u8; 32]) -> Option<i64> {
        self.all().iter().find(|k| k.token == *token).map(|k| k.row.id)
    }

    /// A session as its account is now; one whose account is gone, or has another password, has ended.
    pub(super) fn get(
        &self,
        id: i64,
        account: impl FnOnce(i64) -> crate::base::Result<Option<AccountRow>>,
    ) -> crate::base::Result<Option<SessionRow>> {
        let kept =
            self.all().iter().find(|k| k.row.id == id).map(|k| (k.row.clone(), k.password.clone()));
        let Some((row, password)) = kept else { return Ok(None) };
        match account(row.account)?.filter(|a| a.password == password) {
            Some(a) => Ok(Some(SessionRow { name: a.name, role: a.role, ..row })),
            None => {
                self.remove(id, None);
                Ok(None)
            }
        }
    }

    pub(super) fn ids(&self) -> Vec<i64> {
        self.all().iter().map(|k| k.row.id).collect()
    }

    pub(super) fn touch(&self, id: i64, at: Timestamp, confirmed: bool) {
        if let Some(k) = self.all().iter_mut().find(|k| k.row.id == id) {
            k.row.used_at = at;
            if confirmed {
                k.row.confirmed_at = at;
            }
        }
    }

    /// The account's password is another; this session stays.
    pub(super) fn keep(&self, id: i64, password: &str) {
        if let Some(k) = self.all().iter_mut().find(|k| k.row.id == id) {
            password.clone_into(&mut k.password);
        }
    }

    /// Ends one, of anybody or of one account only. Tells whether there was one.
    pub(super) fn remove(&self, id: i64, account: Option<i64>) -> bool {
        let mut all = self.all();
        let before = all.len();
        all.retain(|k| k.row.id != id || account.is_some_and(|a| a != k.row.account));
        all.len() < before
    }
}
