//! Scenes, what stands in them, and the steps that were made: a step is one transaction, so that
//! after a crash each is there whole or not at all.
//!
//! Knows what a scene consists of, not what may be done with it: that is the canvas's.

use std::path::Path;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction};

use super::Store;
use super::open::uri;
use crate::base::object::{Object, ObjectId, SceneId};
use crate::base::{Error, Result};

pub(super) const READ: &str = "cannot read the scenes";
pub(super) const WRITE: &str = "cannot keep the scene";

/// A scene without its objects.
#[derive(Clone, Debug, PartialEq)]
pub struct SceneRow {
    /// Its number.
    pub id: SceneId,
    /// Its name.
    pub name: String,
    /// Grows by one with every step.
    pub revision: u64,
    /// The number of the next object.
    pub next_id: ObjectId,
    /// Steps up to this one are done.
    pub done: u64,
    /// The revision that was saved.
    pub saved: Option<u64>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub changed_at: Timestamp,
    /// When it was deleted.
    pub deleted_at: Option<Timestamp>,
    /// How many objects it has.
    pub objects: u32,
    /// The revision that its thumbnail shows.
    pub thumbnail: Option<u64>,
}

const ROW: &str = "SELECT s.id, s.name, s.revision, s.next_id, s.done, s.saved_at_revision,
    s.created_at, s.changed_at, s.deleted_at,
    (SELECT count(*) FROM object o WHERE o.scene = s.id), t.revision
    FROM scene s LEFT JOIN thumbnail t ON t.scene = s.id";

fn row(r: &Row<'_>) -> rusqlite::Result<SceneRow> {
    let number = |i| r.get::<_, i64>(i).map(|n| n as u64);
    let maybe = |i| r.get::<_, Option<i64>>(i).map(|n| n.map(|n| n as u64));
    Ok(SceneRow {
        id: r.get(0)?,
        name: r.get(1)?,
        revision: number(2)?,
        next_id: r.get(3)?,
        done: number(4)?,
        saved: maybe(5)?,
        created_at: time(&r.get::<_, String>(6)?),
        changed_at: time(&r.get::<_, String>(7)?),
        deleted_at: r.get::<_, Option<String>>(8)?.as_deref().map(time),
        objects: r.get(9)?,
        thumbnail: maybe(10)?,
    })
}

/// We wrote it; a time that somebody else made unreadable must not cost the scene.
pub(super) fn time(text: &str) -> Timestamp {
    text.parse().unwrap_or_default()
}

/// All scenes, deleted ones too, in their order.
///
/// # Errors
/// If the database cannot be read.
pub fn list(store: &Store) -> Result<Vec<SceneRow>> {
    store.read(READ, |db| {
        let mut all = db.prepare_cached(&format!("{ROW} ORDER BY s.place, s.id"))?;
        all.query_map([], row)?.collect()
    })
}

/// One scene without what stands in it.
///
/// # Errors
/// If the database cannot be read.
pub fn row_of(store: &Store, id: SceneId) -> Result<Option<SceneRow>> {
    store.read(READ, |db| {
        db.prepare_cached(&format!("{ROW} WHERE s.id = ?1"))?.query_row([id], row).optional()
    })
}

/// One scene and what stands in it, by number.
///
/// # Errors
/// If the database cannot be read.
pub fn load(store: &Store, id: SceneId) -> Result<Option<(SceneRow, Vec<Object>)>> {
    store.read(READ, move |db| {
        // Both at one moment.
        let t = db.unchecked_transaction()?;
        let mut one = t.prepare_cached(&format!("{ROW} WHERE s.id = ?1"))?;
        let Some(scene) = one.query_row([id], row).optional()? else { return Ok(None) };
        Ok(Some((scene, objects(&t, id)?)))
    })
}

fn objects(db: &Connection, scene: SceneId) -> rusqlite::Result<Vec<Object>> {
    let mut all = db.prepare_cached("SELECT object FROM object WHERE scene = ?1 ORDER BY id")?;
    let texts = all.query_map([scene], |r| r.get::<_, String>(0))?;
    let mut objects = Vec::new();
    for text in texts {
        match serde_json::from_str(&text?) {
            Ok(object) => objects.push(object),
            // It stays in the database: a Dixi that understands it will show it.
            Err(e) => tracing::warn!(scene, "an object is left out: {e}"),
        }
    }
    Ok(objects)
}

/// A scene that is to be.
#[derive(Debug)]
pub struct NewScene {
    /// Its name.
    pub name: String,
    /// After which it comes; last, if none.
    pub after: Option<SceneId>,
    /// What stands in it.
    pub objects: Vec<Object>,
    /// The number of the next object.
    pub next_id: ObjectId,
}

/// Adds a scene and tells its number.
///
/// # Errors
/// If it cannot be written.
pub fn add(store: &Store, scene: NewScene) -> Result<SceneId> {
    let texts = scene.objects.iter().map(|o| Ok((o.id, json(o)?))).collect::<Result<Vec<_>>>()?;
    store.write(WRITE, move |t| {
        let at = now();
        let place = place_after(t, scene.after)?;
        t.execute(
            "INSERT INTO scene (name, place, next_id, created_at, changed_at)
             VALUES (?1, ?2, ?3, ?4, ?4)",
            (&scene.name, place, scene.next_id, &at),
        )?;
        let id = t.last_insert_rowid();
        let mut put =
            t.prepare_cached("INSERT INTO object (scene, id, object) VALUES (?1, ?2, ?3)")?;
        for (object, text) in &texts {
            put.execute((id, object, text))?;
        }
        Ok(id as SceneId)
    })
}

