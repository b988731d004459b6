//! The people who may come in. Passwords arrive here hashed; what a role means is another room's.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction};

use super::Store;
use crate::base::Result;

const READ: &str = "cannot read the accounts";
const WRITE: &str = "cannot keep the account";

/// An account.
#[derive(Clone, PartialEq, Eq)]
pub struct AccountRow {
    /// Its number.
    pub id: i64,
    /// As the person writes it.
    pub name: String,
    /// `owner`, `user` or `viewer`.
    pub role: String,
    /// The password's hash, as a PHC string.
    pub password: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When somebody logged in with it last.
    pub login_at: Option<Timestamp>,
}

/// An account to be made.
#[derive(Clone)]
pub struct NewAccount {
    /// As the person writes it, 1 to 40 characters.
    pub name: String,
    /// `owner`, `user` or `viewer`.
    pub role: &'static str,
    /// The password's hash, as a PHC string.
    pub password: String,
    /// Now.
    pub at: Timestamp,
}

/// What came of a change to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// It is done.
    Done,
    /// There is no such account.
    NotThere,
    /// Nobody could look after the box any more; nothing has changed.
    LastOwner,
}

const COLUMNS: &str = "SELECT id, name, role, password, created_at, login_at FROM account";

fn row(r: &Row<'_>) -> rusqlite::Result<AccountRow> {
    Ok(AccountRow {
        id: r.get(0)?,
        name: r.get(1)?,
        role: r.get(2)?,
        password: r.get(3)?,
        created_at: time(r, 4)?,
        login_at: r.get::<_, Option<String>>(5)?.and_then(|t| t.parse().ok()),
    })
}

/// A time; one that cannot be read is long past, which never lets anybody in.
pub(super) fn time(r: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    Ok(r.get::<_, String>(column)?.parse().unwrap_or_default())
}

fn key(name: &str) -> String {
    name.to_lowercase()
}

/// All accounts, in the order in which they were made.
///
/// # Errors
/// If the database cannot be read.
pub fn all(store: &Store) -> Result<Vec<AccountRow>> {
    store.read(READ, |db| {
        db.prepare(&format!("{COLUMNS} ORDER BY id"))?.query_map([], row)?.collect()
    })
}

/// The account of that name, however it is capitalised.
///
/// # Errors
/// If the database cannot be read.
pub fn named(store: &Store, name: &str) -> Result<Option<AccountRow>> {
    store.read(READ, |db| {
        db.prepare_cached(&format!("{COLUMNS} WHERE key = ?1"))?
            .query_row([key(name)], row)
            .optional()
    })
}

/// An account by its number.
///
/// # Errors
/// If the database cannot be read.
pub fn get(store: &Store, id: i64) -> Result<Option<AccountRow>> {
    store.read(READ, |db| {
        db.prepare_cached(&format!("{COLUMNS} WHERE id = ?1"))?.query_row([id], row).optional()
    })
}

/// Whether there is an owner.
///
/// # Errors
/// If the database cannot be read.
pub fn have_owner(store: &Store) -> Result<bool> {
    store.read(READ, |db| owners(db).map(|n| n > 0))
}

pub(super) fn owners(db: &Connection) -> rusqlite::Result<i64> {
    db.query_row("SELECT count(*) FROM account WHERE role = 'owner'", [], |r| r.get(0))
}

/// Makes an account; none if the name is taken.
///
/// # Errors
/// If it cannot be written.
pub fn add(store: &Store, new: NewAccount) -> Result<Option<i64>> {
    store.write(WRITE, move |t| insert(t, &new))
}

pub(super) fn insert(t: &Transaction<'_>, new: &NewAccount) -> rusqlite::Result<Option<i64>> {
    let rows = t.execute(
        "INSERT INTO account (name, key, role, password, created_at) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (key) DO NOTHING",
        (&new.name, key(&new.name), new.role, &new.password, new.at.to_string()),
    )?;
    Ok((rows == 1).then(|| t.last_insert_rowid()))
}

/// Gives an account another password's hash, and ends its sessions but `keep`.
///
/// # Errors
/// If it cannot be written.
pub fn set_password(store: &Store, id: i64, hash: String, keep: Option<i64>) -> Result<Changed> {
    store.write(WRITE, move |t| {
        let rows = t.execute("UPDATE account SET password = ?2 WHERE id = ?1", (id, hash))?;
        t.execute("DELETE FROM session WHERE account = ?1 AND id IS NOT ?2", (id, keep))?;
        Ok(if rows == 1 { Changed::Done } else { Changed::NotThere })
    })
}

/// Notes a login, and the same password's newer hash if there is one.
///
/// # Errors
/// If it cannot be written.
pub fn logged_in(store: &Store, id: i64, at: Timestamp, rehashed: Option<String>) -> Result<()> {
    store.write(WRITE, move |t| {
        t.execute("UPDATE account SET login_at = ?2 WHERE id = ?1", (id, at.to_string()))?;
        if let Some(hash) = rehashed {
            t.execute("UPDATE account SET password = ?2 WHERE id = ?1", (id, hash))?;
        }
        Ok(())
    })
}

/// Gives an account another role.
///
/// # Errors
/// If it cannot be written.
pub fn set_role(store: &Store, id: i64, role: &'static str) -> Result<Changed> {
    store.write(WRITE, move |t| {
        if role != "owner" && is_last_owner(t, id)? {
            return Ok(Changed::LastOwner);
        }
        let rows = t.execute("UPDATE account SET role = ?2 WHERE id = ?1", (id, role))?;
        if role != "owner" {
            // What an owner allowed does not outlive its being one.
            t.execute("DELETE FROM token WHERE account = ?1", [id])?;
        }
        Ok(if rows == 1 { Changed::Done } else { Changed::NotThere })
    })
}

/// Removes an account, its sessions, and the tokens that it made.
///
/// # Errors
/// If it cannot be written.
pub fn remove(store: &Store, id: i64) -> Result<Changed> {
    store.write(WRITE, move |t| {
        if is_last_owner(t, id)? {
            return Ok(Changed::LastOwner);
        }
        let rows = t.execute("DELETE FROM account WHERE id = ?1", [id])?;
        Ok(if rows == 1 { Changed::Done } else { Changed::NotThere })
    })
}

fn is_last_owner(t: &Transaction<'_>, id: i64) -> rusqlite::Result<bool> {
    let role: Option<String> =
        t.query_row("SELECT role FROM account WHERE id = ?1", [id], |r| r.get(0)).optional()?;
    Ok(role.as_deref() == Some("owner") && owners(t)? == 1)
}
