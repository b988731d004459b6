//! The door itself: the first owner's one-time link, and the number by which whoever is inside
//! notices that somebody may do less than before.

use jiff::Timestamp;
use rusqlite::OptionalExtension;

use super::Store;
use super::accounts::{NewAccount, insert, owners};
use crate::base::Result;

const READ: &str = "cannot read who may come in";
const WRITE: &str = "cannot keep who may come in";

/// What came of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// The account with this number is the first owner.
    Done(i64),
    /// The link is another, used up, or too old.
    Refused,
    /// There is an owner already.
    Taken,
}

/// What a one-time link is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// It makes whoever has it the first owner.
    Good,
    /// It is another, used up, or too old.
    Bad,
    /// There is an owner already.
    Taken,
}

/// What the link with this hash is worth at `at`. Changes nothing.
///
/// # Errors
/// If the database cannot be read.
pub fn link(store: &Store, token: [u8; 32], at: Timestamp) -> Result<Link> {
    store.read(READ, |db| {
        if owners(db)? > 0 {
            return Ok(Link::Taken);
        }
        Ok(if expires(db, token)?.is_some_and(|end| at < end) { Link::Good } else { Link::Bad })
    })
}

fn expires(db: &rusqlite::Connection, token: [u8; 32]) -> rusqlite::Result<Option<Timestamp>> {
    let sql = "SELECT setup_expires_at FROM door WHERE setup = ?1";
    let at: Option<String> = db.query_row(sql, [token.as_slice()], |r| r.get(0)).optional()?;
    Ok(at.and_then(|at| at.parse().ok()))
}

/// Makes a one-time link good, in place of any before; false if there is an owner already.
///
/// # Errors
/// If it cannot be written.
pub fn offer(store: &Store, token: [u8; 32], expires_at: Timestamp) -> Result<bool> {
    store.write(WRITE, move |t| {
        if owners(t)? > 0 {
            return Ok(false);
        }
        t.execute(
            "UPDATE door SET setup = ?1, setup_expires_at = ?2",
            (token.as_slice(), expires_at.to_string()),
        )
        .map(|rows| rows == 1)
    })
}

/// Makes the first owner if the link is good: looked at, used up and done in one transaction, so
/// that of any number at once exactly one wins.
///
/// # Errors
/// If it cannot be written; the link stays good then.
pub fn claim(store: &Store, token: [u8; 32], owner: NewAccount) -> Result<Claim> {
    store.write(WRITE, move |t| {
        if owners(t)? > 0 {
            return Ok(Claim::Taken);
        }
        let good = expires(t, token)?.is_some_and(|end| owner.at < end);
        if !good {
            return Ok(Claim::Refused);
        }
        // Nobody can have the name of an owner who is not there; somebody else may have it.
        let Some(id) = insert(t, &owner)? else { return Ok(Claim::Refused) };
        t.execute("UPDATE door SET setup = NULL, setup_expires_at = NULL", [])?;
        Ok(Claim::Done(id))
    })
}

/// The number that grows whenever somebody may do less than before.
///
/// # Errors
/// If the database cannot be read.
pub fn epoch(store: &Store) -> Result<i64> {
    store.read(READ, |db| db.query_row("SELECT epoch FROM door", [], |r| r.get(0)))
}

/// Where the running box answers, for links.
///
/// # Errors
/// If the database cannot be read.
pub fn address(store: &Store) -> Result<Option<String>> {
    store.read(READ, |db| db.query_row("SELECT address FROM door", [], |r| r.get(0)))
}