/// A place after `after`, before whatever follows it.
fn place_after(t: &Transaction<'_>, after: Option<SceneId>) -> rusqlite::Result<f64> {
    let last: f64 = t.query_row("SELECT coalesce(max(place), 0) FROM scene", [], |r| r.get(0))?;
    let Some(after) = after else { return Ok(last + 1.0) };
    let place = t.query_row("SELECT place FROM scene WHERE id = ?1", [after], |r| r.get(0));
    let Some(place): Option<f64> = place.optional()? else { return Ok(last + 1.0) };
    let next: Option<f64> =
        t.query_row("SELECT min(place) FROM scene WHERE place > ?1", [place], |r| r.get(0))?;
    Ok(next.map_or(place + 1.0, |next| f64::midpoint(place, next)))
}

/// Gives a scene another name.
///
/// # Errors
/// If it cannot be written.
pub fn rename(store: &Store, id: SceneId, name: &str) -> Result<()> {
    let name = name.to_owned();
    store.write(WRITE, move |t| {
        t.execute("UPDATE scene SET name = ?2 WHERE id = ?1", (id, name)).map(drop)
    })
}

/// Takes a scene off the list, or puts it back.
///
/// # Errors
/// If it cannot be written.
pub fn set_deleted(store: &Store, id: SceneId, deleted: bool) -> Result<()> {
    let at = deleted.then(now);
    store.write(WRITE, move |t| {
        t.execute("UPDATE scene SET deleted_at = ?2 WHERE id = ?1", (id, at)).map(drop)
    })
}

/// Keeps the scene as it is now, to come back to.
///
/// # Errors
/// If it cannot be written.
pub fn save(
    store: &Store,
    id: SceneId,
    revision: u64,
    objects: &impl serde::Serialize,
) -> Result<()> {
    let text = json(objects)?;
    store.write(WRITE, move |t| {
        t.execute(
            "UPDATE scene SET saved = ?2, saved_at_revision = ?3 WHERE id = ?1",
            (id, text, revision as i64),
        )
        .map(drop)
    })
}

/// What was saved.
///
/// # Errors
/// If the database cannot be read, or what it says is damaged.
pub fn saved(store: &Store, id: SceneId) -> Result<Option<Vec<Object>>> {
    let text: Option<String> = store.read(READ, move |db| {
        db.query_row("SELECT saved FROM scene WHERE id = ?1", [id], |r| r.get(0))
    })?;
    let read = |text: String| serde_json::from_str(&text);
    text.map(read)
        .transpose()
        .map_err(|e| Error::internal("what was saved cannot be read any more").source(e))
}

/// The scene that is shown, and the tools as JSON.
///
/// # Errors
/// If the database cannot be read.
pub fn canvas(store: &Store) -> Result<(Option<SceneId>, Option<String>)> {
    store.read("cannot read the canvas", |db| {
        let found =
            db.query_row("SELECT scene, tools FROM canvas", [], |r| Ok((r.get(0)?, r.get(1)?)));
        Ok(found.optional()?.unwrap_or_default())
    })
}

/// Keeps which scene is shown, and the tools.
///
/// # Errors
/// If it cannot be written.
pub fn set_canvas(store: &Store, scene: SceneId, tools: String) -> Result<()> {
    store.write("cannot keep the canvas", move |t| {
        t.execute(
            "INSERT INTO canvas (id, scene, tools) VALUES (1, ?1, ?2)
             ON CONFLICT (id) DO UPDATE SET scene = ?1, tools = ?2",
            (scene, tools),
        )
        .map(drop)
    })
}

/// Copies the scenes and all that belongs to them, and who may come in, out of a database on a disk that
/// cannot be written; nothing of one that has another schema.
pub(super) fn copy(into: &Connection, from: &Path) -> rusqlite::Result<()> {
    if !from.exists() {
        return Ok(());
    }
    // A file, though we are in memory: without a word about it, it would be looked for in memory too.
    into.execute("ATTACH ?1 AS old", [uri(from, "immutable=1&vfs=unix")])?;
    let version =
        |of: &str| into.query_row(&format!("PRAGMA {of}.user_version"), [], |r| r.get::<_, i64>(0));
    if version("old")? != version("main")? {
        return Ok(());
    }
    let copied = into.execute_batch(
        "BEGIN;
         INSERT INTO scene SELECT * FROM old.scene;
         INSERT INTO object SELECT * FROM old.object;
         INSERT INTO step SELECT * FROM old.step;
         INSERT INTO picture SELECT * FROM old.picture;
         INSERT INTO thumbnail SELECT * FROM old.thumbnail;
         INSERT INTO photograph SELECT * FROM old.photograph;
         INSERT INTO canvas SELECT * FROM old.canvas;
         INSERT INTO account SELECT * FROM old.account;
         INSERT INTO session SELECT * FROM old.session;
         INSERT INTO token SELECT * FROM old.token;
         COMMIT;
         DETACH old;",
    );
    if copied.is_err() {
        // All of it or nothing.
        into.execute_batch("ROLLBACK")?;
    }
    copied
}

pub(super) fn json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value)
        .map_err(|e| Error::internal("this cannot be written as JSON").source(e))
}

pub(super) fn now() -> String {
    Timestamp::now().to_string()
}
