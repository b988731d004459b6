//! System prompts and questions that somebody keeps to begin with.

use rusqlite::{OptionalExtension, Row};
use serde::{Deserialize, Serialize};

use super::Store;
use super::conversations::Whose;
use crate::base::Result;

const READ: &str = "cannot read the presets";
const WRITE: &str = "cannot keep the preset";
/// The most that one account keeps.
pub const MOST: u32 = 200;

/// What a preset is.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    strum::EnumString,
    strum::IntoStaticStr,
    ts_rs::TS,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum PresetKind {
    /// What a model is told to be, and how it answers.
    Preset,
    /// A question.
    Prompt,
}

/// A preset.
#[derive(Clone, Debug, PartialEq)]
pub struct PresetRow {
    /// Its number.
    pub id: i64,
    /// What it is.
    pub kind: PresetKind,
    /// Its name, 1 to 100 characters.
    pub name: String,
    /// A system prompt, or a question.
    pub text: String,
    /// How the model answers, as JSON.
    pub how: Option<String>,
}

fn row(r: &Row<'_>) -> rusqlite::Result<PresetRow> {
    Ok(PresetRow {
        id: r.get(0)?,
        // The table has no others.
        kind: r.get_ref(1)?.as_str()?.parse().unwrap_or(PresetKind::Prompt),
        name: r.get(2)?,
        text: r.get(3)?,
        how: r.get(4)?,
    })
}

/// Somebody's presets and the box's own, by name.
///
/// # Errors
/// If the database cannot be read.
pub fn list(store: &Store, whose: Whose) -> Result<Vec<PresetRow>> {
    store.read(READ, |db| {
        db.prepare_cached(
            "SELECT id, kind, name, text, how FROM preset
             WHERE account IS ?1 OR account IS NULL ORDER BY name COLLATE NOCASE, id",
        )?
        .query_map([whose], row)?
        .collect()
    })
}

/// Keeps one; its `id` is given here and told. None if there are [`MOST`] already.
///
/// # Errors
/// If it cannot be written.
pub fn add(store: &Store, whose: Whose, preset: PresetRow) -> Result<Option<i64>> {
    store.write(WRITE, move |t| {
        let there = "SELECT count(*) FROM preset WHERE account IS ?1";
        if t.query_row(there, [whose], |r| r.get::<_, u32>(0))? >= MOST {
            return Ok(None);
        }
        t.execute(
            "INSERT INTO preset (account, kind, name, text, how) VALUES (?1, ?2, ?3, ?4, ?5)",
            (whose, <&str>::from(preset.kind), preset.name, preset.text, preset.how),
        )?;
        Ok(Some(t.last_insert_rowid()))
    })
}

/// Puts another in the place of the one with its number. Tells whether that is there.
///
/// # Errors
/// If it cannot be written.
pub fn replace(store: &Store, whose: Whose, preset: PresetRow) -> Result<bool> {
    store.write(WRITE, move |t| {
        t.execute(
            "UPDATE preset SET kind = ?3, name = ?4, text = ?5, how = ?6
             WHERE id = ?1 AND (account IS ?2 OR account IS NULL)",
            (preset.id, whose, <&str>::from(preset.kind), preset.name, preset.text, preset.how),
        )
        .map(|rows| rows == 1)
    })
}

/// Deletes one. Tells whether it was there.
///
/// # Errors
/// If it cannot be written.
pub fn remove(store: &Store, whose: Whose, id: i64) -> Result<bool> {
    store.write(WRITE, move |t| {
        let found = t
            .query_row(
                "DELETE FROM preset WHERE id = ?1 AND (account IS ?2 OR account IS NULL)
                 RETURNING id",
                (id, whose),
                |r| r.get::<_, i64>(0),
            )
            .optional()?;
        Ok(found.is_some())
    })
}
