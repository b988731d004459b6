//! Copies of the whole database: made while others write, and looked at before anybody trusts them.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use serde_json::Value;

use super::errors::explain;
use super::open::{known_schema, open_immutable, open_reader, ours};
use super::{FILE, Store};
use crate::base::{Error, Kind, Result};

/// What a database holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// Its schema's version.
    pub schema: u32,
    /// Rows of each table.
    pub rows: BTreeMap<String, u64>,
}

impl Store {
    /// Writes the database as it is now to a new file `to`. Writers go on meanwhile: what they
    /// write is not in the copy. Blocks for as long as reading and writing all of it takes.
    ///
    /// # Errors
    /// The disk's, or `Conflict` if `to` exists.
    pub fn copy_to(&self, to: &Path) -> Result<()> {
        self.read("cannot copy the database", |db| Ok(copy(db, to)))?
    }
}

/// The same for the database in `dir`, which may be another process's.
///
/// # Errors
/// `NotFound` without a database; else as [`Store::copy_to`].
pub fn copy_of(dir: &Path, to: &Path) -> Result<()> {
    let path = dir.join(FILE);
    if !path.exists() {
        return Err(Error::new(
            Kind::NotFound,
            format!("there is no database in {}", dir.display()),
        )
        .next("name the right place with `--data-dir`"));
    }
    let db = open_reader(&path).map_err(|e| explain("cannot open the database", e))?;
    copy(&db, to)
}

/// In one step: SQLite then reads one moment's state, however busy the writers are.
fn copy(from: &Connection, to: &Path) -> Result<()> {
    let wrong = |e| explain(&format!("cannot copy the database to {}", to.display()), e);
    if to.exists() {
        return Err(Error::new(Kind::Conflict, format!("{} exists already", to.display())));
    }
    let mut copy = Connection::open(to).map_err(wrong)?;
    // Nobody else sees the file before it is whole; whoever made it brings it to the disk.
    copy.pragma_update(None, "synchronous", "OFF").map_err(wrong)?;
    let step = Backup::new(from, &mut copy).and_then(|b| b.step(-1)).map_err(wrong)?;
    if step != StepResult::Done {
        return Err(
            Error::new(Kind::Conflict, "the database is busy").next("try again in a moment")
        );
    }
    // The copy is one file, with no log beside it.
    copy.pragma_update(None, "journal_mode", "DELETE").map_err(wrong)?;
    copy.close().map_err(|(_, e)| wrong(e))
}

/// Takes the settings that `secret` says yes to out of a copy that nobody else uses, and leaves no trace of
/// them in its file. What is no JSON is taken for no secret.
///
/// # Errors
/// The disk's.
pub fn take_settings(
    copy: &Path,
    secret: impl Fn(&str, &Value) -> bool,
) -> Result<BTreeMap<String, Value>> {
    let wrong = |e| explain("cannot take the secrets out of the copy", e);
    let db = alone(copy).map_err(wrong)?;
    let mut taken: BTreeMap<String, Value> = settings_of(&db).map_err(wrong)?.into_iter().collect();
    taken.retain(|key, value| secret(key, value));
    for key in taken.keys() {
        db.execute("DELETE FROM setting WHERE key = ?1", [key]).map_err(wrong)?;
    }
    db.close().map_err(|(_, e)| wrong(e))?;
    Ok(taken)
}

/// Puts settings into a copy that nobody else uses.
///
/// # Errors
/// The disk's.
pub fn put_settings(copy: &Path, settings: &BTreeMap<String, Value>) -> Result<()> {
    let wrong = |e| explain("cannot put the secrets into the copy", e);
    let db = alone(copy).map_err(wrong)?;
    let at = jiff::Timestamp::now().to_string();
    for (key, value) in settings {
        let sql = "INSERT OR REPLACE INTO setting (key, value, changed_at) VALUES (?1, ?2, ?3)";
        db.execute(sql, (key, value.to_string(), &at)).map_err(wrong)?;
    }
    db.close().map_err(|(_, e)| wrong(e))
}

/// Keeps those of these settings that `store` lacks as they are in `former`, a database that was put aside.
/// How many.
///
/// # Errors
/// If `former` cannot be read, or `store` not be written.
pub fn carry_settings(store: &Store, former: &Path, keys: &[String]) -> Result<usize> {
    let read = open_immutable(former).and_then(|db| settings_of(&db));
    let read = read.map_err(|e| explain("cannot read the settings before", e))?;
    let kept: Vec<_> = read.into_iter().filter(|(key, _)| keys.contains(key)).collect();
    let at = jiff::Timestamp::now().to_string();
    store.write("cannot keep the secrets", move |t| {
        let sql = "INSERT OR IGNORE INTO setting (key, value, changed_at) VALUES (?1, ?2, ?3)";
        kept.iter().try_fold(0, |n, (key, value)| {
            t.execute(sql, (key, value.to_string(), &at)).map(|rows| n + rows)
        })
    })
}

fn settings_of(db: &Connection) -> rusqlite::Result<Vec<(String, Value)>> {
    let mut all = db.prepare("SELECT key, value FROM setting")?;
    let rows = all.query_map([], |r| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?)))?;
    let rows = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(rows.into_iter().filter_map(|(k, v)| Some((k, serde_json::from_str(&v).ok()?))).collect())
}

/// A copy that whoever made it brings to the disk, or throws away: it needs no log of its own.
fn alone(copy: &Path) -> rusqlite::Result<Connection> {
    let db = Connection::open(copy)?;
    db.pragma_update(None, "journal_mode", "MEMORY")?;
    db.pragma_update(None, "synchronous", "OFF")?;
    db.pragma_update(None, "secure_delete", true)?;
    Ok(db)
}

/// The schema's version in `dir`'s database if it is older than this Dixi's. None where it is not,
/// and where there is no database of ours to be read: opening it will tell.
pub fn older_schema(dir: &Path) -> Option<u32> {
    let path = dir.join(FILE);
    let db = path.exists().then(|| open_reader(&path).ok()).flatten()?;
    ours(&db, &path).ok()?;
    let version: u32 = db.pragma_query_value(None, "user_version", |r| r.get(0)).ok()?;
    (0 < version && version < known_schema()).then_some(version)
}

/// Checks every page of a database file that nobody writes to, and counts what is in it.
///
/// # Errors
/// `Invalid` for one that is damaged; `Conflict` for another program's or a newer Dixi's.
pub fn examine(path: &Path) -> Result<Contents> {
    let wrong = |e| explain(&format!("cannot read the database {}", path.display()), e);
    let db = open_immutable(path).map_err(wrong)?;
    ours(&db, path)?;
    let sound: String =
        db.query_row("PRAGMA integrity_check(1)", [], |r| r.get(0)).map_err(wrong)?;
    if sound != "ok" {
        return Err(Error::invalid("the database in it is damaged").why(sound));
    }
    let schema = db.pragma_query_value(None, "user_version", |r| r.get(0)).map_err(wrong)?;
    Ok(Contents { schema, rows: rows(&db).map_err(wrong)? })
}

fn rows(db: &Connection) -> rusqlite::Result<BTreeMap<String, u64>> {
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
    let mut tables = db.prepare(tables)?;
    let names = tables.query_map([], |r| r.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    let count = |name: String| {
        // A name out of the schema cannot be a parameter; quoted as SQLite quotes.
        let sql = format!("SELECT count(*) FROM \"{}\"", name.replace('"', "\"\""));
        db.query_row(&sql, [], |r| r.get::<_, i64>(0)).map(|n| (name, n.unsigned_abs()))
    };
    names.into_iter().map(count).collect()
}