/// Notes where the running box answers.
///
/// # Errors
/// If it cannot be written.
pub fn set_address(store: &Store, address: String) -> Result<()> {
    store.write(WRITE, move |t| t.execute("UPDATE door SET address = ?1", [address]).map(drop))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::{accounts, sessions, tokens};
    use super::*;

    fn owner(name: &str, at: Timestamp) -> NewAccount {
        NewAccount { name: name.into(), role: "owner", password: "hash".into(), at }
    }

    #[test]
    fn of_100_parallel_claims_exactly_one_wins() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let now = Timestamp::now();
        assert!(offer(&store, [1; 32], now + jiff::Span::new().minutes(30)).unwrap());
        let claims: Vec<_> = (0..100)
            .map(|i| {
                let store = Arc::clone(&store);
                std::thread::spawn(move || {
                    loop {
                        match claim(&store, [1; 32], owner(&format!("owner {i}"), now)) {
                            Ok(claim) => return claim,
                            // The writer's queue is full: the client would try again.
                            Err(_) => std::thread::yield_now(),
                        }
                    }
                })
            })
            .collect();
        let claims: Vec<_> = claims.into_iter().map(|c| c.join().unwrap()).collect();
        let won = claims.iter().filter(|c| matches!(c, Claim::Done(_))).count();
        let accounts = accounts::all(&store).unwrap();
        println!("100 parallel claims: {won} won, {} accounts", accounts.len());
        assert_eq!((won, accounts.len()), (1, 1));
        assert!(!offer(&store, [2; 32], now + jiff::Span::new().minutes(30)).unwrap());
    }

    #[test]
    fn a_link_is_good_once_until_it_expires_and_only_the_newest() {
        let store = Store::in_memory().unwrap();
        let now = Timestamp::now();
        let end = now + jiff::Span::new().minutes(30);
        assert_eq!(claim(&store, [0; 32], owner("a", now)).unwrap(), Claim::Refused);
        offer(&store, [1; 32], end).unwrap();
        offer(&store, [2; 32], end).unwrap();
        assert_eq!(claim(&store, [1; 32], owner("a", now)).unwrap(), Claim::Refused);
        assert_eq!(claim(&store, [2; 32], owner("a", end)).unwrap(), Claim::Refused);
        assert!(matches!(claim(&store, [2; 32], owner("a", now)).unwrap(), Claim::Done(_)));
        assert_eq!(claim(&store, [2; 32], owner("b", now)).unwrap(), Claim::Taken);
    }

    #[test]
    fn whatever_takes_rights_away_is_noticed() {
        let store = Store::in_memory().unwrap();
        let now = Timestamp::now();
        let end = now + jiff::Span::new().hours(1);
        let a = accounts::add(&store, owner("Anna", now)).unwrap().unwrap();
        assert_eq!(accounts::add(&store, owner("ANNA", now)).unwrap(), None);
        let b = accounts::add(&store, owner("Ben", now)).unwrap().unwrap();
        let session = |account, n: u8| sessions::NewSession {
            account,
            token: [n; 32],
            at: now,
            expires_at: end,
            agent: String::new(),
            address: String::new(),
        };
        let first = sessions::add(&store, session(a, 1), 25).unwrap();
        for n in 2..=30 {
            sessions::add(&store, session(a, n), 25).unwrap();
        }
        assert_eq!(sessions::all(&store, Some(a)).unwrap().len(), 25);
        assert!(sessions::get(&store, first).unwrap().is_none(), "the oldest went");
        let token = tokens::NewToken {
            account: Some(b),
            kind: "api",
            name: "t".into(),
            role: "viewer",
            scopes: "[]".into(),
            token: [9; 32],
            at: now,
            expires_at: None,
            models: None,
            requests_per_minute: None,
            tokens_per_minute: None,
        };
        tokens::add(&store, token.clone()).unwrap();
        let mut last = epoch(&store).unwrap();
        let mut grew = |what: &str| {
            let now = epoch(&store).unwrap();
            assert!(now > last, "{what}");
            last = now;
        };
        accounts::set_password(&store, a, "other".into(), None).unwrap();
        grew("a password");
        assert!(sessions::all(&store, Some(a)).unwrap().is_empty(), "its sessions end");
        accounts::set_role(&store, b, "viewer").unwrap();
        grew("a role");
        assert!(tokens::all(&store).unwrap().is_empty(), "its tokens end");
        let id = tokens::add(&store, tokens::NewToken { account: None, ..token }).unwrap();
        assert!(tokens::remove(&store, id).unwrap());
        grew("a token");
        sessions::add(&store, session(b, 40), 25).unwrap();
        accounts::remove(&store, b).unwrap();
        grew("an account");
        assert!(sessions::by_token(&store, &[40; 32]).unwrap().is_none());
        assert_eq!(accounts::remove(&store, a).unwrap(), accounts::Changed::LastOwner);
        assert_eq!(accounts::set_role(&store, a, "user").unwrap(), accounts::Changed::LastOwner);
    }
}
