//! Browsers that somebody has logged in with. Only the hash of a session's token is kept.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row};

use super::Store;
use super::accounts::time;
use crate::base::Result;

const READ: &str = "cannot read the sessions";
const WRITE: &str = "cannot keep the session";

/// A session with whom it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// Its number.
    pub id: i64,
    /// The account's number.
    pub account: i64,
    /// The account's name.
    pub name: String,
    /// The account's role.
    pub role: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was used last, to within a few minutes.
    pub used_at: Timestamp,
    /// When the password was given last.
    pub confirmed_at: Timestamp,
    /// When it ends, however much it is used.
    pub expires_at: Timestamp,
    /// What the browser calls itself.
    pub agent: String,
    /// Where the login came from.
    pub address: String,
}

/// A session to be kept.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// The account's number.
    pub account: i64,
    /// SHA-256 of its token.
    pub token: [u8; 32],
    /// Now.
    pub at: Timestamp,
    /// When it ends, however much it is used.
    pub expires_at: Timestamp,
    /// What the browser calls itself.
    pub agent: String,
    /// Where the login came from.
    pub address: String,
}

const COLUMNS: &str =
    "SELECT s.id, s.account, a.name, a.role, s.created_at, s.used_at, s.confirmed_at,
     s.expires_at, s.agent, s.address FROM session s JOIN account a ON a.id = s.account";

fn row(r: &Row<'_>) -> rusqlite::Result<SessionRow> {
    Ok(SessionRow {
        id: r.get(0)?,
        account: r.get(1)?,
        name: r.get(2)?,
        role: r.get(3)?,
        created_at: time(r, 4)?,
        used_at: time(r, 5)?,
        confirmed_at: time(r, 6)?,
        expires_at: time(r, 7)?,
        agent: r.get(8)?,
        address: r.get(9)?,
    })
}

/// Keeps a session; of more than `most` of one account those used longest ago go.
///
/// # Errors
/// If it cannot be written.
pub fn add(store: &Store, new: NewSession, most: usize) -> Result<i64> {
    store.write(WRITE, move |t| {
        let at = new.at.to_string();
        t.execute(
            "INSERT INTO session
             (account, token, created_at, used_at, confirmed_at, expires_at, agent, address)
             VALUES (?1, ?2, ?3, ?3, ?3, ?4, ?5, ?6)",
            (
                new.account,
                new.token.as_slice(),
                &at,
                new.expires_at.to_string(),
                &new.agent,
                &new.address,
            ),
        )?;
        let id = t.last_insert_rowid();
        let mut of = t.prepare("SELECT id, used_at FROM session WHERE account = ?1")?;
        let mut all = of
            .query_map([new.account], |r| Ok((time(r, 1)?, r.get::<_, i64>(0)?)))?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        all.sort_unstable();
        for (_, old) in all.iter().filter(|(_, i)| *i != id).take(all.len().saturating_sub(most)) {
            t.execute("DELETE FROM session WHERE id = ?1", [old])?;
        }
        Ok(id)
    })
}

/// The session whose token has this hash.
///
/// # Errors
/// If the database cannot be read.
pub fn by_token(store: &Store, token: &[u8; 32]) -> Result<Option<SessionRow>> {
    store.read(READ, |db| {
        db.prepare_cached(&format!("{COLUMNS} WHERE s.token = ?1"))?
            .query_row([token.as_slice()], row)
            .optional()
    })
}

/// A session by its number.
///
/// # Errors
/// If the database cannot be read.
pub fn get(store: &Store, id: i64) -> Result<Option<SessionRow>> {
    store.read(READ, |db| {
        db.prepare_cached(&format!("{COLUMNS} WHERE s.id = ?1"))?.query_row([id], row).optional()
    })
}

/// All sessions, or those of one account; newest first.
///
/// # Errors
/// If the database cannot be read.
pub fn all(store: &Store, account: Option<i64>) -> Result<Vec<SessionRow>> {
    store.read(READ, |db| {
        db.prepare_cached(&format!(
            "{COLUMNS} WHERE ?1 IS NULL OR s.account = ?1 ORDER BY s.id DESC"
        ))?
        .query_map([account], row)?
        .collect()
    })
}

/// Notes that a session is used, or that its password was given again.
///
/// # Errors
/// If it cannot be written.
pub fn touch(store: &Store, id: i64, at: Timestamp, confirmed: bool) -> Result<()> {
    store.write(WRITE, move |t| {
        let at = at.to_string();
        t.execute(
            "UPDATE session SET used_at = ?2,
             confirmed_at = CASE WHEN ?3 THEN ?2 ELSE confirmed_at END WHERE id = ?1",
            (id, at, confirmed),
        )
        .map(drop)
    })
}

/// Ends a session, of anybody or of one account only. Tells whether there was one.
///
/// # Errors
/// If it cannot be written.
pub fn remove(store: &Store, id: i64, account: Option<i64>) -> Result<bool> {
    store.write(WRITE, move |t| {
        t.execute(
            "DELETE FROM session WHERE id = ?1 AND (?2 IS NULL OR account = ?2)",
            (id, account),
        )
        .map(|rows| rows == 1)
    })
}
