//! What is said in a conversation: a tree, of which one branch is shown. Nothing that was said is
//! replaced: an answer that is regenerated and a question that is asked otherwise are branches.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row};

use super::{READ, WRITE, Whose};
use crate::base::Result;
use crate::store::Store;
use crate::store::accounts::time;

/// Who says something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Role {
    /// What the model is told to be.
    System,
    /// A person.
    User,
    /// The model.
    Assistant,
}

/// How far a message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum State {
    /// It is all there.
    Whole,
    /// The model is still saying it.
    Coming,
    /// Somebody stopped the model, or Dixi ended; what is there stays.
    Stopped,
    /// Something went wrong, which its details tell.
    Failed,
}

/// A message.
#[derive(Clone, Debug, PartialEq)]
pub struct MessageRow {
    /// Its number.
    pub id: i64,
    /// What it follows.
    pub parent: Option<i64>,
    /// Who says it.
    pub role: Role,
    /// What.
    pub text: String,
    /// What the model thought before.
    pub thinking: String,
    /// Which model.
    pub model: Option<String>,
    /// How far it has come.
    pub state: State,
    /// What the model was told besides, counts, what failed: JSON.
    pub details: String,
    /// When it was begun.
    pub at: Timestamp,
    /// How many pictures there are with it.
    pub pictures: u32,
    /// All that follow the same message, oldest first: the versions of it, this one among them.
    pub versions: Vec<i64>,
}

const COLUMNS: &str =
    "m.id, m.parent, m.role, m.text, m.thinking, m.model, m.state, m.details, m.at,
    (SELECT count(*) FROM message_picture p WHERE p.message = m.id),
    (SELECT json_group_array(v.id) FROM (SELECT id FROM message
     WHERE conversation = m.conversation AND parent IS m.parent ORDER BY id) v)";

fn row(r: &Row<'_>) -> rusqlite::Result<MessageRow> {
    Ok(MessageRow {
        id: r.get(0)?,
        parent: r.get(1)?,
        // The table has no others.
        role: r.get_ref(2)?.as_str()?.parse().unwrap_or(Role::User),
        text: r.get(3)?,
        thinking: r.get(4)?,
        model: r.get(5)?,
        state: r.get_ref(6)?.as_str()?.parse().unwrap_or(State::Failed),
        details: r.get(7)?,
        at: time(r, 8)?,
        pictures: r.get(9)?,
        versions: serde_json::from_str(r.get_ref(10)?.as_str()?).unwrap_or_default(),
    })
}

/// A picture that goes with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// `image/png` or `image/jpeg`.
    pub mime: String,
    /// The file.
    pub bytes: Vec<u8>,
}

/// A message to be kept.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// What it follows, a message of the same conversation; none: it begins one.
    pub parent: Option<i64>,
    /// Who says it.
    pub role: Role,
    /// What.
    pub text: String,
    /// What the model thought before.
    pub thinking: String,
    /// Which model.
    pub model: Option<String>,
    /// How far it has come.
    pub state: State,
    /// JSON.
    pub details: String,
    /// What goes with it.
    pub pictures: Vec<Picture>,
    /// Now.
    pub at: Timestamp,
}

/// The branch of a conversation that is shown, from its first message on.
///
/// # Errors
/// If the database cannot be read.
pub fn branch(store: &Store, conversation: i64) -> Result<Vec<MessageRow>> {
    store.read(READ, |db| branch_to(db, conversation, None))
}

/// The branch that ends with `last`, a message of this conversation.
///
/// # Errors
/// If the database cannot be read.
pub fn branch_of(store: &Store, conversation: i64, last: i64) -> Result<Vec<MessageRow>> {
    store.read(READ, |db| branch_to(db, conversation, Some(last)))
}

fn branch_to(
    db: &Connection,
    conversation: i64,
    last: Option<i64>,
) -> rusqlite::Result<Vec<MessageRow>> {
    // Upwards from the last one; a message is always younger than what it follows.
    db.prepare_cached(&format!(
        "WITH RECURSIVE line (id) AS (
             SELECT m.id FROM conversation c JOIN message m
                 ON m.id = coalesce(?2, c.shown) AND m.conversation = c.id WHERE c.id = ?1
             UNION ALL
             SELECT m.parent FROM line JOIN message m ON m.id = line.id WHERE m.parent IS NOT NULL
         )
         SELECT {COLUMNS} FROM message m WHERE m.id IN (SELECT id FROM line) ORDER BY m.id"
    ))?
    .query_map((conversation, last), row)?
    .collect()
}

/// Every message of a conversation, all branches, oldest first.
///
/// # Errors
/// If the database cannot be read.
pub fn all(store: &Store, conversation: i64) -> Result<Vec<MessageRow>> {
    store.read(READ, |db| {
        let of = format!("SELECT {COLUMNS} FROM message m WHERE m.conversation = ?1 ORDER BY m.id");
        db.prepare_cached(&of)?.query_map([conversation], row)?.collect()
    })
}

