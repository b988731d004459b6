//! The settings that people changed in the UI.

use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use super::Store;
use super::errors::explain;
use super::open::{FILE, open_immutable, open_reader};
use crate::base::{Error, Result};
use crate::config::{Keeper, Kept};

const ALL: &str = "SELECT key, value FROM setting ORDER BY key";

/// All kept settings. What is not JSON any more is left out.
///
/// # Errors
/// If the database cannot be read.
pub fn load(store: &Store) -> Result<Vec<(String, Value)>> {
    store.read("cannot read the settings", select)
}

/// All kept settings of a database that another process may have open, or that cannot be opened for writing
/// (a read-only disk): what its log holds is then not seen.
///
/// # Errors
/// If it cannot be read either.
pub fn load_read_only(dir: &Path) -> Result<Vec<(String, Value)>> {
    let path = dir.join(FILE);
    open_reader(&path)
        .and_then(|db| select(&db))
        .or_else(|_| open_immutable(&path).and_then(|db| select(&db)))
        .map_err(|e| explain("cannot read the settings", e))
}

fn select(db: &rusqlite::Connection) -> rusqlite::Result<Vec<(String, Value)>> {
    let mut all = db.prepare(ALL)?;
    let rows = all.query_map([], |r| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?)))?;
    let mut kept = Vec::new();
    for row in rows {
        let (key, text) = row?;
        match serde_json::from_str(&text) {
            Ok(value) => kept.push((key, value)),
            Err(e) => tracing::warn!(key, "a kept setting is left out: {e}"),
        }
    }
    Ok(kept)
}

impl Keeper for Store {
    fn keep(&self, key: &'static str, value: Option<&Value>) -> Result<Kept> {
        let value = value.map(Value::to_string);
        let at = jiff::Timestamp::now().to_string();
        self.write("cannot keep the setting", move |t| match value {
            Some(value) => t.execute(
                "INSERT INTO setting (key, value, changed_at) VALUES (?1, ?2, ?3)
                     ON CONFLICT (key) DO UPDATE SET value = ?2, changed_at = ?3",
                (key, value, at),
            ),
            None => t.execute("DELETE FROM setting WHERE key = ?1", [key]),
        })?;
        Ok(Kept::Yes)
    }
}

/// Stands in where there is no database: changes hold until the process ends.
pub struct NotKept(Arc<str>);

impl NotKept {
    /// Because of `error`.
    pub fn because(error: &Error) -> Self {
        Self(error.to_string().into())
    }
}

impl Keeper for NotKept {
    fn keep(&self, _: &'static str, _: Option<&Value>) -> Result<Kept> {
        Ok(Kept::No(self.0.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::base::Kind;

    #[test]
    fn what_is_kept_is_there_again_and_what_is_forgotten_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        store.keep("a.x", Some(&json!(1))).unwrap();
        store.keep("a.x", Some(&json!("two"))).unwrap();
        store.keep("a.y", Some(&json!(true))).unwrap();
        store.keep("a.y", None).unwrap();
        let expected = vec![("a.x".to_owned(), json!("two"))];
        assert_eq!(load(&store).unwrap(), expected);
        let holder = Arc::clone(&store);
        store.close();
        assert!(holder.keep("a.z", None).is_err());
        let left: Vec<_> = std::fs::read_dir(dir.path()).unwrap().collect();
        assert_eq!(left.len(), 1, "the log is folded in: {left:?}");
        assert_eq!(load_read_only(dir.path()).unwrap(), expected);
        assert_eq!(load(&Store::open(dir.path()).unwrap()).unwrap(), expected);
    }

    #[test]
    fn a_full_disk_is_said_and_over_when_there_is_room_again() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let limit = |pages: i64| {
            let sql = format!("PRAGMA max_page_count={pages}");
            store.writer.run("limit", move |t| t.query_row(&sql, [], |_| Ok(()))).unwrap();
        };
        limit(1);
        let big = json!("x".repeat(100_000));
        let e = store.keep("a.x", Some(&big)).unwrap_err();
        assert_eq!(e.kind(), Kind::DiskFull, "{e}");
        assert!(e.next_step().unwrap().contains("make room"));
        assert!(store.trouble().is_some());
        assert!(load(&store).unwrap().is_empty());
        limit(100_000);
        store.keep("a.x", Some(&big)).unwrap();
        assert!(store.trouble().is_none());
    }

    #[test]
    fn without_a_database_nothing_is_kept_and_that_is_said() {
        let kept = NotKept::because(&Error::invalid("the disk is read-only"));
        let kept = kept.keep("a.x", None).unwrap();
        assert_eq!(kept, Kept::No("the disk is read-only".into()));
    }
}
