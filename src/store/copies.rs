//! Copies of the whole database: made while others write, and looked at before anybody trusts them.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

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
