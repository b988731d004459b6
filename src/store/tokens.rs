//! What programs and screens come in with. Only the hash of a token is kept.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row};

use super::Store;
use super::accounts::time;
use crate::base::Result;

const READ: &str = "cannot read the tokens";
const WRITE: &str = "cannot keep the token";

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRow {
    /// Its number.
    pub id: i64,
    /// `api` or `kiosk`.
    pub kind: String,
    /// What people call it.
    pub name: String,
    /// `owner`, `user` or `viewer`.
    pub role: String,
    /// What it is good for, as JSON.
    pub scopes: String,
    /// Who made it; none if the operator did.
    pub made_by: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was used last, to within a few minutes.
    pub used_at: Option<Timestamp>,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// Which models it may use, as JSON; none: all.
    pub models: Option<String>,
    /// Requests a minute; none: no limit.
    pub requests_per_minute: Option<u32>,
    /// Models' tokens a minute; none: no limit.
    pub tokens_per_minute: Option<u32>,
}

/// A token to be kept.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// Who makes it.
    pub account: Option<i64>,
    /// `api` or `kiosk`.
    pub kind: &'static str,
    /// What people call it, 1 to 60 characters.
    pub name: String,
    /// `owner`, `user` or `viewer`.
    pub role: &'static str,
    /// What it is good for, as JSON.
    pub scopes: String,
    /// SHA-256 of the token.
    pub token: [u8; 32],
    /// Now.
    pub at: Timestamp,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// Which models it may use, as JSON; none: all.
    pub models: Option<String>,
    /// Requests a minute, from 1; none: no limit.
    pub requests_per_minute: Option<u32>,
    /// Models' tokens a minute, from 1; none: no limit.
    pub tokens_per_minute: Option<u32>,
}

const COLUMNS: &str =
    "SELECT t.id, t.kind, t.name, t.role, t.scopes, a.name, t.created_at, t.used_at,
     t.expires_at, t.models, t.requests_per_minute, t.tokens_per_minute FROM token t LEFT JOIN account a ON a.id = t.account";

fn row(r: &Row<'_>) -> rusqlite::Result<TokenRow> {
    Ok(TokenRow {
        id: r.get(0)?,
        kind: r.get(1)?,
        name: r.get(2)?,
        role: r.get(3)?,
        scopes: r.get(4)?,
        made_by: r.get(5)?,
        created_at: time(r, 6)?,
        used_at: r.get::<_, Option<String>>(7)?.and_then(|t| t.parse().ok()),
        // One that cannot be read has ended: never is a missing value only.
        expires_at: r.get::<_, Option<String>>(8)?.map(|t| t.parse().unwrap_or_default()),
        models: r.get(9)?,
        requests_per_minute: r.get(10)?,
        tokens_per_minute: r.get(11)?,
    })
}

/// Keeps a token and tells its number.
///
/// # Errors
/// If it cannot be written.
pub fn add(store: &Store, new: NewToken) -> Result<i64> {
    store.write(WRITE, move |t| {
        t.execute(
            "INSERT INTO token (account, kind, name, role, scopes, token, created_at, expires_at,
             models, requests_per_minute, tokens_per_minute)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            (
                new.account,
                new.kind,
                &new.name,
                new.role,
                &new.scopes,
                new.token.as_slice(),
                new.at.to_string(),
                new.expires_at.map(|t| t.to_string()),
                &new.models,
                new.requests_per_minute,
                new.tokens_per_minute,
            ),
        )?;
        Ok(t.last_insert_rowid())
    })
}

/// The token with this hash.
///
/// # Errors
/// If the database cannot be read.
pub fn by_token(store: &Store, token: &[u8; 32]) -> Result<Option<TokenRow>> {
    store.read(READ, |db| {
        db.prepare_cached(&format!("{COLUMNS} WHERE t.token = ?1"))?
            .query_row([token.as_slice()], row)
            .optional()
    })
}

/// A token by its number.
///
/// # Errors
/// If the database cannot be read.
pub fn get(store: &Store, id: i64) -> Result<Option<TokenRow>> {
    store.read(READ, |db| {
        db.prepare_cached(&format!("{COLUMNS} WHERE t.id = ?1"))?.query_row([id], row).optional()
    })
}

/// All tokens, newest first.
///
/// # Errors
/// If the database cannot be read.
pub fn all(store: &Store) -> Result<Vec<TokenRow>> {
    store.read(READ, |db| {
        db.prepare_cached(&format!("{COLUMNS} ORDER BY t.id DESC"))?.query_map([], row)?.collect()
    })
}

/// Notes that a token is used.
///
/// # Errors
/// If it cannot be written.
pub fn touch(store: &Store, id: i64, at: Timestamp) -> Result<()> {
    store.write(WRITE, move |t| {
        t.execute("UPDATE token SET used_at = ?2 WHERE id = ?1", (id, at.to_string())).map(drop)
    })
}

/// Revokes a token. Tells whether there was one.
///
/// # Errors
/// If it cannot be written.
pub fn remove(store: &Store, id: i64) -> Result<bool> {
    store.write(WRITE, move |t| {
        t.execute("DELETE FROM token WHERE id = ?1", [id]).map(|rows| rows == 1)
    })
}
