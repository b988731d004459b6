//! Conversations with a model: their list, what is said in them ([`messages`]), the words to find them by
//! ([`search`]), and whole ones out of files ([`taken_in`]).
//!
//! Each belongs to one account, or to the box itself, and then to everybody who may chat: what is asked at the
//! table is seen by all around it. What is somebody else's is not there.
//! Knows what a conversation consists of, not what a model makes of it: that is the assistant's.

pub mod messages;
pub mod search;
pub mod taken_in;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row};

use super::Store;
use super::accounts::time;
use crate::base::Result;

const READ: &str = "cannot read the conversations";
const WRITE: &str = "cannot keep the conversation";

/// Whose conversations: an account's, or only those of the box itself. The box's own are everybody's.
pub type Whose = Option<i64>;

/// A conversation without what was said.
#[derive(Clone, Debug, PartialEq)]
pub struct ConversationRow {
    /// Its number.
    pub id: i64,
    /// What it is called; empty until it has a title.
    pub title: String,
    /// Whether it stays on top of the list.
    pub pinned: bool,
    /// Model, system prompt and parameters, as JSON.
    pub how: String,
    /// The last message of the branch that is shown.
    pub shown: Option<i64>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When something was said last.
    pub changed_at: Timestamp,
    /// Whose it is; none: the box's own.
    pub account: Whose,
}

const COLUMNS: &str =
    "SELECT id, title, pinned, how, shown, created_at, changed_at, account FROM conversation";

fn row(r: &Row<'_>) -> rusqlite::Result<ConversationRow> {
    Ok(ConversationRow {
        id: r.get(0)?,
        title: r.get(1)?,
        pinned: r.get(2)?,
        how: r.get(3)?,
        shown: r.get(4)?,
        created_at: time(r, 5)?,
        changed_at: time(r, 6)?,
        account: r.get(7)?,
    })
}

/// Where a page of the list ends: what follows comes after it.
#[derive(Clone, Debug, PartialEq)]
pub struct After {
    /// Whether the last one of the page is pinned.
    pub pinned: bool,
    /// When something was said in it last, as kept.
    pub changed_at: String,
    /// Its number.
    pub id: i64,
}

/// At most `most` conversations, pinned ones first, then the latest, from `after` on.
///
/// # Errors
/// If the database cannot be read.
pub fn list(
    store: &Store,
    whose: Whose,
    after: Option<&After>,
    most: u32,
) -> Result<Vec<ConversationRow>> {
    store.read(READ, |db| {
        let Some(after) = after else {
            return db
                .prepare_cached(&format!(
                    "{COLUMNS} WHERE (account IS ?1 OR account IS NULL)
                     ORDER BY pinned DESC, changed_at DESC, id DESC LIMIT ?2"
                ))?
                .query_map((whose, most), row)?
                .collect();
        };
        db.prepare_cached(&format!(
            "{COLUMNS} WHERE (account IS ?1 OR account IS NULL) AND (pinned, changed_at, id) < (?2, ?3, ?4)
             ORDER BY pinned DESC, changed_at DESC, id DESC LIMIT ?5"
        ))?
        .query_map((whose, after.pinned, &after.changed_at, after.id, most), row)?
        .collect()
    })
}

/// One of somebody's conversations.
///
/// # Errors
/// If the database cannot be read.
pub fn get(store: &Store, whose: Whose, id: i64) -> Result<Option<ConversationRow>> {
    store.read(READ, |db| {
        db.prepare_cached(&format!(
            "{COLUMNS} WHERE id = ?1 AND (account IS ?2 OR account IS NULL)"
        ))?
        .query_row((id, whose), row)
        .optional()
    })
}

/// Begins one and tells its number. `how` is JSON.
///
/// # Errors
/// If it cannot be written.
pub fn add(store: &Store, whose: Whose, title: &str, how: &str, at: Timestamp) -> Result<i64> {
    let (title, how) = (title.to_owned(), how.to_owned());
    store.write(WRITE, move |t| {
        t.execute(
            "INSERT INTO conversation (account, title, how, created_at, changed_at)
             VALUES (?1, ?2, ?3, ?4, ?4)",
            (whose, title, how, at.to_string()),
        )?;
        Ok(t.last_insert_rowid())
    })
}

/// What of a conversation is to be another; what is none stays.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Change {
    /// Its title, at most 200 characters.
    pub title: Option<String>,
    /// Whether it stays on top.
    pub pinned: Option<bool>,
    /// Model, system prompt and parameters, as JSON.
    pub how: Option<String>,
    /// The last message of the branch to show; one of this conversation.
    pub shown: Option<i64>,
}

/// Changes one. Tells whether it is there.
///
/// # Errors
/// If it cannot be written.
pub fn change(store: &Store, whose: Whose, id: i64, change: Change) -> Result<bool> {
    store.write(WRITE, move |t| {
        t.execute(
            "UPDATE conversation SET title = coalesce(?3, title), pinned = coalesce(?4, pinned),
             how = coalesce(?5, how),
             shown = coalesce((SELECT id FROM message WHERE id = ?6 AND conversation = ?1), shown)
             WHERE id = ?1 AND (account IS ?2 OR account IS NULL)",
            (id, whose, change.title, change.pinned, change.how, change.shown),
        )
        .map(|rows| rows == 1)
    })
}

/// Deletes one with all that was said. Tells whether it was there.
///
/// # Errors
/// If it cannot be written.
pub fn remove(store: &Store, whose: Whose, id: i64) -> Result<bool> {
    store.write(WRITE, move |t| {
        t.execute(
            "DELETE FROM conversation WHERE id = ?1 AND (account IS ?2 OR account IS NULL)",
            (id, whose),
        )
        .map(|rows| rows == 1)
    })
}

/// The numbers of all of somebody's own conversations, the oldest first.
///
/// # Errors
/// If the database cannot be read.
pub fn all_of(store: &Store, whose: Whose) -> Result<Vec<i64>> {
    store.read(READ, |db| {
        db.prepare_cached("SELECT id FROM conversation WHERE account IS ?1 ORDER BY id")?
            .query_map([whose], |r| r.get(0))?
            .collect()
    })
}

/// The latest of the box's own conversations with this title.
///
/// # Errors
/// If the database cannot be read.
pub fn of_the_box(store: &Store, title: &str) -> Result<Option<i64>> {
    store.read(READ, |db| {
        db.prepare_cached(
            "SELECT id FROM conversation WHERE account IS NULL AND title = ?1
             ORDER BY changed_at DESC LIMIT 1",
        )?
        .query_row([title], |r| r.get(0))
        .optional()
    })
}
