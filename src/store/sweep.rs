//! Emptying: what was deleted long ago, and pictures that nothing shows and nothing could bring back.

use std::collections::HashSet;

use jiff::Timestamp;
use rusqlite::Connection;

use super::Store;
use crate::base::Result;
use crate::base::object::SceneId;

const WRITE: &str = "cannot empty what was deleted";

/// What was emptied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Emptied {
    /// The scenes, for good: with what stood in them, their steps and their photographs.
    pub scenes: Vec<SceneId>,
    /// How many pictures.
    pub pictures: usize,
}

/// Every text that may name a picture: what stands in scenes, what undo or redo could bring back, and
/// what was saved.
const TEXTS: &str = "SELECT object FROM object WHERE instr(object, '\"picture\"')
    UNION ALL SELECT changes FROM step WHERE instr(changes, '\"picture\"')
    UNION ALL SELECT saved FROM scene WHERE instr(saved, '\"picture\"')";

/// Deletes scenes that were deleted before `before` for good, and pictures that were brought before
/// then and that nothing names any more. All of it or nothing.
///
/// # Errors
/// If it cannot be written.
pub fn empty(store: &Store, before: Timestamp) -> Result<Emptied> {
    store.write(WRITE, move |t| {
        // By their time, not by their text: fractions of a second have no fixed length.
        let mut deleted =
            t.prepare("SELECT id, deleted_at FROM scene WHERE deleted_at NOT NULL")?;
        let rows = deleted.query_map([], |r| Ok((r.get(0)?, r.get::<_, String>(1)?)))?;
        let rows = rows.collect::<rusqlite::Result<Vec<(SceneId, String)>>>()?;
        let old = |text: &str| text.parse::<Timestamp>().is_ok_and(|at| at < before);
        let scenes: Vec<SceneId> =
            rows.into_iter().filter(|(_, at)| old(at)).map(|(id, _)| id).collect();
        for id in &scenes {
            t.execute("DELETE FROM scene WHERE id = ?1", [id])?;
        }
        let mut candidates = t.prepare(
            "SELECT hash, added_at FROM picture
             WHERE hash NOT IN (SELECT picture FROM photograph)",
        )?;
        let rows = candidates.query_map([], |r| Ok((r.get(0)?, r.get::<_, String>(1)?)))?;
        let mut unused: HashSet<String> = HashSet::new();
        for row in rows {
            let (hash, at) = row?;
            if old(&at) {
                unused.insert(hash);
            }
        }
        without_named(t, &mut unused)?;
        for hash in &unused {
            t.execute("DELETE FROM picture WHERE hash = ?1", [hash])?;
        }
        Ok(Emptied { scenes, pictures: unused.len() })
    })
}

/// Takes out those that some text names.
fn without_named(db: &Connection, unused: &mut HashSet<String>) -> rusqlite::Result<()> {
    if unused.is_empty() {
        return Ok(());
    }
    let mut texts = db.prepare(TEXTS)?;
    let mut rows = texts.query([])?;
    while let Some(row) = rows.next()? {
        let text = row.get_ref(0)?.as_str()?;
        // A picture's name is 64 hexadecimal digits between quotation marks, however JSON is spaced.
        for piece in text.split('"').filter(|p| p.len() == 64) {
            unused.remove(piece);
        }
    }
    Ok(())
}
