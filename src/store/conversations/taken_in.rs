//! Whole conversations out of a file: all of them are kept, or none.

use jiff::Timestamp;

use super::messages::{NewMessage, put};
use super::{WRITE, Whose};
use crate::base::Result;
use crate::store::Store;

/// A conversation with all that was said.
#[derive(Clone, Debug)]
pub struct Whole {
    /// Its title, at most 200 characters.
    pub title: String,
    /// Whether it stays on top.
    pub pinned: bool,
    /// How it is held, as JSON.
    pub how: String,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When something was said last.
    pub changed_at: Timestamp,
    /// Its messages, each after the one that it follows, which is told by its place here.
    pub messages: Vec<(Option<usize>, NewMessage)>,
    /// The place of the last message of the branch that is shown.
    pub shown: Option<usize>,
}

/// Keeps conversations as somebody's. Their numbers.
///
/// # Errors
/// If they cannot be written: none is, then.
pub fn take_in(store: &Store, whose: Whose, all: Vec<Whole>) -> Result<Vec<i64>> {
    store.write(WRITE, move |t| {
        let mut chats = Vec::with_capacity(all.len());
        for one in &all {
            t.prepare_cached(
                "INSERT INTO conversation (account, title, pinned, how, created_at, changed_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute((
                whose,
                &one.title,
                one.pinned,
                &one.how,
                one.created_at.to_string(),
                one.changed_at.to_string(),
            ))?;
            let chat = t.last_insert_rowid();
            let mut ids: Vec<i64> = Vec::with_capacity(one.messages.len());
            for (follows, message) in &one.messages {
                let parent = follows.and_then(|place| ids.get(place).copied());
                ids.push(put(t, chat, parent, message)?);
            }
            let shown = one.shown.and_then(|place| ids.get(place)).or(ids.last());
            t.prepare_cached("UPDATE conversation SET shown = ?2 WHERE id = ?1")?
                .execute((chat, shown))?;
            chats.push(chat);
        }
        Ok(chats)
    })
}
