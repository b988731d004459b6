//! The bindings of gestures, in the order of their list, each as JSON. No row at all means that
//! nobody has changed the default ones.

use rusqlite::params;
use serde_json::Value;

use super::Store;
use crate::base::Result;

/// All kept bindings, with their ids. What is not JSON any more is told and left out.
///
/// # Errors
/// If the database cannot be read.
pub fn load(store: &Store) -> Result<Vec<(String, Value)>> {
    store.read("cannot read the bindings", |db| {
        let mut all = db.prepare("SELECT id, binding FROM binding ORDER BY place, id")?;
        // As bytes: a damaged row may hold anything.
        let rows = all.query_map([], |r| {
            let text = |i| r.get_ref(i).map(|v| v.as_bytes().unwrap_or_default().to_vec());
            Ok((String::from_utf8_lossy(&text(0)?).into_owned(), text(1)?))
        })?;
        let mut kept = Vec::new();
        for row in rows {
            let (id, text) = row?;
            match serde_json::from_slice(&text) {
                Ok(binding) => kept.push((id, binding)),
                Err(e) => tracing::warn!(id, "a kept binding is left out: {e}"),
            }
        }
        Ok(kept)
    })
}

/// Puts these in the place of all that are kept; none at all brings the default ones back.
///
/// # Errors
/// If they could not be written; nothing has changed then.
pub fn replace(store: &Store, bindings: Vec<(String, Value)>) -> Result<()> {
    store.write("cannot keep the bindings", move |t| {
        t.execute("DELETE FROM binding", [])?;
        let mut insert =
            t.prepare("INSERT INTO binding (id, place, binding) VALUES (?1, ?2, ?3)")?;
        for (place, (id, binding)) in bindings.into_iter().enumerate() {
            insert.execute(params![id, place as i64, binding.to_string()])?;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn they_come_back_in_order_and_damaged_rows_are_left_out() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        assert!(load(&store).unwrap().is_empty());
        let all = vec![("b".to_owned(), json!({"x":1})), ("a".to_owned(), json!([]))];
        replace(&store, all.clone()).unwrap();
        assert_eq!(load(&store).unwrap(), all);
        store
            .write("damage", |t| {
                t.execute_batch("PRAGMA ignore_check_constraints = 1")?;
                t.execute("UPDATE binding SET binding = '{' WHERE id = 'b'", [])
            })
            .unwrap();
        assert_eq!(load(&store).unwrap(), all[1..]);
        replace(&store, Vec::new()).unwrap();
        assert!(load(&store).unwrap().is_empty());
    }
}