/// One message of a conversation.
///
/// # Errors
/// If the database cannot be read.
pub fn get(store: &Store, conversation: i64, message: i64) -> Result<Option<MessageRow>> {
    store.read(READ, |db| {
        let of = format!("SELECT {COLUMNS} FROM message m WHERE m.conversation = ?1 AND m.id = ?2");
        db.prepare_cached(&of)?.query_row((conversation, message), row).optional()
    })
}

/// The newest message below `from`, itself if nothing follows it: where another version of a message
/// leads to.
///
/// # Errors
/// If the database cannot be read.
pub fn end_of(store: &Store, from: i64) -> Result<i64> {
    store.read(READ, |db| {
        db.prepare_cached(
            "WITH RECURSIVE line (id) AS (
                 SELECT ?1
                 UNION ALL
                 SELECT m.id FROM line JOIN message m
                     ON m.id = (SELECT max(id) FROM message WHERE parent = line.id)
             )
             SELECT max(id) FROM line",
        )?
        .query_row([from], |r| r.get(0))
    })
}

/// The pictures of a message, in their order.
///
/// # Errors
/// If the database cannot be read.
pub fn pictures(store: &Store, message: i64) -> Result<Vec<Picture>> {
    store.read(READ, |db| {
        db.prepare_cached(
            "SELECT mime, bytes FROM message_picture WHERE message = ?1 ORDER BY place",
        )?
        .query_map([message], |r| Ok(Picture { mime: r.get(0)?, bytes: r.get(1)? }))?
        .collect()
    })
}

/// Adds messages to one of somebody's conversations, each following the one before it where it names
/// no other, and shows the last. Their numbers; none if the conversation, or what the first one is to
/// follow, is not there.
///
/// # Errors
/// If they cannot be written: none is, then.
pub fn add(
    store: &Store,
    whose: Whose,
    conversation: i64,
    messages: Vec<NewMessage>,
) -> Result<Option<Vec<i64>>> {
    store.write(WRITE, move |t| {
        let there = "SELECT EXISTS (SELECT 1 FROM conversation WHERE id = ?1
             AND (account IS ?2 OR account IS NULL))";
        if !t.query_row(there, (conversation, whose), |r| r.get::<_, bool>(0))? {
            return Ok(None);
        }
        let mut ids = Vec::with_capacity(messages.len());
        for message in &messages {
            let parent = message.parent.or(ids.last().copied());
            let in_it = "SELECT EXISTS (SELECT 1 FROM message WHERE id = ?1 AND conversation = ?2)";
            if let Some(parent) = parent
                && !t.query_row(in_it, (parent, conversation), |r| r.get::<_, bool>(0))?
            {
                return Ok(None);
            }
            ids.push(put(t, conversation, parent, message)?);
        }
        if let (Some(last), Some(message)) = (ids.last(), messages.last()) {
            t.execute(
                "UPDATE conversation SET shown = ?2, changed_at = ?3 WHERE id = ?1",
                (conversation, last, message.at.to_string()),
            )?;
        }
        Ok(Some(ids))
    })
}

pub(super) fn put(
    db: &Connection,
    conversation: i64,
    parent: Option<i64>,
    message: &NewMessage,
) -> rusqlite::Result<i64> {
    db.prepare_cached(
        "INSERT INTO message
         (conversation, parent, role, text, thinking, model, state, details, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute((
        conversation,
        parent,
        <&str>::from(message.role),
        &message.text,
        &message.thinking,
        &message.model,
        <&str>::from(message.state),
        &message.details,
        message.at.to_string(),
    ))?;
    let id = db.last_insert_rowid();
    for (place, picture) in (0_u32..).zip(&message.pictures) {
        db.prepare_cached(
            "INSERT INTO message_picture (message, place, mime, bytes) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute((id, place, &picture.mime, &picture.bytes))?;
    }
    Ok(id)
}

/// How far an answer has come.
#[derive(Clone, Debug)]
pub struct Progress {
    /// All of its text until now.
    pub text: String,
    /// All that was thought.
    pub thinking: String,
    /// Whether more is to come.
    pub state: State,
    /// JSON.
    pub details: String,
    /// Which model says it; none: as it was said before.
    pub model: Option<String>,
}

/// Keeps how far an answer has come that was [`State::Coming`]. Tells whether it still was.
///
/// # Errors
/// If it cannot be written.
pub fn update(store: &Store, message: i64, progress: Progress) -> Result<bool> {
    store.write(WRITE, move |t| {
        t.execute(
            "UPDATE message SET text = ?2, thinking = ?3, details = ?4, state = ?5,
                                model = coalesce(?6, model)
             WHERE id = ?1 AND state = 'coming'",
            (
                message,
                &progress.text,
                &progress.thinking,
                &progress.details,
                <&str>::from(progress.state),
                &progress.model,
            ),
        )
        .map(|rows| rows == 1)
    })
}

/// What was still coming when Dixi ended is [`State::Stopped`]. How many those were.
///
/// # Errors
/// If it cannot be written.
pub fn end_left_over(store: &Store) -> Result<usize> {
    store.write(WRITE, |t| {
        t.execute("UPDATE message SET state = 'stopped' WHERE state = 'coming'", [])
    })
}
