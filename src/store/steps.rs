//! Steps: what each changed in its scene, kept so that undo and redo survive a restart. A step is one
//! transaction with the objects that it changes, so that after a crash it is there whole or not at all.
//!
//! Knows what a step consists of, not what undo means: that is the canvas's.

use jiff::Timestamp;
use rusqlite::OptionalExtension;

use super::Store;
use super::scenes::{READ, WRITE, json, now, time};
use crate::base::object::{Change, ObjectId, SceneId};
use crate::base::{Error, Result};

/// Who did what, and when.
#[derive(Clone, Debug, PartialEq)]
pub struct StepRow {
    /// Who.
    pub who: String,
    /// The command's name.
    pub command: String,
    /// When.
    pub at: Timestamp,
    /// How many objects it touched.
    pub objects: u32,
}

/// One step to be kept: what it changes, and what is true of the scene afterwards.
#[derive(Debug)]
pub struct Step<'a> {
    /// In which scene.
    pub scene: SceneId,
    /// The revision it leads to.
    pub revision: u64,
    /// The number of the next object.
    pub next_id: ObjectId,
    /// Steps up to this one are done then.
    pub done: u64,
    /// What it changes.
    pub changes: &'a [Change],
    /// A new step, with how many are kept before it; none where an old one is undone or done again.
    pub new: Option<(&'a StepRow, u64)>,
}

/// Keeps a step.
///
/// # Errors
/// If it cannot be written; nothing of it is kept then.
pub fn step(store: &Store, step: &Step<'_>) -> Result<()> {
    let texts = step.changes.iter().map(|c| Ok((c.id(), c.after.as_ref().map(json).transpose()?)));
    let texts = texts.collect::<Result<Vec<_>>>()?;
    let new = match step.new {
        Some((row, keep)) => {
            Some((row.clone(), json(&step.changes)?, step.done.saturating_sub(keep)))
        }
        None => None,
    };
    let (scene, revision, done) = (step.scene, step.revision as i64, step.done as i64);
    let next_id = step.next_id;
    store.write(WRITE, move |t| {
        let mut put = t.prepare_cached(
            "INSERT INTO object (scene, id, object) VALUES (?1, ?2, ?3)
             ON CONFLICT (scene, id) DO UPDATE SET object = ?3",
        )?;
        let mut take = t.prepare_cached("DELETE FROM object WHERE scene = ?1 AND id = ?2")?;
        for (id, text) in &texts {
            match text {
                Some(text) => put.execute((scene, id, text))?,
                None => take.execute((scene, id))?,
            };
        }
        if let Some((row, changes, forget)) = &new {
            t.prepare_cached(
                "DELETE FROM step WHERE scene = ?1 AND (number >= ?2 OR number <= ?3)",
            )?
            .execute((scene, done, *forget as i64))?;
            t.prepare_cached(
                "INSERT INTO step (scene, number, who, command, at, changes)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute((scene, done, &row.who, &row.command, row.at.to_string(), changes))?;
        }
        t.prepare_cached(
            "UPDATE scene SET revision = ?2, next_id = ?3, done = ?4, changed_at = ?5 WHERE id = ?1",
        )?
        .execute((scene, revision, next_id, done, now()))
        .map(drop)
    })
}

/// A step without what it changed, by its number.
///
/// # Errors
/// If the database cannot be read.
pub fn step_row(store: &Store, scene: SceneId, number: u64) -> Result<Option<StepRow>> {
    store.read(READ, move |db| {
        db.prepare_cached(
            "SELECT who, command, at, iif(json_valid(changes), json_array_length(changes), 0) FROM step
             WHERE scene = ?1 AND number = ?2",
        )?
        .query_row((scene, number as i64), |r| {
            Ok(StepRow {
                who: r.get(0)?,
                command: r.get(1)?,
                at: time(&r.get::<_, String>(2)?),
                objects: r.get(3)?,
            })
        })
        .optional()
    })
}

/// What a step changed.
///
/// # Errors
/// If the database cannot be read, or what it says is damaged.
pub fn step_changes(store: &Store, scene: SceneId, number: u64) -> Result<Vec<Change>> {
    let text: String = store.read(READ, move |db| {
        db.prepare_cached("SELECT changes FROM step WHERE scene = ?1 AND number = ?2")?
            .query_row((scene, number as i64), |r| r.get(0))
    })?;
    serde_json::from_str(&text)
        .map_err(|e| Error::internal("this step cannot be read any more").source(e))
}
