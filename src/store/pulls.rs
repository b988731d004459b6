//! Models that the box has Ollama fetch: those that were not at their end when Dixi stopped go on with the
//! next start, and of the others it is told how they ended.

use rusqlite::Row;
use serde_json::Value;

use super::Store;
use crate::base::Result;

const READ: &str = "cannot read which models are being fetched";
const WRITE: &str = "cannot keep which models are being fetched";

/// How far it has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PullEnd {
    /// Not at its end.
    Open,
    /// The model is there.
    Done,
    /// It failed.
    Failed,
    /// Somebody ended it.
    Cancelled,
}

impl PullEnd {
    const ALL: [Self; 4] = [Self::Open, Self::Done, Self::Failed, Self::Cancelled];

    const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// One of them.
#[derive(Clone, Debug, PartialEq)]
pub struct PullRow {
    /// Its number.
    pub id: i64,
    /// The model, as it was asked for.
    pub model: String,
    /// The address of the Ollama server; empty if none has been chosen yet.
    pub server: String,
    /// When it was begun first, RFC 3339 UTC.
    pub begun_at: String,
    /// Bytes that are there.
    pub bytes: u64,
    /// Bytes that there are, as far as it is known.
    pub total_bytes: Option<u64>,
    /// How far it has come.
    pub end: PullEnd,
    /// Why it failed, as pages are told it.
    pub failure: Option<Value>,
}

fn row(r: &Row<'_>) -> rusqlite::Result<PullRow> {
    let count = |n: i64| n.max(0).unsigned_abs();
    let state: String = r.get(6)?;
    let failure: Option<String> = r.get(7)?;
    Ok(PullRow {
        id: r.get(0)?,
        model: r.get(1)?,
        server: r.get(2)?,
        begun_at: r.get(3)?,
        bytes: count(r.get(4)?),
        total_bytes: r.get::<_, Option<i64>>(5)?.map(count),
        end: PullEnd::ALL.into_iter().find(|e| e.name() == state).unwrap_or(PullEnd::Failed),
        failure: failure.and_then(|text| serde_json::from_str(&text).ok()),
    })
}

/// All of them, in the order of their numbers.
///
/// # Errors
/// If the database cannot be read.
pub fn all(store: &Store) -> Result<Vec<PullRow>> {
    store.read(READ, |db| {
        let columns = "id, model, server, begun_at, bytes, total_bytes, state, failure";
        db.prepare_cached(&format!("SELECT {columns} FROM model_pull ORDER BY id"))?
            .query_map([], row)?
            .collect()
    })
}

/// Keeps one, in the place of what was kept under its number.
///
/// # Errors
/// If it cannot be written.
pub fn put(store: &Store, pull: PullRow) -> Result<()> {
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    store.write(WRITE, move |t| {
        t.execute(
            "INSERT OR REPLACE INTO model_pull
             (id, model, server, begun_at, bytes, total_bytes, state, failure)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            (
                pull.id,
                pull.model,
                pull.server,
                pull.begun_at,
                number(pull.bytes),
                pull.total_bytes.map(number),
                pull.end.name(),
                pull.failure.map(|f| f.to_string()),
            ),
        )
        .map(drop)
    })
}

/// Forgets one.
///
/// # Errors
/// If it cannot be written.
pub fn remove(store: &Store, id: i64) -> Result<()> {
    store.write(WRITE, move |t| t.execute("DELETE FROM model_pull WHERE id = ?1", [id]).map(drop))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn they_come_back_as_they_were() {
        let store = Store::in_memory().unwrap();
        let open = PullRow {
            id: 3,
            model: "llama3.2".into(),
            server: String::new(),
            begun_at: "2026-11-22T12:00:00Z".into(),
            bytes: 0,
            total_bytes: None,
            end: PullEnd::Open,
            failure: None,
        };
        put(&store, open.clone()).unwrap();
        let failed = PullRow {
            server: "http://x/".into(),
            bytes: 7,
            total_bytes: Some(9),
            end: PullEnd::Failed,
            failure: Some(json!({"code": "ollama_broke_off"})),
            ..open.clone()
        };
        put(&store, failed.clone()).unwrap();
        put(&store, PullRow { id: 1, ..open.clone() }).unwrap();
        assert_eq!(all(&store).unwrap(), [PullRow { id: 1, ..open }, failed]);
        remove(&store, 3).unwrap();
        assert_eq!(all(&store).unwrap().len(), 1);
    }
}
